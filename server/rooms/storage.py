"""What a room asks of the place that keeps it.

A room is the sum of its facts: the same events, with the same data, as it announces to its clients.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol


class Fact(NamedTuple):
    """One change of a room: an event's name and its data, with ``revision`` where it has one.

    Example:
        >>> Fact("labelAdded", {"label": "cat", "revision": 1})
        Fact(event='labelAdded', data={'label': 'cat', 'revision': 1})
    """

    event: str
    data: dict[str, Any]


class Storage(Protocol):
    """Keeps rooms."""

    def append(self, room: str, facts: Sequence[Fact]) -> None:
        """Keep facts, all or none, before the request that led to them is acknowledged. Called with the room's lock."""

    def load(self, room: str) -> Iterable[Fact]:
        """Return a room's facts, oldest first; none for a room that was never kept."""


class MemoryStorage:
    """Keeps nothing: a room lives as long as the server's process does."""

    def append(self, room: str, facts: Sequence[Fact]) -> None:
        """Drop the facts; the room itself holds what they add up to."""

    def load(self, room: str) -> Iterable[Fact]:
        """Return no facts."""
        return ()
