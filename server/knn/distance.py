"""Exact distances between embeddings, and the order of neighbours.

Pure functions of arrays: this module knows nothing of labels, ids or votes. ``server/knn/search.py`` measures with it;
whatever ranks neighbours uses ``rank``. The twin is ``web/src/knn/distance.js``.
"""

import numpy as np

from server.contract.constants import COSINE_ZERO, TIE, Metric
from server.knn.arrays import ClassIndices, Embeddings, Floats, Rows


def measure_rows(
    matrix: Embeddings, norms: Floats, rows: Rows, embedding: Floats, norm: float, metric: Metric
) -> Floats:
    """Return the distances from one embedding to some examples, in float64 from the float32 values.

    Args:
        matrix: All examples, float32, (n, d), no zero row.
        norms: Their L2 norms, float64, (n,).
        rows: Which examples, intp, (m,).
        embedding: float64, (d,), not all zero.
        norm: The L2 norm of ``embedding``.
        metric: "cosine", "euclidean" or "manhattan".

    Returns:
        float64, (m,).

    Example:
        >>> matrix = np.array([[3, 0], [0, 1]], np.float32)
        >>> rows = np.array([0, 1])
        >>> measure_rows(matrix, np.array([3.0, 1.0]), rows, np.array([2.0, 0.0]), 2.0, "manhattan").tolist()
        [1.0, 3.0]
    """
    examples = matrix[rows].astype(np.float64)
    distances: Floats
    if metric == "cosine":
        norm_products: Floats = norms[rows] * norm
        distances = 1 - (examples @ embedding) / norm_products
        distances[distances < COSINE_ZERO] = 0
    elif metric == "euclidean":
        examples -= embedding
        distances = np.sqrt(np.square(examples, out=examples).sum(axis=1))
    else:
        examples -= embedding
        distances = np.abs(examples, out=examples).sum(axis=1)
    return distances


def rank(distances: Floats, class_indices: ClassIndices, k: int) -> Rows:
    """Order neighbours by distance; equal distances by class order, then by arrival.

    Going up the sorted distances, one that is within TIE of the first of its run counts as equal to it.

    Args:
        distances: float64, (m,), of candidates in order of arrival.
        class_indices: Their classes, int64, (m,).
        k: How many to return, 1 <= k <= m.

    Returns:
        Positions in ``distances``, intp, (k,), nearest first.

    Example:
        The second and the third are equally near; the third's class comes first.

        >>> rank(np.array([0.5, 0.2, 0.2]), np.array([0, 1, 0]), 2).tolist()
        [2, 1]
    """
    order = np.argsort(distances, kind="stable")
    ascending = distances[order]
    close = np.diff(ascending) <= TIE
    if close.any():
        runs = np.zeros(len(order), np.int64)
        first = float(ascending[0])
        for i, distance in enumerate(ascending.tolist()):
            starts = distance - first > TIE
            runs[i] = runs[i - 1] + starts if i else 0
            if starts:
                first = distance
        order = order[np.lexsort((order, class_indices[order], runs))]
    return order[:k]
