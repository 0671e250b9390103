"""How much more examples of each class help: accuracy against their number, over repeated draws.

"learningCurve" in ``contract/README.md`` defines it. The twin is ``web/src/evaluation/learning-curve.js``.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from server.contract.constants import CURVE_DRAWS, CURVE_MAX_TESTED, CURVE_SIZES
from server.evaluation.neighbour_lists import nearest
from server.evaluation.pairs import Distances
from server.evaluation.scores import answer
from server.evaluation.test_set import TestSet
from server.knn.draws import Generator, spread


def draw_curve(test_set: TestSet, distances: Distances, k: int, weights: str) -> Iterator[dict[str, Any] | None]:
    """Work out ``learningCurve`` of an evaluation.

    Args:
        test_set: At least two examples.
        distances: From the tested examples to those trained on; where the metric is fitted, on the latter alone.
        k: 1 to MAX_NEIGHBOURS.
        weights: "uniform" or "distance".

    Yields:
        None while it works, and at last ``learningCurve``.
    """
    classes, c = test_set.classes, len(test_set.labels)
    members = [np.flatnonzero(classes == index).tolist() for index in range(c)]
    sizes = [size for size in CURVE_SIZES if size < max(len(rows) for rows in members)]
    accuracies = np.empty((len(sizes), CURVE_DRAWS))
    for i in range(CURVE_DRAWS):
        generator = Generator(i + 1)
        drawn = [generator.shuffle(rows) for rows in members]
        for j, size in enumerate(sizes):
            training_rows = np.sort([row for rows in drawn for row in rows[: max(1, min(size, len(rows) - 1))]])
            others = np.setdiff1d(np.arange(test_set.tested), training_rows)
            test_rows = others[spread(classes[others], CURVE_MAX_TESTED)]
            measured, zero = distances(test_rows, training_rows)
            measured[test_set.excluded(test_rows, training_rows)] = np.inf
            rows, near = nearest(measured, training_rows, zero).ranked(classes)
            answers = answer(rows[:, :k], near[:, :k], classes, classes[test_rows], c, weights)
            accuracies[j, i] = np.mean(answers.answered[:, -1] == classes[test_rows])
            yield None
    yield {
        "examples": sizes,
        "mean": accuracies.mean(axis=1).tolist(),
        "low": accuracies.min(axis=1).tolist(),
        "high": accuracies.max(axis=1).tolist(),
    }
