"""What is learnt of a room's examples aside: how good it is, its adapted metric, and what "auto" takes.

A room asks and tells; one thread for all rooms works in steps, and never holds a room's lock for longer than it takes
to copy some rows or to list the examples. The longest step, a fold of cross-fitting, is nearly all NumPy's, which lets
go of Python's lock. So answers go on meanwhile; ``make bench`` says how fast.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import MAX_NEIGHBOURS, MAX_UNADAPTED
from server.contract.errors import ContractError
from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import KNN, adapted
from server.knn.adaptation import Fitted
from server.knn.examples import ExampleInfo
from server.knn.options import ClassifierSettings, Question

#: It looks at a room's changes at most this often.
PAUSE_SECONDS: Final = 1.0
#: A question about what is known already, such as another k, waits for this long at most.
QUESTION_SECONDS: Final = 0.1
#: Nobody who wanted to know came again for so long: it rests, and its memory is given back.
REST_SECONDS: Final = 60.0
#: The thread ends when there was nothing to do for so long.
IDLE_SECONDS: Final = 5.0
#: So many questions are answered again after a change: the sliders of a class that plays with them.
MAX_QUESTIONS: Final = 8
#: Beyond so many settings that somebody once asked about, all are forgotten.
MAX_REMEMBERED: Final = 64
#: Rows that are copied under a room's lock at once.
ROWS_COPIED: Final = 256

log = logging.getLogger(__name__)


class ResolvedSettings(NamedTuple):
    """How an answer was made, of what the settings leave open.

    Attributes:
        metric: The one in use.
        fitted_at: The revision that an adapted metric was fitted at; None for another metric.
        unknown_distance: The one in use.
    """

    metric: str
    fitted_at: int | None
    unknown_distance: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {"metric": self.metric, "fittedAt": self.fitted_at, "unknownDistance": self.unknown_distance}


class Examined(NamedTuple):
    """What a room holds: its revision, its labels in class order, and its examples in order of arrival."""

    revision: int
    labels: list[str]
    items: list[ExampleInfo]


class Subject(Protocol):
    """The room, as a study sees it. None of these is called with the room's lock."""

    def examine(self) -> Examined:
        """Return what there is."""

    def embeddings(self, ids: list[str]) -> NDArray[np.float32]:
        """Return some embeddings, float32, (m, d). Raises ContractError noSuchExample where one went meanwhile."""

    def install(self, fitted: Fitted | None) -> None:
        """Answer by this metric from now on."""

    def announce_evaluated(self, revision: int) -> None:
        """Tell everyone that there are newer figures."""


class Study:
    """The study of one room.

    Args:
        room: What is studied.
        wake: Called when there is work.
    """

    def __init__(self, room: Subject, wake: Callable[["Study"], None]) -> None:
        self._room = room
        self._wake = wake
        self._lock = threading.Lock()  # of the questions
        self._evaluation = Evaluation()
        # Which of the room's changes, counted, the figures, the metric and the drawn figures have taken in.
        self._changes = 1
        self._seen = self._fitted = 0
        self._answered: set[Question] = set()
        self._drawn: set[Question] = set()
        self._revision = 0
        self._fitted_at: int | None = None
        self._asked_at = self._watched_at = -np.inf
        self._wants_fit = False
        self._questions: dict[Question, dict[str, Any] | None] = {}
        self._auto: dict[tuple[int, str], str] = {}
        self._unknown_distance: float | None = None
        self._progress = 0.0  # of what is under way
        self._work: Iterator[None] | None = None
        self._began_at = self._ended_at = self._paced_until = 0.0
        self._anew = False
        self.due = 0.0

    # ---- asked by the room, from any thread; none of these waits

    def start_anew(self) -> None:
        """The room was given other content, perhaps under the same ids. Called with its lock."""
        self._anew = True
        self.note_change()

    def note_change(self) -> None:
        """The room has changed. Called with its lock."""
        self._changes += 1
        if self._is_wanted:
            self._call()

    def resolve(self, choice: ClassifierSettings, knn: KNN) -> tuple[ClassifierSettings, ResolvedSettings]:
        """Return what a question leaves open, as it is known now. Called with the room's lock."""
        metric, limit = choice.metric, choice.unknown_distance
        if metric in ("auto", "adapted") or limit == "auto":
            self._want(choice._replace(metric="auto").as_question(), fit=metric in ("auto", "adapted"))
        if metric == "auto":
            metric = self._auto.get((min(choice.k, MAX_NEIGHBOURS), choice.weights), "cosine")
        if metric == "adapted":
            unadapted = knn.unadapted
            metric = "cosine" if unadapted is None or unadapted > MAX_UNADAPTED else metric
        distance = self._unknown_distance if isinstance(limit, str) else limit
        made = ResolvedSettings(metric, self._fitted_at if metric == "adapted" else None, distance)
        return ClassifierSettings(choice.k, metric, choice.weights, distance), made

    def ask(self, question: Question) -> dict[str, Any]:
        """Return the newest figures for a question; work on newer ones goes on aside.

        Returns:
            ``evaluation``, None before the first and with fewer than two examples; the ``revision`` that it is of; and
            ``progress``, None where nothing newer is under way.
        """
        self._watched_at = time.monotonic()
        self._want(question, fit=False)
        return {
            "evaluation": self._questions.get(question),
            "revision": self._revision,
            "progress": self._progress if self.is_under_way or self._has_work else None,
        }

    def _want(self, question: Question, fit: bool) -> None:
        self._asked_at = time.monotonic()
        self._wants_fit = self._wants_fit or fit
        if question not in self._questions:
            with self._lock:
                while len(self._questions) >= MAX_QUESTIONS:
                    oldest = next(iter(self._questions))
                    del self._questions[oldest]
                    self._answered.discard(oldest)
                    self._drawn.discard(oldest)
                self._questions[question] = None
        if self._has_work:
            self._call()

    def _call(self) -> None:
        self.due = self._earliest
        self._wake(self)

    @property
    def _earliest(self) -> float:
        """When it may begin again: soon with a question, later with a change."""
        return self._paced_until if self._seen != self._changes else self._ended_at + QUESTION_SECONDS

    # ---- worked by the thread

    @property
    def is_under_way(self) -> bool:
        """Whether it is in the middle of something."""
        return self._work is not None

    def step(self) -> bool:
        """Do one step; return whether there is more to do, now or at ``due``."""
        if self._work is None:
            if not self._is_wanted:
                self._rest()
                return False
            if not self._has_work:
                self.due = self._asked_at + REST_SECONDS
                return True
            self._began_at, self._progress = time.monotonic(), 0.0
            self._work = self._study()
        try:
            next(self._work)
        except (StopIteration, ContractError) as end:
            # A ContractError: what it was about to look at went meanwhile.
            self._work = None
            if not isinstance(end, StopIteration):
                self._seen = 0
            # What takes long is done less often: the machine is there for answers.
            self._ended_at = time.monotonic()
            took = self._ended_at - self._began_at
            self._paced_until = self._began_at + max(PAUSE_SECONDS, 3 * took - PAUSE_SECONDS)
            self.due = self._earliest
            return True
        except Exception:
            log.exception("A room could not be evaluated.")
            self._work = None
            self._rest()
            return False
        return True

    def _rest(self) -> None:
        """Give memory back; whoever asks next is answered from nothing."""
        self._evaluation, self._seen = Evaluation(), 0
        self._answered.clear()
        self._drawn.clear()

    @property
    def _is_wanted(self) -> bool:
        return time.monotonic() - self._asked_at < REST_SECONDS

    @property
    def _is_watched(self) -> bool:
        return time.monotonic() - self._watched_at < REST_SECONDS

    @property
    def _has_work(self) -> bool:
        if self._seen != self._changes or (self._wants_fit and self._fitted != self._changes):
            return True
        return self._is_asked or (self._is_watched and any(of not in self._drawn for of in list(self._questions)))

    @property
    def _is_asked(self) -> bool:
        """Whether there is a question that nothing was answered to yet."""
        return any(question not in self._answered for question in list(self._questions))

    def _study(self) -> Iterator[None]:
        if self._anew:
            self._anew = False
            self._rest()
        changes = self._changes
        revision, labels, items = self._room.examine()
        for known in (self._auto, self._answered, self._drawn):
            if (changes != self._seen and known is self._drawn) or len(known) > MAX_REMEMBERED:
                known.clear()
        for share in self._evaluation.update(Snapshot(labels, items, self._embeddings)):
            self._progress = 0.4 * share
            yield
        self._seen = changes
        self._publish(revision)
        yield
        if self._wants_fit and self._fitted != changes:
            self._wants_fit = False
            yield from self._fit(revision, labels, items)
            self._fitted = changes
        for metric, start in (("adapted", 0.4), ("manhattan", 0.6)):
            if (
                len(items) < 2
                or metric in self._evaluation.measured
                or (metric == "manhattan" and not self._is_watched)
            ):
                continue
            for share in self._evaluation.measure(metric):
                self._progress = start + 0.2 * share
                yield
            self._publish(revision)
            yield
        if self._is_watched:
            yield from self._draw(revision, changes)

    def _draw(self, revision: int, changes: int) -> Iterator[None]:
        """Work out what takes longest, until the room changes or somebody asks something new."""
        # The newest first: an older one may be that of somebody who has gone.
        for question in [question for question in reversed(list(self._questions)) if question not in self._drawn]:
            self._progress = 0.9
            for _ in self._evaluation.draw(question):
                yield
                if self._is_asked or (changes != self._changes and time.monotonic() - self._began_at > PAUSE_SECONDS):
                    return
            self._drawn.add(question)
            self._answer(question)
            self._room.announce_evaluated(revision)

    def _fit(self, revision: int, labels: list[str], items: list[ExampleInfo]) -> Iterator[None]:
        """Fit the metric on what there is, and have the room answer by it."""
        ids = [item.id for item in items]
        parts = []
        for start in range(0, len(ids), ROWS_COPIED):
            parts.append(self._room.embeddings(ids[start : start + ROWS_COPIED]))
            yield
        metric = None
        if parts:
            matrix = np.concatenate(parts)
            norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64))
            index_of = {label: index for index, label in enumerate(labels)}
            metric = adapted.fit(matrix, norms, np.array([index_of[item.label] for item in items]))
            yield
        if metric is None:
            self._room.install(None)
            self._fitted_at = None
            return
        squares = np.empty(len(ids))
        for start in range(0, len(ids), ROWS_COPIED):
            part = slice(start, start + ROWS_COPIED)
            squares[part] = adapted.squared_norms(metric, matrix[part], norms[part])
            yield
        self._room.install(Fitted(metric, ids, squares))
        self._fitted_at = revision

    def _embeddings(self, ids: list[str]) -> NDArray[np.float32]:
        parts = [self._room.embeddings(ids[i : i + ROWS_COPIED]) for i in range(0, len(ids), ROWS_COPIED)]
        return np.concatenate(parts)

    def _publish(self, revision: int) -> None:
        """Answer all questions anew."""
        self._revision = revision
        for question in list(self._questions):
            self._answer(question)
        self._room.announce_evaluated(revision)

    def _answer(self, question: Question) -> None:
        found = self._evaluation.evaluate(question)
        self._answered.add(question)
        with self._lock:
            if question in self._questions:
                self._questions[question] = found
        self._unknown_distance = found["unknown"]["distance"] if found else None
        key = question.k, question.weights
        # Until the adapted metric is measured again, what was found last holds: no flicker while examples come.
        if found is None or found["auto"]["adapted"] is not None:
            self._auto[key] = found["auto"]["metric"] if found else "cosine"


class Studies:
    """The thread that works on the studies of all rooms, in turn; started when the first is woken."""

    def __init__(self) -> None:
        self._awake: dict[Study, None] = {}
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def wake(self, study: Study) -> None:
        """Have a study worked on."""
        with self._condition:
            self._awake[study] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="studies", daemon=True)
                self._thread.start()
            self._condition.notify()

    def _run(self) -> None:
        study = self._next()
        while study:
            if study.step():
                self.wake(study)
            study = self._next()

    def _next(self) -> Study | None:
        """Wait for the study that waits longest, of those under way or due; None ends the thread."""
        with self._condition:
            while True:
                now = time.monotonic()
                for study in self._awake:
                    if study.is_under_way or study.due <= now:
                        del self._awake[study]
                        return study
                due = min((study.due for study in self._awake), default=now + IDLE_SECONDS)
                if not self._condition.wait(due - now) and not self._awake:
                    self._thread = None
                    return None
