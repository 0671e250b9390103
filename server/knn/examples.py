"""The examples of a classifier, in order of arrival, and their classes, in order of first use.

Holds data and keeps it consistent; knows nothing of distances or votes. ``server/knn/estimator.py`` owns one. The twin
is ``web/src/knn/examples.js``.
"""

import itertools
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn.arrays import ClassIndices, Embedding, Embeddings, Floats, Rows
from server.knn.checks import as_dimension, as_embedding, as_label, as_name
from server.knn.classes import Classes
from server.knn.search import scale

_SERIALS: Final = itertools.count()  # for all examples of this process
#: The rows of the first matrix; it doubles from there.
FIRST_CAPACITY: Final = 64


class Example(TypedDict):
    """One example; ``embedding`` is float32, (d,), a read-only view."""

    id: str
    label: str
    group: str | None
    embedding: Embedding


class ExampleInfo(NamedTuple):
    """One example without its embedding; ``group`` is the recording that it belongs to, None for none."""

    id: str
    label: str
    group: str | None


class Dataset(TypedDict):
    """Everything a classifier holds; ``embeddings`` is float32, (n, d), rows in order of arrival."""

    dimension: int | None
    labels: list[str]
    examples: list[dict[str, str | None]]
    embeddings: Embeddings


class Examples:
    """Examples in one growing matrix; appending takes constant time on average.

    Attributes:
        dimension: d, fixed by the first example; None before it.
        count: n, the number of examples.
        changes: The number of changes so far of the examples or of their classes.

    Example:
        >>> examples = Examples()
        >>> examples.add([1, 0], "cat", "a", "recording 1")
        'a'
        >>> examples.add([0, 1], "dog", "b")
        'b'
        >>> examples.outline()[0]
        ExampleInfo(id='a', label='cat', group='recording 1')
        >>> examples.matrix.tolist(), examples.class_indices(np.array([1, 0])).tolist()
        ([[1.0, 0.0], [0.0, 1.0]], [1, 0])
    """

    def __init__(self) -> None:
        self.dimension: int | None = None
        self.count = 0
        self.changes = 0
        self._classes = Classes()
        self._matrix: Embeddings = np.empty((0, 0), np.float32)
        self._norms = np.empty(0, np.float64)
        self._scales = np.empty(0, np.float32)
        self._squares = np.empty(0, np.float64)
        self._slots = np.empty(0, np.int64)  # of the classes
        self._recordings = np.empty(0, np.int64)
        self._serials = np.empty(0, np.int64)
        self._recording_of: dict[str, int] = {}  # by group
        self._recording_count = 0  # of all that ever were
        self._ids: list[str] = []
        self._groups: list[str | None] = []
        self._row_of: dict[str, int] = {}

    # ---- reading

    @property
    def matrix(self) -> Embeddings:
        """All embeddings, float32, (n, d), a view, rows in order of arrival."""
        return self._matrix[: self.count]

    @property
    def norms(self) -> Floats:
        """The embeddings' L2 norms, float64, (n,), a view."""
        return self._norms[: self.count]

    @property
    def scales(self) -> NDArray[np.float32]:
        """What turns a dot product into a cosine, float32, (n,), a view; see ``search.scale``."""
        return self._scales[: self.count]

    @property
    def squares(self) -> Floats:
        """|z|² of each example in the adapted metric, float64, (n,), a view; NaN where it is not known yet."""
        return self._squares[: self.count]

    @squares.setter
    def squares(self, squares: Floats) -> None:
        # A new array: scikit-learn has estimators answer whose arrays can only be read. Other threads may answer by the
        # old one, so it comes in when it is whole.
        grown = np.full(len(self._norms), np.nan)
        grown[: self.count] = squares
        self._squares = grown

    @property
    def recordings(self) -> NDArray[np.int64]:
        """A number for each example's recording, int64, (n,), a view; an example without a group has its own."""
        return self._recordings[: self.count]

    @property
    def serials(self) -> NDArray[np.int64]:
        """A number for each example, int64, (n,), a view. An example that is added again with its id gets another."""
        return self._serials[: self.count]

    @property
    def ids(self) -> list[str]:
        """The examples' ids, in order of arrival; not to be changed."""
        return self._ids

    @property
    def labels(self) -> list[str]:
        """The classes' labels in class order, copied."""
        return self._classes.labels

    @property
    def count_by_label(self) -> dict[str, int]:
        """The number of examples of each class, in class order, copied."""
        return dict(self._classes.counts)

    def class_indices(self, rows: Rows) -> ClassIndices:
        """Return the classIndex of each row, int64, the shape of ``rows``."""
        return self._classes.indices(self._slots[rows])

    def has(self, id: str) -> bool:
        """Say whether there is an example with this id."""
        return id in self._row_of

    def row_of(self, id: str) -> int:
        """Return an example's place in order of arrival.

        Raises:
            ContractError: noSuchExample.
        """
        row = self._row_of.get(id) if isinstance(id, str) else None
        if row is None:
            raise ContractError("noSuchExample", came=id)
        return row

    def example(self, id: str) -> Example:
        """Return one example.

        Raises:
            ContractError: noSuchExample.
        """
        row = self.row_of(id)
        embedding: Embedding = self._matrix[row]
        embedding.flags.writeable = False
        return {"id": id, "label": self._label_at(row), "group": self._groups[row], "embedding": embedding}

    def __iter__(self) -> Iterator[Example]:
        """Yield the examples in order of arrival."""
        for example_id in list(self._ids):
            yield self.example(example_id)

    def outline(self) -> list[ExampleInfo]:
        """Return all examples in order of arrival, without their embeddings."""
        labels = [self._classes.label_of(slot) for slot in self._slots[: self.count].tolist()]
        return list(map(ExampleInfo, self._ids, labels, self._groups))

    # ---- changing

    def add(
        self, embedding: object, label: object, id: object = None, group: object = None, *, may_be_zero: bool = False
    ) -> str:
        """Append one example and return its id; an id that is there already changes nothing.

        Args:
            embedding: float32, (d,), finite, not all zero.
            label: Its class; a new label makes a new class.
            id: None makes a new one up.
            group: The recording that it belongs to; None for none.
            may_be_zero: Whether zeros are accepted as an embedding.

        Raises:
            ContractError: badEmbedding, dimension, notFinite, zeroVector, badLabel, emptyLabel, longLabel, badId or
                badGroup.
        """
        embedding, norm = as_embedding(embedding, self.dimension, may_be_zero=may_be_zero)
        label = as_label(label)
        example_id = None if id is None else as_name(id, "badId")
        group = None if group is None else as_name(group, "badGroup")
        if example_id in self._row_of:
            return example_id
        return self.append(embedding, norm, label, example_id, group)

    def append(
        self, embedding: Embedding, norm: float, label: str, id: str | None = None, group: str | None = None
    ) -> str:
        """Append what has been checked already: float32, (d,), its L2 norm, and an id that is new. Return the id."""
        if self.dimension is None:
            self.dimension = embedding.size
        self._make_room(self.count + 1)
        row = self.count
        example_id = str(uuid.uuid4()) if id is None else id
        self._matrix[row] = embedding
        self._norms[row] = norm
        self._scales[row] = scale(norm)
        self._squares[row] = np.nan
        self._slots[row] = self._classes.add(label)
        self._recordings[row] = self._recording(group)
        self._serials[row] = next(_SERIALS)
        self._ids.append(example_id)
        self._groups.append(group)
        self._row_of[example_id] = row
        self._classes.counts[label] += 1
        self.count += 1
        self.changes += 1
        return example_id

    def add_label(self, label: object) -> None:
        """Add a class without examples; an existing one stays as it is.

        Raises:
            ContractError: badLabel, emptyLabel or longLabel.
        """
        self._classes.add(as_label(label))

    def remove(self, id: str) -> str:
        """Remove one example and return its label; its class stays, even without examples.

        Raises:
            ContractError: noSuchExample.
        """
        row = self.row_of(id)
        label = self._label_at(row)
        d, n = self._matrix.shape[1], self.count
        # Flat views: NumPy moves overlapping one-dimensional memory without a temporary copy.
        flat = self._matrix.reshape(-1)
        flat[row * d : (n - 1) * d] = flat[(row + 1) * d : n * d]
        for column in self._columns:
            column[row : n - 1] = column[row + 1 : n]
        self._classes.counts[label] -= 1
        self._close_gaps([row])
        return label

    def clear_label(self, label: str) -> list[str]:
        """Remove a class with its examples and return their ids.

        Raises:
            ContractError: noSuchLabel.
        """
        slot = self._classes.slot_of(label)
        slots = self._slots[: self.count]
        kept, removed = np.flatnonzero(slots != slot), np.flatnonzero(slots == slot).tolist()
        ids = [self._ids[row] for row in removed]
        for column in (self._matrix, *self._columns):
            column[: kept.size] = column[kept]
        self._classes.remove(label)
        self._close_gaps(removed)
        return ids

    def rename_label(self, old: str, new: object) -> None:
        """Rename a class; if the new label exists, the class joins that one and the gap closes.

        Raises:
            ContractError: noSuchLabel; badLabel, emptyLabel or longLabel.
        """
        slot = self._classes.slot_of(old)
        new = as_label(new)
        if new == old:
            return
        if new in self._classes.counts:
            slots = self._slots[: self.count]
            slots[slots == slot] = self._classes.slot_of(new)
            self._classes.merge(old, new)
        else:
            self._classes.rename(old, new)
        self.changes += 1

    def order_labels(self, labels: list[str]) -> None:
        """Put the classes into this order; those not named follow in the order that they had."""
        self._classes.order(labels)
        self.changes += 1

    # ---- data sets

    def to_dataset(self) -> Dataset:
        """Return everything, as copies."""
        return {
            "dimension": self.dimension,
            "labels": self.labels,
            "examples": [info._asdict() for info in self.outline()],
            "embeddings": self.matrix.copy(),
        }

    @classmethod
    def from_dataset(cls, dataset: Mapping[str, Any], *, may_have_zeros: bool = True) -> "Examples":
        """Build examples from what ``to_dataset`` returned.

        Args:
            dataset: See ``Dataset``; ``dimension`` may be missing.
            may_have_zeros: Whether rows of zeros are accepted, which ``fit`` accepts too.

        Raises:
            ContractError: badDataset, or what adding one of the examples raises.
        """
        examples = cls()
        try:
            embeddings, entries, labels = np.asarray(dataset["embeddings"]), dataset["examples"], dataset["labels"]
            if not isinstance(entries, list | tuple) or not isinstance(labels, list | tuple):
                raise TypeError("labels or examples that are no list")
            examples.dimension = dimension = as_dimension(dataset.get("dimension"))
            examples._matrix = np.empty((0, dimension or 0), np.float32)
            if len(embeddings) != len(entries) or (entries and embeddings.ndim != 2):
                raise ContractError(
                    "badDataset",
                    came=f"{len(entries)} examples and embeddings of shape {embeddings.shape}",
                    expected="one embedding an example",
                )
            if entries and dimension not in (None, embeddings.shape[1]):
                came = f"embeddings of {embeddings.shape[1]} numbers and the dimension {dimension}"
                raise ContractError("badDataset", came=came, expected="embeddings of the data set's dimension")
            for label in labels:
                examples.add_label(label)
            for embedding, entry in zip(embeddings, entries, strict=True):
                examples.add(embedding, entry["label"], entry["id"], entry.get("group"), may_be_zero=may_have_zeros)
        except ContractError:
            raise
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ContractError(
                "badDataset",
                came=f"{type(error).__name__} {error}",
                expected="an object with labels, examples and embeddings",
            ) from None
        if examples.count != len(entries):
            raise ContractError("badDataset", came="an id stands in it twice", expected="an id of its own an example")
        return examples

    # ---- inside

    def _recording(self, group: str | None) -> int:
        """Return the number of a recording; a new one where the group is new or None."""
        if len(self._recording_of) > 2 * self.count + FIRST_CAPACITY:
            # Groups that no example has any more.
            current = set(self._groups)
            self._recording_of = {name: number for name, number in self._recording_of.items() if name in current}
        if group in self._recording_of:
            return self._recording_of[group]
        self._recording_count += 1
        if group is not None:
            self._recording_of[group] = self._recording_count
        return self._recording_count

    @property
    def _columns(self) -> tuple[NDArray[Any], ...]:
        return self._norms, self._scales, self._squares, self._slots, self._recordings, self._serials

    def _label_at(self, row: int) -> str:
        return self._classes.label_of(int(self._slots[row]))

    def _make_room(self, count: int) -> None:
        """Double the arrays where they have fewer rows than this."""
        capacity = len(self._norms)
        if count <= capacity:
            return
        capacity = max(FIRST_CAPACITY, 2 * capacity)
        for name in ("_matrix", "_norms", "_scales", "_squares", "_slots", "_recordings", "_serials"):
            old = getattr(self, name)
            grown = np.empty((capacity, self.dimension or 0) if old.ndim == 2 else capacity, old.dtype)
            if self.count:
                grown[: self.count] = old[: self.count]
            setattr(self, name, grown)

    def _close_gaps(self, rows: list[int]) -> None:
        """Drop the ids and groups of removed rows, ascending, and renumber the rows behind them."""
        for row in reversed(rows):
            del self._row_of[self._ids.pop(row)]
            del self._groups[row]
        self.count -= len(rows)
        self.changes += 1
        if rows:
            for row in range(rows[0], self.count):
                self._row_of[self._ids[row]] = row
