"""Nearest neighbours by pixels beside nearest neighbours by a network's embedding, on the same photos."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.knn.arrays import ClassIndices, Embeddings, Floats

#: A photo's pixels are compared at this size: what differs in single points says nothing.
PIXELS_PX: Final = 32

Distances = Callable[[int], Floats]


class Way(NamedTuple):
    """A way to compare photos: what it is called, and the distances of one photo to all."""

    title: str
    distances: Distances


class Result(NamedTuple):
    """How often the nearest neighbours of other bursts are right, and who the nearest five are, intp, (n, 5)."""

    accuracy: float
    nearest: NDArray[np.intp]


def ways(pixels: NDArray[np.uint8], embeddings: Embeddings) -> Mapping[str, Way]:
    """Return the ways: L1 and L2 of pixels, and the cosine of embeddings.

    Args:
        pixels: uint8, (n, PIXELS_PX, PIXELS_PX, 3).
        embeddings: float32, (n, d), no zero row.
    """
    points = pixels.reshape(len(pixels), -1).astype(np.float32)
    units = embeddings / np.sqrt(np.square(embeddings).sum(axis=1, keepdims=True))

    def l1(row: int) -> Floats:
        distances: Floats = np.abs(points - points[row]).sum(axis=1, dtype=np.float64)
        return distances

    def l2(row: int) -> Floats:
        distances: Floats = np.sqrt(np.square(points - points[row]).sum(axis=1, dtype=np.float64))
        return distances

    def cosine(row: int) -> Floats:
        distances: Floats = (1 - units @ units[row]).astype(np.float64)
        return distances

    titles = {"l1": "pixels, L1", "l2": "pixels, L2", "embedding": "the network's embedding, cosine"}
    measures = {"l1": l1, "l2": l2, "embedding": cosine}
    return {key: Way(title, measures[key]) for key, title in titles.items()}


def compare(way: Way, classes: ClassIndices, groups: Sequence[str | None], k: int = 3) -> Result:
    """Leave out each photo in turn, with its burst, and let its nearest neighbours vote.

    Args:
        way: How photos are compared.
        classes: int64, (n,).
        groups: The burst of each photo, or None.
        k: How many vote.

    Example:
        >>> way = Way("numbers", lambda row: np.abs(np.array([0.0, 1, 9, 10]) - [0.0, 1, 9, 10][row]))
        >>> compare(way, np.array([0, 0, 1, 1]), [None] * 4, k=1).accuracy
        1.0
    """
    names = np.array(
        [f"photo {row}" if group is None else f"group {group}" for row, group in enumerate(groups)], object
    )
    rights = 0
    nearest = np.zeros((len(classes), min(5, len(classes))), np.intp)
    for row in range(len(classes)):
        distances = way.distances(row).copy()
        distances[names == names[row]] = np.inf
        order = np.argsort(distances, kind="stable")
        nearest[row] = order[: nearest.shape[1]]
        voters = order[: min(k, int(np.isfinite(distances).sum()))]
        if len(voters):
            votes = np.bincount(classes[voters])
            # Of equal votes the nearest wins.
            winner = next(classes[voter] for voter in voters if votes[classes[voter]] == votes.max())
            rights += winner == classes[row]
    return Result(float(rights / max(1, len(classes))), nearest)
