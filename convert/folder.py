"""Replaces a model folder in one step, so that the old model stays whole until the new one is."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convert.errors import ConvertError, is_disk_full

_MODEL_FILE = re.compile(
    r"manifest\.json|model(-[0-9a-f]{16})?\.json|.*\.bin|sample-[0-9a-f]{16}\.showandtell|sample-ask-[0-9a-f]{16}\.jpg"
)
# Finder and Explorer leave these in every folder that someone looks at.
_FILE_MANAGER_FILES = {".DS_Store", "Thumbs.db"}


@contextmanager
def replace_folder(out: Path) -> Iterator[Path]:
    """Gives a temporary folder beside `out` to work in, and moves its `model` folder to `out` at the end.

    Whatever stops the body, the old `out` stays as it was and the temporary folder goes. What a killed run left
    behind is tidied up by the next one.

    Args:
        out: The folder to replace; it need not exist.

    Yields:
        The temporary folder; the body fills `<it>/model`. Anything else in it is thrown away.

    Raises:
        ConvertError: `out` is something else than a model's folder, another conversion is writing to it, it can't be
            written, or the disk is full.
    """
    out = out.absolute()
    _refuse_other_contents(out)
    work, old = out.with_name(f".{out.name}.new"), out.with_name(f".{out.name}.old")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _sole_writer(out):
            _tidy(out, work, old)
            try:
                work.mkdir()
                yield work
                if out.exists():
                    out.rename(old)
                (work / "model").rename(out)
            finally:
                _tidy(out, work, old)
    except ConvertError:
        raise
    except Exception as error:
        if is_disk_full(error):
            raise ConvertError(
                f"The disk is full: the model could not be written beside {out}. What was there is unchanged.",
                "Make room (a conversion needs up to 1 GB for a moment), or choose another disk with --out.",
            ) from error
        if isinstance(error, PermissionError):
            raise ConvertError(
                f"{out.parent} can't be written to ({error.strerror}).", "Choose another folder with --out."
            ) from error
        raise


def _tidy(out: Path, work: Path, old: Path) -> None:
    """Removes temporary folders; puts the old model back if the new one never took its place."""
    if old.exists():
        if out.exists():
            shutil.rmtree(old)
        else:
            old.rename(out)
    if work.exists():
        shutil.rmtree(work)


@contextmanager
def _sole_writer(out: Path) -> Iterator[None]:
    """Holds the lock of a folder's parent (the folder itself: no lock file that could be left behind)."""
    descriptor = os.open(out.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConvertError(
                f"Another conversion is writing to {out.parent}.", "Wait until it has ended, or choose another --out."
            ) from error
        yield
    finally:
        os.close(descriptor)


def _refuse_other_contents(out: Path) -> None:
    """Makes sure that replacing `out` can't cost anyone a file that is not a model's."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ConvertError(f"{out} is not a folder of its own.", "Choose another place with --out.")
    if out.is_dir():
        for entry in sorted(out.iterdir()):
            if entry.name not in _FILE_MANAGER_FILES and not _MODEL_FILE.fullmatch(entry.name):
                raise ConvertError(
                    f"{out} holds {entry.name}, which is not part of a model; converting would delete it.",
                    "Choose an empty or a new folder with --out.",
                )
