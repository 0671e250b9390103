"""What ``train`` says of a model on the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from toolchain.models.trained import TrainedModel
from toolchain.output import counted, percent, printable
from toolchain.training.figures import FEW, wilson
from toolchain.training.search import rank
from toolchain.training.ties import DEFAULT, Choice

if TYPE_CHECKING:
    from toolchain.training.train import Compared, Outcome

#: So many photos are named; ``--json`` names all.
_NAMED = 5
#: So many rows of a search are named.
_BEST = 5
_OPTION_TITLES = {"learningRate": "learning rate", "bestStep": "best step"}
_COLUMNS = ("accuracy", "balancedAccuracy", "crossEntropy")


def photo_lines(model: TrainedModel) -> list[str]:
    """Say how many photos trained, judged, and wait."""
    photos = model.photos
    kinds = {"copies": "copy", "boxes": "box"}
    extra = [f"{photos[kind]:,} {one if photos[kind] == 1 else kind}" for kind, one in kinds.items() if photos[kind]]
    beside = f", with {' and '.join(extra)} of them" if extra else ""
    lines = [
        f"Classes: {printable(', '.join(model.classes_))}",
        f"{counted(photos['training'], 'photo')} trained{beside}; {photos['validation']:,} judged; "
        f"{photos['test']:,} {'waits' if photos['test'] == 1 else 'wait'} for `evaluate`.",
    ]
    if count := photos["unsplit"]:
        verb = "is not in split.csv and was" if count == 1 else "are not in split.csv and were"
        lines.append(f"{counted(count, 'photo')} {verb} left out: split again.")
    learnt, kept = model.figures["examples"]["learnt"], model.figures["examples"]["kept"]
    if kept < learnt:
        lines.append(
            f"The project holds {kept:,} of the {learnt:,} examples, evenly chosen: no more fit into the page. "
            "Here all of them answer."
        )
    return lines


def box_lines(outcome: "Outcome") -> list[str]:
    """Say which boxes of the table are not used."""
    names = list(dict.fromkeys(row.name for row in outcome.unused_boxes))
    if not names:
        return []
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    count = len(outcome.unused_boxes)
    what = "1 box was left out, since its photo is"
    if count > 1:
        what = f"{count:,} boxes were left out, since their photos are"
    return [f"{what} not among those that train: {printable(', '.join(names[:_NAMED]))}{more}"]


def merged_lines(outcome: "Outcome") -> list[str]:
    """Say that folders such as train and test were put together, which a person may not expect."""
    if not outcome.merged:
        return []
    *first, last = map(printable, outcome.merged)
    named = f"The folders {', '.join(first)} and {last} are" if first else f"The folder {last} is"
    return [
        f"{named} no class and no part: the class folders inside were put together, and the parts drawn anew. To keep "
        "your own parts, name them in a split.csv: docs/toolchain.md, A folder.",
    ]


def threshold_line(model: TrainedModel) -> str:
    """Say what the threshold rests on."""
    figures = model.figures["validation"]
    named = f"Threshold {model.threshold:.4g}"
    if figures is None:
        return (
            f"{named}: not measured, since no photo is in the validation part, so nothing could be judged. "
            f"{FEW} validation photos or more would do, of some {10 * FEW} in all."
        )
    sure, right, count = figures["sure"], figures["sureRight"], figures["count"]
    if not sure:
        return f"{named}: none of the {counted(count, 'validation answer')} is as sure, so nothing is known of it."
    verb = "is" if sure == 1 else "are"
    line = f"{named}: {sure:,} of {counted(count, 'validation answer')} {verb} as sure, and {right:,} of these right"
    if sure >= FEW:
        return f"{line} ({percent(right / sure)})."
    low, high = wilson(right, sure)
    return (
        f"{line}. So few prove little: between {percent(low, 0)} and {percent(high, 0)} may be right of others; "
        f"{FEW} or more would say more."
    )


def head_line(outcome: "Outcome") -> str:
    """Say who answers."""
    model = outcome.model
    k, metric, weights, _ = model.settings
    if model.head == "softmax":
        return f"Head: softmax, on {model.network.title}"
    resolved = f" ({model.resolved.metric})" if metric == "auto" and model.resolved else ""
    return f"Head: knn, k {k}, {metric}{resolved}, {weights}, on {model.network.title}"


def figure_lines(model: TrainedModel) -> list[str]:
    """Say how good it is, in a table."""
    rows: list[tuple[str, ...]] = [("", "accuracy", "balanced", "cross-entropy")]
    for part in ("training", "validation"):
        figures = model.figures[part]
        if figures is None:
            rows.append((part, "no photos", "", ""))
            continue
        name = f"{part}, each left out" if figures.get("leftOut") else part
        rows.append((name, *(_figure(figures[column], column) for column in _COLUMNS)))
    return _aligned(rows)


def comparison_lines(compared: "Sequence[Compared]") -> list[str]:
    """Say how networks and heads compare, the best first."""
    if not compared:
        return []
    rows = [("network", "head", "metric", "accuracy", "balanced", "cross-entropy", "ms a photo", "seconds")]
    for row in compared:
        stated = row.as_dict()
        figures = (_figure(stated[column], column) for column in _COLUMNS)
        pace = f"{stated['millisecondsPerPhoto']:.1f}"
        rows.append((stated["model"], stated["head"], stated["metric"], *figures, pace, f"{stated['seconds']:.2f}"))
    return _aligned(rows, texts=3)


def search_lines(outcome: "Outcome") -> list[str]:
    """Say what a search found, the row that is taken and the next best, and in which files all are."""
    if not outcome.trials or outcome.choice is None or outcome.model.folder is None:
        return []
    trials, chosen = outcome.trials, outcome.trials[outcome.choice.row]
    # Sorted by what is taken, then as the files rank them.
    best = sorted(trials, key=lambda trial: (trial is not chosen, rank(trial)))[:_BEST]
    names = list(chosen.options)
    rows = [(*(_OPTION_TITLES.get(name, name) for name in names), "accuracy", "balanced", "cross-entropy")]
    for trial in best:
        stated = trial.as_dict()
        figures = (_figure(stated[column], column) for column in _COLUMNS)
        rows.append((*(_option(trial.options[name]) for name in names), *figures))
    folder = outcome.model.folder
    return [
        f"The search judged {len(trials):,} settings by the validation photos; what was taken, and the next best:",
        *_aligned(rows, texts=len(names)),
        f"All are in {printable(str(folder / 'search.csv'))}, drawn in {printable(str(folder / 'search.png'))}.",
    ]


def tie_lines(choice: Choice | None) -> list[str]:
    """Say in one sentence how many settings tied, and how one was chosen; nothing without a tie."""
    if choice is None or choice.chosen_by is None:
        return []
    tied = f"{choice.tied:,} settings tied for the best on the validation photos"
    if choice.chosen_by == DEFAULT:
        return [f"{tied}; the ones that training without a search has are among them and were taken."]
    if choice.accuracy is not None:
        accuracy = _figure(choice.accuracy, "accuracy")
        return [f"{tied}; of them those were taken that do best on the training photos, each left out: {accuracy}."]
    return [f"{tied}; the first were taken, since nothing tells them apart."]


def _option(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def tuning_line(tuning: dict[str, Any]) -> str:
    """Say whether the tuned network was kept, and why."""
    before = f"{tuning['frozenCrossEntropy']:.4f}"
    if tuning["tunedCrossEntropy"] is None:
        return f"Tuning is not kept: no epoch improved the validation photos' cross-entropy of {before}."
    after = f"{tuning['tunedCrossEntropy']:.4f}"
    if tuning["kept"]:
        return f"Tuning is kept: the validation photos' cross-entropy went from {before} to {after}."
    return f"Tuning is not kept: the validation photos' cross-entropy went from {before} to {after}."


def _figure(value: float | None, column: str) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if column == "crossEntropy" else percent(value)


def _aligned(rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    """Return rows in columns, the first ones to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            f"{cell:<{width}}" if column < texts else f"{cell:>{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
