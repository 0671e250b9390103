"""``python -m toolchain collect``: photos from folders, zip files, lists of addresses and providers, each once."""

from pathlib import Path

import click

from toolchain.output import echo_passed_over, echo_result, json_option


@click.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder that photos are added to.",
)
@click.option("--label", default="", help="The class folder for all that are new; else the folders of the source stay.")
@click.option("--query", default=None, help="Words to ask a provider for.")
@click.option(
    "--provider",
    default="openverse",
    help="Who is asked: openverse (pictures under free licences), or module:name of your own.",
)
@click.option("--count", type=click.IntRange(min=1), default=50, help="How many pictures of a query.")
@click.option("--delay", type=click.FloatRange(min=0), default=1.0, help="Seconds between two requests to one server.")
@click.option("--allow-private", is_flag=True, help="Fetch addresses inside this network, too.")
@json_option
def command(
    sources: tuple[Path, ...],
    out: Path,
    label: str,
    query: str | None,
    provider: str,
    count: int,
    delay: float,
    allow_private: bool,
    as_json: bool,
) -> None:
    r"""Adds photos from SOURCES to a folder, each once, and notes where each came from.

    A source is a folder, a zip file, or a list of addresses: a text file with one a line, or a CSV file with the column
    url and, as far as known, label, licence, source, author and title. collected.csv in the folder names the licence
    and the source of each photo: look at them before you share anything. Sites are asked politely, one request at a
    time; what their robots.txt forbids is not fetched. Stop it whenever you like, and give the same command to go on.

    \b
    Examples:
      python -m toolchain collect photos --out collected
      python -m toolchain collect unsorted --out collected --label cat
      python -m toolchain collect --query "tabby cat" --count 20 --out collected --label cat
    """
    from toolchain.collecting.collect import (
        Collection,
        as_counts,
        collect_folder,
        collect_list,
        collect_query,
        collect_zip,
        find_provider,
    )
    from toolchain.collecting.fetch import PoliteFetcher
    from toolchain.errors import ToolchainError

    if not sources and query is None:
        raise click.UsageError("Give a folder, a zip file or a list of addresses, or words with --query.")
    for source in sources:
        inner, outer = out.resolve(), source.resolve()
        if inner == outer or outer in inner.parents:
            raise ToolchainError(f"{out} is in the source {source}.", "Choose a folder beside it with --out.")
    collection = Collection(out)
    fetch = PoliteFetcher(delay, allow_private)
    for source in sources:
        if source.is_dir():
            collect_folder(collection, source, label)
        elif source.suffix.lower() == ".zip":
            collect_zip(collection, source, label)
        else:
            collect_list(collection, source, fetch, label)
    if query is not None:
        collect_query(collection, find_provider(provider), query, count, fetch, label)
    result = collection.result
    echo_passed_over([] if as_json else result.passed_over)
    counts = as_counts(result)
    text = f"{counts['new']:,} photos added; {counts['known']:,} were there or given twice."
    text += f" Where they came from: {out / 'collected.csv'}"
    echo_result(
        {**counts, "files": result.new, "notUsed": [each._asdict() for each in result.passed_over]}, text, as_json
    )
