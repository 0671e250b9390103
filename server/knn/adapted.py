"""The adapted metric: the cosine after what varies within the classes is scaled down.

"The adapted metric" in ``contract/README.md`` defines and derives it, and names the symbols used here (u, m, P, R, z);
this module fits it. Pure functions of arrays. ``server/knn/adapted_search.py`` searches by it. The twin is
``web/src/knn/adapted.js``.
"""

from typing import Final, NamedTuple

import numpy as np

from server.contract.constants import MAX_FITTED, NO_LENGTH, NO_VARIANCE
from server.knn.arrays import ClassIndices, Embeddings, Floats
from server.knn.distance import zeroed
from server.knn.draws import spread

#: Rows of one product. A thread that measures many embeddings lets other threads run between two products.
CHUNK: Final = 256
#: Columns of one substitution, for the same reason.
COLUMNS: Final = 128


class AdaptedMetric(NamedTuple):
    """What was fitted on t examples.

    Attributes:
        mean: m, float64, (d,).
        projection: P, float64, (t, d).
    """

    mean: Floats
    projection: Floats


def fit(matrix: Embeddings, norms: Floats, class_indices: ClassIndices) -> AdaptedMetric | None:
    """Fit the metric on examples; on at most MAX_FITTED of them, spread within each class.

    Args:
        matrix: float32, (n, d), no zero row, in order of arrival.
        norms: Their L2 norms, float64, (n,).
        class_indices: int64, (n,).

    Returns:
        The metric; None where it is the cosine: there are as many classes as examples, or no class varies.

    Example:
        Within the class the second number varies, so it counts for less than it does by cosine.

        >>> matrix = np.array([[2, 1], [2, -1], [-2, 0]], np.float32)
        >>> metric = fit(matrix, np.linalg.norm(matrix, axis=1).astype(np.float64), np.array([0, 0, 1]))
        >>> metric.mean.round(3).tolist(), metric.projection.shape
        ([0.263, 0.0], (3, 2))
    """
    rows = spread(class_indices, MAX_FITTED)
    units = matrix[rows] / norms[rows, None]
    residuals = centred_by_class(units, class_indices[rows])
    if residuals is None:
        return None
    square_sum = float(np.vdot(residuals, residuals))
    if square_sum <= NO_VARIANCE * len(rows):
        return None
    kernel = residuals @ residuals.T
    return AdaptedMetric(units.mean(axis=0), substitute(factorize(kernel, square_sum / matrix.shape[1]), residuals))


def centred_by_class(values: Floats, class_indices: ClassIndices) -> Floats | None:
    """Return rows without their class's mean.

    Args:
        values: float64, (n, any).
        class_indices: int64, (n,).

    Returns:
        float64, the shape of ``values``; None where every row is the only one of its class.

    Example:
        >>> centred_by_class(np.array([[1.0], [3.0], [9.0]]), np.array([0, 0, 1])).tolist()
        [[-1.0], [1.0], [0.0]]
    """
    classes, places = np.unique(class_indices, return_inverse=True)
    if len(classes) == len(values):
        return None
    indicator = (places[None, :] == np.arange(len(classes))[:, None]).astype(np.float64)
    means = (indicator @ values) / indicator.sum(axis=1, keepdims=True)
    centred: Floats = values - means[places]
    return centred


def substitute(lower: Floats, values: Floats) -> Floats:
    """Return L^-1 times a matrix by forward substitution.

    Args:
        lower: L, float64, (n, n), lower triangular.
        values: float64, (n, any).

    Example:
        >>> substitute(np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[4.0], [5.0]])).tolist()
        [[2.0], [3.0]]
    """
    from scipy.linalg import solve_triangular  # scikit-learn has loaded it by now; see ``__init__.py``

    # SciPy holds Python's global lock while it solves: in parts, so that other threads run in between.
    parts = [
        solve_triangular(lower, values[:, start : start + COLUMNS], lower=True, check_finite=False)
        for start in range(0, values.shape[1], COLUMNS)
    ]
    return np.concatenate(parts, axis=1)


def factorize(kernel: Floats, rho: float) -> Floats:
    """Return L of L Lᵀ = kernel + rho I, lower triangular; all matrices float64, (n, n).

    Example:
        >>> factorize(np.array([[3.0]]), 1.0).tolist()
        [[2.0]]
    """
    return np.linalg.cholesky(kernel + rho * np.eye(len(kernel)))


def squared_norms(metric: AdaptedMetric, matrix: Embeddings, norms: Floats) -> Floats:
    """Return |z|² of n embeddings in the metric.

    Args:
        metric: See ``fit``.
        matrix: float32, (n, d), no zero row.
        norms: Their L2 norms, float64, (n,).

    Returns:
        float64, (n,).

    Example:
        >>> matrix = np.array([[2, 1], [2, -1], [-2, 0]], np.float32)
        >>> norms = np.linalg.norm(matrix, axis=1).astype(np.float64)
        >>> squared_norms(fit(matrix, norms, np.array([0, 0, 1])), matrix, norms).round(3).tolist()
        [0.465, 0.465, 1.595]
    """
    squares = np.empty(len(matrix))
    for start in range(0, len(matrix), CHUNK):
        part = slice(start, start + CHUNK)
        centred = matrix[part] / norms[part, None] - metric.mean
        products = centred @ metric.projection.T
        squares[part] = np.square(centred).sum(axis=1) - np.square(products).sum(axis=1)
    return squares


def transform(metric: AdaptedMetric, embeddings: Embeddings, norms: Floats) -> tuple[Floats, Floats, Floats]:
    """Prepare m embeddings for a search: z·z' of one with any x is then (x·y) / |x| - offset.

    Args:
        metric: See ``fit``.
        embeddings: float32, (m, d), no zero row.
        norms: Their L2 norms, float64, (m,).

    Returns:
        y, float64, (m, d); the offsets, mean·y, float64, (m,); and |z|², float64, (m,).

    Example:
        >>> matrix = np.array([[2, 1], [2, -1], [-2, 0]], np.float32)
        >>> norms = np.linalg.norm(matrix, axis=1).astype(np.float64)
        >>> ys, offsets, squares = transform(fit(matrix, norms, np.array([0, 0, 1])), matrix[:1], norms[:1])
        >>> ys.shape, offsets.shape, squares.round(3).tolist()
        ((1, 2), (1,), [0.465])
    """
    centred = embeddings / norms[:, None] - metric.mean
    products = centred @ metric.projection.T
    ys = centred - products @ metric.projection
    return ys, ys @ metric.mean, np.square(centred).sum(axis=1) - np.square(products).sum(axis=1)


def distances(inner: Floats, squares: Floats | float, other_squares: Floats | float) -> Floats:
    """Return distances from inner products of z's and the |z|² of both sides.

    Args:
        inner: z·z', float64.
        squares: |z|² of one side, of a shape that broadcasts to that of ``inner``.
        other_squares: |z'|² of the other side, likewise.

    Returns:
        float64, the shape of ``inner``; 1 where either z has no direction.

    Example:
        >>> distances(np.array([2.0, 0.0]), 4.0, np.array([1.0, 0.0])).tolist()
        [0.0, 1.0]
    """
    # Each side by itself: a z without a direction must not be made up for by a long one.
    has_direction = (squares > NO_LENGTH) & (other_squares > NO_LENGTH)
    norm_products = np.sqrt(np.where(has_direction, squares * other_squares, 1))
    result: Floats = np.where(has_direction, 1 - inner / norm_products, 1.0)
    return zeroed(result, "adapted")
