"""One room: a shared classifier, with its clients and its lock.

Each command checks, and records a fact in the room's journal; each question reads the state under the lock. Commands on
classes are in ``classes.py`` and ``look.py``.
``server/rooms/rooms.py`` opens rooms, and ``server/api/commands.py`` runs commands on them.
"""

import threading
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn.model import FLOAT32, Model
from server.knn.options import ClassifierSettings, SettingsChange
from server.rooms.broadcast import Announce, Announcement, Broadcast
from server.rooms.change_log import Cursor
from server.rooms.classes import Classes
from server.rooms.dataset import RoomContent, to_classifier
from server.rooms.insights import Insights
from server.rooms.insights_room import InsightsRoom
from server.rooms.insights_thread import InsightsThread
from server.rooms.journal import Journal
from server.rooms.look import Look
from server.rooms.people.cameras import Cameras
from server.rooms.people.members import Member, Members
from server.rooms.people.moderation import Moderation
from server.rooms.people.owner import Entry, Owner
from server.rooms.people.permissions import Permissions
from server.rooms.query_combiner import QueryCombiner
from server.rooms.room_limits import RoomLimits
from server.rooms.room_state import RoomState
from server.rooms.storage import Fact, Storage
from server.settings import Settings

Answer = dict[str, Any]


class Room:
    """A shared classifier.

    Args:
        code: The room's name, in upper case.
        settings: For the limits.
        storage: Where the room's facts go and come from.
        announce: Sends an announcement to the room's clients; see ``broadcast.Announce``.
        insights_thread: Works out the room's insights.

    Attributes:
        code: The room's name.
        members: The clients in it.
        journal: How it changes, and what of it is kept.
        permissions: Who may do what.
        owner: Who owns it.
        moderation: What the owner can do with the others.
        cameras: Devices that are a camera only, for somebody else.
        classes: How classes come, go, and get other labels.
        look: Class order, colours, emojis and the project's name.

    Example:
        The examples of the methods start from this room, each from a new one.

        >>> room = Room("KIWI-42", Settings(), MemoryStorage(), lambda *_: None, InsightsThread())
        >>> room.enter("first", Model("tiny", 2)).role
        'owner'
        >>> room.add_example(np.array([1, 0], np.float32), "cat", "example-1")
        {'id': 'example-1', 'label': 'cat', 'count': 1, 'countByLabel': {'cat': 1}, 'revision': 1}
    """

    def __init__(
        self, code: str, settings: Settings, storage: Storage, announce: Announce, insights_thread: InsightsThread
    ) -> None:
        self.code = code
        self._limits = RoomLimits(settings)
        self._lock = threading.Lock()
        # Nothing here may refer back to the room, or to what refers to it: a room that leaves memory frees it at once,
        # and not when Python next looks for cycles.
        self._state = state = RoomState(max_tombstones=settings.examples_per_room)
        self._broadcast = broadcast = Broadcast(code, announce)
        self.members = Members(self._lock, broadcast, self._state.contributors)
        self._insights = Insights(
            InsightsRoom(self._lock, self._state, broadcast, settings.page_folder()), insights_thread
        )
        self.queries = QueryCombiner(self._lock, lambda: state.knn, self._insights.resolve)
        self.journal = Journal(code, self._lock, self._state, storage, broadcast, self._insights, self.members)
        self.permissions = Permissions(self._state, self.members)
        self.owner = Owner(code, self._state, self.journal)
        self.moderation = Moderation(self._state, self.journal, self.members, self.permissions)
        self.cameras = Cameras(code, self._lock, self._state, self.members, announce)
        self.classes = Classes(self._state, self.journal, self._limits, self.members, self.permissions)
        self.look = Look(self._state, self.journal, self.permissions)
        self.journal.load()

    @property
    def epoch(self) -> str:
        """Names this life of the room; another one has lost what this one had."""
        return self._state.epoch

    @property
    def settings(self) -> ClassifierSettings:
        """What ``classify`` and ``evaluate`` start from."""
        return self._state.settings

    # ---- who is in the room

    def enter(
        self,
        sid: str,
        model: Model,
        member: Member | None = None,
        secret: str | None = None,
        camera: str | None = None,
    ) -> Entry:
        """Let a client in. The first one decides the room's model, and owns it.

        Args:
            sid: The client's connection.
            model: What its embeddings come from.
            member: Who is at it; None where it does not say. An owner whose id is somebody else's comes in without one.
            secret: The owner's, where the client has one.
            camera: The key of a client that is a camera only: it decides and owns nothing, and is nobody.

        Raises:
            ContractError: wrongModel; wrongSecret for another owner's secret and for another member's id;
                removedFromRoom; roomClosed.

        Example:
            >>> room.enter("second", Model("tiny", 2))
            Entry(role='member', new_secret=None)
        """
        with self.journal.command():
            self._state.check_model(model)
            if camera is not None:
                return Entry(self.members.add_camera(sid, camera), None)
            if member and not self.members.accepts(member):
                if not self.owner.has(secret):
                    raise ContractError("wrongSecret", came=self.code)
                member = None
            entry = self.owner.admit(secret)
            if member and entry.role != "owner" and self._state.contributors.is_removed(member.id):
                raise ContractError("removedFromRoom")
            self.journal.choose_model(model)
            if member:
                self.journal.note_member(member)
            return entry._replace(role=self.members.add(sid, entry.role, member))

    @property
    def is_idle(self) -> bool:
        """Whether no client is in the room, and nothing would be lost with it."""
        with self._lock:
            return not self.members and not self._state.knn.num_labels

    @property
    def size(self) -> int:
        """About how many bytes of memory the room takes."""
        return self._state.size

    # ---- questions

    def snapshot(self, sid: str | None = None) -> Answer:
        """Return what a client that joins must know.

        Example:
            >>> list(room.snapshot("first"))[:6]
            ['room', 'epoch', 'secret', 'contributor', 'contributors', 'access']
        """
        with self._lock:
            return {
                "room": self.code,
                "epoch": self.epoch,
                "secret": self._state.secret,
                "contributor": self.members.contributor(sid),
                "contributors": self.members.listed(),
                **self._state.snapshot(),
            }

    def summary(self) -> Answer:
        """Return what a person must know before they join.

        Example:
            >>> room.summary()
            {'room': 'KIWI-42', 'classes': 1, 'examples': 1, 'here': 1}
        """
        with self._lock:
            knn = self._state.knn
            return {"room": self.code, "classes": knn.num_labels, "examples": knn.count, "here": self.members.here}

    def tell_answer(self, answer: Answer, sid: str) -> None:
        """Tell the others in the room, and who listens, what a client sees; nothing of it is kept.

        Raises:
            ContractError: muted.

        Example:
            >>> room.tell_answer({"label": "cat", "certainty": "sure", "share": 0.9}, "first")
        """
        with self._lock:
            self.permissions.check_not_muted(sid)
            by = self.members.who(sid)
        self._broadcast.send(Announcement("answered", {**answer, "at": round(time.time(), 3), "by": by}, sid))

    async def classify(self, embedding: NDArray[np.float32], change: SettingsChange) -> Answer:
        """Classify one embedding, float32, (d,), by the room's settings and a change of them.

        Returns what ``KNN.classify`` returns, or raises, with the ``ResolvedSettings``.

        Example:
            >>> asyncio.run(room.classify(np.array([2, 0], np.float32), {"k": 1}))["label"]
            'cat'
        """
        self._state.check_dimension(embedding)
        result, resolved = await self.queries.classify(embedding, self.settings.changed(change))
        return {**result, **resolved.as_dict()}

    def evaluate(self, change: SettingsChange) -> Answer:
        """Return the newest figures, by the room's settings and a change of them; see ``Insights.ask``.

        Example:
            >>> room.evaluate({"k": 5})["evaluation"] is None
            True
        """
        return self._insights.ask(self.settings.changed(change).as_question())

    def counts(self) -> Answer:
        """Return the number of examples a class, in class order, and the revision.

        Example:
            >>> room.counts()
            {'countByLabel': {'cat': 1}, 'revision': 1}
        """
        with self._lock:
            return self._state.counts()

    def sync(self, since: int, cursor: Cursor | None, is_packed: bool = False) -> Answer:
        """Return one page of what changed after a revision; see ``RoomState.page``.

        Example:
            >>> [example["id"] for example in room.sync(since=0, cursor=None)["examples"]]
            ['example-1']
        """
        with self._lock:
            return self._state.page(since, cursor, is_packed)

    def content(self) -> RoomContent:
        """Return the room's content, copied.

        Example:
            >>> room.content().dataset["labels"]
            ['cat']
        """
        with self._lock:
            state = self._state
            styles = {label: state.styles.of(label) for label in state.knn.labels()}
            return RoomContent(state.model, state.knn.to_dataset(), styles, state.name or None)

    # ---- commands; ``sid`` is the client that asks, which is not told of its own change

    def add_example(
        self,
        embedding: NDArray[np.float32],
        label: str,
        id: str,
        group: str | None = None,
        thumbnail: bytes | None = None,
        is_restored: bool = False,
        by: str | None = None,
        sid: str | None = None,
    ) -> Answer:
        """Add an example; the same id again changes nothing and is answered as the first time.

        A client that gives back what the room has forgotten may have missed a removal or a move. So what others removed
        is not added, and the answer says ``gone``; and what was given back moves to the label of a later addition.

        Args:
            embedding: float32, (d,).
            label: The example's class; a new label opens a new class.
            id: The example's own.
            group: The recording that it belongs to.
            thumbnail: A small picture for the other clients, which the storage keeps; dropped unless the owner has
                thumbnails shown.
            is_restored: Whether an earlier life of the room had it.
            by: Whose it is, where an owner gives back what somebody else had added.
            sid: The client that asks.

        Raises:
            ContractError: As ``KNN.add_example``; tooManyExamples or tooManyClasses; as ``Permissions.check_adding``,
                or ``check_example`` for a move.

        Example:
            >>> room.add_example(np.array([0, 1], np.float32), "dog", "example-2")["countByLabel"]
            {'cat': 1, 'dog': 1}
        """
        self._state.check_dimension(embedding)
        self._limits.check_label(label)
        with self.journal.command():
            state, knn = self._state, self._state.knn
            if is_restored and not knn.has(id) and state.change_log.was_removed(id):
                return {"id": id, "label": label, "count": knn.count, **state.counts(), "gone": True}
            is_moved = not is_restored and id in state.restored.ids and knn.example(id)["label"] != label
            if is_moved or not knn.has(id):
                if is_moved:
                    self.permissions.check_example(sid, id)
                else:
                    self.permissions.check_adding(sid)
                self._limits.check_capacity(state, label, examples=0 if is_moved else 1)
                data: Answer = {"id": id, "label": label, "group": group, "embedding": embedding}
                state.next_fact("exampleAdded", data)  # refuses before anything changes
                if is_moved:
                    self.journal.record("exampleRemoved", {"id": id}, sid)
                if not state.has_label(label):
                    data["colour"] = state.styles.free_colour()
                if is_restored:
                    data["restored"] = True
                is_theirs = by is not None and self.permissions.is_owner(sid) and self.members.knows(by)
                data["by"] = by if is_theirs else self.members.contributor(sid)
                if thumbnail and state.access.thumbnails:
                    data["thumbnail"] = thumbnail
                extra = {
                    "embedding": embedding.astype(FLOAT32, copy=False).tobytes(),
                    "contributor": data["by"],  # ``by`` is who did it
                }
                self.journal.record("exampleAdded", data, sid, extra)
            return {"id": id, "label": knn.example(id)["label"], "count": knn.count, **state.counts()}

    def remove_example(self, id: str, sid: str | None = None) -> Answer:
        """Remove an example; its class stays. Raises ContractError as ``Permissions.check_example``.

        Example:
            >>> room.remove_example("example-1")
            {'countByLabel': {'cat': 0}, 'revision': 2}
        """
        with self.journal.command():
            self.permissions.check_example(sid, id)
            self.journal.record("exampleRemoved", {"id": id}, sid)
            return self._state.counts()

    def note_removals(self, ids: list[str], labels: list[str], sid: str | None = None) -> Answer:
        """Take note of what a client saw removed before the room lost its memory.

        Examples and empty classes that were given back are removed again, if they are the client's to remove. Others
        stay: they are somebody's work. Raises ContractError as ``Permissions.check_adding``.

        Example:
            >>> room.note_removals(["example-1", "example-2"], ["owl"])
            {'countByLabel': {'cat': 1}, 'revision': 1, 'kept': ['example-1']}
            >>> room.classes.add_label("owl", is_restored=True)
            {'countByLabel': {'cat': 1}, 'revision': 1, 'gone': True}
        """
        with self.journal.command():
            self.permissions.check_adding(sid)
            state, may = self._state, self.permissions
            for example_id in dict.fromkeys(ids):
                if example_id in state.restored.ids and may.may_change_example(sid, example_id):
                    self.journal.record("exampleRemoved", {"id": example_id}, sid)
            for label in dict.fromkeys(labels):
                is_empty = label in state.restored.labels and not state.knn.count_by_label()[label]
                if is_empty and may.may_change_class(sid, label):
                    self.journal.record("labelCleared", {"label": label}, sid)
            gone_ids = [example_id for example_id in dict.fromkeys(ids) if not state.knn.has(example_id)]
            gone_labels = [label for label in dict.fromkeys(labels) if not state.has_label(label)]
            self.journal.note(Fact("removalsNoted", {"ids": gone_ids, "labels": gone_labels}))
            kept = [example_id for example_id in dict.fromkeys(ids) if state.knn.has(example_id)]
            return {**state.counts(), "kept": kept}

    def configure(self, change: SettingsChange, sid: str | None = None) -> Answer:
        """Change the settings that ``classify`` and ``evaluate`` start from. Raises ContractError ownerOnly.

        Example:
            >>> room.configure({"k": 5})["settings"]["k"]
            5
        """
        with self.journal.command():
            self.permissions.check_owner(sid)
            settings = self.settings.changed(change)
            if settings != self.settings:
                self.journal.keep(Fact("configured", {"settings": settings.as_dict()}), sid)
            return {"settings": settings.as_dict()}

    def replace(self, content: RoomContent) -> Answer:
        """Put other content in the place of all there is, or change nothing.

        Clients are told that everything was cleared, with a revision that skips one: a gap, so they sync. Raises
        ContractError wrongModel, badDataset, longLabel, tooManyExamples or tooManyClasses.

        Example:
            >>> room.replace(RoomContent(None, KNN().to_dataset()))
            {'count': 0, 'countByLabel': {}, 'revision': 4}
        """
        knn = to_classifier(content)
        for label in knn.labels():
            self._limits.check_label(label)
        self._limits.check_sizes(knn.num_labels, knn.count)
        with self.journal.command():
            if content.model:
                self.journal.choose_model(content.model)
            self.journal.replace_content(knn, content.styles, content.name)
            return {"count": knn.count, **self._state.counts()}
