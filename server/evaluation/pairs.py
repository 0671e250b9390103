"""The distances between any two tested examples.

One matrix of dot products in float64 gives every metric's distances except Manhattan's, which has a matrix of its own.
An example that is added extends it by a row. Knows neither votes nor figures. ``server/evaluation/evaluation.py`` owns
one. The twins are ``metric-distances.js``, ``pairs.js`` and ``adapted-pairs.js`` (``adapted`` below) in
``web/src/evaluation``.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from server.contract.constants import MAX_FITTED, NO_VARIANCE, Metric
from server.evaluation.test_set import TestSet
from server.knn import adapted
from server.knn.arrays import Embeddings, Floats, Rows
from server.knn.distance import CANCELLED, ZEROS, near_cosines, zeroed
from server.knn.draws import spread

#: Rows that are measured between two pauses.
CHUNK: Final = 128
FIRST_CAPACITY: Final = 64

#: Returns the distances from some examples (rows) to others (columns), float64, (rows, columns), a new array; and the
#: zero of the metric that they are measured by, of ``ZEROS`` in ``server/knn/distance.py``.
Distances = Callable[[Rows, Rows], tuple[Floats, float]]


class Pairs:
    """The tested examples' embeddings and the dot products of any two.

    Args:
        test_set: What is tested. When it changes, ``keep`` and ``append`` follow.

    Attributes:
        norms: The embeddings' L2 norms, float64, (n,).

    Example:
        >>> pairs = Pairs(TestSet())
        >>> [share for share in pairs.append(np.array([[3, 0], [0, 4]], np.float32))]
        [1.0]
        >>> pairs.cosine(np.array([0]), np.array([0, 1])).tolist()
        [[0.0, 1.0]]
        >>> pairs.euclidean(np.array([0]), np.array([0, 1])).tolist()
        [[0.0, 5.0]]
    """

    def __init__(self, test_set: TestSet) -> None:
        self.norms: Floats = np.empty(0)
        self._test_set = test_set
        self._count = 0
        self._embeddings: Floats = np.empty((0, 0))
        self._products: Floats = np.empty((0, 0))
        self._manhattan: Floats | None = None

    # ---- changing

    def keep(self, rows: Rows) -> None:
        """Drop all examples but these, rows ascending."""
        n = len(rows)
        self._embeddings[:n] = self._embeddings[rows]
        self._products[:n, :n] = self._products[np.ix_(rows, rows)]
        self.norms = self.norms[rows]
        self._count = n
        if self._manhattan is not None:
            rows = rows[rows < len(self._manhattan)]
            self._manhattan = self._manhattan[np.ix_(rows, rows)]

    def append(self, embeddings: Embeddings) -> Iterator[float]:
        """Add m examples, in steps.

        Args:
            embeddings: float32, (m, d), no zero row.

        Yields:
            The share that is done; run it to its end.
        """
        start, n = self._count, self._count + len(embeddings)
        self._make_room(n, embeddings.shape[1])
        self._embeddings[start:n] = embeddings
        self._count = n
        for first in range(start, n, CHUNK):
            last = min(first + CHUNK, n)
            block = self._embeddings[first:last] @ self._embeddings[:last].T
            self._products[first:last, :last] = block
            self._products[:last, first:last] = block.T
            yield (last - start) / (n - start)
        self.norms = np.sqrt(np.diagonal(self._products[:n, :n]))

    def measure_manhattan(self) -> Iterator[float]:
        """Measure the Manhattan distances that are missing, in steps; yields the share that is done."""
        from scipy.spatial.distance import cdist  # scikit-learn has loaded it by now; see ``server/knn/__init__.py``

        n = self._count
        known = 0 if self._manhattan is None else len(self._manhattan)
        grown = np.zeros((n, n))
        if self._manhattan is not None:
            grown[:known, :known] = self._manhattan
        chunk = CHUNK // 4
        for first in range(known, n, chunk):
            last = min(first + chunk, n)
            block = cdist(self._embeddings[first:last], self._embeddings[:last], "cityblock")
            grown[first:last, :last] = block
            grown[:last, first:last] = block.T
            yield last / n
        self._manhattan = grown

    # ---- distances, float64, (rows, columns)

    def cosine(self, rows: Rows, columns: Rows) -> Floats:
        """Return cosine distances."""
        distances: Floats = 1 - self._cosines(rows, columns)
        near = distances < CANCELLED
        for i in np.flatnonzero(near.any(axis=1)).tolist():
            others = columns[near[i]]
            unit = self._embeddings[rows[i]] / self.norms[rows[i]]
            distances[i, near[i]] = near_cosines(self._embeddings[others], self.norms[others], unit)
        return zeroed(distances, "cosine")

    def euclidean(self, rows: Rows, columns: Rows) -> Floats:
        """Return Euclidean distances."""
        squares = self.norms * self.norms
        sums = squares[rows, None] + squares[None, columns]
        distances: Floats = sums - 2 * self._products[np.ix_(rows, columns)]
        cancelled = distances < CANCELLED * sums
        for i in np.flatnonzero(cancelled.any(axis=1)).tolist():
            near = np.flatnonzero(cancelled[i])
            differences = self._embeddings[columns[near]] - self._embeddings[rows[i]]
            distances[i, near] = np.square(differences).sum(axis=1)
        np.sqrt(distances, out=distances)
        return distances

    def manhattan(self, rows: Rows, columns: Rows) -> Floats:
        """Return Manhattan distances; ``measure_manhattan`` has run to its end."""
        assert self._manhattan is not None  # noqa: S101  # a metric that is not measured is never looked up
        distances: Floats = self._manhattan[np.ix_(rows, columns)]
        return distances

    def by_metric(self) -> dict[Metric, Distances]:
        """Return how to measure by each metric; the adapted one is fitted on the columns, MAX_FITTED at most."""

        def with_zero(metric: Metric, measure: Callable[[Rows, Rows], Floats]) -> Distances:
            return lambda rows, columns: (measure(rows, columns), ZEROS[metric])

        return {
            "cosine": with_zero("cosine", self.cosine),
            "euclidean": with_zero("euclidean", self.euclidean),
            "manhattan": with_zero("manhattan", self.manhattan),
            "adapted": lambda rows, columns: self.adapted(self.choose_fitted_rows(columns), rows, columns),
        }

    def choose_fitted_rows(self, rows: Rows) -> Rows:
        """Return those of some examples that the adapted metric is fitted on."""
        return rows[spread(self._test_set.classes[rows], MAX_FITTED)]

    def adapted(self, fitted: Rows, rows: Rows, columns: Rows) -> tuple[Floats, float]:
        """Return distances in the adapted metric as fitted on some of the examples, and its zero.

        This is the dual form: arrays that have d columns in ``server/knn/adapted.py`` have one for each example here.

        Args:
            fitted: Rows that it is fitted on.
            rows: From.
            columns: To.

        Returns:
            float64, (rows, columns), and the zero; both are the cosine's where the metric is the cosine.
        """
        everything, places = np.unique(np.concatenate([fitted, rows, columns]), return_inverse=True)
        fit, row, column = np.split(places, [len(fitted), len(fitted) + len(rows)])
        cosines = self._cosines(fitted, everything)
        classes = self._test_set.classes[fitted]
        products = adapted.centred_by_class(cosines, classes)  # of residuals with units
        if products is None:
            return self.cosine(rows, columns), ZEROS["cosine"]
        kernel = adapted.centred_by_class(products[:, fit].T, classes)
        assert kernel is not None  # noqa: S101  # the classes are the same as above
        square_sum = float(np.trace(kernel))
        if square_sum <= NO_VARIANCE * len(fitted):
            return self.cosine(rows, columns), ZEROS["cosine"]
        products -= products[:, fit].mean(axis=1, keepdims=True)
        projected = adapted.substitute(adapted.factorize(kernel, square_sum / self._embeddings.shape[1]), products)
        means = cosines.mean(axis=0)  # of the fitted units, with every unit
        mean = float(means[fit].mean())
        squares = 1 - 2 * means + mean - np.square(projected).sum(axis=0)
        inner = self._cosines(rows, columns) - means[row][:, None] - means[column] + mean
        inner -= projected[:, row].T @ projected[:, column]
        return adapted.distances(inner, squares[row][:, None], squares[column]), ZEROS["adapted"]

    # ---- inside

    def _cosines(self, rows: Rows, columns: Rows) -> Floats:
        cosines: Floats = self._products[np.ix_(rows, columns)] / self.norms[rows, None]
        cosines /= self.norms[columns]
        return cosines

    def _make_room(self, n: int, dimension: int) -> None:
        capacity = len(self._products)
        if self._count == 0 and self._embeddings.shape[1] != dimension:
            capacity = 0
        if n <= capacity:
            return
        # Unused rows take no memory: the system provides a page when it is first written to.
        capacity, count = max(FIRST_CAPACITY, 2 * n), self._count
        embeddings, products = np.empty((capacity, dimension)), np.empty((capacity, capacity))
        if count:
            embeddings[:count] = self._embeddings[:count]
            products[:count, :count] = self._products[:count, :count]
        self._embeddings, self._products = embeddings, products
