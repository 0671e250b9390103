"""What a room's facts add up to: model, settings, classifier and change log.

Has no lock and no sockets: ``server/rooms/room.py`` owns one and holds its lock around every change.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import server.knn
from server.contract.errors import ContractError
from server.knn.checks import as_embedding, as_label, as_name
from server.knn.model import Model
from server.knn.options import ClassifierSettings, settings_change
from server.rooms.change_log import ChangeLog, Cursor
from server.rooms.class_styles import ClassStyles, Style
from server.rooms.last_changes import CHANGE, ChangeId, LastChanges
from server.rooms.people.access import Access
from server.rooms.people.contributors import Contributors
from server.rooms.restored import Restored
from server.rooms.storage import Fact

Counts = dict[str, Any]

# Every example is a binary attachment, and Socket.IO's JavaScript client closes on a packet with more than ten.
PAGE_SIZE: Final = 10
#: A packed page has one attachment, of about so many bytes, and no more examples than this.
PACKED_BYTES: Final = 1 << 19
PACKED_SIZE: Final = 500
#: About what a room takes without examples, and what an example takes beside its embedding, with what the process keeps
#: of rooms that left: measured with 500 rooms of 2,000 x 1,280 that took turns (``bench/load/cold_start.py``).
EMPTY_BYTES: Final = 20_000
EXAMPLE_BYTES: Final = 2_200
#: Facts that have a revision: they change examples, classes or the project's name.
REVISED: Final = frozenset(
    {
        *("exampleAdded", "exampleRemoved", "labelAdded", "labelCleared", "labelRenamed"),
        *("labelsOrdered", "labelStyled", "projectNamed"),
    }
)


class RoomState:
    """The state of one room, which only facts change.

    Args:
        max_tombstones: How many removed ids the change log remembers.

    Attributes:
        seq: The number of facts so far.
        keys: The numbers of the facts that brought the examples, by the examples' ids.
        epoch: Names this life of the room; "" before it has one.
        secret: Whoever knows it has been in the room.
        owner_hash: Kept of the owner's secret; "" before there is one.
        model: The model that the room's embeddings come from; None before the first client.
        settings: What ``classify`` starts from.
        knn: The classifier.
        styles: How its classes look.
        name: The project's; "" until one is given.
        change_log: Its revisions.
        restored: What clients gave back, and which labels were removed.
        last_changes: The last change of each sender.
        contributors: Who added what.
        access: What members may do.
        thumbnails_after: The number of the fact that had thumbnails shown to all the last time. What came with facts
            before it is not shown.

    Example:
        >>> state = RoomState(max_tombstones=100)
        >>> state.apply(Fact("labelAdded", {"label": "cat", "revision": 1}))
        >>> state.counts()
        {'countByLabel': {'cat': 0}, 'revision': 1}
    """

    def __init__(self, max_tombstones: int) -> None:
        self.seq = 0
        self.keys: dict[str, int] = {}
        self.epoch = self.secret = self.owner_hash = ""
        self.model: Model | None = None
        self.settings = ClassifierSettings()
        self.knn = server.knn.KNN()
        self.styles = ClassStyles()
        self.name = ""
        self.restored = Restored()
        self.last_changes = LastChanges()
        self.contributors = Contributors()
        self.access = Access()
        self.thumbnails_after = 0
        self.change_log = ChangeLog(max_tombstones)

    # ---- reading

    @property
    def revision(self) -> int:
        """The number of the last change of examples or classes."""
        return self.change_log.revision

    @property
    def size(self) -> int:
        """About how many bytes of memory the state takes."""
        return EMPTY_BYTES + self.knn.count * (4 * (self.knn.dimension or 0) + EXAMPLE_BYTES)

    def thumbnail_key(self, id: str) -> int | None:
        """Return the number of the fact that an example's thumbnail came with; None where none may be shown."""
        key = self.keys.get(id, 0)
        return key if self.access.thumbnails and key > self.thumbnails_after else None

    def has_label(self, label: str) -> bool:
        """Say whether there is a class with this label."""
        return label in self.knn.count_by_label()

    def counts(self) -> Counts:
        """Return the number of examples a class, in class order, and the revision, as they travel."""
        return {"countByLabel": self.knn.count_by_label(), "revision": self.revision}

    def classes(self) -> list[dict[str, Any]]:
        """Return label, count, colour and emoji of every class, in class order, as they travel."""
        counts = self.knn.count_by_label().items()
        return [{"label": label, "count": count, **self.styles.of(label).as_dict()} for label, count in counts]

    def snapshot(self) -> dict[str, Any]:
        """Return settings, what members may do, the project's name, classes and revision, as they travel."""
        return {
            "access": self.access.as_dict(),
            "settings": self.settings.as_dict(),
            "project": {"name": self.name},
            "labels": self.classes(),
            "revision": self.revision,
        }

    def page(self, since: int, cursor: Cursor | None, is_packed: bool = False) -> dict[str, Any]:
        """Return one page of what changed after a revision, as it travels; see ``ChangeLog.page``.

        Returns:
            ``revision``, ``project``, ``labels``, ``examples`` with their embeddings as bytes and their contributors,
            ``removed``, ``full``, and ``cursor`` where there is a next page. Where it is packed, ``embeddings`` has the
            bytes of all.
        """
        packed_size = min(PACKED_SIZE, PACKED_BYTES // (4 * (self.knn.dimension or 1)))
        page = self.change_log.page(since, cursor, max(packed_size, PAGE_SIZE) if is_packed else PAGE_SIZE)
        answer: dict[str, Any] = {
            "revision": self.revision,
            "project": {"name": self.name},
            "labels": self.classes(),
            "examples": [self._as_sent(example_id) for example_id in page.ids],
            "removed": page.removed,
            "full": page.full,
        }
        if is_packed and page.ids:
            answer["embeddings"] = b"".join([example.pop("embedding") for example in answer["examples"]])
        if page.cursor is not None:
            answer["cursor"] = str(page.cursor)
        return answer

    def _as_sent(self, id: str) -> dict[str, Any]:
        example = self.knn.example(id)
        # Copied to bytes: the matrix may move under a view.
        return {**example, "embedding": example["embedding"].tobytes(), "by": self.contributors.of(id)}

    # ---- refusing

    def check_model(self, model: Model) -> None:
        """Raise ContractError wrongModel for another model than the room's."""
        if self.model is not None and self.model != model:
            raise ContractError("wrongModel", came=_describe(model), expected=_describe(self.model))

    def check_dimension(self, embedding: NDArray[np.float32]) -> None:
        """Raise ContractError dimension for an embedding, float32, (d,), whose d is not the model's."""
        if self.model and embedding.size != self.model.dimension:
            raise ContractError("dimension", came=embedding.size, expected=self.model.dimension)

    def check_has_label(self, label: str) -> None:
        """Raise ContractError noSuchLabel where there is no class with this label."""
        if not self.has_label(label):
            raise ContractError("noSuchLabel", came=label)

    # ---- changing

    def next_fact(self, event: str, data: dict[str, Any]) -> Fact:
        """Return a fact with the next revision, if the state can take it.

        It is stored before it is applied, and applying must not fail: what the classifier would refuse is refused here.

        Raises:
            ContractError: badEmbedding, dimension, notFinite, zeroVector, badLabel, emptyLabel, longLabel, badId,
                badGroup, noSuchExample or noSuchLabel.
        """
        if event == "exampleAdded":
            as_embedding(data["embedding"], self.knn.dimension)
            as_label(data["label"])
            as_name(data["id"], "badId")
            if data["group"] is not None:
                as_name(data["group"], "badGroup")
        elif event == "exampleRemoved":
            self.knn.example(data["id"])
        elif event == "labelAdded":
            as_label(data["label"])
        elif event == "labelCleared" and data["label"] is not None:
            self.check_has_label(data["label"])
        elif event == "labelRenamed":
            self.check_has_label(data["from"])
            as_label(data["to"])
        elif event == "labelStyled":
            self.check_has_label(data["label"])
        return Fact(event, {**data, "revision": self.revision + 1})

    def apply(self, fact: Fact) -> None:
        """Change the state by one fact.

        Raises:
            ContractError: What the classifier refuses; nothing is changed then.
            ValueError: For an event that is no fact.
        """
        event, data = fact
        if event == "roomMade":
            self.epoch, self.secret = data["epoch"], data["secret"]
        elif event == "ownerChosen":
            self.owner_hash = data["hash"]
        elif event == "modelChosen":
            self.model = Model(**data["model"])
        elif event == "contributorJoined":
            self.contributors.joined(data["id"], data["name"], data["hash"])
        elif event == "configured":
            self.settings = ClassifierSettings().changed(settings_change(data["settings"]))
        elif event == "contributorMuted":
            self.contributors.muted(data["id"], data["muted"])
        elif event == "contributorRemoved":
            self.contributors.removed(data["id"])
        elif event == "accessChanged":
            access = Access(**data["access"])
            if access.thumbnails and not self.access.thumbnails:
                self.thumbnails_after = self.seq
            self.access = access
        elif event == "removalsNoted":
            self.change_log.note_removed(data["ids"])
            for label in data["labels"]:
                self.restored.label_removed(label)
        elif event in REVISED:
            labels = set(self.knn.labels())
            changed, removed = self._apply_to_classifier(event, data)
            self._apply_to_styles(event, data, labels)
            self.restored.examples_removed(removed)
            self.contributors.examples_removed(removed)
            for example_id in removed:
                del self.keys[example_id]
            self.change_log.record(data["revision"], changed, removed)
        else:
            raise ValueError(f"{event} is no fact that a room knows.")
        self.seq += 1
        if CHANGE in data:
            self.last_changes.note(ChangeId(*data[CHANGE]))
        if event == "exampleAdded":
            self.keys[data["id"]] = self.seq

    def replace_classifier(self, knn: "server.knn.KNN", styles: Mapping[str, Style], revision: int) -> None:
        """Take another classifier, after a fact has cleared this one; all its examples changed at the revision.

        It is as if ``content_facts`` had been applied.
        """
        self.knn = knn
        self.seq += knn.num_labels
        for example in knn.outline():
            self.seq += 1
            self.keys[example.id] = self.seq
        for label in knn.labels():
            self.styles.add(label, *styles.get(label, ()))
            self.restored.label_added(label, is_restored=False)
        self.change_log.record(revision, changed=[example["id"] for example in knn.examples()])

    def _apply_to_classifier(self, event: str, data: dict[str, Any]) -> tuple[list[str], list[str]]:
        """Return the ids of the examples that came or changed, and of those that went."""
        knn = self.knn
        if event == "exampleAdded":
            return [knn.add_example(data["embedding"], data["label"], data["id"], data["group"])], []
        if event == "exampleRemoved":
            knn.remove_example(data["id"])
            return [], [data["id"]]
        if event == "labelAdded":
            knn.add_label(data["label"])
            return [], []
        if event == "labelRenamed":
            renamed = [example["id"] for example in knn.examples() if example["label"] == data["from"]]
            knn.rename_label(data["from"], data["to"])
            return renamed, []
        if event == "labelsOrdered":
            knn.order_labels(data["labels"])
            return [], []
        if event in ("labelStyled", "projectNamed"):
            return [], []
        if data["label"] is not None:
            return [], knn.clear_label(data["label"])
        removed = self.change_log.ids()
        knn.clear_all_labels()
        return [], removed

    def _apply_to_styles(self, event: str, data: dict[str, Any], labels: set[str]) -> None:
        """Change the rest of the state.

        Args:
            event: What happened.
            data: The fact's.
            labels: Those before the fact.
        """
        is_restored = data.get("restored") is True
        if event == "projectNamed":
            self.name = data["name"]
        elif event == "labelStyled":
            self.styles.set(data["label"], Style(data["colour"], data["emoji"]))
        elif event == "labelRenamed":
            self.styles.rename(data["from"], data["to"])
            if data["from"] != data["to"]:
                self.contributors.label_renamed(data["from"], data["to"], is_merged=data["to"] in labels)
            self.restored.label_removed(data["from"])
            self.restored.label_added(data["to"], is_restored=False)
        elif event == "labelCleared":
            self.styles.remove(data["label"])
            for label in labels if data["label"] is None else [data["label"]]:
                self.restored.label_removed(label)
                self.contributors.label_removed(label)
        elif event in ("labelAdded", "exampleAdded"):
            if event == "exampleAdded":
                self.contributors.example_added(data["id"], data.get("by"))
                self.restored.example_added(data["id"], is_restored)
            if data["label"] not in labels:
                self.styles.add(data["label"], data.get("colour"), data.get("emoji"))
                self.restored.label_added(data["label"], is_restored)
                self.contributors.label_added(data["label"], data.get("by"))


def content_facts(knn: "server.knn.KNN", styles: Mapping[str, Style], revision: int) -> Iterator[Fact]:
    """Yield the facts that add up to a classifier's content, all of one revision.

    Their embeddings are copies: they are kept later, when the classifier's own rows may have moved.
    """
    for label in knn.labels():
        style = styles[label].as_dict() if label in styles else {}
        yield Fact("labelAdded", {"label": label, **style, "revision": revision})
    for example in knn.examples():
        yield Fact("exampleAdded", {**example, "embedding": example["embedding"].copy(), "revision": revision})


def _describe(model: Model) -> str:
    return f"{model.id} ({model.dimension} numbers)"
