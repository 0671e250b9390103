"""Near-duplicates: photos that look the same, by a hash and colours, or by embeddings. Pure functions."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.knn.arrays import Embeddings
from toolchain.cleaning.inspect import COLOUR_SIDE, Look

#: Perceptual hashes of near-duplicates differ in at most this many of 64 bits.
NEAR_BITS: Final = 4
#: The colours of near-duplicates, of 255, differ nowhere by more than this in brightness: 20 % brighter is 40.
NEAR_BRIGHTNESS: Final = 48
#: And by this in tint, which is what is left of a difference without the brightness. JPEG, crops of 3 %, and 20 % more
#: light or saturation come to 20; a red block in the place of a green one, a tenth of the side in one part, to 28.
NEAR_TINT: Final = 24
#: How bright red, green and blue are.
_LUMA: Final = (0.299, 0.587, 0.114)
#: Embeddings of near-duplicates are at most this far apart, by cosine.
NEAR_DISTANCE: Final = 0.03
#: Rows that are compared with all others at once.
_BLOCK: Final = 512
#: Pairs whose colours are compared at once.
_PAIRS: Final = 1 << 14

Hashes = NDArray[np.uint64]
Colours = NDArray[np.uint8]
Differences = NDArray[np.uint8] | NDArray[np.float32]
Clusters = NDArray[np.intp]


class Pair(NamedTuple):
    """Two near-duplicates, first < second, and how much they differ: bits, or the cosine distance."""

    first: int
    second: int
    difference: float


def pairs_by_look(looks: Sequence[Look]) -> Iterator[Pair]:
    """Yield all pairs of photos that look the same: this is the rule for all commands.

    Args:
        looks: n photos that could be read.
    """
    return pairs_by_hash(*_arrays(looks))


def near_duplicates(looks: Sequence[Look]) -> Clusters:
    """Return the clusters of near-duplicates by that rule, intp, (n,)."""
    # Of looks that are equal one stands for all: their pairs would be as many as their square.
    numbers: dict[tuple[int, str], int] = {}
    rows = [numbers.setdefault((look.phash, look.colours), len(numbers)) for look in looks]
    unlike = [Look("", phash=phash, colours=colours) for phash, colours in numbers]
    return clusters_of(pairs_by_look(unlike), len(unlike))[rows]


def pairs_by_hash(hashes: Hashes, colours: Colours, bits: int = NEAR_BITS) -> Iterator[Pair]:
    """Yield all pairs whose hashes differ in at most so many bits, and whose colours differ little.

    Args:
        hashes: uint64, (n,).
        colours: Red, green and blue of p parts of each, uint8, (n, p, 3).
        bits: 0 to 64.

    Example:
        >>> alike = np.zeros((3, 1, 3), np.uint8)
        >>> list(pairs_by_hash(np.array([0b0, 0b111, 0b1], np.uint64), alike, bits=2))
        [Pair(first=0, second=2, difference=1.0), Pair(first=1, second=2, difference=2.0)]
    """
    for start in range(0, len(hashes), _BLOCK):
        differences = _count_bits(hashes[start : start + _BLOCK, None] ^ hashes[None, start:])
        firsts, seconds = _upper(differences, bits)
        for at in range(0, len(firsts), _PAIRS):
            some = slice(at, at + _PAIRS)
            alike = _have_like_colours(colours[start + firsts[some]], colours[start + seconds[some]])
            yield from _as_pairs(differences, firsts[some][alike], seconds[some][alike], start)


def pairs_by_embedding(embeddings: Embeddings, distance: float = NEAR_DISTANCE) -> Iterator[Pair]:
    """Yield all pairs of embeddings that are at most so far apart, by cosine.

    Args:
        embeddings: float32, (n, d), no zero row.
        distance: From 0 to 2.
    """
    units = embeddings / np.sqrt(np.square(embeddings).sum(axis=1, keepdims=True))
    for start in range(0, len(units), _BLOCK):
        differences = 1 - units[start : start + _BLOCK] @ units[start:].T
        yield from _as_pairs(differences, *_upper(differences, distance), start)


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


def _arrays(looks: Sequence[Look]) -> tuple[Hashes, Colours]:
    hashes = np.array([look.phash for look in looks], np.uint64)
    colours = np.frombuffer(bytes.fromhex("".join(look.colours for look in looks)), np.uint8)
    return hashes, colours.reshape(len(looks), COLOUR_SIDE * COLOUR_SIDE, 3)


def _have_like_colours(first: Colours, second: Colours) -> NDArray[np.bool_]:
    """Say of n pairs, uint8, (n, p, 3), whether their colours differ little, bool, (n,)."""
    differences = first.astype(np.float32) - second
    brightness = differences @ np.array(_LUMA, np.float32)
    tint = np.abs(differences - brightness[..., None]).max(axis=(1, 2))
    alike: NDArray[np.bool_] = (np.abs(brightness).max(axis=1) <= NEAR_BRIGHTNESS) & (tint <= NEAR_TINT)
    return alike


def _count_bits(values: Hashes) -> NDArray[np.uint8]:
    if hasattr(np, "bitwise_count"):
        counts: NDArray[np.uint8] = np.bitwise_count(values)
        return counts
    # NumPy 1 has no such function.
    octets = np.ascontiguousarray(values).view(np.uint8).reshape(*values.shape, 8)
    added: NDArray[np.uint8] = np.unpackbits(octets, axis=-1).sum(axis=-1, dtype=np.uint8)
    return added


def _upper(differences: Differences, limit: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places above the diagonal of a block of rows; its first column is that of its first row."""
    firsts, seconds = np.nonzero(differences <= limit)
    above = seconds > firsts
    return firsts[above], seconds[above]


def _as_pairs(
    differences: Differences, firsts: NDArray[np.intp], seconds: NDArray[np.intp], start: int
) -> Iterator[Pair]:
    for first, second in zip(firsts.tolist(), seconds.tolist(), strict=True):
        yield Pair(start + first, start + second, float(differences[first, second]))
