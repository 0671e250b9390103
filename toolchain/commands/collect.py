"""``python -m toolchain collect``: photos from folders, zip files, lists of addresses and providers, each once."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolchain.errors import ToolchainError
from toolchain.output import counted, echo_passed_over, echo_result, json_option

if TYPE_CHECKING:
    from toolchain.collecting.collect import Collected


class _Source(click.Path):
    """The path of a folder or a file; an address is refused with a word about lists."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        text = os.fspath(value)
        if isinstance(text, str) and re.match("[A-Za-z][A-Za-z0-9+.-]*://", text) and not Path(text).exists():
            self.fail(
                f"{text} is an address and no file. Write addresses into a text file, one a line, and give that file.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


@click.command()
@click.argument("sources", nargs=-1, type=_Source(path_type=Path, exists=True))
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
    text = f"{counted(len(result.new), 'photo')} added; {result.known:,} {_was(result.known)} there or given twice."
    text += f" Where they came from: {out / 'collected.csv'}"
    if label and result.elsewhere:
        text += (
            f"\n{counted(result.elsewhere, 'photo')} that {_was(result.elsewhere)} there without the label {label} "
            f"{'stays' if result.elsewhere == 1 else 'stay'} so: --label is for what is new. "
            "For all, choose a new folder with --out."
        )
    echo_result(
        {
            **counts,
            "elsewhere": result.elsewhere,
            "files": result.new,
            "notUsed": [each._asdict() for each in result.passed_over],
        },
        text,
        as_json,
    )
    _refuse_nothing(result)


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _refuse_nothing(result: "Collected") -> None:
    """End with the exit code 1 where no photo was added and none was there: a script has to stop here.

    Raises:
        ToolchainError: Nothing was collected.
    """
    if result.new or result.known:
        return
    failed = sum(each.code != "hidden" for each in result.passed_over)
    if not failed:
        raise ToolchainError("No photo was added: the sources have none.", "Give others, or other words with --query.")
    raise ToolchainError(
        f"No photo was added: {'the only file can not' if failed == 1 else f'none of {failed:,} files can'} be used.",
        "Look at the reasons above, or at those of all with --json.",
    )
