"""The announcements of one room: queued in order, sent outside the room's lock.

``server/rooms/room.py`` owns one. It puts announcements in while it holds its lock, so that they stand in the order of
their revisions, and sends them once the lock is free.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

#: Sends one announcement to a room's clients; called with the room's code, event, data, and the client to leave out.
Announce = Callable[[str, str, Mapping[str, Any], "str | None"], None]

log = logging.getLogger(__name__)


class Announcement(NamedTuple):
    """One event for a room's clients, and the client that it is not sent to."""

    event: str
    data: Mapping[str, Any]
    skip_sid: str | None


class Broadcast:
    """The queue of one room's announcements, which one thread at a time empties.

    Args:
        code: The room's.
        announce: Sends one announcement; may find a client gone, and then calls ``send`` again from within.

    Example:
        >>> broadcast = Broadcast("KIWI-42", lambda code, event, data, skip_sid: print(code, event, data))
        >>> broadcast.put("presence", {"here": 2})
        >>> broadcast.send()
        KIWI-42 presence {'here': 2}
    """

    def __init__(self, code: str, announce: Announce) -> None:
        self._code = code
        self._announce = announce
        self._queue: deque[Announcement] = deque()
        self._sending = threading.RLock()
        self._is_sending = False

    def put(self, event: str, data: Mapping[str, Any], skip_sid: str | None = None) -> None:
        """Queue one announcement. Called with the room's lock, which keeps the order."""
        self._queue.append(Announcement(event, data, skip_sid))

    def send(self, wait: bool = True) -> None:
        """Send all that is queued, in order. Called without the room's lock.

        Args:
            wait: Whether to wait for another thread that is sending; without, that thread sends what is queued.
        """
        while self._queue and self._sending.acquire(blocking=wait):
            try:
                # The lock is re-entrant, and sending is not: an announcement that finds a client gone makes that client
                # leave, which announces the new presence from within. The loop that is running sends that, too.
                if self._is_sending:
                    return
                self._is_sending = True
                try:
                    self._send_queued()
                finally:
                    self._is_sending = False
            finally:
                self._sending.release()

    def _send_queued(self) -> None:
        while self._queue:
            event, data, skip_sid = self._queue.popleft()
            try:
                self._announce(self._code, event, data, skip_sid)
            except Exception:
                log.exception("An announcement of room %s failed; its clients will see a gap.", self._code)
