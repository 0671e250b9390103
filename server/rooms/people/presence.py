"""How often a room tells who is in it. ``server/rooms/people/members.py`` owns one."""

import threading
import time
from collections.abc import Callable
from typing import Final

#: The least time between two announcements, in seconds; many clients get long lists, and so a longer one.
SECONDS: Final = 0.25
SECONDS_A_CLIENT: Final = 1 / 120


class Presence:
    """Announces at once, and what comes soon after that together, a little later: 300 who join are not 300 lists.

    Args:
        send: Announces who is in the room now. Called from any thread.

    Example:
        >>> presence = Presence(lambda: print("here: 2"))
        >>> presence.announce(2)
        here: 2
        >>> presence.announce(2)
        >>> presence.stop()
    """

    def __init__(self, send: Callable[[], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._free_at = float("-inf")
        self._timer: threading.Timer | None = None
        self._is_stopped = False

    def announce(self, here: int) -> None:
        """Announce it now or soon.

        Args:
            here: How many clients are told.
        """
        with self._lock:
            if self._timer or self._is_stopped:
                return
            now = time.monotonic()
            pause = max(SECONDS, here * SECONDS_A_CLIENT)
            if now < self._free_at:
                self._free_at += pause
                self._timer = threading.Timer(self._free_at - pause - now, self._send_later)
                self._timer.daemon = True
                self._timer.start()
                return
            self._free_at = now + pause
        self._send()

    def stop(self) -> None:
        """Announce no more."""
        with self._lock:
            self._is_stopped = True
            if self._timer:
                self._timer.cancel()

    def _send_later(self) -> None:
        with self._lock:
            self._timer = None
            if self._is_stopped:
                return
        self._send()
