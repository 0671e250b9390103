"""The tested examples, and how far any two of them are apart.

One matrix of dot products in float64, which an example that comes extends by a row, gives every metric's distances
but Manhattan's, which has a matrix of its own. Knows neither votes nor figures. ``server/evaluation/evaluation.py``
owns one; its twins are ``web/src/evaluation/pairs.js`` and ``web/src/evaluation/cross-fitting.js``.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from server.contract.constants import COSINE_ZERO, NO_VARIANCE
from server.knn import adapted
from server.knn.distance import Floats, Rows

#: Rows that are worked out between two pauses.
CHUNK: Final = 128
FIRST_CAPACITY: Final = 64
#: Below this, relatively, a squared distance from dot products has lost too many digits.
CANCELLED: Final = 1e-6


class Pairs:
    """Examples in order of arrival, and their dot products.

    Attributes:
        ids: n ids.
        classes: Their class indices, int64, (n,).
        recordings: A number for each recording, int64, (n,).
        whole: Whether an example is left out with its whole recording, bool, (n,).
        norms: Their L2 norms, float64, (n,).
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.classes = np.empty(0, np.int64)
        self.recordings = np.empty(0, np.int64)
        self.whole = np.empty(0, bool)
        self.norms: Floats = np.empty(0)
        self._vectors: Floats = np.empty((0, 0))
        self._products: Floats = np.empty((0, 0))
        self._manhattan: Floats | None = None

    @property
    def count(self) -> int:
        """The number of examples."""
        return len(self.ids)

    # ---- changing

    def keep(self, rows: Rows) -> None:
        """Drop all examples but these, rows ascending."""
        n = len(rows)
        self._vectors[:n] = self._vectors[rows]
        self._products[:n, :n] = self._products[np.ix_(rows, rows)]
        if self._manhattan is not None:
            rows = rows[rows < len(self._manhattan)]
            self._manhattan = self._manhattan[np.ix_(rows, rows)]
        self.ids = [self.ids[row] for row in rows.tolist()]
        self.norms = self.norms[rows]

    def append(self, ids: list[str], vectors: NDArray[np.float32]) -> Iterator[float]:
        """Add examples, float32, (m, d), in steps; yields the share that is done."""
        start, n = self.count, self.count + len(ids)
        self._make_room(n, vectors.shape[1])
        self._vectors[start:n] = vectors
        self.ids = [*self.ids, *ids]
        for first in range(start, n, CHUNK):
            last = min(first + CHUNK, n)
            block = self._vectors[first:last] @ self._vectors[:last].T
            self._products[first:last, :last] = block
            self._products[:last, first:last] = block.T
            yield (last - start) / (n - start)
        self.norms = np.sqrt(np.diagonal(self._products[:n, :n]))

    def measure_manhattan(self) -> Iterator[float]:
        """Measure what Manhattan distances are missing, in steps; yields the share that is done."""
        n = self.count
        there = 0 if self._manhattan is None else len(self._manhattan)
        grown = np.zeros((n, n))
        if self._manhattan is not None:
            grown[:there, :there] = self._manhattan
        chunk = CHUNK // 4
        for first in range(there, n, chunk):
            last = min(first + chunk, n)
            block = cdist(self._vectors[first:last], self._vectors[:last], "cityblock")
            grown[first:last, :last] = block
            grown[:last, first:last] = block.T
            yield last / n
        self._manhattan = grown

    # ---- distances, float64, (rows, columns)

    def cosine(self, rows: Rows, columns: Rows) -> Floats:
        """Return cosine distances."""
        found: Floats = 1 - self._units(rows, columns)
        found[found < COSINE_ZERO] = 0
        return found

    def euclidean(self, rows: Rows, columns: Rows) -> Floats:
        """Return Euclidean distances."""
        squares = self.norms * self.norms
        sums = squares[rows, None] + squares[None, columns]
        found: Floats = sums - 2 * self._products[np.ix_(rows, columns)]
        cancelled = found < CANCELLED * sums
        for i in np.flatnonzero(cancelled.any(axis=1)).tolist():
            near = np.flatnonzero(cancelled[i])
            found[i, near] = np.square(self._vectors[columns[near]] - self._vectors[rows[i]]).sum(axis=1)
        np.sqrt(found, out=found)
        return found

    def manhattan(self, rows: Rows, columns: Rows) -> Floats:
        """Return Manhattan distances, which have been measured."""
        assert self._manhattan is not None  # noqa: S101  # what is not measured is not asked for
        found: Floats = self._manhattan[np.ix_(rows, columns)]
        return found

    def adapted(self, fitted: Rows, rows: Rows, columns: Rows) -> Floats:
        """Return distances in the adapted metric as fitted on some of the examples.

        In dual form: what is of size d in ``server/knn/adapted.py`` is of the size of the examples here.
        """
        everything, places = np.unique(np.concatenate([fitted, rows, columns]), return_inverse=True)
        fit, row, column = np.split(places, [len(fitted), len(fitted) + len(rows)])
        units = self._units(fitted, everything)
        classes = self.classes[fitted]
        products = adapted.centred_by_class(units, classes)  # of residuals with units
        if products is None:
            return self.cosine(rows, columns)
        kernel = adapted.centred_by_class(products[:, fit].T, classes)
        assert kernel is not None  # noqa: S101  # as above
        squares = float(np.trace(kernel))
        if squares <= NO_VARIANCE * len(fitted):
            return self.cosine(rows, columns)
        products -= products[:, fit].mean(axis=1, keepdims=True)
        projected = adapted.substitute(adapted.factor(kernel, squares / self._vectors.shape[1]), products)
        means = units.mean(axis=0)  # of the fitted units, with every unit
        mean = float(means[fit].mean())
        lengths = 1 - 2 * means + mean - np.square(projected).sum(axis=0)
        inner = self._units(rows, columns) - means[row][:, None] - means[column] + mean
        inner -= projected[:, row].T @ projected[:, column]
        return adapted.distances(inner, lengths[row][:, None], lengths[column])

    def excluded(self, rows: Rows, columns: Rows) -> NDArray[np.bool_]:
        """Say which columns are left out with which rows, bool, (rows, columns)."""
        same = self.recordings[rows, None] == self.recordings[None, columns]
        excluded: NDArray[np.bool_] = (same & self.whole[rows, None]) | (rows[:, None] == columns[None, :])
        return excluded

    # ---- inside

    def _units(self, rows: Rows, columns: Rows) -> Floats:
        """Return the cosines, float64, (rows, columns)."""
        cosines: Floats = self._products[np.ix_(rows, columns)] / self.norms[rows, None]
        cosines /= self.norms[columns]
        return cosines

    def _make_room(self, n: int, dimension: int) -> None:
        capacity = len(self._products)
        if self.count == 0 and self._vectors.shape[1] != dimension:
            capacity = 0
        if n <= capacity:
            return
        # What isn't used yet costs no memory: the system gives it when it is written to.
        capacity, count = max(FIRST_CAPACITY, 2 * n), self.count
        vectors, products = np.empty((capacity, dimension)), np.empty((capacity, capacity))
        if count:
            vectors[:count] = self._vectors[:count]
            products[:count, :count] = self._products[:count, :count]
        self._vectors, self._products = vectors, products
