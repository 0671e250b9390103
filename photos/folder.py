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
    files, unopened = _files_in(folder)
    plan = plan_tree(files, folder.resolve().name)
    is_flat = not any("/" in name for label in plan.classes for name in label.paths)
    found = [
        PhotoFile(folder / name, name, None if is_flat else label, None if is_flat else _group(name, label, plan.depth))
        for label, paths in plan.classes
        for name in paths
        # A folder whose name is blank names no class.
        if label or is_flat
    ]
    used = {photo.name for photo in found}
    passed_over = [*unopened, *(_passed_over(name) for name in files if name not in used)]
    return Listing(
        sorted(found, key=lambda photo: page_order(photo.name)),
        sorted(passed_over, key=lambda file: page_order(file.name)),
    )


def _files_in(folder: Path) -> tuple[list[str], list[PassedOver]]:
    """Return the names of all files, and the folders that are not opened, which stand for what is in them."""
    names: list[str] = []
    unopened: list[PassedOver] = []

    def leave(name: str, code: str, detail: str) -> None:
        problem = PhotoProblem.of(code, detail)
        unopened.append(PassedOver(name, problem.code, problem.reason))

    def refuse(error: OSError) -> None:
        if error.filename == str(folder):
            raise error
        name = Path(os.fsdecode(error.filename)).relative_to(folder).as_posix()
        leave(name, "unreadable", "a folder that may not be read")

    for root, folders, files in os.walk(folder, onerror=refuse):
        place = Path(root).relative_to(folder)
        # Of a hidden folder, the name stands for what is in it, which may be a great deal.
        hidden = [each for each in folders if _is_hidden(each)]
        folders[:] = [each for each in folders if each not in hidden]
        for each in folders:
            if (Path(root) / each).is_symlink():
                leave((place / each).as_posix(), "notPicture", "a link to a folder; links to folders are not followed")
        names += [(place / file).as_posix() for file in [*files, *hidden]]
    return names, unopened


def _group(name: str, label: str, depth: int) -> str | None:
    """Return the recording of a photo: the folders between its class folder, in so many others, and itself."""
    inner = name.split("/")[depth + 1 : -1]
    return "/".join([label, *inner]) if inner else None


def _passed_over(name: str) -> PassedOver:
    if is_kept(name):
        problem = PhotoProblem.of("loose")
    elif _is_hidden(name):
        problem = PhotoProblem.of("hidden")
    else:
        problem = PhotoProblem.of("notPicture")
    return PassedOver(name, problem.code, problem.reason)


def _is_hidden(name: str) -> bool:
    # With an ending that photos have, only its place or its first letter can be the reason.
    return not is_kept(f"{name}.jpg")
