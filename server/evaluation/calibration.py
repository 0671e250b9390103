"""Beyond which distance something is unknown: what the examples show, weighed against the model's prior.

"unknown" in ``contract/README.md`` defines it. The twin is ``web/src/evaluation/calibration.js``.
"""

from typing import Any

import numpy as np

from server.contract.constants import (
    NOVELTY_FLOOR,
    SECOND_RECORDING_WEIGHT,
    TIE,
    TYPICAL_FLOOR,
    UNKNOWN_BINS,
    UNKNOWN_BINS_PER_UNIT,
    UNKNOWN_EVIDENCE_FLOOR,
    UNKNOWN_PERCENT,
    UNKNOWN_PRIOR_DECLINE,
    UNKNOWN_PRIOR_RECORDINGS,
)
from server.evaluation.pairs import CHUNK, Pairs
from server.evaluation.test_set import TestSet
from server.knn.arrays import Floats, Rows
from server.knn.certainty import LARGEST_DISTANCE, AdaptedLimit, UnknownLimit


class Calibration:
    """The smallest distances of the tested examples, kept so that one more example costs one more row.

    Attributes:
        own: Each example's cosine distance to the nearest of its class, float64, (n,); infinite where there is none.
        others: The same to the nearest of another class.
        first: The same to the nearest of any class.
        second: The same to the nearest of any recording but that one's.
    """

    def __init__(self, test_set: TestSet, pairs: Pairs) -> None:
        self._test_set = test_set
        self._pairs = pairs
        self.own: Floats = np.empty(0)
        self.others: Floats = np.empty(0)
        self.first: Floats = np.empty(0)
        self.second: Floats = np.empty(0)
        self._first_recordings = np.empty(0, np.int64)
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
        for name in ("own", "others", "first", "second"):
            setattr(self, name, np.concatenate([getattr(self, name)[:known], np.full(len(added), np.inf)]))
        self._first_recordings = np.concatenate([self._first_recordings[:known], np.full(len(added), -1)])
        # Where only labels changed, nothing was added.
        for first in range(0, known if len(added) else 0, 4 * CHUNK):
            self._measure(np.arange(first, min(first + 4 * CHUNK, known)), added)
        for first in range(known, test_set.tested, CHUNK):
            self._measure(np.arange(first, min(first + CHUNK, test_set.tested)), np.arange(test_set.tested))
        self._classes, self._whole = test_set.classes.copy(), test_set.whole.copy()

    def limit(self, prior: float, adapted_distances: Floats | None) -> tuple[UnknownLimit, int]:
        """Return the limit of "I don't know", and the number of recordings that it was learnt from.

        Args:
            prior: The model's own limit, a cosine distance.
            adapted_distances: Each example's cross-fitted distance to the nearest neighbour in the adapted metric,
                float64, (n,); None where that is not measured.
        """
        test_set = self._test_set
        rows = np.flatnonzero(test_set.whole)
        weights, count = test_set.weigh_recordings(rows)
        if count == 0:
            return UnknownLimit(prior), 0
        share = count / (count + UNKNOWN_PRIOR_RECORDINGS)
        _, all_count = test_set.weigh_recordings(np.arange(test_set.tested))
        recordings_per_class = all_count / len(np.unique(test_set.classes))
        prior_part = (prior * recordings_per_class**-UNKNOWN_PRIOR_DECLINE) ** (1 - share)
        kept = min(UNKNOWN_PERCENT / 100 * (count + 1), count)

        def weigh(values: Floats) -> float:
            # By the adapted metric it could otherwise be beyond all distances, and none that an answer can go by.
            shown = max(quantile(values, weights, kept), UNKNOWN_EVIDENCE_FLOOR * prior)
            return float(min(shown**share * prior_part, LARGEST_DISTANCE))

        first, second = (np.maximum(values[rows], NOVELTY_FLOOR) for values in (self.first, self.second))
        second = np.where(np.isfinite(second), second, first)  # no other recording is left
        second_part = SECOND_RECORDING_WEIGHT * share
        remoteness = first ** (1 - second_part) * second**second_part
        if adapted_distances is None:
            return UnknownLimit(weigh(remoteness), share), count
        near = np.maximum(adapted_distances[rows], NOVELTY_FLOOR)
        typical = max(quantile(near, weights, count / 2), TYPICAL_FLOOR)
        adapted = AdaptedLimit(weigh(remoteness * (near / typical) ** share), typical)
        return UnknownLimit(weigh(remoteness), share, adapted), count

    def unknown(self, prior: float, adapted_distances: Floats | None) -> dict[str, Any]:
        """Return ``unknown`` of an evaluation: the limit, what it comes from, and both histograms.

        Args:
            prior: See ``limit``.
            adapted_distances: See ``limit``.
        """
        limit, recordings = self.limit(prior, adapted_distances)
        return {
            "distance": limit.distance,
            "exponent": limit.exponent,
            "adapted": limit.adapted and limit.adapted._asdict(),
            "recordings": recordings,
            "quantile": UNKNOWN_PERCENT / 100,
            "same": histogram(self.own[self._test_set.whole]),
            "other": histogram(self.others[np.isfinite(self.others)]),
        }

    def _measure(self, rows: Rows, columns: Rows) -> None:
        """Lower ``own`` and ``others`` of some rows to the distances to some columns."""
        distances = self._pairs.cosine(rows, columns)
        distances[self._test_set.excluded(rows, columns)] = np.inf
        is_own = self._test_set.classes[rows, None] == self._test_set.classes[columns]
        own, others = np.where(is_own, distances, np.inf), np.where(is_own, np.inf, distances)
        self.own[rows] = np.minimum(self.own[rows], own.min(axis=1, initial=np.inf))
        self.others[rows] = np.minimum(self.others[rows], others.min(axis=1, initial=np.inf))
        self._measure_recordings(rows, columns, distances)

    def _measure_recordings(self, rows: Rows, columns: Rows, distances: Floats) -> None:
        """Lower ``first`` and ``second`` of some rows to the distances to some columns, float64, (rows, columns)."""
        recordings = self._test_set.recordings[columns]
        order = np.argsort(recordings, kind="stable")
        numbers, starts = np.unique(recordings[order], return_index=True)
        nearest = np.minimum.reduceat(distances[:, order], starts, axis=1)  # of each recording
        everyone = np.arange(len(rows))
        best = nearest.argmin(axis=1)
        first, first_recordings = nearest[everyone, best], numbers[best]
        nearest[everyone, best] = np.inf
        second = nearest.min(axis=1)
        # Of two firsts of different recordings, the farther competes for the second place.
        old_first, is_same = self.first[rows], self._first_recordings[rows] == first_recordings
        farther = np.where(is_same, np.inf, np.maximum(old_first, first))
        self.second[rows] = np.minimum(np.minimum(self.second[rows], second), farther)
        self._first_recordings[rows] = np.where(first < old_first, first_recordings, self._first_recordings[rows])
        self.first[rows] = np.minimum(old_first, first)


def quantile(values: Floats, weights: Floats, weight: float) -> float:
    """Return the first value, in ascending order, at which the sum of the weights reaches a weight (to TIE).

    Args:
        values: float64, (n,), n >= 1.
        weights: float64, (n,).
        weight: At most the sum of the weights.

    Example:
        >>> quantile(np.array([0.3, 0.1, 0.2]), np.array([1.0, 0.5, 0.5]), 1.0)
        0.2
    """
    order = np.argsort(values, kind="stable")
    place = int(np.searchsorted(np.cumsum(weights[order]), weight - TIE))
    return float(values[order[min(place, len(order) - 1)]])


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
