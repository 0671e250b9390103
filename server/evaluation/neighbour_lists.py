"""Every tested example's nearest others in one metric, kept from one change to the next.

An example that is added makes only those lists anew that it enters, and one that goes only those that it was in. Its
twin is ``web/src/evaluation/neighbour-lists.js``.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import MAX_NEIGHBOURS, TIE
from server.evaluation.pairs import Pairs
from server.knn.distance import Floats, Rows, rank

#: Rows whose distances are looked at together.
CHUNK: Final = 128

#: Measures distances, float64, (rows, columns).
Distances = Callable[[Rows, Rows], Floats]


class Nearest(NamedTuple):
    """What is nearest to m examples.

    Attributes:
        rows: intp, (m, 30), nearest first; -1 where there are fewer.
        distances: float64, (m, 30); infinite there.
        tied: For those of the m some of whose neighbours may count as equal: all candidates, in order of arrival.
    """

    rows: Rows
    distances: Floats
    tied: dict[int, tuple[Rows, Floats]]

    def ranked(self, classes: NDArray[np.int64]) -> tuple[Rows, Floats]:
        """Return rows and distances, (m, 30), in the classifier's order: equals by class order, then arrival."""
        rows, distances = self.rows.copy(), self.distances.copy()
        for i, (candidates, measured) in self.tied.items():
            order = rank(measured, classes[candidates], min(MAX_NEIGHBOURS, len(candidates)))
            rows[i, : len(order)], distances[i, : len(order)] = candidates[order], measured[order]
        return rows, distances


def nearest(distances: Floats, columns: Rows) -> Nearest:
    """Find the nearest of some examples.

    Args:
        distances: float64, (m, columns); infinite for what is left out.
        columns: Which examples these are, ascending.
    """
    m, width = distances.shape
    if width > MAX_NEIGHBOURS:
        bounds = np.partition(distances, MAX_NEIGHBOURS - 1, axis=1)[:, MAX_NEIGHBOURS - 1]
    else:
        bounds = np.full(m, np.inf)
    at, places = np.nonzero((distances <= bounds[:, None] + 2 * TIE) & np.isfinite(distances))
    found = distances[at, places]
    order = np.lexsort((found, at))
    starts = np.searchsorted(at, np.arange(m + 1))
    sorted_at = at[order]
    ordinal = np.arange(len(order)) - starts[sorted_at]
    first = ordinal < MAX_NEIGHBOURS
    result = Nearest(np.full((m, MAX_NEIGHBOURS), -1), np.full((m, MAX_NEIGHBOURS), np.inf), {})
    chosen = order[first]
    result.rows[sorted_at[first], ordinal[first]] = columns[places[chosen]]
    result.distances[sorted_at[first], ordinal[first]] = found[chosen]
    close = (np.diff(found[order]) <= TIE) & (sorted_at[1:] == sorted_at[:-1])
    for i in np.unique(sorted_at[1:][close]).tolist():
        candidates = slice(starts[i], starts[i + 1])
        result.tied[i] = columns[places[candidates]], found[candidates]
    return result


class NeighbourLists:
    """The nearest of all tested examples, each left out with its recording."""

    def __init__(self, pairs: Pairs, distances: Distances) -> None:
        self._pairs = pairs
        self._distances = distances
        self._lists = Nearest(np.empty((0, MAX_NEIGHBOURS), np.intp), np.empty((0, MAX_NEIGHBOURS)), {})
        self._whole = np.empty(0, bool)

    def keep(self, kept: Rows) -> None:
        """Follow ``Pairs.keep``: rows that lost a neighbour are emptied, and made anew by ``update``."""
        kept = kept[kept < len(self._whole)]
        new_places = np.full(len(self._whole) + 1, -2)  # the last stands for "none"
        new_places[kept] = np.arange(len(kept))
        new_places[-1] = -1
        rows = new_places[self._lists.rows[kept]]
        stale = (rows == -2).any(axis=1)
        tied = {}
        for place, row in enumerate(kept.tolist()):
            if row in self._lists.tied and not stale[place]:
                candidates, measured = self._lists.tied[row]
                moved = new_places[candidates]
                stale[place] = (moved == -2).any()
                tied[place] = moved, measured
        self._lists = Nearest(rows, self._lists.distances[kept], tied)
        self._whole = self._whole[kept]
        self._forget(np.flatnonzero(stale))

    def update(self) -> Iterator[float]:
        """Make the lists right again after examples came or changed; yields the share that is done."""
        there, n = len(self._whole), self._pairs.count
        changed = self._whole != self._pairs.whole[:there]
        stale = changed | (self._lists.rows[:, 0] == -1)
        fresh = np.arange(there, n)
        if len(fresh) and there:
            for first in range(0, there, 4 * CHUNK):
                rows = np.arange(first, min(first + 4 * CHUNK, there))
                found = self._distances(rows, fresh)
                found[self._pairs.excluded(rows, fresh)] = np.inf
                reach = self._lists.distances[rows, -1:] + 2 * TIE
                stale[rows] |= ((found <= reach) & np.isfinite(found)).any(axis=1)
        wanted, columns = np.concatenate([np.flatnonzero(stale), fresh]), np.arange(n)
        for first in range(0, len(wanted), CHUNK):
            rows = wanted[first : first + CHUNK]
            self.put(rows, self._distances(rows, columns))
            yield min(1.0, (first + CHUNK) / len(wanted))
        self._whole = self._pairs.whole.copy()

    def put(self, rows: Rows, distances: Floats) -> None:
        """Make some examples' lists of their distances to all, float64, (rows, n), which are used up."""
        self._grow()
        self._forget(rows)
        columns = np.arange(self._pairs.count)
        for first in range(0, len(rows), CHUNK):
            part = rows[first : first + CHUNK]
            found = distances[first : first + CHUNK]
            found[self._pairs.excluded(part, columns)] = np.inf
            made = nearest(found, columns)
            self._lists.rows[part], self._lists.distances[part] = made.rows, made.distances
            for i, candidates in made.tied.items():
                self._lists.tied[int(part[i])] = candidates

    def ranked(self) -> tuple[Rows, Floats]:
        """Return all examples' neighbours, rows and distances, (n, 30), in the classifier's order."""
        return self._lists.ranked(self._pairs.classes)

    def _grow(self) -> None:
        more = self._pairs.count - len(self._lists.rows)
        if more:
            self._lists = Nearest(
                np.concatenate([self._lists.rows, np.full((more, MAX_NEIGHBOURS), -1)]),
                np.concatenate([self._lists.distances, np.full((more, MAX_NEIGHBOURS), np.inf)]),
                self._lists.tied,
            )

    def _forget(self, rows: Rows) -> None:
        self._lists.rows[rows] = -1
        self._lists.distances[rows] = np.inf
        for row in rows.tolist():
            self._lists.tied.pop(row, None)
