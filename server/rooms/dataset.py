"""Data sets as files: a room's whole content, without loss, as JSON.

Turns bytes into typed content and back; knows neither rooms nor HTTP. ``server/api/routes.py`` reads and writes files,
and ``server/rooms/room.py`` takes and returns content.
"""

import base64
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

import server.knn
from server.contract.emoji import is_emoji
from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.contract.names import as_display_name
from server.knn.examples import Dataset
from server.knn.model import FLOAT32, Model
from server.rooms.class_styles import Style
from server.rooms.json_reader import JsonReader
from server.rooms.room_limits import RoomLimits

FORMAT: Final = "show-and-tell/dataset@1"
KEYS: Final = ("format", "name", "model", "labels", "styles", "examples", "embeddings")
#: Most keys of a file, with those that are not known.
MAX_KEYS: Final = 100
EXPECTED: Final = f"a file of the format {FORMAT}, as this server writes it"


class RoomContent(NamedTuple):
    """A room's content.

    Attributes:
        model: None before the first client.
        dataset: What its classifier holds.
        styles: How its classes look, by label; a file may leave out any.
        name: The project's; None: the file has none.
    """

    model: Model | None
    dataset: Dataset
    styles: Mapping[str, Style] = MappingProxyType({})
    name: str | None = None


def to_json(content: RoomContent) -> bytes:
    """Return the file of a room's content.

    Example:
        >>> to_json(RoomContent(None, KNN().to_dataset()))[:34]
        b'{"format": "show-and-tell/dataset@'
    """
    header: dict[str, Any] = {
        "format": FORMAT,
        "model": content.model and content.model.as_dict(),
        "labels": content.dataset["labels"],
        "examples": content.dataset["examples"],
    }
    if content.name is not None:
        header["name"] = content.name
    if content.styles:
        header["styles"] = [content.styles[label].as_dict() for label in content.dataset["labels"]]
    header["embeddings"] = ""
    # Base64 needs no escaping: 100 MB of it stay out of the JSON encoder.
    text = json.dumps(header).encode("ascii").removesuffix(b'"}')
    embeddings = np.ascontiguousarray(content.dataset["embeddings"], FLOAT32)
    return b"".join([text, base64.b64encode(embeddings.data), b'"}\n'])


def from_json(file: IO[bytes], limits: RoomLimits) -> RoomContent:
    """Return the content in a file.

    Args:
        file: Opened for reading bytes; other threads have their turns while it is read.
        limits: Of the room that is to hold the content.

    Raises:
        ContractError: badDataset, tooManyExamples or tooManyClasses, and nothing else, whatever is wrong with the file.

    Example:
        >>> file = io.BytesIO(to_json(RoomContent(None, KNN().to_dataset())))
        >>> from_json(file, RoomLimits(Settings())).dataset["labels"]
        []
    """
    reader = JsonReader(file)
    try:
        if reader.next_character() != "{":
            reader.value()
            raise _bad("it is no object")
        data: dict[str, Any] = {}
        for number, key in enumerate(reader.keys()):
            if number == MAX_KEYS:
                raise _bad(f"it has more than {MAX_KEYS} keys")
            value = _read(reader, key, limits)
            if key in KEYS:
                data[key] = value
        reader.end()
    except ContractError:
        raise
    except ValueError as error:
        raise _bad(f"it is no JSON that can be read ({error})") from None
    if data.get("format") != FORMAT:
        raise _bad(f"its format is {data.get('format')!r}")
    labels, examples = data.get("labels"), data.get("examples")
    if not isinstance(labels, list) or not isinstance(examples, list):
        raise _bad("labels or examples are no list")
    model = _model(data.get("model"), is_needed=bool(examples))
    if not all(isinstance(label, str) for label in labels) or len(set(labels)) != len(labels):
        raise _bad("labels are not text, or not all different")
    embeddings = _embeddings(data.get("embeddings"), len(examples), model.dimension if model else 0)
    known_labels = set(labels)
    return RoomContent(
        model,
        {
            "dimension": model.dimension if model else None,
            "labels": labels,
            "examples": [_example(example, known_labels) for example in examples],
            "embeddings": embeddings,
        },
        _styles(data.get("styles"), labels),
        _name(data.get("name")),
    )


def _read(reader: JsonReader, key: str, limits: RoomLimits) -> Any:
    """Read the value of a key: a large list one by one, and embeddings as bytes."""
    first = reader.next_character()
    if key == "embeddings" and first == '"':
        try:
            return reader.base64()
        except ValueError:
            raise _bad("embeddings are no base64 of 32-bit numbers") from None
    if key not in ("labels", "styles", "examples") or first != "[":
        return reader.value()
    values: list[Any] = []
    for _ in reader.items():
        values.append(reader.value())
        is_examples = key == "examples"
        limits.check_sizes(0 if is_examples else len(values), len(values) if is_examples else 0)
    return values


def to_classifier(content: RoomContent) -> "server.knn.KNN":
    """Build the classifier that holds the content.

    Raises:
        ContractError: badDataset, for content that the classifier refuses.
    """
    try:
        return server.knn.KNN.from_dataset(content.dataset, may_have_zeros=False)
    except ContractError as error:
        if error.code == "badDataset":
            raise
        raise _bad(error.message) from None


def _styles(value: object, labels: list[str]) -> dict[str, Style]:
    if value is None:
        return {}
    if not isinstance(value, list) or len(value) != len(labels):
        raise _bad("styles are no list with one for each label")
    return {label: _style(each) for label, each in zip(labels, value, strict=True)}


def _style(value: object) -> Style:
    if not isinstance(value, dict):
        raise _bad("a style is no object")
    colour, emoji = value.get("colour"), value.get("emoji")
    if type(colour) is not int or not 0 <= colour < LIMITS["colours"]:
        raise _bad(f"a colour is {colour!r}")
    if emoji is not None and not (isinstance(emoji, str) and is_emoji(emoji)):
        raise _bad(f"an emoji is {emoji!r}")
    return Style(colour, emoji)


def _name(value: object) -> str | None:
    if value is None:
        return None
    try:
        return as_display_name(value)
    except ContractError as error:
        raise _bad(error.message) from None


def _model(value: object, is_needed: bool) -> Model | None:
    if value is None and not is_needed:
        return None
    try:
        return Model.from_dict(value)
    except ContractError:
        raise _bad("it names no model with an id and a dimension") from None


def _example(value: object, labels: set[str]) -> dict[str, str | None]:
    if not isinstance(value, dict):
        raise _bad("an example is no object")
    example_id, label, group = value.get("id"), value.get("label"), value.get("group")
    if not isinstance(example_id, str):
        raise _bad(f"an example's id is {example_id!r}")
    if not isinstance(label, str) or label not in labels:
        raise _bad(f"an example's label, {label!r}, is not among the labels")
    if group is not None and not isinstance(group, str):
        raise _bad(f"an example's group is {group!r}")
    return {"id": example_id, "label": label, "group": group}


def _embeddings(value: object, count: int, dimension: int) -> NDArray[np.float32]:
    """Return the embeddings, float32, (n, d)."""
    if not isinstance(value, bytearray):
        raise _bad("embeddings are no text")
    try:
        numbers = np.frombuffer(value, FLOAT32)
    except ValueError:
        raise _bad("embeddings are no base64 of 32-bit numbers") from None
    if numbers.size != count * dimension:
        raise _bad(f"{numbers.size} numbers for {count} examples of {dimension} each")
    return numbers.reshape(count, dimension)


def _bad(came: str) -> ContractError:
    return ContractError("badDataset", came=came, expected=EXPECTED)
