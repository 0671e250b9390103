"""The classes of a classifier, in order of first use. ``server/knn/examples.py`` owns one.

The twin is ``web/src/knn/classes.js``, where an example holds its class as an object in place of a slot.
"""

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn.arrays import ClassIndices


class Classes:
    """Labels in class order, each with a slot: a number that neither renaming nor reordering changes.

    An example stores its class's slot, so that renaming a class of any size changes no example.

    Attributes:
        counts: The number of examples of each label, in class order. ``Examples`` counts.

    Example:
        >>> classes = Classes()
        >>> slots = np.array([classes.add("cat"), classes.add("dog"), classes.add("cat")])
        >>> classes.order(["dog"])
        >>> classes.labels, classes.indices(slots).tolist()
        (['dog', 'cat'], [1, 0, 1])
    """

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._slot_of: dict[str, int] = {}  # in class order
        self._label_of: dict[int, str] = {}
        self._next_slot = 0
        self._index_of: NDArray[np.int64] | None = None  # by slot; worked out when it is needed

    @property
    def labels(self) -> list[str]:
        """The labels in class order, copied."""
        return list(self._slot_of)

    def label_of(self, slot: int) -> str:
        """Return the label of a slot."""
        return self._label_of[slot]

    def slot_of(self, label: str) -> int:
        """Return the slot of a label.

        Raises:
            ContractError: noSuchLabel.
        """
        slot = self._slot_of.get(label) if isinstance(label, str) else None
        if slot is None:
            raise ContractError("noSuchLabel", came=label)
        return slot

    def indices(self, slots: NDArray[np.int64]) -> ClassIndices:
        """Return the place in class order of each slot, int64, the shape of ``slots``."""
        if self._index_of is None:
            self._index_of = np.zeros(self._next_slot, np.int64)
            for index, slot in enumerate(self._slot_of.values()):
                self._index_of[slot] = index
        indices: ClassIndices = self._index_of[slots]
        return indices

    def add(self, label: str) -> int:
        """Return the slot of a label; a new label becomes the last class."""
        slot = self._slot_of.get(label)
        if slot is None:
            slot = self._slot_of[label] = self._next_slot
            self._label_of[slot] = label
            self.counts[label] = 0
            self._next_slot += 1
            self._index_of = None
        return slot

    def remove(self, label: str) -> None:
        """Remove a class; the later ones move up."""
        del self._label_of[self._slot_of.pop(label)], self.counts[label]
        self._index_of = None

    def rename(self, old: str, new: str) -> None:
        """Give a class a label that no class has; it keeps its place."""
        self._label_of[self._slot_of[old]] = new
        self._slot_of = {new if label == old else label: slot for label, slot in self._slot_of.items()}
        self.counts = {new if label == old else label: count for label, count in self.counts.items()}

    def merge(self, old: str, new: str) -> None:
        """Count the examples of one class to another, and remove the first."""
        self.counts[new] += self.counts[old]
        self.remove(old)

    def order(self, labels: list[str]) -> None:
        """Put the classes into this order; those not named follow in the order that they had."""
        named = [label for label in dict.fromkeys(labels) if label in self._slot_of]
        ordered = dict.fromkeys([*named, *self._slot_of])
        self._slot_of = {label: self._slot_of[label] for label in ordered}
        self.counts = {label: self.counts[label] for label in ordered}
        self._index_of = None
