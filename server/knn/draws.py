"""Drawing lots, the same in both languages: a seeded generator, shuffling, and which examples to take of too many.

Pure functions, defined in ``contract/README.md``. Their twin is ``web/src/knn/draws.js``.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import RANDOM_INCREMENT, RANDOM_MULTIPLIER, RANDOM_SEED_FACTOR

MODULUS: Final = 2**32

Item = TypeVar("Item")


class Generator:
    """A generator of its own: the same seed gives the same numbers."""

    def __init__(self, seed: int) -> None:
        self._x = seed * RANDOM_SEED_FACTOR % MODULUS
        self.below(1)  # the first follows the seed too closely

    def below(self, most: int) -> int:
        """Return a whole number from 0 to below ``most``, which is less than 2**21."""
        self._x = (RANDOM_MULTIPLIER * self._x + RANDOM_INCREMENT) % MODULUS
        return self._x * most // MODULUS

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Return the items by Fisher and Yates's shuffle, from the end."""
        drawn = list(items)
        for last in range(len(drawn) - 1, 0, -1):
            place = self.below(last + 1)
            drawn[last], drawn[place] = drawn[place], drawn[last]
        return drawn


def spread(class_indices: NDArray[np.int64], most: int) -> NDArray[np.intp]:
    """Choose at most so many examples, evenly spaced within each class; every class that has examples keeps one.

    Args:
        class_indices: int64, (n,), in order of arrival.
        most: How many, at least the number of classes.

    Returns:
        Their places, ascending, (min(n, most) or fewer,).
    """
    n = len(class_indices)
    if n <= most:
        return np.arange(n)
    classes, sizes = np.unique(class_indices, return_counts=True)
    taken = []
    for index, size in zip(classes.tolist(), sizes.tolist(), strict=True):
        quota = (most - len(classes)) * size // n + 1
        taken.append(np.flatnonzero(class_indices == index)[np.arange(quota) * size // quota])
    return np.sort(np.concatenate(taken))
