"""``python -m server.exchange``: turns a file of one program into a file of another."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from server.contract.errors import ContractError
from server.exchange.content import ProjectContent
from server.exchange.formats import folders
from server.exchange.formats.facts import FACTS, holds
from server.exchange.formats.opened import Imported
from server.exchange.formats.registry import count_held, names_in, read_foreign, write_foreign
from server.exchange.showandtell import read_showandtell, write_showandtell
from server.exchange.whole_file import whole

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
    if target.exists() or target.is_symlink():
        raise click.ClickException(f"{target} exists already. Choose another name, or move it away.")
    with _told(source):
        imported = _read(source, dimension)
    for each in imported.skipped:
        click.echo(f"Passed over: {each.name} ({REASONS[each.reason]})", err=True)
    with _told(target):
        names = _write(imported.content, target, name)
    for label, written in names.items():
        if written != label:
            click.echo(f"Written with another name: {label} (as {written})", err=True)
    examples, classes = len(imported.content.examples), len(imported.content.classes)
    held = f"{examples} example{'' if examples == 1 else 's'} in {classes} class{'' if classes == 1 else 'es'}"
    click.echo(f"{target}: {held}.")


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in a sentence what can't be read or written."""
    try:
        yield
    except ContractError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        # While a file is written, it has another name.
        inner = error.filename if path.is_dir() else None
        raise click.ClickException(f"{inner or path}: {error.strerror or error}.") from None


def _read(source: Path, dimension: int | None) -> Imported:
    if source.is_file() and source.suffix.lower() == OWN_SUFFIX:
        return Imported(read_showandtell(source), [])
    return read_foreign(source, dimension)


def _write(content: ProjectContent, target: Path, name: str | None) -> dict[str, str]:
    """Write the file, or the folder; return what its classes are called there."""
    suffix = target.suffix.lower()
    if name is None and suffix == OWN_SUFFIX:
        write_showandtell(content, target)
        return {}
    if name is None and suffix == "":
        _write_folder(content, target)
        return names_in(folders.NAME, content)
    name = name or _format_of(suffix)
    if content.embeddings is None and content.examples and not holds(name, "pictures"):
        raise click.ClickException(
            f"{FACTS[name]['title']} holds numbers, and these pictures have none yet: the page makes them. Make a "
            f"{OWN_SUFFIX} file, open that in the page, and export it there."
        )
    write_foreign(name, content, target)
    return names_in(name, content)


def _format_of(suffix: str) -> str:
    """Return the first format with this ending.

    Raises:
        ClickException: There is none.
    """
    for name, facts in FACTS.items():
        if suffix in facts["endings"]:
            return name
    endings = sorted({ending for facts in FACTS.values() for ending in facts["endings"]})
    raise click.ClickException(
        f"No file that ends with {suffix} can be written. Choose a name that ends with {OWN_SUFFIX}, "
        f"{', '.join(endings)}, or with none for a folder; or say --format."
    )


def _write_folder(content: ProjectContent, target: Path) -> None:
    if count_held(folders.NAME, content) == 0:
        raise ContractError("nothingToExport", came=FACTS[folders.NAME]["title"])
    with whole(target) as folder:
        for path, picture in folders.entries(content):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(picture)


if __name__ == "__main__":
    main(prog_name="python -m server.exchange")
