"""Which room's insights are worked on, and when: one thread for all rooms, which takes them in turn, step by step."""

import logging
import threading
import time
from collections.abc import Iterator
from typing import Final

from server.contract.errors import ContractError
from server.rooms.insights_questions import InsightsQuestions
from server.rooms.insights_work import PAUSE_SECONDS, InsightsWork

#: A new question about what is worked out already, such as another k, waits for this long at most.
QUESTION_SECONDS: Final = 0.1
#: The thread ends when there was nothing to do for so long.
IDLE_SECONDS: Final = 5.0

log = logging.getLogger(__name__)


class InsightsTask:
    """The work on one room, as the thread sees it.

    Args:
        work: The steps to do.
        questions: The questions that they answer.

    Attributes:
        due: When it may begin, in seconds of ``time.monotonic``.
    """

    def __init__(self, work: InsightsWork, questions: InsightsQuestions) -> None:
        self.due = 0.0
        self._work = work
        self._questions = questions
        self._steps: Iterator[None] | None = None
        self._began_at = self._ended_at = self._paced_until = 0.0

    @property
    def is_under_way(self) -> bool:
        """Whether a run is between its first and its last step."""
        return self._steps is not None

    def reschedule(self) -> None:
        """Move ``due`` to when the next run may begin: soon for a question, later for a change."""
        self.due = self._paced_until if self._work.is_behind else self._ended_at + QUESTION_SECONDS

    def step(self) -> bool:
        """Do one step; return whether there is more to do, now or at ``due``."""
        if self._steps is None:
            if not self._questions.is_wanted:
                self._work.rest()
                return False
            if not self._work.is_needed:
                self.due = self._questions.wanted_until
                return True
            self._began_at = time.monotonic()
            self._steps = self._work.run()
        try:
            next(self._steps)
        except StopIteration:
            self._end()
        except ContractError:  # an example was removed before it was copied
            self._work.expire()
            self._end()
        except Exception:
            log.exception("A room could not be evaluated.")
            self._steps = None
            self._work.rest()
            return False
        return True

    def _end(self) -> None:
        """End a run. The longer it took, the longer the pause: the machine is for answers first."""
        self._steps = None
        self._ended_at = time.monotonic()
        seconds = self._ended_at - self._began_at
        self._paced_until = self._began_at + max(PAUSE_SECONDS, 3 * seconds - PAUSE_SECONDS)
        self.reschedule()


class InsightsThread:
    """The thread that works on the tasks of all rooms. It starts with the first task and ends when idle.

    Example:
        >>> thread = InsightsThread()  # rooms hand their tasks to ``wake``
    """

    def __init__(self) -> None:
        self._awake: dict[InsightsTask, None] = {}  # the one that waits longest first
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def wake(self, task: InsightsTask) -> None:
        """Have a task worked on when it is due."""
        with self._condition:
            self._awake[task] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="insights", daemon=True)
                self._thread.start()
            self._condition.notify()

    def _run(self) -> None:
        task = self._next_task()
        while task:
            if task.step():
                self.wake(task)
            task = self._next_task()

    def _next_task(self) -> InsightsTask | None:
        """Wait for a task that is under way or due, and return the one that waits longest; None ends the thread."""
        with self._condition:
            while True:
                now = time.monotonic()
                for task in self._awake:
                    if task.is_under_way or task.due <= now:
                        del self._awake[task]
                        return task
                due = min((task.due for task in self._awake), default=now + IDLE_SECONDS)
                if not self._condition.wait(due - now) and not self._awake:
                    self._thread = None
                    return None
