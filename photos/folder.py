"""Which files of a folder are photos, of which class and which recording. Opens none of them.

A dropped folder in the page, a zip and a folder here mean the same: ``server.exchange.formats.tree``.
"""

import os
from pathlib import Path
from typing import NamedTuple

from photos.problem import PhotoProblem
from server.exchange.formats.tree import is_kept, page_order, plan_tree


class PhotoFile(NamedTuple):
    """A photo's file.

    Attributes:
        path: Where it is.
        name: Its path in the folder, with / between.
        label: Its class, by the folder that it is in; None where the folder has no class folders.
        group: One burst, or one person's photos: the folder inside the class folder, "label/folder"; None for none.
    """

    path: Path
    name: str
    label: str | None = None
    group: str | None = None


class PassedOver(NamedTuple):
    """A file that is not used: its path in the folder, and why, as a code and in words (``photos.problem``)."""

    name: str
    code: str
    reason: str


class Listing(NamedTuple):
    """What is in a folder, both sorted by name."""

    photos: list[PhotoFile]
    passed_over: list[PassedOver]


def list_photos(folder: Path) -> Listing:
    """Return the photos of a folder and of all folders in it.

    Links to folders are not followed: they may lead round in a circle, or out of the folder.

    Raises:
        OSError: The folder itself can't be read.
    """
    files, closed = _files_in(folder)
    names = sorted(files, key=page_order)
    plan = plan_tree(names, folder.resolve().name)
    is_flat = not any("/" in name for label in plan.classes for name in label.paths)
    found = [
        PhotoFile(folder / name, name, None if is_flat else label, None if is_flat else _group(name, label, plan.depth))
        for label, paths in plan.classes
        for name in paths
        if name not in closed
        # A folder whose name is blank names no class.
        and (label or is_flat)
    ]
    used = {photo.name for photo in found}
    loose = {name for name in names if is_kept(name)} - used
    passed_over = [_passed_over(name, name in loose, name in closed) for name in names if name not in used]
    return Listing(sorted(found, key=lambda photo: page_order(photo.name)), passed_over)


def _files_in(folder: Path) -> tuple[list[str], set[str]]:
    """Return the names of all files, and those of folders that nobody may read: they stand for what is in them."""
    names: list[str] = []
    closed: set[str] = set()

    def refuse(error: OSError) -> None:
        if error.filename == str(folder):
            raise error
        closed.add(Path(os.fsdecode(error.filename)).relative_to(folder).as_posix())

    for root, folders, files in os.walk(folder, onerror=refuse):
        place = Path(root).relative_to(folder)
        # Of a hidden folder, the name stands for what is in it, which may be a great deal.
        hidden = [each for each in folders if _is_hidden(each)]
        folders[:] = [each for each in folders if each not in hidden]
        names += [(place / file).as_posix() for file in [*files, *hidden]]
    return [*names, *closed], closed


def _group(name: str, label: str, depth: int) -> str | None:
    """Return the recording of a photo: the folders between its class folder, in so many others, and itself."""
    inner = name.split("/")[depth + 1 : -1]
    return "/".join([label, *inner]) if inner else None


def _passed_over(name: str, is_loose: bool, is_closed: bool) -> PassedOver:
    if is_closed:
        problem = PhotoProblem.of("unreadable", "a folder that may not be read")
    elif is_loose:
        problem = PhotoProblem.of("loose")
    elif not is_kept(name) and _is_hidden(name):
        problem = PhotoProblem.of("hidden")
    else:
        problem = PhotoProblem.of("notPicture")
    return PassedOver(name, problem.code, problem.reason)


def _is_hidden(name: str) -> bool:
    # With an ending that photos have, only its place or its first letter can be the reason.
    return not is_kept(f"{name}.jpg")
