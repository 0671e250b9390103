"""From where on something is unknown: how far examples are from the nearest of their own class, and from others'.

The twin is ``web/src/evaluation/calibration.js``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import TIE, UNKNOWN_BINS, UNKNOWN_BINS_PER_UNIT, UNKNOWN_MIN_DISTANCE, UNKNOWN_PERCENT
from server.evaluation.pairs import CHUNK, Pairs
from server.knn.distance import Floats, Rows


class Calibration:
    """The distances of examples as they change; what is nearest is kept, so that one more costs one more row.

    Attributes:
        own: Each example's cosine distance to the nearest of its class, float64, (n,); infinite where there is none.
        others: The same to the nearest of another class.
    """

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self.own = self.others = np.empty(0)
        self._known: tuple[NDArray[np.int64], NDArray[np.bool_]] = np.empty(0, np.int64), np.empty(0, bool)

    def forget(self) -> None:
        """Measure everything anew: something went."""
        self._known = self._known[0][:0], self._known[1][:0]

    def update(self) -> None:
        """Take in what came or changed."""
        pairs, there = self._pairs, len(self._known[0])
        unchanged = (pairs.classes[:there] == self._known[0]).all() and (pairs.whole[:there] == self._known[1]).all()
        there = there if unchanged else 0
        fresh = np.arange(there, pairs.count)
        self.own = np.concatenate([self.own[:there], np.full(len(fresh), np.inf)])
        self.others = np.concatenate([self.others[:there], np.full(len(fresh), np.inf)])
        for first in range(0, there, 4 * CHUNK):
            self._look(np.arange(first, min(first + 4 * CHUNK, there)), fresh)
        for first in range(there, pairs.count, CHUNK):
            self._look(np.arange(first, min(first + CHUNK, pairs.count)), np.arange(pairs.count))
        self._known = pairs.classes.copy(), pairs.whole.copy()

    def unknown(self) -> dict[str, Any]:
        """Return ``unknown`` of an evaluation."""
        same = np.sort(self.own[self._pairs.whole])
        other = np.sort(self.others[np.isfinite(self.others)])
        floor = min(UNKNOWN_MIN_DISTANCE, float(np.median(other)) / 2) if len(other) else UNKNOWN_MIN_DISTANCE
        quantile = float(same[(UNKNOWN_PERCENT * len(same) + 99) // 100 - 1]) if len(same) else 0.0
        return {
            "distance": max(floor, quantile),
            "quantile": UNKNOWN_PERCENT / 100,
            "same": histogram(same),
            "other": histogram(other),
        }

    def _look(self, rows: Rows, columns: Rows) -> None:
        found = self._pairs.cosine(rows, columns)
        found[self._pairs.excluded(rows, columns)] = np.inf
        is_own: NDArray[np.bool_] = self._pairs.classes[rows, None] == self._pairs.classes[columns]
        self.own[rows] = np.minimum(self.own[rows], np.where(is_own, found, np.inf).min(axis=1, initial=np.inf))
        self.others[rows] = np.minimum(self.others[rows], np.where(is_own, np.inf, found).min(axis=1, initial=np.inf))


def histogram(distances: Floats) -> list[int]:
    """Return how many there are in each bin."""
    # What is at an edge to within rounding lies beyond it.
    bins = np.minimum(np.floor((distances + TIE) * UNKNOWN_BINS_PER_UNIT), UNKNOWN_BINS - 1).astype(np.int64)
    counts: list[int] = np.bincount(bins, minlength=UNKNOWN_BINS).tolist()
    return counts
