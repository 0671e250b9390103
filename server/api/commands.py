"""What the fields of a request may be: from the wire's values to the room's."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import MAX_NEIGHBOURS, METRICS, WEIGHTS
from server.contract.errors import ContractError
from server.evaluation.evaluation import Question
from server.knn.options import check_settings

ROOM_CODE: Final = re.compile(r"[A-Za-z0-9-]{3,24}")
MAX_MODEL_ID: Final = 200
LARGEST_DIMENSION: Final = 65536
FLOAT32: Final = np.dtype("<f4")


class Model(NamedTuple):
    """Which model's embeddings a room holds, and their length."""

    id: str
    dimension: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {"id": self.id, "dimension": self.dimension}


class Choice(NamedTuple):
    """How to classify: a room's settings, or one query's; "auto" leaves it to what the room's study finds."""

    k: int = 3
    metric: str = "auto"
    weights: str = "uniform"
    unknown_distance: float | str | None = "auto"

    def changed(self, data: Mapping[str, Any]) -> "Choice":
        """Return these with the changes that a request asks for.

        Raises:
            ContractError: badK, unknownMetric, unknownWeights or badUnknownDistance.
        """
        if not data:
            return self
        k = data.get("k", self.k)
        metric = data.get("metric", self.metric)
        weights = data.get("weights", self.weights)
        unknown_distance = data.get("unknownDistance", self.unknown_distance)
        if not isinstance(metric, str):
            raise ContractError("unknownMetric", came=metric, expected=", ".join((*METRICS, "auto")))
        if not isinstance(weights, str):
            raise ContractError("unknownWeights", came=weights, expected=", ".join(WEIGHTS))
        plain = "cosine" if metric == "auto" else metric
        check_settings(k, plain, weights, None if unknown_distance == "auto" else unknown_distance)
        return Choice(int(k), metric, weights, unknown_distance)

    def as_question(self) -> Question:
        """Return what the evaluation is asked about it."""
        return Question(min(self.k, MAX_NEIGHBOURS), self.metric, self.weights)

    def as_dict(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {
            "k": self.k,
            "metric": self.metric,
            "weights": self.weights,
            "unknownDistance": self.unknown_distance,
        }


def embedding(value: object) -> NDArray[np.float32]:
    """Return the numbers in one binary attachment, without copying them.

    Args:
        value: bytes of d little-endian float32.

    Returns:
        float32, (d,), read-only; finite or not.

    Raises:
        ContractError: badEmbedding.
    """
    if not isinstance(value, bytes):
        came = "nothing" if value is None else f"{type(value).__name__} instead of bytes"
        raise ContractError("badEmbedding", came=came)
    if not value or len(value) % 4:
        raise ContractError("badEmbedding", came=f"{len(value)} bytes")
    return np.frombuffer(value, FLOAT32)


def room_code(value: object) -> str:
    """Return a room's code in upper case.

    Raises:
        ContractError: badRoom.
    """
    if not isinstance(value, str) or not ROOM_CODE.fullmatch(value):
        raise ContractError("badRoom", came=value)
    return value.upper()


def model(value: object) -> Model:
    """Return the model that a request names.

    Raises:
        ContractError: badRequest.
    """
    name, dimension = (value.get("id"), value.get("dimension")) if isinstance(value, dict) else (None, None)
    good_name = isinstance(name, str) and 0 < len(name) <= MAX_MODEL_ID
    good_dimension = type(dimension) is int and 1 <= dimension <= LARGEST_DIMENSION
    if not good_name or not good_dimension:
        raise ContractError(
            "badRequest",
            came=f"for the model {value}",
            expected=f"a model with an id, and a dimension from 1 to {LARGEST_DIMENSION}",
        )
    return Model(str(name), int(dimension))  # type: ignore[arg-type]


def thumbnail(value: object, most_bytes: int) -> bytes | None:
    """Return a thumbnail, or None where there is none.

    Raises:
        ContractError: badThumbnail for anything but a JPEG, PNG or WebP of at most ``most_bytes``.
    """
    if value is None:
        return None
    if not isinstance(value, bytes):
        raise ContractError("badThumbnail", came=type(value).__name__, expected=f"{most_bytes} bytes")
    if len(value) > most_bytes:
        raise ContractError("badThumbnail", came=f"{len(value)} bytes", expected=f"{most_bytes} bytes")
    picture = value.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        value[:4] == b"RIFF" and value[8:12] == b"WEBP"
    )
    if not picture:
        raise ContractError("badThumbnail", came="bytes of something else", expected=f"{most_bytes} bytes")
    return value


def whole_number(data: Mapping[str, Any], key: str, event: str) -> int:
    """Return a whole number of at least 0.

    Raises:
        ContractError: badRequest.
    """
    value = data.get(key)
    if type(value) is not int or value < 0:
        raise ContractError(
            "badRequest", came=f"{event} with {key} {value}", expected=f"a whole number of at least 0 as {key}"
        )
    return value
