"""Which photos to label next: those that the classes can't tell, and those that are like nothing that is labelled."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.knn.arrays import Embeddings, Floats, Rows

#: Photos that are compared with each other, so that near-copies are not all proposed; the most wanted of them.
_MOST_COMPARED: Final = 5000
MIN_SCORE: Final = 1e-12


class Wanted(NamedTuple):
    """A photo to label, and why.

    Attributes:
        row: Of the photo.
        reason: "uncertain" or "novel".
        score: The uncertainty (1: two classes share the votes equally), or the cosine distance to the nearest example.
    """

    row: int
    reason: str
    score: float


def uncertainties(probabilities: Floats) -> Floats:
    """Return how near the two best classes are, float64, (n,): 1 where they are equal, 0 where one has everything.

    Args:
        probabilities: float64, (n, c), c >= 1.

    Example:
        >>> uncertainties(np.array([[0.5, 0.5], [1.0, 0.0]])).tolist()
        [1.0, 0.0]
    """
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    best = np.sort(probabilities, axis=1)
    margins: Floats = 1.0 - (best[:, -1] - best[:, -2]).astype(np.float64)
    return margins


def choose_next(
    embeddings: Embeddings, uncertainty: Floats, novelty: Floats, is_unknown: NDArray[np.bool_], count: int
) -> list[Wanted]:
    """Choose photos to label, half of them uncertain and half novel, none of them a near-copy of another.

    Args:
        embeddings: Of the photos without a label, float32, (n, d).
        uncertainty: float64, (n,), see ``uncertainties``.
        novelty: The cosine distance to the nearest labelled photo, float64, (n,).
        is_unknown: Whether the answer is "I don't know", bool, (n,): such photos count as novel and not as uncertain,
            since what nobody taught is not a doubt.
        count: How many.

    Returns:
        The most wanted first; uncertain and novel ones in turn.

    Example:
        >>> embeddings = np.array([[1, 0], [0.7, 0.7], [0, 1]], np.float32)
        >>> uncertainty, novelty = np.array([0.0, 0.9, 0.0]), np.array([0.1, 0.1, 0.8])
        >>> [(each.row, each.reason) for each in choose_next(embeddings, uncertainty, novelty, novelty > 0.5, 2)]
        [(1, 'uncertain'), (2, 'novel')]
    """
    doubts = _apart(embeddings, np.where(is_unknown | (uncertainty <= 0), -1.0, uncertainty), count)
    new = _apart(embeddings, np.where(is_unknown, novelty, -1.0), count)
    queues = [
        [Wanted(row, "uncertain", float(uncertainty[row])) for row in doubts],
        [Wanted(row, "novel", float(novelty[row])) for row in new],
    ]
    chosen: list[Wanted] = []
    while len(chosen) < count and any(queues):
        for queue in queues:
            if queue and len(chosen) < count:
                chosen.append(queue.pop(0))
    return chosen


def _apart(embeddings: Embeddings, scores: Floats, count: int) -> list[int]:
    """Return the rows of the best scores, each at a distance from those before it; scores below 0 are left out."""
    order: Rows = np.argsort(-scores, kind="stable")[:_MOST_COMPARED]
    order = order[scores[order] >= 0]
    if not len(order):
        return []
    units = embeddings[order] / np.sqrt(np.square(embeddings[order]).sum(axis=1, keepdims=True))
    weights = scores[order] / max(float(scores[order].max()), MIN_SCORE)
    distances = np.ones(len(order))
    chosen: list[int] = []
    for _ in range(min(count, len(order))):
        # Wanted, and unlike what was chosen so far.
        best = int((weights * distances).argmax())
        if distances[best] <= 0:
            break
        chosen.append(int(order[best]))
        distances = np.minimum(distances, np.clip(1 - units @ units[best], 0, 1))
        distances[best] = 0
    return chosen
