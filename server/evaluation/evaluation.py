"""How good a classifier is: every example is left out in turn and classified by the others.

"Evaluation" in ``contract/README.md`` defines all figures. What was measured is kept, so that one more example costs
one more row. Knows neither rooms nor threads; ``server/rooms/insights_work.py`` runs it. The twin is
``web/src/evaluation/evaluation.js``.
"""

import math
from collections.abc import Iterator
from typing import Any, Final

from server.contract.constants import MAX_NEIGHBOURS, METRICS, TIE, UNKNOWN_PRIOR, Metric
from server.evaluation.calibration import Calibration
from server.evaluation.cross_fitting import cross_fit
from server.evaluation.held_out import hold_out
from server.evaluation.learning_curve import draw_curve
from server.evaluation.neighbour_lists import NeighbourLists
from server.evaluation.pairs import Distances, Pairs
from server.evaluation.scores import Answers, Curve, answer, count_by_class, score
from server.evaluation.test_set import Snapshot, TestSet
from server.knn.arrays import Floats
from server.knn.certainty import UnknownLimit
from server.knn.options import Question

__all__ = ["Evaluation", "Snapshot"]

#: The learning curve and the split of at most this many questions are kept.
MAX_DRAWN: Final = 16


class Evaluation:
    """The evaluation of some examples as they change.

    ``update`` comes first: it measures by cosine and Euclidean distance. ``measure`` and ``draw`` may follow.
    ``evaluate`` returns what is known so far.

    Args:
        prior: The model's own limit of "I don't know", a cosine distance; see ``unknown`` in ``contract/README.md``.

    Example:
        >>> import numpy as np
        >>> from server.knn.examples import ExampleInfo
        >>> embeddings = {"a": [4, 1], "b": [4, 2], "c": [1, 4], "d": [2, 4]}
        >>> examples = [ExampleInfo(id, label, None) for id, label in zip(embeddings, ["cat", "cat", "dog", "dog"])]
        >>> snapshot = Snapshot(
        ...     ["cat", "dog"], examples, lambda ids: np.array([embeddings[id] for id in ids], np.float32)
        ... )
        >>> evaluation = Evaluation()
        >>> for share in evaluation.update(snapshot):
        ...     pass
        >>> figures = evaluation.evaluate(Question(k=1, metric="cosine"))
        >>> figures["accuracy"], figures["confusion"], sorted(evaluation.measured)
        (1.0, [[['a', 'b'], []], [[], ['c', 'd']]], ['cosine', 'euclidean'])
    """

    def __init__(self, prior: float = UNKNOWN_PRIOR) -> None:
        self._prior = prior
        self._test_set = TestSet()
        self._pairs = Pairs(self._test_set)
        self._distances: dict[Metric, Distances] = {
            "cosine": self._pairs.cosine,
            "euclidean": self._pairs.euclidean,
            "manhattan": self._pairs.manhattan,
            "adapted": self._pairs.adapted_to_columns,
        }
        self._lists = {metric: self._new_lists(metric) for metric in METRICS}
        self._measured: set[Metric] = set()
        self._scores: dict[tuple[Metric, str], tuple[Answers, Curve]] = {}  # by metric and weights
        self._calibration = Calibration(self._test_set, self._pairs)
        self._drawn: dict[Question, dict[str, Any]] = {}
        self._drawn_now: set[Question] = set()  # those of _drawn that know of the last change

    def update(self, snapshot: Snapshot) -> Iterator[float]:
        """Take over what there is now, and measure what is new in it by cosine and Euclidean distance.

        Args:
            snapshot: What there is.

        Yields:
            The share that is done; run it to its end.

        Raises:
            Whatever ``snapshot.embeddings`` raises; nothing has changed then.
        """
        change = self._test_set.compare(snapshot)
        embeddings = snapshot.embeddings(change.added) if change.added else None
        if len(change.kept) < self._test_set.tested:
            for metric, lists in self._lists.items():
                if metric != "adapted":  # any change changes all of its distances
                    lists.keep(change.kept)
            self._pairs.keep(change.kept)
            self._calibration.forget()
        self._test_set.apply(change)
        if change.is_empty:
            return
        self._measured.clear()
        self._scores.clear()
        self._drawn_now.clear()
        if embeddings is not None:
            for share in self._pairs.append(embeddings):
                yield 0.6 * share
        for metric, done in (("cosine", 0.6), ("euclidean", 0.8)):
            for share in self._lists[metric].update():
                yield done + 0.2 * share
            self._measured.add(metric)
        self._calibration.update()

    def measure(self, metric: Metric) -> Iterator[float]:
        """Measure by "adapted" or "manhattan" too; ``update`` has run to its end.

        Yields:
            The share that is done; run it to its end.
        """
        if metric in self._measured:
            return
        lists = self._lists[metric]
        if metric == "manhattan":
            for share in self._pairs.measure_manhattan():
                yield 0.9 * share
            for share in lists.update():
                yield 0.9 + 0.1 * share
        else:
            lists = self._lists[metric] = self._new_lists(metric)
            done = 0
            for rows, distances in cross_fit(self._test_set, self._pairs):
                lists.put(rows, distances)
                done += len(rows)
                yield done / self._test_set.tested
        self._measured.add(metric)

    def draw(self, question: Question) -> Iterator[None]:
        """Work out ``learningCurve`` and ``split`` for a question, by the metrics that are measured.

        Yields:
            Nothing, between two steps; run it to its end.
        """
        if self._test_set.tested < 2 or question in self._drawn_now:
            return
        k, metric, weights = self._resolved(question)
        drawn: dict[str, Any] = {}
        for learning_curve in draw_curve(self._test_set, self._distances[metric], k, weights):
            drawn["learningCurve"] = learning_curve
            yield
        measured = {metric: self._distances[metric] for metric in METRICS if metric in self._measured}
        for split in hold_out(self._test_set, measured, weights):
            drawn["split"] = split
            yield
        if len(self._drawn) >= MAX_DRAWN:
            self._drawn.clear()
        self._drawn[question] = drawn
        self._drawn_now.add(question)

    @property
    def measured(self) -> frozenset[Metric]:
        """The metrics that the examples are measured by."""
        return frozenset(self._measured)

    @property
    def unknown_limit(self) -> UnknownLimit:
        """The limit of "I don't know", by what is measured so far; ``update`` has run to its end."""
        return self._calibration.limit(self._prior, self._adapted_distances())[0]

    def evaluate(self, question: Question) -> dict[str, Any] | None:
        """Return the figures, by what is measured so far; ``update`` has run to its end.

        Args:
            question: k is clamped to MAX_NEIGHBOURS; the cosine stands in for a metric that is not measured yet.

        Returns:
            The figures as ``contract/README.md`` defines them, None with fewer than two examples. ``learningCurve`` and
            ``split`` are those of the question's last ``draw``, None before the first.
        """
        test_set = self._test_set
        if test_set.tested < 2:
            return None
        k, metric, weights = self._resolved(question)
        answers, curve = self._scored(metric, weights)
        return {
            "count": test_set.count,
            "tested": test_set.tested,
            "k": k,
            "metric": metric,
            "weights": weights,
            "labels": list(test_set.labels),
            "flattered": test_set.flattered,
            **{figure: curve[figure][k - 1] for figure in ("accuracy", "balancedAccuracy", "crossEntropy")},
            "byMetric": {known: self._scored(known, weights)[1] for known in METRICS if known in self._measured},
            **count_by_class(
                answers.answered[:, k - 1], test_set.classes, test_set.ids, test_set.labels, test_set.counts
            ),
            "auto": self._auto(k, weights),
            "unknown": self._calibration.unknown(self._prior, self._adapted_distances()),
            **self._drawn.get(question, {"learningCurve": None, "split": None}),
        }

    # ---- inside

    def _new_lists(self, metric: Metric) -> NeighbourLists:
        return NeighbourLists(self._test_set, self._distances[metric])

    def _resolved(self, question: Question) -> Question:
        """Return a question that can be answered: k at most MAX_NEIGHBOURS, and a metric that is measured."""
        k, metric, weights = question
        k = min(k, MAX_NEIGHBOURS)
        metric = self._auto(k, weights)["metric"] if metric == "auto" else metric
        return Question(k, metric if metric in self._measured else "cosine", weights)

    def _scored(self, metric: Metric, weights: str) -> tuple[Answers, Curve]:
        """Return what the neighbours of all tested examples answer, and how often that is right."""
        scored = self._scores.get((metric, weights))
        if scored is None:
            classes, c = self._test_set.classes, len(self._test_set.labels)
            answers = answer(*self._lists[metric].ranked(), classes, classes, c, weights)
            scored = self._scores[metric, weights] = answers, score(answers, classes, c)
        return scored

    def _adapted_distances(self) -> Floats | None:
        """Return each example's distance to its nearest neighbour in the adapted metric, (n,); None: not measured."""
        return self._lists["adapted"].nearest_distances() if "adapted" in self._measured else None

    def _auto(self, k: int, weights: str) -> dict[str, Any]:
        """Return what "auto" stands for: the cosine only where its accuracy is higher by two standard errors."""
        cosine = self._scored("cosine", weights)[1]["accuracy"][k - 1]
        if "adapted" not in self._measured:
            return {"metric": "cosine", "cosine": cosine, "adapted": None}
        adapted = self._scored("adapted", weights)[1]["accuracy"][k - 1]
        standard_error = math.sqrt(adapted * (1 - adapted) / self._test_set.tested)
        metric = "cosine" if cosine - adapted > 2 * standard_error + TIE else "adapted"
        return {"metric": metric, "cosine": cosine, "adapted": adapted}
