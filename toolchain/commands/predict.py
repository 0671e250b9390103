"""``python -m toolchain predict``: what the photos of a folder show, with the reasons."""

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

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

    Of each answer that counts it keeps the photo, the heat map over it, and the thing cut out with its box; all answers
    are in predictions.csv, and report.html opens without a server. A second run into the same folder only answers
    photos that are new or changed. The photos themselves are not changed.

    \b
    Examples:
      python -m toolchain predict -c "cat,dog" -p unsorted
      python -m toolchain predict -c "cat,dog" -p unsorted -t 0.6 --train clean --windows --out found
    """
    from toolchain.embedding.cache import EmbeddingCache
    from toolchain.measuring.opened import open_trained
    from toolchain.models.folder import find_trained
    from toolchain.predicting.kinds import ANSWERED
    from toolchain.predicting.predict import predict_folder
    from toolchain.predicting.report import write_report
    from toolchain.scale.embedding import embed_on

    place, pictures, theirs = out.resolve(), (out / "pictures").resolve(), photos.resolve()
    if theirs in (place, *place.parents) or pictures in (theirs, *theirs.parents):
        raise ToolchainError(
            f"The report {out} would be among the photos {photos}.", "Choose a folder beside them with --out."
        )
    found = find_trained(models, labels)
    if found is None:
        found = _train(train, photos, labels, models, model, cache, processes, as_json)
    elif not as_json:
        click.echo(f"The model: {found}", err=True)
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
    page = write_report(out, trained, predicted, threshold, windows)
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
    known = [f"{again:,} of these were known from an earlier run."] if again else []
    echo_result(
        {
            "model": str(found),
            "report": str(page),
            "threshold": threshold,
            "new": predicted.new,
            "counts": fates,
            "predictions": [
                {
                    "name": each.photo.name,
                    "label": each.label,
                    "score": each.score,
                    "answer": each.fate,
                    "distance": each.novelty,
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
) -> Path:
    """Train a model from class folders, or from those among the photos to predict; return its folder."""
    from photos.folder import list_photos
    from toolchain.training.train import Options, name_of, train

    there = {photo.label for photo in list_photos(folder or photos).photos if photo.label is not None}
    if folder is None and not there.issuperset(labels):
        raise ToolchainError(
            f"There is no trained model of {', '.join(labels)} in {models}, and {photos} has no folder of photos for "
            "each of them.",
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
        out=models / name_of(sorted(labels)),
        networks=(model,),
        cache=cache,
        processes=processes,
        quiet=as_json,
        only=labels,
    )
    outcome = train(options, say=lambda line: None if as_json else click.echo(line, err=True))
    if outcome.model.folder is None:
        raise ToolchainError("The model was not saved.")
    return outcome.model.folder
