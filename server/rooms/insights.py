"""What is worked out of a room's examples aside: figures, the adapted metric, and what "auto" takes.

This is the room's side, which asks and never waits. The questions and their figures are in ``insights_questions``, the
work in ``insights_work``, and its timing in ``insights_thread``.
"""

from typing import Any, NamedTuple

import server.knn
from server.contract.constants import MAX_UNADAPTED
from server.knn.certainty import UnknownLimit
from server.knn.options import ClassifierSettings, Question
from server.rooms.insights_questions import InsightsQuestions
from server.rooms.insights_room import InsightsRoom
from server.rooms.insights_thread import InsightsTask, InsightsThread
from server.rooms.insights_work import InsightsWork


class ResolvedSettings(NamedTuple):
    """What "auto" became in one answer.

    Attributes:
        metric: The metric in use.
        fitted_at: The revision that an adapted metric was fitted at; None for another metric.
    """

    metric: str
    fitted_at: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as they travel.

        Example:
            >>> ResolvedSettings("cosine", None).as_dict()
            {'metric': 'cosine', 'fittedAt': None}
        """
        return {"metric": self.metric, "fittedAt": self.fitted_at}


class Insights:
    """The insights of one room. None of its methods waits.

    Args:
        room: Where the examples are.
        thread: Works for all rooms.
    """

    def __init__(self, room: InsightsRoom, thread: InsightsThread) -> None:
        self._room = room
        self._thread = thread
        self._questions = InsightsQuestions()
        self._work = InsightsWork(room, self._questions)
        self._task = InsightsTask(self._work, self._questions)

    def start_over(self) -> None:
        """Note that the room was given other content, perhaps under the same ids. Called with its lock."""
        self._work.start_over()
        self._wake_if_wanted()

    def note_change(self) -> None:
        """Note that the room has changed. Called with its lock."""
        self._work.note_change()
        self._wake_if_wanted()

    def resolve(
        self, settings: ClassifierSettings, knn: "server.knn.KNN"
    ) -> tuple[ClassifierSettings, ResolvedSettings]:
        """Replace what settings leave to "auto" by what is known now. Called with the room's lock.

        Args:
            settings: Those of one query.
            knn: The room's classifier.

        Returns:
            Settings without "auto", and how they came about.
        """
        metric, unknown_distance = settings.metric, settings.unknown_distance
        needs_fit = metric in ("auto", "adapted")
        if needs_fit or unknown_distance == "auto":
            self._questions.add(settings._replace(metric="auto").as_question(), needs_fit=needs_fit)
            self._wake_if_needed()
        if metric == "auto":
            metric = self._work.auto_metric(settings.k, settings.weights)
        if metric == "adapted":
            unadapted = knn.unadapted
            metric = "cosine" if unadapted is None or unadapted > MAX_UNADAPTED else metric
        limit = self._automatic_limit if isinstance(unknown_distance, str) else unknown_distance
        resolved = ResolvedSettings(metric, self._work.fitted_at if metric == "adapted" else None)
        return ClassifierSettings(settings.k, metric, settings.weights, limit), resolved

    def ask(self, question: Question) -> dict[str, Any]:
        """Return the newest figures about a question; newer ones are worked out aside.

        Returns:
            ``evaluation``, None before the first and with fewer than two examples; the ``revision`` that it is of; and
            ``progress``, None where nothing newer is under way.
        """
        self._questions.add(question, is_watched=True)
        self._wake_if_needed()
        return {
            "evaluation": self._questions.figures(question),
            "revision": self._work.revision,
            "progress": self._work.progress if self._task.is_under_way or self._work.is_needed else None,
        }

    @property
    def _automatic_limit(self) -> UnknownLimit:
        """The limit of "I don't know" that "auto" takes: the model's own until there are figures."""
        first = self._room.first_limit()
        found = self._work.unknown_limit
        return first if found is None else found._replace(centre=first.centre)

    def _wake_if_wanted(self) -> None:
        if self._questions.is_wanted:
            self._wake()

    def _wake_if_needed(self) -> None:
        if self._work.is_needed:
            self._wake()

    def _wake(self) -> None:
        self._task.reschedule()
        self._thread.wake(self._task)
