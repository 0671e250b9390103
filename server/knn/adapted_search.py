"""The search for the nearest examples in the adapted metric.

It has two steps, as in ``server/knn/search.py``: a float32 product finds the candidates, which are measured again in
float64. It needs no second matrix: what is particular to the metric is in the prepared embedding, and in one number for
each example (``squares``). ``server/knn/neighbours.py`` uses it; the twin is ``web/src/knn/adapted-search.js``.
"""

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import ADAPTED_ZERO, NO_LENGTH
from server.knn import adapted
from server.knn.arrays import Embeddings, Floats, Rows
from server.knn.distance import reach_of_tie
from server.knn.search import multiply, slack_of


class AdaptedSearch:
    """One search over all examples for a batch of embeddings.

    Args:
        matrix: The examples, float32, (n, d), finite, no zero row; n >= 1.
        norms: Their L2 norms, float64, (n,).
        scales: 1 / norm of each, float32, (n,); NaN where a float32 product cannot be trusted.
        squares: Their |z|², float64, (n,).
        metric: What was fitted.
        embeddings: What is asked about, float32, (m, d), finite, no zero row.
        embedding_norms: The L2 norms of ``embeddings``, float64, (m,).

    Example:
        >>> matrix = np.array([[2, 1], [2, -1], [-2, 0]], np.float32)
        >>> norms = np.linalg.norm(matrix, axis=1).astype(np.float64)
        >>> metric = adapted.fit(matrix, norms, np.array([0, 0, 1]))
        >>> squares = adapted.squared_norms(metric, matrix, norms)
        >>> scales = (1 / norms).astype(np.float32)
        >>> search = AdaptedSearch(matrix, norms, scales, squares, metric, matrix[1:2], norms[1:2])
        >>> rows, distances = search.nearest(0, 1)
        >>> rows.tolist(), distances.tolist()
        ([1], [0.0])
    """

    def __init__(
        self,
        matrix: Embeddings,
        norms: Floats,
        scales: NDArray[np.float32],
        squares: Floats,
        metric: adapted.AdaptedMetric,
        embeddings: Embeddings,
        embedding_norms: Floats,
    ) -> None:
        self._matrix = matrix
        self._norms = norms
        self._scales = scales
        self._squares = squares
        self._ys, self._offsets, self._embedding_squares = adapted.transform(metric, embeddings, embedding_norms)
        self._lengths = np.linalg.norm(self._ys, axis=1)
        self._products: NDArray[np.float32] | None = None

    def nearest(self, index: int, k: int) -> tuple[Rows, Floats]:
        """Find every example that is, or ties with, one of the k nearest to one embedding.

        Args:
            index: Which of the embeddings, from 0.
            k: 1 <= k <= n.

        Returns:
            Their rows, ascending, intp, and their distances, float64; both of one length, at least k.
        """
        rows = self._candidates(index, k) if k < len(self._norms) else np.arange(len(self._norms))
        inner = self._matrix[rows].astype(np.float64) @ self._ys[index] / self._norms[rows] - self._offsets[index]
        return rows, adapted.distances(inner, self._squares[rows], float(self._embedding_squares[index]))

    def _candidates(self, index: int, k: int) -> Rows:
        """Return the rows that could be among the k nearest, or tie with them, ascending."""
        square, norm = float(self._embedding_squares[index]), float(self._lengths[index])
        if square <= NO_LENGTH or norm == 0:
            return np.arange(len(self._norms))
        with np.errstate(all="ignore"):
            products = self._product(index) * self._scales
        has_direction = self._squares > NO_LENGTH
        scales = norm / np.sqrt(np.where(has_direction, self._squares, 1) * square)
        distances = np.where(has_direction, 1 - (products - self._offsets[index] / norm) * scales, 1.0)
        slack = np.where(has_direction, slack_of(self._ys.shape[1]) * scales, 0)
        # NaN stands for "unknown": partition puts it last, and the negated comparison below keeps it.
        reach = reach_of_tie(float(np.partition(distances + slack, k - 1)[k - 1]), ADAPTED_ZERO)
        return np.flatnonzero(~(distances - slack > reach))

    def _product(self, index: int) -> NDArray[np.float32]:
        """Return the examples' dot products with one transformed embedding scaled to norm 1, float32, (n,)."""
        if self._products is None:
            # One without a direction becomes NaN, and is not asked for.
            self._products = multiply(self._matrix, (self._ys / self._lengths[:, None]).astype(np.float32))
        product: NDArray[np.float32] = self._products[index]
        return product
