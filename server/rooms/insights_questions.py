"""The questions to a room's insights, with their newest figures, and the time since the last question.

Any thread may call it. Only the ``insights`` modules of ``server/rooms`` use it.
"""

import math
import threading
import time
from typing import Any, Final

from server.knn.options import Question

#: The figures about one question; see ``Evaluation.evaluate``.
Figures = dict[str, Any]

#: When there was no question for so long, the work stops and its memory is freed.
REST_SECONDS: Final = 60.0
#: At most so many questions are kept, and answered again after a change. Each step of a slider is a new question.
MAX_QUESTIONS: Final = 8


class InsightsQuestions:
    """The questions about one room's examples.

    Attributes:
        needs_fit: Whether the adapted metric was asked for since it was last fitted.

    Example:
        >>> questions = InsightsQuestions()
        >>> questions.add(Question(k=5))
        >>> questions.has_unanswered
        True
        >>> questions.put(Question(k=5), {"accuracy": 1.0})
        >>> questions.figures(Question(k=5))
        {'accuracy': 1.0}
    """

    def __init__(self) -> None:
        self.needs_fit = False
        self._lock = threading.Lock()
        self._figures: dict[Question, Figures | None] = {}  # oldest question first
        # Subsets of the questions above: those with up-to-date figures, and those with up-to-date drawn figures.
        self._answered: set[Question] = set()
        self._drawn: set[Question] = set()
        self._asked_at = self._watched_at = -math.inf

    # ---- called by clients' threads

    def add(self, question: Question, *, needs_fit: bool = False, is_watched: bool = False) -> None:
        """Note that a question is asked now; beyond MAX_QUESTIONS the oldest is dropped.

        Args:
            question: The question.
            needs_fit: Whether the adapted metric is needed, too.
            is_watched: Whether the figures are shown to a person, and not only used to classify.
        """
        with self._lock:
            now = time.monotonic()
            self._asked_at = now
            if is_watched:
                self._watched_at = now
            self.needs_fit = self.needs_fit or needs_fit
            if question in self._figures:
                return
            while len(self._figures) >= MAX_QUESTIONS:
                oldest = next(iter(self._figures))
                del self._figures[oldest]
                self._answered.discard(oldest)
                self._drawn.discard(oldest)
            self._figures[question] = None

    def figures(self, question: Question) -> Figures | None:
        """Return the newest figures about a question; None before the first."""
        return self._figures.get(question)

    # ---- called by the thread that works

    @property
    def wanted_until(self) -> float:
        """When the work may stop without another question; in seconds of ``time.monotonic``."""
        return self._asked_at + REST_SECONDS

    @property
    def is_wanted(self) -> bool:
        """Whether there was a question lately."""
        return time.monotonic() < self.wanted_until

    @property
    def is_watched(self) -> bool:
        """Whether the figures were shown to a person lately."""
        return time.monotonic() < self._watched_at + REST_SECONDS

    @property
    def has_unanswered(self) -> bool:
        """Whether there is a question without up-to-date figures."""
        return any(question not in self._answered for question in self.all())

    def all(self) -> list[Question]:
        """Return the questions, oldest first."""
        with self._lock:
            return list(self._figures)

    def undrawn(self) -> list[Question]:
        """Return the questions without up-to-date drawn figures (``Evaluation.draw``), newest question first."""
        with self._lock:
            return [question for question in reversed(self._figures) if question not in self._drawn]

    def put(self, question: Question, figures: Figures | None) -> None:
        """Keep new figures about a question, if it is still kept."""
        with self._lock:
            if question in self._figures:
                self._figures[question] = figures
                self._answered.add(question)

    def mark_drawn(self, question: Question) -> None:
        """Note that the drawn figures about a question are up to date."""
        with self._lock:
            if question in self._figures:
                self._drawn.add(question)

    def expire_drawn(self) -> None:
        """Note that no drawn figures are up to date."""
        with self._lock:
            self._drawn.clear()

    def expire(self) -> None:
        """Note that no figures are up to date; they are still returned until there are newer ones."""
        with self._lock:
            self._answered.clear()
            self._drawn.clear()
