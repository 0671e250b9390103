"""Files that only this user may read, written whole or not at all. Only this room imports this module."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: Of the owner alone.
FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def make_folder(folder: Path) -> None:
    """Make a folder that nobody else may enter; one that is there is closed to others."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(FOLDER_MODE)


def read(path: Path) -> bytes:
    """Return a file's bytes; a file that others could read is closed to them first."""
    if path.stat().st_mode & 0o077:
        path.chmod(FILE_MODE)
    return path.read_bytes()


def write_new(path: Path, content: bytes) -> None:
    """Write a file where there is none; one that is there by now stays as it is."""
    with _written(path, content) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        except OSError:  # some file systems have no links
            temporary.replace(path)


def replace(path: Path, content: bytes) -> None:
    """Write a file in the place of what is there."""
    with _written(path, content) as temporary:
        temporary.replace(path)


@contextlib.contextmanager
def _written(path: Path, content: bytes) -> Iterator[Path]:
    """A file beside ``path`` with the content, on the disk; removed at the end."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
