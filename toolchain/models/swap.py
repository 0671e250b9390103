"""A folder that takes another one's place whole: a kill at any moment leaves the old one or the new one.

The new one is written beside it, as ``.<name>.saving``; the old one is called ``.<name>.replaced`` until the new one
has its name and everything of the old one that stays.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

_SAVING, _REPLACED = ".saving", ".replaced"

#: Returns whether a folder was written to its end.
IsWhole = Callable[[Path], bool]


@contextlib.contextmanager
def swapped(folder: Path, is_whole: IsWhole, ours: Collection[str]) -> Iterator[Path]:
    """Yield a new folder to write into, which takes the place of a folder at the end.

    Args:
        folder: Made where it is missing.
        is_whole: Of the new folder it has to be true at the end, and not before.
        ours: Names in the old folder that go; all others stay.

    Raises:
        OSError: It can't be written. The old folder is there, or the whole new one.
    """
    folder = folder.resolve()
    settle(folder, is_whole, ours)
    saving = _beside(folder, _SAVING)
    try:
        saving.mkdir(parents=True)
        yield saving
        if folder.exists():
            folder.replace(_beside(folder, _REPLACED))
        saving.replace(folder)
    finally:
        settle(folder, is_whole, ours)


def settle(folder: Path, is_whole: IsWhole, ours: Collection[str]) -> None:
    """Finish or undo what a swap left that was killed, and tidy up after it.

    Args:
        folder: May be missing.
        is_whole: As for ``swapped``.
        ours: As for ``swapped``.

    Raises:
        OSError: Something can't be moved or removed.
    """
    restore(folder, is_whole)
    folder = folder.resolve()
    replaced = _beside(folder, _REPLACED)
    if replaced.is_dir() and not replaced.is_symlink():
        for path in replaced.iterdir():
            if path.name not in ours and not os.path.lexists(folder / path.name):
                path.replace(folder / path.name)
    for path in (_beside(folder, _SAVING), replaced):
        if path.is_symlink():
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)


def restore(folder: Path, is_whole: IsWhole) -> None:
    """Put a folder back that a swap took away before it was killed: the new one if it is whole, else the old one.

    Raises:
        OSError: It can't be moved.
    """
    folder = folder.resolve()
    saving, replaced = _beside(folder, _SAVING), _beside(folder, _REPLACED)
    if folder.exists() or saving.is_symlink() or replaced.is_symlink():
        return
    if saving.is_dir() and is_whole(saving):
        saving.replace(folder)
    elif replaced.is_dir():
        replaced.replace(folder)


def restore_all(parent: Path, is_whole: IsWhole) -> None:
    """Put back every folder in a folder that a swap took away before it was killed; what can't be moved stays."""
    for replaced in sorted(parent.glob(f".*{_REPLACED}")):
        with contextlib.suppress(OSError):
            restore(parent / replaced.name[1 : -len(_REPLACED)], is_whole)


def is_leftover(folder: Path) -> bool:
    """Return whether a folder is one that a swap is using, or left.

    Example:
        >>> is_leftover(Path("models/.cat-dog.saving")), is_leftover(Path("models/cat-dog"))
        (True, False)
    """
    return folder.name.startswith(".") and folder.name.endswith((_SAVING, _REPLACED))


def _beside(folder: Path, ending: str) -> Path:
    return folder.parent / f".{folder.name}{ending}"
