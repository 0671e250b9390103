"""How a room changes: a fact is applied, kept, and then announced to the other clients and acknowledged.

``server/rooms/room.py`` owns one. Methods are called with the room's lock, but for ``command``, ``load``, ``catch_up``,
``open_again`` and ``write_snapshot``.
"""

import contextlib
import hashlib
import secrets
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from types import MappingProxyType
from typing import Any, Final

import server.knn
from server.contract.errors import ContractError
from server.knn.model import Model
from server.rooms.broadcast import Announcement, Broadcast
from server.rooms.class_styles import Style
from server.rooms.insights import Insights
from server.rooms.last_changes import CHANGE, ChangeId
from server.rooms.people.members import Member, Members
from server.rooms.people.room_secret import hash_of, new_secret
from server.rooms.room_snapshot import restore_snapshot, take_snapshot
from server.rooms.room_state import REVISED, RoomState, content_facts
from server.rooms.storage import Fact, Storage, StorageError

#: A snapshot is kept after so many facts; after more of them in a large room.
SNAPSHOT_FACTS: Final = 1000
#: So many facts of visits wait for the next change at most.
MAX_VISITS: Final = 1000
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
#: The facts that clients are told of.
ANNOUNCED: Final = REVISED | {"configured", "accessChanged"}
#: Those that keep who did it.
SAY_WHO: Final = frozenset({"exampleAdded", "labelAdded"})
#: Beyond so many facts of other workers, the room is opened again without its lock, and clients sync.
MAX_CAUGHT_UP: Final = 500
MAX_ANNOUNCED: Final = 100
#: Returns what was announced with a fact beside its data, by its event and revision.
Extra = Callable[[str, "int | None"], Mapping[str, Any]]


def next_life(epoch: str, identity: str) -> str:
    """Return the epoch of a room in a storage; one of before it was restored begins another life.

    Clients then give back what they have that the backup has not, instead of taking it for deleted. Each worker finds
    the same.

    Example:
        >>> next_life("5eb1e0f0a2c4d6e8", "5eb1e0f0"), next_life("", "5eb1e0f0")
        ('5eb1e0f0a2c4d6e8', '')
        >>> next_life("0ther0nea2c4d6e8", "5eb1e0f0")
        '5eb1e0f067a4a7bc2fe38279'
    """
    if not epoch or epoch.startswith(identity):
        return epoch
    return identity + hashlib.sha256(f"{identity} {epoch}".encode()).hexdigest()[:16]


class Journal:
    """Applies, keeps and announces the facts of one room, in this order.

    What could not be kept is never announced or acknowledged: a room that it was applied to is given up, and opened
    again from what was kept.

    Args:
        code: The room's.
        lock: The room's.
        state: What facts change.
        storage: Where facts go and come from.
        broadcast: What announces them.
        insights: What is told of changes.
        members: Who is at the clients, for the announcements.

    Attributes:
        kept: Done once all that was recorded is kept; None before the first fact.
        life: Which life of the room this is, for a storage that workers share; see ``Position``. None until it is kept.
        snapshot_lock: Whoever has it knows that no snapshot is being written. It comes before the room's.
    """

    def __init__(
        self,
        code: str,
        lock: threading.Lock,
        state: RoomState,
        storage: Storage,
        broadcast: Broadcast,
        insights: Insights,
        members: Members,
    ) -> None:
        self._code = code
        self._lock = lock
        self._state = state
        self._storage = storage
        self._broadcast = broadcast
        self._insights = insights
        self._members = members
        self.kept: Future[int] | None = None
        self.life: float | None = None
        self.snapshot_lock = threading.Lock()
        self._snapshot_seq = 0
        self._has_changed = False
        self._is_given_up = False
        self._is_closing = self._is_closed = False
        self._facts: list[Fact] = []
        self._announcements: list[Announcement] = []
        self._change: ChangeId | None = None  # what is being made; its first fact is kept with it

    def load(self) -> None:
        """Apply what is kept; a room of which nothing is kept begins a life of its own. Raises StorageError."""
        stored = self._storage.load(self._code)
        if stored is not None:
            self.life = stored.created_at
            if stored.snapshot is not None:
                restore_snapshot(self._state, *stored.snapshot)
                self._snapshot_seq = stored.snapshot.seq
            for fact in stored.facts:
                self._apply(fact)
        self._state.epoch = next_life(self._state.epoch, self._storage.identity)
        if not self._state.epoch:
            made = Fact("roomMade", {"epoch": self._storage.identity + secrets.token_hex(8), "secret": new_secret()})
            self._apply(made)
            # Kept with the first change: of a room that was only looked at, nothing is.
            self._facts.append(made)

    @property
    def kept_seq(self) -> int:
        """The number of the last fact that was handed to the storage."""
        with self._lock:
            return self._state.seq - len(self._facts)

    @property
    def is_given_up(self) -> bool:
        """Whether a change could not be kept, so that this room is not what is kept."""
        return self._is_given_up

    def catch_up(self, facts: Sequence[Fact], extra: Extra = lambda event, revision: NOTHING) -> bool:
        """Apply and announce what other workers kept, after ``kept_seq``.

        Returns:
            False where the room must be opened again instead.
        """
        with self._lock:
            if self._facts or self._is_given_up or len(facts) > MAX_CAUGHT_UP:
                return not facts and not self._is_given_up
            known = self._state.revision
            announcements = []
            for fact in facts:
                self._apply(fact)
                if fact.event == "contributorRemoved":
                    self._members.put_out(fact.data["id"])
                if fact.event in ANNOUNCED:
                    announcements.append(self._announcement(fact, extra))
            revisions = [each.data["revision"] for each in announcements if "revision" in each.data]
            # Of an upload's examples, all with one revision, clients are not told one by one.
            if revisions == list(range(known + 1, known + 1 + len(revisions))) and len(revisions) <= MAX_ANNOUNCED:
                self._broadcast.send(*announcements)
            else:
                self._broadcast.send(*(each for each in announcements if each.event not in REVISED))
                self.announce_changed(known)
            return True

    def announce_changed(self, known: int) -> None:
        """Tell clients that the room has changed since a revision, if it has: they sync."""
        if self._state.revision > known:
            self._broadcast.send(Announcement("changed", {"revision": self._state.revision}))

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was kept of the room since it was opened."""
        return self.kept is None

    @property
    def is_settled(self) -> bool:
        """Whether no change is still being kept."""
        return self.kept is None or self.kept.done()

    @property
    def needs_snapshot(self) -> bool:
        """Whether so many facts came since the last snapshot that opening the room would be slow."""
        return self._state.seq - self._snapshot_seq > max(SNAPSHOT_FACTS, self._state.knn.count // 4)

    def write_snapshot(self) -> None:
        """Keep a snapshot, in the place of the facts so far. Called without the lock; may take a second.

        Raises:
            StorageError: The facts, or the snapshot, were not kept; nothing is lost.
        """
        with self.snapshot_lock:
            with self._lock:
                if self._is_closing:
                    return
                if self._facts and self.kept is not None:
                    self._has_changed = True
                    self.keep_recorded()
                kept = self.kept
                if self._facts or self._snapshot_seq == self._state.seq:
                    return
                seq = self._state.seq
                data, keys = take_snapshot(self._state)
            if kept is not None:
                kept.result()
            self._storage.write_snapshot(self._code, seq, data, keys, self.life if self._storage.is_shared else None)
            with self._lock:
                self._snapshot_seq = max(self._snapshot_seq, seq)

    def thumbnail(self, id: str) -> bytes | None:
        """Return an example's thumbnail from the disk; None where there is none, or none is shown. Raises StorageError.

        Called without the lock, as is ``delete_thumbnails``.
        """
        with self._lock:
            key = self._state.thumbnail_key(id)
        return None if key is None else self._storage.attachment(self._code, key, "thumbnail")

    def delete_thumbnails(self) -> None:
        """Delete all thumbnails of the room from the disk. Raises StorageError."""
        self._storage.delete_attachments(self._code)

    @contextlib.contextmanager
    def command(self) -> Iterator[None]:
        """Hold the room's lock for one command, and keep together what it recorded.

        Raises:
            ContractError: roomClosed; notSaved while it is being deleted, which may fail.
            StorageError: An earlier change was not kept, and this room is given up; see ``Rooms.reopen``.
            MadeBeforeError: It is a change that was made already.
        """
        with self._lock:
            if self._is_closed:
                raise ContractError("roomClosed", came=self._code)
            if self._is_closing:
                # No StorageError: nothing was lost that the room would have to be opened again for.
                raise ContractError("notSaved", came="the room is being closed")
            if self._is_given_up:
                raise StorageError("notSaved", came="a change before it was not saved")
            self._change = self._state.last_changes.check()
            try:
                yield
            finally:
                self._change = None
                self.keep_recorded()

    def keep_recorded(self) -> None:
        """Keep what was recorded, and announce it once it is kept."""
        if not self._has_changed:
            return
        self._has_changed = False
        facts, self._facts = self._facts, []
        announcements, self._announcements = self._announcements, []
        self._broadcast.prepare(announcements)
        self.kept = self._storage.append(self._code, facts, self._state.seq - len(facts))

        broadcast, journal = self._broadcast, weakref.ref(self)  # a journal that ``kept`` referred to would be a cycle

        def announce(kept: "Future[int]") -> None:
            if kept.exception() is None:
                broadcast.send(*announcements)
            elif (given_up := journal()) is not None:
                given_up._is_given_up = True

        self.kept.add_done_callback(announce)

    def record(self, event: str, data: dict[str, Any], sid: str | None, extra: Mapping[str, Any] = NOTHING) -> None:
        """Keep a new fact with the next revision.

        Args:
            event: What happened.
            data: The fact's data, without the revision.
            sid: The client that is not told.
            extra: What the announcement has beside the fact's data, or instead of it.

        Raises:
            ContractError: As ``RoomState.next_fact``; nothing is changed then.
        """
        self.keep(self._state.next_fact(event, data), sid, extra)

    def keep(self, fact: Fact, sid: str | None, extra: Mapping[str, Any] = NOTHING) -> None:
        """Take a fact, and its announcement, which says who did it; see ``record``."""
        data = {**fact.data, **extra, "by": self._members.who(sid)}
        self._take(fact)
        self._announcements.append(Announcement(fact.event, data, sid))

    def note(self, fact: Fact) -> None:
        """Take a fact that is not announced."""
        self._take(fact)

    def close(self) -> None:
        """Refuse all commands for now: the room is about to be deleted."""
        self._is_closing = True

    def end(self) -> None:
        """Refuse all commands for good: the room is deleted."""
        self._is_closed = True

    def delete(self) -> None:
        """Delete what is kept of the room. Called without the lock. Raises StorageError."""
        self._storage.delete(self._code)

    def open_again(self) -> None:
        """Take commands again: the room could not be deleted."""
        self._is_closing = False

    def choose_model(self, model: Model) -> None:
        """Make the room that of a model, where it has none yet.

        Raises:
            ContractError: wrongModel for another one than the room's.
        """
        self._state.check_model(model)
        if self._state.model is None:
            self._take(Fact("modelChosen", {"model": model.as_dict()}), is_change=False)

    def choose_owner(self, secret: str, is_change: bool = False) -> None:
        """Let whoever knows a secret own the room, which has no owner yet; a change is kept at once."""
        self._take(Fact("ownerChosen", {"hash": hash_of(secret)}), is_change)

    def note_member(self, member: Member) -> None:
        """Remember who came in, with the name that they have now."""
        if self._state.contributors.is_news(*member):
            fact = Fact("contributorJoined", member._asdict())
            # So many visits are kept after all: they take memory as well.
            self._take(fact, is_change=len(self._facts) > MAX_VISITS)

    def take_over(self, given_up: "Journal") -> None:
        """Take what a room that was given up knew, and had not kept: its life, owner and model, whose each id is."""
        with given_up._lock:
            old = given_up._state
            owner_hash, model = old.owner_hash, old.model
            made = Fact("roomMade", {"epoch": old.epoch, "secret": old.secret})
            bound = old.contributors.bound()
        with self._lock:
            if self._facts and self._facts[0].event == "roomMade":  # nothing was kept: its clients know the first life
                self._facts[0] = made
                self._state.epoch, self._state.secret = old.epoch, old.secret
            if owner_hash and not self._state.owner_hash:
                self._take(Fact("ownerChosen", {"hash": owner_hash}), is_change=False)
            if model and not self._state.model:
                self.choose_model(model)
            for each in bound:
                if not self._state.contributors.is_bound(each[0]):
                    self.note_member(Member(*each))

    def replace_content(self, knn: "server.knn.KNN", styles: Mapping[str, Style], name: str | None) -> None:
        """Take another classifier, and announce that everything was cleared, with a revision that skips one.

        Args:
            knn: The classifier.
            styles: How its classes look; those left out get colours of their own.
            name: The project's; None: it stays.
        """
        cleared = Fact("labelCleared", {"label": None, "revision": self._state.revision + 2})
        revision = self._state.revision + 3
        named = [] if name is None else [Fact("projectNamed", {"name": name, "revision": revision})]
        self._has_changed = True
        self._facts += [cleared, *content_facts(knn, styles, revision), *named]
        self._apply(cleared)
        self._state.replace_classifier(knn, styles, revision)
        for fact in named:
            self._apply(fact)
        self._insights.start_over()
        self._announcements.append(Announcement(cleared.event, {**cleared.data, "by": None}))

    def _take(self, fact: Fact, is_change: bool = True) -> None:
        """Apply a fact; one that is no change is kept with the next change, so that visits alone fill no disk.

        Where other workers have the room as well, it is kept at once: they must find the same room.
        """
        if self._change and is_change:
            fact.data[CHANGE] = list(self._change)
            self._change = None
        self._apply(fact)
        self._has_changed = self._has_changed or is_change or self._storage.is_shared
        self._facts.append(fact)

    def _apply(self, fact: Fact) -> None:
        self._state.apply(fact)
        if fact.event in REVISED:
            self._insights.note_change()

    def _announcement(self, fact: Fact, extra: Extra) -> Announcement:
        """Return what another worker's clients were told of a fact, whose own ``by`` is a contributor's id."""
        contributor = fact.data.get("by")
        by = self._state.contributors.person(contributor) if fact.event in SAY_WHO else None
        data = {**fact.data, "by": by, **extra(fact.event, fact.data.get("revision"))}
        if fact.event == "exampleAdded":
            data["contributor"] = contributor
        if "embedding" in data:
            data["embedding"] = data["embedding"].tobytes()
        data.pop(CHANGE, None)
        return Announcement(fact.event, data)
