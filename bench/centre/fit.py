"""From the embeddings of scenes to a centre, and to the few bytes of it that a manifest holds."""

import base64
from typing import Any, Final

import numpy as np

from server.knn.arrays import Embeddings, Floats

#: The centre lies so many times as far from 0 as the mean of the scenes: things that are held are told apart better,
#: and loose classes of photos as well as by the cosine.
BEYOND: Final = 1.6
#: The largest of the numbers that are stored.
LARGEST: Final = 127


def fit(empty: Embeddings, held: Embeddings) -> dict[str, Any]:
    """Return the centre as a manifest has it: BEYOND times the mean of scenes with and without a thing, half each.

    Args:
        empty: Of walls, float32, (n, d).
        held: Of things before walls, float32, (m, d).

    Example:
        >>> fit(np.float32([[3, 0]]), np.float32([[0, 2]]))
        {'step': 0.006299212598425197, 'values': 'f38='}
    """
    means = [(each / np.linalg.norm(each, axis=1, keepdims=True)).mean(axis=0, dtype=float) for each in (empty, held)]
    return pack(BEYOND * (means[0] + means[1]) / 2)


def pack(numbers: Floats) -> dict[str, Any]:
    """Return numbers as JSON holds them: ``values``, whole numbers of a byte in base64, and the ``step`` between two.

    Example:
        >>> pack(np.array([0.5, -1.0]))
        {'step': 0.007874015748031496, 'values': 'QIE='}
    """
    step = float(np.abs(numbers).max()) / LARGEST
    values = np.round(numbers / step).astype(np.int8)
    return {"step": step, "values": base64.b64encode(values.tobytes()).decode("ascii")}
