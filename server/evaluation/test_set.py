"""Which examples are tested, which recording each belongs to, and what of them stays from one change to the next.

``server/evaluation/evaluation.py`` owns a ``TestSet``; whatever measures or scores reads it. The twin is
``web/src/evaluation/test-set.js``, where an example keeps a slot; here a row is its place in order of arrival.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import MAX_TESTED
from server.knn.arrays import ClassIndices, Embeddings, Floats, Rows
from server.knn.draws import spread
from server.knn.examples import ExampleInfo

#: Id, group and serial: an example that is removed and added again with its id may differ in all else.
Key = tuple[str, str | None, int | None]


class Snapshot(NamedTuple):
    """What a classifier holds.

    Attributes:
        labels: In class order.
        examples: All examples in order of arrival.
        embeddings: Returns the embeddings of some of their ids, float32, (m, d), in the order of the ids.
        serials: Numbers of the examples, int64, (n,), that tell two examples apart that had the same id one after the
            other (``Examples.serials``); None where an id stands for one embedding only.
    """

    labels: list[str]
    examples: Sequence[ExampleInfo]
    embeddings: Callable[[list[str]], Embeddings]
    serials: NDArray[np.int64] | None = None


class Change(NamedTuple):
    """How a snapshot differs from a test set.

    Attributes:
        kept: Rows of the test set that stay, ascending, intp; they come first afterwards, in the same order.
        added: Ids of the examples that follow them.
        is_empty: Whether no figure can differ.
        labels: From here on, what the test set will hold.
        counts: See ``TestSet``, as are the others.
        ids: See ``TestSet``.
        keys: See ``TestSet``.
        classes: See ``TestSet``.
        recordings: See ``TestSet``.
    """

    kept: Rows
    added: list[str]
    is_empty: bool
    labels: list[str]
    counts: list[int]
    ids: list[str]
    keys: list[Key]
    classes: ClassIndices
    recordings: NDArray[np.int64]


class TestSet:
    """The examples that are tested, in order of arrival: at most MAX_TESTED, spread within each class.

    Attributes:
        labels: In class order.
        counts: The number of examples of each class, tested or not, in class order.
        ids: Of the n tested examples.
        keys: What makes each of them another example than one that had its id before.
        classes: Their classes, int64, (n,).
        recordings: A number for each one's recording, int64, (n,).
        whole: Whether an example is left out with its whole recording, bool, (n,); False in a class of one recording.

    Example:
        >>> examples = [ExampleInfo("a", "cat", "1"), ExampleInfo("b", "cat", "2"), ExampleInfo("c", "dog", None)]
        >>> snapshot = Snapshot(["cat", "dog"], examples, lambda ids: np.ones((len(ids), 2), np.float32))
        >>> test_set = TestSet()
        >>> change = test_set.compare(snapshot)
        >>> change.added
        ['a', 'b', 'c']
        >>> test_set.apply(change)
        >>> test_set.classes.tolist(), test_set.recordings.tolist(), test_set.whole.tolist(), test_set.flattered
        ([0, 0, 1], [0, 1, 2], [True, True, False], ['dog'])
    """

    __test__ = False  # pytest takes a class of this name for tests

    def __init__(self) -> None:
        self.labels: list[str] = []
        self.counts: list[int] = []
        self.ids: list[str] = []
        self.keys: list[Key] = []
        self.classes: ClassIndices = np.empty(0, np.int64)
        self.recordings = np.empty(0, np.int64)
        self.whole = np.empty(0, bool)

    @property
    def count(self) -> int:
        """The number of all examples, tested or not."""
        return sum(self.counts)

    @property
    def tested(self) -> int:
        """n, the number of tested examples."""
        return len(self.ids)

    @property
    def flattered(self) -> list[str]:
        """The labels of classes with one recording, in class order: their figures flatter."""
        single = np.zeros(len(self.labels), bool)
        single[self.classes[~self.whole]] = True
        return [label for label, is_single in zip(self.labels, single, strict=True) if is_single]

    def compare(self, snapshot: Snapshot) -> Change:
        """Return how a snapshot differs from what is tested now. Changes nothing.

        Args:
            snapshot: What there is now.
        """
        index_of = {label: index for index, label in enumerate(snapshot.labels)}
        all_classes = np.array([index_of[example.label] for example in snapshot.examples], np.int64)
        rows = spread(all_classes, MAX_TESTED)
        tested = [snapshot.examples[row] for row in rows.tolist()]
        ids, classes, recordings = [example.id for example in tested], all_classes[rows], _recordings(tested)
        serials = [None] * len(rows) if snapshot.serials is None else snapshot.serials[rows].tolist()
        keys = [(example.id, example.group, serial) for example, serial in zip(tested, serials, strict=True)]
        kept = self._kept(keys)
        is_empty = (
            len(kept) == len(ids) == self.tested
            and snapshot.labels == self.labels
            and np.array_equal(classes, self.classes)
            and np.array_equal(recordings, self.recordings)
        )
        counts: list[int] = np.bincount(all_classes, minlength=len(snapshot.labels)).tolist()
        return Change(kept, ids[len(kept) :], is_empty, list(snapshot.labels), counts, ids, keys, classes, recordings)

    def apply(self, change: Change) -> None:
        """Become what a change says.

        Args:
            change: What ``compare`` returned; nothing was applied since.
        """
        self.labels, self.counts, self.ids, self.keys = change.labels, change.counts, change.ids, change.keys
        self.classes, self.recordings = change.classes, change.recordings
        several = np.zeros(len(self.labels), bool)
        for index in np.unique(self.classes).tolist():
            several[index] = len(np.unique(self.recordings[self.classes == index])) > 1
        self.whole = several[self.classes]

    def excluded(self, rows: Rows, columns: Rows) -> NDArray[np.bool_]:
        """Return which columns are left out when each row is tested, bool, (rows, columns)."""
        same = self.recordings[rows, None] == self.recordings[None, columns]
        excluded: NDArray[np.bool_] = (same & self.whole[rows, None]) | (rows[:, None] == columns[None, :])
        return excluded

    def units(self, index: int) -> list[list[int]]:
        """Return what of a class must stay together when it is dealt out, in order of arrival.

        Args:
            index: The class.

        Returns:
            The rows of each of its recordings; of each example by itself in a class of one recording.
        """
        units: dict[int, list[int]] = {}
        for row in np.flatnonzero(self.classes == index).tolist():
            # An example by itself has a key that no recording has.
            units.setdefault(int(self.recordings[row]) if self.whole[row] else -1 - row, []).append(row)
        return list(units.values())

    def weigh_recordings(self, rows: Rows) -> tuple[Floats, int]:
        """Weigh examples so that each recording of a class weighs 1 together.

        Args:
            rows: The examples, intp, (m,).

        Returns:
            The weights, float64, (m,), and the number of recordings; one that is in two classes counts in each.
        """
        pairs = np.stack([self.recordings[rows], self.classes[rows]], axis=1)
        _, places, counts = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
        weights: Floats = 1 / counts[places.ravel()]
        return weights, len(counts)

    def _kept(self, keys: list[Key]) -> Rows:
        """Return the rows of the longest start of the examples that is tested already, in the same order."""
        row_of = {key: row for row, key in enumerate(self.keys)}
        kept: list[int] = []
        for key in keys:
            row = row_of.get(key, -1)
            if row < 0 or (kept and row < kept[-1]):
                break
            kept.append(row)
        return np.array(kept, np.intp)


def _recordings(tested: Sequence[ExampleInfo]) -> NDArray[np.int64]:
    """Number the recordings, int64, (n,); an example without a group is a recording by itself."""
    numbers: dict[tuple[bool, str], int] = {}
    keys = ((example.group is None, example.id if example.group is None else example.group) for example in tested)
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
