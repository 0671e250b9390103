"""How much more examples a class help: accuracy against how many were taught, over repeated draws.

The twin is ``web/src/evaluation/learning-curve.js``.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from server.contract.constants import CURVE_DRAWS, CURVE_MAX_TESTED, CURVE_SIZES
from server.evaluation.neighbour_lists import nearest
from server.evaluation.pairs import Pairs
from server.evaluation.scores import answers
from server.knn.distance import Floats, Rows
from server.knn.draws import Generator, spread

#: Measures distances from some examples to those that are taught: called with the taught and the asked.
Measure = Callable[[Rows, Rows], Floats]


def draw_curve(pairs: Pairs, measure: Measure, c: int, k: int, weights: str) -> Iterator[dict[str, Any] | None]:
    """Yield None while it works, and at last ``learningCurve`` of an evaluation."""
    members = [np.flatnonzero(pairs.classes == index).tolist() for index in range(c)]
    sizes = [size for size in CURVE_SIZES if size < max(len(rows) for rows in members)]
    accuracies = np.empty((len(sizes), CURVE_DRAWS))
    for i in range(CURVE_DRAWS):
        generator = Generator(i + 1)
        drawn = [generator.shuffled(rows) for rows in members]
        for j, size in enumerate(sizes):
            taught = np.sort([row for rows in drawn for row in rows[: max(1, min(size, len(rows) - 1))]])
            others = np.setdiff1d(np.arange(pairs.count), taught)
            asked = others[spread(pairs.classes[others], CURVE_MAX_TESTED)]
            found = measure(taught, asked)
            found[pairs.excluded(asked, taught)] = np.inf
            rows, distances = nearest(found, taught).ranked(pairs.classes)
            said = answers(rows[:, :k], distances[:, :k], pairs.classes, pairs.classes[asked], c, weights)
            accuracies[j, i] = np.mean(said.answered[:, -1] == pairs.classes[asked])
            yield None
    yield {
        "examples": sizes,
        "mean": accuracies.mean(axis=1).tolist(),
        "low": accuracies.min(axis=1).tolist(),
        "high": accuracies.max(axis=1).tolist(),
    }
