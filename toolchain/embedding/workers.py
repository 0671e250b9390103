"""Photos to embeddings on all cores: in this process, which need not start, and in others beside it.

Each reads, decodes and embeds its photos by itself on one core: pixels never travel between processes.
"""

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Protocol

from convert.manifest import Manifest
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.files import FileEmbedding, embed_files
from toolchain.embedding.model import EmbeddingModel
from toolchain.processes import Handed, Processes, handed


class Pending(Protocol):
    """A chunk of files that is being embedded, here or elsewhere."""

    def result(self) -> list[FileEmbedding]:
        """Return one result a file, in their order. Waits for them."""


#: Has a chunk of files embedded.
Submit = Callable[[list[Path]], Pending]


def one_worker(model: EmbeddingModel, cache: EmbeddingCache | None) -> Submit:
    """Embed in this process alone, at once."""

    def submit(paths: list[Path]) -> "Future[list[FileEmbedding]]":
        future: Future[list[FileEmbedding]] = Future()
        future.set_result(embed_files(paths, model, cache))
        return future

    return submit


@contextmanager
def many_workers(model: EmbeddingModel, cache: EmbeddingCache | None, count: int) -> Iterator[Submit]:
    """Embed with so many processes, two at least; this one is one of them.

    Raises:
        ToolchainError: One of the others was killed, or can't start.
    """
    place = cache.path if cache else None
    with (
        EmbeddingCache(place, model.fingerprint) if place else nullcontext() as cache_here,
        handed(model.graph, count - 1) as graph,
        Processes(count - 1, _open_there, (model.folder, model.manifest, graph, place)) as processes,
        _thread() as thread,
    ):
        # Opened by its first use: where all embeddings are kept it is not needed.
        model_here = functools.cache(lambda: EmbeddingModel(model.folder, model.manifest, model.graph, threads=1))

        def embed_here(paths: list[Path]) -> list[FileEmbedding]:
            return embed_files(paths, model_here(), cache_here)

        here: list[Future[Any]] = []
        there: list[Future[Any]] = []

        def submit(paths: list[Path]) -> Pending:
            if _waiting(here) * (count - 1) <= _waiting(there):
                here.append(thread.submit(embed_here, paths))
                return here[-1]
            task = processes.submit(_embed_there, paths)
            there.append(task.future)
            return task

        yield submit


def _waiting(futures: "list[Future[Any]]") -> int:
    """Return how many are not done yet, and forget the others."""
    futures[:] = [each for each in futures if not each.done()]
    return len(futures)


@contextmanager
def _thread() -> Iterator[ThreadPoolExecutor]:
    executor = ThreadPoolExecutor(1)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


_THERE: list[tuple[EmbeddingModel, EmbeddingCache | None]] = []


def _open_there(folder: Path, manifest: Manifest, graph: Handed, cache: Path | None) -> None:
    model = EmbeddingModel(folder, manifest, graph.take(), threads=1)
    _THERE.append((model, EmbeddingCache(cache, model.fingerprint) if cache else None))


def _embed_there(paths: list[Path]) -> list[FileEmbedding]:
    return embed_files(paths, *_THERE[0])
