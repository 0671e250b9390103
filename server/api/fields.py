"""The fields of a request: each function turns one value from the wire into a typed one, or refuses it.

``server/api/commands.py`` and ``server/api/routes.py`` use them.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import CERTAINTIES
from server.contract.emoji import is_emoji
from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.contract.names import as_display_name
from server.exchange.content import picture_kind
from server.exchange.picture_shape import picture_shape
from server.knn.checks import as_label, as_name
from server.knn.model import FLOAT32
from server.rooms.last_changes import ChangeId
from server.rooms.people.access import LEVELS
from server.rooms.people.members import Member
from server.rooms.people.room_secret import hash_of
from server.rooms.storage import Life

#: The shortest and the longest secret that is looked at.
SECRET_CHARACTERS: Final = (16, 200)
#: The longest text that may be a room's code, with what is written between its words.
TYPED_CHARACTERS: Final = 100
ROOM_CODE: Final = re.compile(r"[A-Za-z0-9-]{3,24}")
#: A key that pairs a camera with who asks it: hard to guess.
CAMERA_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
#: What people write between the words of a code: spaces, underlines, and dashes of all kinds.
BETWEEN_WORDS: Final = re.compile(r"[\s_\u2010-\u2015\u2212-]+")


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
    """Return a room's code as it is kept, however a person typed it.

    Raises:
        ContractError: badRoom.

    Example:
        >>> room_code("Ocean tulip robot 427")
        'OCEAN-TULIP-ROBOT-427'
    """
    # As asRoomCode in web/src/app/rooms-here.js does it.
    typed = value if isinstance(value, str) and len(value) <= TYPED_CHARACTERS else ""
    code = BETWEEN_WORDS.sub("-", unicodedata.normalize("NFKC", typed).strip())
    if not ROOM_CODE.fullmatch(code):
        raise ContractError("badRoom", came=value)
    return code.upper()


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


def seen_label(value: object, max_characters: int) -> str:
    """Return the label in an answer. Raises ContractError badLabel, emptyLabel or longLabel."""
    label = as_label(value)
    if len(label) > max_characters:
        raise ContractError("longLabel", came=len(label), expected=max_characters)
    return label


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
        ContractError: badThumbnail for anything but a JPEG, PNG or WebP of at most ``max_bytes`` and of at most
            ``thumbnailPixels``: everyone's device would have to unpack it.
    """
    if value is None:
        return None
    if not isinstance(value, bytes):
        raise ContractError("badThumbnail", came=type(value).__name__, expected=f"{max_bytes} bytes")
    if len(value) > max_bytes:
        raise ContractError("badThumbnail", came=f"{len(value)} bytes", expected=f"{max_bytes} bytes")
    if picture_kind(value) is None:
        raise ContractError("badThumbnail", came="bytes of something else", expected=f"{max_bytes} bytes")
    shape = picture_shape(value)
    if shape.pixels > LIMITS["thumbnailPixels"]:
        came = f"{shape.width} × {shape.height} pixels"
        raise ContractError("badThumbnail", came=came, expected=f"{LIMITS['thumbnailPixels']} pixels")
    return value


def labels(value: object, event: str) -> list[str]:
    """Return a list of labels, of which some may be no class's.

    Raises:
        ContractError: badRequest for anything but a list, badLabel for anything but text in it.

    Example:
        >>> labels(["cat", "dog"], "orderLabels")
        ['cat', 'dog']
    """
    if not isinstance(value, list):
        raise ContractError(
            "badRequest", came=f"{event} with labels {value}", expected="a list of class names as labels"
        )
    return [new_label(each) for each in value]


def ids(value: object, event: str) -> list[str]:
    """Return a list of examples' ids.

    Raises:
        ContractError: badRequest for anything but a list, badId for anything but an id in it.

    Example:
        >>> ids(["one"], "noteRemovals")
        ['one']
    """
    if not isinstance(value, list):
        raise ContractError("badRequest", came=f"{event} with ids {value}", expected="a list of examples' ids as ids")
    return [as_name(each, "badId") for each in value]


def colour(value: object, count: int) -> int:
    """Return a class's colour, from 0 to below ``count``.

    Raises:
        ContractError: badColour.
    """
    if type(value) is not int or not 0 <= value < count:
        raise ContractError("badColour", came=value, expected=count - 1)
    return value


def emoji(value: object) -> str | None:
    """Return a class's emoji; None for none.

    Raises:
        ContractError: badEmoji for anything but one visible character.
    """
    if value is not None and not (isinstance(value, str) and is_emoji(value)):
        came = value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        raise ContractError("badEmoji", came=came)
    return value


def flag(data: Mapping[str, Any], key: str, event: str) -> bool:
    """Return true or false; false where there is no such key.

    Raises:
        ContractError: badRequest.
    """
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise ContractError("badRequest", came=f"{event} with {key} {value}", expected=f"true or false as {key}")
    return value


def member(value: object) -> Member | None:
    """Return who is at a client; None where it does not say.

    Raises:
        ContractError: badRequest for anything but an object, and for a secret of another kind; badId or badName.

    Example:
        >>> member({"id": "device-1", "name": "Ada"})
        Member(id='device-1', name='Ada', hash='')
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ContractError(
            "badRequest", came=f"join with member {value}", expected="an object with id and name as member"
        )
    own = secret(value.get("secret"), "join")
    return Member(as_name(value.get("id"), "badId"), as_display_name(value.get("name")), hash_of(own) if own else "")


def life(value: object) -> Life | None:
    """Return which life of a room a client knows; None where it does not say.

    Raises:
        ContractError: badRequest.

    Example:
        >>> life({"epoch": "5eb1e0f0a2c4d6e8", "revision": 3})
        Life(epoch='5eb1e0f0a2c4d6e8', revision=3)
    """
    if value is None:
        return None
    epoch, revision = (value.get("epoch"), value.get("revision")) if isinstance(value, dict) else (None, None)
    is_number = isinstance(revision, int) and not isinstance(revision, bool) and revision >= 0
    if not (isinstance(epoch, str) and is_number):
        raise ContractError("badRequest", came=f"join with life {value}", expected="an object with epoch and revision")
    return Life(epoch, cast(int, revision))


def change(value: object, event: str) -> ChangeId | None:
    """Return which change of a client's a request is; None where it does not say.

    Raises:
        ContractError: badRequest.

    Example:
        >>> change({"sender": "page-1", "n": 7}, "addExample")
        ChangeId(sender='page-1', n=7)
    """
    if value is None:
        return None
    sender, n = (value.get("sender"), value.get("n")) if isinstance(value, dict) else (None, None)
    is_sender = isinstance(sender, str) and 0 < len(sender) <= LIMITS["idCharacters"]
    if not (is_sender and type(n) is int and 0 <= n < 1 << 53):
        expected = f"an object with sender, text of 1 to {LIMITS['idCharacters']} characters, and n, a whole number"
        raise ContractError("badRequest", came=f"{event} with change {value}", expected=expected)
    return ChangeId(cast(str, sender), n)


def secret(value: object, event: str) -> str | None:
    """Return the secret of an owner or a member; None where there is none.

    Raises:
        ContractError: badRequest for anything but text of 16 to 200 characters; it does not quote what came.

    Example:
        >>> secret("qsd1yq5UVfzOkqDVKcXVTA", "join")
        'qsd1yq5UVfzOkqDVKcXVTA'
    """
    least, most = SECRET_CHARACTERS
    if value is not None and not (isinstance(value, str) and least <= len(value) <= most):
        expected = f"text of {least} to {most} characters as secret"
        raise ContractError("badRequest", came=f"{event} with another kind of secret", expected=expected)
    return value


def camera_key(value: object, event: str) -> str | None:
    """Return the key that pairs a camera with whoever asks it; None where there is none.

    Raises:
        ContractError: badRequest for anything but text of 16 to 64 letters, digits, hyphens and underlines; it does
            not quote what came.
    """
    if value is not None and not (isinstance(value, str) and CAMERA_KEY.fullmatch(value)):
        expected = "text of 16 to 64 letters, digits, hyphens and underlines as camera"
        raise ContractError("badRequest", came=f"{event} with another kind of camera", expected=expected)
    return value


def contributor(value: object, event: str) -> str:
    """Return a contributor's id, as text; the room checks the rest.

    Raises:
        ContractError: badRequest for anything but text.
    """
    if not isinstance(value, str):
        raise ContractError("badRequest", came=f"{event} about {value}", expected="a contributor's id as contributor")
    return value


def access_level(value: object) -> str:
    """Return what members may do.

    Raises:
        ContractError: badRequest for anything but one of LEVELS.
    """
    if not isinstance(value, str) or value not in LEVELS:
        expected = f"one of {', '.join(LEVELS)} as level"
        raise ContractError("badRequest", came=f"setAccess with level {value}", expected=expected)
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


def certainty(value: object) -> str:
    """Return which of the three answers it is. Raises ContractError badRequest."""
    if isinstance(value, str) and value in CERTAINTIES:
        return value
    raise ContractError("badRequest", came=f"tellAnswer with the certainty {value}", expected=", ".join(CERTAINTIES))


def share(value: object) -> float:
    """Return an answer's share, from 0 to 1. Raises ContractError badRequest."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0 <= cast(float, value) <= 1:
        return float(cast(float, value))
    raise ContractError("badRequest", came=f"tellAnswer with the share {value}", expected="a number from 0 to 1")
