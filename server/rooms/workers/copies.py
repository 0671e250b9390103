"""This worker's copies of rooms, where other workers have copies, too: brought up to date, and changed in turns.

``Rooms`` owns one where its storage is shared. Its methods wait for the database: they are not called on the event
loop; see ``turns.py``.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Final, NamedTuple, TypeVar

from server.rooms.journal import NOTHING, Extra
from server.rooms.room import Room
from server.rooms.storage import StorageError
from server.rooms.workers.shared_storage import SharedStorage

T = TypeVar("T")
#: How often a turn begins again since its room had to be opened again.
TRIES: Final = 5
LOCKS: Final = 64


class Change(NamedTuple):
    """What somebody wants done with the newest copy of a room, and its outcome, done once it is kept."""

    do: Callable[[Room], Any]
    outcome: "Future[Any]"


class Copies:
    """Copies of rooms that are as new as the store, when it counts.

    Args:
        storage: Where rooms are kept.
        current: Returns the room that took another's place; see ``Rooms.current``.
        reopen: Opens a room again from what is kept; see ``Rooms.reopen``.

    Attributes:
        on_change: Told a room's code and the number of its last fact once this worker has changed it.
        extra_of: Returns what another worker announced with a fact beside its data, by room, event and revision.
    """

    def __init__(self, storage: SharedStorage, current: Callable[[Room], Room], reopen: Callable[[Room], Room]) -> None:
        self._storage = storage
        self._current = current
        self._reopen = reopen
        # One thread at a time changes a copy, so that clients are told of changes in order. Rooms share locks.
        self._locks = [threading.Lock() for _ in range(LOCKS)]
        self.on_change: Callable[[str, int], None] = lambda code, seq: None
        self.extra_of: Callable[[str, str, int | None], Any] = lambda code, event, revision: NOTHING

    def last_seqs(self, codes: Sequence[str]) -> dict[str, int]:
        """Return the number of the last fact of each room that is kept. Raises StorageError."""
        return self._storage.last_seq(codes)

    def is_current(self, room: Room, seq: int) -> bool:
        """Say whether a room has all facts up to one."""
        return not room.journal.is_given_up and room.journal.kept_seq >= seq and (seq > 0 or not room.journal.kept_seq)

    def fresh(self, room: Room) -> Room:
        """Return a room with all that any worker had acknowledged when this was called.

        Raises:
            StorageError: notOpened, damagedStore.
        """
        return self.catch_up(room, self.last_seqs([room.code]).get(room.code, 0))

    def catch_up(self, room: Room, seq: int) -> Room:
        """Return a room with all facts up to one; ``seq`` 0 says that it is not kept. Raises as ``fresh``."""
        if self.is_current(self._current(room), seq):
            return self._current(room)
        with self._lock(room.code):
            room = self._current(room)
            facts = self._storage.facts_after(room.code, room.journal.kept_seq)
            if facts is not None and room.journal.catch_up(facts, self._extra(room.code)):
                return room
            return self._reopen(room)

    def change(self, room: Room, changes: Sequence[Change]) -> None:
        """Do changes on the newest copy of a room, and keep them together. Every outcome is set when this returns.

        Args:
            room: The room, or one whose place another took.
            changes: What to do.
        """
        try:
            with self._lock(room.code):
                outcomes = self._turn(room, changes)
        except Exception as error:
            for change in changes:
                change.outcome.set_exception(error)
            return
        for change, (value, failure) in zip(changes, outcomes, strict=True):
            if failure is not None:
                change.outcome.set_exception(failure)
            else:
                change.outcome.set_result(value)

    def change_alone(self, room: Room, do: Callable[[Room], T]) -> T:
        """Do one thing with the newest copy of a room, and return what it returned once it is kept.

        Raises:
            StorageError: It was not kept; the room goes on with what was.
        """
        change = Change(do, Future())
        self.change(room, [change])
        try:
            value: T = change.outcome.result()
        except StorageError:
            if self._current(room).journal.is_given_up:
                self._reopen(self._current(room))
            raise
        return value

    def _turn(self, room: Room, changes: Sequence[Change]) -> list[tuple[Any, Exception | None]]:
        for _ in range(TRIES):
            room = self._current(room)
            if room.journal.is_given_up:
                room = self._reopen(room)
            with self._storage.turn(room.code, room.journal.kept_seq) as turn:
                if not turn.is_outdated and room.journal.catch_up(turn.newer, self._extra(room.code)):
                    outcomes = [_outcome(change, room) for change in changes]
                    turn.commit()
                    if turn.facts:
                        self.on_change(room.code, room.journal.kept_seq)
                    return outcomes
            self._reopen(room)
        raise StorageError("notSaved", came="the room changes too fast")

    def _lock(self, code: str) -> threading.Lock:
        return self._locks[hash(code) % LOCKS]

    def _extra(self, code: str) -> Extra:
        return lambda event, revision: self.extra_of(code, event, revision)


def _outcome(change: Change, room: Room) -> tuple[Any, Exception | None]:
    try:
        return change.do(room), None
    except Exception as error:
        return None, error
