"""How good is it? Every example is left out in turn and classified by the others.

All figures are defined in "Evaluation" of ``contract/README.md``. What was measured is kept, so that one more example
costs one more row. Knows neither rooms nor threads; ``server/rooms/insights.py`` runs it. The twin is
``web/src/evaluation/evaluation.js``.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import MAX_FITTED, MAX_NEIGHBOURS, MAX_TESTED, METRICS, TIE
from server.evaluation.calibration import Calibration
from server.evaluation.cross_fitting import cross_fit
from server.evaluation.held_out import hold_out
from server.evaluation.learning_curve import Measure, draw_curve
from server.evaluation.neighbour_lists import Distances, NeighbourLists
from server.evaluation.pairs import Pairs
from server.evaluation.scores import Answers, answers, by_class, curve
from server.knn.distance import Rows
from server.knn.draws import spread
from server.knn.examples import Item
from server.knn.options import Question

#: Questions whose drawn figures are kept at most.
MAX_DRAWN: Final = 16


class Snapshot(NamedTuple):
    """What there is to test.

    Attributes:
        labels: In class order.
        items: The examples in order of arrival.
        embeddings: Returns the embeddings of some of their ids, float32, (m, d).
    """

    labels: list[str]
    items: Sequence[Item]
    embeddings: Callable[[list[str]], NDArray[np.float32]]


class Evaluation:
    """The evaluation of some examples as they change.

    ``update`` first, which measures by cosine and Euclidean distance; then, where wanted, ``measure`` and ``draw``;
    ``evaluate`` says what is known so far.
    """

    def __init__(self) -> None:
        self._pairs = Pairs()
        self._distances: dict[str, Distances] = {
            "cosine": self._pairs.cosine,
            "euclidean": self._pairs.euclidean,
            "manhattan": self._pairs.manhattan,
        }
        self._lists = {metric: self._new_lists(metric) for metric in METRICS}
        self._counts: dict[str, int] = {}
        self._count = 0
        self._measured: set[str] = set()
        self._said: dict[tuple[str, str], tuple[Answers, dict[str, list[float]]]] = {}
        self._calibration = Calibration(self._pairs)
        self._drawn: dict[Question, dict[str, Any]] = {}
        self._drawn_anew: set[Question] = set()

    def update(self, snapshot: Snapshot) -> Iterator[float]:
        """Take in what there is now, and measure what is new of it by cosine and Euclidean distance.

        Args:
            snapshot: What there is.

        Yields:
            The share that is done; run it to its end.
        """
        labels, items, embeddings = snapshot
        index_of = {label: index for index, label in enumerate(labels)}
        classes = np.array([index_of[item.label] for item in items], np.int64)
        rows = spread(classes, MAX_TESTED)
        tested = [items[row] for row in rows.tolist()]
        before = self._described()
        fresh = self._keep([item.id for item in tested])
        self._counts = dict.fromkeys(labels, 0)
        for item in items:
            self._counts[item.label] += 1
        self._count = len(items)
        self._describe(tested, classes[rows])
        if not fresh and self._described() == before:
            return
        self._measured.clear()
        self._said.clear()
        self._drawn_anew.clear()
        if fresh:
            for share in self._pairs.append(fresh, embeddings(fresh)):
                yield 0.6 * share
        for metric, done in (("cosine", 0.6), ("euclidean", 0.8)):
            for share in self._lists[metric].update():
                yield done + 0.2 * share
            self._measured.add(metric)
        self._calibration.update()

    def measure(self, metric: str) -> Iterator[float]:
        """Measure by "adapted" or "manhattan" too; yields the share that is done."""
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
            for rows, distances in cross_fit(self._pairs):
                lists.put(rows, distances)
                done += len(rows)
                yield done / self._pairs.count
        self._measured.add(metric)

    def draw(self, question: Question) -> Iterator[None]:
        """Work out ``learningCurve`` and ``split`` for a question; run it to its end."""
        if self._pairs.count < 2 or question in self._drawn_anew:
            return
        k, metric, weights = self._resolved(question)
        c = len(self._counts)
        drawn: dict[str, Any] = {}
        for result in draw_curve(self._pairs, self._measure_by(metric), c, k, weights):
            drawn["learningCurve"] = result
            yield
        known: list[str] = [metric for metric in METRICS if metric in self._measured]
        measures = {metric: self._measure_by(metric) for metric in known}
        for result in hold_out(self._pairs, measures, c, weights):
            drawn["split"] = result
            yield
        if len(self._drawn) >= MAX_DRAWN:
            self._drawn.clear()
        self._drawn[question] = drawn
        self._drawn_anew.add(question)

    @property
    def measured(self) -> frozenset[str]:
        """The metrics that are measured of what there is."""
        return frozenset(self._measured)

    def evaluate(self, question: Question) -> dict[str, Any] | None:
        """Return the figures, by what is measured so far; None with fewer than two examples.

        A metric that is not measured yet is answered for by cosine. ``learningCurve`` and ``split`` are those of the
        question's last ``draw``, None before the first.
        """
        pairs = self._pairs
        if pairs.count < 2:
            return None
        k, metric, weights = self._resolved(question)
        by_metric = {known: self._scored(known, weights)[1] for known in METRICS if known in self._measured}
        said, its = self._scored(metric, weights)
        recordings = np.zeros(len(self._counts), bool)
        recordings[pairs.classes[~pairs.whole]] = True
        return {
            "count": self._count,
            "tested": pairs.count,
            "k": k,
            "metric": metric,
            "weights": weights,
            "labels": list(self._counts),
            "flattered": [label for label, one in zip(self._counts, recordings, strict=True) if one],
            **{figure: its[figure][k - 1] for figure in ("accuracy", "balancedAccuracy", "crossEntropy")},
            "byMetric": by_metric,
            **by_class(said.answered[:, k - 1], pairs.classes, pairs.ids, self._counts),
            "auto": self._auto(k, weights),
            "unknown": self._calibration.unknown(),
            **self._drawn.get(question, {"learningCurve": None, "split": None}),
        }

    # ---- inside

    def _new_lists(self, metric: str) -> NeighbourLists:
        return NeighbourLists(self._pairs, self._distances.get(metric, self._pairs.cosine))

    def _keep(self, ids: list[str]) -> list[str]:
        """Drop what is not tested any more, or not in the same order; return the ids that are to be added."""
        places = {example: row for row, example in enumerate(self._pairs.ids)}
        kept: list[int] = []
        for example in ids:
            row = places.get(example, -1)
            if row < 0 or (kept and row < kept[-1]):
                break
            kept.append(row)
        if len(kept) < self._pairs.count:
            rows = np.array(kept, np.intp)
            for metric, lists in self._lists.items():
                if metric != "adapted":  # whose distances are all others after any change
                    lists.keep(rows)
            self._pairs.keep(rows)
            self._calibration.forget()
        return ids[len(kept) :]

    def _described(self) -> tuple[Any, ...]:
        """Return all that figures depend on, but for embeddings."""
        pairs = self._pairs
        return tuple(self._counts), pairs.count, pairs.classes.tobytes(), pairs.recordings.tobytes()

    def _describe(self, tested: Sequence[Item], classes: NDArray[np.int64]) -> None:
        """Note classes and recordings of what is tested."""
        numbers: dict[tuple[bool, str], int] = {}
        recordings = [
            numbers.setdefault((item.group is None, item.id if item.group is None else item.group), len(numbers))
            for item in tested
        ]
        pairs = self._pairs
        pairs.classes, pairs.recordings = classes, np.array(recordings, np.int64)
        several = np.zeros(len(self._counts), bool)
        for index in np.unique(classes).tolist():
            several[index] = len(np.unique(pairs.recordings[classes == index])) > 1
        pairs.whole = several[classes]

    def _measure_by(self, metric: str) -> Measure:
        pairs = self._pairs
        if metric == "adapted":
            # Fitted on what is taught, and on nothing else.
            return lambda taught, asked: pairs.adapted(_fitted(pairs, taught), asked, taught)
        return lambda taught, asked: self._distances[metric](asked, taught)

    def _resolved(self, question: Question) -> Question:
        """Return a question that can be answered: with a k of at most 30, and a metric that is measured."""
        k, metric, weights = question
        k = min(k, MAX_NEIGHBOURS)
        metric = self._auto(k, weights)["metric"] if metric == "auto" else metric
        return Question(k, metric if metric in self._measured else "cosine", weights)

    def _scored(self, metric: str, weights: str) -> tuple[Answers, dict[str, list[float]]]:
        kept = self._said.get((metric, weights))
        if kept:
            return kept
        pairs, c = self._pairs, len(self._counts)
        rows, distances = self._lists[metric].ranked()
        said = answers(rows, distances, pairs.classes, pairs.classes, c, weights)
        self._said[metric, weights] = made = said, curve(said, pairs.classes, c)
        return made

    def _auto(self, k: int, weights: str) -> dict[str, Any]:
        """Return what "auto" takes: of equal accuracies the lower cross-entropy counts, and then the cosine."""
        cosine = self._scored("cosine", weights)[1]
        answer = {"metric": "cosine", "cosine": cosine["accuracy"][k - 1], "adapted": None}
        if "adapted" in self._measured:
            its = self._scored("adapted", weights)[1]
            gain = its["accuracy"][k - 1] - cosine["accuracy"][k - 1]
            surer = its["crossEntropy"][k - 1] < cosine["crossEntropy"][k - 1] - TIE
            answer["adapted"] = its["accuracy"][k - 1]
            answer["metric"] = "adapted" if gain > 0 or (gain == 0 and surer) else "cosine"
        return answer


def _fitted(pairs: Pairs, taught: Rows) -> Rows:
    return taught[spread(pairs.classes[taught], MAX_FITTED)]
