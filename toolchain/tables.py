"""CSV files that a command writes and reads: for spreadsheets, and safe in them."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from server.exchange.whole_file import whole

#: A spreadsheet takes a cell that begins so for a formula, and runs it.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
#: How a byte of a file's name that is no UTF-8 is written, and a backslash that would be taken for one.
_ESCAPED: Final = re.compile(r"\\u(005c|d[89a-f][0-9a-f]{2})")


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a CSV file, whole or not at all; what a row lacks is empty."""
    with whole(path) as place:
        place.write_bytes(table_bytes(columns, rows))


def table_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return a CSV file: UTF-8, a header, text that is no formula."""
    text = io.StringIO()
    writer, quoting = (
        csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n", quoting=how)
        for how in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
    )
    writer.writeheader()
    for row in rows:
        cells = {key: _cell(value) for key, value in row.items()}
        # A return that stands alone is left without quotes, and can't be read again.
        (quoting if any("\r" in str(cell) for cell in cells.values()) else writer).writerow(cells)
    return text.getvalue().encode("utf-8", "backslashreplace")


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a CSV file that ``write_table`` wrote, or a spreadsheet saved.

    Raises:
        OSError: It can't be read.
        ValueError: It is no CSV file in UTF-8.
    """
    text = path.read_bytes().decode("utf-8-sig")
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return [{key: _unescaped(unguarded(value or "")) for key, value in row.items() if key} for row in rows]


def unguarded(cell: str) -> str:
    """Return the text of a cell, without the apostrophe that keeps it from being a formula.

    Example:
        >>> unguarded("'=1.jpg"), unguarded("'tis.jpg")
        ('=1.jpg', "'tis.jpg")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA_STARTS, "'")) else cell


def _unescaped(cell: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)


def _cell(value: object) -> object:
    if isinstance(value, str):
        value = _ESCAPED.sub(r"\\u005cu\1", value)
    # An apostrophe in front of an apostrophe, so that both ways agree.
    if isinstance(value, str) and value.startswith((*_FORMULA_STARTS, "'")):
        return f"'{value}" if value[0] != "'" or value[1:].startswith((*_FORMULA_STARTS, "'")) else value
    return value
