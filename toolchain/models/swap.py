"""A folder that takes another one's place whole: a kill at any moment leaves the old one or the new one.

The new one is written beside it, as ``.<name>.saving``. The old one is ``.<name>.replaced`` until the new one has its
name, and then ``.<name>.finished`` until everything of it that stays is in the new one.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from itertools import count
from pathlib import Path

from toolchain.errors import ToolchainError

_SAVING, _REPLACED, _FINISHED = ".saving", ".replaced", ".finished"
_ENDINGS = (_SAVING, _REPLACED, _FINISHED)

#: Returns whether a folder was written to its end.
IsWhole = Callable[[Path], bool]


@contextlib.contextmanager
def swapped(folder: Path, is_whole: IsWhole, ours: Collection[str]) -> Iterator[Path]:
    """Yield a new folder to write into, which takes the place of a folder at the end.

    Of two swaps of one folder the second waits for the first.

    Args:
        folder: Made where it is missing.
        is_whole: Of the new folder it has to be true at the end, and not before.
        ours: Names in the old folder that go; all others stay.

    Raises:
        OSError: It can't be written. The old folder is there, or the whole new one.
        ToolchainError: The old folder can't be moved; says where the new one is.
    """
    folder = folder.resolve()
    if not folder.parent.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.parent, waits=True):
        _settle(folder, is_whole, ours)
        saving = _beside(folder, _SAVING)
        try:
            saving.mkdir()
            yield saving
            _put(saving, folder)
        finally:
            _settle(folder, is_whole, ours)


def restore(folder: Path, is_whole: IsWhole, ours: Collection[str]) -> None:
    """Finish or undo what a swap left that was killed, and tidy up after it. A swap that goes on is left alone.

    Args:
        folder: May be missing.
        is_whole: As for ``swapped``.
        ours: As for ``swapped``.

    Raises:
        OSError: Something can't be moved or removed.
    """
    folder = folder.resolve()
    if not any(os.path.lexists(_beside(folder, ending)) for ending in _ENDINGS):
        return
    # Between two renames of a swap there is no folder: that moment is waited for.
    with _locked(folder.parent, waits=not folder.exists()) as is_free:
        if is_free:
            _settle(folder, is_whole, ours)


def restore_all(parent: Path, is_whole: IsWhole, ours: Collection[str]) -> None:
    """Restore every folder in a folder; what can't be moved stays."""
    for ending in (_REPLACED, _FINISHED):
        for left in sorted(parent.glob(f".*{ending}")):
            with contextlib.suppress(OSError):
                restore(parent / left.name[1 : -len(ending)], is_whole, ours)


def is_leftover(folder: Path) -> bool:
    """Return whether a folder is one that a swap is using, or left.

    Example:
        >>> is_leftover(Path("models/.cat-dog.saving")), is_leftover(Path("models/cat-dog"))
        (True, False)
    """
    return folder.name.startswith(".") and folder.name.endswith(_ENDINGS)


def _put(saving: Path, folder: Path) -> None:
    replaced = _beside(folder, _REPLACED)
    if folder.exists():
        try:
            folder.replace(replaced)
        except OSError as error:
            # What took long to make is not thrown away.
            kept = _free(folder.with_name(f"{folder.name} (new)"))
            saving.replace(kept)
            raise ToolchainError(
                f"{folder} can't be replaced: {error.strerror or error}.",
                f"What was made is in {kept}. Close what uses {folder}, and rename the two.",
            ) from error
    saving.replace(folder)
    if replaced.exists():
        # From here on nothing brings the old one back, should somebody delete the new one.
        replaced.replace(_beside(folder, _FINISHED))


def _settle(folder: Path, is_whole: IsWhole, ours: Collection[str]) -> None:
    saving, replaced, finished = (_beside(folder, ending) for ending in _ENDINGS)
    for path in (saving, replaced, finished):
        if path.is_symlink():
            path.unlink()
    if not folder.exists():
        if saving.is_dir() and is_whole(saving):
            saving.replace(folder)
        elif replaced.is_dir():
            replaced.replace(folder)
    for old in (replaced, finished):
        if not old.is_dir():
            continue
        theirs = [path for path in old.iterdir() if path.name not in ours]
        if theirs and not folder.exists():
            # Somebody deleted the new one. Their files wait for the next one.
            continue
        for path in theirs:
            path.replace(_free(folder / path.name))
        shutil.rmtree(old)
    if saving.is_dir():
        shutil.rmtree(saving)


def _free(path: Path) -> Path:
    """Return a path that nothing is at: the one given, or one with a number.

    Example:
        >>> _free(Path("there is no such file.txt")).name
        'there is no such file.txt'
    """
    if not os.path.lexists(path):
        return path
    names = (path.with_name(f"{path.stem} {number}{path.suffix}") for number in count(2))
    return next(each for each in names if not os.path.lexists(each))


@contextlib.contextmanager
def _locked(parent: Path, *, waits: bool) -> Iterator[bool]:
    """Hold the lock of a folder, which leaves no file behind; yield whether it could be had.

    Args:
        parent: Where the folders are swapped.
        waits: Whether to wait until nobody else holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows locks no folders.
        yield True
        return
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
            is_free = True
        except BlockingIOError:
            is_free = False
        yield is_free
    finally:
        os.close(descriptor)


def _beside(folder: Path, ending: str) -> Path:
    return folder.parent / f".{folder.name}{ending}"
