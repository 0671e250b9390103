"""Embedding on a cluster: what a worker does, and how ``toolchain.embedding.embed`` hands it chunks.

Paths go out, embeddings come back. A worker opens the network once, from its folder, for one core.
"""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from toolchain.embedding.cache import PICTURE_VERSION
from toolchain.embedding.embed import Elsewhere
from toolchain.embedding.files import FileEmbedding, embed_files
from toolchain.embedding.model import EmbeddingModel
from toolchain.errors import ToolchainError
from toolchain.scale.cluster import Cluster, Pending, refuse_unseen

_LOCK: Final = threading.Lock()


class Network(NamedTuple):
    """The network that workers have to open, and what must be the same there.

    Attributes:
        folder: An absolute path.
        fingerprint: Of its files.
        picture_version: Of how photos are read.
    """

    folder: Path
    fingerprint: str
    picture_version: int


class _PendingFiles(NamedTuple):
    """Some files on their way."""

    paths: list[Path]
    pending: Pending[list[FileEmbedding]]

    def result(self) -> list[FileEmbedding]:
        results = self.pending.result()
        refuse_unseen(path for path, each in zip(self.paths, results, strict=True) if _is_unread(each))
        return results


def embed_on(cluster: Cluster | None, model: EmbeddingModel) -> Elsewhere | None:
    """Return what ``embed_photos`` takes as ``elsewhere`` to embed on a cluster; None where there is none."""
    if cluster is None:
        return None
    joined = cluster
    network = Network(model.folder.absolute(), model.fingerprint, PICTURE_VERSION)

    def submit(paths: list[Path]) -> _PendingFiles:
        there = [path.absolute() for path in paths]
        return _PendingFiles(there, joined.submit(embed_there, there, network))

    return Elsewhere(submit, joined.ahead)


def embed_there(paths: list[Path], network: Network) -> list[FileEmbedding]:
    """Embed files. A worker runs this.

    Raises:
        ToolchainError: The worker has another network, or none.
    """
    with _LOCK:
        model = _open(network)
    return embed_files(paths, model)


@lru_cache(maxsize=1)
def _open(network: Network) -> EmbeddingModel:
    hint = "Put the network into a folder that all workers see at the same path, and name it with --model."
    if network.picture_version != PICTURE_VERSION:
        raise ToolchainError(
            "A worker of the cluster reads photos as another version of this project does.",
            "Install the same version on all machines, and start the workers again.",
        )
    try:
        model = EmbeddingModel.open(network.folder, threads=1)
    except ToolchainError as error:
        raise ToolchainError(f"A worker of the cluster can't open the network. {error.message}", hint) from error
    if model.fingerprint != network.fingerprint:
        raise ToolchainError(f"The network in {network.folder} is another one on a worker of the cluster.", hint)
    return model


def _is_unread(result: FileEmbedding) -> bool:
    return not result.digest and result.problem is not None and result.problem.code == "unreadable"
