"""What a report is made of. Commands make these; ``toolchain.report.page`` writes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Picture(NamedTuple):
    """A picture.

    Attributes:
        source: A data URI, or a path beside the report.
        alt: What it shows, for who can't see it.
        caption: A line below it; "" for none.
    """

    source: str
    alt: str
    caption: str = ""


class Bar(NamedTuple):
    """A class's share, 0 to 1."""

    label: str
    share: float
    is_winner: bool = False


@dataclass(frozen=True)
class Card:
    """One photo and what is said about it.

    Attributes:
        pictures: Of it, large.
        title: A line.
        lines: More lines.
        bars: Every class's share.
        neighbours: Small pictures below: the examples that decided.
    """

    pictures: Sequence[Picture]
    title: str
    lines: Sequence[str] = ()
    bars: Sequence[Bar] = ()
    neighbours: Sequence[Picture] = ()


@dataclass(frozen=True)
class Table:
    """A table; cells are text, and all columns but the first are aligned as numbers where they are.

    Attributes:
        columns: The heads.
        rows: Text each.
        caption: What it says, in a line.
        best: Places of cells to stress, as (row, column).
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    best: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Link:
    """A link to a file beside the report, and what it is for."""

    target: str
    text: str
    about: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a report, in this order: text, tables, charts, cards, links."""

    title: str
    text: Sequence[str] = ()
    tables: Sequence[Table] = ()
    charts: Sequence[Picture] = ()
    cards: Sequence[Card] = ()
    links: Sequence[Link] = field(default_factory=tuple)
