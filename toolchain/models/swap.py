"""A folder that takes another one's place whole: a kill at any moment leaves the old one or the new one.

The new one is written beside it, as ``.<name>.saving``. The old one is ``.<name>.replaced`` until everything of it that
stays is in the new one.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import count
from pathlib import Path

from toolchain.errors import ToolchainError

_SAVING, _REPLACED = ".saving", ".replaced"

#: Returns whether a folder was written to its end.
IsWhole = Callable[[Path], bool]


@contextlib.contextmanager
def swapped(folder: Path, is_whole: IsWhole, ours: Collection[str]) -> Iterator[Path]:
    """Yield a new folder to write into, which takes the place of a folder at the end.

    Of two swaps in one parent folder the second waits for the first, on the same machine.

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
    with _locked(folder.parent):
        _put_back(folder, is_whole)
        _tidy_up(folder, is_whole, ours)
        saving = _beside(folder, _SAVING)
        try:
            saving.mkdir()
            yield saving
            _put(saving, folder)
        finally:
            _put_back(folder, is_whole)
            _tidy_up(folder, is_whole, ours)


def restore(folder: Path, is_whole: IsWhole, ours: Collection[str]) -> None:
    """Give a folder back what a swap left that was killed; wait for a swap that is nearly done. Remove nothing.

    Args:
        folder: May be missing.
        is_whole: As for ``swapped``.
        ours: As for ``swapped``.

    Raises:
        OSError: Something can't be moved.
    """
    folder = folder.resolve()
    has_no_name = _is_nothing(folder) and _is_left(_beside(folder, _SAVING))
    if has_no_name or _is_left(_beside(folder, _REPLACED)):
        with _locked(folder.parent):
            _put_back(folder, is_whole)
            _take_theirs(folder, is_whole, ours)


def restore_all(parent: Path, is_whole: IsWhole, ours: Collection[str]) -> None:
    """Restore every folder in a folder; what can't be moved stays."""
    for left in sorted(parent.glob(f".*{_REPLACED}")):
        with contextlib.suppress(OSError):
            restore(parent / left.name[1 : -len(_REPLACED)], is_whole, ours)


def find_in_the_way(folder: Path) -> Path | None:
    """Return what has a name that a swap of a folder needs, and is no folder; None: the names are free."""
    folder = folder.resolve()
    beside = [_beside(folder, ending) for ending in (_SAVING, _REPLACED)]
    return next((path for path in beside if path.exists() and not path.is_dir()), None)


def is_leftover(folder: Path) -> bool:
    """Return whether a folder is one that a swap is using, or left.

    Example:
        >>> is_leftover(Path("models/.cat-dog.saving")), is_leftover(Path("models/cat-dog"))
        (True, False)
    """
    return folder.name.startswith(".") and folder.name.endswith((_SAVING, _REPLACED))


def _put(saving: Path, folder: Path) -> None:
    if not _is_nothing(folder):
        try:
            folder.replace(_beside(folder, _REPLACED))
        except OSError as error:
            # What took long to make is not thrown away.
            kept = _free(folder.with_name(f"{folder.name} (new)"))
            saving.replace(kept)
            raise ToolchainError(
                f"{folder} can't be replaced: {error.strerror or error}.",
                f"What was made is in {kept}. Close what uses {folder}, and rename the two.",
            ) from error
    _give_name(saving, folder)


def _put_back(folder: Path, is_whole: IsWhole) -> None:
    """Give a missing folder what has to have its name: the new one; the old one where the new one is not whole."""
    if not _is_nothing(folder):
        return
    saving, replaced = _beside(folder, _SAVING), _beside(folder, _REPLACED)
    if not _is_left(saving):
        # The new one had the name, and somebody deleted it since: the old one does not come back.
        return
    found = next((path for path in (saving, replaced) if _is_left(path) and is_whole(path)), None)
    if found:
        _give_name(found, folder)


def _give_name(found: Path, folder: Path) -> None:
    if folder.exists():  # An empty one.
        folder.rmdir()
    found.replace(folder)


def _take_theirs(folder: Path, is_whole: IsWhole, ours: Collection[str]) -> None:
    """Move what is a person's from the old folder into the new one."""
    replaced = _beside(folder, _REPLACED)
    if is_whole(folder) and _is_left(replaced):
        for path in [path for path in replaced.iterdir() if path.name not in ours]:
            path.replace(_free(folder / path.name))


def _tidy_up(folder: Path, is_whole: IsWhole, ours: Collection[str]) -> None:
    saving, replaced = _beside(folder, _SAVING), _beside(folder, _REPLACED)
    if not is_whole(folder) and not _is_nothing(folder):
        # Something else has the name. What is whole, and a person's files, wait beside it.
        return
    for path in (saving, replaced):
        if path.is_symlink():
            path.unlink()
    _take_theirs(folder, is_whole, ours)
    if replaced.is_dir():
        rest = [path for path in replaced.iterdir() if path.name not in ours]
        if rest:
            # Somebody deleted the new one. Their files wait for the next one; the old one must not come back then.
            _remove([path for path in replaced.iterdir() if path.name in ours])
        else:
            shutil.rmtree(replaced)
    if saving.is_dir():
        shutil.rmtree(saving)


def _is_nothing(folder: Path) -> bool:
    """Return whether a folder is missing, or an empty one that somebody made since."""
    return not os.path.lexists(folder) or (folder.is_dir() and not any(folder.iterdir()))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        if _is_left(path):
            shutil.rmtree(path)
        else:
            path.unlink()


def _is_left(path: Path) -> bool:
    # A link is none of ours, and what it leads to is not touched.
    return path.is_dir() and not path.is_symlink()


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
def _locked(parent: Path) -> Iterator[None]:
    """Hold the lock of a folder, which leaves no file behind. Where there are no such locks nothing is held."""
    try:
        import fcntl
    except ImportError:  # Windows locks no folders.
        yield
        return
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        # Some network drives lock no folders either.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _beside(folder: Path, ending: str) -> Path:
    return folder.parent / f".{folder.name}{ending}"
