"""How often the adapted metric is right, beside the cosine, what "auto" takes, and a logistic regression."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.accuracy.estimate import Estimate, estimate
from bench.accuracy.scenarios import Scenario
from bench.accuracy.taught import Taught
from bench.photo_sets import PhotoSet
from server.knn.arrays import Floats
from server.knn.options import Question

K: Final = 5
WEIGHTS: Final = "distance"


class MetricRow(NamedTuple):
    """Shares of right answers.

    Attributes:
        name: The name of the photo set.
        size: The number of examples of each class.
        cosine: By cosine.
        adapted: By the adapted metric.
        auto: By the one of both that the product's evaluation chooses.
        logistic: By scikit-learn's logistic regression.
        over_cosine: ``adapted`` minus ``cosine``.
        over_logistic: ``adapted`` minus ``logistic``.
        auto_over_adapted: ``auto`` minus ``adapted``.
        adapted_taken: The share of draws in which "auto" was the adapted metric.
    """

    name: str
    size: int
    cosine: Estimate | None
    adapted: Estimate | None
    auto: Estimate | None
    logistic: Estimate | None
    over_cosine: Estimate | None
    over_logistic: Estimate | None
    auto_over_adapted: Estimate | None
    adapted_taken: Estimate | None


def measure(photo_set: PhotoSet, size: int, draw_count: int) -> MetricRow:
    """Learn ``size`` photos of each class and classify all others; again for every draw."""
    draws = [_right(photo_set, size, seed) for seed in range(draw_count)]

    def of(values: Sequence[Floats]) -> Estimate | None:
        return estimate(values, len(photo_set.classes))

    right = {name: [draw[name] for draw in draws] for name in draws[0]}

    def lead(ahead: str, behind: str) -> Estimate | None:
        return of([a - b for a, b in zip(right[ahead], right[behind], strict=True)])

    return MetricRow(
        photo_set.name,
        size,
        of(right["cosine"]),
        of(right["adapted"]),
        of(right["auto"]),
        of(right["logistic"]),
        lead("adapted", "cosine"),
        lead("adapted", "logistic"),
        lead("auto", "adapted"),
        estimate(right["adapted_taken"], draw_count),
    )


def _right(photo_set: PhotoSet, size: int, seed: int) -> dict[str, Floats]:
    """Return for each way to answer which of the other photos it names rightly, 1 or 0, (m,)."""
    scenario = Scenario(False, size)
    training_rows, test_rows = scenario.draw(photo_set, seed)
    taught = Taught(scenario.lessons(photo_set, training_rows))
    truths = np.array(photo_set.labels, np.str_)[photo_set.classes[test_rows]]
    right = {
        metric: taught.right(photo_set.embeddings[test_rows], truths, Question(K, metric, WEIGHTS))
        for metric in ("cosine", "adapted")
    }
    auto = taught.auto_metric(Question(K, "auto", WEIGHTS))
    right["auto"] = right[auto]
    units = photo_set.embeddings / np.linalg.norm(photo_set.embeddings, axis=1, keepdims=True)
    head = LogisticRegression(C=100, max_iter=1000).fit(units[training_rows], photo_set.classes[training_rows])
    right["logistic"] = (head.predict(units[test_rows]) == photo_set.classes[test_rows]).astype(np.float64)
    right["adapted_taken"] = np.array([float(auto == "adapted")])
    return right
