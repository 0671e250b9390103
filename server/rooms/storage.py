"""What a room asks of the place that keeps it.

A room is the sum of its facts: the same events, with the same data, as it announces to its clients.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple, Protocol


class Fact(NamedTuple):
    """One change of a room: an event's name and its data, with ``revision`` where it has one.

    Example:
        >>> Fact("labelAdded", {"label": "cat", "revision": 1})
        Fact(event='labelAdded', data={'label': 'cat', 'revision': 1})
    """

    event: str
    data: dict[str, Any]


class StorageError(Exception):
    """What was to be kept could not be kept, or what was kept could not be read. The message is for the log."""


class Storage(Protocol):
    """Keeps rooms. Its methods are called from any thread.

    Attributes:
        is_durable: Whether a room that leaves memory can come back.
    """

    is_durable: bool

    def append(self, room: str, facts: Sequence[Fact]) -> "Future[None]":
        """Keep facts, all or none, after those of earlier calls; it does not wait.

        Returns:
            Done once the facts are kept; it has a StorageError where they, or earlier ones of the room, were not. Its
            callbacks run in the order of the calls.
        """

    def load(self, room: str) -> Iterable[Fact]:
        """Return a room's facts, oldest first; none for a room that was never kept. Raises StorageError."""


class MemoryStorage:
    """Keeps nothing: a room lives as long as the server's process does."""

    is_durable = False

    def append(self, room: str, facts: Sequence[Fact]) -> "Future[None]":
        """Drop the facts; the room itself holds what they add up to."""
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def load(self, room: str) -> Iterable[Fact]:
        """Return no facts."""
        return ()
