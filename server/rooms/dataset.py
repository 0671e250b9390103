"""Data sets as files: a room's whole content, lossless, as JSON.

Turns bytes into content and back; knows neither rooms nor HTTP.
"""

import base64
import binascii
import json
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.api import commands as fields
from server.contract.errors import ContractError
from server.knn import KNN
from server.knn.examples import Dataset
from server.knn.model import FLOAT32, Model

FORMAT: Final = "show-and-tell/dataset@1"
EXPECTED: Final = f"a file of the format {FORMAT}, as this server writes it"


class Saved(NamedTuple):
    """A room's content: the model it belongs to, None before the first, and what its classifier knows."""

    model: Model | None
    dataset: Dataset


def to_json(saved: Saved) -> bytes:
    """Return the file."""
    head = {
        "format": FORMAT,
        "model": saved.model and saved.model.as_dict(),
        "labels": saved.dataset["labels"],
        "examples": saved.dataset["examples"],
        "embeddings": "",
    }
    # Base64 needs no escaping: 100 MB of it stay out of the JSON encoder.
    text = json.dumps(head).encode("ascii").removesuffix(b'"}')
    return b"".join([text, base64.b64encode(np.ascontiguousarray(saved.dataset["embeddings"], FLOAT32).data), b'"}\n'])


def from_json(text: bytes) -> Saved:
    """Read the file.

    Raises:
        ContractError: badDataset, and nothing else, whatever is wrong with it.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad(f"it is no JSON ({error})") from None
    if not isinstance(data, dict):
        raise _bad("it is no object")
    if data.get("format") != FORMAT:
        raise _bad(f"its format is {data.get('format')!r}")
    labels, examples = data.get("labels"), data.get("examples")
    if not isinstance(labels, list) or not isinstance(examples, list):
        raise _bad("labels or examples are no list")
    model = _model(data.get("model"), needed=bool(examples))
    if not all(isinstance(label, str) for label in labels) or len(set(labels)) != len(labels):
        raise _bad("labels are not text, or not all different")
    embeddings = _embeddings(data.get("embeddings"), len(examples), model.dimension if model else 0)
    known = set(labels)
    return Saved(
        model,
        {
            "dimension": model.dimension if model else None,
            "labels": labels,
            "examples": [_example(example, known) for example in examples],
            "embeddings": embeddings,
        },
    )


def to_classifier(saved: Saved) -> KNN:
    """Build the classifier that knows the content.

    Raises:
        ContractError: badDataset, for content that it refuses.
    """
    try:
        return KNN.from_dataset(saved.dataset)
    except ContractError as error:
        if error.code == "badDataset":
            raise
        raise _bad(error.message) from None


def _model(value: object, needed: bool) -> Model | None:
    if value is None and not needed:
        return None
    try:
        return fields.model(value)
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
    if not isinstance(value, str):
        raise _bad("embeddings are no text")
    try:
        numbers = np.frombuffer(base64.b64decode(value, validate=True), FLOAT32)
    except (binascii.Error, ValueError):
        raise _bad("embeddings are no base64 of 32-bit numbers") from None
    if numbers.size != count * dimension:
        raise _bad(f"{numbers.size} numbers for {count} examples of {dimension} each")
    return numbers.reshape(count, dimension)


def _bad(came: str) -> ContractError:
    return ContractError("badDataset", came=came, expected=EXPECTED)
