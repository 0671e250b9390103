"""The classifier: scikit-learn's KNeighborsClassifier, learning one example at a time.

Imports neither Flask nor storage; rooms call it. What every method means is in ``contract/README.md``, and its twin is
``web/src/knn/knn.js``. A KNN has no lock: its room has one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypedDict

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from server.contract.constants import TIE
from server.contract.errors import ContractError
from server.knn.adaptation import Adaptation, Fitted
from server.knn.adapted_search import AdaptedSearch
from server.knn.checks import as_embedding, as_label
from server.knn.distance import Search, rank
from server.knn.examples import Dataset, Example, Examples, Item
from server.knn.options import check_k, check_settings

#: Finds rows and distances of what is, or ties with, one of the k nearest to a query; called with query and k.
Find = Callable[[int, int], tuple[NDArray[np.intp], NDArray[np.float64]]]
#: A row of zeros has no direction: with so small a norm it is at cosine distance 1 from everything, as in scikit-learn.
ZERO_ROW_NORM: Final = 1e-150


class Neighbour(TypedDict):
    """One of the k nearest examples."""

    id: str
    label: str
    distance: float


class Result(TypedDict):
    """What ``classify`` answers; ``distance`` is the nearest neighbour's, ``novelty`` its cosine distance."""

    label: str
    classIndex: int
    confidences: dict[str, float]
    neighbours: list[Neighbour]
    distance: float
    novelty: float
    isUnknown: bool
    k: int
    count: int


def vote(distances: NDArray[np.float64], weights: str) -> NDArray[np.float64]:
    """Return the neighbours' votes, float64, (..., k), of any sum: all equal, or 1 / distance.

    With weights "distance", neighbours at distance 0 (to TIE) are the only ones that vote, as in scikit-learn.
    """
    if weights == "uniform":
        return np.ones(distances.shape)
    zero = distances <= TIE
    return np.where(zero.any(axis=-1, keepdims=True), zero, 1 / np.where(zero, 1, distances))


class KNN(KNeighborsClassifier):  # type: ignore[misc]
    """K nearest neighbours over embeddings, learning one example at a time.

    It is a scikit-learn classifier (``fit``, ``partial_fit``, ``predict``, ``predict_proba``, ``kneighbors``,
    ``score``) and has the contract's methods. What those take per call (k, metric, weights) are the estimator's
    parameters. With the estimator's methods, labels may be of any type that scikit-learn takes; inside, they are text.

    Args:
        n_neighbors: k, at least 1; clamped to the number of examples.
        metric: "cosine", "euclidean", "manhattan" or "adapted".
        weights: "uniform", or "distance" for votes of 1 / distance.

    Attributes:
        classes_: The labels, sorted, (c,); columns of ``predict_proba``.
        n_features_in_: d.
    """

    # Parameters of scikit-learn's class that do not apply: there is one algorithm.
    algorithm = "brute"
    leaf_size = 30
    p = 2
    metric_params = None
    n_jobs = None

    def __init__(self, n_neighbors: int = 3, *, metric: str = "cosine", weights: str = "uniform") -> None:
        self.n_neighbors = n_neighbors
        self.metric = metric
        self.weights = weights

    # ---- the contract

    def add_example(self, embedding: object, label: str, id: str | None = None, group: str | None = None) -> str:
        """Append one example; the same id again changes nothing and succeeds.

        Args:
            embedding: float32, (d,), finite, not all zero.
            label: The example's class; a new label makes a new class.
            id: ResolvedSettings up if None.
            group: The recording that it belongs to.

        Returns:
            The example's id.

        Raises:
            ContractError: badEmbedding, dimension, notFinite, zeroVector,
                badLabel, emptyLabel, longLabel, badId, badGroup.
        """
        return self._examples.add(embedding, label, id, group)

    def add_label(self, label: str) -> None:
        """Add a class without examples. Raises ContractError for a bad label."""
        self._examples.add_label(label)

    def remove_example(self, id: str) -> str:
        """Remove one example and return its label. Raises ContractError noSuchExample."""
        return self._examples.remove(id)

    def clear_label(self, label: str) -> list[str]:
        """Remove a class with its examples and return their ids. Raises ContractError noSuchLabel."""
        return self._examples.clear_label(label)

    def clear_all_labels(self) -> None:
        """Remove everything; the next example may have another dimension."""
        self._held = Examples()
        self._adapts = Adaptation(self._held)

    def rename_label(self, old: str, new: str) -> None:
        """Rename a class; onto an existing label, the two merge.

        Raises:
            ContractError: noSuchLabel; badLabel, emptyLabel or longLabel.
        """
        self._examples.rename_label(old, new)

    def order_labels(self, labels: list[str]) -> None:
        """Put the classes into this order; those not named follow in the order they had."""
        self._examples.order_labels(labels)

    @property
    def count(self) -> int:
        """The number of examples."""
        return self._examples.count

    @property
    def num_labels(self) -> int:
        """The number of classes."""
        return len(self._examples.labels)

    @property
    def dimension(self) -> int | None:
        """The length of an embedding; None before the first."""
        return self._examples.dimension

    def labels(self) -> list[str]:
        """Return the labels in class order."""
        return self._examples.labels

    def count_by_label(self) -> dict[str, int]:
        """Return the number of examples a class, in class order."""
        return self._examples.count_by_label

    def has(self, id: str) -> bool:
        """Say whether there is an example with this id."""
        return self._examples.has(id)

    def example(self, id: str) -> Example:
        """Return one example. Raises ContractError noSuchExample."""
        return self._examples.example(id)

    def examples(self) -> Iterator[Example]:
        """Yield the examples in order of arrival."""
        return iter(self._examples)

    def listed(self) -> list[Item]:
        """Return the examples in order of arrival, without their embeddings."""
        return self._examples.listed()

    def to_dataset(self) -> Dataset:
        """Return everything it knows: vectors, labels, ids, groups and class order."""
        return self._examples.to_dataset()

    @classmethod
    def from_dataset(cls, dataset: Mapping[str, Any]) -> "KNN":
        """Build a classifier from what ``to_dataset`` returned. Raises ContractError badDataset."""
        made = cls()
        made._held = Examples.from_dataset(dataset)
        return made

    def adapt(self, fitted: Fitted | None) -> None:
        """Answer for "adapted" with a metric that was fitted elsewhere, through later changes, until the next.

        Args:
            fitted: None goes back to fitting by itself.

        Raises:
            ContractError: dimension.
        """
        self._adaptation.install(fitted)

    @property
    def unadapted(self) -> int | None:
        """How many examples came since the installed metric was fitted; None where none is installed."""
        return self._adaptation.missing

    def classify(
        self,
        embedding: object,
        k: int = 3,
        metric: str = "cosine",
        weights: str = "uniform",
        unknown_distance: float | None = None,
    ) -> Result:
        """Say which class an embedding belongs to, and why.

        Args:
            embedding: float32, (d,), finite, not all zero.
            k: How many neighbours vote, at least 1; clamped to the number of examples.
            metric: "cosine", "euclidean", "manhattan", or "adapted", which is fitted to the examples when it is first
                asked for after a change, unless ``adapt`` installed one.
            weights: "uniform" or "distance".
            unknown_distance: Cosine distance to the nearest example beyond which the answer is unknown; None for never.

        Returns:
            The winner, every class's share, and the neighbours, nearest first.

        Raises:
            ContractError: For a bad argument, or noExamples.
        """
        return self.classify_batch([embedding], k, metric, weights, unknown_distance)[0]

    def classify_batch(
        self,
        embeddings: Any,
        k: int = 3,
        metric: str = "cosine",
        weights: str = "uniform",
        unknown_distance: float | None = None,
    ) -> list[Result]:
        """Classify m embeddings with one matrix product.

        Args:
            embeddings: float32, (m, d), or a sequence of (d,).
            k: See ``classify``; so are the others.
            metric: See ``classify``.
            weights: See ``classify``.
            unknown_distance: See ``classify``.

        Returns:
            m results, in the order of the embeddings.

        Raises:
            ContractError: For a bad argument, or noExamples.
        """
        check_settings(k, metric, weights, unknown_distance)
        examples = self._examples
        checked = [as_embedding(embedding, examples.dimension) for embedding in embeddings]
        if not examples.count:
            raise ContractError("noExamples")
        if not checked:
            return []
        k = min(int(k), examples.count)
        queries, norms = np.stack([vector for vector, _ in checked]), np.array([norm for _, norm in checked])
        search, find = self._search(queries, norms, metric)
        return [self._result(search, find, i, k, metric, weights, unknown_distance) for i in range(len(checked))]

    def _result(
        self, search: Search, find: Find, query: int, k: int, metric: str, weights: str, unknown_distance: float | None
    ) -> Result:
        examples = self._examples
        rows, distances, classes = self._neighbours(find, query, k)
        novelty = distances[0] if metric == "cosine" else search.nearest(query, 1, "cosine")[1].min()
        labels = examples.labels
        votes = np.bincount(classes, vote(distances, weights), minlength=len(labels))
        shares = votes / votes.sum()
        # Equal shares go to the class whose member is nearest: the first neighbour of a class with the largest share.
        winner = int(next(index for index in classes if shares[index] >= shares.max() - TIE))
        ids = examples.ids
        return {
            "label": labels[winner],
            "classIndex": winner,
            "confidences": dict(zip(labels, shares.tolist(), strict=True)),
            "neighbours": [
                {"id": ids[row], "label": labels[index], "distance": distance}
                for row, index, distance in zip(rows.tolist(), classes.tolist(), distances.tolist(), strict=True)
            ],
            "distance": float(distances[0]),
            "novelty": float(novelty),
            "isUnknown": unknown_distance is not None and float(novelty) > unknown_distance + TIE,
            "k": k,
            "count": examples.count,
        }

    # ---- the estimator

    def fit(self, X: Any, y: Any) -> "KNN":
        """Forget everything and learn n examples.

        Args:
            X: float, (n, d), finite, no zero row; kept as float32.
            y: n labels, of one type.

        Returns:
            self.
        """
        return self._learn(X, y, reset=True)

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> "KNN":
        """Learn n more examples; see ``fit``.

        Args:
            X: float, (n, d).
            y: n labels.
            classes: All labels that will ever come; not needed, and taken for scikit-learn's sake.

        Returns:
            self.
        """
        return self._learn(X, y, reset=not self.count)

    def kneighbors(self, X: Any = None, n_neighbors: int | None = None, return_distance: bool = True) -> Any:
        """Find the k nearest examples.

        Args:
            X: float, (m, d); None for the examples themselves, of which none is its own neighbour.
            n_neighbors: k; None for the estimator's.
            return_distance: Whether to return distances too.

        Returns:
            Distances, float64, (m, k), nearest first, and rows, int, (m, k); or the rows alone.
        """
        check_is_fitted(self)
        k = check_k(self.n_neighbors if n_neighbors is None else n_neighbors)
        check_settings(k, self.metric, self.weights, None)
        examples = self._examples
        if X is None:
            queries, norms = examples.matrix, examples.norms
        else:
            queries, norms = _measured(validate_data(self, X, dtype=np.float64, reset=False))
        k = min(k, self.count - (X is None))
        if not k:
            raise ContractError("noExamples")
        _, find = self._search(queries, norms, self.metric)
        distances, rows = np.empty((len(queries), k)), np.empty((len(queries), k), np.int64)
        for i in range(len(queries)):
            found, measured, _ = self._neighbours(find, i, min(k + (X is None), self.count))
            if X is None:
                others = found != i
                # Of many duplicates, itself need not be among the k + 1 first.
                found, measured = found[others][:k], measured[others][:k]
            rows[i], distances[i] = found[:k], measured[:k]
        return (distances, rows) if return_distance else rows

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return every class's share, float64, (m, c), columns in the order of ``classes_``; rows add up to 1."""
        distances, rows = self.kneighbors(X)
        classes = self.classes_
        in_class_order = np.searchsorted(classes, [self._originals.get(label, label) for label in self.labels()])
        columns = in_class_order[self._examples.class_indices(rows)]
        votes = np.zeros((len(rows), len(classes)))
        np.add.at(votes, (np.arange(len(rows))[:, None], columns), vote(distances, self.weights))
        shares: NDArray[np.float64] = votes / votes.sum(axis=1, keepdims=True)
        return shares

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the labels, (m,); equal shares go to the first in ``classes_``, as scikit-learn has it."""
        predicted: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return predicted

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, sorted, (c,), of the type that they were given as."""
        check_is_fitted(self)
        classes: NDArray[Any] = np.unique([self._originals.get(label, label) for label in self.labels()])
        return classes

    @property
    def n_samples_fit_(self) -> int:
        """The number of examples, by scikit-learn's name."""
        return self.count

    def __sklearn_is_fitted__(self) -> bool:
        return self.count > 0

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        tags.classifier_tags.multi_label = False
        tags.target_tags.multi_output = False
        return tags

    # ---- inside

    # Neither is made in __init__: scikit-learn wants nothing but parameters there.

    @property
    def _examples(self) -> Examples:
        if not hasattr(self, "_held"):
            self._held = Examples()
        return self._held

    @property
    def _adaptation(self) -> Adaptation:
        if not hasattr(self, "_adapts"):
            self._adapts = Adaptation(self._examples)
        return self._adapts

    @property
    def _originals(self) -> dict[str, Any]:
        """The labels of ``fit`` as they were given, by their text."""
        if not hasattr(self, "_given"):
            self._given: dict[str, Any] = {}
        return self._given

    def _search(self, queries: NDArray[np.float32], norms: NDArray[np.float64], metric: str) -> tuple[Search, Find]:
        examples = self._examples
        search = Search(examples.matrix, examples.norms, examples.scales, queries, norms)
        fitted = self._adaptation.metric if metric == "adapted" else None
        if fitted:
            columns = (examples.matrix, examples.norms, examples.scales, examples.squares)
            return search, AdaptedSearch(*columns, fitted, queries, norms).nearest
        plain = "cosine" if metric == "adapted" else metric
        return search, lambda query, k: search.nearest(query, k, plain)

    def _neighbours(
        self, find: Find, query: int, k: int
    ) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.int64]]:
        """Return rows, distances and class indices of the k nearest, each (k,), nearest first."""
        rows, distances = find(query, k)
        classes = self._examples.class_indices(rows)
        order = rank(distances, classes, k)
        return rows[order], distances[order], classes[order]

    def _learn(self, X: Any, y: Any, *, reset: bool) -> "KNN":
        check_settings(self.n_neighbors, self.metric, self.weights, None)
        X, y = validate_data(self, X, y, dtype=np.float64, reset=reset)
        check_classification_targets(y)
        vectors, norms = _measured(X)
        originals = {as_label(str(label)): label for label in y}
        if reset:
            self.clear_all_labels()
            self._originals.clear()
        self._originals.update(originals)
        for vector, norm, label in zip(vectors, norms.tolist(), y, strict=True):
            self._examples.append(vector, norm, str(label))
        return self


def _measured(X: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return rows as float32 and their norms; unlike the contract's methods, scikit-learn's take rows of zeros."""
    with np.errstate(over="ignore"):  # what does not fit is infinite, and refused here
        vectors = X.astype(np.float32)
    if not np.isfinite(vectors).all():
        raise ContractError("notFinite", came=int(np.flatnonzero(~np.isfinite(vectors).all(axis=0))[0]))
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
    return vectors, np.maximum(norms, ZERO_ROW_NORM)
