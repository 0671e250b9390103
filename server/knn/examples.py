"""The examples of a classifier, in order of arrival, and their classes, in order of first use.

Holds data and keeps it consistent; knows nothing of distances or votes. ``server/knn/knn.py`` owns it.
Its twin is ``web/src/knn/examples.js``.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn.checks import Vector, as_embedding, as_label, as_name
from server.knn.distance import scale

FIRST_CAPACITY: Final = 64


class Example(TypedDict):
    """One example; ``embedding`` is float32, (d,), a read-only view."""

    id: str
    label: str
    group: str | None
    embedding: Vector


class Item(NamedTuple):
    """One example, without its embedding."""

    id: str
    label: str
    group: str | None


class Dataset(TypedDict):
    """Everything a classifier knows; ``embeddings`` is float32, (n, d), rows in order of arrival."""

    dimension: int | None
    labels: list[str]
    examples: list[dict[str, str | None]]
    embeddings: Vector


class Examples:
    """Examples in one growing matrix, with constant-time (amortised) appending.

    Attributes:
        dimension: d, fixed by the first example; None before it.
        count: n, the number of examples.
        changes: Counts the changes of examples and of their classes.
    """

    def __init__(self) -> None:
        self.dimension: int | None = None
        self.count = 0
        self.changes = 0
        self._matrix: Vector = np.empty((0, 0), np.float32)
        self._norms = np.empty(0, np.float64)
        self._scales = np.empty(0, np.float32)
        self._squares = np.empty(0, np.float64)
        self._slots = np.empty(0, np.int64)  # a row's class, as a number that renaming does not change
        self._ids: list[str] = []
        self._groups: list[str | None] = []
        self._row_of: dict[str, int] = {}
        self._slot_of: dict[str, int] = {}  # in class order
        self._label_of: dict[int, str] = {}
        self._counts: dict[str, int] = {}  # in class order
        self._next_slot = 0
        self._positions: NDArray[np.int64] | None = None

    # ---- reading

    @property
    def matrix(self) -> Vector:
        """All embeddings, float32, (n, d), a view, rows in order of arrival."""
        return self._matrix[: self.count]

    @property
    def norms(self) -> NDArray[np.float64]:
        """The embeddings' L2 norms, float64, (n,), a view."""
        return self._norms[: self.count]

    @property
    def scales(self) -> Vector:
        """What makes a product with an embedding a cosine, float32, (n,), a view; see ``distance.scale``."""
        return self._scales[: self.count]

    @property
    def squares(self) -> NDArray[np.float64]:
        """The squared lengths of their z's in the adapted metric, float64, (n,), a view; NaN where not known yet."""
        return self._squares[: self.count]

    @squares.setter
    def squares(self, squares: NDArray[np.float64]) -> None:
        # Not written into: scikit-learn has estimators answer whose arrays can only be read.
        self._squares = np.full(len(self._norms), np.nan)
        self._squares[: self.count] = squares

    @property
    def ids(self) -> list[str]:
        """The examples' ids, in order of arrival; not to be changed."""
        return self._ids

    @property
    def labels(self) -> list[str]:
        """The classes' labels in class order."""
        return list(self._slot_of)

    @property
    def count_by_label(self) -> dict[str, int]:
        """Number of examples a class, in class order."""
        return dict(self._counts)

    def class_indices(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the classIndex of each row, int64, the shape of ``rows``."""
        if self._positions is None:
            self._positions = np.zeros(self._next_slot, np.int64)
            for position, slot in enumerate(self._slot_of.values()):
                self._positions[slot] = position
        found: NDArray[np.int64] = self._positions[self._slots[rows]]
        return found

    def has(self, id: str) -> bool:
        """Say whether there is an example with this id."""
        return id in self._row_of

    def row_of(self, id: str) -> int:
        """Return an example's place in order of arrival.

        Raises:
            ContractError: noSuchExample.
        """
        return self._row(id)

    def example(self, id: str) -> Example:
        """Return one example.

        Raises:
            ContractError: noSuchExample.
        """
        row = self._row(id)
        return {"id": id, "label": self._label_at(row), "group": self._groups[row], "embedding": self._view(row)}

    def __iter__(self) -> Iterator[Example]:
        """Yield the examples in order of arrival."""
        for wanted in list(self._ids):
            yield self.example(wanted)

    def listed(self) -> list[Item]:
        """Return the examples in order of arrival, without their embeddings."""
        labels = [self._label_of[slot] for slot in self.slots.tolist()]
        return list(map(Item, self._ids, labels, self._groups))

    # ---- changing

    def add(self, embedding: object, label: object, id: object = None, group: object = None) -> str:
        """Append one example; the same id again changes nothing. Returns the id.

        Raises:
            ContractError: See ``as_embedding`` and ``as_label``; badId, badGroup.
        """
        vector, norm = as_embedding(embedding, self.dimension)
        label = as_label(label)
        name = str(uuid.uuid4()) if id is None else as_name(id, "badId")
        group = None if group is None else as_name(group, "badGroup")
        if name not in self._row_of:
            self.append(vector, norm, label, name, group)
        return name

    def append(self, vector: Vector, norm: float, label: str, id: str | None = None, group: str | None = None) -> None:
        """Append what has been checked already: float32, (d,), its norm, and a new id."""
        if self.dimension is None:
            self.dimension = vector.size
        self._make_room(self.count + 1)
        row = self.count
        name = str(uuid.uuid4()) if id is None else id
        self._matrix[row] = vector
        self._norms[row] = norm
        self._scales[row] = scale(norm)
        self._squares[row] = np.nan
        self._slots[row] = self._slot(label)
        self._ids.append(name)
        self._groups.append(group)
        self._row_of[name] = row
        self._counts[label] += 1
        self.count += 1
        self.changes += 1

    def add_label(self, label: object) -> None:
        """Add a class without examples; an existing one stays as it is.

        Raises:
            ContractError: badLabel, emptyLabel or longLabel.
        """
        self._slot(as_label(label))

    def remove(self, id: str) -> str:
        """Remove one example and return its label; its class stays, if need be with no examples.

        Raises:
            ContractError: noSuchExample.
        """
        row = self._row(id)
        label = self._label_at(row)
        d, n = self._matrix.shape[1], self.count
        # Flat views: NumPy moves overlapping one-dimensional memory without a copy in between.
        flat = self._matrix.reshape(-1)
        flat[row * d : (n - 1) * d] = flat[(row + 1) * d : n * d]
        for column in (self._norms, self._scales, self._squares, self._slots):
            column[row : n - 1] = column[row + 1 : n]
        self._counts[label] -= 1
        self._forget([row])
        return label

    def clear_label(self, label: str) -> list[str]:
        """Remove a class with its examples and return their ids.

        Raises:
            ContractError: noSuchLabel.
        """
        slot = self._existing_slot(label)
        kept = np.flatnonzero(self.slots != slot)
        gone = np.flatnonzero(self.slots == slot).tolist()
        ids = [self._ids[row] for row in gone]
        for column in (self._matrix, self._norms, self._scales, self._squares, self._slots):
            column[: kept.size] = column[kept]
        del self._slot_of[label], self._label_of[slot], self._counts[label]
        self._positions = None
        self._forget(gone)
        return ids

    def rename_label(self, old: str, new: object) -> None:
        """Rename a class; onto an existing label, it joins that class and the gap closes.

        Raises:
            ContractError: noSuchLabel; badLabel, emptyLabel or longLabel.
        """
        slot = self._existing_slot(old)
        new = as_label(new)
        if new == old:
            return
        if new in self._slot_of:
            self.slots[self.slots == slot] = self._slot_of[new]
            self._counts[new] += self._counts.pop(old)
            del self._slot_of[old], self._label_of[slot]
        else:
            self._label_of[slot] = new
            self._slot_of = {new if label == old else label: value for label, value in self._slot_of.items()}
            self._counts = {new if label == old else label: value for label, value in self._counts.items()}
        self._positions = None
        self.changes += 1

    def order_labels(self, labels: list[str]) -> None:
        """Put the classes into this order; those not named follow in the order they had."""
        known = [label for label in dict.fromkeys(labels) if label in self._slot_of]
        order = dict.fromkeys([*known, *self._slot_of])
        self._slot_of = {label: self._slot_of[label] for label in order}
        self._counts = {label: self._counts[label] for label in order}
        self._positions = None
        self.changes += 1

    # ---- data sets

    def to_dataset(self) -> Dataset:
        """Return everything, as copies."""
        return {
            "dimension": self.dimension,
            "labels": self.labels,
            "examples": [{"id": e["id"], "label": e["label"], "group": e["group"]} for e in self],
            "embeddings": self.matrix.copy(),
        }

    @classmethod
    def from_dataset(cls, dataset: Mapping[str, Any]) -> "Examples":
        """Build examples from what ``to_dataset`` returned.

        Raises:
            ContractError: badDataset, or what adding one of the examples raises.
        """
        made = cls()
        try:
            embeddings = np.asarray(dataset["embeddings"])
            listed = list(dataset["examples"])
            if len(embeddings) != len(listed):
                raise ContractError(
                    "badDataset",
                    came=f"{len(listed)} examples and {len(embeddings)} embeddings",
                    expected="one embedding an example",
                )
            for label in dataset["labels"]:
                made.add_label(label)
            for row, example in zip(embeddings, listed, strict=True):
                made.add(row, example["label"], example["id"], example.get("group"))
        except (KeyError, TypeError, AttributeError) as error:
            raise ContractError(
                "badDataset",
                came=f"{type(error).__name__} {error}",
                expected="an object with labels, examples and embeddings",
            ) from None
        if made.count != len(listed):
            raise ContractError("badDataset", came="an id stands in it twice", expected="an id of its own an example")
        return made

    # ---- inside

    @property
    def slots(self) -> NDArray[np.int64]:
        """A row's class as a number that renaming does not change, int64, (n,), a view."""
        return self._slots[: self.count]

    def _row(self, id: str) -> int:
        row = self._row_of.get(id) if isinstance(id, str) else None
        if row is None:
            raise ContractError("noSuchExample", came=id)
        return row

    def _view(self, row: int) -> Vector:
        view: Vector = self._matrix[row]
        view.flags.writeable = False
        return view

    def _label_at(self, row: int) -> str:
        return self._label_of[int(self._slots[row])]

    def _existing_slot(self, label: str) -> int:
        slot = self._slot_of.get(label) if isinstance(label, str) else None
        if slot is None:
            raise ContractError("noSuchLabel", came=label)
        return slot

    def _slot(self, label: str) -> int:
        slot = self._slot_of.get(label)
        if slot is None:
            slot = self._slot_of[label] = self._next_slot
            self._label_of[slot] = label
            self._counts[label] = 0
            self._next_slot += 1
            self._positions = None
        return slot

    def _make_room(self, wanted: int) -> None:
        capacity = len(self._norms)
        if wanted <= capacity:
            return
        capacity = max(FIRST_CAPACITY, 2 * capacity)
        for name in ("_matrix", "_norms", "_scales", "_squares", "_slots"):
            old = getattr(self, name)
            grown = np.empty((capacity, self.dimension or 0) if old.ndim == 2 else capacity, old.dtype)
            if self.count:
                grown[: self.count] = old[: self.count]
            setattr(self, name, grown)

    def _forget(self, rows: list[int]) -> None:
        """Drop ids and groups of removed rows and close the gaps."""
        for row in reversed(rows):
            del self._row_of[self._ids.pop(row)]
            del self._groups[row]
        self.count -= len(rows)
        self.changes += 1
        if rows:
            for row in range(rows[0], self.count):
                self._row_of[self._ids[row]] = row
