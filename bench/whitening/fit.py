"""From the embeddings of scenes to a whitening, and to the few bytes of it that a manifest holds."""

import base64
from typing import Any, Final

import numpy as np

from server.knn.arrays import Embeddings, Floats

#: So many directions are scaled down. More of them tell cut-out things apart no better.
AXES: Final = 8
#: The largest of the numbers that are stored.
LARGEST: Final = 127


def fit(embeddings: Embeddings, axes: int = AXES) -> dict[str, Any]:
    """Return the whitening of the embeddings of scenes, float32 (n, d), as a manifest has it.

    The mean is that of the embeddings scaled to norm 1. Along the ``axes`` directions in which they differ most,
    u - Aᵀ(A u) has the variance v m / (v + m), where v is the direction's own and m the mean variance of all d.

    Example:
        >>> scenes = np.float32([[1, 0.1, 0], [1, -0.1, 0], [1, 0, 0.05]])
        >>> sorted(fit(scenes, 1))
        ['axes', 'mean']
    """
    units = embeddings.astype(np.float64)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    mean = units.mean(axis=0)
    _, lengths, directions = np.linalg.svd(units - mean, full_matrices=False)
    variances = lengths**2 / len(units)
    share = np.sqrt(variances.sum() / units.shape[1] / (variances[:axes] + variances.sum() / units.shape[1]))
    return {"mean": pack(mean), "axes": pack(np.sqrt(1 - share)[:, None] * directions[:axes])}


def pack(numbers: Floats) -> dict[str, Any]:
    """Return numbers as JSON holds them: ``values``, whole numbers of a byte in base64, and the ``step`` between two.

    Example:
        >>> pack(np.array([0.5, -1.0]))
        {'step': 0.007874015748031496, 'values': 'QIE='}
    """
    step = float(np.abs(numbers).max()) / LARGEST
    values = np.round(numbers / step).astype(np.int8)
    return {"step": step, "values": base64.b64encode(values.tobytes()).decode("ascii")}
