"""The classifier as scikit-learn sees it: fit, partial_fit, kneighbors, predict_proba and predict.

``server/knn/knn.py`` adds the contract's methods; nothing else uses this class. JavaScript has no twin of it.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from server.contract.constants import Metric
from server.contract.errors import ContractError
from server.knn.adaptation import Adaptation
from server.knn.arrays import Embeddings, Floats
from server.knn.checks import ZERO_ROW_NORM, as_label
from server.knn.examples import Examples
from server.knn.neighbours import NeighbourSearch
from server.knn.options import check_k, check_settings
from server.knn.votes import vote

Learner = TypeVar("Learner", bound="Estimator")


class FeatureCountError(ContractError):
    """The contract's error "dimension" in scikit-learn's words, which its checks look for.

    Args:
        name: The name of the estimator.
        came: The number of columns of X.
        expected: d.

    Example:
        >>> error = FeatureCountError("KNN", 1, 3)
        >>> error.code, str(error)
        ('dimension', 'X has 1 features, but KNN is expecting 3 features as input.')
    """

    def __init__(self, name: str, came: int, expected: int) -> None:
        super().__init__("dimension", came=came, expected=expected)
        self._words = f"X has {came} features, but {name} is expecting {expected} features as input."

    def __str__(self) -> str:
        return self._words


class Estimator(KNeighborsClassifier):  # type: ignore[misc]
    """scikit-learn's nearest-neighbour classifier over examples that can change one at a time.

    Labels may be of any type that scikit-learn takes; inside they are text. What does not depend on how neighbours are
    found (``score``, ``kneighbors_graph``, ``get_params``) is inherited.

    Args:
        n_neighbors: k, at least 1; clamped to the number of examples.
        metric: "cosine", "euclidean", "manhattan" or "adapted".
        weights: "uniform", or "distance" for votes of 1 / distance.

    Attributes:
        classes_: The labels, sorted, (c,); columns of ``predict_proba``.
        n_features_in_: d; missing before the first example.
    """

    # Parameters of scikit-learn's class that do not apply: there is one algorithm.
    algorithm = "brute"
    leaf_size = 30
    p = 2
    metric_params = None
    n_jobs = None

    def __init__(self, n_neighbors: int = 3, *, metric: Metric = "cosine", weights: str = "uniform") -> None:
        self.n_neighbors = n_neighbors
        self.metric = metric
        self.weights = weights

    def fit(self: Learner, X: Any, y: Any) -> Learner:
        """Forget everything and learn n examples.

        Args:
            X: float, (n, d), finite; kept as float32.
            y: n labels, of one type.

        Returns:
            self.

        Raises:
            ContractError: badK, unknownMetric or unknownWeights for a bad parameter; notFinite; a bad label. Then
                nothing has changed.

        Example:
            >>> from server.knn import KNN
            >>> KNN(1).fit([[1.0, 0.0], [0.0, 1.0]], [7, 8]).predict([[2.0, 1.0]]).tolist()
            [7]
        """
        return self._learn(X, y, forget=True)

    def partial_fit(self: Learner, X: Any, y: Any, classes: Any = None) -> Learner:
        """Learn n more examples, of the dimension of those that are there; see ``fit``.

        Args:
            X: float, (n, d), finite.
            y: n labels.
            classes: All labels that will ever come; not needed, and accepted because scikit-learn passes it.

        Returns:
            self.

        Raises:
            ContractError: dimension, or what ``fit`` raises. Then nothing has changed.

        Example:
            >>> from server.knn import KNN
            >>> KNN().fit([[1.0, 0.0]], ["cat"]).partial_fit([[0.0, 1.0]], ["dog"]).classes_.tolist()
            ['cat', 'dog']
        """
        return self._learn(X, y, forget=False)

    def kneighbors(self, X: Any = None, n_neighbors: int | None = None, return_distance: bool = True) -> Any:
        """Find the k nearest examples.

        Args:
            X: float, (m, d); None for the examples themselves, of which none is its own neighbour.
            n_neighbors: k; None for the estimator's. Clamped to the number of examples.
            return_distance: Whether to return distances too.

        Returns:
            Distances, float64, (m, k), nearest first, and rows, int64, (m, k); or the rows alone.

        Raises:
            ContractError: badK, unknownMetric, unknownWeights, dimension, notFinite or noExamples.

        Example:
            >>> from server.knn import KNN
            >>> knn = KNN(1, metric="euclidean").fit([[1.0, 0.0], [0.0, 1.0]], ["cat", "dog"])
            >>> distances, rows = knn.kneighbors([[3.0, 0.0]])
            >>> distances.tolist(), rows.tolist()
            ([[2.0]], [[0]])
        """
        check_is_fitted(self)
        k = check_k(self.n_neighbors if n_neighbors is None else n_neighbors)
        check_settings(k, self.metric, self.weights, None)
        k = self._clamped(k, X)
        examples = self._examples
        if X is None:
            embeddings, norms = examples.matrix, examples.norms
        else:
            self._check_dimension(X)
            embeddings, norms = _measured(validate_data(self, X, dtype=np.float64, reset=False))
        search = NeighbourSearch(examples, self._adaptation, embeddings, norms, self.metric)
        distances, rows = np.empty((len(embeddings), k)), np.empty((len(embeddings), k), np.int64)
        for i in range(len(embeddings)):
            nearest = search.nearest(i, min(k + (X is None), examples.count))
            # Among many duplicates, an example need not be one of its own k + 1 nearest.
            kept = nearest.rows != i if X is None else slice(None)
            rows[i], distances[i] = nearest.rows[kept][:k], nearest.distances[kept][:k]
        return (distances, rows) if return_distance else rows

    def kneighbors_graph(self, X: Any = None, n_neighbors: int | None = None, mode: str = "connectivity") -> Any:
        """Return the graph of the k nearest examples, a sparse matrix, (m, n); see ``kneighbors`` and scikit-learn.

        Example:
            >>> from server.knn import KNN
            >>> KNN(5).fit([[1.0, 0.0], [0.0, 1.0]], ["cat", "dog"]).kneighbors_graph().toarray().tolist()
            [[0.0, 1.0], [1.0, 0.0]]
        """
        check_is_fitted(self)
        k = check_k(self.n_neighbors if n_neighbors is None else n_neighbors)
        # scikit-learn's takes k as it is; kneighbors finds no more than there are.
        return super().kneighbors_graph(X, self._clamped(k, X), mode)

    def predict_proba(self, X: Any) -> Floats:
        """Return every class's share of the votes.

        Args:
            X: float, (m, d).

        Returns:
            float64, (m, c), columns in the order of ``classes_``; each row adds up to 1.

        Example:
            >>> from server.knn import KNN
            >>> knn = KNN(3).fit([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]], ["cat", "cat", "dog"])
            >>> knn.predict_proba([[1.0, 1.0]]).round(3).tolist()
            [[0.667, 0.333]]
        """
        distances, rows = self.kneighbors(X)
        classes = self.classes_
        in_class_order = np.searchsorted(classes, self._original_labels())
        columns = in_class_order[self._examples.class_indices(rows)]
        votes = np.zeros((len(rows), len(classes)))
        np.add.at(votes, (np.arange(len(rows))[:, None], columns), vote(distances, self.weights))
        shares: Floats = votes / votes.sum(axis=1, keepdims=True)
        return shares

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the labels of m embeddings, (m,); equal shares go to the first in ``classes_``, as in scikit-learn.

        Example:
            >>> from server.knn import KNN
            >>> KNN().fit([[1.0, 0.0], [0.0, 1.0]], ["dog", "cat"]).predict([[1.0, 0.0]]).tolist()
            ['cat']
        """
        predicted: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return predicted

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, sorted, (c,), of the type that they were given as."""
        check_is_fitted(self)
        classes: NDArray[Any] = np.unique(self._original_labels())
        return classes

    @property
    def n_features_in_(self) -> int:
        """d, by scikit-learn's name."""
        if self._examples.dimension is None:
            raise AttributeError("n_features_in_ is known after the first example")
        return self._examples.dimension

    @n_features_in_.setter
    def n_features_in_(self, value: int) -> None:
        """Ignore what scikit-learn sets: the examples know d, however they came and went."""

    @property
    def n_samples_fit_(self) -> int:
        """The number of examples, by scikit-learn's name."""
        return self._examples.count

    def __sklearn_is_fitted__(self) -> bool:
        return self._examples.count > 0

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        tags.classifier_tags.multi_label = False
        tags.target_tags.multi_output = False
        return tags

    # ---- inside

    # These are made when they are first needed: scikit-learn allows nothing but parameters in __init__.

    @property
    def _examples(self) -> Examples:
        if not hasattr(self, "_stored_examples"):
            self._stored_examples = Examples()
        return self._stored_examples

    @property
    def _adaptation(self) -> Adaptation:
        if not hasattr(self, "_stored_adaptation"):
            self._stored_adaptation = Adaptation(self._examples)
        return self._stored_adaptation

    @property
    def _originals(self) -> dict[str, Any]:
        """The labels of ``fit`` as they were given, by their text."""
        if not hasattr(self, "_stored_originals"):
            self._stored_originals: dict[str, Any] = {}
        return self._stored_originals

    def _original_labels(self) -> list[Any]:
        """Return the labels in class order, each of the type that it was given as."""
        return [self._originals.get(label, label) for label in self._examples.labels]

    def _replace_examples(self, examples: Examples) -> None:
        """Start anew: nothing stays of what was learnt before, neither the types of labels nor the names of columns."""
        self._stored_examples = examples
        self._stored_adaptation = Adaptation(examples)
        # A new table, not a cleared one: a copy of the estimator (copy.copy) may have the old one.
        self._stored_originals = {}
        self.__dict__.pop("feature_names_in_", None)

    def _clamped(self, k: int, X: Any) -> int:
        """Return k, or the number of examples that can be neighbours if that is less.

        Raises:
            ContractError: noExamples.
        """
        k = min(k, self._examples.count - (X is None))
        if not k:
            raise ContractError("noExamples")
        return k

    def _check_dimension(self, X: Any) -> None:
        """Check the columns of X as the contract does; what is no table is left to ``validate_data``.

        Raises:
            ContractError: dimension.
        """
        try:
            shape = X.shape if hasattr(X, "shape") else np.shape(X)
        except (TypeError, ValueError):
            return
        expected = self._examples.dimension
        if expected is not None and len(shape) == 2 and shape[1] != expected:
            raise FeatureCountError(type(self).__name__, shape[1], expected)

    def _learn(self: Learner, X: Any, y: Any, *, forget: bool) -> Learner:
        check_settings(self.n_neighbors, self.metric, self.weights, None)
        if not forget:
            self._check_dimension(X)
        is_first = forget or self._examples.dimension is None
        names = self.__dict__.get("feature_names_in_")
        try:
            X, y = validate_data(self, X, y, dtype=np.float64, reset=is_first)
            check_classification_targets(y)
            embeddings, norms = _measured(X)
            originals = {as_label(str(label)): label for label in y}
        except Exception:
            self._name_features(names)
            raise
        if forget:
            names = self.__dict__.get("feature_names_in_")
            self._replace_examples(Examples())
            self._name_features(names)
        self._originals.update(originals)
        for embedding, norm, label in zip(embeddings, norms.tolist(), y, strict=True):
            self._examples.append(embedding, norm, str(label))
        return self

    def _name_features(self, names: Any) -> None:
        self.__dict__.pop("feature_names_in_", None)
        if names is not None:
            self.feature_names_in_ = names


def _measured(X: Floats) -> tuple[Embeddings, Floats]:
    """Return rows as float32 and their norms; unlike the contract's methods, scikit-learn's accept rows of zeros."""
    with np.errstate(over="ignore"):  # a number too large for float32 becomes infinite and is refused here
        embeddings = X.astype(np.float32)
    if not np.isfinite(embeddings).all():
        raise ContractError("notFinite", came=int(np.flatnonzero(~np.isfinite(embeddings).all(axis=0))[0]))
    norms = np.linalg.norm(embeddings.astype(np.float64), axis=1)
    return embeddings, np.maximum(norms, ZERO_ROW_NORM)
