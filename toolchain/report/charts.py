"""Charts as pictures for reports: matplotlib, drawn without a screen. Each has a text that says the same."""

import base64
import io
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from server.knn.arrays import Floats
from toolchain.output import counted, percent
from toolchain.report.blocks import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK: Final = "#1b1c20"
_SOFT: Final = "#5a5e67"
#: Told apart by people who see colours otherwise, too (P. Tol, "Colour schemes", bright).
COLOURS: Final = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#7a7a7a")
_MANY_CLASSES: Final = 30


def confusion_chart(matrix: Sequence[Sequence[int]], labels: Sequence[str]) -> Picture:
    """Draw a confusion matrix: rows are the true classes, columns the answers.

    Args:
        matrix: (c, c) counts.
        labels: c names.
    """
    counts = np.array(matrix, np.float64).reshape(len(labels), len(labels))
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    size = min(9.0, 2.4 + 0.42 * len(labels))
    figure, axes = _figure(size + 1, size)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [_short(label) for label in labels]
    axes.set_xticks(range(len(labels)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(labels)), names)
    axes.set_xlabel("answer")
    axes.set_ylabel("true class")
    if len(labels) <= _MANY_CLASSES:
        for row, column in np.argwhere(counts > 0):
            colour = "white" if shares[row, column] > 0.55 else _INK
            text = f"{int(counts[row, column])}"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=9)
    wrong = [(int(counts[a, b]), labels[a], labels[b]) for a, b in np.argwhere(counts > 0) if a != b]
    told = "; ".join(
        f"{count} of {truth} taken for {answer}" for count, truth, answer in sorted(wrong, reverse=True)[:10]
    )
    return _picture(figure, f"Confusion matrix. {told or 'No mistake.'}")


def calibration_chart(confidences: Sequence[float], accuracies: Sequence[float], counts: Sequence[int]) -> Picture:
    """Draw how often answers of a confidence are right.

    Args:
        confidences: The mean confidence of each bin that has photos.
        accuracies: The share of right answers of each.
        counts: How many photos each has.
    """
    figure, axes = _figure(4.6, 3.6)
    axes.plot([0, 1], [0, 1], color=_SOFT, linestyle=":", label="as it should be")
    sizes = 20 + 180 * np.sqrt(np.array(counts, float) / max(1, max(counts, default=1)))
    axes.scatter(confidences, accuracies, s=sizes, color=COLOURS[0], zorder=3)
    axes.plot(confidences, accuracies, color=COLOURS[0], label="measured; larger points: more photos")
    axes.set(xlabel="confidence", ylabel="share of right answers", xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))
    axes.legend(frameon=False, fontsize=8)
    rows = zip(confidences, accuracies, counts, strict=True)
    told = "; ".join(
        f"of {counted(count, 'photo')} at {percent(a, 0)} confidence {percent(b, 0)} are right" for a, b, count in rows
    )
    return _picture(figure, f"Calibration. {told}")


def threshold_chart(thresholds: Floats, accuracies: Floats, coverages: Floats) -> Picture:
    """Draw accuracy and coverage against the threshold from which an answer counts.

    Args:
        thresholds: float64, (t,).
        accuracies: Of the answers from there on, NaN where there are none, float64, (t,).
        coverages: The share of photos that have one, float64, (t,).
    """
    figure, axes = _figure(4.6, 3.6)
    axes.plot(thresholds, accuracies, color=COLOURS[0], label="accuracy of the confident")
    axes.plot(thresholds, coverages, color=COLOURS[1], linestyle="--", label="share of photos that have an answer")
    axes.set(xlabel="threshold", ylabel="share", xlim=(0, 1), ylim=(-0.02, 1.04))
    axes.legend(frameon=False, fontsize=8, loc="lower left")
    best = int(np.nanargmax(accuracies)) if np.isfinite(accuracies).any() else 0
    told = f"At {thresholds[0]:.2f} {percent(coverages[0], 0)} have an answer, {_share(accuracies[0])} of them right"
    told += f"; at {thresholds[best]:.2f} {percent(coverages[best], 0)}, {_share(accuracies[best])} right."
    return _picture(figure, f"Accuracy and coverage against the threshold. {told}")


def bars_chart(rows: Mapping[str, float], what: str) -> Picture:
    """Draw shares, one bar each, 0 to 1."""
    figure, axes = _figure(7.2, 0.8 + 0.3 * max(2, len(rows)))
    names = [_short(name, 40) for name in rows]
    # By their places: two may have the same name.
    axes.barh(range(len(names)), list(rows.values()), color=COLOURS[0])
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    # Room for the text of a bar that is full.
    axes.set(xlim=(0, 1.1), xlabel=what)
    for place, value in enumerate(rows.values()):
        axes.text(value + 0.01, place, percent(value, 0), va="center", fontsize=8, color=_INK)
    return _picture(figure, f"{what}: " + "; ".join(f"{name} {percent(value, 0)}" for name, value in rows.items()))


def _figure(width: float, height: float) -> "tuple[Figure, Axes]":
    # Not pyplot: it keeps figures, and may look for a screen.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _picture(figure: "Figure", alt: str) -> Picture:
    import matplotlib as mpl

    file = io.BytesIO()
    options: dict[str, Any] = {"metadata": {"Date": None, "Creator": None}}
    with warnings.catch_warnings(), mpl.rc_context({"svg.hashsalt": "show-and-tell"}):
        # Of letters that the font lacks; the text alternative has them.
        warnings.filterwarnings("ignore", "Glyph")
        figure.savefig(file, format="svg", transparent=True, **options)
    return Picture(f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}", alt)


def _short(text: str, most: int = 16) -> str:
    # A dollar begins a formula in matplotlib.
    shown = "".join(each if each.isprintable() else " " for each in text).replace("$", r"\$")
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _share(value: float) -> str:
    return "none" if not np.isfinite(value) else percent(value)
