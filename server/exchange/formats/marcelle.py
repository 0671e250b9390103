"""What Marcelle's datasets download and upload (@marcellejs/core, core/dataset/dataset.ts): {marcelleMeta, instances}.

An instance has x (the features or the picture), y (the label) and a thumbnail as a data address. The twin is
``web/src/exchange/formats/marcelle.js``.
"""

import base64
import json
import re
import uuid
from collections.abc import Iterator
from typing import NamedTuple

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.content import ContentClass, ContentExample, ProjectContent, check_content, picture_kind
from server.exchange.formats.json_tensors import as_text, flat, is_flat
from server.exchange.formats.opened import Imported, Opened, Skipped
from server.exchange.formats.rows import Rows
from server.exchange.formats.write_numbers import numbers
from server.exchange.picture_shape import picture_shape

NAME = "marcelle"

_DATA_ADDRESS = re.compile(r"data:image/[a-z+]{2,10};base64,")


class _Instance(NamedTuple):
    id: str | None
    label: str
    group: str | None
    numbers: list[float] | None
    picture: bytes | None


def sniff(opened: Opened) -> bool:
    """Return whether a file is one."""
    return isinstance(opened.json, dict) and isinstance(opened.json.get("instances"), list)


def read(opened: Opened, dimension: int | None = None) -> Imported:
    """Read it. Raises: as ``registry.read_foreign``."""
    found: list[tuple[int, _Instance]] = []
    skipped: list[Skipped] = []
    for number, value in enumerate(opened.json["instances"], 1):
        instance = _read_instance(value)
        if isinstance(instance, str):
            skipped.append(Skipped(str(number), instance))
        else:
            found.append((number, instance))
    if not found:
        raise ContractError("noExamplesInFile", came=opened.name)
    if all(instance.numbers is not None for _, instance in found):
        return Imported(_content_of_numbers(opened.name, [instance for _, instance in found]), skipped)
    # Of those that have numbers alone, nothing could be made here.
    skipped += [Skipped(str(number), "notPicture") for number, instance in found if instance.picture is None]
    pictured = [instance for _, instance in found if instance.picture is not None]
    return Imported(_content_of_pictures(opened.name, pictured), skipped)


def write(content: ProjectContent) -> Iterator[str]:
    """Yield it as text."""
    yield '{"marcelleMeta":{"type":"dataset"},\n"instances":['
    for i, example in enumerate(content.examples):
        picture = None if example.thumbnail is None else _data_address(example.thumbnail)
        facts = {"id": example.id, "y": example.label, "thumbnail": picture, "group": example.group}
        written = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        row = "" if content.embeddings is None else ",".join(numbers(content.embeddings[i]))
        yield (",\n" if i else "") + f'{written[:-1]},"x":[[{row}]]}}'
    yield "]}"


def _read_instance(instance: object) -> _Instance | str:
    """Return an instance, or why it is passed over."""
    if not isinstance(instance, dict):
        return "unlabelled"
    x, y = instance.get("x"), instance.get("y")
    if isinstance(y, bool) or not isinstance(y, str | int | float):
        return "unlabelled"
    inner = x[0] if isinstance(x, list) and len(x) == 1 else x
    values = flat(inner) if is_flat(inner) else flat(x) if is_flat(x) else None
    picture = _picture_of(x)
    if picture is None:
        picture = _picture_of(instance.get("thumbnail"))
    if values is None and picture is None:
        return "notPicture"
    most = LIMITS["picturePixels" if values is None else "thumbnailPixels"]
    if picture is not None and picture_shape(picture).pixels > most:
        return "big"
    return _Instance(_text(instance.get("id")), as_text(y), _text(instance.get("group")), values, picture)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _picture_of(address: object) -> bytes | None:
    """Return the picture of a data address; None where it is none that can be kept."""
    if not isinstance(address, str) or not _DATA_ADDRESS.match(address):
        return None
    try:
        picture = base64.b64decode(address[address.index(",") + 1 :], validate=True)
    except ValueError:  # no base64, or no ASCII
        return None
    return picture if picture_kind(picture) else None


def _content_of_numbers(name: str, instances: list[_Instance]) -> ProjectContent:
    rows = Rows(name)
    for instance in instances:
        rows.add(
            instance.label,
            instance.numbers or [],
            id=instance.id,
            group=instance.group,
            thumbnail=instance.picture,
        )
    return rows.content()


def _content_of_pictures(name: str, instances: list[_Instance]) -> ProjectContent:
    examples = [
        ContentExample(instance.id or str(uuid.uuid4()), instance.label, instance.group, instance.picture)
        for instance in instances
    ]
    labels = dict.fromkeys(example.label for example in examples)
    return check_content(ProjectContent(name, None, None, [ContentClass(label) for label in labels], examples, None))


def _data_address(picture: bytes) -> str:
    kind = picture_kind(picture)
    return f"data:image/{'jpeg' if kind == 'jpg' else kind};base64,{base64.b64encode(picture).decode('ascii')}"
