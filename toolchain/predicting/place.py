"""Where a prediction is written: a folder in which no link leads elsewhere."""

import os
from collections.abc import Iterable
from pathlib import Path

from toolchain.errors import ToolchainError

_HINT = "Move it elsewhere, or choose another folder with --out."


def check_place(out: Path, files: Iterable[str], folder: str) -> None:
    """Refuse a folder where what is written would be written elsewhere, or not at all.

    Args:
        out: The folder; it may be a link itself, since a person named it.
        files: Names of what is written there.
        folder: The name of the folder in it for pictures.

    Raises:
        ToolchainError: A link or something else is in the way; names it.
        OSError: It can't be looked at.
    """
    for path in (out, out / folder):
        if path.is_symlink() and (path != out or not path.exists()):
            _refuse_link(path)
        if path.exists() and not path.is_dir():
            raise ToolchainError(f"{path} is no folder.", _HINT)
    for path in (out / name for name in files):
        if path.is_symlink():
            _refuse_link(path)
        if path.exists() and not path.is_file():
            raise ToolchainError(f"{path} is no file.", _HINT)
    if (out / folder).is_dir():
        with os.scandir(out / folder) as entries:
            for entry in entries:
                if entry.is_symlink():
                    _refuse_link(Path(entry.path))


def _refuse_link(path: Path) -> None:
    raise ToolchainError(f"{path} is a link; what it leads to would be overwritten.", _HINT)
