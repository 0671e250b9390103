"""What an owner lets the others do. ``server/rooms/room_state.py`` keeps it, and ``permissions.py`` goes by it."""

from typing import Any, Final, NamedTuple, TypedDict

#: What members may do, each with all before it: ask; add; change what is theirs; change everything.
LEVELS: Final = ("view", "add", "editOwn", "editAll")
DEFAULT_LEVEL: Final = "editOwn"


class AccessChange(TypedDict, total=False):
    """What of an access changes."""

    level: str
    locked: bool
    thumbnails: bool


class Access(NamedTuple):
    """What members may do: one of LEVELS; nothing but ask while it is locked. And whether pictures go to all.

    Example:
        >>> Access().changed({"locked": True}).as_dict()["locked"]
        True
    """

    level: str = DEFAULT_LEVEL
    locked: bool = False
    thumbnails: bool = False

    def changed(self, change: AccessChange) -> "Access":
        """Return it with a change."""
        return self._replace(**change)

    def as_dict(self) -> dict[str, Any]:
        """Return it as it travels."""
        return self._asdict()
