"""A second thread for large products, where it pays. ``server/knn/search.py`` uses it; JavaScript has no twin of it.

It pays where BLAS has one thread, as in the server: then one core cannot use all memory lanes. Where BLAS has threads
of its own, they and ours would only wait for each other.
"""

import contextvars
import functools
import os
import threading
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
    """One thread, started at the first task, that runs one task at a time.

    Example:
        >>> done = []
        >>> Helper().share(lambda: done.append("first"), lambda: done.append("second"))
        >>> sorted(done)
        ['first', 'second']
    """

    def __init__(self) -> None:
        self._is_busy = threading.Lock()
        self._executor: ThreadPoolExecutor | None = None

    def share(self, first: Callable[[], object], second: Callable[[], object]) -> None:
        """Run two tasks: the first on the helper's thread if it is free, and both on the caller's otherwise."""
        if not self._is_busy.acquire(blocking=False):
            first()
            second()
            return
        try:
            future = self._start(first)
            try:
                second()
            finally:
                if future:
                    future.result()
                else:
                    first()
        finally:
            self._is_busy.release()

    def _start(self, task: Callable[[], object]) -> Future[object] | None:
        try:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(1, "product")
            # The task has the caller's context: NumPy keeps in it which floating-point errors are wanted.
            return self._executor.submit(contextvars.copy_context().run, task)
        except RuntimeError:
            # No thread can be started: the system has no more of them, or Python is ending.
            self._executor = None
            return None


_helper = Helper()


def _replace() -> None:
    # In a forked process only the thread that forked lives on: the helper's is gone, and its lock may be held for ever.
    global _helper
    _helper = Helper()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_replace)


def share(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Run two tasks on this process's helper; see ``Helper.share``.

    Example:
        >>> done = []
        >>> share(lambda: done.append("first"), lambda: done.append("second"))
        >>> sorted(done)
        ['first', 'second']
    """
    _helper.share(first, second)
