"""The announcements of one room. ``server/rooms/room.py`` owns one."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

#: Takes one announcement for a room's clients, and sends it soon, in the order in which they come. Called from any
#: thread, with the room's code, event, data, and the client to leave out; it never waits. Where there are other
#: workers, it has a method ``prepare`` as well; see ``workers/worker.py``.
Announce = Callable[[str, str, Mapping[str, Any], "str | None"], None]

log = logging.getLogger(__name__)


class Announcement(NamedTuple):
    """One event for a room's clients, and the client that it is not sent to."""

    event: str
    data: Mapping[str, Any]
    skip_sid: str | None = None


class Broadcast:
    """Announces to the clients of one room.

    Args:
        code: The room's.
        announce: Sends one announcement.

    Example:
        >>> broadcast = Broadcast("KIWI-42", lambda code, event, data, skip_sid: print(code, event, data))
        >>> broadcast.send(Announcement("presence", {"here": 2}))
        KIWI-42 presence {'here': 2}
    """

    def __init__(self, code: str, announce: Announce) -> None:
        self._code = code
        self._announce = announce
        self._prepare = getattr(announce, "prepare", None)

    def prepare(self, announcements: Sequence[Announcement]) -> None:
        """Tell other workers what goes with facts that are about to be kept, and is not in them."""
        if self._prepare:
            self._prepare(self._code, announcements)

    def send(self, *announcements: Announcement) -> None:
        """Send announcements, in order."""
        for event, data, skip_sid in announcements:
            try:
                self._announce(self._code, event, data, skip_sid)
            except Exception:
                log.exception("An announcement failed; its clients will see a gap.")
