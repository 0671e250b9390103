"""The adapted metric: the cosine after what varies within the classes is scaled down.

Defined, and derived, in "The adapted metric" of ``contract/README.md``; this module fits it. Pure functions of arrays.
``server/knn/adapted_search.py`` answers with it; its twin is ``web/src/knn/adapted.js``.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from server.contract.constants import COSINE_ZERO, MAX_FITTED, NO_LENGTH, NO_VARIANCE
from server.knn.distance import Floats
from server.knn.draws import spread

#: Rows that one product takes, so that a thread that measures many lets others go on in between.
CHUNK: Final = 256
#: Columns that one substitution takes, likewise.
COLUMNS: Final = 128


class AdaptedMetric(NamedTuple):
    """What was fitted: m, float64, (d,), and P, float64, (examples fitted on, d)."""

    mean: Floats
    projection: Floats


def fit(matrix: NDArray[np.float32], norms: Floats, class_indices: NDArray[np.int64]) -> AdaptedMetric | None:
    """Fit the metric on examples.

    Args:
        matrix: float32, (n, d), no zero row, in order of arrival.
        norms: Their L2 norms, float64, (n,).
        class_indices: int64, (n,).

    Returns:
        The metric; None where it is the cosine: as many classes as examples, or no class varies.
    """
    rows = spread(class_indices, MAX_FITTED)
    units = matrix[rows] / norms[rows, None]
    residuals = centred_by_class(units, class_indices[rows])
    if residuals is None:
        return None
    squares = float(np.vdot(residuals, residuals))
    if squares <= NO_VARIANCE * len(rows):
        return None
    kernel = residuals @ residuals.T
    return AdaptedMetric(units.mean(axis=0), substitute(factor(kernel, squares / matrix.shape[1]), residuals))


def centred_by_class(values: Floats, class_indices: NDArray[np.int64]) -> Floats | None:
    """Return rows without their class's mean, float64, (n, any); None where every row is a class of its own."""
    classes, places = np.unique(class_indices, return_inverse=True)
    if len(classes) == len(values):
        return None
    indicator = (places[None, :] == np.arange(len(classes))[:, None]).astype(np.float64)
    means = (indicator @ values) / indicator.sum(axis=1, keepdims=True)
    centred: Floats = values - means[places]
    return centred


def substitute(lower: Floats, values: Floats) -> Floats:
    """Return L^-1 times a matrix, float64, (n, any), by forward substitution."""
    # SciPy keeps Python's lock meanwhile: in parts, so that others go on in between.
    parts = [
        solve_triangular(lower, values[:, start : start + COLUMNS], lower=True, check_finite=False)
        for start in range(0, values.shape[1], COLUMNS)
    ]
    return np.concatenate(parts, axis=1)


def factor(kernel: Floats, rho: float) -> Floats:
    """Return L of L Lᵀ = kernel + rho I, float64, (n, n), lower triangular."""
    return np.linalg.cholesky(kernel + rho * np.eye(len(kernel)))


def measure(metric: AdaptedMetric, matrix: NDArray[np.float32], norms: Floats) -> Floats:
    """Return the squared lengths of the z's of n vectors, float64, (n,)."""
    squares = np.empty(len(matrix))
    for start in range(0, len(matrix), CHUNK):
        part = slice(start, start + CHUNK)
        centred = matrix[part] / norms[part, None] - metric.mean
        products = centred @ metric.projection.T
        squares[part] = np.square(centred).sum(axis=1) - np.square(products).sum(axis=1)
    return squares


def transform(metric: AdaptedMetric, queries: NDArray[np.float32], norms: Floats) -> tuple[Floats, Floats, Floats]:
    """Return m queries in the metric: the inner product of one's z with that of any x is (x·y) / |x| - offset.

    Returns:
        y, float64, (m, d); the offsets, mean·y, (m,); and the squared lengths of their z's, (m,).
    """
    centred = queries / norms[:, None] - metric.mean
    products = centred @ metric.projection.T
    ys = centred - products @ metric.projection
    return ys, ys @ metric.mean, np.square(centred).sum(axis=1) - np.square(products).sum(axis=1)


def distances(inner: Floats, ones: Floats | float, others: Floats | float) -> Floats:
    """Return distances from inner products of z's and the squared lengths of both, float64, in their common shape."""
    # Each by itself: a z without a direction must not be made up for by a long one.
    directed = (ones > NO_LENGTH) & (others > NO_LENGTH)
    lengths = np.sqrt(np.where(directed, ones * others, 1))
    found: Floats = np.where(directed, 1 - inner / lengths, 1.0)
    found[found < COSINE_ZERO] = 0
    return found
