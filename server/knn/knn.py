"""The classifier: k nearest neighbours over embeddings, learning one example at a time.

``contract/README.md`` defines every method. This module imports neither Flask nor storage; rooms call it. A ``KNN`` has
no lock: its room has one. The twin is ``web/src/knn/knn.js``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import Metric
from server.contract.errors import ContractError
from server.knn.adaptation import Fitted
from server.knn.certainty import UnknownLimit, unknown_distance_of
from server.knn.checks import as_batch, as_embedding
from server.knn.estimator import Estimator
from server.knn.examples import Dataset, Example, ExampleInfo, Examples
from server.knn.neighbours import NeighbourSearch
from server.knn.options import check_settings
from server.knn.result import Result
from server.knn.votes import count_votes


class KNN(Estimator):
    """K nearest neighbours over embeddings, learning one example at a time.

    It has the contract's methods, and is a scikit-learn classifier too (``fit``, ``partial_fit``, ``predict``,
    ``predict_proba``, ``kneighbors``, ``score``; see ``estimator.py``). What the contract's methods take with each call
    (k, metric, weights), the estimator's take from its parameters.

    Args:
        n_neighbors: k of the estimator, at least 1; clamped to the number of examples.
        metric: Its metric: "cosine", "euclidean", "manhattan" or "adapted".
        weights: "uniform", or "distance" for votes of 1 / distance.

    Example:
        >>> knn = KNN()
        >>> knn.add_example(np.array([1, 0], np.float32), "cat", "a")
        'a'
        >>> knn.add_example(np.array([0, 1], np.float32), "dog", "b")
        'b'
        >>> knn.classify(np.array([2, 1], np.float32), k=1)["label"]
        'cat'
    """

    # ---- teaching

    def add_example(self, embedding: object, label: str, id: str | None = None, group: str | None = None) -> str:
        """Append one example; an id that is there already changes nothing and succeeds.

        Args:
            embedding: float32, (d,), finite, not all zero.
            label: Its class; a new label makes a new class.
            id: None makes a new one up.
            group: The recording that it belongs to; None for none.

        Returns:
            The example's id.

        Raises:
            ContractError: badEmbedding, dimension, notFinite, zeroVector, badLabel, emptyLabel, longLabel, badId or
                badGroup.

        Example:
            >>> knn = KNN()
            >>> knn.add_example([1.0, 0.0], "cat", id="a", group="recording 1")
            'a'
            >>> knn.add_example([9.0, 9.0], "dog", id="a"), knn.count_by_label()
            ('a', {'cat': 1})
        """
        return self._examples.add(embedding, label, id, group)

    def add_label(self, label: str) -> None:
        """Add a class without examples; an existing one stays as it is.

        Raises:
            ContractError: badLabel, emptyLabel or longLabel.

        Example:
            >>> knn = KNN()
            >>> knn.add_label("cat")
            >>> knn.count_by_label()
            {'cat': 0}
        """
        self._examples.add_label(label)

    def remove_example(self, id: str) -> str:
        """Remove one example and return its label; its class stays, even without examples.

        Raises:
            ContractError: noSuchExample.

        Example:
            >>> knn = KNN()
            >>> knn.remove_example(knn.add_example([1.0, 0.0], "cat")), knn.labels()
            ('cat', ['cat'])
        """
        return self._examples.remove(id)

    def clear_label(self, label: str) -> list[str]:
        """Remove a class with its examples and return their ids.

        Raises:
            ContractError: noSuchLabel.

        Example:
            >>> knn = KNN()
            >>> knn.add_example([1.0, 0.0], "cat", "a")
            'a'
            >>> knn.clear_label("cat"), knn.labels()
            (['a'], [])
        """
        ids = self._examples.clear_label(label)
        self._originals.pop(label, None)
        return ids

    def clear_all_labels(self) -> None:
        """Remove everything; the next example may have another dimension. An installed metric is removed too.

        Example:
            >>> knn = KNN().fit([[1.0, 0.0]], ["cat"])
            >>> knn.clear_all_labels()
            >>> knn.count, knn.dimension
            (0, None)
        """
        self._replace_examples(Examples())

    def rename_label(self, old: str, new: str) -> None:
        """Rename a class; if the new label exists, the class joins that one.

        Raises:
            ContractError: noSuchLabel; badLabel, emptyLabel or longLabel.

        Example:
            >>> knn = KNN().fit([[1.0, 0.0], [0.0, 1.0]], ["cat", "dog"])
            >>> knn.rename_label("cat", "dog")
            >>> knn.count_by_label()
            {'dog': 2}
        """
        self._examples.rename_label(old, new)
        if new != old:
            self._originals.pop(old, None)

    def order_labels(self, labels: list[str]) -> None:
        """Put the classes into this order; those not named follow in the order that they had.

        Example:
            >>> knn = KNN().fit([[1.0, 0.0], [0.0, 1.0]], ["cat", "dog"])
            >>> knn.order_labels(["dog"])
            >>> knn.labels()
            ['dog', 'cat']
        """
        self._examples.order_labels(labels)

    # ---- reading

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
        """d, the length of an embedding; None before the first."""
        return self._examples.dimension

    def labels(self) -> list[str]:
        """Return the labels in class order, copied.

        Example:
            >>> KNN().fit([[1.0, 0.0], [0.0, 1.0]], ["dog", "cat"]).labels()
            ['dog', 'cat']
        """
        return self._examples.labels

    def count_by_label(self) -> dict[str, int]:
        """Return the number of examples of each class, in class order, copied.

        Example:
            >>> KNN().fit([[1.0, 0.0], [0.0, 1.0]], ["dog", "cat"]).count_by_label()
            {'dog': 1, 'cat': 1}
        """
        return self._examples.count_by_label

    def has(self, id: str) -> bool:
        """Say whether there is an example with this id.

        Example:
            >>> KNN().has("a")
            False
        """
        return self._examples.has(id)

    def example(self, id: str) -> Example:
        """Return one example; its embedding is float32, (d,), a read-only view until the next change.

        Raises:
            ContractError: noSuchExample.

        Example:
            >>> knn = KNN()
            >>> example = knn.example(knn.add_example([1.0, 0.0], "cat"))
            >>> example["label"], example["group"], example["embedding"].tolist()
            ('cat', None, [1.0, 0.0])
        """
        return self._examples.example(id)

    def examples(self) -> Iterator[Example]:
        """Yield the examples in order of arrival; see ``example``.

        Example:
            >>> [example["label"] for example in KNN().fit([[1.0, 0.0], [0.0, 1.0]], ["dog", "cat"]).examples()]
            ['dog', 'cat']
        """
        return iter(self._examples)

    def outline(self) -> list[ExampleInfo]:
        """Return all examples in order of arrival, without their embeddings.

        Example:
            >>> knn = KNN()
            >>> knn.add_example([1.0, 0.0], "cat", "a")
            'a'
            >>> knn.outline()
            [ExampleInfo(id='a', label='cat', group=None)]
        """
        return self._examples.outline()

    def serials(self) -> NDArray[np.int64]:
        """Return a number for each example, int64, (n,), in order of arrival, copied.

        Two examples that have the same id one after the other have different numbers.

        Example:
            >>> KNN().fit([[1.0, 0.0], [0.0, 1.0]], ["dog", "cat"]).serials().shape
            (2,)
        """
        return self._examples.serials.copy()

    def to_dataset(self) -> Dataset:
        """Return everything as copies: embeddings, labels, ids, groups and class order.

        Example:
            >>> dataset = KNN().fit([[1.0, 0.0]], ["cat"]).to_dataset()
            >>> dataset["labels"], dataset["embeddings"].tolist()
            (['cat'], [[1.0, 0.0]])
        """
        return self._examples.to_dataset()

    @classmethod
    def from_dataset(cls, dataset: Mapping[str, Any], *, may_have_zeros: bool = True) -> "KNN":
        """Build a classifier from what ``to_dataset`` returned. Parameters are not in it, and labels come back as text.

        Args:
            dataset: What ``to_dataset`` returned, perhaps by way of JSON: lists in place of arrays are accepted.
            may_have_zeros: Whether rows of zeros are accepted, which ``fit`` accepts too.

        Raises:
            ContractError: badDataset, or what adding one of the examples raises.

        Example:
            >>> KNN.from_dataset(KNN().fit([[1.0, 0.0]], ["cat"]).to_dataset()).count_by_label()
            {'cat': 1}
        """
        knn = cls()
        knn._replace_examples(Examples.from_dataset(dataset, may_have_zeros=may_have_zeros))
        return knn

    # ---- the adapted metric

    def adapt(self, fitted: Fitted | None) -> None:
        """Answer for "adapted" with a metric that was fitted elsewhere, also after later changes.

        Args:
            fitted: None goes back to fitting at the first question after a change.

        Raises:
            ContractError: dimension.

        Example:
            >>> from server.knn import adapted
            >>> matrix = np.array([[2, 1], [2, -1], [-2, 0]], np.float32)
            >>> norms = np.linalg.norm(matrix, axis=1).astype(np.float64)
            >>> metric = adapted.fit(matrix, norms, np.array([0, 0, 1]))
            >>> knn = KNN()
            >>> ids = [knn.add_example(*example) for example in zip(matrix, ["cat", "cat", "dog"])]
            >>> knn.adapt(Fitted(metric, ids, adapted.squared_norms(metric, matrix, norms)))
            >>> _ = knn.add_example([1.0, 1.0], "dog")
            >>> knn.unadapted
            1
        """
        self._adaptation.install(fitted)

    @property
    def unadapted(self) -> int | None:
        """The number of examples added since the installed metric was fitted; None where none is installed."""
        return self._adaptation.missing_count

    # ---- classifying

    def classify(
        self,
        embedding: object,
        k: int = 3,
        metric: Metric = "cosine",
        weights: str = "uniform",
        unknown_distance: float | UnknownLimit | Mapping[str, Any] | None = None,
    ) -> Result:
        """Return which class an embedding belongs to, and why.

        Args:
            embedding: float32, (d,), finite, not all zero.
            k: How many neighbours vote, at least 1; clamped to the number of examples.
            metric: "cosine", "euclidean", "manhattan", or "adapted", which is fitted to the examples at the first
                question after a change, unless ``adapt`` installed one.
            weights: "uniform" or "distance".
            unknown_distance: The cosine distance to the nearest example, 0 to 2, beyond which an embedding is unknown;
                or ``unknown`` of an evaluation, or the limit in it; None for never.

        Returns:
            The winner, every class's share, and the neighbours, nearest first.

        Raises:
            ContractError: badK, unknownMetric, unknownWeights, badUnknownDistance, badEmbedding, dimension, notFinite,
                zeroVector or noExamples.

        Example:
            >>> knn = KNN().fit([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]], ["cat", "cat", "dog"])
            >>> result = knn.classify([1.0, 0.2], k=3, unknown_distance=0.3)
            >>> result["label"], result["certainty"], {label: round(c, 2) for label, c in result["confidences"].items()}
            ('cat', 'notSure', {'cat': 0.67, 'dog': 0.33})
        """
        return self.classify_batch([embedding], k, metric, weights, unknown_distance)[0]

    def classify_batch(
        self,
        embeddings: Any,
        k: int = 3,
        metric: Metric = "cosine",
        weights: str = "uniform",
        unknown_distance: float | UnknownLimit | Mapping[str, Any] | None = None,
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
            ContractError: See ``classify``.

        Example:
            >>> knn = KNN().fit([[1.0, 0.0], [0.0, 1.0]], ["cat", "dog"])
            >>> [result["label"] for result in knn.classify_batch([[2.0, 1.0], [1.0, 2.0]], k=1)]
            ['cat', 'dog']
        """
        if isinstance(unknown_distance, Mapping):
            unknown_distance = UnknownLimit.from_dict(unknown_distance)
        check_settings(k, metric, weights, unknown_distance)
        examples = self._examples
        checked = [as_embedding(embedding, examples.dimension) for embedding in as_batch(embeddings)]
        if not examples.count:
            raise ContractError("noExamples")
        if not checked:
            return []
        k = min(int(k), examples.count)
        matrix, norms = np.stack([embedding for embedding, _ in checked]), np.array([norm for _, norm in checked])
        search = NeighbourSearch(examples, self._adaptation, matrix, norms, metric)
        limit_given = unknown_distance if isinstance(unknown_distance, UnknownLimit) else None
        with_second = limit_given is not None and limit_given.exponent > 0
        centre = limit_given and limit_given.centre
        results = []
        for index in range(len(checked)):
            neighbours = search.nearest(index, k)
            nearness = search.nearness(index, neighbours, with_second, centre)
            limit = unknown_distance_of(unknown_distance, metric, nearness)
            results.append(count_votes(examples, neighbours, nearness.novelty, weights, limit))
        return results
