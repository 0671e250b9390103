"""How learning went, as tables and as pictures."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from toolchain.tables import table_bytes
from toolchain.training.estimator import Look

#: Of places on a line, so few are marked.
_FEW: Final = 20
_COLUMNS: Final = {
    "step": "step",
    "accuracy": "trainingAccuracy",
    "validation_accuracy": "validationAccuracy",
    "cross_entropy": "trainingCrossEntropy",
    "validation_cross_entropy": "validationCrossEntropy",
}


class Line(NamedTuple):
    """One line of a picture: its name, and its places."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


def table(rows: Iterable[Mapping[str, Any]]) -> bytes:
    r"""Return rows as a CSV file; a column for each key, in the order in which they come.

    Example:
        >>> table([{"a": 1, "b": None}, {"a": "x", "c": 0.5}])
        b'a,b,c\n1,,\nx,,0.5\n'
    """
    rows = list(rows)
    return table_bytes(list(dict.fromkeys(column for row in rows for column in row)), rows)


def history_table(history: Sequence[Look]) -> bytes:
    """Return how training went as a CSV file: a row a look."""
    return table({title: getattr(look, name) for name, title in _COLUMNS.items()} for look in history)


def draw_history(history: Sequence[Look], best_step: int | None = None, x_title: str = "steps") -> bytes:
    """Draw accuracy and cross-entropy against steps, of training and validation.

    Args:
        history: A look or more.
        best_step: That of the weights that were kept.
        x_title: What the steps are.

    Returns:
        A PNG.
    """
    panels = {}
    for title, name in (("accuracy", "accuracy"), ("cross-entropy", "cross_entropy")):
        panels[title] = [
            Line(part, [look.step for look in known], [getattr(look, column) for look in known])
            for part, column in (("training", name), ("validation", f"validation_{name}"))
            if (known := [look for look in history if getattr(look, column) is not None])
        ]
    return draw(panels, x_title, best_step)


def draw(panels: Mapping[str, Sequence[Line]], x_title: str, marked: float | None = None) -> bytes:
    """Draw panels beside each other.

    Args:
        panels: Lines by the title of their panel.
        x_title: Of all panels.
        marked: A place that a dotted line marks in each.

    Returns:
        A PNG; the same lines make the same file.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5 * len(panels), 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (title, lines) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True):
        for line in lines:
            # Lines may lie on each other.
            dashes = "--" if line.name == "validation" else "-"
            marker = "o" if len(line.x) < _FEW else ""
            axes.plot(line.x, line.y, dashes, label=_plain(line.name), marker=marker, markersize=3)
        if marked is not None:
            axes.axvline(marked, color="grey", linestyle=":", label="kept")
        axes.set_title(title)
        axes.set_xlabel(x_title)
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small")
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110, metadata={"Software": None})
    return file.getvalue()


def _plain(name: str) -> str:
    """Return a name that the drawing takes for no formula and does not leave out."""
    return name.replace("$", r"\$").lstrip("_")


def draw_trials(trials: Sequence[Any]) -> bytes:
    """Draw a search: of neighbours accuracy and cross-entropy against k, of a last layer those of each training.

    Args:
        trials: Of ``toolchain.training.search``, one or more, all of one head.
    """
    if trials[0].head == "softmax":
        return _draw_trainings(trials)
    panels: dict[str, list[Line]] = {"accuracy": [], "cross-entropy": []}
    for metric, weights in dict.fromkeys((trial.options["metric"], trial.options["weights"]) for trial in trials):
        own = [each for each in trials if (each.options["metric"], each.options["weights"]) == (metric, weights)]
        ks = [each.options["k"] for each in own]
        panels["accuracy"].append(Line(f"{metric}, {weights}", ks, [each.accuracy for each in own]))
        panels["cross-entropy"].append(Line(f"{metric}, {weights}", ks, [each.cross_entropy for each in own]))
    return draw(panels, "k")


def _draw_trainings(trials: Sequence[Any]) -> bytes:
    # Of one optimiser and learning rate, the longest training has all of the shorter ones in it.
    longest = {(trial.options["optimiser"], trial.options["learningRate"]): trial for trial in trials}
    panels: dict[str, list[Line]] = {"accuracy": [], "cross-entropy": []}
    for (optimiser, rate), trial in longest.items():
        steps = [look.step for look in trial.history]
        name = f"{optimiser}, {rate:g}"
        panels["accuracy"].append(Line(name, steps, [look.validation_accuracy for look in trial.history]))
        panels["cross-entropy"].append(Line(name, steps, [look.validation_cross_entropy for look in trial.history]))
    return draw(panels, "steps")
