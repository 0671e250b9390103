"""Seeded random draws that give the same in both languages, and the choice of some examples among too many.

Defined in "Evaluation" and "The adapted metric" of ``contract/README.md``. The twin is ``web/src/knn/draws.js``.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np

from server.contract.constants import RANDOM_INCREMENT, RANDOM_MULTIPLIER, RANDOM_SEED_FACTOR
from server.knn.arrays import ClassIndices, Rows

MODULUS: Final = 2**32

T = TypeVar("T")


class Generator:
    """A linear congruential generator with a state of its own: the same seed gives the same numbers.

    Example:
        >>> generator = Generator(1)
        >>> [generator.below(10) for _ in range(5)]
        [1, 7, 0, 5, 1]
        >>> Generator(1).shuffle("abcd")
        ['b', 'd', 'c', 'a']
    """

    def __init__(self, seed: int) -> None:
        self._x = seed * RANDOM_SEED_FACTOR % MODULUS
        self.below(1)  # the first number follows the seed too closely

    def below(self, bound: int) -> int:
        """Return a whole number from 0 to ``bound`` - 1; ``bound`` is below 2**21."""
        self._x = (RANDOM_MULTIPLIER * self._x + RANDOM_INCREMENT) % MODULUS
        return self._x * bound // MODULUS

    def shuffle(self, values: Sequence[T]) -> list[T]:
        """Return the values in another order, by the method of Fisher and Yates from the end."""
        shuffled = list(values)
        for last in range(len(shuffled) - 1, 0, -1):
            place = self.below(last + 1)
            shuffled[last], shuffled[place] = shuffled[place], shuffled[last]
        return shuffled


def spread(class_indices: ClassIndices, max_count: int) -> Rows:
    """Choose at most ``max_count`` examples, evenly spaced within each class; every class with examples keeps one.

    Args:
        class_indices: int64, (n,), in order of arrival.
        max_count: At least the number of classes.

    Returns:
        The chosen rows, intp, ascending; all n of them, or ``max_count`` or fewer.

    Example:
        >>> spread(np.array([0, 0, 0, 0, 0, 0, 1, 1]), 4).tolist()
        [0, 3, 6]
    """
    n = len(class_indices)
    if n <= max_count:
        return np.arange(n)
    classes, sizes = np.unique(class_indices, return_counts=True)
    chosen = []
    for index, size in zip(classes.tolist(), sizes.tolist(), strict=True):
        quota = (max_count - len(classes)) * size // n + 1
        chosen.append(np.flatnonzero(class_indices == index)[np.arange(quota) * size // quota])
    return np.sort(np.concatenate(chosen))
