"""The records of a comma-separated file, while its text comes in pieces.

The twin is ``web/src/exchange/formats/csv-records.js``. Python's own csv module means other things by half of it.
"""

import re
from typing import Final, NamedTuple

from server.contract.limits import LIMITS
from server.exchange.bad_file import bad_file

#: In the order that decides between equals: numbers with a decimal comma have as many commas as semicolons.
_DELIMITERS: Final = ("\t", ";", ",")
#: A quotation mark that is never closed would take in the whole file.
_MAX_CHARACTERS: Final = LIMITS["dimension"] * 32
_LINE_END: Final = re.compile(r"(\r\n|\n|\r)")
_QUOTED: Final = re.compile(r'"[^"]*"')
#: What JavaScript's trim takes away.
SPACES: Final = " \t\n\v\f\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))


class CsvRecord(NamedTuple):
    """One record: the line where it ends, from 1, and its fields."""

    line: int
    fields: list[str]


class CsvRecords:
    """Records from pieces of text.

    Example:
        >>> CsvRecords().push('cat,"1"', is_last=True)
        [CsvRecord(line=1, fields=['cat', '1'])]
    """

    def __init__(self) -> None:
        self._delimiter: str | None = None
        self._rest = ""
        # Lines of a record whose quotation mark is still open, and their ends.
        self._open: list[str] = []
        self._open_characters = 0
        self._line = 0

    def push(self, text: str, *, is_last: bool = False) -> list[CsvRecord]:
        """Return the records that are complete with the next piece; empty lines are passed over.

        Raises:
            ContractError: badFile.
        """
        everything = self._rest + text
        # A carriage return at the end may be the first half of a line end.
        held = "\r" if not is_last and everything.endswith("\r") else ""
        # Lines and their ends take turns.
        parts = _LINE_END.split(everything[: len(everything) - len(held)])
        self._rest = "" if is_last else parts.pop() + held
        parts.append("")
        records = [record for i in range(0, len(parts) - 1, 2) for record in self._take(parts[i], parts[i + 1])]
        if len(self._rest) + self._open_characters > _MAX_CHARACTERS or (is_last and self._open):
            raise bad_file(f"CSV {self._line}", '"…"')
        return records

    def _take(self, line: str, end: str) -> list[CsvRecord]:
        self._line += 1
        if bool(self._open) != bool(line.count('"') % 2):
            self._open += [line, end]
            self._open_characters += len(line) + len(end)
            return []
        record = "".join([*self._open, line])
        self._open, self._open_characters = [], 0
        if not record.strip(SPACES):
            return []
        if self._delimiter is None:
            self._delimiter = _delimiter_of(record)
        return [CsvRecord(self._line, _split(record, self._delimiter))]


def _delimiter_of(record: str) -> str:
    bare = _QUOTED.sub("", record)
    return max(_DELIMITERS, key=bare.count)


def _split(record: str, delimiter: str) -> list[str]:
    """Return the fields, without quotation marks around them, and without spaces at both ends of what has none."""
    if '"' not in record:
        return [field.strip(SPACES) for field in record.split(delimiter)]
    fields: list[str] = []
    pieces: list[str] = []
    for piece in record.split(delimiter):
        is_open = bool(pieces) != bool(piece.count('"') % 2)
        pieces.append(piece)
        if is_open:
            continue
        bare = delimiter.join(pieces).strip(SPACES)
        is_quoted = len(bare) > 1 and bare.startswith('"') and bare.endswith('"')
        fields.append(bare[1:-1].replace('""', '"') if is_quoted else bare)
        pieces = []
    return fields
