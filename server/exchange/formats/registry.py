"""All formats of other tools: which one a file is, what it holds, reading and writing it.

The facts that both languages share are in ``contract/formats.json``, and ``docs/formats.md`` shows them. The twin is
``web/src/exchange/formats/registry.js``.
"""

import codecs
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Final, NoReturn

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.bad_file import bad_file
from server.exchange.content import ProjectContent
from server.exchange.formats import csv_table, folders, knn_classifier, marcelle, ml5, teachable_machine
from server.exchange.formats.facts import FACTS, holds
from server.exchange.formats.opened import Entry, Imported, Opened
from server.exchange.whole_file import whole
from server.exchange.zips import ZipReader

#: In the order in which they are asked: the first one that knows a file reads it.
FORMATS: Final = (ml5, marcelle, knn_classifier, teachable_machine, folders, csv_table)
#: The longest text that a browser holds.
MAX_JSON_BYTES: Final = 2**29 - 2**20
MAX_EXACT_DIGITS: Final = 15
#: What Excel writes as CSV in western Europe and America.
WINDOWS: Final = "cp1252"
START_BYTES: Final = 2**16
#: A zip knows no earlier time; always the same, so that the same project is the same file.
EARLIEST: Final = (1980, 1, 1, 0, 0, 0)


def format_named(name: str) -> ModuleType:
    """Return the module of a format.

    Raises:
        ContractError: unknownFormat.

    Example:
        >>> format_named("csv").NAME
        'csv'
    """
    for each in FORMATS:
        if name == each.NAME:
            return each
    raise ContractError("unknownFormat", came=name)


def sniff(opened: Opened) -> ModuleType | None:
    """Return the module of the format that a file has; None where it is none of them."""
    return next((each for each in FORMATS if each.sniff(opened)), None)


def read_foreign(path: Path, dimension: int | None = None) -> Imported:
    """Read a file or a folder of another tool.

    Args:
        path: Of the file or the folder.
        dimension: Of the network in use, where the file doesn't say how many numbers make one example.

    Returns:
        Content without embeddings, whose pictures are to be embedded; or with embeddings of the model "unknown"; and
        what was passed over.

    Raises:
        ContractError: unknownFormat, badFile, decimalComma, unevenRows, soundProject, …; as ``check_content``.
        OSError: It can't be read.
    """
    if path.is_dir():
        return _read(_open_folder(path), dimension, path.name)
    with path.open("rb") as file:
        return _read(_open_file(file, path), dimension, path.name)


def write_foreign(name: str, content: ProjectContent, path: Path) -> None:
    """Write a project as a file of another tool, whole or not at all.

    Raises:
        ContractError: unknownFormat, nothingToExport.
        OSError: It can't be written.
    """
    module = format_named(name)
    if count_held(name, content) == 0:
        raise ContractError("nothingToExport", came=FACTS[name]["title"])
    with whole(path) as written:
        if hasattr(module, "entries"):
            with zipfile.ZipFile(written, "w") as writer:
                for inner, data in module.entries(content):
                    writer.writestr(zipfile.ZipInfo(inner, EARLIEST), data)
            return
        # Half a character, which an id may have, is written as JSON writes it.
        with written.open("w", encoding="utf-8", errors="backslashreplace", newline="") as text:
            text.writelines(module.write(content))


def count_held(name: str, content: ProjectContent) -> int:
    """Return how many examples of a project a format would hold."""
    if holds(name, "embeddings"):
        return 0 if content.embeddings is None else len(content.examples)
    return sum(example.thumbnail is not None for example in content.examples)


def names_in(name: str, content: ProjectContent) -> dict[str, str]:
    """Return what a project's classes are called in a format: the name of a folder can't be any label.

    Example:
        >>> names_in("folders", ProjectContent("", None, None, [ContentClass("3:00")]))
        {'3:00': '3_00'}
    """
    module = format_named(name)
    if hasattr(module, "names_of"):
        names: dict[str, str] = module.names_of(content)
        return names
    return {each.label: each.label for each in content.classes}


def _read(opened: Opened, dimension: int | None, shown: str) -> Imported:
    module = sniff(opened)
    if module is None:
        raise ContractError("unknownFormat", came=shown)
    imported: Imported = module.read(opened, dimension)
    return imported


def _open_folder(path: Path) -> Opened:
    files = [each for each in path.rglob("*") if each.is_file() and not each.is_symlink()]
    return Opened(
        _name_of(path.resolve().name),
        entries=[Entry(each.relative_to(path).as_posix(), each.stat().st_size, each.read_bytes) for each in files],
    )


def _open_file(file: BinaryIO, path: Path) -> Opened:
    name = _name_of(re.sub(r"\.[a-zA-Z0-9]{1,12}$", "", path.name))
    start = file.read(START_BYTES)
    if start.startswith(b"PK"):
        return _open_zip(file, name, path.name)
    encoding = "utf-16-le" if start.startswith(codecs.BOM_UTF16_LE) else "utf-8"
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start).removeprefix("\ufeff")
    # A picture, a program or any other file has bytes that no text has.
    if "\0" in text or not start:
        raise ContractError("unknownFormat", came=path.name)
    file.seek(0)
    if re.match(r"\s*[\[{]", text):
        return Opened(name, json=_read_json(file))
    return Opened(
        name, text=text, pieces=lambda: _pieces(file, encoding if encoding != "utf-8" or _is_utf8(file) else WINDOWS)
    )


def _name_of(name: str) -> str:
    """Return a file's name as a project may have it; bytes that are no text become question marks."""
    return name.encode("utf-8", "replace").decode()[: LIMITS["nameCharacters"]].strip()


def _open_zip(file: BinaryIO, name: str, shown: str) -> Opened:
    reader = ZipReader(file, is_foreign=True)
    if "project.json" in reader.entries:
        raise ContractError("unknownFormat", came=shown)

    def entry(inner: str) -> Entry:
        return Entry(inner, reader.entries[inner].file_size, lambda: reader.read(inner, LIMITS["pictureBytes"]))

    return Opened(name, entries=[entry(inner) for inner in reader.entries])


def _read_json(file: BinaryIO) -> Any:
    data = file.read(MAX_JSON_BYTES + 1)
    if len(data) > MAX_JSON_BYTES:
        raise bad_file("JSON", f"≤ {MAX_JSON_BYTES} B")
    try:
        text = data.decode("utf-8-sig", "replace")
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer)
    except (ValueError, RecursionError):
        raise bad_file("JSON", "JSON") from None


def _integer(text: str) -> float:
    """Return a number; one with more digits than float64 holds is rounded, and may be infinite, as in JavaScript."""
    return int(text) if len(text) <= MAX_EXACT_DIGITS else float(text)


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _is_utf8(file: BinaryIO) -> bool:
    """Return whether all bytes of a file are UTF-8; then go back to its beginning."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        while piece := file.read(2**20):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _pieces(file: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    is_first = True
    while piece := file.read(2**20):
        text = decoder.decode(piece)
        yield text.removeprefix("\ufeff") if is_first else text
        is_first = False
    yield decoder.decode(b"", final=True)
