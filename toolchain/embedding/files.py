"""From files to embeddings, in one process: what each process of a pool, and each worker of a cluster, runs."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from photos.problem import PhotoProblem
from photos.reader import as_seen, read_file, read_photo
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.model import EmbeddingModel


class FileEmbedding(NamedTuple):
    """What came of one file.

    Attributes:
        digest: SHA-256 of the file, in hex; "" where it can't be read at all.
        embedding: float32, (d,); None where there is a problem.
        problem: Why there is no embedding.
        is_new: Whether the network ran for it.
    """

    digest: str
    embedding: NDArray[np.float32] | None
    problem: PhotoProblem | None = None
    is_new: bool = False


def embed_files(
    paths: Sequence[Path], model: EmbeddingModel, cache: EmbeddingCache | None = None
) -> list[FileEmbedding]:
    """Read and embed some photos, as many as fit into memory as the network sees them.

    Args:
        paths: Of the files.
        model: The network.
        cache: Only asked; nothing is put into it.

    Returns:
        One result a file, in their order.
    """
    contents = [_content(path) for path in paths]
    digests = ["" if isinstance(each, PhotoProblem) else hashlib.sha256(each).hexdigest() for each in contents]
    kept = cache.get(filter(None, digests), model.dimension) if cache else {}
    results: list[FileEmbedding] = []
    pixels: dict[int, NDArray[np.uint8]] = {}
    for place, (content, digest) in enumerate(zip(contents, digests, strict=True)):
        problem = content if isinstance(content, PhotoProblem) else None
        if isinstance(content, bytes) and digest not in kept:
            try:
                pixels[place] = as_seen(read_photo(content, at_least=model.size), model.size)
            except PhotoProblem as error:
                problem = error
        results.append(FileEmbedding(digest, kept.get(digest), problem))
    if pixels:
        embeddings = model.embed(np.stack(list(pixels.values())))
        for place, embedding in zip(pixels, embeddings, strict=True):
            results[place] = FileEmbedding(digests[place], embedding, is_new=True)
    return results


def _content(path: Path) -> bytes | PhotoProblem:
    try:
        return read_file(path)
    except PhotoProblem as problem:
        return problem
