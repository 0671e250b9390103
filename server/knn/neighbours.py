"""The k nearest examples of each of some embeddings, in the contract's order, by any metric.

Chooses the search for a metric and ranks what it finds. ``server/knn/knn.py`` and ``server/knn/estimator.py`` use it;
in JavaScript, ``knn.js`` and ``votes.js`` in ``web/src/knn`` do this.
"""

from typing import NamedTuple

from server.contract.constants import Metric
from server.knn.adaptation import Adaptation
from server.knn.adapted_search import AdaptedSearch
from server.knn.arrays import ClassIndices, Embeddings, Floats, Rows
from server.knn.centre import Centre
from server.knn.certainty import Nearness
from server.knn.distance import ZEROS, rank
from server.knn.examples import Examples
from server.knn.search import Search


class Neighbours(NamedTuple):
    """The k nearest examples of one embedding, nearest first.

    Attributes:
        rows: Their rows, intp, (k,).
        distances: float64, (k,).
        class_indices: Their classes, int64, (k,).
        smallest: The smallest distance: of those that count as equally near, the nearest need not come first.
    """

    rows: Rows
    distances: Floats
    class_indices: ClassIndices
    smallest: float


class Nearest(NamedTuple):
    """The first of the neighbours by cosine: its row, and its cosine distance."""

    row: int
    distance: float


class NeighbourSearch:
    """One search over all examples for a batch of embeddings.

    Args:
        examples: At least one.
        adaptation: Their adapted metric; fitted now if the metric is "adapted" and it is not fitted yet.
        embeddings: What is asked about, float32, (m, d), finite, no zero row.
        norms: The L2 norms of ``embeddings``, float64, (m,).
        metric: "cosine", "euclidean", "manhattan" or "adapted".

    Example:
        >>> import numpy as np
        >>> examples = Examples()
        >>> for embedding, label in (([1, 0], "cat"), ([0, 1], "dog")):
        ...     _ = examples.add(embedding, label)
        >>> embeddings = np.array([[3, 0]], np.float32)
        >>> search = NeighbourSearch(examples, Adaptation(examples), embeddings, np.array([3.0]), "euclidean")
        >>> neighbours = search.nearest(0, 1)
        >>> neighbours.rows.tolist(), neighbours.distances.tolist(), search.nearness(0, neighbours, with_second=True)
        ([0], [2.0], Nearness(novelty=0.0, second=1.0, distance=2.0, centred=None))
    """

    def __init__(
        self, examples: Examples, adaptation: Adaptation, embeddings: Embeddings, norms: Floats, metric: Metric
    ) -> None:
        self._examples = examples
        self._metric = metric
        self._embeddings, self._norms = embeddings, norms
        self._search = Search(examples.matrix, examples.norms, examples.scales, embeddings, norms)
        adapted_metric = adaptation.metric if metric == "adapted" else None
        self._adapted_search: AdaptedSearch | None = None
        if adapted_metric:
            columns = (examples.matrix, examples.norms, examples.scales, examples.squares)
            self._adapted_search = AdaptedSearch(*columns, adapted_metric, embeddings, norms)

    def nearest(self, index: int, k: int) -> Neighbours:
        """Return the k nearest examples of one embedding.

        Args:
            index: Which of the embeddings, from 0.
            k: 1 <= k <= n.
        """
        metric = "cosine" if self._metric == "adapted" else self._metric
        if self._adapted_search:
            metric = "adapted"
            rows, distances = self._adapted_search.nearest(index, k)
        else:
            # Where the adapted metric can't be fitted, it is the cosine.
            rows, distances = self._search.nearest(index, k, metric)
        class_indices = self._examples.class_indices(rows)
        order = rank(distances, class_indices, k, ZEROS[metric])
        return Neighbours(rows[order], distances[order], class_indices[order], float(distances.min()))

    def nearness(self, index: int, neighbours: Neighbours, with_second: bool, centre: Centre | None = None) -> Nearness:
        """Return how near the examples are to one embedding.

        Args:
            index: Which of the embeddings, from 0.
            neighbours: What ``nearest`` returned for it.
            with_second: Whether the second recording is needed; otherwise the novelty stands in for it.
            centre: The limit's; None where the centred distance is not needed.
        """
        distance = float(neighbours.distances[0])
        if self._metric == "cosine":
            # Of those that count as equally near, the nearest need not come first.
            row, novelty = int(neighbours.rows[0]), neighbours.smallest
            first = Nearest(row, distance)
        else:
            rows, distances = self._search.nearest(index, 1, "cosine")
            place = int(distances.argmin())
            row, novelty = int(rows[place]), float(distances[place])
            place = int(rank(distances, self._examples.class_indices(rows), 1, ZEROS["cosine"])[0])
            first = Nearest(int(rows[place]), float(distances[place]))
        second = novelty
        if with_second:
            recordings = self._examples.recordings
            is_elsewhere = recordings != recordings[row]
            if is_elsewhere.any():
                second = self._search.nearest_elsewhere(index, is_elsewhere)
        centred = None if centre is None else self._centred(index, first, centre)
        return Nearness(novelty, max(novelty, second), distance, centred)

    def _centred(self, index: int, nearest: Nearest, centre: Centre) -> float:
        """Return the distance from the centre to the nearest example by cosine."""
        example = self._examples.matrix[nearest.row]
        asked = centre.share(self._embeddings[index], float(self._norms[index]))
        # A row of zeros, which `fit` accepts, has no direction.
        if nearest.distance == 1 and not example.any():
            return 1.0
        return centre.distance(nearest.distance, asked, centre.share(example, float(self._examples.norms[nearest.row])))
