"""How much more examples a class help: accuracy against how many were taught, over repeated draws.

The twin is ``web/src/evaluation/learning-curve.js``.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from server.evaluation.neighbour_lists import nearest
from server.evaluation.pairs import Pairs
from server.evaluation.scores import answers
from server.knn.distance import Floats, Rows
from server.knn.draws import Generator, spread

SIZES: Final = (1, 2, 3, 5, 8, 12, 20, 30)
DRAWS: Final = 10
MAX_ASKED: Final = 400

#: Measures distances from some examples to those that are taught: called with the taught and the asked.
Measure = Callable[[Rows, Rows], Floats]


def draw_curve(pairs: Pairs, measure: Measure, c: int, k: int, weights: str) -> Iterator[dict[str, Any] | None]:
    """Yield None while it works, and at last ``learningCurve`` of an evaluation."""
    members = [np.flatnonzero(pairs.classes == index).tolist() for index in range(c)]
    sizes = [size for size in SIZES if size < max(len(rows) for rows in members)]
    accuracies = np.empty((len(sizes), DRAWS))
    for i in range(DRAWS):
        generator = Generator(i + 1)
        drawn = [generator.shuffled(rows) for rows in members]
        for j, size in enumerate(sizes):
            taught = np.sort([row for rows in drawn for row in rows[: max(1, min(size, len(rows) - 1))]])
            others = np.setdiff1d(np.arange(pairs.count), taught)
            asked = others[spread(pairs.classes[others], MAX_ASKED)]
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
