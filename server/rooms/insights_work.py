"""What is to be worked out of a room's examples, in small steps.

``server/rooms/insights_thread.py`` runs the steps. No step holds the room's lock for longer than it takes to copy some
rows or to list the examples. The longest step, one fold of cross-fitting, spends nearly all of its time in NumPy, which
releases Python's lock, so that answers go on meanwhile; ``make bench`` measures how fast.
"""

import time
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import MAX_NEIGHBOURS, UNKNOWN_PRIOR
from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import adapted
from server.knn.adaptation import Fitted
from server.knn.certainty import UnknownLimit
from server.knn.options import Question
from server.rooms.insights_questions import InsightsQuestions
from server.rooms.insights_room import InsightsRoom, RoomSnapshot

#: Seconds from the start of one run to the next, at least; changes of the room wait for so long.
PAUSE_SECONDS: Final = 1.0
#: The metric that "auto" takes is kept for at most so many pairs of k and weights; beyond, all are dropped.
MAX_AUTO_METRICS: Final = 64
#: Rows that are copied under a room's lock at once.
COPIED_ROWS: Final = 256


class InsightsWork:
    """What was worked out of one room, and the steps to newer results.

    Clients' threads call ``note_change`` and ``start_over``, with the room's lock, and read the attributes; all else is
    for the one thread that works.

    Args:
        room: Where the examples are.
        questions: The questions about them.

    Attributes:
        revision: The revision of the room that the figures belong to.
        progress: The share of the present run that is done, 0 to 1.
        fitted_at: The revision that the adapted metric was fitted at; None where none is installed.
        unknown_limit: The limit of "I don't know" that "auto" takes; None before the first run.
    """

    def __init__(self, room: InsightsRoom, questions: InsightsQuestions) -> None:
        self.revision = 0
        self.progress = 0.0
        self.fitted_at: int | None = None
        self.unknown_limit: UnknownLimit | None = None
        self._room = room
        self._questions = questions
        self._evaluation: Evaluation | None = None
        self._prior = UNKNOWN_PRIOR
        self._auto_metrics: dict[tuple[int, str], str] = {}
        # Changes of the room are counted; the figures and the metric belong to the counts at which they were begun.
        self._changes = 1
        self._evaluated_changes = self._fitted_changes = 0
        self._is_replaced = False

    # ---- called by clients' threads

    def note_change(self) -> None:
        """Note that the room has changed."""
        self._changes += 1

    def start_over(self) -> None:
        """Note that the room was given other content, perhaps under the same ids."""
        self._is_replaced = True
        self.note_change()

    def auto_metric(self, k: int, weights: str) -> str:
        """Return what the metric "auto" is for a k and weights; "adapted" until both are measured."""
        return self._auto_metrics.get((min(k, MAX_NEIGHBOURS), weights), "adapted")

    @property
    def is_behind(self) -> bool:
        """Whether the room has changed since its figures were worked out."""
        return self._evaluated_changes != self._changes

    @property
    def is_needed(self) -> bool:
        """Whether there is something to do."""
        questions = self._questions
        return (
            self.is_behind
            or (questions.needs_fit and self._fitted_changes != self._changes)
            or questions.has_unanswered
            or (questions.is_watched and bool(questions.undrawn()))
        )

    # ---- called by the thread that works

    def expire(self) -> None:
        """Note that the figures must be worked out again."""
        self._evaluated_changes = 0

    def rest(self) -> None:
        """Free the memory; the next question starts from nothing."""
        self._evaluation = None
        self.expire()
        self._questions.expire()

    def run(self) -> Iterator[None]:
        """Work out everything that is needed, a step at a time.

        Raises:
            ContractError: noSuchExample, where an example was removed before it was copied.
        """
        began_at = time.monotonic()
        self.progress = 0.0
        if self._is_replaced:
            self._is_replaced = False
            self.rest()
        changes = self._changes
        snapshot = self._room.snapshot()
        if changes != self._evaluated_changes:
            self._questions.expire_drawn()
        if len(self._auto_metrics) > MAX_AUTO_METRICS:
            self._auto_metrics.clear()
        yield from self._update(snapshot)
        self._evaluated_changes = changes
        self._publish(snapshot.revision)
        yield
        if self._questions.needs_fit and self._fitted_changes != changes:
            self._questions.needs_fit = False
            yield from self._fit(snapshot)
            self._fitted_changes = changes
        yield from self._measure("adapted", 0.4, snapshot)
        if self._questions.is_watched:
            yield from self._measure("manhattan", 0.6, snapshot)
        if self._questions.is_watched:
            yield from self._draw(snapshot.revision, changes, began_at)

    def _update(self, snapshot: RoomSnapshot) -> Iterator[None]:
        """Measure what is new by cosine and Euclidean distance."""
        if self._evaluation is None:
            self._prior = self._room.first_limit().distance
            self._evaluation = Evaluation(self._prior)
        evaluated = Snapshot(snapshot.labels, snapshot.items, self._copy_embeddings, snapshot.serials)
        for share in self._evaluation.update(evaluated):
            self.progress = 0.4 * share
            yield

    def _measure(self, metric: str, start: float, snapshot: RoomSnapshot) -> Iterator[None]:
        """Measure by one more metric, and publish it; ``start`` is the progress before it."""
        evaluation = self._current
        if len(snapshot.items) < 2 or metric in evaluation.measured:
            return
        for share in evaluation.measure(metric):
            self.progress = start + 0.2 * share
            yield
        self._publish(snapshot.revision)
        yield

    def _draw(self, revision: int, changes: int, began_at: float) -> Iterator[None]:
        """Work out the drawn figures, which take longest; stop for a new question, or for a change of the room.

        Args:
            revision: The revision that the run works on.
            changes: The count of changes that the run works on.
            began_at: When the run began, in seconds of ``time.monotonic``.
        """
        # The newest question first: the client of an older one may have left.
        for question in self._questions.undrawn():
            self.progress = 0.9
            for _ in self._current.draw(question):
                yield
                is_late = time.monotonic() - began_at > PAUSE_SECONDS
                if self._questions.has_unanswered or (changes != self._changes and is_late):
                    return
            self._questions.mark_drawn(question)
            self._answer(question)
            self._room.announce_evaluated(revision)

    def _fit(self, snapshot: RoomSnapshot) -> Iterator[None]:
        """Fit the adapted metric on the room's examples, and install it in the room."""
        ids = [item.id for item in snapshot.items]
        parts = []
        for start in range(0, len(ids), COPIED_ROWS):
            parts.append(self._room.embeddings(ids[start : start + COPIED_ROWS]))
            yield
        metric = None
        if parts:
            embeddings = np.concatenate(parts)
            norms = np.sqrt(np.einsum("ij,ij->i", embeddings, embeddings, dtype=np.float64))
            index_of = {label: index for index, label in enumerate(snapshot.labels)}
            classes = np.array([index_of[item.label] for item in snapshot.items])
            metric = adapted.fit(embeddings, norms, classes)
            yield
        if metric is None:
            self._room.install(None)
            self.fitted_at = None
            return
        squares = np.empty(len(ids))
        for start in range(0, len(ids), COPIED_ROWS):
            rows = slice(start, start + COPIED_ROWS)
            squares[rows] = adapted.squared_norms(metric, embeddings[rows], norms[rows])
            yield
        self._room.install(Fitted(metric, ids, squares, snapshot.serials))
        self.fitted_at = snapshot.revision

    def _copy_embeddings(self, ids: list[str]) -> NDArray[np.float32]:
        """Return the embeddings of some examples, float32, (m, d)."""
        parts = [self._room.embeddings(ids[i : i + COPIED_ROWS]) for i in range(0, len(ids), COPIED_ROWS)]
        return np.concatenate(parts)

    def _publish(self, revision: int) -> None:
        """Answer all questions by what is measured so far."""
        self.revision = revision
        for question in self._questions.all():
            self._answer(question)
        self._room.announce_evaluated(revision)

    @property
    def _current(self) -> Evaluation:
        """The evaluation; a run has begun with its update."""
        assert self._evaluation is not None  # noqa: S101  # see above
        return self._evaluation

    def _answer(self, question: Question) -> None:
        figures = self._current.evaluate(question)
        self._questions.put(question, figures)
        if figures is None:
            self.unknown_limit = UnknownLimit(self._prior)
            self._auto_metrics.pop((question.k, question.weights), None)
        elif figures["auto"]["adapted"] is not None or self.unknown_limit is None or self.unknown_limit.adapted is None:
            # Until the adapted metric is measured again, the last results hold: neither the answers' metric nor their
            # limit flickers while examples come.
            self.unknown_limit = UnknownLimit.from_dict(figures["unknown"])
        if figures and figures["auto"]["adapted"] is not None:
            self._auto_metrics[question.k, question.weights] = figures["auto"]["metric"]
