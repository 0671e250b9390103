"""Embeddings that were computed before, in one SQLite file: by the content of a photo's file, and the network.

A process that is killed at any moment leaves what was put before, whole.
"""

import sqlite3
import stat
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.knn.arrays import Embeddings
from toolchain.embedding.cache_file import open_database, what_to_do
from toolchain.errors import ToolchainError

#: Counted up when the reader's meaning of a picture changes: older embeddings are of other pictures then.
PICTURE_VERSION: Final = 3
#: SQLite takes so many values in one question, in its oldest versions.
_MOST_VALUES: Final = 900


class FileState(NamedTuple):
    """A file, and by what a change of it is noticed."""

    path: str
    state: str

    @classmethod
    def of(cls, path: Path) -> "FileState | None":
        """Return a file's state; None where it can't be looked at, or is no file."""
        try:
            found = path.stat()
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        # With the time of the last change of any kind, which programs can't set back.
        times = f"{found.st_mtime_ns}-{found.st_ctime_ns}"
        return cls(str(path.absolute()), f"{found.st_size}-{times}-{found.st_dev}-{found.st_ino}")


class EmbeddingCache:
    """Embeddings by photo, for one network.

    Args:
        path: The file; made where it is missing.
        model: The network's fingerprint.

    Raises:
        ToolchainError: The file is another program's, or can't be written.
    """

    def __init__(self, path: Path, model: str) -> None:
        self.path = path
        self.model = model
        self._key = f"{model}-{PICTURE_VERSION}"
        self._database = open_database(path)

    @classmethod
    def open(cls, path: Path | None, model: str) -> "EmbeddingCache":
        """Open a cache: this file, or the user's own where it is None."""
        if path is None:
            import platformdirs

            path = Path(platformdirs.user_cache_dir("show-and-tell", appauthor=False)) / "embeddings.sqlite"
        return cls(path, model)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> "EmbeddingCache":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def get(self, digests: Iterable[str], dimension: int | None = None) -> dict[str, NDArray[np.float32]]:
        """Return the embeddings that are kept, float32, (d,), by the digests of their photos' files.

        Args:
            digests: SHA-256 of the photos' files, in hex.
            dimension: d; None for any. A row that can't be an embedding of so many numbers counts as not kept.

        Raises:
            ToolchainError: The file is damaged, or can't be read.
        """
        wanted = [bytes.fromhex(digest) for digest in dict.fromkeys(digests)]
        found: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(wanted), _MOST_VALUES):
            part = wanted[start : start + _MOST_VALUES]
            marks = ", ".join("?" * len(part))
            rows = self._rows(
                f"SELECT digest, embedding, check_sum FROM embeddings WHERE model = ? AND digest IN ({marks})",  # noqa: S608
                (self._key, *part),
            )
            for digest, content, check_sum in rows:
                embedding = _as_embedding(content, check_sum, dimension)
                if embedding is not None:
                    found[digest.hex()] = embedding
        return found

    def _rows(self, question: str, values: Sequence[object]) -> list[Any]:
        try:
            with closing(self._database.execute(question, values)) as rows:
                return rows.fetchall()
        except sqlite3.Error as error:
            raise ToolchainError(f"Embeddings can't be read from {self.path}: {error}.", what_to_do(error)) from error

    def put(self, digests: Sequence[str], embeddings: Embeddings, files: Iterable[tuple[FileState, str]] = ()) -> None:
        """Keep embeddings, all of them or none.

        Args:
            digests: n SHA-256 of the photos' files, in hex.
            embeddings: float32, (n, d).
            files: The files that were looked at, and their digests.

        Raises:
            ToolchainError: The disk refuses it, or the file is damaged.
        """
        contents = [np.ascontiguousarray(embedding, "<f4").tobytes() for embedding in embeddings]
        rows = [
            (self._key, bytes.fromhex(digest), content, zlib.crc32(content))
            for digest, content in zip(digests, contents, strict=True)
        ]
        # A name with half a character, which SQLite can't keep, is looked at again the next time.
        known = [(path, state, bytes.fromhex(digest)) for (path, state), digest in files if _is_text(path)]
        try:
            with self._database:
                self._database.execute("BEGIN IMMEDIATE")
                self._database.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?)", rows)
                self._database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", known)
        except sqlite3.Error as error:
            raise ToolchainError(f"Embeddings can't be kept in {self.path}: {error}.", what_to_do(error)) from error

    def digests(self, files: Sequence[FileState]) -> dict[str, str]:
        """Return the digests, by path, of files that did not change since they were put.

        Raises:
            ToolchainError: The file is damaged, or can't be read.
        """
        states = dict(files)
        paths = [path for path in states if _is_text(path)]
        found: dict[str, str] = {}
        for start in range(0, len(paths), _MOST_VALUES):
            part = paths[start : start + _MOST_VALUES]
            marks = ", ".join("?" * len(part))
            rows = self._rows(
                f"SELECT path, state, digest FROM files WHERE path IN ({marks})",  # noqa: S608
                part,
            )
            found |= {
                path: digest.hex()
                for path, state, digest in rows
                if isinstance(digest, bytes) and states.get(path) == state
            }
        return found


def _as_embedding(content: object, check_sum: object, dimension: int | None) -> NDArray[np.float32] | None:
    """Return what a row keeps; None where it was damaged. Only rows of the version before have no check sum."""
    if not isinstance(content, bytes) or check_sum not in (None, zlib.crc32(content)) or len(content) % 4:
        return None
    embedding = np.frombuffer(content, "<f4")
    is_sound = len(embedding) == (dimension or len(embedding)) and np.isfinite(embedding).all()
    # Zeros are what a damaged disk leaves.
    return embedding if is_sound and (check_sum is not None or embedding.any()) else None


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
