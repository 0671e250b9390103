"""Deletes rooms whose term is over: nothing in them changed for so many days. ``server/app.py`` runs it now and then.

A clock may jump, and a wrong one must not delete anybody's work: see ``docs/decisions/025-codes.md``.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from server.rooms.rooms import Rooms
from server.rooms.storage import Storage

log = logging.getLogger(__name__)

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
MONTH: Final = 30 * DAY
#: A clock that went so many seconds more or less than time itself has jumped.
JUMP_SECONDS: Final = 300
#: Changes of so many days of the last month show that the clock was right on all of them.
DAYS_SEEN: Final = 3
MOST_AN_HOUR: Final = 10
#: Of several workers, each notes the rooms as used that somebody is in, so many seconds before their term ends.
NOTED_BEFORE: Final = 2 * DAY
#: 2026: no room is older, whatever the clock of a computer said that had just been switched on.
EARLIEST: Final = 1767225600.0


class Term:
    """Deletes rooms, a few at a time, once the clock has proved itself.

    Args:
        rooms: The open rooms.
        storage: Where rooms are kept.
        days: How long a room stays after its last change; 0 for ever.
        clock: Returns seconds since 1970; it may jump.
        steady_clock: Returns seconds from any origin; it never jumps.
    """

    def __init__(
        self,
        rooms: Rooms,
        storage: Storage,
        days: int,
        clock: Callable[[], float] = time.time,
        steady_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rooms = rooms
        self._storage = storage
        self._seconds = days * DAY
        self._clock = clock
        self._steady_clock = steady_clock
        self._deleted_at: deque[float] = deque(maxlen=MOST_AN_HOUR)
        self._announced = 0
        self._began: tuple[float, float, float] | None = None  # clock, steady clock, and how long to wait from then on

    def end_some(self) -> int:
        """Delete rooms whose term is over, and return how many. Raises StorageError.

        The first calls only watch the clock. At most ``MOST_AN_HOUR`` rooms go within an hour.
        """
        if not self._seconds:
            return 0
        now, steady = self._clock(), self._steady_clock()
        if self._began is None or abs((now - self._began[0]) - (steady - self._began[1])) > JUMP_SECONDS:
            self._began = (now, steady, self._wait(now))
        before = now - self._seconds
        self._note_used(before)
        due = self._due(before)
        waited = steady - self._began[1]
        if len(due) > self._announced:
            remaining = max(self._began[2] - waited, 0) / HOUR
            log.warning(
                "%d rooms are over their term. They are deleted, in %.0f hours at the earliest.", len(due), remaining
            )
        self._announced = len(due)
        deleted = 0
        for code in due if waited >= self._began[2] else []:
            if len(self._deleted_at) == MOST_AN_HOUR and steady - self._deleted_at[0] < HOUR:
                break
            if self._rooms.end(code, before):
                self._deleted_at.append(steady)
                deleted += 1
        if deleted:
            log.warning("%d rooms were deleted: their term was over.", deleted)
        return deleted

    def _note_used(self, before: float) -> None:
        """Note the rooms as used that somebody is in at this worker: others, which can't see that, do not end them."""
        here = {room.code for room in self._rooms if room.members} if self._storage.is_shared else set()
        for code in here.intersection(self._storage.expired(before + NOTED_BEFORE) if here else ()):
            self._storage.touch(code)

    def _due(self, before: float) -> list[str]:
        """Return the rooms whose term is over; those that a clock before its time has stamped begin theirs anew."""
        for code in self._storage.expired(min(before, EARLIEST)):
            self._storage.touch(code)
        return self._storage.expired(before)

    def _wait(self, now: float) -> float:
        """Return how long the clock must go on without a jump: the less the kept rooms say for it, the longer."""
        month = [room.used_at for room in self._storage.rooms() if now - MONTH < room.used_at <= now]
        if len({used_at // DAY for used_at in month}) >= DAYS_SEEN:
            return HOUR
        return DAY if month else MONTH
