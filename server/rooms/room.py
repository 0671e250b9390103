"""One room: a classifier with a lock, its history, and who is here.

A request becomes a fact; applying facts is all that ever changes a room. Whoever listens hears of them in the order of
their revisions, outside the lock.
"""

import contextlib
import logging
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from server.api import commands as fields
from server.contract.errors import ContractError
from server.knn import KNN
from server.knn.adaptation import Fitted
from server.knn.checks import as_embedding, as_label, as_name
from server.knn.model import Model
from server.knn.options import ClassifierSettings
from server.rooms.change_log import ChangeLog
from server.rooms.dataset import Saved, to_classifier
from server.rooms.insights import Examined, Studies, Study
from server.rooms.storage import Fact, Storage
from server.rooms.waiting import Waiting
from server.settings import Settings

# Every example is a binary attachment, and Socket.IO's JavaScript client closes on a packet with more than ten.
PAGE_SIZE: Final = 10
Answer = dict[str, Any]
Announce = Callable[[str, str, Mapping[str, Any], "str | None"], None]

log = logging.getLogger(__name__)


class Room:
    """A shared classifier.

    Args:
        code: The room's name, in upper case.
        settings: For its limits.
        storage: Where its facts go and come from.
        announce: Called with code, event, data and the client to leave out.
        studies: Works on its study.
    """

    def __init__(self, code: str, settings: Settings, storage: Storage, announce: Announce, studies: Studies) -> None:
        self.code = code
        self.epoch = secrets.token_hex(8)
        self.model: Model | None = None
        self.choice = ClassifierSettings()
        self.here: dict[str, str] = {}  # sid: role
        self._settings = settings
        self._storage = storage
        self._announce = announce
        self._lock = threading.Lock()
        self._knn = KNN()
        self._change_log = ChangeLog(tombstones=settings.examples_per_room)
        self._study = Study(self, studies.wake)
        self._waiting = Waiting(self._lock, lambda: self._knn, self._study.resolve)
        self._outbox: deque[tuple[Fact, str | None]] = deque()
        self._sending = threading.RLock()
        self._is_sending = False
        for fact in storage.load(code):
            self._apply(fact)

    # ---- who is here

    def enter(self, sid: str, model: Model) -> str:
        """Let a client in and return its role. The first model decides which one the room belongs to.

        Raises:
            ContractError: wrongModel.
        """
        with self._lock:
            self._belong_to(model)
            role = self.here.get(sid) or ("member" if "owner" in self.here.values() else "owner")
            self.here[sid] = role
        return role

    def leave(self, sid: str) -> None:
        """Let a client out."""
        with self._lock:
            self.here.pop(sid, None)
        self.announce_presence()

    def announce_presence(self) -> None:
        """Tell everyone how many are here.

        A client can be found gone while something is sent to it, by a thread that others wait for: so this never waits.
        """
        with self._lock:
            self._outbox.append((Fact("presence", {"here": len(self.here)}), None))
        self._send(wait=False)

    @property
    def is_idle(self) -> bool:
        """Nobody is here, and nothing would be lost."""
        with self._lock:
            return not self.here and not self._knn.num_labels

    # ---- questions

    def snapshot(self) -> Answer:
        """Return what a client that joins must know."""
        with self._lock:
            return {
                "room": self.code,
                "settings": self.choice.as_dict(),
                "labels": self._labels(),
                "revision": self._change_log.revision,
                "epoch": self.epoch,
            }

    def classify(self, data: Mapping[str, Any], attachment: object) -> Answer:
        """Classify an embedding, and say how.

        Raises:
            ContractError: badEmbedding, dimension, notFinite, zeroVector, noExamples, or for bad settings.
        """
        result, made = self._waiting.classify(self._embedding(attachment), self.choice.changed(data))
        return {**result, **made.as_dict()}

    def evaluate(self, data: Mapping[str, Any]) -> Answer:
        """Return the newest figures, and have newer ones worked out; see ``Study.ask``.

        Raises:
            ContractError: badK, unknownMetric or unknownWeights.
        """
        return self._study.ask(self.choice.changed(data).as_question())

    def counts(self) -> Answer:
        """Return the number of examples a class, in class order, and the revision."""
        with self._lock:
            return self._counts()

    def sync(self, since: int, cursor: object) -> Answer:
        """Return a page of what changed after a revision; see ``ChangeLog.page``."""
        with self._lock:
            page = self._change_log.page(since, cursor, PAGE_SIZE)
            answer: Answer = {
                "revision": self._change_log.revision,
                "labels": self._labels(),
                # Bytes of its own: the matrix may move under a view.
                "examples": [{**e, "embedding": e["embedding"].tobytes()} for e in map(self._knn.example, page.ids)],
                "removed": page.removed,
                "full": page.full,
            }
        if page.cursor:
            answer["cursor"] = page.cursor
        return answer

    def saved(self) -> Saved:
        """Return the room's content, copied."""
        with self._lock:
            return Saved(self.model, self._knn.to_dataset())

    # ---- what its study looks at

    def examine(self) -> Examined:
        """Return what there is."""
        with self._lock:
            return Examined(self._change_log.revision, self._knn.labels(), self._knn.outline())

    def embeddings(self, ids: list[str]) -> "np.ndarray[Any, np.dtype[np.float32]]":
        """Return copies of some embeddings, float32, (m, d). Raises ContractError noSuchExample."""
        with self._lock:
            return np.stack([self._knn.example(example)["embedding"] for example in ids])

    def install(self, fitted: Fitted | None) -> None:
        """Answer by this adapted metric from now on."""
        with self._lock:
            self._knn.adapt(fitted)

    def announce_evaluated(self, revision: int) -> None:
        """Tell everyone that there are newer figures."""
        with self._lock:
            self._outbox.append((Fact("evaluated", {"revision": revision}), None))
        self._send(wait=False)

    # ---- commands

    def add_example(self, data: Mapping[str, Any], attachment: object, sid: str | None = None) -> Answer:
        """Add an example; the same id again changes nothing and is answered as the first time.

        Raises:
            ContractError: badEmbedding, dimension, notFinite, zeroVector, badLabel, emptyLabel, longLabel, badId,
                badGroup, badThumbnail, tooManyExamples or tooManyClasses.
        """
        embedding = self._embedding(attachment)
        thumbnail = fields.thumbnail(data.get("thumbnail"), self._settings.thumbnail_bytes)
        example, label = data.get("id"), data.get("label")
        if not isinstance(example, str):
            raise ContractError("badId", came=example, expected=self._settings.limits()["idCharacters"])
        self._check_length(label)
        with self._changing(sid):
            if not self._knn.has(example):
                self._check_room_for(label, examples=1)
                fact = {"id": example, "label": label, "group": data.get("group"), "embedding": embedding}
                told: dict[str, Any] = {"embedding": attachment}
                if thumbnail:
                    told["thumbnail"] = thumbnail
                self._record("exampleAdded", fact, sid, told)
            kept = self._knn.example(example)["label"]
            return {"id": example, "label": kept, "count": self._knn.count, **self._counts()}

    def remove_example(self, id: object, sid: str | None = None) -> Answer:
        """Remove an example. Raises ContractError noSuchExample."""
        with self._changing(sid):
            self._record("exampleRemoved", {"id": id}, sid)
            return self._counts()

    def add_label(self, label: object, sid: str | None = None) -> Answer:
        """Add a class without examples; an existing one stays. Raises ContractError, as ``add_example``."""
        self._check_length(label)
        with self._changing(sid):
            if not self._has_label(label):
                self._check_room_for(label)
                self._record("labelAdded", {"label": label}, sid)
            return self._counts()

    def clear_label(self, label: object, sid: str | None = None) -> Answer:
        """Remove a class with its examples. Raises ContractError noSuchLabel."""
        with self._changing(sid):
            self._refuse_unknown(label)  # None, too, which as a fact stands for all of them
            self._record("labelCleared", {"label": label}, sid)
            return self._counts()

    def clear_all_labels(self, sid: str | None = None) -> Answer:
        """Remove everything."""
        with self._changing(sid):
            if self._knn.num_labels:
                self._record("labelCleared", {"label": None}, sid)
            return self._counts()

    def rename_label(self, old: object, new: object, sid: str | None = None) -> Answer:
        """Rename a class; onto an existing label, the two merge. Raises ContractError noSuchLabel, or for ``new``."""
        self._check_length(new)
        with self._changing(sid):
            self._refuse_unknown(old)
            if old != new:
                self._record("labelRenamed", {"from": old, "to": new}, sid)
            return self._counts()

    def configure(self, data: Mapping[str, Any], sid: str | None = None) -> Answer:
        """Change the settings that ``classify`` falls back on. Raises ContractError for a bad one."""
        with self._changing(sid):
            choice = self.choice.changed(data)
            if choice != self.choice:
                fact = Fact("configured", {"settings": choice.as_dict()})
                self._storage.append(self.code, [fact])
                self._apply(fact)
                self._outbox.append((fact, sid))
            return {"settings": choice.as_dict()}

    def replace(self, saved: Saved) -> Answer:
        """Put other content in the place of all there is, or change nothing.

        Clients hear that everything was cleared, with a revision that skips one: a gap, so they sync.

        Raises:
            ContractError: wrongModel, badDataset, tooManyExamples or tooManyClasses.
        """
        knn = to_classifier(saved)
        for label in knn.labels():
            self._check_length(label)
        self._check_sizes(knn.num_labels, knn.count)
        with self._changing(None):
            if saved.model:
                self._belong_to(saved.model)
            cleared = Fact("labelCleared", {"label": None, "revision": self._change_log.revision + 2})
            loaded = self._change_log.revision + 3
            facts = [cleared]
            facts += [Fact("labelAdded", {"label": label, "revision": loaded}) for label in knn.labels()]
            facts += [Fact("exampleAdded", {**example, "revision": loaded}) for example in knn.examples()]
            self._storage.append(self.code, facts)
            self._apply(cleared)
            self._knn = knn
            self._change_log.revision = loaded
            self._change_log.touch(example["id"] for example in knn.examples())
            self._study.start_anew()
            self._outbox.append((cleared, None))
            return {"count": knn.count, **self._counts()}

    # ---- inside; the lock is held in all that follows, but for sending and checking

    @contextlib.contextmanager
    def _changing(self, sid: str | None) -> Iterator[None]:
        """Hold the lock, and send what was recorded once it is free."""
        with self._lock:
            yield
        self._send()

    def _record(self, event: str, data: dict[str, Any], sid: str | None, told: Mapping[str, Any] | None = None) -> None:
        """Keep one new fact, apply it, and have it sent to the others; ``told`` is what they hear instead.

        In this order: what could not be kept has not happened, so that the same request again is no repetition.
        """
        fact = Fact(event, {**data, "revision": self._change_log.revision + 1})
        self._refuse(fact)
        self._storage.append(self.code, [fact])
        self._apply(fact)
        self._outbox.append((Fact(event, {**fact.data, **(told or {})}), sid))

    def _refuse(self, fact: Fact) -> None:
        """Refuse a new fact that the classifier would refuse; that its class is there has been seen to already.

        Raises:
            ContractError: badEmbedding, dimension, notFinite, zeroVector, badLabel, emptyLabel, longLabel, badId,
                badGroup or noSuchExample.
        """
        event, data = fact
        if event == "exampleAdded":
            as_embedding(data["embedding"], self._knn.dimension)
            as_label(data["label"])
            as_name(data["id"], "badId")
            if data["group"] is not None:
                as_name(data["group"], "badGroup")
        elif event == "exampleRemoved":
            self._knn.example(data["id"])
        elif event == "labelAdded":
            as_label(data["label"])
        elif event == "labelRenamed":
            as_label(data["to"])

    def _refuse_unknown(self, label: object) -> None:
        if not self._has_label(label):
            raise ContractError("noSuchLabel", came=label)

    def _apply(self, fact: Fact) -> None:
        """Change the room by one fact."""
        event, data = fact
        knn, history = self._knn, self._change_log
        if event == "modelChosen":
            self.model = Model(**data["model"])
            return
        if event == "configured":
            self.choice = ClassifierSettings().changed(data["settings"])
            return
        touched: Sequence[str] = ()
        buried: Sequence[str] = ()
        if event == "exampleAdded":
            touched = [knn.add_example(data["embedding"], data["label"], data["id"], data["group"])]
        elif event == "exampleRemoved":
            knn.remove_example(data["id"])
            buried = [data["id"]]
        elif event == "labelAdded":
            knn.add_label(data["label"])
        elif event == "labelCleared" and data["label"] is None:
            buried = history.ids()
            knn.clear_all_labels()
        elif event == "labelCleared":
            buried = knn.clear_label(data["label"])
        elif event == "labelRenamed":
            touched = [example["id"] for example in knn.examples() if example["label"] == data["from"]]
            knn.rename_label(data["from"], data["to"])
        else:
            raise ValueError(f"{event} is no fact that a room knows.")
        history.revision = data["revision"]
        history.touch(touched)
        history.bury(buried)
        self._study.note_change()

    def _belong_to(self, model: Model) -> None:
        if self.model is None:
            fact = Fact("modelChosen", {"model": model.as_dict()})
            self._storage.append(self.code, [fact])
            self._apply(fact)
        elif self.model != model:
            raise ContractError(
                "wrongModel",
                came=f"{model.id} ({model.dimension} numbers)",
                expected=f"{self.model.id} ({self.model.dimension} numbers)",
            )

    def _embedding(self, attachment: object) -> "np.ndarray[Any, np.dtype[np.float32]]":
        embedding = fields.embedding(attachment)
        if self.model and embedding.size != self.model.dimension:
            raise ContractError("dimension", came=embedding.size, expected=self.model.dimension)
        return embedding

    def _check_length(self, label: object) -> None:
        if isinstance(label, str) and len(label) > self._settings.label_characters:
            raise ContractError("longLabel", came=len(label), expected=self._settings.label_characters)

    def _check_room_for(self, label: object, examples: int = 0) -> None:
        self._check_sizes(self._knn.num_labels + (not self._has_label(label)), self._knn.count + examples, came=-1)

    def _check_sizes(self, classes: int, examples: int, came: int = 0) -> None:
        """Check what there would be; ``came`` is what an error adds to that, to name what there is."""
        most = self._settings.examples_per_room
        if examples > most:
            raise ContractError("tooManyExamples", came=examples + came, expected=most)
        most = self._settings.classes_per_room
        if classes > most:
            raise ContractError("tooManyClasses", came=classes + came, expected=most)

    def _has_label(self, label: object) -> bool:
        return isinstance(label, str) and label in self._knn.count_by_label()

    def _labels(self) -> list[Answer]:
        return [{"label": label, "count": count} for label, count in self._knn.count_by_label().items()]

    def _counts(self) -> Answer:
        return {"countByLabel": self._knn.count_by_label(), "revision": self._change_log.revision}

    def _send(self, wait: bool = True) -> None:
        """Send what waits to be sent, in order; or leave that to the thread that is at it, rather than wait for it."""
        while self._outbox and self._sending.acquire(blocking=wait):
            try:
                if self._is_sending:  # sending found a client gone, and so came back here
                    return
                self._is_sending = True
                try:
                    self._send_all()
                finally:
                    self._is_sending = False
            finally:
                self._sending.release()

    def _send_all(self) -> None:
        while self._outbox:
            fact, sid = self._outbox.popleft()
            try:
                self._announce(self.code, fact.event, fact.data, sid)
            except Exception:
                log.exception("Room %s could not be told of a change; its clients will see a gap.", self.code)
