"""The numbers of one class as JSON has them.

They are a flat list, lists in a list, or a typed array that JSON wrote as an object ({"0": 1.5, "1": 0}), each with or
without its shape. The twin is ``web/src/exchange/formats/json-tensors.js``.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from server.contract.errors import ContractError
from server.exchange.bad_file import bad_file

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_MAX_INDEX = 2**32 - 2


def as_text(value: object) -> Any:
    """Return a label as JSON has it: a sketch's class numbers become text, as JavaScript writes them.

    Example:
        >>> as_text(7.0)
        '7'
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e21 else str(value)


def in_page_order(table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what is in an object in the order in which the page sees it: keys that are whole numbers come first.

    Example:
        >>> in_page_order({"b": 1, "10": 2, "9": 3})
        [('9', 3), ('10', 2), ('b', 1)]
    """
    is_index = {key: bool(_INDEX.fullmatch(key)) and int(key) <= _MAX_INDEX for key in table}
    return sorted(table.items(), key=lambda item: (0, int(item[0])) if is_index[item[0]] else (1, 0))


def rows_of(value: object, shape: object, flat_dimension: int | None = None) -> list[list[float]]:
    """Return the rows of one class.

    Args:
        value: The numbers.
        shape: [n, d]; None: the numbers are in rows, or ``flat_dimension`` says how many make one.
        flat_dimension: d where neither says so.

    Returns:
        n lists of d numbers.

    Raises:
        ContractError: badFile, flatNumbers.

    Example:
        >>> rows_of([1, 0, 0, 1], [2, 2])
        [[1, 0], [0, 1]]
    """
    values = _list_of(value)
    if values is None:
        raise bad_file("JSON", "[…]")
    if any(isinstance(each, list | dict) for each in values):
        rows = [_list_of(row) for row in values]
        if any(row is None or not all(map(_is_number, row)) for row in rows):
            raise bad_file("JSON", "[[1, 2], [3, 4]]")
        return rows  # type: ignore[return-value]
    if not all(map(_is_number, values)):
        raise bad_file("JSON", "[1, 2, 3, 4]")
    d = _dimension_of(shape, len(values), flat_dimension)
    return [values[start : start + d] for start in range(0, len(values), d)]


def is_flat(value: object) -> bool:
    """Return whether these are numbers in a row, and no rows."""
    values = _list_of(value)
    return bool(values) and all(map(_is_number, values or ()))


def flat(value: object) -> list[float]:
    """Return the numbers of what ``is_flat``."""
    return _list_of(value) or []


def _list_of(value: object) -> list[Any] | None:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return None
    items = in_page_order(value)
    return [each for _, each in items] if all(key == str(i) for i, (key, _) in enumerate(items)) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _dimension_of(shape: object, size: int, flat_dimension: int | None) -> int:
    if shape is None:
        if flat_dimension is None or size % flat_dimension:
            raise ContractError("flatNumbers", came=size)
        return flat_dimension
    sides = shape if isinstance(shape, list) else []
    are_whole = len(sides) >= 2 and all(_is_number(side) and float(side).is_integer() and side >= 0 for side in sides)
    d = math.prod(int(side) for side in sides[1:]) if are_whole else 0
    if not are_whole or d == 0 or sides[0] * d != size:
        shown = json.dumps(shape, separators=(",", ":"))
        raise bad_file(f"shape {shown}", f"[n, d], n × d = {size}")
    return d
