"""Chunks of work on a Dask cluster that runs already, in order, whatever becomes of its workers.

What a worker that dies was given is computed by the others; that is Dask's own doing. Here is what it leaves open: how
much is on its way at a time, how long to wait for workers, and what a person is told. Only results come back: whatever
keeps them is in this process. Each worker needs this project in the same version.
"""

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from toolchain.errors import ToolchainError
from toolchain.output import printable

#: So long is waited for a worker where there is none, first or later, and for the scheduler.
WAIT_SECONDS: Final = 60.0
_CONNECT_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 1.0
#: Chunks on their way for each thread of a worker, and at least: workers may join later.
_AHEAD: Final = 4
_MIN_AHEAD: Final = 32
_AGAIN: Final = "Start workers, then run the command again: what is done is kept."

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")


class Cluster:
    """A cluster. ``open_cluster`` makes one.

    Args:
        client: Dask's.
        wait_seconds: How long to go on without any worker.
    """

    def __init__(self, client: Any, wait_seconds: float = WAIT_SECONDS) -> None:
        self._client = client
        self._wait_seconds = wait_seconds
        self._last_worker = time.monotonic()

    @property
    def ahead(self) -> int:
        """How many chunks are on their way at a time, so that no worker is idle."""
        threads: dict[str, int] = self._client.nthreads()
        return max(_MIN_AHEAD, _AHEAD * sum(threads.values()))

    def submit(self, function: Callable[..., Result], *arguments: Any) -> "Pending[Result]":
        """Have a function run by a worker.

        Args:
            function: Of a module that workers have, too.
            arguments: Small: they travel with each task.
        """
        # Each task is a task of its own: Dask would take two with the same arguments for one.
        return Pending(self, self._client.submit(function, *arguments, pure=False))

    def wait(self, future: Any) -> None:
        """Wait until a task has ended, well or not.

        Raises:
            ToolchainError: There was no worker, or no scheduler, for too long.
        """
        self._last_worker = time.monotonic()
        while not future.done():
            try:
                # Unlike ``result``, it raises nothing of the task's own, which could be a time-out as well.
                future.exception(timeout=_LOOK_SECONDS)
            except (asyncio.TimeoutError, TimeoutError):
                self._check_workers()

    def _check_workers(self) -> None:
        try:
            count = len(self._client.nthreads())
        except (OSError, AttributeError) as error:
            raise _lost() from error
        now = time.monotonic()
        if count:
            self._last_worker = now
        elif now - self._last_worker >= self._wait_seconds:
            raise ToolchainError(f"The cluster has had no workers for {self._wait_seconds:.0f} seconds.", _AGAIN)


class Pending(Generic[Result]):
    """A task on a cluster."""

    def __init__(self, cluster: Cluster, future: Any) -> None:
        self._cluster = cluster
        self._future = future

    def result(self) -> Result:
        """Return what came of it. Waits for it.

        Raises:
            ToolchainError: There are no workers any more, it killed every worker that it was given, or it raised
                something.
        """
        distributed = _distributed()
        self._cluster.wait(self._future)
        try:
            found: Result = self._future.result()
        except ToolchainError:
            raise
        except distributed.KilledWorker as error:
            raise ToolchainError(
                f"Several workers died over the same chunk, perhaps for want of memory. {error}",
                "Give workers more memory or fewer threads, then run the command again: what is done is kept.",
            ) from error
        except (asyncio.CancelledError, distributed.CancelledError) as error:
            raise _lost() from error
        except Exception as error:
            raise ToolchainError(
                f"A worker of the cluster failed: {type(error).__name__}: {error}",
                "Scheduler and workers need this project in the same version, and what requirements/toolchain.txt and "
                "requirements/scale.txt name (docs/scale.md).",
            ) from error
        return found


@contextmanager
def open_cluster(address: str, wait_seconds: float = WAIT_SECONDS) -> Iterator[Cluster]:
    """Join a cluster that runs already, and leave it in the end; what is on its way then is given up.

    Args:
        address: Of its scheduler: tcp://host:port; or tls://host:port, with the certificates that Dask's own
            configuration names.
        wait_seconds: How long to wait for a worker where there is none.

    Raises:
        ToolchainError: Dask is missing, or there is no scheduler, or no worker.
    """
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError, asyncio.TimeoutError) as error:
        raise ToolchainError(
            f"There is no Dask scheduler at {printable(address)}: {error}",
            "Give the address that `dask scheduler` prints, such as tcp://10.0.0.5:8786. For tls:// Dask's "
            "configuration must name the certificates (docs/scale.md).",
        ) from error
    log = logging.getLogger("distributed.client")
    level = log.level
    # It logs a lost scheduler with its traceback; a person gets our message.
    log.setLevel(logging.CRITICAL)
    try:
        try:
            client.wait_for_workers(1, timeout=wait_seconds)
        except (OSError, asyncio.TimeoutError, TimeoutError) as error:
            raise ToolchainError(
                f"The cluster at {printable(address)} has no workers.",
                f"Start some with `dask worker {printable(address)} --nthreads 1`, then run the command again.",
            ) from error
        yield Cluster(client, wait_seconds)
    finally:
        client.close()
        log.setLevel(level)


def map_chunks(
    cluster: Cluster, function: Callable[..., Result], chunks: Iterable[Chunk], *arguments: Any
) -> Iterator[Result]:
    """Yield what a function returns for each chunk, in their order. As many are on their way as keep workers busy.

    Args:
        cluster: Whose workers compute.
        function: Of a module; called with a chunk and the arguments.
        chunks: Taken one by one: there may be any number.
        arguments: The same for all chunks; small.

    Raises:
        ToolchainError: See ``Pending.result``.
    """
    remaining = iter(chunks)
    ahead = cluster.ahead
    waiting = deque(cluster.submit(function, chunk, *arguments) for chunk in islice(remaining, ahead))
    while waiting:
        result = waiting.popleft().result()
        waiting.extend(cluster.submit(function, chunk, *arguments) for chunk in islice(remaining, 1))
        yield result


def refuse_unseen(paths: Iterable[Path]) -> None:
    """Stop where a worker could not read files that can be read here: they are in no folder that both see.

    Args:
        paths: Files that workers could not read.

    Raises:
        ToolchainError: One of them can be read here.
    """
    for path in paths:
        if path.is_file() and os.access(path, os.R_OK):
            raise ToolchainError(
                f"A worker of the cluster can't read {printable(str(path))}, which is there on this machine.",
                "Put the photos into a folder that all workers see at the same path, and may read.",
            )


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        raise ToolchainError(
            f"The package {error.name} is not installed, which --scheduler needs.",
            "Install it: scripts/install.sh .venv scale",
        ) from error


def _lost() -> ToolchainError:
    return ToolchainError("The cluster's scheduler has ended, or can't be reached any more.", _AGAIN)
