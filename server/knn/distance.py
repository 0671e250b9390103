"""Exact distances between embeddings, which of them count as equal, and the order of neighbours.

Pure functions of arrays: this module knows nothing of labels, ids or votes. ``server/knn/search.py`` measures with it;
whatever ranks neighbours uses ``rank``. The twin is ``web/src/knn/distance.js``.
"""

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import ADAPTED_ZERO, COSINE_ZERO, TIE, Metric
from server.knn.arrays import ClassIndices, Embeddings, Floats, Rows

#: What rounding makes of a distance 0, by metric: a smaller distance becomes 0. Sums of differences have no such error.
ZEROS: Final[dict[Metric, float]] = {
    "cosine": COSINE_ZERO,
    "euclidean": 0.0,
    "manhattan": 0.0,
    "adapted": ADAPTED_ZERO,
}
#: A cosine or squared distance below this share of its terms has lost too many digits; it is measured by differences.
CANCELLED: Final = 1e-4

Distance = TypeVar("Distance", float, Floats)


def reach_of_tie(distance: Distance, zero: float) -> Distance:
    """Return a little more than the largest distance that can count as equal to a distance, or to each of an array.

    Args:
        distance: At least 0.
        zero: The metric's, of ZEROS.

    Example:
        >>> reach_of_tie(2.0, 0.0) > 2.0 * (1 + TIE), reach_of_tie(0.0, 0.0)
        (True, 0.0)
    """
    return distance * (1 + 2 * TIE) + 2 * zero


def zeroed(distances: Floats, metric: Metric) -> Floats:
    """Set the distances that are rounding errors to 0, in place, and return the array.

    Example:
        >>> zeroed(np.array([1e-13, -1e-16, 0.5]), "cosine").tolist()
        [0.0, 0.0, 0.5]
    """
    distances[distances < ZEROS[metric]] = 0
    return distances


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
        if distances.min() < CANCELLED:
            near = np.flatnonzero(distances < CANCELLED)
            distances[near] = near_cosines(examples[near], norms[rows[near]], embedding / norm)
            zeroed(distances, metric)
    elif metric == "euclidean":
        examples -= embedding
        distances = np.sqrt(np.square(examples, out=examples).sum(axis=1))
    else:
        examples -= embedding
        distances = np.abs(examples, out=examples).sum(axis=1)
    return distances


def near_cosines(embeddings: Floats, norms: Floats, unit: Floats) -> Floats:
    """Return small cosine distances to all digits: half the squared differences of embeddings scaled to norm 1.

    Args:
        embeddings: float64, (m, d).
        norms: Their L2 norms, float64, (m,).
        unit: An embedding scaled to norm 1, float64, (d,).

    Returns:
        float64, (m,).

    Example:
        >>> near_cosines(np.array([[4.0, 0.5]]), np.array([4.0]), np.array([1.0, 0.0])).tolist()
        [0.0078125]
    """
    differences = embeddings / norms[:, None]
    differences -= unit
    distances: Floats = np.square(differences, out=differences).sum(axis=1) / 2
    return distances


def are_close(ascending: Floats, zero: float) -> NDArray[np.bool_]:
    """Return for each of some ascending distances but the first whether it may count as equal to the one before.

    Args:
        ascending: float64, (m,).
        zero: The metric's, of ZEROS.

    Returns:
        bool, (m - 1,).
    """
    close: NDArray[np.bool_] = ascending[1:] - ascending[:-1] <= TIE * ascending[1:] + zero
    return close


def rank(distances: Floats, class_indices: ClassIndices, k: int, zero: float) -> Rows:
    """Order neighbours by distance; equal distances by class order, then by arrival.

    Going up the sorted distances, one counts as equal to the first of its run if they differ by no more than TIE times
    the larger plus the metric's zero.

    Args:
        distances: float64, (m,), of candidates in order of arrival.
        class_indices: Their classes, int64, (m,).
        k: How many to return, 1 <= k <= m.
        zero: The metric's, of ZEROS.

    Returns:
        Positions in ``distances``, intp, (k,), nearest first.

    Example:
        The second and the third are equally near; the third's class comes first.

        >>> rank(np.array([0.5, 0.2, 0.2]), np.array([0, 1, 0]), 2, 0.0).tolist()
        [2, 1]
    """
    order = np.argsort(distances, kind="stable")
    ascending = distances[order]
    if are_close(ascending, zero).any():
        runs = np.zeros(len(order), np.int64)
        first = float(ascending[0])
        for i, distance in enumerate(ascending.tolist()):
            starts = distance - first > TIE * distance + zero
            runs[i] = runs[i - 1] + starts if i else 0
            if starts:
                first = distance
        order = order[np.lexsort((order, class_indices[order], runs))]
    return order[:k]
