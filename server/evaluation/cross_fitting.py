"""The adapted metric for tests: five-fold cross-fitting, so that no example is measured by a metric that saw its label.

The twin is ``web/src/evaluation/cross-fitting.js``.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import FOLDS
from server.evaluation.pairs import Pairs
from server.evaluation.test_set import TestSet
from server.knn.arrays import Floats, Rows


def deal(test_set: TestSet) -> NDArray[np.int64]:
    """Deal the tested examples to folds, whole recordings; return each one's fold, int64, (n,).

    Example:
        >>> from server.evaluation.test_set import Snapshot
        >>> from server.knn.examples import ExampleInfo
        >>> examples = [ExampleInfo(str(i), "cat", f"recording {i // 2}") for i in range(6)]
        >>> test_set = TestSet()
        >>> test_set.apply(test_set.compare(Snapshot(["cat"], examples, lambda ids: np.ones((len(ids), 2)))))
        >>> deal(test_set).tolist()
        [0, 0, 1, 1, 2, 2]
    """
    folds = np.full(test_set.tested, -1)
    fold_of: dict[int, int] = {}
    dealt = 0
    for index in range(len(test_set.labels)):
        for unit in test_set.units(index):
            # A recording that goes on in another class keeps its fold.
            recording = int(test_set.recordings[unit[0]]) if test_set.whole[unit[0]] else None
            fold = None if recording is None else fold_of.get(recording)
            if fold is None:
                fold = dealt % FOLDS
                dealt += 1
            if recording is not None:
                fold_of[recording] = fold
            folds[unit] = fold
    return folds


def cross_fit(test_set: TestSet, pairs: Pairs) -> Iterator[tuple[Rows, Floats, float]]:
    """Measure each fold by the metric that is fitted without it.

    Yields:
        A fold's rows, their distances to all tested examples, float64, (rows, n), and the zero of their metric.
    """
    folds = deal(test_set)
    columns = np.arange(test_set.tested)
    for fold in range(FOLDS):
        rows, others = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        if len(rows):
            yield rows, *pairs.adapted(pairs.choose_fitted_rows(others), rows, columns)
