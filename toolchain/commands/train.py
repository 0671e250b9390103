"""``python -m toolchain train``: from a folder of class folders to a model that answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.contract.constants import MAX_NEIGHBOURS, METRICS, WEIGHTS
from toolchain.errors import ToolchainError
from toolchain.output import (
    DEFAULT_MODEL,
    cache_option,
    echo_passed_over,
    echo_result,
    json_option,
    printable,
    processes_option,
)

if TYPE_CHECKING:
    from toolchain.training.train import Outcome

#: As ``toolchain.training.optimisers`` and ``toolchain.training.augment`` have them; a test compares them. ``--help``
#: does not wait for NumPy.
OPTIMISERS = ("sgd", "momentum", "adam")
KINDS = ("flip", "shift", "rotation", "zoom", "shear", "brightness", "colour")
_LARGEST_DISTANCE = 2.0
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


def _kinds(_ctx: click.Context, _option: click.Parameter, value: str | None) -> tuple[str, ...]:
    if not value:
        return ()
    kinds = KINDS if value == "all" else tuple(kind.strip() for kind in value.split(","))
    for kind in kinds:
        if kind not in KINDS:
            raise click.BadParameter(f"{kind!r} is none of all, {', '.join(KINDS)}.")
    return kinds


def _unknown(_ctx: click.Context, _option: click.Parameter, value: str) -> float | str | None:
    if value in ("auto", "never"):
        return "auto" if value == "auto" else None
    try:
        distance = float(value)
    except ValueError:
        distance = -1
    if not 0 <= distance <= _LARGEST_DISTANCE:
        raise click.BadParameter(f"{value!r} is neither auto, nor never, nor a cosine distance from 0 to 2.")
    return distance


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    show_default="models/<the classes>",
    help="The folder for the model; one that it holds is replaced.",
)
@click.option(
    "--model",
    "models",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    default=[DEFAULT_MODEL],
    help="The network: a folder that `python -m convert` wrote. Several, to compare them.",
)
@click.option(
    "--head",
    type=click.Choice(["knn", "softmax"]),
    default="knn",
    help="Who answers: the nearest examples, as in the page; or a last layer that is trained anew.",
)
@click.option("-k", "--k", type=click.IntRange(1, MAX_NEIGHBOURS), default=3, help="How many neighbours vote.")
@click.option(
    "--metric",
    type=click.Choice(["auto", *METRICS]),
    default="auto",
    help="How far apart two photos are. `auto` takes adapted, or cosine where that is better.",
)
@click.option("--weights", type=click.Choice(WEIGHTS), default="uniform", help="How neighbours' votes weigh.")
@click.option(
    "--unknown-distance",
    default="auto",
    callback=_unknown,
    help='Beyond which cosine distance the answer is "I don\'t know": auto, never, or 0 to 2.',
)
@click.option("--optimiser", type=click.Choice(OPTIMISERS), default="adam", help="Of the softmax head.")
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    default=None,
    show_default="the optimiser's own",
    help="Of the softmax head.",
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    default=2000,
    help="Of the softmax head, at most: it stops when the validation photos are judged no better.",
)
@click.option(
    "--augment",
    "kinds",
    default=None,
    callback=_kinds,
    help=f"Adds changed copies of the training photos: all, or some of {','.join(KINDS)}.",
)
@click.option("--copies", type=click.IntRange(1, 100), default=4, help="How many of each photo, with --augment.")
@click.option("--neither", type=_FOLDER, default=None, help="A folder of photos of anything else, a class of its own.")
@click.option("--neither-name", default="neither", help="What that class is called.")
@click.option(
    "--boxes",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=None,
    help="A table of boxes in the training photos, more examples: name,left,top,right,bottom,label.",
)
@click.option(
    "--fine-tune",
    is_flag=True,
    help="Tunes the network's last layers (needs TensorFlow). Kept only if the validation photos are judged better.",
)
@click.option("--epochs", type=click.IntRange(min=1), default=5, help="Of --fine-tune.")
@click.option("--layers", type=click.IntRange(min=1), default=6, help="How many convolutions --fine-tune tunes.")
@click.option(
    "--compare",
    "is_compared",
    is_flag=True,
    help="Compares all heads and metrics on every --model by the validation photos, and trains the best.",
)
@click.option(
    "--search",
    "is_searched",
    is_flag=True,
    help="Tries k, metrics and weights, or optimisers, learning rates and steps, and trains the best.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, help="The same seed makes the same model.")
@cache_option
@processes_option
@json_option
def command(
    folder: Path,
    out: Path | None,
    models: tuple[Path, ...],
    head: str,
    k: int,
    metric: str,
    weights: str,
    unknown_distance: float | str | None,
    optimiser: str,
    learning_rate: float | None,
    steps: int,
    kinds: tuple[str, ...],
    copies: int,
    neither: Path | None,
    neither_name: str,
    boxes: Path | None,
    fine_tune: bool,
    epochs: int,
    layers: int,
    is_compared: bool,
    is_searched: bool,
    seed: int,
    cache: Path | None,
    processes: int | None,
    as_json: bool,
) -> None:
    r"""Trains a model on FOLDER, which has a folder of photos for each class.

    The folder's split.csv says which photos train and which judge; without it, 80, 10 and 10 of a hundred train,
    judge, and wait for `evaluate`: those are not opened here. What is saved opens in the page, as
    project.showandtell, and answers the same.

    \b
    Examples:
      python -m toolchain train clean --out models/cat-dog
      python -m toolchain train clean --head softmax --augment all --copies 2 --out models/softmax
      python -m toolchain train clean --search --out models/searched
      python -m toolchain train clean --compare --neither unsorted --out models/compared
    """
    from server.knn.options import ClassifierSettings
    from toolchain.training.fine_tune import Tuning
    from toolchain.training.heads import SoftmaxOptions
    from toolchain.training.train import Options, train

    if is_compared and is_searched:
        raise click.UsageError("--compare and --search exclude each other: compare first, then search on the best.")
    if len(models) > 1 and not is_compared:
        raise click.UsageError("More than one --model needs --compare.")
    outcome = train(
        Options(
            folder,
            out,
            models,
            head,
            ClassifierSettings(k, metric, weights, unknown_distance),
            SoftmaxOptions(optimiser, learning_rate, steps, seed),
            kinds,
            copies if kinds else 0,
            boxes,
            neither,
            neither_name,
            is_compared,
            is_searched,
            Tuning(epochs, layers=layers, seed=seed) if fine_tune else None,
            cache,
            processes,
            seed,
            as_json,
        ),
        say=lambda line: None if as_json else click.echo(line, err=True),
    )
    echo_passed_over([] if as_json else outcome.passed_over)
    echo_result(_result(outcome), "" if as_json else _text(outcome), as_json)


def _result(outcome: "Outcome") -> dict[str, Any]:
    model = outcome.model
    resolved = model.resolved
    return {
        "out": str(model.folder),
        "head": model.head,
        "classes": model.classes_,
        "neither": model.neither,
        "model": {key: value for key, value in model.network.as_dict().items() if key != "centre"},
        "settings": model.settings.as_dict(),
        "metric": resolved and resolved.metric,
        "threshold": model.threshold,
        "figures": model.figures,
        "photos": model.photos,
        "embedded": outcome.embedded,
        "comparison": [row.as_dict() for row in outcome.compared],
        "search": [trial.as_dict() for trial in outcome.trials],
        "tied": outcome.choice and {"count": outcome.choice.tied, "chosenBy": outcome.choice.chosen_by},
        "mergedFolders": outcome.merged,
        "fineTuning": outcome.tuning,
        "unusedBoxes": [{"name": row.name, "label": row.label, **row.box._asdict()} for row in outcome.unused_boxes],
        "passedOver": [each._asdict() for each in outcome.passed_over],
    }


def _text(outcome: "Outcome") -> str:
    from toolchain.training.words import (
        box_lines,
        comparison_lines,
        figure_lines,
        head_line,
        merged_lines,
        photo_lines,
        search_lines,
        threshold_line,
        tie_lines,
        tuning_line,
    )

    model = outcome.model
    if model.folder is None:
        raise ToolchainError("The model was not saved.")
    lines = [*photo_lines(model), *merged_lines(outcome), *box_lines(outcome)]
    lines += [*comparison_lines(outcome.compared), *search_lines(outcome), *tie_lines(outcome.choice)]
    lines += [head_line(outcome), *figure_lines(model)]
    if outcome.tuning:
        lines.append(tuning_line(outcome.tuning))
    lines += [
        threshold_line(model),
        f"Saved in {printable(str(model.folder))}; the page opens project.showandtell in it.",
    ]
    return "\n".join(lines)
