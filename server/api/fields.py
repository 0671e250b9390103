"""The fields of a request: each function turns one value from the wire into a typed one, or refuses it.

``server/api/commands.py`` and ``server/api/routes.py`` use them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn.checks import as_label
from server.knn.model import FLOAT32

ROOM_CODE: Final = re.compile(r"[A-Za-z0-9-]{3,24}")
JPEG_START: Final = b"\xff\xd8\xff"
PNG_START: Final = b"\x89PNG\r\n\x1a\n"


def packet_data(event: str, args: Sequence[object]) -> Mapping[str, Any]:
    """Return the object in a packet.

    Args:
        event: The packet's event.
        args: What follows it: an object, and an attachment where there is one.

    Raises:
        ContractError: badRequest for anything but an object.
    """
    data = args[0] if args else None
    if not isinstance(data, dict):
        came = f"{event} with {type(data).__name__}" if args else f"{event} with nothing"
        raise ContractError("badRequest", came=came, expected="an object with the request's keys")
    return data


def embedding(attachment: object) -> NDArray[np.float32]:
    """Return the embedding in a binary attachment, without copying it.

    Args:
        attachment: bytes of d little-endian float32 numbers.

    Returns:
        float32, (d,), read-only; finite or not.

    Raises:
        ContractError: badEmbedding.

    Example:
        >>> embedding(bytes([0, 0, 128, 63, 0, 0, 0, 64]))
        array([1., 2.], dtype=float32)
    """
    if not isinstance(attachment, bytes):
        came = "nothing" if attachment is None else f"{type(attachment).__name__} instead of bytes"
        raise ContractError("badEmbedding", came=came)
    if not attachment or len(attachment) % 4:
        raise ContractError("badEmbedding", came=f"{len(attachment)} bytes")
    return np.frombuffer(attachment, FLOAT32)


def room_code(value: object) -> str:
    """Return a room's code in upper case.

    Raises:
        ContractError: badRoom.

    Example:
        >>> room_code("kiwi-42")
        'KIWI-42'
    """
    if not isinstance(value, str) or not ROOM_CODE.fullmatch(value):
        raise ContractError("badRoom", came=value)
    return value.upper()


def example_id(value: object, max_characters: int) -> str:
    """Return the id of a new example, as text of any length; the room checks the rest.

    Args:
        value: What came.
        max_characters: What the error says was expected.

    Raises:
        ContractError: badId for anything but text.
    """
    if not isinstance(value, str):
        raise ContractError("badId", came=value, expected=max_characters)
    return value


def group(value: object, max_characters: int) -> str | None:
    """Return the group of a new example, as text of any length, or None; the room checks the rest.

    Args:
        value: What came.
        max_characters: What the error says was expected.

    Raises:
        ContractError: badGroup for anything but text or None.
    """
    if value is not None and not isinstance(value, str):
        raise ContractError("badGroup", came=value, expected=max_characters)
    return value


def new_label(value: object) -> str:
    """Return the label that a class gets, as text of any length; the room checks the rest.

    Raises:
        ContractError: badLabel for anything but text.
    """
    return value if isinstance(value, str) else as_label(value)


def existing_label(value: object) -> str:
    """Return the label of a class that should exist.

    Raises:
        ContractError: noSuchLabel for anything but text, which no class has as its label.
    """
    if not isinstance(value, str):
        raise ContractError("noSuchLabel", came=value)
    return value


def existing_example(value: object) -> str:
    """Return the id of an example that should exist.

    Raises:
        ContractError: noSuchExample for anything but text, which no example has as its id.
    """
    if not isinstance(value, str):
        raise ContractError("noSuchExample", came=value)
    return value


def thumbnail(value: object, max_bytes: int) -> bytes | None:
    """Return a thumbnail, or None where there is none.

    Raises:
        ContractError: badThumbnail for anything but a JPEG, PNG or WebP of at most ``max_bytes``.
    """
    if value is None:
        return None
    if not isinstance(value, bytes):
        raise ContractError("badThumbnail", came=type(value).__name__, expected=f"{max_bytes} bytes")
    if len(value) > max_bytes:
        raise ContractError("badThumbnail", came=f"{len(value)} bytes", expected=f"{max_bytes} bytes")
    is_webp = value[:4] == b"RIFF" and value[8:12] == b"WEBP"
    if not is_webp and not value.startswith((JPEG_START, PNG_START)):
        raise ContractError("badThumbnail", came="bytes of something else", expected=f"{max_bytes} bytes")
    return value


def whole_number(data: Mapping[str, Any], key: str, event: str) -> int:
    """Return a whole number of at least 0.

    Raises:
        ContractError: badRequest.

    Example:
        >>> whole_number({"since": 7}, "since", "sync")
        7
    """
    value = data.get(key)
    if type(value) is not int or value < 0:
        raise ContractError(
            "badRequest", came=f"{event} with {key} {value}", expected=f"a whole number of at least 0 as {key}"
        )
    return value
