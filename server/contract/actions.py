"""What an action of a class may be: its kinds and their fields, which ``contract/actions.json`` lists.

The server carries actions in files of projects and does nothing else with them. Anything may import this module. The
twin is ``web/src/contract/actions.js``.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from server.contract.errors import CONTRACT, ContractError
from server.contract.limits import LIMITS

#: The fields of each kind, and what may be in them.
ACTION_FIELDS: Final[dict[str, dict[str, dict[str, Any]]]] = json.loads((CONTRACT / "actions.json").read_text("utf-8"))
#: What a file in a project may be, by the ending of its name.
FILE_KINDS: Final = ("mp3", "wav", "ogg", "jpg", "png", "webp", "gif")
HALF: Final = re.compile("[\ud800-\udfff]")
_STARTS: Final = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
)
_RIFF: Final = {b"WEBP": "webp", b"WAVE": "wav"}


def complete_action(value: Mapping[str, Any], is_file: Callable[[object], bool]) -> dict[str, Any]:
    """Return an action with all its fields, and no others. What is missing has its first value.

    Args:
        value: Untrusted.
        is_file: What a file is: bytes, or a name in a zip.

    Raises:
        ContractError: badAction.

    Example:
        >>> complete_action({"kind": "say"}, lambda file: False)
        {'kind': 'say', 'cooldown': 0, 'text': ''}
    """
    kind = value.get("kind")
    if not is_kind(kind):
        raise ContractError("badAction", came=kind, expected=", ".join(ACTION_FIELDS))
    cooldown = 0 if value.get("cooldown") is None else value["cooldown"]
    if not _is_whole(cooldown, 0, LIMITS["actionSeconds"]):
        _refuse("cooldown", cooldown, f"0-{LIMITS['actionSeconds']}")
    action: dict[str, Any] = {"kind": kind, "cooldown": cooldown}
    for name, rule in ACTION_FIELDS[str(kind)].items():
        field = _first_value(rule) if value.get(name) is None else value[name]
        if not _is_right(rule, field, is_file):
            _refuse(name, field, f"{name} as contract/actions.json says")
        action[name] = field
    return action


def is_kind(kind: object) -> bool:
    """Return whether there is such a kind of action; False for one of a newer version."""
    return isinstance(kind, str) and kind in ACTION_FIELDS


def file_kind(data: bytes) -> str | None:
    """Return what a file is by its first bytes: one of ``FILE_KINDS``; None for none of these.

    Example:
        >>> file_kind(b"GIF89a")
        'gif'
    """
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12])
    # The first frame of MPEG audio of layer III.
    is_frame = len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2
    return "mp3" if is_frame else None


def _first_value(rule: Mapping[str, Any]) -> object:
    if "default" in rule:
        return rule["default"]
    if rule["type"] == "choice":
        return rule["of"][0]
    return None if rule["type"] == "file" else ""


def _is_right(rule: Mapping[str, Any], field: object, is_file: Callable[[object], bool]) -> bool:
    if rule["type"] == "choice":
        return not isinstance(field, bool) and field in rule["of"]
    if rule["type"] == "whole":
        return _is_whole(field, rule["least"], rule["most"])
    if rule["type"] == "file":
        return field is None or is_file(field)
    if not isinstance(field, str) or len(field) > LIMITS["actionCharacters"] or HALF.search(field):
        return False
    return "pattern" not in rule or re.fullmatch(rule["pattern"], field) is not None


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _refuse(name: str, field: object, expected: str) -> NoReturn:
    raise ContractError("badAction", came=f"{name} {field if isinstance(field, str | int) else ''}", expected=expected)
