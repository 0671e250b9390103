"""Processes beside this one. Ctrl+C is heard by this one alone, and none outlives it."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import Lock
from pathlib import Path
from typing import Any, Final, NamedTuple

from toolchain.errors import ToolchainError

#: Spawned: a fork would copy threads, and connections to databases, in the middle of what they do.
_CONTEXT: Final[SpawnContext] = get_context("spawn")


class Processes:
    """A number of processes. Used with ``with``, which waits for what they are doing.

    Args:
        count: How many.
        begin: What each calls first.
        given: To that. It is written to a process that is starting, which must not be more than some kB: where the
            process can't start, this one would wait for it for ever. ``Handed`` is for more.
    """

    def __init__(self, count: int, begin: Callable[..., None] | None = None, given: tuple[Any, ...] = ()) -> None:
        self._pool = ProcessPoolExecutor(count, _CONTEXT, initializer=_begin, initargs=(begin, given))

    def __enter__(self) -> "Processes":
        """Return itself."""
        return self

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Task":
        """Have a function called in one of the processes.

        Raises:
            ToolchainError: A process was killed, or can't start.
        """
        try:
            with _ctrl_c_waits():
                return Task(self._pool.submit(function, *arguments))
        except BrokenProcessPool as error:
            raise _was_killed() from error

    def __exit__(self, *_: object) -> None:
        """Wait for what is being done, and drop what was not begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Task(NamedTuple):
    """What a process was told to do."""

    future: "Future[Any]"

    def result(self) -> Any:
        """Return what came of it. Waits for it.

        Raises:
            ToolchainError: A process was killed, or can't start.
        """
        try:
            return self.future.result()
        except BrokenProcessPool as error:
            raise _was_killed() from error


class Handed(NamedTuple):
    """Bytes on their way to each of some processes, however many they are and whether or not they can start."""

    reader: Connection
    lock: Lock

    def take(self) -> bytes:
        """Return the bytes, once a process."""
        with self.lock:
            return self.reader.recv_bytes()


def can_start() -> bool:
    """Return whether processes can start: each reads the program's file, and one on the standard input has none."""
    file = getattr(sys.modules["__main__"], "__file__", None)
    return file is None or Path(file).exists()


@contextmanager
def handed(content: bytes, count: int) -> Iterator[Handed]:
    """Hand bytes to so many processes."""
    reader, writer = _CONTEXT.Pipe(duplex=False)

    def write() -> None:
        # A pipe that nobody reads any more is closed.
        try:
            for _ in range(count):
                writer.send_bytes(content)
        except OSError:
            return
        finally:
            writer.close()

    threading.Thread(target=write, daemon=True).start()
    with reader:
        yield Handed(reader, _CONTEXT.Lock())


def _was_killed() -> ToolchainError:
    """Return what to tell of a process that is gone."""
    return ToolchainError(
        "A process that reads photos was killed, perhaps for want of memory, or it could not start.",
        "Run the command again: what is done is kept. With --processes 1 it takes the least memory."
        ' A program of your own needs if __name__ == "__main__": around what it does.',
    )


def _begin(begin: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if begin:
        begin(*given)


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for its next task for ever."""
    parent = parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Keep Ctrl+C from processes that start now, until they can ignore it: each would print where it was.

    It is kept from this one, too, which must not leave a process half started; it is heard at the end.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    heard: list[int] = []
    handler = signal.getsignal(signal.SIGINT)
    # Others can't be put back, and only the main thread hears anything.
    is_ours = callable(handler) and threading.current_thread() is threading.main_thread()
    if is_ours:
        # Another thread may take the signal for this one.
        signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    # What is blocked here is blocked in the process that starts.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if is_ours:
            signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)
