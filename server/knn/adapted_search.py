"""One look at all examples for a batch of queries, in the adapted metric.

Done twice, as in ``server/knn/distance.py``: a float32 product finds the candidates, which are measured again in
float64. The metric needs no matrix of its own: all that is particular to it is in the query, and in one number an
example. ``server/knn/knn.py`` uses it; its twin is ``web/src/knn/adapted-search.js``.
"""

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import NO_LENGTH, TIE
from server.knn import adapted
from server.knn.distance import Floats, Rows, multiply, slack_of


class AdaptedSearch:
    """One look at all examples.

    Args:
        matrix: The examples, float32, (n, d), finite, no zero row; n >= 1.
        norms: Their L2 norms, float64, (n,).
        scales: 1 / norm of each, float32, (n,); NaN where a float32 product can't be trusted.
        squares: The squared lengths of their z's, float64, (n,).
        metric: What was fitted.
        queries: float32, (m, d), finite, no zero row.
        query_norms: Their L2 norms, float64, (m,).
    """

    def __init__(
        self,
        matrix: NDArray[np.float32],
        norms: Floats,
        scales: NDArray[np.float32],
        squares: Floats,
        metric: adapted.AdaptedMetric,
        queries: NDArray[np.float32],
        query_norms: Floats,
    ) -> None:
        self._matrix = matrix
        self._norms = norms
        self._scales = scales
        self._squares = squares
        self._ys, self._offsets, self._query_squares = adapted.transform(metric, queries, query_norms)

    def nearest(self, query: int, k: int) -> tuple[Rows, Floats]:
        """Find every example that is, or ties with, one of the k nearest to one query.

        Args:
            query: Which of the queries, from 0.
            k: 1 <= k <= n.

        Returns:
            Their rows, ascending, and their distances in float64; at least k of each.
        """
        rows = self._candidates(query, k) if k < len(self._norms) else np.arange(len(self._norms))
        inner = self._matrix[rows].astype(np.float64) @ self._ys[query] / self._norms[rows] - self._offsets[query]
        return rows, adapted.distances(inner, self._squares[rows], float(self._query_squares[query]))

    def _candidates(self, query: int, k: int) -> Rows:
        """Return the rows that could be among the k nearest, or tie with them, ascending."""
        y, square = self._ys[query], float(self._query_squares[query])
        length = float(np.linalg.norm(y))
        if square <= NO_LENGTH or length == 0:
            return np.arange(len(self._norms))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            products = multiply(self._matrix, (y / length).astype(np.float32)) * self._scales
        directed = self._squares > NO_LENGTH
        scales = length / np.sqrt(np.where(directed, self._squares, 1) * square)
        found = np.where(directed, 1 - (products - self._offsets[query] / length) * scales, 1.0)
        slack = np.where(directed, slack_of(len(y)) * scales, 0)
        # NaN stands for "unknown": partition puts it last, and the negated comparison keeps it in.
        reach = float(np.partition(found + slack, k - 1)[k - 1]) + 2 * TIE
        return np.flatnonzero(~(found - slack > reach))
