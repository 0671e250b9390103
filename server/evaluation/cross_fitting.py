"""The adapted metric for tests: five-fold cross-fitting, so that no example is measured by a metric that saw its label.

The twin is ``web/src/evaluation/cross-fitting.js``.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import FOLDS, MAX_FITTED
from server.evaluation.pairs import Pairs
from server.knn.distance import Floats, Rows
from server.knn.draws import spread


def deal(pairs: Pairs) -> NDArray[np.int64]:
    """Deal the tested examples to folds, a recording whole; int64, (n,)."""
    folds = np.full(pairs.count, -1)
    fold_of: dict[int, int] = {}
    dealt = 0
    for index in np.unique(pairs.classes).tolist():
        rows = np.flatnonzero(pairs.classes == index)
        for row in rows.tolist():
            if not pairs.whole[row]:
                folds[row] = dealt % FOLDS
                dealt += 1
                continue
            recording = int(pairs.recordings[row])
            if recording not in fold_of:
                fold_of[recording] = dealt % FOLDS
                dealt += 1
            folds[row] = fold_of[recording]
    return folds


def cross_fit(pairs: Pairs) -> Iterator[tuple[Rows, Floats]]:
    """Yield each fold's rows, and their distances to all, float64, (rows, n), by the metric fitted without the fold."""
    folds = deal(pairs)
    columns = np.arange(pairs.count)
    for fold in range(FOLDS):
        rows, others = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        if len(rows):
            fitted = others[spread(pairs.classes[others], MAX_FITTED)]
            yield rows, pairs.adapted(fitted, rows, columns) if len(fitted) else pairs.cosine(rows, columns)
