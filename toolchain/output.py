"""Options that several commands share, and how a result is printed: for a person, or as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from photos.folder import PassedOver

DEFAULT_MODEL: Final = Path("web/public/model")
#: Of the files that were passed over, so many are named on the terminal; ``--json`` and the reports name all.
_NAMED: Final = 10
#: What the commands themselves write beside class folders.
OWN_FILES: Final = frozenset({".clean.json", "report.csv", "report.json", "split.csv"})

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, for programs.")
model_option = click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_MODEL,
    help="The network: a folder that `python -m convert` wrote.",
)
cache_option = click.option(
    "--cache",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    show_default="in your user's cache folder",
    help="The file that keeps embeddings, so that no photo is embedded twice.",
)
processes_option = click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=None,
    show_default="as many as there are cores",
    help="How many processes read photos.",
)


def echo_result(result: Mapping[str, Any], text: str, as_json: bool) -> None:
    """Print a command's result on the standard output."""
    click.echo(json.dumps(result, indent=2, ensure_ascii=False) if as_json else text)


def echo_passed_over(passed_over: list[PassedOver]) -> None:
    """Name files that were passed over on the standard error, hidden ones only by their number."""
    named = [each for each in passed_over if each.code != "hidden" and each.name not in OWN_FILES]
    for name, _, reason in named[:_NAMED]:
        click.echo(f"Passed over: {printable(name)}: {reason}", err=True)
    if len(named) > _NAMED:
        click.echo(f"... and {len(named) - _NAMED:,} more; --json names all.", err=True)
    if hidden := sum(each.code == "hidden" and each.name not in OWN_FILES for each in passed_over):
        click.echo(f"{counted(hidden, 'hidden file')} passed over.", err=True)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as lines of text: the first column aligned left, all others right.

    Example:
        >>> columns([["part", "accuracy"], ["test", "97 %"]])
        ['part  accuracy', 'test      97 %']
    """
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]


def counted(count: int, thing: str) -> str:
    """Return a number with what it counts, for people.

    Args:
        count: How many.
        thing: One of them; its plural ends in s.

    Example:
        >>> counted(1, "photo"), counted(2000, "photo")
        ('1 photo', '2,000 photos')
    """
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def percent(share: float, digits: int = 1) -> str:
    """Return a share, 0 to 1, for people.

    Example:
        >>> percent(0.9815), percent(1, 0)
        ('98.2 %', '100 %')
    """
    return f"{100 * share:.{digits}f} %"


def printable(name: str) -> str:
    r"""Return a file's name as a terminal can take it: no control characters, no halves of characters.

    Example:
        >>> printable("a\x1b[2Jb.jpg")
        'a\\x1b[2Jb.jpg'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in name)
