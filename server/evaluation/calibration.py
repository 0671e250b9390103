"""Beyond which distance something is unknown: how far examples are from their own class, and from the others.

"unknown" in ``contract/README.md`` defines it. The twin is ``web/src/evaluation/calibration.js``.
"""

from typing import Any

import numpy as np

from server.contract.constants import TIE, UNKNOWN_BINS, UNKNOWN_BINS_PER_UNIT, UNKNOWN_MIN_DISTANCE, UNKNOWN_PERCENT
from server.evaluation.pairs import CHUNK, Pairs
from server.evaluation.test_set import TestSet
from server.knn.arrays import Floats, Rows


class Calibration:
    """The smallest distances of the tested examples, kept so that one more example costs one more row.

    Attributes:
        own: Each example's cosine distance to the nearest of its class, float64, (n,); infinite where there is none.
        others: The same to the nearest of another class.
    """

    def __init__(self, test_set: TestSet, pairs: Pairs) -> None:
        self._test_set = test_set
        self._pairs = pairs
        self.own: Floats = np.empty(0)
        self.others: Floats = np.empty(0)
        # What the distances were measured for.
        self._classes, self._whole = np.empty(0, np.int64), np.empty(0, bool)

    def forget(self) -> None:
        """Measure everything again at the next ``update``: an example was removed or moved."""
        self._classes, self._whole = self._classes[:0], self._whole[:0]

    def update(self) -> None:
        """Measure the examples that were added; all of them where classes or recordings changed."""
        test_set, known = self._test_set, len(self._classes)
        is_unchanged = (test_set.classes[:known] == self._classes).all() and (
            test_set.whole[:known] == self._whole
        ).all()
        known = known if is_unchanged else 0
        added = np.arange(known, test_set.tested)
        self.own = np.concatenate([self.own[:known], np.full(len(added), np.inf)])
        self.others = np.concatenate([self.others[:known], np.full(len(added), np.inf)])
        for first in range(0, known, 4 * CHUNK):
            self._measure(np.arange(first, min(first + 4 * CHUNK, known)), added)
        for first in range(known, test_set.tested, CHUNK):
            self._measure(np.arange(first, min(first + CHUNK, test_set.tested)), np.arange(test_set.tested))
        self._classes, self._whole = test_set.classes.copy(), test_set.whole.copy()

    def unknown(self) -> dict[str, Any]:
        """Return ``unknown`` of an evaluation: the limit, its quantile, and both histograms."""
        same = np.sort(self.own[self._test_set.whole])
        other = np.sort(self.others[np.isfinite(self.others)])
        floor = min(UNKNOWN_MIN_DISTANCE, float(np.median(other)) / 2) if len(other) else UNKNOWN_MIN_DISTANCE
        quantile = float(same[(UNKNOWN_PERCENT * len(same) + 99) // 100 - 1]) if len(same) else 0.0
        return {
            "distance": max(floor, quantile),
            "quantile": UNKNOWN_PERCENT / 100,
            "same": histogram(same),
            "other": histogram(other),
        }

    def _measure(self, rows: Rows, columns: Rows) -> None:
        """Lower ``own`` and ``others`` of some rows to the distances to some columns."""
        distances = self._pairs.cosine(rows, columns)
        distances[self._test_set.excluded(rows, columns)] = np.inf
        is_own = self._test_set.classes[rows, None] == self._test_set.classes[columns]
        own, others = np.where(is_own, distances, np.inf), np.where(is_own, np.inf, distances)
        self.own[rows] = np.minimum(self.own[rows], own.min(axis=1, initial=np.inf))
        self.others[rows] = np.minimum(self.others[rows], others.min(axis=1, initial=np.inf))


def histogram(distances: Floats) -> list[int]:
    """Return how many distances fall into each of the UNKNOWN_BINS bins; the last takes all beyond.

    Args:
        distances: Cosine distances, float64, (n,).

    Example:
        >>> histogram(np.array([0.01, 0.025, 1.9]))[:3]
        [1, 1, 0]
    """
    # A distance that is within TIE below an edge counts as beyond it.
    bins = np.minimum(np.floor((distances + TIE) * UNKNOWN_BINS_PER_UNIT), UNKNOWN_BINS - 1).astype(np.int64)
    counts: list[int] = np.bincount(bins, minlength=UNKNOWN_BINS).tolist()
    return counts
