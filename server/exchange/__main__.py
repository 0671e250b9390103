"""``python -m server.exchange``: turns a file of one program into a file of another."""

from pathlib import Path
from typing import Final

import click

from server.contract.errors import ContractError
from server.exchange.content import ProjectContent
from server.exchange.formats import folders
from server.exchange.formats.facts import FACTS
from server.exchange.formats.opened import Imported
from server.exchange.formats.registry import count_held, read_foreign, write_foreign
from server.exchange.showandtell import read_showandtell, write_showandtell

OWN_SUFFIX: Final = ".showandtell"
#: Why something was passed over.
REASONS: Final = {
    "broken": "a part of it is missing",
    "empty": "it is empty",
    "big": "it is too large",
    "notPicture": "it is no JPEG, PNG or WebP picture",
    "loose": "it is in no class's folder",
    "unlabelled": "it has no class",
}
_EPILOG: Final = """
\b
Examples:
  python -m server.exchange convert photos lesson.showandtell
  python -m server.exchange convert project.tm photos
  python -m server.exchange convert lesson.showandtell table.csv
  python -m server.exchange convert lesson.showandtell sketch.json --format ml5
"""


@click.group()
def main() -> None:
    """Files of Show & Tell and of other programs."""


@main.command(epilog=_EPILOG)
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "name",
    type=click.Choice(list(FACTS)),
    help="What TARGET becomes. Without it, its ending decides; .json is TensorFlow.js, no ending is a folder.",
)
@click.option(
    "--dimension", type=click.IntRange(1), help="How many numbers make one example, where SOURCE does not say."
)
def convert(source: Path, target: Path, name: str | None, dimension: int | None) -> None:
    """Turn SOURCE into TARGET.

    SOURCE is a project of Show & Tell (.showandtell) or of Teachable Machine (.tm), a folder or a zip with a folder of
    pictures for each class, a CSV table, or the JSON of ml5, TensorFlow.js or Marcelle. Nothing is overwritten.
    """
    if target.exists():
        raise click.ClickException(f"{target} exists already. Choose another name, or move it away.")
    try:
        imported = _read(source, dimension)
        for each in imported.skipped:
            click.echo(f"Passed over: {each.name} ({REASONS[each.reason]})", err=True)
        _write(imported.content, target, name)
    except ContractError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or target}: {error.strerror}") from None
    classes = len(imported.content.classes)
    click.echo(f"{target}: {len(imported.content.examples)} examples in {classes} classes.")


def _read(source: Path, dimension: int | None) -> Imported:
    if source.is_file() and source.suffix.lower() == OWN_SUFFIX:
        return Imported(read_showandtell(source), [])
    return read_foreign(source, dimension)


def _write(content: ProjectContent, target: Path, name: str | None) -> None:
    suffix = target.suffix.lower()
    if name is None and suffix == OWN_SUFFIX:
        write_showandtell(content, target)
    elif name is None and suffix == "":
        _write_folder(content, target)
    else:
        write_foreign(name or _format_of(suffix), content, target)


def _format_of(suffix: str) -> str:
    """Return the first format with this ending.

    Raises:
        ContractError: unknownFormat.
    """
    for name, facts in FACTS.items():
        if suffix in facts["endings"]:
            return name
    raise ContractError("unknownFormat", came=f"a file that ends with {suffix}")


def _write_folder(content: ProjectContent, target: Path) -> None:
    if count_held(folders.NAME, content) == 0:
        raise ContractError("nothingToExport", came=FACTS[folders.NAME]["title"])
    for path, picture in folders.entries(content):
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture)


if __name__ == "__main__":
    main(prog_name="python -m server.exchange")
