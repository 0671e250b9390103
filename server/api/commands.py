"""What the fields of a request may be: from the wire's values to the room's."""

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn.model import FLOAT32, Model

ROOM_CODE: Final = re.compile(r"[A-Za-z0-9-]{3,24}")
MAX_MODEL_ID: Final = 200
MAX_DIMENSION: Final = 65536


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
    good_dimension = type(dimension) is int and 1 <= dimension <= MAX_DIMENSION
    if not good_name or not good_dimension:
        raise ContractError(
            "badRequest",
            came=f"for the model {value}",
            expected=f"a model with an id, and a dimension from 1 to {MAX_DIMENSION}",
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
