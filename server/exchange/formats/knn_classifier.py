"""The JSON that sketches with @tensorflow-models/knn-classifier save.

The package itself saves nothing; the one that is written is what most of them write: a list of [label, numbers, shape].
The twin is ``web/src/exchange/formats/knn-classifier.js``.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from server.exchange.content import ProjectContent
from server.exchange.formats.facts import FACTS
from server.exchange.formats.json_tensors import as_text, flat, in_page_order, is_flat, rows_of
from server.exchange.formats.opened import Imported, Opened
from server.exchange.formats.rows import Rows
from server.exchange.formats.write_numbers import numbers

NAME = "knnClassifier"


class _Entry(NamedTuple):
    label: Any
    data: Any
    shape: Any = None


def sniff(opened: Opened) -> bool:
    """Return whether a file is one."""
    return bool(_entries_of(opened.json))


def read(opened: Opened, dimension: int | None = None) -> Imported:
    """Read it. Raises: as ``registry.read_foreign``."""
    entries = _entries_of(opened.json)
    rows = Rows(opened.name)
    flat_dimension = _flat_dimension_of(entries, dimension)
    for label, data, shape in entries:
        for row in rows_of(data, shape, flat_dimension):
            rows.add(as_text(label), row)
    return Imported(rows.content(), [])


def write(content: ProjectContent) -> Iterator[str]:
    """Yield it as text."""
    separator = "["
    for each in content.classes:
        indices = [i for i, example in enumerate(content.examples) if example.label == each.label]
        if not indices or content.embeddings is None:
            continue
        yield f"{separator}[{json.dumps(each.label, ensure_ascii=False)},["
        for place, i in enumerate(indices):
            yield ("," if place else "") + ",".join(numbers(content.embeddings[i]))
        yield f"],[{len(indices)},{content.embeddings.shape[1]}]]"
        separator = ",\n"
    yield "[]" if separator == "[" else "]"


def _entries_of(value: object) -> list[_Entry]:
    """Return the classes, in whichever of the ways they are written; none where it is something else."""
    if isinstance(value, list):
        return [_as_entry(each) for each in value] if all(map(_is_entry, value)) else []
    if not isinstance(value, dict) or "tensors" in value or "instances" in value:
        return []
    items = in_page_order(value)
    if not all(isinstance(data, list) or is_flat(data) or _has_data(data) for _, data in items):
        return []
    return [_as_entry([label, data]) for label, data in items]


def _has_data(value: object) -> bool:
    return isinstance(value, dict) and "data" in value and "shape" in value


def _is_label(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_entry(value: object) -> bool:
    if isinstance(value, list):
        return len(value) >= 2 and _is_label(value[0]) and (value[1] is None or isinstance(value[1], list | dict))
    return isinstance(value, dict) and _has_data(value) and _is_label(_label_of(value))


def _label_of(value: dict[str, Any]) -> Any:
    label = value.get("label")
    return value.get("classId") if label is None else label


def _as_entry(value: Any) -> _Entry:
    if isinstance(value, dict):
        return _Entry(_label_of(value), value["data"], value["shape"])
    label, data = value[:2]
    if _has_data(data):
        return _Entry(label, data["data"], data["shape"])
    return _Entry(label, data, value[2] if len(value) > 2 else None)


def _flat_dimension_of(entries: list[_Entry], dimension: int | None) -> int | None:
    """Return how many numbers make one example, where the file doesn't say; None where nothing fits."""
    sizes = [len(flat(data)) for _, data, shape in entries if shape is None and is_flat(data)]
    candidates = [*([dimension] if dimension else []), *FACTS[NAME]["flatDimensions"]]
    return next((d for d in candidates if all(size % d == 0 for size in sizes)), None)
