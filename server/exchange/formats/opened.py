"""A file or a folder, as far as every format has to look at it, and what reading it gives."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from server.exchange.content import ProjectContent


class Skipped(NamedTuple):
    """What was passed over.

    Attributes:
        name: Of a file, or the number of a line or of an example.
        reason: "broken", "empty", "big", "notPicture", "loose" or "unlabelled".
    """

    name: str
    reason: str


class Imported(NamedTuple):
    """What a file holds, and what of it was passed over."""

    content: ProjectContent
    skipped: list[Skipped]


class Entry(NamedTuple):
    """A file in a zip or in a folder: its path with slashes, its size in bytes, and a function that reads it."""

    path: str
    size: int
    read: Callable[[], bytes]


def _no_pieces() -> Iterator[str]:
    return iter(())


#: What ``Opened.json`` is where a file is no JSON; null is JSON too.
NO_JSON: Any = object()


@dataclass(frozen=True)
class Opened:
    """A file or a folder.

    Attributes:
        name: Without its ending; the project is called by it.
        json: NO_JSON where it is none.
        entries: None where it is neither a zip nor a folder.
        text: The beginning; None where it is no text.
        pieces: Returns all its text in pieces.
    """

    name: str
    json: Any = NO_JSON
    entries: Sequence[Entry] | None = None
    text: str | None = None
    pieces: Callable[[], Iterator[str]] = field(default=_no_pieces)
