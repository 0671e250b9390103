"""Embeds photos in several processes, and keeps every embedding at once, so that no work is done twice.

As many photos are in memory as there are processes times a chunk, however many there are in all.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from photos.folder import PassedOver, PhotoFile, list_photos
from server.knn.arrays import Embeddings
from toolchain.embedding.cache import EmbeddingCache, FileState
from toolchain.embedding.files import FileEmbedding
from toolchain.embedding.model import BATCH_SIZE, EmbeddingModel, core_count
from toolchain.embedding.workers import Pending, Submit, many_workers, one_worker
from toolchain.processes import can_start
from toolchain.progress import Progress

#: Fewer photos than this many chunks are embedded here: a process takes longer to start than they take.
_MIN_CHUNKS: Final = 4
#: Chunks that wait for each process, so that none is idle.
_CHUNKS_AHEAD: Final = 3
#: Photos of a chunk at least, in processes: as many as the network sees at once.
_MIN_CHUNK: Final = 2


class Elsewhere(NamedTuple):
    """Where chunks are embedded: in processes here, or on a cluster (``toolchain.scale.embedding``).

    Attributes:
        submit: Has a chunk embedded there.
        ahead: How many chunks are there at a time.
        smallest: Photos of a chunk at least. The last chunks are that small, so that nobody waits for another's long.
    """

    submit: Submit
    ahead: int
    smallest: int = BATCH_SIZE


class EmbeddedPhoto(NamedTuple):
    """A photo, and what came of it."""

    photo: PhotoFile
    result: FileEmbedding


class Embedded(NamedTuple):
    """Photos and their embeddings.

    Attributes:
        photos: n, those that could be read, in their order.
        digests: n SHA-256 of their files, in hex.
        embeddings: float32, (n, d).
        passed_over: Those that could not be read.
        embedded: For how many of the n the network ran; the embeddings of all others were kept from earlier runs.
    """

    photos: list[PhotoFile]
    digests: list[str]
    embeddings: Embeddings
    passed_over: list[PassedOver]
    embedded: int


def embed_folder(
    folder: Path,
    model: EmbeddingModel,
    cache: EmbeddingCache | None = None,
    *,
    processes: int | None = None,
    say_progress: Progress | None = None,
    elsewhere: Elsewhere | None = None,
) -> Embedded:
    """Embed all photos of a folder; see ``embed_photos``. Hidden and loose files are among those passed over.

    Raises:
        OSError: The folder can't be read.
        ToolchainError: As ``embed_photos``.
    """
    listing = list_photos(folder)
    result = embed_photos(
        listing.photos, model, cache, processes=processes, say_progress=say_progress, elsewhere=elsewhere
    )
    return result._replace(passed_over=[*listing.passed_over, *result.passed_over])


def embed_photos(
    photos: Sequence[PhotoFile],
    model: EmbeddingModel,
    cache: EmbeddingCache | None = None,
    *,
    processes: int | None = None,
    say_progress: Progress | None = None,
    elsewhere: Elsewhere | None = None,
) -> Embedded:
    """Embed photos, and gather their embeddings in memory.

    Args:
        photos: In any order.
        model: The network.
        cache: Keeps embeddings from one run to the next.
        processes: How many read and embed; None for as many as there are cores.
        say_progress: Told of each photo.
        elsewhere: Where to embed them; None for processes here.

    Raises:
        ToolchainError: A process was killed, or the disk refuses what is to be kept.
    """
    embeddings = np.empty((len(photos), model.dimension), np.float32)
    used: list[PhotoFile] = []
    digests: list[str] = []
    passed_over: list[PassedOver] = []
    embedded = 0
    each = embed_each(photos, model, cache, processes=processes, say_progress=say_progress, elsewhere=elsewhere)
    for photo, result in each:
        if result.embedding is None:
            passed_over.append(as_passed_over(photo, result))
            continue
        embeddings[len(used)] = result.embedding
        used.append(photo)
        digests.append(result.digest)
        embedded += result.is_new
    return Embedded(used, digests, embeddings[: len(used)], passed_over, embedded)


def as_passed_over(photo: PhotoFile, result: FileEmbedding) -> PassedOver:
    """Return why a photo has no embedding."""
    problem = result.problem
    return PassedOver(photo.name, problem.code if problem else "unreadable", str(problem))


def embed_each(
    photos: Sequence[PhotoFile],
    model: EmbeddingModel,
    cache: EmbeddingCache | None = None,
    *,
    processes: int | None = None,
    say_progress: Progress | None = None,
    elsewhere: Elsewhere | None = None,
) -> Iterator[EmbeddedPhoto]:
    """Yield each photo with its embedding, in the photos' order. Memory does not grow with their number.

    Args:
        photos: In any order.
        model: The network.
        cache: Every embedding is in it before it is yielded.
        processes: How many read and embed; None for as many as there are cores.
        say_progress: Told of each photo.
        elsewhere: Where to embed them; None for processes here.

    Raises:
        ToolchainError: A process was killed, or the disk refuses what is to be kept.
    """
    count = processes or core_count()
    if elsewhere is None and (count == 1 or len(photos) < _MIN_CHUNKS * BATCH_SIZE or not can_start()):
        elsewhere = Elsewhere(one_worker(model, cache), 1)
    if elsewhere is not None:
        yield from _in_order(photos, model.dimension, cache, elsewhere, say_progress)
        return
    with many_workers(model, cache, count) as submit:
        here = Elsewhere(submit, count * _CHUNKS_AHEAD, _MIN_CHUNK)
        yield from _in_order(photos, model.dimension, cache, here, say_progress)


class _Chunk(NamedTuple):
    """Some photos on their way: their states before they were read, what is known of them, and the rest's results."""

    photos: Sequence[PhotoFile]
    states: list[FileState | None]
    known: dict[int, FileEmbedding]
    future: Pending | None


def _in_order(
    photos: Sequence[PhotoFile],
    dimension: int,
    cache: EmbeddingCache | None,
    where: Elsewhere,
    progress: Progress | None,
) -> Iterator[EmbeddedPhoto]:
    start = 0
    waiting: deque[_Chunk] = deque()
    while True:
        while len(waiting) < where.ahead and start < len(photos):
            size = min(max((len(photos) - start) // where.ahead, where.smallest), BATCH_SIZE)
            waiting.append(_start(photos[start : start + size], dimension, cache, where.submit))
            start += size
        if not waiting:
            return
        for each in _finish(waiting.popleft(), cache):
            if progress:
                progress.advance()
            yield each


def _start(photos: Sequence[PhotoFile], dimension: int, cache: EmbeddingCache | None, submit: Submit) -> _Chunk:
    """Look up what is kept of some photos, and have the others embedded."""
    states = [FileState.of(photo.path) for photo in photos]
    known: dict[int, FileEmbedding] = {}
    if cache:
        digests = cache.digests([state for state in states if state])
        kept = cache.get(digests.values(), dimension)
        for place, state in enumerate(states):
            digest = digests.get(state.path, "") if state else ""
            if digest in kept:
                known[place] = FileEmbedding(digest, kept[digest])
    rest = [photo.path for place, photo in enumerate(photos) if place not in known]
    return _Chunk(photos, states, known, submit(rest) if rest else None)


def _finish(chunk: _Chunk, cache: EmbeddingCache | None) -> Iterator[EmbeddedPhoto]:
    """Wait for a chunk, keep what is new, and yield all of it."""
    results = iter(chunk.future.result() if chunk.future else ())
    merged = [chunk.known.get(place) or next(results) for place in range(len(chunk.photos))]
    if cache:
        new = [each for each in merged if each.is_new]
        files = [
            (state, each.digest)
            for place, (state, each) in enumerate(zip(chunk.states, merged, strict=True))
            if state and each.embedding is not None and place not in chunk.known
        ]
        if files:
            vectors = [each.embedding for each in new if each.embedding is not None]
            cache.put([each.digest for each in new], np.array(vectors, np.float32), files)
    for photo, result in zip(chunk.photos, merged, strict=True):
        yield EmbeddedPhoto(photo, result)
