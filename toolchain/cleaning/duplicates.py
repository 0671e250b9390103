"""Near-duplicates: photos that look the same, by perceptual hashes or by embeddings. Pure functions of arrays."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.knn.arrays import Embeddings

#: Perceptual hashes of near-duplicates differ in at most this many of 64 bits.
NEAR_BITS: Final = 4
#: Embeddings of near-duplicates are at most this far apart, by cosine.
NEAR_DISTANCE: Final = 0.03
#: Rows that are compared with all others at once.
_BLOCK: Final = 512

Hashes = NDArray[np.uint64]
Clusters = NDArray[np.intp]


class Pair(NamedTuple):
    """Two near-duplicates, first < second, and how much they differ: bits, or the cosine distance."""

    first: int
    second: int
    difference: float


def pairs_by_hash(hashes: Hashes, bits: int = NEAR_BITS) -> Iterator[Pair]:
    """Yield all pairs of hashes that differ in at most so many bits.

    Args:
        hashes: uint64, (n,).
        bits: 0 to 64.

    Example:
        >>> list(pairs_by_hash(np.array([0b0, 0b111, 0b1], np.uint64), bits=2))
        [Pair(first=0, second=2, difference=1.0), Pair(first=1, second=2, difference=2.0)]
    """
    for start in range(0, len(hashes), _BLOCK):
        differences = _count_bits(hashes[start : start + _BLOCK, None] ^ hashes[None, start:])
        yield from _upper(differences, bits, start)


def pairs_by_embedding(embeddings: Embeddings, distance: float = NEAR_DISTANCE) -> Iterator[Pair]:
    """Yield all pairs of embeddings that are at most so far apart, by cosine.

    Args:
        embeddings: float32, (n, d), no zero row.
        distance: From 0 to 2.
    """
    units = embeddings / np.sqrt(np.square(embeddings).sum(axis=1, keepdims=True))
    for start in range(0, len(units), _BLOCK):
        yield from _upper(1 - units[start : start + _BLOCK] @ units[start:].T, distance, start)


def clusters_of(pairs: Iterator[Pair], n: int) -> Clusters:
    """Return the number of each one's cluster, intp, (n,): near-duplicates of near-duplicates are in one.

    Example:
        >>> clusters_of(iter([Pair(0, 2, 0.0)]), 3).tolist()
        [0, 1, 0]
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ends = np.array([(pair.first, pair.second) for pair in pairs], np.intp).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(n, n))
    numbers: Clusters = connected_components(graph, directed=False)[1].astype(np.intp)
    return numbers


def near_duplicates(hashes: Hashes, bits: int = NEAR_BITS) -> Clusters:
    """Return the clusters of near-duplicates by perceptual hash, intp, (n,)."""
    return clusters_of(pairs_by_hash(hashes, bits), len(hashes))


def _count_bits(values: Hashes) -> NDArray[np.uint8]:
    if hasattr(np, "bitwise_count"):
        counts: NDArray[np.uint8] = np.bitwise_count(values)
        return counts
    # NumPy 1 has no such function.
    octets = np.ascontiguousarray(values).view(np.uint8).reshape(*values.shape, 8)
    added: NDArray[np.uint8] = np.unpackbits(octets, axis=-1).sum(axis=-1, dtype=np.uint8)
    return added


def _upper(differences: NDArray[np.uint8] | NDArray[np.float32], limit: float, start: int) -> Iterator[Pair]:
    """Yield the pairs above the diagonal of a block of rows; its first column is that of its first row."""
    firsts, seconds = np.nonzero(differences <= limit)
    for first, second in zip(firsts.tolist(), seconds.tolist(), strict=True):
        if second > first:
            yield Pair(start + first, start + second, float(differences[first, second]))
