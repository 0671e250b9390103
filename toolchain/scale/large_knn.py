"""The classifier for very many examples: the same answers, found by faiss where there are more than it pays for.

``toolchain.models.trained`` answers by it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from server.contract.constants import Metric
from server.knn.adaptation import Adaptation
from server.knn.arrays import Embeddings, Floats
from server.knn.certainty import UnknownLimit, unknown_distance_of
from server.knn.checks import as_batch, as_embedding
from server.knn.examples import Examples
from server.knn.knn import KNN
from server.knn.neighbours import NeighbourSearch
from server.knn.options import check_settings
from server.knn.result import Result
from server.knn.votes import count_votes
from toolchain.scale.search import FAISS_FROM, ExampleIndex, IndexKind, index_of


class LargeKNN(KNN):
    """A classifier that searches more than ``FAISS_FROM`` examples by an index; up to there it is a ``KNN``.

    What is by cosine (neighbours, the distance to the nearest example, the nearest other recording) comes from the
    index; other metrics go through all examples as ever.

    Attributes:
        index_kind: "exact", or "ivf", which misses some neighbours.
    """

    index_kind: IndexKind = "exact"
    _indexed: tuple[int, IndexKind, ExampleIndex | None] | None = None

    def classify_batch(
        self,
        embeddings: Any,
        k: int = 3,
        metric: Metric = "cosine",
        weights: str = "uniform",
        unknown_distance: float | UnknownLimit | Mapping[str, Any] | None = None,
    ) -> list[Result]:
        """Classify m embeddings; see ``KNN.classify_batch``."""
        index = self._index()
        if index is None:
            return super().classify_batch(embeddings, k, metric, weights, unknown_distance)
        if isinstance(unknown_distance, Mapping):
            unknown_distance = UnknownLimit.from_dict(unknown_distance)
        check_settings(k, metric, weights, unknown_distance)
        examples = self._examples
        checked = [as_embedding(embedding, examples.dimension) for embedding in as_batch(embeddings)]
        if not checked:
            return []
        k = min(int(k), examples.count)
        matrix, norms = np.stack([embedding for embedding, _ in checked]), np.array([norm for _, norm in checked])
        search = _IndexedNeighbours(examples, self._adaptation, matrix, norms, metric, index)
        limit_given = unknown_distance if isinstance(unknown_distance, UnknownLimit) else None
        with_second = limit_given is not None and limit_given.exponent > 0
        centre = limit_given and limit_given.centre
        results = []
        for row in range(len(checked)):
            neighbours = search.nearest(row, k)
            nearness = search.nearness(row, neighbours, with_second, centre)
            limit = unknown_distance_of(unknown_distance, metric, nearness)
            results.append(count_votes(examples, neighbours, nearness.novelty, weights, limit))
        return results

    def kneighbors(
        self,
        X: Any = None,  # noqa: N803 scikit-learn's name
        n_neighbors: int | None = None,
        return_distance: bool = True,
    ) -> Any:
        """Find the k nearest examples; see ``KNN.kneighbors``."""
        index = self._index() if X is not None else None
        if index is None or self.metric != "cosine":
            return super().kneighbors(X, n_neighbors, return_distance)
        k = min(self.n_neighbors if n_neighbors is None else n_neighbors, self.count)
        check_settings(k, self.metric, self.weights, None)
        checked = [as_embedding(embedding, self.dimension) for embedding in as_batch(X)]
        distances, rows = np.empty((len(checked), k)), np.empty((len(checked), k), np.int64)
        if checked:
            matrix, norms = np.stack([each for each, _ in checked]), np.array([norm for _, norm in checked])
            search = _IndexedNeighbours(self._examples, self._adaptation, matrix, norms, "cosine", index)
            for row in range(len(checked)):
                found = search.nearest(row, k)
                rows[row], distances[row] = found.rows, found.distances
        return (distances, rows) if return_distance else rows

    def _index(self) -> ExampleIndex | None:
        examples = self._examples
        if examples.count <= FAISS_FROM:
            return None
        if self._indexed is None or self._indexed[:2] != (examples.changes, self.index_kind):
            made = index_of(examples.matrix, self.index_kind, examples.norms)
            self._indexed = (examples.changes, self.index_kind, made)
        return self._indexed[2]


class _IndexedNeighbours(NeighbourSearch):
    """A search whose cosine comes from an index; see ``NeighbourSearch``."""

    def __init__(
        self,
        examples: Examples,
        adaptation: Adaptation,
        embeddings: Embeddings,
        norms: Floats,
        metric: Metric,
        index: ExampleIndex,
    ) -> None:
        super().__init__(examples, adaptation, embeddings, norms, metric)
        self._search = index.search(embeddings, norms)
