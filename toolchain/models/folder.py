"""The folder of a trained model: what may be in it, where a new one may be written, and how one is found.

``toolchain/models/trained.py`` writes and reads it.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from toolchain.errors import ToolchainError
from toolchain.models import facts, head_file
from toolchain.models.facts import AGAIN, read_facts
from toolchain.models.more_examples import NAMES as MORE_NAMES
from toolchain.models.swap import find_in_the_way, is_leftover, restore, restore_all

PROJECT: Final = "project.showandtell"
#: The folder of a network of the model's own, tuned on its photos.
NETWORK: Final = "network"
#: What training may write beside; what an earlier training left of these goes.
BESIDE: Final = (
    "history.csv",
    "history.png",
    "search.csv",
    "search.png",
    "comparison.csv",
    "split.csv",
    "tuning.csv",
    "tuning.png",
)
#: All that a save may write: what of it is in an old folder goes.
OURS: Final = frozenset({facts.NAME, PROJECT, head_file.NAME, NETWORK, *MORE_NAMES, *BESIDE})


def is_whole(folder: Path) -> bool:
    """Return whether a model was saved in a folder to its end."""
    return (folder / facts.NAME).is_file()


def state_of(folder: Path) -> tuple[int, int] | None:
    """Return what changes with every save; None where nothing is saved."""
    try:
        found = (folder / facts.NAME).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def find_trained(
    models: Path, classes: Sequence[str], say_damaged: Callable[[str], None] = lambda _: None
) -> Path | None:
    """Return the newest trained model of some classes; None where there is none.

    Args:
        models: A folder of trained models, each in a folder of its own; those that are damaged are passed over.
        classes: In any order. A model's class for anything else need not be among them.
        say_damaged: Called for each that is passed over, with a line: which file, what is wrong, what to do. Any of
            them may have been the one that was wanted.
    """
    found: list[tuple[int, str, Path]] = []
    restore_all(models, is_whole, OURS)
    for path in sorted(models.glob(f"*/{facts.NAME}")):
        if is_leftover(path.parent):
            continue
        try:
            if facts.same_classes(read_facts(path.parent), classes):
                found.append((path.stat().st_mtime_ns, path.parent.name, path.parent))
        except ToolchainError as error:
            # What is gone was replaced meanwhile, by another training.
            if path.is_file():
                say_damaged(" ".join(error.message.split("\n")))
        except OSError as error:
            if path.is_file():
                say_damaged(f"{path} can't be read: {error.strerror or error}. {AGAIN}")
    return max(found)[2] if found else None


def check_out(folder: Path) -> None:
    """Refuse a folder that can't become a model's; put back what a save left that was killed.

    Raises:
        ToolchainError: It holds other things and no model, it is the one that the command runs in, or a file beside it
            has a name that is needed.
        OSError: What was left can't be moved.
    """
    restore(folder, is_whole, OURS)
    if other := find_in_the_way(folder):
        raise ToolchainError(f"{other} is in the way: a model is written under this name first.", "Move it elsewhere.")
    if Path.cwd().is_relative_to(folder.resolve()):
        raise ToolchainError(f"{folder} is the folder that you are in.", "Name another one with --out, or one in it.")
    is_ours = (folder / facts.NAME).is_file() or (folder.is_dir() and not any(folder.iterdir()))
    if folder.exists() and not is_ours:
        raise ToolchainError(
            f"{folder} holds something else than a trained model.", "Choose an empty or a new folder with --out."
        )


def check_beside(photos: Path, out: Path) -> None:
    """Refuse a model's folder among photos: its files would be listed with them from then on.

    Args:
        photos: A folder of photos.
        out: The model's folder, or the folder of models that it comes into.

    Raises:
        ToolchainError: It is that folder, or inside it.
    """
    inner, outer = out.resolve(), photos.resolve()
    if inner == outer or outer in inner.parents:
        raise ToolchainError(
            f"The model's folder {out} is in the folder of photos {photos}; nothing is written among photos.",
            "Give a folder beside it with --out.",
        )
