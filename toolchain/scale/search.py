"""The nearest among very many examples, with faiss: exactly, or among the nearest of some cells (IVF).

faiss only finds candidates, by float32. What could be among the nearest within the error of that is measured again in
float64, as ``server/knn/search.py`` does: distances, ties and order are the classifier's.
"""

import warnings
from importlib import import_module
from typing import Any, Final, Literal

import click
import numpy as np
from numpy.typing import NDArray

from server.contract.constants import COSINE_ZERO, Metric
from server.knn.arrays import ClassIndices, Embeddings, Floats, Rows
from server.knn.distance import measure_rows, rank, reach_of_tie
from server.knn.search import LARGEST_NORM, SMALLEST_NORM, Search
from toolchain.errors import ToolchainError
from toolchain.output import percent

IndexKind = Literal["exact", "ivf"]

#: Above so many examples faiss searches; NumPy up to there.
FAISS_FROM: Final = 50_000
#: Candidates beside the k that are asked for, so that a second search is rarely needed.
_SPARE: Final = 16
_GROWTH: Final = 4
#: Rows that are scaled to norm 1 at a time: one copy of the examples is in the index, and no third anywhere.
_BLOCK: Final = 4096
#: Cells for each root of the number of examples; the share of them that is searched; examples a cell to find them by.
_CELLS: Final = 4
_SEARCHED: Final = 1 / 16
_TRAINED: Final = 40
#: Recall is measured by so many examples: how many of the ten nearest to each are found.
_SAMPLE: Final = 200
_TEN: Final = 10


class ExampleIndex:
    """Examples that faiss searches by cosine.

    Args:
        examples: float32, (n, d), finite, no zero row.
        norms: Their L2 norms, float64, (n,); None to compute them.
        kind: "exact", or "ivf": only the examples of the nearest cells, which is many times as fast and misses some.

    Attributes:
        recall: Which share of the ten nearest is found, measured on a sample; 1 where it is exact.

    Raises:
        ToolchainError: faiss is missing.
    """

    def __init__(self, examples: Embeddings, norms: Floats | None = None, kind: IndexKind = "exact") -> None:
        faiss = _faiss()
        n, dimension = examples.shape
        self.examples = examples
        self.norms = np.linalg.norm(examples.astype(np.float64), axis=1) if norms is None else norms
        self.kind: IndexKind = kind
        self.is_exact = kind == "exact"
        self._index: Any = faiss.IndexFlatIP(dimension)
        if kind == "ivf":
            cells = max(1, min(round(_CELLS * n**0.5), n // _TRAINED))
            self._index = faiss.IndexIVFFlat(self._index, dimension, cells, faiss.METRIC_INNER_PRODUCT)
            self._index.cp.spherical = True
            rows = np.unique(np.linspace(0, n - 1, min(n, cells * _TRAINED)).astype(np.intp))
            self._index.train(self._units(rows))
            self._index.nprobe = max(1, round(cells * _SEARCHED))
        for start in range(0, n, _BLOCK):
            self._index.add(self._units(np.arange(start, min(start + _BLOCK, n))))
        self.recall = 1.0 if kind == "exact" else self._measured_recall()

    def find(self, units: Embeddings, count: int) -> tuple[NDArray[np.float32], Rows]:
        """Return the inner products and the rows of the ``count`` nearest, both (m, count); row -1 where there is none.

        Args:
            units: float32, (m, d), of norm 1.
            count: At least 1.
        """
        products, rows = self._index.search(np.ascontiguousarray(units, np.float32), min(count, len(self.norms)))
        return products, rows.astype(np.intp, copy=False)

    def search(self, queries: Embeddings, query_norms: Floats | None = None) -> "IndexedSearch":
        """Return a search for queries, float32, (m, d), no zero row, with their L2 norms, float64, (m,)."""
        if query_norms is None:
            query_norms = np.linalg.norm(queries.astype(np.float64), axis=1)
        return IndexedSearch(self, queries, query_norms)

    def _units(self, rows: Rows) -> Embeddings:
        units: Embeddings = (self.examples[rows] / self.norms[rows, None]).astype(np.float32)
        return units

    def _measured_recall(self) -> float:
        n = len(self.norms)
        rows = np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(np.intp))
        count = min(_TEN + 1, n)
        _, found = nearest_of(self.search(self.examples[rows], self.norms[rows]), len(rows), count)
        _, exact = nearest_of(
            _plain(self.examples, self.norms, self.examples[rows], self.norms[rows]), len(rows), count
        )
        # By distance, not by row: of those that are equally near, any will do. Each finds itself, which is no merit.
        reach = reach_of_tie(exact[:, -1:], COSINE_ZERO)
        return float(np.mean(found[:, 1:] <= reach))


class IndexedSearch(Search):
    """A search for a batch of embeddings whose candidates by cosine come from an index. See ``Search``."""

    def __init__(self, index: ExampleIndex, queries: Embeddings, query_norms: Floats) -> None:
        super().__init__(index.examples, index.norms, _scales(index.norms), queries, query_norms)
        self._index = index
        self._units = (queries / query_norms[:, None]).astype(np.float32)
        self._batch: tuple[NDArray[np.float32], Rows] | None = None

    def nearest_elsewhere(self, index: int, is_elsewhere: NDArray[np.bool_]) -> float:
        """Return the cosine distance from one embedding to the nearest of some examples; see ``Search``."""
        n, count = len(self._norms), 1 + _SPARE
        while True:
            products, rows = self._found(index, count)
            places = np.flatnonzero(is_elsewhere[rows])
            # The nearest is among those that were found if all that could be nearer than the first were.
            if len(places) and products[-1] < products[places[0]] - 2 * self._slack:
                break
            if count >= n:
                break
            count = min(n, count * _GROWTH)
        if not len(places):  # only cells without any were searched
            return super().nearest_elsewhere(index, is_elsewhere)
        embedding, norm = self._embeddings[index], float(self._embedding_norms[index])
        rows = np.sort(rows[places])
        return float(measure_rows(self._matrix, self._norms, rows, embedding, norm, "cosine").min())

    def _candidates(self, index: int, k: int, metric: Metric) -> Rows:
        if metric != "cosine":
            return super()._candidates(index, k, metric)
        n, count = len(self._norms), k + _SPARE
        while True:
            products, rows = self._found(index, count)
            if len(rows) < k:  # the cells that were searched have too few
                return super()._candidates(index, k, metric)
            reach = reach_of_tie(1 - float(products[k - 1]) + self._slack, COSINE_ZERO) + self._slack
            is_near = 1 - products.astype(np.float64) <= reach
            if not is_near[-1] or len(rows) < count or count >= n:
                return np.sort(rows[is_near])
            count = min(n, count * _GROWTH)

    def _found(self, index: int, count: int) -> tuple[NDArray[np.float32], Rows]:
        """Return products and rows of the nearest to one embedding: a batch asks together, the first time."""
        if self._batch is None:
            self._batch = self._index.find(self._units, count)
        products, rows = self._batch[0][index], self._batch[1][index]
        if len(rows) < min(count, len(self._norms)):
            more = self._index.find(self._units[index : index + 1], count)
            products, rows = more[0][0], more[1][0]
        is_there = rows >= 0
        return products[is_there], rows[is_there]


def nearest(
    examples: Embeddings,
    queries: Embeddings,
    k: int,
    *,
    index: IndexKind = "exact",
    class_indices: ClassIndices | None = None,
) -> tuple[Rows, Floats]:
    """Return the k nearest examples of each query by cosine: with faiss above ``FAISS_FROM`` examples, if it is there.

    Args:
        examples: float32, (n, d), finite, no zero row.
        queries: float32, (m, d), likewise.
        k: 1 <= k <= n.
        index: "exact"; or "ivf", whose recall is told on the standard error. It counts only where faiss searches.
        class_indices: Of the examples, int64, (n,): equal distances come by class, then by arrival; None for arrival.

    Returns:
        Rows, intp, (m, k), nearest first, and distances, float64, (m, k).

    Example:
        >>> examples = np.array([[3, 0], [0, 1], [1, 1]], np.float32)
        >>> rows, distances = nearest(examples, np.array([[2, 0]], np.float32), 2)
        >>> rows.tolist(), distances.round(3).tolist()
        ([[0, 2]], [[0.0, 0.293]])
    """
    found = index_of(examples, index)
    if found is not None:
        return nearest_of(found.search(queries), len(queries), k, class_indices)
    norms = np.linalg.norm(examples.astype(np.float64), axis=1)
    query_norms = np.linalg.norm(queries.astype(np.float64), axis=1)
    return nearest_of(_plain(examples, norms, queries, query_norms), len(queries), k, class_indices)


def nearest_of(search: Search, m: int, k: int, class_indices: ClassIndices | None = None) -> tuple[Rows, Floats]:
    """Return the k nearest of a search for m queries by cosine, in the classifier's order; see ``nearest``."""
    rows, distances = np.empty((m, k), np.intp), np.empty((m, k))
    for row in range(m):
        found, measured = search.nearest(row, k, "cosine")
        classes = np.zeros(len(found), np.int64) if class_indices is None else class_indices[found]
        order = rank(measured, classes, k, COSINE_ZERO)
        rows[row], distances[row] = found[order], measured[order]
    return rows, distances


_told: set[str] = set()


def index_of(examples: Embeddings, kind: IndexKind = "exact", norms: Floats | None = None) -> ExampleIndex | None:
    """Return an index of examples; None where NumPy searches: there are few, or faiss is missing, which is told once.

    Raises:
        ToolchainError: faiss is missing, and an approximate search was asked for.
    """
    if len(examples) <= FAISS_FROM:
        return None
    try:
        made = ExampleIndex(examples, norms, kind)
    except ToolchainError as error:
        if kind != "exact":
            raise
        _tell_once(f"{error.message}\nNumPy searches the {len(examples):,} examples meanwhile.")
        return None
    if not made.is_exact:
        _tell_once(
            f"The search finds {percent(made.recall)} of the ten nearest among {len(examples):,} examples (IVF)."
        )
    return made


def _tell_once(message: str) -> None:
    if message not in _told:
        _told.add(message)
        click.echo(message, err=True)


def _plain(examples: Embeddings, norms: Floats, queries: Embeddings, query_norms: Floats) -> Search:
    return Search(examples, norms, _scales(norms), queries, query_norms)


def _scales(norms: Floats) -> NDArray[np.float32]:
    # As ``server.knn.search.scale``, of all at once.
    is_safe = (norms >= SMALLEST_NORM) & (norms <= LARGEST_NORM)
    return np.where(is_safe, 1 / norms, np.nan).astype(np.float32)


def _faiss() -> Any:
    try:
        with warnings.catch_warnings():
            # Of the types that SWIG makes; from Python 3.12 on.
            warnings.simplefilter("ignore", DeprecationWarning)
            return import_module("faiss")
    except ImportError as error:
        raise ToolchainError(
            f"Among more than {FAISS_FROM:,} examples faiss searches; the package faiss-cpu is not installed.",
            "Install it: scripts/install.sh .venv scale",
        ) from error
