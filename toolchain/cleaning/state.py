"""What a clean copy's state file says: what was known of the originals, and what was written.

Anyone may have written it, and it decides what is overwritten and removed: nothing in it is trusted.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from toolchain.cleaning.inspect import COLOUR_DIGITS, Look
from toolchain.embedding.cache import PICTURE_VERSION, FileState
from toolchain.errors import ToolchainError

STATE: Final = ".clean.json"
#: The state while it is being written. One is left behind where a run was killed at that moment.
_UNFINISHED: Final = ".clean.json.new"
_FORMAT: Final = "show-and-tell-clean"
_VERSION: Final = 2
#: Knew no colours of the photos: they are looked at again. What it wrote stays.
_WITHOUT_COLOURS: Final = 1
#: Of all files that are written.
ENDING: Final = ".jpg"


class CleanState:
    """What is known of the originals, and what was written, from one run to the next.

    Args:
        out: The copy.
        looks: By the original's path and state.
        outputs: Of each file that was written: what it was made of; "" while it is being written.
    """

    def __init__(self, out: Path, looks: dict[str, Look], outputs: dict[str, str]) -> None:
        self._out = out
        self.looks = looks
        self.outputs = outputs

    @classmethod
    def open(cls, out: Path) -> "CleanState":
        """Read a copy's state; a folder that is new or empty has a new one.

        Raises:
            ToolchainError: The folder holds other files, or its state can't be read.
            OSError: The folder can't be made.
        """
        state = cls(out, {}, {})
        state.refuse_outside(STATE)
        path = out / STATE
        if not path.exists():
            if out.exists() and (not out.is_dir() or any(each.name != _UNFINISHED for each in out.iterdir())):
                raise ToolchainError(f"{out} holds other files.", "Choose a new or an empty folder with --out.")
            out.mkdir(parents=True, exist_ok=True)
            return state
        try:
            state.looks, outputs = _parse(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, RecursionError) as error:
            raise ToolchainError(
                f"{path}, which says what is in the copy, can't be read: {error}.",
                f"Choose another folder with --out, or delete {out} if it holds nothing of yours.",
            ) from error
        state.outputs = {name: made_of for name, made_of in outputs.items() if _can_be_ours(out, name)}
        return state

    def save(self) -> None:
        """Write the state, whole or not at all, whenever the process or the machine stops."""
        stored = {"format": _FORMAT, "version": _VERSION, "pictures": PICTURE_VERSION}
        stored |= {"looks": self.looks, "outputs": self.outputs}
        unfinished = self._out / _UNFINISHED
        unfinished.unlink(missing_ok=True)
        with unfinished.open("x", encoding="utf-8") as file:
            file.write(json.dumps(stored, ensure_ascii=True))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._out / STATE)

    def remove_others(self, wanted: Mapping[str, int]) -> int:
        """Remove what an earlier run wrote and this one does not want."""
        gone = [name for name in self.outputs if name not in wanted]
        for name in gone:
            path = self._out / name
            # A folder that became a link leads to files that are not the copy's.
            if _is_inside(self._out, name) and path.is_file():
                path.unlink()
            del self.outputs[name]
            for parent in path.parents:
                if parent == self._out or not parent.is_dir() or parent.is_symlink() or any(parent.iterdir()):
                    break
                parent.rmdir()
        return len(gone)

    def is_written(self, name: str, key: str) -> bool:
        """Whether a file is there as it was written, made of what the key says."""
        made_of = self.outputs.get(name)
        return made_of is not None and made_of.partition("|")[0] == key and made_of == _made(self._out / name, key)

    def begin(self, name: str) -> None:
        """Note that a file is about to be written.

        Raises:
            ToolchainError: There is a file of somebody else's, or the place is outside the copy.
        """
        self.refuse_outside(name)
        if name not in self.outputs and (self._out / name).exists():
            raise ToolchainError(
                f"{self._out / name} is there already, and this command did not write it.",
                "Move it elsewhere, or choose another folder with --out.",
            )
        self.outputs[name] = ""

    def done(self, name: str, key: str) -> None:
        """Note that a file was written, and what it was made of."""
        self.outputs[name] = _made(self._out / name, key)

    def refuse_outside(self, name: str) -> None:
        """Refuse to write a file whose place is outside the copy.

        Raises:
            ToolchainError: It is.
        """
        if not _is_inside(self._out, name):
            raise ToolchainError(
                f"{self._out / name} leads out of {self._out}: a link is on the way.",
                "Remove the link, or choose another folder with --out.",
            )


def _parse(stored: Any) -> tuple[dict[str, Look], dict[str, str]]:
    """Return the looks and the outputs of what was stored.

    Raises:
        ValueError: It is no state; says why.
    """
    if not isinstance(stored, dict) or stored.get("format") != _FORMAT:
        raise ValueError("it is none of this command's files")
    version, looks, outputs = (stored.get(name) for name in ("version", "looks", "outputs"))
    if type(version) is not int or version not in (_VERSION, _WITHOUT_COLOURS):
        raise ValueError("it is of another version")
    if not isinstance(looks, dict):
        raise ValueError("it does not say what was known of the photos")
    if not isinstance(outputs, dict) or not all(isinstance(made_of, str) for made_of in outputs.values()):
        raise ValueError("it does not say which files were written")
    # What is damaged here is only looked at again, as is what was read with another meaning.
    is_current = version == _VERSION and stored.get("pictures") == PICTURE_VERSION
    found = {key: _as_look(value) for key, value in looks.items()} if is_current else {}
    return {key: look for key, look in found.items() if look is not None}, outputs


def _as_look(value: Any) -> Look | None:
    if not isinstance(value, list) or [type(each) for each in value] != [str, int, int, int, str, str, str]:
        return None
    look = Look(*value)
    if look.code:
        is_sound = bool(look.reason) and re.fullmatch("([0-9a-f]{64})?", look.digest)
    else:
        is_sound = (
            min(look.width, look.height) > 0
            and 0 <= look.phash < 2**64
            and re.fullmatch("[0-9a-f]{64}", look.digest)
            and re.fullmatch(f"[0-9a-f]{{{COLOUR_DIGITS}}}", look.colours)
        )
    return look if is_sound else None


def _made(path: Path, key: str) -> str:
    """Return what a written file is known by: what it was made of, and when it was last changed."""
    found = FileState.of(path)
    return f"{key}|{found.state if found else ''}"


def _can_be_ours(out: Path, name: str) -> bool:
    """Whether a name of the state file is one that this command gives."""
    return name.endswith(ENDING) and ".." not in PurePosixPath(name).parts and _is_inside(out, name)


def _is_inside(out: Path, name: str) -> bool:
    """Whether a name is of a file in the copy, and one that a file can have."""
    path = out / name
    try:
        path.is_dir()
        return out.resolve() in path.resolve().parents
    except (OSError, ValueError, RuntimeError):
        return False
