"""Distances between embeddings, and the search for the nearest ones.

Pure functions of arrays: knows nothing of labels, ids or votes. ``server/knn/knn.py`` uses it; its twin is
``web/src/knn/distance.js``.

The search is done twice. One float32 matrix product over all examples gives approximate distances with a known
error; whatever could be among the k nearest within that error is measured again in float64. So the answer is exact,
and costs little more than the product.
"""

import functools
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import DistanceMetric

from server.contract.constants import COSINE_ZERO, TIE

FLOAT32_ROUNDING: Final = 2.0**-24
#: A sum of d rounded products is off by less than this times sqrt(d) roundings, but with a probability of
#: 2 exp(-8**2 / 2) (N. J. Higham and T. Mary, "A new approach to probabilistic rounding error analysis", 2019).
ROUNDING_FACTOR: Final = 8.0
#: Norms beyond these would overflow or lose digits in a float32 product; such examples are always measured exactly.
SMALLEST_NORM: Final = 1e-25
LARGEST_NORM: Final = 1e37
#: From so many numbers on, sharing a product with a second thread gains more than it costs.
LARGE_PRODUCT: Final = 4_000_000

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


def slack_of(dimension: int) -> float:
    """Return the error of a float32 product of two vectors of length 1, for nearly all of them."""
    return (ROUNDING_FACTOR * math.sqrt(dimension) + ROUNDING_FACTOR) * FLOAT32_ROUNDING


def scale(norm: float) -> float:
    """Return 1 / norm; NaN for an example that must always be measured exactly."""
    return 1 / norm if SMALLEST_NORM <= norm <= LARGEST_NORM else math.nan


@functools.cache
def _helper() -> ThreadPoolExecutor:
    # ResolvedSettings at the first large product, so after any fork.
    return ThreadPoolExecutor(1, "product")


def multiply(matrix: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply a matrix, (n, d), by a vector, (d,); a large one by two threads, for one can't fill the memory's lanes.

    Returns:
        float32, (n,).
    """
    n = len(matrix)
    products = np.empty(n, np.float32)
    half = n // 2 if matrix.size >= LARGE_PRODUCT else 0
    rest = _helper().submit(np.matmul, matrix[:half], vector, products[:half]) if half else None
    np.matmul(matrix[half:], vector, products[half:])
    if rest:
        rest.result()
    return products


class Search:
    """One look at all examples for a batch of queries.

    Args:
        matrix: The examples, float32, (n, d), finite, no zero row; n >= 1.
        norms: Their L2 norms, float64, (n,).
        scales: 1 / norm of each, float32, (n,); NaN where a float32 product can't be trusted (see ``scale``).
        queries: float32, (m, d), finite, no zero row.
        query_norms: Their L2 norms, float64, (m,).
    """

    def __init__(
        self,
        matrix: NDArray[np.float32],
        norms: Floats,
        scales: NDArray[np.float32],
        queries: NDArray[np.float32],
        query_norms: Floats,
    ) -> None:
        self._matrix = matrix
        self._norms = norms
        self._scales = scales
        self._queries = queries.astype(np.float64)
        self._query_norms = query_norms
        self._slack = slack_of(matrix.shape[1])
        self._products: NDArray[np.float32] | None = None

    def nearest(self, query: int, k: int, metric: str) -> tuple[Rows, Floats]:
        """Find every example that is, or ties with, one of the k nearest to one query.

        Args:
            query: Which of the queries, from 0.
            k: 1 <= k <= n.
            metric: "cosine", "euclidean" or "manhattan"; "adapted" has a search of its own.

        Returns:
            Their rows, ascending, and their distances in float64; at least k of each.
        """
        rows = self._candidates(query, k, metric) if k < len(self._norms) else np.arange(len(self._norms))
        return rows, self._exact(query, rows, metric)

    def _candidates(self, query: int, k: int, metric: str) -> Rows:
        """Return the rows that could be among the k nearest, or tie with them, ascending."""
        lower: NDArray[np.floating[Any]]
        upper: NDArray[np.floating[Any]]
        if metric == "manhattan":
            found = self._manhattan(query)
            lower, upper = found * (1 - 4 * FLOAT32_ROUNDING), found * (1 + 4 * FLOAT32_ROUNDING)
        elif metric == "cosine":
            # After the product, memory is cold: every array more that is read or written counts.
            lower = upper = self._product(query) * self._scales
            np.negative(lower, out=lower)
        else:
            lower, upper = self._euclidean_bounds(query)
        # NaN stands for "unknown": partition puts it last, and the negated comparison keeps it in.
        bound = float(np.partition(upper, k - 1)[k - 1])
        reach: float
        if metric == "cosine":
            reach = bound + 2 * self._slack + 2 * TIE
        elif metric == "euclidean":
            reach = (math.sqrt(bound) + 2 * TIE) ** 2 * (1 + 1e-12)
        else:
            reach = bound + 2 * TIE
        return np.flatnonzero(~(lower > reach))

    def _product(self, query: int) -> NDArray[np.float32]:
        """Return the examples' dot products with one query scaled to length 1, float32, (n,)."""
        if self._products is None:
            units = (self._queries / self._query_norms[:, None]).astype(np.float32)
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                # A matrix times one vector has a faster path than a product with a thin matrix.
                self._products = multiply(self._matrix, units[0])[None] if len(units) == 1 else units @ self._matrix.T
        product: NDArray[np.float32] = self._products[query]
        return product

    def _euclidean_bounds(self, query: int) -> tuple[Floats, Floats]:
        """Return lower and upper bounds of the squared distances, from |x|^2 + |q|^2 - 2 x.q."""
        norms, length = np.where(np.isnan(self._scales), np.nan, self._norms), float(self._query_norms[query])
        squared = (norms - length) ** 2 + 2 * length * (norms - self._product(query))
        error = 2 * length * norms * self._slack + 1e-12 * (norms * norms + length * length)
        return np.maximum(squared - error, 0), np.maximum(squared + error, 0)

    def _manhattan(self, query: int) -> Floats:
        metric = DistanceMetric.get_metric("manhattan", dtype=np.float32)
        # Summed in float64, but returned as float32.
        wanted = self._queries[query : query + 1].astype(np.float32)
        distances: Floats = metric.pairwise(self._matrix, wanted)[:, 0].astype(np.float64)
        return distances

    def _exact(self, query: int, rows: Rows, metric: str) -> Floats:
        """Measure some examples in float64. Returns distances, float64, the shape of ``rows``."""
        wanted, found = self._queries[query], self._matrix[rows].astype(np.float64)
        distances: Floats
        if metric == "cosine":
            distances = 1 - (found @ wanted) / (self._norms[rows] * self._query_norms[query])
            distances[distances < COSINE_ZERO] = 0
        elif metric == "euclidean":
            found -= wanted
            distances = np.sqrt(np.square(found, out=found).sum(axis=1))
        else:
            found -= wanted
            distances = np.abs(found, out=found).sum(axis=1)
        return distances


def rank(distances: Floats, class_indices: NDArray[np.int64], k: int) -> Rows:
    """Order neighbours by distance; equal ones by class order, then arrival.

    Walking up the sorted distances, one that is within TIE of the first of its run counts as equal to it.

    Args:
        distances: float64, (m,), of candidates in order of arrival.
        class_indices: int64, (m,).
        k: How many to return, 1 <= k <= m.

    Returns:
        Positions in ``distances``, (k,), nearest first.
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
