"""``python -m toolchain predict``: what the photos of a folder show, with the reasons."""

import unicodedata
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolchain.errors import ToolchainError
from toolchain.output import (
    cache_option,
    echo_passed_over,
    echo_result,
    json_option,
    model_option,
    printable,
    processes_option,
)
from toolchain.scale.option import cluster_of, index_option, scheduler_option, tell_without_effect

if TYPE_CHECKING:
    from toolchain.scale.search import IndexKind
    from toolchain.training.train import Outcome


def _labels(_ctx: click.Context, _option: click.Parameter, value: str) -> list[str]:
    # As macOS may give them; names of class folders are read the same.
    names = [unicodedata.normalize("NFC", name).strip() for name in value.split(",")]
    labels = list(dict.fromkeys(filter(None, names)))
    if len(labels) < 2:
        raise click.BadParameter(f'{value!r}; two classes or more were expected, such as "cat,dog".')
    return labels


@click.command()
@click.option(
    "-c",
    "--classes",
    "labels",
    metavar="TEXT",
    required=True,
    callback=_labels,
    help='What to tell apart, such as "cat,dog": all classes of a model, as it spells them. Spaces around a name, '
    "empty names and repeated ones do not count.",
)
@click.option(
    "-p",
    "--photos",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The folder of the photos to predict, at any depth.",
)
@click.option(
    "-t",
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.99,
    help="Answers whose share is below it are left out, and so is what is unknown.",
)
@click.option(
    "--models",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("models"),
    help="Where trained models are looked for; the newest of these classes is taken.",
)
@click.option(
    "--train",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=None,
    help="Class folders to train a model from, where there is none of these classes; else those among the photos.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("predictions"),
    help="The folder for the report, the tables and the pictures; those of an earlier run in it go.",
)
@click.option(
    "--windows",
    is_flag=True,
    help="Say where in each photo the classes are, with a box for each thing; not in strips, 20 times as long as wide.",
)
@model_option
@cache_option
@processes_option
@scheduler_option
@index_option
@json_option
def command(
    labels: list[str],
    photos: Path,
    threshold: float,
    models: Path,
    train: Path | None,
    out: Path,
    windows: bool,
    model: Path,
    cache: Path | None,
    processes: int | None,
    scheduler: str | None,
    index: "IndexKind",
    as_json: bool,
) -> None:
    r"""Says what every photo of a folder shows, and why.

    A model of the classes is looked for. Where there is none, one is trained: from --train, or from the folder of the
    photos itself if that has a folder for each class; then the photos beside those are predicted or, where there are
    none, the very photos that it was trained on, which says little about others.

    Of each answer that counts, and with --windows of each photo in a part of which something is found, it keeps the
    photo, the heat map over it, and the thing cut out with its box; all answers are in predictions.csv, and report.html
    opens without a server. A second run into the same folder only answers photos that are new or changed. The photos
    themselves are not changed.

    \b
    Examples:
      python -m toolchain predict -c "cat,dog" -p unsorted
      python -m toolchain predict -c "cat,dog" -p unsorted -t 0.6 --train clean --windows --out found
    """
    from toolchain.embedding.cache import EmbeddingCache
    from toolchain.measuring.opened import open_trained
    from toolchain.models.folder import find_trained
    from toolchain.predicting.kinds import ANSWERED
    from toolchain.predicting.predict import find_asked, predict_folder
    from toolchain.predicting.report import taught_line, write_report
    from toolchain.scale.embedding import embed_on

    place, pictures, theirs = out.resolve(), (out / "pictures").resolve(), photos.resolve()
    if theirs in (place, *place.parents) or pictures in (theirs, *theirs.parents):
        raise ToolchainError(
            f"The report {out} would be among the photos {photos}.", "Choose a folder beside them with --out."
        )
    # Before a model is trained for nothing.
    find_asked(photos)
    damaged: list[str] = []
    found = find_trained(models, labels, damaged.append)
    for line in damaged:
        click.echo(f"A model is passed over: {printable(line)}", err=True)
    outcome = None
    if found is None:
        outcome = _train(train, photos, labels, models, model, cache, processes, as_json, damaged)
        found = outcome.model.folder
        if found is None:
            raise ToolchainError("The model was not saved.")
    if not as_json:
        for line in _training_lines(outcome, train or photos) if outcome else []:
            click.echo(line, err=True)
        click.echo(f"The model: {printable(str(found))}", err=True)
    trained, network = open_trained(found, model)
    trained.knn.index_kind = index
    tell_without_effect(index, trained.knn.count)
    with cluster_of(scheduler) as cluster, EmbeddingCache.open(cache, network.fingerprint) as store:
        predicted = predict_folder(
            photos,
            trained,
            network,
            out,
            threshold=threshold,
            windows=windows,
            cache=store,
            processes=processes,
            elsewhere=embed_on(cluster, network),
            quiet=as_json,
        )
    if outcome and train is None:
        # The photos that could not be taught are in the same folder.
        named = {each.name for each in predicted.passed_over}
        unused = [each for each in outcome.passed_over if each.code != "loose" and each.name not in named]
        predicted = replace(predicted, passed_over=[*predicted.passed_over, *unused])
    page = write_report(out, trained, predicted, threshold, windows)
    if outcome and train is not None and not as_json:
        echo_passed_over(outcome.passed_over)
    echo_passed_over([] if as_json else list(predicted.passed_over))
    for each in predicted.predictions if not as_json else ():
        if each.note:
            click.echo(f"{printable(each.photo.name)}: {each.note}", err=True)
    fates: dict[str, int] = {}
    for each in predicted.predictions:
        key = each.label if each.fate == ANSWERED else each.fate
        fates[key] = fates.get(key, 0) + 1
    lines = [f"{count:>7,}  {key}" for key, count in sorted(fates.items(), key=lambda item: -item[1])]
    again = len(predicted.predictions) - predicted.new
    known = [f"{again:,} of these {'was' if again == 1 else 'were'} known from an earlier run."] if again else []
    known += [taught_line(predicted)] if predicted.taught else []
    echo_result(
        {
            "model": str(found),
            "training": outcome and _training(outcome, train or photos),
            "damagedModels": damaged,
            "report": str(page),
            "threshold": threshold,
            "new": predicted.new,
            "taught": predicted.taught,
            "counts": fates,
            "predictions": [
                {
                    "name": each.photo.name,
                    "label": each.label,
                    "score": each.score,
                    "answer": each.fate,
                    "distance": each.novelty,
                    "taught": each.is_taught,
                    "box": each.box,
                    "pictures": each.pictures,
                    "found": [one._asdict() for one in each.found],
                    "note": each.note,
                }
                for each in predicted.predictions
            ],
            "passedOver": [each._asdict() for each in predicted.passed_over],
        },
        "\n".join([*lines, *known, f"The report: {page}"]),
        as_json,
    )


def _train(
    folder: Path | None,
    photos: Path,
    labels: list[str],
    models: Path,
    model: Path,
    cache: Path | None,
    processes: int | None,
    as_json: bool,
    damaged: list[str],
) -> "Outcome":
    """Train a model from class folders, or from those among the photos to predict, and save it."""
    from photos.folder import list_photos
    from toolchain.training.train import Options, name_of, train

    there = {photo.label for photo in list_photos(folder or photos).photos if photo.label is not None}
    if folder is None and not there.issuperset(labels):
        passed_over = "".join(f"\nA model is passed over, which may be it: {line}" for line in damaged)
        raise ToolchainError(
            f"There is no trained model of {', '.join(labels)} in {models}, and {photos} has no folder of photos for "
            f"each of them.{passed_over}",
            "Name all classes of a model, as it spells them; give the folder around its folder with --models, or class "
            f"folders to train one from with --train; put such folders into {photos}; or use python -m toolchain "
            "train.",
        )
    if missing := [label for label in labels if label not in there]:
        has = f"its class folders are {', '.join(sorted(there))}" if there else "it has no class folders"
        raise ToolchainError(
            f"{folder} has no photos in a class folder {' and none in '.join(missing)}; {has}.",
            "Put the photos of each class into a folder of its name, or name the classes as their folders with -c.",
        )
    extra = sorted(there - set(labels))
    if folder is not None and extra:
        raise ToolchainError(
            f"{folder} has the class folders {', '.join(extra)} beside those that are wanted.",
            "Name all of them with -c, or give a folder without them with --train.",
        )
    options = Options(
        folder=folder or photos.resolve(),
        out=_free(models / name_of(sorted(labels))),
        networks=(model,),
        cache=cache,
        processes=processes,
        quiet=as_json,
        only=labels,
    )
    return train(options, say=lambda line: None if as_json else click.echo(line, err=True))


def _free(folder: Path) -> Path:
    """Return a folder for a new model: what is saved there may be damaged and not lost, or of other classes."""
    from toolchain.models.folder import is_whole

    names = chain([folder.name], (f"{folder.name}-{number}" for number in count(2)))
    return next(path for path in map(folder.with_name, names) if not is_whole(path))


def _training_lines(outcome: "Outcome", folder: Path) -> list[str]:
    """Say that a model was trained, of what, and how good it is: as ``train`` says it."""
    from toolchain.training.words import figure_lines, head_line, photo_lines

    model = outcome.model
    return [
        f"No model of these classes was there; one was trained on the class folders of {printable(str(folder))}.",
        *photo_lines(model),
        head_line(outcome),
        *figure_lines(model),
    ]


def _training(outcome: "Outcome", folder: Path) -> dict[str, Any]:
    return {
        "folder": str(folder),
        "photos": outcome.model.photos,
        "figures": outcome.model.figures,
        "passedOver": [each._asdict() for each in outcome.passed_over],
    }
