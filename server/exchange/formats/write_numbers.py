"""A float32 number as text. The twin is ``web/src/exchange/formats/write-numbers.js``."""

from collections.abc import Iterable

from server.knn.arrays import Embedding


def numbers(row: Embedding) -> Iterable[str]:
    """Yield the numbers of an embedding, float32, (d,), finite. Nine digits say which float32 number each is.

    Example:
        >>> list(numbers(np.float32([0.1, 2])))
        ['0.100000001', '2']
    """
    return (f"{value:.9g}" for value in row.tolist())
