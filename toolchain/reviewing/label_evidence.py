"""What speaks against the labels of photos: how much farther is a photo's own class than the nearest other one?

The page's coach asks the same (``web/src/evaluation/label-evidence.js``), and ``docs/decisions/009-the-coach.md`` has
the figures of this rule. Here a unit is a photo or a burst, and no photo was moved by hand. cleanlab would do it, too,
but its licence is the AGPL.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import FOLDS
from server.knn import adapted
from server.knn.arrays import ClassIndices, Embeddings, Floats, Rows

#: Smaller distances count as this, so that one exact copy does not outweigh everything else.
MIN_DISTANCE: Final = 1e-3
#: A label is clearly wrong from a suspicion of so much on, if there are many units to compare with.
CLEAR_SUSPICION: Final = 2.0
#: So much is added for each class, divided by the units to compare with: the likelier is a suspicion by chance.
CHANCE: Final = 0.5
#: With fewer units in one of both classes nothing is said.
MIN_UNITS: Final = 2
#: Rows that are measured at once.
_BLOCK: Final = 256

Indices = NDArray[np.int64]


class LabelEvidence(NamedTuple):
    """What speaks against n labels.

    Attributes:
        suspicions: How many times farther the own class is than the rival, by cosine times the same by the adapted
            metric, float64, (n,); 0 where there is nothing to compare with.
        rivals: The class that it would rather be in, int64, (n,); -1 where there is none.
        strengths: From 1 on the label is clearly wrong, float64, (n,); 0 where the evidence is too thin.
    """

    suspicions: Floats
    rivals: Indices
    strengths: Floats

    def listed(self) -> Rows:
        """Return the rows that a person should look at, the clearest first, intp.

        Where one label is clearly wrong those are listed, too, that are half as clear on a logarithmic scale.
        """
        if not (self.strengths >= 1).any():
            return np.empty(0, np.intp)
        rows = np.flatnonzero((self.strengths > 0) & (self.strengths * self.suspicions >= 1))
        return rows[np.argsort(-self.strengths[rows], kind="stable")]


def weigh_labels(embeddings: Embeddings, labels: Sequence[str], groups: Sequence[str | None]) -> LabelEvidence:
    """Weigh every label against the nearest other class.

    The distance to a class is the mean over the nearer half of its units, each as far as its nearest photo; a photo's
    own unit is left out. By the adapted metric it is cross-fitted: the metric did not see the photo.

    Args:
        embeddings: float32, (n, d), no zero row.
        labels: n of them.
        groups: The burst of each photo, or None; photos of one burst are one unit, and share their suspicion.

    Example:
        >>> embeddings = np.eye(2, dtype=np.float32)[[0, 0, 0, 1, 1, 1, 1]] + 0.01
        >>> evidence = weigh_labels(embeddings, ["cat", "cat", "cat", "dog", "dog", "dog", "cat"], [None] * 7)
        >>> evidence.listed().tolist(), evidence.rivals[6]
        ([6], np.int64(1))
    """
    _, classes = np.unique(np.array(labels, object), return_inverse=True)
    n, c = len(classes), int(classes.max(initial=-1)) + 1
    if n == 0 or c < 2:
        return LabelEvidence(np.zeros(n), np.full(n, -1), np.zeros(n))
    units = _units(classes, groups)
    plan = _Plan.of(classes, units, c)
    norms = np.sqrt(np.einsum("ij,ij->i", embeddings, embeddings, dtype=np.float64))
    unit_vectors = (embeddings / norms[:, None]).astype(np.float32)
    logs = np.zeros((n, c))
    for start in range(0, n, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, n))
        logs[rows] += plan.log_means(1 - unit_vectors[rows] @ unit_vectors.T, units[rows])
    for fold in range(FOLDS):
        rows = np.flatnonzero(units % FOLDS == fold)
        others = np.flatnonzero(units % FOLDS != fold)
        if len(rows):
            _add_adapted(logs, plan, embeddings, norms, unit_vectors, classes, rows, others, units)
    return _judge(logs, classes, units, plan)


class _Plan(NamedTuple):
    """The photos in the order of their classes and units, so that one pass finds the nearest of each unit.

    Attributes:
        order: Rows, (n,).
        starts: Where each unit begins in ``order``, (u,).
        unit_names: Of each unit in that order, (u,).
        class_starts: Where each class begins among the units, (c + 1,).
    """

    order: Rows
    starts: Rows
    unit_names: Indices
    class_starts: Rows

    @classmethod
    def of(cls, classes: ClassIndices, units: Indices, c: int) -> "_Plan":
        order = np.lexsort((units, classes))
        changed = np.flatnonzero((np.diff(units[order]) != 0) | (np.diff(classes[order]) != 0)) + 1
        starts = np.concatenate([[0], changed])
        class_of_unit = classes[order][starts]
        return cls(order, starts, units[order][starts], np.searchsorted(class_of_unit, np.arange(c + 1)))

    def log_means(self, distances: Floats, own: Indices) -> Floats:
        """Return the logarithm of the distance to each class, float64, (m, c).

        Args:
            distances: Of m photos to all, (m, n).
            own: The unit of each of the m, which is left out.
        """
        nearest = np.minimum.reduceat(distances[:, self.order], self.starts, axis=1).astype(np.float64)
        nearest[self.unit_names[None, :] == own[:, None]] = np.inf
        means = [self._nearer_half(nearest[:, a:b]) for a, b in pairwise(self.class_starts)]
        logs: Floats = np.log(np.maximum(MIN_DISTANCE, np.stack(means, axis=1)))
        return logs

    @staticmethod
    def _nearer_half(nearest: Floats) -> Floats:
        if nearest.shape[1] == 0:
            return np.full(len(nearest), np.inf)
        ordered = np.sort(nearest, axis=1)
        counts = np.isfinite(ordered).sum(axis=1)
        halves = np.maximum(1, -(-counts // 2))
        sums = np.cumsum(np.where(np.isfinite(ordered), ordered, 0), axis=1)
        means: Floats = np.where(counts > 0, sums[np.arange(len(sums)), halves - 1] / halves, np.inf)
        return means

    def compared(self, units: Indices) -> NDArray[np.int64]:
        """Return with how many units of each class each photo is compared, (n, c)."""
        class_of_unit = np.repeat(np.arange(len(self.class_starts) - 1), np.diff(self.class_starts))
        has_class = np.zeros((int(units.max()) + 1, len(self.class_starts) - 1), np.int64)
        has_class[self.unit_names, class_of_unit] = 1
        counts: Indices = has_class.sum(axis=0)[None, :] - has_class[units]
        return counts


def _add_adapted(
    logs: Floats,
    plan: _Plan,
    embeddings: Embeddings,
    norms: Floats,
    unit_vectors: Embeddings,
    classes: ClassIndices,
    rows: Rows,
    others: Rows,
    units: Indices,
) -> None:
    """Add the logarithms of one fold's distances by the metric that was fitted without it."""
    metric = adapted.fit(embeddings[others], norms[others], classes[others]) if len(others) else None
    squares = None if metric is None else adapted.squared_norms(metric, embeddings, norms)
    for start in range(0, len(rows), _BLOCK):
        part = rows[start : start + _BLOCK]
        if metric is None or squares is None:
            measured = 1 - unit_vectors[part] @ unit_vectors.T
        else:
            ys, offsets, part_squares = adapted.transform(metric, embeddings[part], norms[part])
            inner = ys.astype(np.float32) @ unit_vectors.T - offsets[:, None]
            measured = adapted.distances(inner, part_squares[:, None], squares[None, :])
        logs[part] += plan.log_means(measured, units[part])


def _units(classes: ClassIndices, groups: Sequence[str | None]) -> Indices:
    """Number the units: a burst, or a photo of none."""
    names = [f"photo {row}" if group is None else f"group {group}" for row, group in enumerate(groups)]
    numbers: Indices = np.unique(np.array(names, object), return_inverse=True)[1].astype(np.int64)
    return numbers


def _judge(logs: Floats, classes: ClassIndices, units: Indices, plan: _Plan) -> LabelEvidence:
    n, c = logs.shape
    # The photos of a unit in one class share their suspicion: the geometric mean.
    keys = units * c + classes
    _, places, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    means = np.zeros((len(sizes), c))
    np.add.at(means, places, np.where(np.isfinite(logs), logs, np.inf))
    shared = (means / sizes[:, None])[places]
    rows = np.arange(n)
    own = shared[rows, classes]
    shared[rows, classes] = np.inf
    rivals = shared.argmin(axis=1)
    best = shared[rows, rivals]
    known = np.isfinite(own) & np.isfinite(best)
    suspicions = np.zeros(n)
    suspicions[known] = np.exp(own[known] - best[known])
    counts = plan.compared(units)
    compared = np.minimum(counts[rows, classes], counts[rows, rivals])
    enough = known & (compared >= MIN_UNITS)
    strengths = np.zeros(n)
    strengths[enough] = suspicions[enough] / (CLEAR_SUSPICION + CHANCE * c / compared[enough])
    return LabelEvidence(suspicions, np.where(known, rivals, -1), strengths)
