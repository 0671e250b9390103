"""``collected.csv``: where each photo of a collection came from. A kill may leave half a line at its end.

A half line may end within quotes, where a plain reader would take all lines after it for its text. So each record is
looked for at the start of a line, and what makes none there costs that line only.
"""

import codecs
import csv
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from toolchain.errors import ToolchainError
from toolchain.tables import table_bytes, unguarded

COLUMNS: Final = ("file", "sha256", "origin", "source", "licence", "author", "title", "collected_at")
_HEAD: Final = table_bytes(COLUMNS, [])
_ELSEWHERE: Final = "Choose another folder with --out."
_SHA256: Final = re.compile("[0-9a-f]{64}")


class OriginsTable:
    """The table in a file.

    Args:
        path: The file; made with the first line.

    Attributes:
        rows: What it holds, by the names of ``COLUMNS``.

    Raises:
        ToolchainError: It can't be read, or is another program's, which is left as it is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            content = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise ToolchainError(f"{path} can't be read: {error}.", _ELSEWHERE) from error
        lines = list(io.StringIO(content.decode("utf-8-sig", "replace"), newline="\n"))
        # Killed within the very first line, it starts anew.
        self._is_new = _HEAD.startswith(content)
        if not self._is_new and _record(lines, 0)[0] != list(COLUMNS):
            raise ToolchainError(
                f"{path} is another table, and stays as it is: its first line does not name the columns "
                f"{', '.join(COLUMNS)}.",
                _ELSEWHERE,
            )
        records, end = _records(lines, 1)
        self.rows = [{name: unguarded(cell) for name, cell in zip(COLUMNS, row, strict=True)} for row in records]
        # Half a line is ended before the next, quotes too, so that other readers take the next for a line of its own.
        is_quoted = "".join(lines[end:]).count('"') % 2 == 1
        self._ending = b'"\n' if is_quoted else b"" if content.endswith(b"\n") else b"\n"
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        decoder.decode(content)
        #: How many bytes of half a character are at the end.
        self._half = len(decoder.getstate()[0])

    def add(self, row: Mapping[str, str]) -> None:
        """Add a line, by the names of ``COLUMNS``.

        Raises:
            OSError: It can't be written.
        """
        if self._half:
            os.truncate(self._path, self._path.stat().st_size - self._half)
        with self._path.open("wb" if self._is_new else "ab") as file:
            start = _HEAD if self._is_new else self._ending
            file.write(start + table_bytes(COLUMNS, [row]).removeprefix(_HEAD))
        self._is_new, self._ending, self._half = False, b"", 0


def _record(lines: list[str], at: int) -> tuple[list[str], int]:
    """Return the cells of the record that starts at a line, and its lines; no cells where there is no whole one."""
    reader = csv.reader((lines[place] for place in range(at, len(lines))), strict=True)
    try:
        return next(reader, []), reader.line_num
    except csv.Error:
        return [], 1


def _records(lines: list[str], at: int) -> tuple[list[list[str]], int]:
    """Return the records from a line on, and the line after the last of them."""
    found: list[list[str]] = []
    end = at
    while at < len(lines):
        row, count = _record(lines, at)
        if len(row) == len(COLUMNS) and _SHA256.fullmatch(row[1]):
            found.append(row)
            at = end = at + count
        else:
            at += 1
    return found, end
