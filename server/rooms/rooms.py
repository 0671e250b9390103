"""The rooms that are open, by their codes. ``server/app.py`` makes the one ``Rooms``; ``server/api`` uses it."""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from server.contract.errors import ContractError
from server.rooms.broadcast import Announce
from server.rooms.codes.room_code import new_room_code
from server.rooms.insights_thread import InsightsThread
from server.rooms.people.owner import Entry
from server.rooms.room import Room
from server.rooms.storage import Storage, StorageError
from server.rooms.workers.copies import Copies
from server.rooms.workers.shared_storage import SharedStorage
from server.settings import Settings

T = TypeVar("T")
log = logging.getLogger(__name__)

OPENING_LOCKS: Final = 64
DAY_SECONDS: Final = 24 * 60 * 60


class Rooms:
    """The open rooms, up to a limit; beyond it, a room that no client is in is closed for a new one.

    Its methods are called from any thread; ``open`` and ``create`` may read a room from the disk, and ``get`` does not.

    Args:
        settings: For the limits.
        storage: Where rooms are kept.
        announce: Sends an announcement to a room's clients; see ``broadcast.Announce``.

    Attributes:
        identity: The storage's; see ``Life``.
        observe_wait: Told how long each question waited for its turn; see ``QueryCombiner``.
        copies: How rooms stay the same as those of other workers; None where there are none.

    Example:
        The examples of the methods start from these rooms, each from new ones.

        >>> rooms = Rooms(Settings(), MemoryStorage(), lambda *_: None)
        >>> rooms.open("KIWI-42").code
        'KIWI-42'
    """

    def __init__(self, settings: Settings, storage: Storage, announce: Announce) -> None:
        self._settings = settings
        self._storage = storage
        self._announce = announce
        self.identity = storage.identity
        self.observe_wait: Callable[[float], None] = lambda seconds: None
        self._insights_thread = InsightsThread()
        self._lock = threading.Lock()
        self._rooms: dict[str, Room] = {}  # least recently opened first
        self._empty_before: set[str] = set()
        # One thread at a time opens a room. Rooms share locks: a lock of its own for each code would stay for ever.
        shared = storage if isinstance(storage, SharedStorage) else None
        self.copies = Copies(shared, self.current, self.reopen, self._let_go) if shared else None
        self._opening = [threading.Lock() for _ in range(OPENING_LOCKS)]

    def __len__(self) -> int:
        return len(self._rooms)

    def __iter__(self) -> Iterator[Room]:
        with self._lock:
            return iter(list(self._rooms.values()))

    def totals(self) -> tuple[int, int, int]:
        """Return how many rooms are in memory, their examples, and about how many bytes they take.

        Example:
            >>> rooms.open("KIWI-42").code, rooms.totals()[:2]
            ('KIWI-42', (1, 0))
        """
        here = list(self)
        return len(here), sum(room.summary()["examples"] for room in here), sum(room.size for room in here)

    def create(self) -> Room:
        """Open a new room under a code of its own. Raises ContractError tooManyRooms.

        Example:
            >>> rooms.create().code != "KIWI-42"
            True
        """
        code = new_room_code()
        while code in self._rooms or self._storage.exists(code):
            code = new_room_code()
        return self.open(code)

    def get(self, code: str) -> Room | None:
        """Return a room that is in memory; None for any other.

        Example:
            >>> rooms.get("LIME-10") is None
            True
        """
        with self._lock:
            room = self._rooms.pop(code, None)
            if room is not None:
                self._rooms[code] = room
            return room

    def peek(self, code: str) -> Room | None:
        """Return a room that is in memory, without noting that it was used; None for any other.

        Example:
            >>> rooms.peek("LIME-10") is None
            True
        """
        return self._rooms.get(code)

    def current(self, room: Room) -> Room:
        """Return the room that took this one's place, where there is one; see ``reopen``.

        Example:
            >>> room = rooms.open("KIWI-42")
            >>> rooms.current(room) is room
            True
        """
        return self._rooms.get(room.code, room)

    def open(self, code: str, before_new: Callable[[], None] = lambda: None) -> Room:
        """Return a room, opened if need be: a client that knows its code comes back to it after a restart.

        Args:
            code: The room's.
            before_new: Called before a room is made that is neither in memory nor kept; it may raise.

        Raises:
            ContractError: tooManyRooms.
            StorageError: What is kept of it can't be read.

        Example:
            >>> rooms.open("LIME-10").counts()
            {'countByLabel': {}, 'revision': 0}
        """
        with self._opening_lock(code):
            room = self.get(code)
            if room is None:
                if not self._storage.exists(code):
                    before_new()
                with self._lock:
                    closed = self._take_out()
                for each in closed:
                    self.keep_snapshot(each)
                # Without the lock of all rooms: the others do not wait for this one to be read.
                room = self._make(code)
                with self._lock:
                    self._rooms[code] = room
            return room

    def enter(self, room: Room, enter: Callable[[Room], Entry]) -> Entry | None:
        """Let a client into a room.

        Args:
            room: The room, as ``open`` returned it.
            enter: Calls ``Room.enter``.

        Returns:
            What ``enter`` returns; None where the room was closed meanwhile, and must be opened again.

        Raises:
            ContractError: As ``Room.enter``.

        Example:
            >>> rooms.enter(rooms.open("KIWI-42"), lambda room: room.enter("first", Model("tiny", 2))).role
            'owner'
        """
        with self._lock:  # so that no room is closed while it is entered
            return enter(room) if self._rooms.get(room.code) is room else None

    def known(self, code: str) -> Room | None:
        """Return a room that is in memory or kept; None for any other. Raises ContractError tooManyRooms.

        Example:
            >>> rooms.known("LIME-10") is None
            True
        """
        room = self.get(code)
        room = self.open(code) if room is None and self._storage.exists(code) else room
        return self.copies.fresh(room) if room and self.copies else room

    def find(self, code: str) -> Room:
        """Return a room that is in memory or kept, and make none. Raises ContractError noSuchRoom or tooManyRooms.

        Example:
            >>> rooms.find("KIWI-42").code
            'KIWI-42'
        """
        room = self.known(code)
        if room is None:
            raise ContractError("noSuchRoom", came=code)
        return room

    def change(self, room: Room, do: Callable[[Room], T]) -> T:
        """Do something with a room, and return what it returned once that is kept. It waits for the disk.

        Raises:
            StorageError: It was not kept; the room goes on with what was.

        Example:
            >>> rooms.change(rooms.open("KIWI-42"), Room.counts)
            {'countByLabel': {}, 'revision': 0}
        """
        if self.copies:
            return self.copies.change_alone(room, do)
        try:
            answer = do(room)
            if room.journal.kept:
                room.journal.kept.result()
        except StorageError:
            self.reopen(room)
            raise
        return answer

    def reopen(self, room: Room) -> Room:
        """Replace a room whose changes could not be kept by one that has what was kept, with the same clients.

        They stay who they were: the owner and members of a room whose first change failed are not kept yet.

        Raises:
            StorageError: What is kept of it can't be read.

        Example:
            >>> rooms.reopen(rooms.open("KIWI-42")).counts()
            {'countByLabel': {}, 'revision': 0}
        """
        with self._opening_lock(room.code):
            current = self.get(room.code)
            if current is not None and current is not room:
                return current
            again = self._make(room.code)
            with self._lock:
                again.members.take_over(room.members)
                if not self.copies:  # whoever came in with a turn that failed was refused
                    again.journal.take_over(room.journal)
                self._rooms[room.code] = again
            again.journal.announce_changed(room.counts()["revision"])
            return again

    def close(self, room: Room, sid: str | None = None) -> None:
        """Delete a room with all that is kept of it; its code is free again. It waits for the disk.

        Args:
            room: The room.
            sid: The client that asks.

        Raises:
            ContractError: ownerOnly, or roomClosed where somebody else was faster.
            StorageError: It could not be deleted, and goes on.

        Example:
            >>> rooms.close(rooms.open("KIWI-42"))
            >>> rooms.get("KIWI-42") is None
            True
        """
        try:
            if self.copies:
                # Without the lock of snapshots, which may wait for the turn: the storage refuses them afterwards.
                self.copies.close(room, sid)
            else:
                with self._opening_lock(room.code), self.current(room).journal.snapshot_lock:
                    self.current(room).moderation.close(sid)
                    self._let_go(self.current(room))
        except StorageError:
            self.current(room).journal.open_again()
            raise

    def leave(self, room: Room, sid: str) -> None:
        """Let a client out of a room. A room that nothing was done in goes with the last one.

        Example:
            >>> rooms.leave(rooms.open("PLUM-77"), "nobody")
            >>> rooms.get("PLUM-77") is None
            True
        """
        with self._lock:
            current = self._rooms.get(room.code, room)
            current.members.leave(sid)
            if not current.members and current.is_idle and current.journal.is_untouched:
                self._rooms.pop(room.code, None)

    def forget_empty(self) -> int:
        """Let rooms leave memory that nobody is in and nothing was taught in, now and at the last call.

        Returns:
            How many. Of a room that was only made, its owner is kept at most; they make it again by the secret.

        Example:
            >>> rooms.forget_empty(), rooms.forget_empty(), len(rooms)
            (0, 1, 0)
        """
        with self._lock:
            empty = {code for code, room in self._rooms.items() if room.is_idle and room.journal.is_settled}
            gone = empty & self._empty_before
            for code in gone:
                del self._rooms[code]
            self._empty_before = empty - gone
            return len(gone)

    def closes_at(self, code: str) -> int | None:
        """Return when a room's term ends, in seconds since 1970, if nothing changes in it any more.

        Returns:
            None: it has no term, or nothing of it is kept yet.

        Raises:
            StorageError: What is kept of it can't be read.

        Example:
            >>> rooms.closes_at("KIWI-42") is None
            True
        """
        used_at = self._storage.used_at(code) if self._settings.room_days else None
        return None if used_at is None else round(used_at + self._settings.room_days * DAY_SECONDS)

    def end(self, code: str, before: float) -> bool:
        """Delete a room, unless somebody is in it or it changed since a time; say whether it was deleted.

        Args:
            code: The room's.
            before: In seconds since 1970.

        Raises:
            StorageError: It could not be deleted.

        Example:
            >>> rooms.end("KIWI-42", before=0)
            False
        """
        with self._opening_lock(code):
            used_at = self._storage.used_at(code)
            with self._lock:
                room = self._rooms.get(code)
                if used_at is None or used_at >= before or (room is not None and room.members):
                    return False
                self._rooms.pop(code, None)
            return self._storage.delete(code, before)

    def keep_snapshot(self, room: Room) -> None:
        """Keep a snapshot of a room, so that it opens fast; without one it only opens slowly.

        Example:
            >>> rooms.keep_snapshot(rooms.open("KIWI-42"))
        """
        try:
            room.journal.write_snapshot()
        except StorageError as error:
            log.warning("No snapshot of a room could be kept: %s", error)

    def check(self) -> None:
        """See whether rooms can be kept. Raises StorageError.

        Example:
            >>> rooms.check()
        """
        self._storage.check()

    def _make(self, code: str) -> Room:
        room = Room(code, self._settings, self._storage, self._announce, self._insights_thread)
        room.queries.observe_wait = self.observe_wait
        return room

    def _let_go(self, room: Room) -> None:
        """Let a room leave memory that is deleted, with everyone in it."""
        room.journal.end()
        with self._lock:
            if self._rooms.get(room.code) is room:
                del self._rooms[room.code]
        room.members.end()

    def _opening_lock(self, code: str) -> threading.Lock:
        return self._opening[hash(code) % OPENING_LOCKS]

    def _take_out(self) -> list[Room]:
        """Take rooms out of memory until there is place for one more; those used longest ago first."""
        closed: list[Room] = []
        size = sum(room.size for room in self._rooms.values())
        while len(self._rooms) >= self._settings.rooms or size > self._settings.memory_bytes:
            empty = [code for code, room in self._rooms.items() if not room.members]
            closable = empty if self._storage.is_durable else [code for code in empty if self._rooms[code].is_idle]
            if not closable:
                raise ContractError("tooManyRooms", came=len(self._rooms), expected=self._settings.rooms)
            # A room that nothing was taught in is no loss.
            room = self._rooms.pop(next((code for code in closable if self._rooms[code].is_idle), closable[0]))
            closed.append(room)
            size -= room.size
        return closed
