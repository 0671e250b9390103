"""A classifier that was taught some examples, and answers with the automatic settings as a room does."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import KNN
from server.knn.arrays import Embeddings, Floats
from server.knn.certainty import UnknownLimit
from server.knn.options import ClassifierSettings, Question

#: The limit where no model names one.
WITHOUT_MODEL: Final = UnknownLimit()


class Lesson(NamedTuple):
    """One example: its embedding, float32 (d,), its class, and the recording that it belongs to; None for a photo."""

    embedding: Embeddings
    label: str
    group: str | None = None


class Answers(NamedTuple):
    """What was answered to n photos.

    Attributes:
        labels: The class that was named, (n,).
        certainties: One of CERTAINTIES, (n,).
        novelties: The cosine distances to the nearest example, float64, (n,).
        limits: The cosine distances beyond which these photos are unknown, float64, (n,).
    """

    labels: NDArray[np.str_]
    certainties: NDArray[np.str_]
    novelties: Floats
    limits: Floats

    @property
    def is_unknown(self) -> NDArray[np.bool_]:
        """Whether the answer is "I don't know", (n,)."""
        unknown: NDArray[np.bool_] = self.certainties == "unknown"
        return unknown


class Taught:
    """A classifier with the automatic settings: the metric and the limit that the evaluation finds.

    Args:
        lessons: At least two.
        prior: The limit of "I don't know" that the model's manifest names.
    """

    def __init__(self, lessons: Iterable[Lesson], prior: UnknownLimit = WITHOUT_MODEL) -> None:
        self._knn = KNN()
        for embedding, label, group in lessons:
            self._knn.add_example(embedding, label, group=group)
        self._evaluation = evaluated(self._knn, prior.distance)
        self._limit = self._evaluation.unknown_limit._replace(centre=prior.centre)
        self._settings = ClassifierSettings()
        self._metric = self.auto_metric(self._settings.as_question())

    def auto_metric(self, question: Question) -> str:
        """Return what the metric "auto" stands for.

        Raises:
            ValueError: There are fewer than two examples.
        """
        figures = self._evaluation.evaluate(question)
        if figures is None:
            raise ValueError("There are fewer than two examples.")
        return str(figures["auto"]["metric"])

    def answer(self, embeddings: Embeddings) -> Answers:
        """Classify photos, float32 (n, d)."""
        k, _, weights, _ = self._settings
        results = self._knn.classify_batch(embeddings, k, self._metric, weights, self._limit)
        return Answers(
            np.array([result["label"] for result in results], np.str_),
            np.array([result["certainty"] for result in results], np.str_),
            np.array([result["novelty"] for result in results], np.float64),
            np.array([result["unknownDistance"] for result in results], np.float64),
        )

    def right(self, embeddings: Embeddings, truths: NDArray[np.str_], question: Question) -> Floats:
        """Return 1 for each photo that is named rightly with other settings than the automatic ones, else 0, (n,)."""
        results = self._knn.classify_batch(embeddings, question.k, question.metric, question.weights)
        right: Floats = (np.array([result["label"] for result in results]) == truths).astype(np.float64)
        return right


def evaluated(knn: KNN, prior: float = WITHOUT_MODEL.distance) -> Evaluation:
    """Evaluate a classifier's examples with the product's evaluation, by "adapted" too."""
    evaluation = Evaluation(prior)
    embeddings = {example["id"]: example["embedding"] for example in knn.examples()}
    snapshot = Snapshot(knn.labels(), knn.outline(), lambda ids: np.stack([embeddings[key] for key in ids]))
    for _ in evaluation.update(snapshot):
        pass
    for _ in evaluation.measure("adapted"):
        pass
    return evaluation
