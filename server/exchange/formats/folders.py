"""A zip or a folder of class folders. The twin is ``web/src/exchange/formats/folders.js``."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from server.exchange.content import ProjectContent, picture_kind
from server.exchange.formats.class_pictures import FoundPicture, content_of_pictures
from server.exchange.formats.opened import Imported, Opened, Skipped
from server.exchange.formats.tree import plan_tree

NAME = "folders"

_NOT_IN_NAMES: Final = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(
    r"con|prn|aux|nul|com[0-9]|lpt[0-9]|train|training|val|valid|validation|test|testing", re.I
)


def sniff(opened: Opened) -> bool:
    """Return whether it is one."""
    return opened.entries is not None


def read(opened: Opened, dimension: int | None = None) -> Imported:
    """Read it. Raises: as ``registry.read_foreign``."""
    by_path = {entry.path: entry for entry in opened.entries or ()}
    plan = plan_tree(by_path, opened.name)
    skipped = [Skipped(path, "loose") for path in plan.loose]
    found = [
        FoundPicture(label, path, by_path[path].size, by_path[path].read)
        for label, paths in plan.classes
        for path in paths
    ]
    return Imported(content_of_pictures(opened.name, found, skipped), skipped)


def entries(content: ProjectContent) -> Iterator[tuple[str, bytes]]:
    """Yield the paths and pictures of its zip."""
    names = folder_names([each.label for each in content.classes])
    for each in content.classes:
        pictures = [e.thumbnail for e in content.examples if e.label == each.label and e.thumbnail is not None]
        for number, picture in enumerate(pictures, 1):
            yield f"{names[each.label]}/{number:05d}.{picture_kind(picture)}", picture


def folder_names(labels: Iterable[str]) -> dict[str, str]:
    """Return a folder's name for each class, as every system takes it, and no two the same.

    Example:
        >>> folder_names(["AC/DC", "ac:dc"])
        {'AC/DC': 'AC_DC', 'ac:dc': 'ac_dc (2)'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for label in labels:
        safe = _NOT_IN_NAMES.sub("_", label).rstrip(". ") or "_"
        # Hidden folders and such as Windows can't have get a line in front.
        base = f"_{safe}" if safe.startswith(".") or _RESERVED.fullmatch(safe) else safe
        name, number = base, 1
        while unicodedata.normalize("NFC", name).lower() in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(unicodedata.normalize("NFC", name).lower())
        names[label] = name
    return names
