"""The last change that each sender made in a room, so that one that is sent again counts once.

A client whose connection ended before the answer came can't know whether its change arrived. It sends it again, maybe
long after others have gone on: an example that was deleted meanwhile must not come back, and a class that was made anew
must not go. ``server/rooms/room_state.py`` owns one; facts alone change it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple

#: Most senders that a room remembers; who sent longest ago is forgotten first.
MAX_SENDERS: Final = 1000
#: The key of a fact's data that says which change of a client's it came from.
CHANGE: Final = "change"


class ChangeId(NamedTuple):
    """Which change of a client's a request is; a sender has one change under way at a time."""

    sender: str
    n: int


class MadeBeforeError(Exception):
    """A change that the room has made already was asked for again."""


#: Which change is being made; None where the request does not say.
_requested: ContextVar[ChangeId | None] = ContextVar("requested", default=None)


@contextmanager
def requested(change: ChangeId | None) -> Iterator[None]:
    """Say for what is done in here which change of a client's it is."""
    token = _requested.set(change)
    try:
        yield
    finally:
        _requested.reset(token)


class LastChanges:
    """The last change of each sender.

    Example:
        >>> last = LastChanges()
        >>> last.note(ChangeId("page-1", 7))
        >>> with requested(ChangeId("page-1", 7)):
        ...     last.check()
        Traceback (most recent call last):
        ...
        server.rooms.last_changes.MadeBeforeError
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # who sent last is last

    def check(self) -> ChangeId | None:
        """Return which change is being made. Raises MadeBeforeError for the last of its sender."""
        change = _requested.get()
        if change and self._numbers.get(change.sender) == change.n:
            raise MadeBeforeError
        return change

    def note(self, change: ChangeId) -> None:
        """Note that a change was made."""
        self._numbers.pop(change.sender, None)
        self._numbers[change.sender] = change.n
        if len(self._numbers) > MAX_SENDERS:
            del self._numbers[next(iter(self._numbers))]

    def to_json(self) -> list[list[str | int]]:
        """Return everything, as JSON."""
        return [[sender, n] for sender, n in self._numbers.items()]

    def from_json(self, data: list[tuple[str, int]]) -> None:
        """Take over what ``to_json`` returned."""
        self._numbers = dict(data)
