"""Every tested example's nearest others in one metric, kept from one change to the next.

An added example changes only the lists that it enters, and a removed one only those that it was in. The twins are
``neighbour-lists.js`` and ``subset-classifier.js`` in ``web/src/evaluation``.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from server.contract.constants import MAX_NEIGHBOURS, TIE
from server.evaluation.pairs import Distances
from server.evaluation.test_set import TestSet
from server.knn.arrays import ClassIndices, Floats, Rows
from server.knn.distance import rank

#: Rows whose distances are sorted together.
CHUNK: Final = 128
#: In place of a row: no neighbour; a neighbour that was removed.
NONE: Final = -1
REMOVED: Final = -2


class Nearest(NamedTuple):
    """The MAX_NEIGHBOURS nearest neighbours of m examples.

    Attributes:
        rows: intp, (m, MAX_NEIGHBOURS), nearest first; NONE where there are fewer.
        distances: float64, (m, MAX_NEIGHBOURS); infinite there.
        tied: All candidates in order of arrival, rows and distances, for those of the m some of whose neighbours may
            count as equally near.
    """

    rows: Rows
    distances: Floats
    tied: dict[int, tuple[Rows, Floats]]

    def ranked(self, classes: ClassIndices) -> tuple[Rows, Floats]:
        """Return rows and distances in the classifier's order: equals by class order, then by arrival.

        Args:
            classes: The class of every example, int64, (n,).
        """
        rows, distances = self.rows.copy(), self.distances.copy()
        for i, (candidates, measured) in self.tied.items():
            order = rank(measured, classes[candidates], min(MAX_NEIGHBOURS, len(candidates)))
            rows[i, : len(order)], distances[i, : len(order)] = candidates[order], measured[order]
        return rows, distances


def nearest(distances: Floats, columns: Rows) -> Nearest:
    """Find the nearest of some examples.

    Args:
        distances: From m examples, float64, (m, columns); infinite for what is left out.
        columns: The rows of the examples that the distances lead to, ascending.

    Example:
        >>> neighbours = nearest(np.array([[0.3, np.inf, 0.1]]), np.array([4, 5, 6]))
        >>> neighbours.rows[0, :3].tolist(), neighbours.distances[0, :3].tolist()
        ([6, 4, -1], [0.1, 0.3, inf])
    """
    m, width = distances.shape
    if width > MAX_NEIGHBOURS:
        bounds = np.partition(distances, MAX_NEIGHBOURS - 1, axis=1)[:, MAX_NEIGHBOURS - 1]
    else:
        bounds = np.full(m, np.inf)
    # Candidates of all m examples in one list: which example each belongs to, and its column.
    owners, places = np.nonzero((distances <= bounds[:, None] + 2 * TIE) & np.isfinite(distances))
    near = distances[owners, places]
    order = np.lexsort((near, owners))
    starts = np.searchsorted(owners, np.arange(m + 1))
    sorted_owners = owners[order]
    ordinal = np.arange(len(order)) - starts[sorted_owners]
    first = ordinal < MAX_NEIGHBOURS
    result = Nearest(np.full((m, MAX_NEIGHBOURS), NONE), np.full((m, MAX_NEIGHBOURS), np.inf), {})
    chosen = order[first]
    result.rows[sorted_owners[first], ordinal[first]] = columns[places[chosen]]
    result.distances[sorted_owners[first], ordinal[first]] = near[chosen]
    close = (np.diff(near[order]) <= TIE) & (sorted_owners[1:] == sorted_owners[:-1])
    for i in np.unique(sorted_owners[1:][close]).tolist():
        candidates = slice(starts[i], starts[i + 1])
        result.tied[i] = columns[places[candidates]], near[candidates]
    return result


class NeighbourLists:
    """The nearest neighbours of all tested examples, each left out with its recording.

    Args:
        test_set: What is tested.
        distances: By one metric.
    """

    def __init__(self, test_set: TestSet, distances: Distances) -> None:
        self._test_set = test_set
        self._distances = distances
        self._lists = Nearest(np.empty((0, MAX_NEIGHBOURS), np.intp), np.empty((0, MAX_NEIGHBOURS)), {})
        self._whole = np.empty(0, bool)  # as it was at the last update

    def keep(self, kept: Rows) -> None:
        """Follow ``Pairs.keep``: lists that lost a neighbour are emptied, and made again by ``update``."""
        kept = kept[kept < len(self._whole)]
        new_rows = np.full(len(self._whole) + 1, REMOVED)
        new_rows[kept] = np.arange(len(kept))
        new_rows[NONE] = NONE  # the last place
        rows = new_rows[self._lists.rows[kept]]
        stale = (rows == REMOVED).any(axis=1)
        tied = {}
        for new_row, row in enumerate(kept.tolist()):
            if row in self._lists.tied and not stale[new_row]:
                candidates, measured = self._lists.tied[row]
                moved = new_rows[candidates]
                stale[new_row] = (moved == REMOVED).any()
                tied[new_row] = moved, measured
        self._lists = Nearest(rows, self._lists.distances[kept], tied)
        self._whole = self._whole[kept]
        self._empty(np.flatnonzero(stale))

    def update(self) -> Iterator[float]:
        """Make the lists right again after examples were added or changed; yields the share that is done."""
        known, n = len(self._whole), self._test_set.tested
        changed = self._whole != self._test_set.whole[:known]
        stale = changed | (self._lists.rows[:, 0] == NONE)
        added = np.arange(known, n)
        if len(added) and known:
            for first in range(0, known, 4 * CHUNK):
                rows = np.arange(first, min(first + 4 * CHUNK, known))
                distances = self._distances(rows, added)
                distances[self._test_set.excluded(rows, added)] = np.inf
                reach = self._lists.distances[rows, -1:] + 2 * TIE
                stale[rows] |= ((distances <= reach) & np.isfinite(distances)).any(axis=1)
        to_measure, columns = np.concatenate([np.flatnonzero(stale), added]), np.arange(n)
        for first in range(0, len(to_measure), CHUNK):
            rows = to_measure[first : first + CHUNK]
            self.put(rows, self._distances(rows, columns))
            yield min(1.0, (first + CHUNK) / len(to_measure))
        self._whole = self._test_set.whole.copy()

    def put(self, rows: Rows, distances: Floats) -> None:
        """Replace the lists of some examples.

        Args:
            rows: The examples.
            distances: Theirs to all, float64, (rows, n); changed by this.
        """
        self._grow()
        self._empty(rows)
        columns = np.arange(self._test_set.tested)
        for first in range(0, len(rows), CHUNK):
            part = rows[first : first + CHUNK]
            part_distances = distances[first : first + CHUNK]
            part_distances[self._test_set.excluded(part, columns)] = np.inf
            lists = nearest(part_distances, columns)
            self._lists.rows[part], self._lists.distances[part] = lists.rows, lists.distances
            for i, candidates in lists.tied.items():
                self._lists.tied[int(part[i])] = candidates

    def ranked(self) -> tuple[Rows, Floats]:
        """Return all examples' neighbours in the classifier's order: rows and distances, (n, MAX_NEIGHBOURS)."""
        return self._lists.ranked(self._test_set.classes)

    def nearest_distances(self) -> Floats:
        """Return each example's distance to its nearest neighbour, float64, (n,); infinite where there is none."""
        distances: Floats = self._lists.distances[:, 0]
        return distances

    def _grow(self) -> None:
        more = self._test_set.tested - len(self._lists.rows)
        if more:
            self._lists = Nearest(
                np.concatenate([self._lists.rows, np.full((more, MAX_NEIGHBOURS), NONE)]),
                np.concatenate([self._lists.distances, np.full((more, MAX_NEIGHBOURS), np.inf)]),
                self._lists.tied,
            )

    def _empty(self, rows: Rows) -> None:
        self._lists.rows[rows] = NONE
        self._lists.distances[rows] = np.inf
        for row in rows.tolist():
            self._lists.tied.pop(row, None)
