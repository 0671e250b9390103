"""The search for the nearest examples, by cosine, Euclidean or Manhattan distance.

Knows nothing of labels, ids or votes. ``server/knn/neighbours.py`` uses it; the twin is ``web/src/knn/search.js``.

It has two steps. One float32 matrix product over all examples gives approximate distances with a known error.
Every example that could be among the k nearest within that error is measured again in float64. The answer is therefore
exact, and costs little more than the product.
"""

import functools
import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import COSINE_ZERO, Metric
from server.knn import helper
from server.knn.arrays import Embeddings, Floats, Rows
from server.knn.distance import measure_rows, reach_of_tie

FLOAT32_ROUNDING: Final = 2.0**-24
#: The relative error allowed for a squared Euclidean distance that is computed in float64.
FLOAT64_SLACK: Final = 1e-12
#: The roundings of a product beside those of its sum: of the embedding to norm 1, of the example's scale, a few more.
MORE_ROUNDINGS: Final = 8
#: The least float32 number above 0: what a distance that small is off by.
SMALLEST_FLOAT32: Final = 2.0**-149
#: Norms outside these would overflow or lose digits in a float32 product; such examples are always measured exactly.
SMALLEST_NORM: Final = 1e-25
LARGEST_NORM: Final = 1e37
#: So many embeddings or fewer are multiplied one by one: BLAS's product of two matrices takes longer for a few.
FEW: Final = 3
#: A matrix of this many numbers or more may be multiplied by two threads: from here on that gains more than it costs.
LARGE_PRODUCT: Final = 4_000_000
#: The same for more than a few embeddings: the numbers of the matrix times the embeddings.
LARGE_BATCH: Final = 10_000_000
#: The parts of such a product, of which each thread takes one after the other.
PARTS: Final = 8


def slack_of(dimension: int) -> float:
    """Return the largest error of a float32 dot product of two embeddings of norm 1, in whatever order it is summed.

    Each product passes through d roundings at most (N. J. Higham, "Accuracy and stability of numerical algorithms",
    section 3.1). Where all numbers are alike the roundings do not cancel out, so nothing smaller is safe.

    Args:
        dimension: d, the length of an embedding.

    Example:
        >>> round(slack_of(1280) * 1e6, 1)
        76.8
    """
    roundings = (dimension + MORE_ROUNDINGS) * FLOAT32_ROUNDING
    return roundings / (1 - roundings) if roundings < 1 else math.inf


def scale(norm: float) -> float:
    """Return 1 / norm; NaN for an example that must always be measured exactly.

    Example:
        >>> scale(4.0), scale(1e-30)
        (0.25, nan)
    """
    return 1 / norm if SMALLEST_NORM <= norm <= LARGEST_NORM else math.nan


def multiply(matrix: Embeddings, embeddings: Embeddings) -> NDArray[np.float32]:
    """Multiply a matrix by some embeddings; a large matrix with two threads where that pays (``helper.py``).

    Args:
        matrix: float32, (n, d).
        embeddings: float32, (m, d).

    Returns:
        The n dot products of each embedding, float32, (m, n).

    Example:
        >>> multiply(np.eye(3, 2, dtype=np.float32), np.array([[5, 7]], np.float32)).tolist()
        [[5.0, 7.0, 0.0]]
    """
    n, m = len(matrix), len(embeddings)
    products = np.empty((m, n), np.float32)

    def fill(part: int, parts: int) -> None:
        rows = slice(part * n // parts, (part + 1) * n // parts)
        # Not straight into ``products``: BLAS writes partial sums first, and a part that is done twice may be in use by
        # then. Both times give the same bits.
        if m <= FEW:
            for index, embedding in enumerate(embeddings):
                products[index, rows] = np.matmul(matrix[rows], embedding)
        else:
            # The matrix first: BLAS takes up to 1.6 times as long for the transposed product.
            products[:, rows] = np.matmul(matrix[rows], embeddings.T).T

    is_large = matrix.size >= LARGE_PRODUCT if m <= FEW else matrix.size * m >= LARGE_BATCH
    parts = PARTS if is_large else 1
    if is_large and helper.pays():
        helper.share(functools.partial(fill, parts=parts), parts)
    else:
        # In parts, too: what BLAS writes first takes an eighth of the memory then.
        for part in range(parts):
            fill(part, parts)
    return products


class Search:
    """One search over all examples for a batch of embeddings, by cosine, Euclidean or Manhattan distance.

    Args:
        matrix: The examples, float32, (n, d), finite, no zero row; n >= 1.
        norms: Their L2 norms, float64, (n,).
        scales: 1 / norm of each, float32, (n,); NaN where a float32 product cannot be trusted (see ``scale``).
        embeddings: What is asked about, float32, (m, d), finite, no zero row.
        embedding_norms: The L2 norms of ``embeddings``, float64, (m,).

    Example:
        >>> matrix = np.array([[3, 0], [0, 1], [1, 1]], np.float32)
        >>> norms = np.linalg.norm(matrix, axis=1).astype(np.float64)
        >>> embeddings = np.array([[2, 0]], np.float32)
        >>> search = Search(matrix, norms, (1 / norms).astype(np.float32), embeddings, np.array([2.0]))
        >>> rows, distances = search.nearest(0, 1, "euclidean")
        >>> rows.tolist(), distances.tolist()
        ([0], [1.0])
    """

    def __init__(
        self,
        matrix: Embeddings,
        norms: Floats,
        scales: NDArray[np.float32],
        embeddings: Embeddings,
        embedding_norms: Floats,
    ) -> None:
        self._matrix = matrix
        self._norms = norms
        self._scales = scales
        self._embeddings = embeddings.astype(np.float64)
        self._embedding_norms = embedding_norms
        self._slack = slack_of(matrix.shape[1])
        self._products: NDArray[np.float32] | None = None

    def nearest(self, index: int, k: int, metric: Metric) -> tuple[Rows, Floats]:
        """Find every example that is, or ties with, one of the k nearest to one embedding.

        Args:
            index: Which of the embeddings, from 0.
            k: 1 <= k <= n.
            metric: "cosine", "euclidean" or "manhattan"; "adapted" has a search of its own (``adapted_search.py``).

        Returns:
            Their rows, ascending, intp, and their distances, float64; both of one length, at least k.
        """
        rows = self._candidates(index, k, metric) if k < len(self._norms) else np.arange(len(self._norms))
        embedding, norm = self._embeddings[index], float(self._embedding_norms[index])
        return rows, measure_rows(self._matrix, self._norms, rows, embedding, norm, metric)

    def nearest_elsewhere(self, index: int, is_elsewhere: NDArray[np.bool_]) -> float:
        """Return the cosine distance from one embedding to the nearest of some examples.

        Args:
            index: Which of the embeddings, from 0.
            is_elsewhere: Which examples, bool, (n,); at least one.
        """
        distances = self._product(index) * self._scales
        np.negative(distances, out=distances)
        distances[~is_elsewhere] = np.inf
        # NaN stands for "unknown": fmin passes over it, and the negated comparison below keeps it.
        bound = float(np.fmin.reduce(distances))
        rows = np.flatnonzero(is_elsewhere & ~(distances > bound + 2 * self._slack))
        embedding, norm = self._embeddings[index], float(self._embedding_norms[index])
        return float(measure_rows(self._matrix, self._norms, rows, embedding, norm, "cosine").min())

    def _candidates(self, index: int, k: int, metric: Metric) -> Rows:
        """Return the rows that could be among the k nearest, or tie with them, ascending."""
        lower: NDArray[np.floating[Any]]
        upper: NDArray[np.floating[Any]]
        if metric == "manhattan":
            distances = self._manhattan(index)
            lower = distances * (1 - 4 * FLOAT32_ROUNDING) - SMALLEST_FLOAT32
            upper = distances * (1 + 4 * FLOAT32_ROUNDING) + SMALLEST_FLOAT32
        elif metric == "cosine":
            # After the product the caches are cold: every further array that is read or written costs time.
            lower = upper = self._product(index) * self._scales
            np.negative(lower, out=lower)
        else:
            lower, upper = self._euclidean_bounds(index)
        # NaN stands for "unknown": partition puts it last, and the negated comparison below keeps it.
        bound = float(np.partition(upper, k - 1)[k - 1])
        reach: float
        if metric == "cosine":
            reach = reach_of_tie(1 + bound + self._slack, COSINE_ZERO) - 1 + self._slack
        elif metric == "euclidean":
            reach = reach_of_tie(math.sqrt(bound), 0) ** 2 * (1 + FLOAT64_SLACK)
        else:
            reach = reach_of_tie(bound, 0)
        return np.flatnonzero(~(lower > reach))

    def _product(self, index: int) -> NDArray[np.float32]:
        """Return the examples' dot products with one embedding scaled to norm 1, float32, (n,)."""
        if self._products is None:
            units = (self._embeddings / self._embedding_norms[:, None]).astype(np.float32)
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                self._products = multiply(self._matrix, units)
        product: NDArray[np.float32] = self._products[index]
        return product

    def _euclidean_bounds(self, index: int) -> tuple[Floats, Floats]:
        """Return lower and upper bounds of the squared distances, from |x|^2 + |q|^2 - 2 x.q."""
        norms, norm = np.where(np.isnan(self._scales), np.nan, self._norms), float(self._embedding_norms[index])
        squared = (norms - norm) ** 2 + 2 * norm * (norms - self._product(index))
        error = 2 * norm * norms * self._slack + FLOAT64_SLACK * (norms * norms + norm * norm)
        return np.maximum(squared - error, 0), np.maximum(squared + error, 0)

    def _manhattan(self, index: int) -> Floats:
        from sklearn.metrics import DistanceMetric  # loaded by now; see ``server/knn/__init__.py``

        metric = DistanceMetric.get_metric("manhattan", dtype=np.float32)
        # Summed in float64, but returned as float32.
        embedding = self._embeddings[index : index + 1].astype(np.float32)
        distances: Floats = metric.pairwise(self._matrix, embedding)[:, 0].astype(np.float64)
        return distances
