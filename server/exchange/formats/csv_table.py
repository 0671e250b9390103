"""Embeddings as a table: id, label, group, e0, e1 and so on.

Read with and without a header, and as the files come: large ones are never in memory as text. The twin is
``web/src/exchange/formats/csv-table.js``.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from server.contract.errors import ContractError
from server.exchange.content import ProjectContent
from server.exchange.formats.csv_records import SPACES, CsvRecord, CsvRecords
from server.exchange.formats.opened import Imported, Opened, Skipped
from server.exchange.formats.rows import Rows
from server.exchange.formats.write_numbers import numbers

NAME = "csv"

_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?")
_LABEL_NAMES: Final = ("label", "class", "target", "y")
#: e0, x1, dim_3, 7
_NUMBERED: Final = re.compile(r"[a-zA-Z_ -]*[0-9]+")
_TO_QUOTE: Final = re.compile(r'[",;\t\r\n]')


class _Columns(NamedTuple):
    """How many columns there are, and which is what; -1: there is none."""

    width: int

    label: int
    id: int
    group: int
    numbers: list[int]


def sniff(opened: Opened) -> bool:
    """Return whether a file is one."""
    return opened.text is not None and any(delimiter in opened.text for delimiter in ",;\t")


def read(opened: Opened, dimension: int | None = None) -> Imported:
    """Read it. Raises: as ``registry.read_foreign``."""
    rows = Rows(opened.name)
    skipped: list[Skipped] = []
    columns: _Columns | None = None
    for line, fields in _records(opened):
        if columns is None:
            columns = _columns_of(fields)
            if not _is_number(fields[-1]):
                continue
        if len(fields) != columns.width:
            raise ContractError("unevenRows", came=line, expected=len(columns.numbers))
        if not fields[columns.label].strip(SPACES):
            skipped.append(Skipped(str(line), "unlabelled"))
            continue
        row = [_number_of(fields[column], line) for column in columns.numbers]
        group = _at(fields, columns.group)
        rows.add(fields[columns.label], row, id=_at(fields, columns.id), group=group, place=line)
    return Imported(rows.content(), skipped)


def write(content: ProjectContent) -> Iterator[str]:
    """Yield it as text."""
    if content.embeddings is None:
        return
    yield f"id,label,group,{','.join(f'e{i}' for i in range(content.embeddings.shape[1]))}\n"
    for example, row in zip(content.examples, content.embeddings, strict=True):
        facts = ",".join(map(_quoted, (example.id, example.label, example.group or "")))
        yield f"{facts},{','.join(numbers(row))}\n"


def _records(opened: Opened) -> Iterator[CsvRecord]:
    records = CsvRecords()
    for piece in opened.pieces():
        yield from records.push(piece)
    yield from records.push("", is_last=True)


def _quoted(field: str) -> str:
    is_bare = not _TO_QUOTE.search(field) and field == field.strip(SPACES)
    return field if is_bare else f'"{field.replace(chr(34), chr(34) * 2)}"'


def _at(fields: list[str], column: int) -> str:
    return fields[column] if 0 <= column < len(fields) else ""


def _is_number(field: str) -> bool:
    return bool(_NUMBER.fullmatch(field) or _DECIMAL_COMMA.fullmatch(field))


def _columns_of(fields: list[str]) -> _Columns:
    """Return which column is what, by the first record: a header where its last field is no number."""
    names = [field.lower() for field in fields]
    if not _is_number(names[-1]):
        label = next((column for column, name in enumerate(names) if name in _LABEL_NAMES), -1)
        numbered = [column for column, name in enumerate(names) if _NUMBERED.fullmatch(name)]
        if label < 0 or not numbered:
            raise ContractError("noLabelColumn", came=", ".join(fields[:4]))
        return _Columns(len(fields), label, _index(names, "id"), _index(names, "group"), numbered)
    # Without a header, what comes before the numbers is the label; id and label; or id, label and group.
    first_number = next(column for column, field in enumerate(fields) if _is_number(field))
    texts = min(3, max(1, first_number))
    return _Columns(
        len(fields),
        1 if texts > 1 else 0,
        0 if texts > 1 else -1,
        2 if texts > 2 else -1,
        list(range(texts, len(fields))),
    )


def _index(names: list[str], name: str) -> int:
    return names.index(name) if name in names else -1


def _number_of(field: str, line: int) -> float:
    if _NUMBER.fullmatch(field):
        return float(field)
    code = "decimalComma" if _DECIMAL_COMMA.fullmatch(field) else "notNumber"
    raise ContractError(code, came=field, expected=line)
