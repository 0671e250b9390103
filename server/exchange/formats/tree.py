"""Classes from a tree of folders: which folder is a class, and which files are its pictures.

A dropped folder, a zip and a folder of Python's mean the same. The twin is ``web/src/exchange/formats/tree.js``.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from server.exchange.formats.csv_records import SPACES

_PICTURE_NAME: Final = re.compile(r".*\.(avif|bmp|gif|heic|heif|jfif|jpe?g|png|svg|tiff?|webp)", re.I | re.S)
#: Folders that programs leave behind. Names that begin with a dot are hidden: .thumbnails, ._cat.jpg, and "..", too.
LITTER: Final = ("__macosx", "@eadir", "$recycle.bin", "system volume information")
#: Folders that split a data set and are no classes, where they have class folders inside.
SPLITS: Final = ("train", "training", "val", "valid", "validation", "test", "testing")


class PlannedClass(NamedTuple):
    """A class: its label, and the paths of its pictures, sorted."""

    label: str
    paths: list[str]


class TreePlan(NamedTuple):
    """What is in a tree.

    Attributes:
        classes: In the order of their names.
        loose: The paths of pictures that are in no class folder.
        depth: How many folders the class folders are in.
    """

    classes: list[PlannedClass]
    loose: list[str]
    depth: int


class _Kept(NamedTuple):
    path: str
    folders: list[str]


def page_order(text: str) -> bytes:
    """Return the key by which the page sorts text."""
    return text.encode("utf-16-be", "surrogatepass")


def is_kept(path: str) -> bool:
    """Return whether this is a picture that a person put there.

    Example:
        >>> is_kept("cat/1.JPG"), is_kept("cat/._1.jpg"), is_kept("__MACOSX/cat/1.jpg")
        (True, False, False)
    """
    parts = _parts(path)
    return bool(_PICTURE_NAME.fullmatch(path)) and not any(
        part.startswith(".") or part.lower() in LITTER for part in parts
    )


def plan_tree(paths: Iterable[str], name: str) -> TreePlan:
    r"""Return the classes of a tree.

    The first folder is the class. A folder around all of them is none, nor are train and test; folders inside a class
    belong to it.

    Args:
        paths: Of all files, with / or \ between the folders.
        name: Of the one class where there are no folders.

    Example:
        >>> plan_tree(["pets/dog/1.jpg", "pets/cat/1.jpg", "pets/cat/.thumbnails/1.jpg"], "pets").classes
        [PlannedClass(label='cat', paths=['pets/cat/1.jpg']), PlannedClass(label='dog', paths=['pets/dog/1.jpg'])]
    """
    kept = [
        _Kept(path, [part for part in _parts(path)[:-1] if part])
        for path in sorted(filter(is_kept, paths), key=page_order)
    ]
    depth = 0
    while _is_around(kept):
        kept = [_Kept(path, folders[1:]) for path, folders in kept]
        depth += 1
    if kept and all(len(folders) > 1 and folders[0].lower() in SPLITS for _, folders in kept):
        kept = [_Kept(path, folders[1:]) for path, folders in kept]
        depth += 1
    is_flat = not any(folders for _, folders in kept)
    classes: dict[str, list[str]] = {}
    loose: list[str] = []
    for path, folders in kept:
        if not folders and not is_flat:
            loose.append(path)
            continue
        # macOS writes é as two characters.
        label = unicodedata.normalize("NFC", name if is_flat else folders[0]).strip(SPACES)
        classes.setdefault(label, []).append(path)
    return TreePlan([PlannedClass(label, classes[label]) for label in sorted(classes, key=page_order)], loose, depth)


def _parts(path: str) -> list[str]:
    return re.split(r"[/\\]", path)


def _is_around(kept: list[_Kept]) -> bool:
    """Return whether one folder is around all, and has class folders."""
    first = {folders[0] if folders else None for _, folders in kept}
    if len(first) != 1 or None in first:
        return False
    inner = {folders[1] if len(folders) > 1 else None for _, folders in kept}
    return None not in inner or len(inner) > 2
