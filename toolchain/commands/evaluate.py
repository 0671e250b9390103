"""``python -m toolchain evaluate``: how good a trained model is, and where it fails."""

from collections import Counter
from pathlib import Path

import click

from toolchain.output import (
    cache_option,
    columns,
    echo_passed_over,
    echo_result,
    json_option,
    model_option,
    printable,
    processes_option,
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--trained",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    required=True,
    help="A folder that `train` wrote, or a .showandtell file that the page saved. Several, to compare them.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    show_default="report, in the model's folder",
    help="The folder for the report.",
)
@click.option(
    "--robustness",
    is_flag=True,
    help="Ask about the same photos made worse, too: dark, turned, shifted, blurred, covered, before another wall.",
)
@model_option
@cache_option
@processes_option
@json_option
def command(
    folder: Path,
    trained: tuple[Path, ...],
    out: Path | None,
    robustness: bool,
    model: Path,
    cache: Path | None,
    processes: int | None,
    as_json: bool,
) -> None:
    r"""Says how good a trained model is on the photos of FOLDER, and writes a report that opens in a browser.

    By the parts of split.csv: training, validation and test side by side; accuracy, cross-entropy, precision and recall
    of each class, the confusion matrix, how well it knows how sure it is, accuracy against the threshold, and the
    hardest photos with their nearest examples. Without a split.csv all photos are tested, but for those that the model
    was taught. It knows those by nearly equal embeddings: test the folder that it was trained on, or photos that are
    new to it, not the originals of a clean copy, which were saved anew. How many look like taught ones is told.

    \b
    Examples:
      python -m toolchain evaluate clean --trained models/cat-dog
      python -m toolchain evaluate clean --trained models/cat-dog --robustness --out report
    """
    from toolchain.embedding.cache import EmbeddingCache
    from toolchain.measuring.evaluate import evaluate_folder
    from toolchain.measuring.opened import open_trained
    from toolchain.measuring.report import as_json as for_programs
    from toolchain.measuring.report import parts_table, robustness_table, write_report
    from toolchain.measuring.words import lead, near_lines, verdict

    names = _names(trained)
    evaluated = []
    for path in trained:
        opened, network = open_trained(path, model)
        with EmbeddingCache.open(cache, network.fingerprint) as store:
            found = evaluate_folder(
                folder, opened, network, store, robustness=robustness, processes=processes, quiet=as_json
            )
        evaluated.append((names[path], found))
    if out is None:
        out = trained[0] / "report" if trained[0].is_dir() else Path(f"{trained[0].stem}-report")
    page = write_report(out, evaluated, folder)
    if not as_json:
        echo_passed_over(list(evaluated[0][1].passed_over))
    tables = [parts_table(evaluated), *([robustness_table(evaluated)] if robustness else [])]
    lines = [line for table in tables for line in [*columns([table.columns, *table.rows]), ""]]
    for name, each in evaluated:
        lines += [f"{name}: {line}" for line in [lead(each), *near_lines(each)]]
    lines += [f"{verdict(evaluated)}."] if len(evaluated) > 1 else []
    text = "\n".join([*lines, f"The report: {page}"])
    result = {"report": str(page), "models": [for_programs(name, each) for name, each in evaluated]}
    echo_result(result, text, as_json)


def _names(trained: tuple[Path, ...]) -> dict[Path, str]:
    """Return what each model is called: the folder's or the file's name; the whole path where two are the same."""
    names = {path: path.stem if path.is_file() else path.resolve().name for path in trained}
    counts = Counter(names.values())
    return {path: name if counts[name] == 1 else printable(str(path)) for path, name in names.items()}
