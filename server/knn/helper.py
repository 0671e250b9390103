"""A second thread for large products, where it pays. ``server/knn/search.py`` uses it; JavaScript has no twin of it.

It pays where BLAS has one thread, as in the server: then one core cannot use all memory lanes. Where BLAS has threads
of its own, they and ours would only wait for each other.
"""

import contextvars
import functools
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from threadpoolctl import ThreadpoolController


def core_count() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.cache
def _blas_libraries() -> list[Any]:
    # Looking for them takes milliseconds; asking one for its threads takes less than one microsecond.
    return [library for library in ThreadpoolController().lib_controllers if library.user_api == "blas"]


def pays() -> bool:
    """Say whether a second thread makes a large product faster, as things are now.

    Example:
        >>> from threadpoolctl import threadpool_limits
        >>> with threadpool_limits(2):
        ...     pays()
        False
    """
    libraries = _blas_libraries()
    # An unknown library may have threads: then there are none of ours.
    return bool(libraries) and all(library.get_num_threads() == 1 for library in libraries) and core_count() > 1


class Helper:
    """One thread, started at the first task.

    Example:
        >>> done = []
        >>> Helper().share(done.append, 3)
        >>> sorted(set(done))
        [0, 1, 2]
    """

    def __init__(self) -> None:
        self._executor: ThreadPoolExecutor | None = None

    def share(self, task: Callable[[int], object], count: int) -> None:
        """Run a task for each number from 0 to ``count`` - 1, on the caller's thread and on the helper's.

        The caller never waits for the helper, which gets no core on a busy machine: what the helper has not begun, the
        caller does, and what it has begun and not ended, the caller does again.

        Args:
            task: May run twice for a number, at the same time and even after ``share`` has returned. It must store
                nothing but its final result, and the same each time.
            count: How many numbers there are.
        """
        numbers = iter(range(count))
        ended = [False] * count

        def work() -> None:
            for number in numbers:
                task(number)
                ended[number] = True

        future = self._start(work)
        work()
        if future:
            future.cancel()
        for number in range(count):
            if not ended[number]:
                task(number)

    def _start(self, work: Callable[[], None]) -> Future[None] | None:
        try:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(1, "product")
            # It has the caller's context: NumPy keeps in it which floating-point errors are wanted.
            return self._executor.submit(contextvars.copy_context().run, work)
        except RuntimeError:
            # No thread can be started: the system has no more of them, or Python is ending.
            self._executor = None
            return None


_helper = Helper()


def _replace() -> None:
    # In a forked process only the thread that forked lives on, and the helper's is gone.
    global _helper
    _helper = Helper()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_replace)


def share(task: Callable[[int], object], count: int) -> None:
    """Run a task for each number from 0 to ``count`` - 1 with this process's helper; see ``Helper.share``.

    Example:
        >>> done = []
        >>> share(done.append, 3)
        >>> sorted(set(done))
        [0, 1, 2]
    """
    _helper.share(task, count)
