"""``python -m toolchain review``: which labels look wrong, and which photos to label next."""

from pathlib import Path

import click

from toolchain.output import (
    cache_option,
    echo_passed_over,
    echo_result,
    json_option,
    model_option,
    printable,
    processes_option,
)

_NAMED = 15


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--unlabelled",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=None,
    help="Photos without a label: says which of them to label next.",
)
@click.option("--count", type=click.IntRange(min=1), default=50, help="How many photos to label next.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("review"), help="The folder for the report."
)
@model_option
@cache_option
@processes_option
@json_option
def command(
    folder: Path,
    unlabelled: Path | None,
    count: int,
    out: Path,
    model: Path,
    cache: Path | None,
    processes: int | None,
    as_json: bool,
) -> None:
    r"""Says which labels of FOLDER look wrong, and which photos without a label are worth one most.

    Nothing is moved: you decide. A label looks wrong where the photos of another class are much nearer than those of
    its own. The report shows each with the photos that say so. The page asks about one at a time, with a key for each
    class: drop the folder there, and choose Review one by one where the coach shows pictures; or, for photos without a
    label, Label what helps most under Try photos.

    \b
    Examples:
      python -m toolchain review clean
      python -m toolchain review clean --unlabelled unsorted --count 20
    """
    from toolchain.embedding.cache import EmbeddingCache
    from toolchain.embedding.model import EmbeddingModel
    from toolchain.reviewing.review import WRONG, as_row, labels_line, review_folder, write_review

    network = EmbeddingModel.open(model)
    with EmbeddingCache.open(cache, network.fingerprint) as store:
        reviewed = review_folder(
            folder, network, store, unlabelled=unlabelled, count=count, processes=processes, quiet=as_json
        )
    page = write_review(out, reviewed)
    echo_passed_over([] if as_json else list(reviewed.passed_over))
    lines = [
        f"{printable(row.photo.name)}: {row.what}{f', rather {row.better}' if row.better else ''} ({row.why})"
        for row in reviewed.rows[:_NAMED]
    ]
    if len(reviewed.rows) > _NAMED:
        lines.append(f"... and {len(reviewed.rows) - _NAMED:,} more.")
    if not any(row.what == WRONG for row in reviewed.rows):
        lines.insert(0, "No label looks wrong.")
    lines += filter(None, [labels_line(reviewed)])
    text = "\n".join([*lines, f"The report: {page}"])
    result = {
        "report": str(page),
        "labelled": reviewed.labelled,
        "unlabelled": reviewed.unlabelled,
        "rows": [as_row(row) for row in reviewed.rows],
        "passedOver": [each._asdict() for each in reviewed.passed_over],
    }
    echo_result(result, text, as_json)
