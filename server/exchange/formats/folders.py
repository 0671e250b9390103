"""A zip or a folder of class folders. The twin is ``web/src/exchange/formats/folders.js``."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from server.contract.limits import LIMITS
from server.exchange.content import ProjectContent, picture_kind
from server.exchange.formats.class_pictures import FoundPicture, content_of_pictures
from server.exchange.formats.csv_records import SPACES
from server.exchange.formats.opened import Imported, Opened, Skipped
from server.exchange.formats.tree import LITTER, SPLITS, plan_tree

NAME = "folders"

_NOT_IN_NAMES: Final = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')
#: Windows can't have such a folder, whatever its ending.
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.I | re.S)


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
    names = names_of(content)
    for each in content.classes:
        pictures = [e.thumbnail for e in content.examples if e.label == each.label and e.thumbnail is not None]
        for number, picture in enumerate(pictures, 1):
            yield f"{names[each.label]}/{number:05d}.{picture_kind(picture)}", picture


def names_of(content: ProjectContent) -> dict[str, str]:
    """Return what the classes are called in its zip."""
    return folder_names(each.label for each in content.classes)


def folder_names(labels: Iterable[str]) -> dict[str, str]:
    """Return a folder's name for each class, as every system takes it, no two the same, and none too long for a label.

    Example:
        >>> folder_names(["AC/DC", "ac:dc"])
        {'AC/DC': 'AC_DC', 'ac:dc': 'ac_dc (2)'}
    """
    return distinct_names(labels, _safe_name, lambda name: unicodedata.normalize("NFC", name).lower())


def distinct_names(
    labels: Iterable[str], as_safe: Callable[[str], str], as_key: Callable[[str], str] = str
) -> dict[str, str]:
    """Return a name for each class, no two with the same key, and none longer than a label.

    Args:
        labels: Of the classes.
        as_safe: Returns the name that a label should have.
        as_key: Returns what two names must not share.

    Example:
        >>> distinct_names(["a", "A", "a "], str.strip)
        {'a': 'a', 'A': 'A', 'a ': 'a (2)'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for label in labels:
        base = as_safe(label)
        name, number = base, 1
        while as_key(name) in taken:
            number += 1
            end = f" ({number})"
            name = base[: LIMITS["labelCharacters"] - len(end)] + end
        taken.add(as_key(name))
        names[label] = name
    return names


def _safe_name(label: str) -> str:
    name = _NOT_IN_NAMES.sub("_", label).lstrip(SPACES).rstrip("." + SPACES) or "_"
    # Hidden folders, those that Windows can't have, and those that are no classes to the reader get a line in front.
    if name.startswith(".") or _DEVICE.fullmatch(name) or name.lower() in (*LITTER, *SPLITS):
        name = f"_{name}"[: LIMITS["labelCharacters"]].rstrip("." + SPACES)
    return name
