"""This worker's copies of rooms, where other workers have copies, too: brought up to date, and changed in turns.

``Rooms`` owns one where its storage is shared. Its methods wait for the database: they are not called on the event
loop; see ``turns.py``.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final, NamedTuple, TypeVar

from server.contract.errors import ContractError
from server.rooms.journal import NOTHING
from server.rooms.room import Room
from server.rooms.storage import Fact, StorageError
from server.rooms.workers.shared_storage import SharedStorage
from server.store.facts import Position

T = TypeVar("T")
#: How often a turn begins again since its room had to be opened again.
TRIES: Final = 5
LOCKS: Final = 64
#: Facts that change how clients are told of who is there.
OF_PEOPLE: Final = frozenset({"contributorJoined", "contributorMuted", "contributorRemoved"})


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
        let_go: Takes a room out of memory that is deleted; see ``Rooms.let_go``.

    Attributes:
        on_change: Told a room's code and the number of its last fact once this worker has changed it.
        put_out: Told a room's code, and an event, once clients of this worker are out of the room by what another did.
        extra_of: Returns what another worker announced with a fact beside its data, by room, event and revision.
    """

    def __init__(
        self,
        storage: SharedStorage,
        current: Callable[[Room], Room],
        reopen: Callable[[Room], Room],
        let_go: Callable[[Room], None],
    ) -> None:
        self._storage = storage
        self._current = current
        self._reopen = reopen
        self._let_go = let_go
        # One thread at a time changes a copy, so that clients are told of changes in order. Rooms share locks.
        self._locks = [threading.Lock() for _ in range(LOCKS)]
        self.on_change: Callable[[str, int], None] = lambda code, seq: None
        self.put_out: Callable[[str, str], None] = lambda code, event: None
        self.extra_of: Callable[[str, str, int | None], Any] = lambda code, event, revision: NOTHING

    def positions(self, codes: Sequence[str]) -> Mapping[str, Position]:
        """Return how far each room is that is kept. Raises StorageError."""
        return self._storage.positions(codes)

    def is_current(self, room: Room, position: Position | None) -> bool:
        """Say whether a room is as far as a position; None says that it is not kept."""
        journal = room.journal
        if position is None or journal.is_given_up:
            return journal.life is None and not journal.is_given_up
        return journal.life == position.life and journal.kept_seq >= position.seq

    def fresh(self, room: Room) -> Room:
        """Return a room with all that any worker had acknowledged when this was called.

        Raises:
            ContractError: roomClosed.
            StorageError: notOpened, damagedStore.
        """
        return self.catch_up(room, self.positions([room.code]).get(room.code))

    def catch_up(self, room: Room, position: Position | None) -> Room:
        """Return a room that is as far as a position; None says that it is not kept. Raises as ``fresh``."""
        if self.is_current(self._current(room), position):
            return self._current(room)
        with self._lock(room.code):
            room = self._current(room)
            life = room.journal.life
            facts = self._storage.facts_after(room.code, room.journal.kept_seq, life)
            if facts is not None and self._apply(room, facts):
                return room
            here = self.positions([room.code]).get(room.code)
            if life is not None and (here is None or here.life != life):
                raise self._closed(room)
            return self._open_again(room)

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
                self._open_again(self._current(room))
            raise
        return value

    def close(self, room: Room, sid: str | None) -> None:
        """Delete a room, and let it go. Raises as ``Rooms.close``."""

        def delete(room: Room) -> Room:
            room.moderation.close(sid)
            return room

        # Not the room that has the code now: that may be one that was made since.
        self._let_go(self.change_alone(room, delete))

    def _turn(self, room: Room, changes: Sequence[Change]) -> list[tuple[Any, Exception | None]]:
        for _ in range(TRIES):
            room = self._current(room)
            if room.journal.is_given_up:
                room = self._open_again(room)
            with self._storage.turn(room.code, room.journal.kept_seq, room.journal.life) as turn:
                if turn.is_over:
                    raise self._closed(room)
                if not turn.is_outdated and self._apply(room, turn.newer):
                    outcomes = [_outcome(change, room) for change in changes]
                    turn.commit()
                    if turn.facts or turn.is_deleted:
                        room.journal.life = turn.life
                        self.on_change(room.code, room.journal.kept_seq)
                    return outcomes
            self._open_again(room)
        raise StorageError("notSaved", came="the room changes too fast")

    def _apply(self, room: Room, facts: Sequence[Fact]) -> bool:
        """Bring a room up to date; False where it must be opened again instead."""
        if not room.journal.catch_up(facts, lambda event, revision: self.extra_of(room.code, event, revision)):
            return False
        if any(fact.event in OF_PEOPLE for fact in facts):
            room.members.announce()
        if any(fact.event == "contributorRemoved" for fact in facts):
            self.put_out(room.code, "removedFromRoom")
        return True

    def _open_again(self, room: Room) -> Room:
        life = room.journal.life
        room = self._reopen(room)
        if life is not None and room.journal.life != life:
            raise self._closed(room)
        room.members.announce()
        self.put_out(room.code, "removedFromRoom")
        return room

    def _closed(self, room: Room) -> ContractError:
        """Let go of a room that another worker has deleted, and return what to tell whoever asks."""
        self._let_go(room)
        self.put_out(room.code, "roomClosed")
        return ContractError("roomClosed", came=room.code)

    def _lock(self, code: str) -> threading.Lock:
        return self._locks[hash(code) % LOCKS]


def _outcome(change: Change, room: Room) -> tuple[Any, Exception | None]:
    try:
        return change.do(room), None
    except Exception as error:
        return None, error
