"""``python -m toolchain lessons``: data and pictures for lessons, from a class's own photos."""

from pathlib import Path

import click

from toolchain.output import (
    cache_option,
    echo_passed_over,
    echo_result,
    json_option,
    model_option,
    percent,
    processes_option,
)

_WAYS = {"l1": "pixels, L1", "l2": "pixels, L2", "embedding": "the network's embedding"}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("lessons-data"),
    help="The folder for the page and the tables.",
)
@model_option
@cache_option
@processes_option
@json_option
def command(folder: Path, out: Path, model: Path, cache: Path | None, processes: int | None, as_json: bool) -> None:
    r"""Makes data and pictures for lessons from the photos of FOLDER, which has a folder for each class.

    Three things to show: nearest neighbours by pixels fail where those by a network's embedding work; what the network
    was trained to say of a photo is a fingerprint of it; and how the borders between classes change with k. Each is a
    table for a spreadsheet, too.

    \b
    Examples:
      python -m toolchain lessons clean
      python -m toolchain lessons photos --out for-monday
    """
    from toolchain.embedding.cache import EmbeddingCache
    from toolchain.embedding.model import EmbeddingModel
    from toolchain.lessons.write import write_lessons

    network = EmbeddingModel.open(model)
    with EmbeddingCache.open(cache, network.fingerprint) as store:
        lessons = write_lessons(folder, out, network, store, processes=processes, quiet=as_json)
    echo_passed_over([] if as_json else list(lessons.passed_over))
    lines = [f"{percent(accuracy):>8}  right by {_WAYS[key]}" for key, accuracy in lessons.accuracies.items()]
    echo_result(
        {
            "page": str(lessons.page),
            "accuracies": lessons.accuracies,
            "names": lessons.names,
            "passedOver": [each._asdict() for each in lessons.passed_over],
        },
        "\n".join([*lines, f"The page: {lessons.page}"]),
        as_json,
    )
