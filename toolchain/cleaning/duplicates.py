"""Near-duplicates: photos that look the same, by a hash and colours, or by embeddings. Pure functions.

All that is near one photo is looked for when it is asked for, and forgotten then: the pairs of a video's frames, which
are near-duplicates each of each, would be more than fit into memory.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

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
#: How bright red, green and blue are, in thousandths: whole numbers, so that the same is near in both directions.
_LUMA: Final = (299, 587, 114)
_WHOLE: Final = sum(_LUMA)
#: Embeddings of near-duplicates are at most this far apart, by cosine.
NEAR_DISTANCE: Final = 0.03
#: Rows that are compared with all others at once.
_BLOCK: Final = 256

Hashes = NDArray[np.uint64]
Colours = NDArray[np.uint8]
Rows = NDArray[np.intp]
Clusters = NDArray[np.intp]
#: What is near a row, itself included: rows, and how much they differ, float32: bits, or the cosine distance.
Near = tuple[Rows, NDArray[np.float32]]
#: Yields what is near each of the rows that it is given, in turn.
FindNear = Callable[[Rows], Iterator[Near]]


def near_by_look(looks: Sequence[Look]) -> FindNear:
    """Return what finds photos that look the same: this is the rule for all commands.

    Args:
        looks: n photos that could be read.
    """
    return near_by_hash(*_arrays(looks))


def near_duplicates(looks: Sequence[Look]) -> Clusters:
    """Return the clusters of near-duplicates by that rule, intp, (n,)."""
    # Of looks that are equal one stands for all.
    numbers: dict[tuple[int, str], int] = {}
    rows = [numbers.setdefault((look.phash, look.colours), len(numbers)) for look in looks]
    unlike = [Look("", phash=phash, colours=colours) for phash, colours in numbers]
    return clusters_of(near_by_look(unlike), len(unlike))[rows]


def near_by_hash(hashes: Hashes, colours: Colours, bits: int = NEAR_BITS) -> FindNear:
    """Return what finds those whose hashes differ in at most so many bits, and whose colours differ little.

    Args:
        hashes: uint64, (n,).
        colours: Red, green and blue of p parts of each, uint8, (n, p, 3).
        bits: 0 to 64.

    Example:
        >>> alike = np.zeros((3, 1, 3), np.uint8)
        >>> find = near_by_hash(np.array([0b0, 0b111, 0b1], np.uint64), alike, bits=2)
        >>> [(rows.tolist(), differences.tolist()) for rows, differences in find(np.array([0, 1]))]
        [([0, 2], [0.0, 1.0]), ([1, 2], [0.0, 2.0])]
    """
    brightness = colours.astype(np.int32) @ np.array(_LUMA, np.int32)
    tint = colours * np.int32(_WHOLE) - brightness[..., None]

    def find(rows: Rows) -> Iterator[Near]:
        for row in rows:
            differences = _count_bits(hashes ^ hashes[row])
            near = np.flatnonzero(differences <= bits)
            near = near[_differ_at_most(brightness, near, row, NEAR_BRIGHTNESS)]
            near = near[_differ_at_most(tint, near, row, NEAR_TINT)]
            yield near, differences[near].astype(np.float32)

    return find


def near_by_embedding(embeddings: Embeddings, distance: float = NEAR_DISTANCE) -> FindNear:
    """Return what finds embeddings that are at most so far apart, by cosine.

    Args:
        embeddings: float32, (n, d), no zero row.
        distance: From 0 to 2.
    """
    units = embeddings / np.sqrt(np.square(embeddings).sum(axis=1, keepdims=True))

    def find(rows: Rows) -> Iterator[Near]:
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            differences = np.maximum(1 - units[block] @ units.T, 0)
            # A row's distance from itself is 0, and not what rounding leaves.
            differences[np.arange(len(block)), block] = 0
            for each in differences:
                near = np.flatnonzero(each <= distance)
                yield near, each[near]

    return find


def near_nothing(rows: Rows) -> Iterator[Near]:
    """Find each row alone."""
    for row in rows:
        yield np.array([row]), np.zeros(1, np.float32)


def clusters_of(find: FindNear, n: int) -> Clusters:
    """Return the number of each one's cluster, intp, (n,): near-duplicates of near-duplicates are in one.

    Example:
        >>> clusters_of(near_by_embedding(np.array([[1, 0], [0, 1], [2, 0]], np.float32)), 3).tolist()
        [0, 1, 0]
    """
    clusters = np.full(n, -1, np.intp)
    number = 0
    for start in range(n):
        if clusters[start] >= 0:
            continue
        clusters[start] = number
        reached = np.array([start])
        while len(reached):
            further = []
            for near, _ in find(reached):
                new = near[clusters[near] < 0]
                clusters[new] = number
                further.append(new)
            reached = np.concatenate(further)
        number += 1
    return clusters


def _arrays(looks: Sequence[Look]) -> tuple[Hashes, Colours]:
    hashes = np.array([look.phash for look in looks], np.uint64)
    colours = np.frombuffer(bytes.fromhex("".join(look.colours for look in looks)), np.uint8)
    return hashes, colours.reshape(len(looks), COLOUR_SIDE * COLOUR_SIDE, 3)


def _differ_at_most(values: NDArray[np.int32], near: Rows, row: int, most: int) -> NDArray[np.bool_]:
    """Say of some rows whether their values, in thousandths, differ nowhere by more than so much from a row's."""
    differences = np.abs(values[near] - values[row]).reshape(len(near), -1)
    within: NDArray[np.bool_] = (differences <= most * _WHOLE).all(axis=1)
    return within


def _count_bits(values: Hashes) -> NDArray[np.uint8]:
    if hasattr(np, "bitwise_count"):
        counts: NDArray[np.uint8] = np.bitwise_count(values)
        return counts
    # NumPy 1 has no such function.
    octets = np.ascontiguousarray(values).view(np.uint8).reshape(*values.shape, 8)
    added: NDArray[np.uint8] = np.unpackbits(octets, axis=-1).sum(axis=-1, dtype=np.uint8)
    return added
