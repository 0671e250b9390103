"""Pictures of classes as they come out of an archive or a folder.

Each is checked, and one that can't be used is named and passed over. The twin is
``web/src/exchange/formats/class-pictures.js``.
"""

import uuid
from collections.abc import Callable, Iterable
from typing import NamedTuple

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.bad_file import bad_file
from server.exchange.content import ContentClass, ContentExample, ProjectContent, check_content, picture_kind
from server.exchange.formats.opened import Skipped
from server.exchange.picture_shape import picture_shape
from server.knn.checks import as_label


class FoundPicture(NamedTuple):
    """A picture of a class: its label, its path (shown where it can't be used), its size, a function that reads it."""

    label: str
    path: str
    size: int
    read: Callable[[], bytes]


def content_of_pictures(name: str, found: Iterable[FoundPicture], skipped: list[Skipped]) -> ProjectContent:
    """Return the content without embeddings, checked.

    Args:
        name: The project's.
        found: In the order of their classes.
        skipped: Gets those that can't be used.

    Raises:
        ContractError: noPictures; as ``check_content``, for too many before any is read.
    """
    found = list(found)
    if len(found) > LIMITS["examplesPerRoom"]:
        raise ContractError(
            "badDataset", came=f"{len(found)} pictures", expected=f"{LIMITS['examplesPerRoom']} at most"
        )
    if sum(min(each.size, LIMITS["pictureBytes"]) for each in found) > LIMITS["fileBytes"]:
        raise bad_file(name, f"≤ {LIMITS['fileBytes']} B")
    examples: list[ContentExample] = []
    for label, path, size, read in found:
        picture = _checked(size, read)
        if isinstance(picture, bytes):
            examples.append(ContentExample(str(uuid.uuid4()), label, None, picture))
        else:
            skipped.append(Skipped(path, picture))
    if not examples:
        raise ContractError("noPictures", came=skipped[0].name if skipped else name)
    labels = dict.fromkeys(as_label(example.label) for example in examples)
    return check_content(ProjectContent(name, None, None, [ContentClass(label) for label in labels], examples, None))


def _checked(size: int, read: Callable[[], bytes]) -> bytes | str:
    """Return the picture, or why it is passed over."""
    if size == 0:
        return "empty"
    if size > LIMITS["pictureBytes"]:
        return "big"
    try:
        picture = read()
    except ContractError:  # the zip's sum of this one is wrong
        return "broken"
    if picture_kind(picture) is None:
        return "notPicture"
    shape = picture_shape(picture)
    if shape.pixels > LIMITS["picturePixels"]:
        return "big"
    return picture if shape.is_whole else "broken"
