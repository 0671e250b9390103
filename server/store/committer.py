"""The one thread that writes: all appends that wait share a transaction, so that many cost little more than one.

``store.py`` owns it.
"""

import collections
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from server.store import rows
from server.store.database import writes
from server.store.encoding import FactRow, encode_fact
from server.store.facts import EMBEDDING, Fact
from server.store.storage_error import StorageError, as_storage_error

T = TypeVar("T")
Observe = Callable[[float, int], None]
logger = logging.getLogger(__name__)

#: The bounds of one transaction; a single append beyond them has one of its own.
MAX_FACTS: Final = 2000
MAX_BYTES: Final = 16_000_000


class Append:
    """Facts of one room that wait to be written.

    ``life`` is which loading of the room they belong to; ``after`` is the number of the fact that they come after, None
    for whichever is the last.
    """

    def __init__(self, code: str, facts: Sequence[Fact], life: int, after: int | None) -> None:
        self.code = code
        self.facts = facts
        self.life = life
        self.after = after
        self.size = sum(getattr(fact.data.get(EMBEDDING), "nbytes", 0) for fact in facts)
        self.rows: list[FactRow] = []
        self.future: Future[int] = Future()


class Work:
    """Something else to be done in the order of the appends."""

    def __init__(self, do: Callable[[], Any]) -> None:
        self.do = do
        self.future: Future[Any] = Future()


class OutdatedError(Exception):
    """An append stands on other facts than its room has: somebody holds a room that was opened again since."""

    def __init__(self, job: Append) -> None:
        super().__init__()
        self.job = job


class UnknownOutcomeError(Exception):
    """The connection broke in the middle of a commit: nobody knows whether it was one."""


class Committer:
    """Writes appends and other work, first come, first served.

    Args:
        engine: Where to.
        store: What the log calls the store.
        observe: Called after each transaction of appends, with its seconds and its number of facts.

    Attributes:
        committed_at: The monotonic time of the last commit.
    """

    def __init__(self, engine: Engine, store: str, observe: Observe = lambda seconds, facts: None) -> None:
        self.committed_at = float("-inf")
        self._engine = engine
        self._store = store
        self._observe = observe
        self._changed = threading.Condition()
        self._queue: collections.deque[Append | Work] = collections.deque()
        self._batch: list[Append | Work] = []  # what is being written
        self._is_closed = False
        # Of rooms that failed: which loading of a room its appends belong to, and up to which they are refused.
        self._lives: dict[str, int] = {}
        self._failed: dict[str, int] = {}
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def append(self, code: str, facts: Sequence[Fact], after: int | None = None) -> "Future[int]":
        """Queue facts of a room, and return at once; see ``Store.append``."""
        with self._changed:
            job = Append(code, facts, self._lives.get(code, 0), after)
            self._put(job)
        return job.future

    def run(self, do: Callable[[Connection], T], timeout: float | None = None) -> T:
        """Do something in the order of the appends, in a transaction of its own, and return what it returned.

        Raises:
            StorageError: notSaved.
            TimeoutError: Where it was not done within so many seconds.
        """

        def in_transaction() -> T:
            with self._transaction() as connection:
                return do(connection)

        return self.run_outside(in_transaction, timeout)

    def run_outside(self, do: Callable[[], T], timeout: float | None = None) -> T:
        """As ``run``, without a transaction."""
        job = Work(do)
        with self._changed:
            self._put(job)
        result: T = job.future.result(timeout)
        return result

    def begin_life(self, code: str) -> None:
        """Wait for a room's appends, and take them again where they failed: the room is about to be loaded."""
        with self._changed:
            waiting = [job for job in (*self._batch, *self._queue) if isinstance(job, Append) and job.code == code]
        futures.wait([job.future for job in waiting])
        with self._changed:
            if code in self._failed:
                self._lives[code] = self._failed[code] + 1

    def close(self) -> None:
        """Write what waits, take no more, and end the thread."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join()

    def _put(self, job: Append | Work) -> None:
        # Running from now on: what is queued can't be cancelled, or the facts behind it would stand on nothing.
        job.future.set_running_or_notify_cancel()
        if self._is_closed:
            job.future.set_exception(StorageError("notSaved", came="the server is stopping"))
            return
        self._queue.append(job)
        self._changed.notify()

    def _run(self) -> None:
        while batch := self._next_batch():
            first = batch[0]
            if isinstance(first, Work):
                self._do(first)
            else:
                self._commit([job for job in batch if isinstance(job, Append)])

    def _next_batch(self) -> list[Append | Work]:
        """Wait for work; return other work alone, or all appends before it that fit. Nothing: the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._is_closed)
            batch = self._batch = []
            count = size = 0
            while self._queue:
                job = self._queue[0]
                if isinstance(job, Work):
                    if not batch:
                        batch.append(self._queue.popleft())
                    return batch
                count += len(job.facts)
                size += job.size
                if batch and (count > MAX_FACTS or size > MAX_BYTES):
                    break
                batch.append(self._queue.popleft())
            return batch

    def _do(self, job: Work) -> None:
        try:
            result = job.do()
        except Exception as error:
            job.future.set_exception(as_storage_error(error, "notSaved", self._store))
        else:
            job.future.set_result(result)

    def _commit(self, jobs: list[Append]) -> None:
        # By room, and rooms by code: workers that lock rooms in one order never wait for each other in a circle.
        groups: dict[str, list[Append]] = {}
        refused: list[tuple[Append, StorageError]] = []
        for job in jobs:
            error = self._refusal(job)
            if error is None:
                groups.setdefault(job.code, []).append(job)
            else:
                self._refuse_from_now_on(job)
                refused.append((job, error))
        self._write_groups([groups[code] for code in sorted(groups)])
        for job, error in refused:  # after those before it in its room
            job.future.set_exception(error)

    def _write_groups(self, ordered: list[list[Append]]) -> None:
        """Write the appends of each room, all rooms in one transaction if that is possible."""
        try:
            if len(ordered) > 1:
                self._write([job for group in ordered for job in group])
                return
        except UnknownOutcomeError as error:
            self._fail([job for group in ordered for job in group], error)
            return
        except Exception as error:
            logger.warning(
                "%d rooms could not be written at once (%s): each is tried alone.", len(ordered), type(error)
            )
        for group in ordered:
            self._write_room(group)

    def _write_room(self, jobs: list[Append]) -> None:
        """Write the appends of one room; those of a room that was opened again since are refused, and harm no other."""
        while jobs:
            try:
                self._write(jobs)
                return
            except OutdatedError as outdated:
                jobs = [job for job in jobs if job is not outdated.job]
                came = "the room was opened again meanwhile"
                outdated.job.future.set_exception(StorageError("notSaved", came=came))
            except Exception as error:
                self._fail(jobs, error)
                return

    def _refusal(self, job: Append) -> StorageError | None:
        """Encode an append; return why it can't be written, whatever the database says."""
        if self._failed.get(job.code, -1) >= job.life:
            return StorageError("notSaved", came="a change before it was not saved")
        try:
            job.rows = [encode_fact(fact) for fact in job.facts]
        except Exception as error:
            return as_storage_error(error, "notSaved", self._store)
        return None

    def _write(self, jobs: list[Append]) -> None:
        """Write appends in one transaction, and resolve them once it is on disk."""
        started = time.monotonic()
        with self._transaction() as connection:
            lasts = rows.append(connection, [(job.code, job.rows) for job in jobs], time.time())
            for job, last in zip(jobs, lasts, strict=True):
                if job.after is not None and job.after != last - len(job.rows):
                    raise OutdatedError(job)
        self.committed_at = time.monotonic()
        for job, last in zip(jobs, lasts, strict=True):
            job.future.set_result(last)
        try:
            self._observe(self.committed_at - started, sum(len(job.facts) for job in jobs))
        except Exception:  # what is committed stays so, whatever becomes of the figures
            logger.exception("A transaction could not be counted.")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with writes(self._engine) as connection:
            transaction = connection.begin()
            try:
                yield connection
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except DBAPIError as error:
                # What SQLite does not commit, the next transaction overwrites; a server may have committed unheard.
                if error.connection_invalidated:
                    raise UnknownOutcomeError(str(error.orig)) from None
                transaction.rollback()
                raise

    def _fail(self, jobs: list[Append], error: BaseException) -> None:
        failure = as_storage_error(error, "notSaved", self._store)
        for job in jobs:
            self._refuse_from_now_on(job)
            job.future.set_exception(failure)

    def _refuse_from_now_on(self, job: Append) -> None:
        with self._changed:
            self._failed[job.code] = max(job.life, self._failed.get(job.code, -1))
