"""How often somebody may try a code or a secret, or make a room: buckets of tries, an address and the whole server.

A right one gives its try back. ``server/app.py`` makes the one ``Tries``; ``server/api`` asks it for each that comes.
``docs/decisions/025-codes.md`` has the arithmetic.
"""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final

from server.contract.errors import ContractError

HOUR_SECONDS: Final = 3600
#: Buckets that are remembered, and rooms that addresses were in. Those used longest ago are forgotten first.
MOST_REMEMBERED: Final = 10_000
#: The errors that say that somebody tried what is not there, or not theirs.
WRONG: Final = frozenset({"noSuchRoom", "wrongSecret", "roomClosed"})


class HourBucket:
    """A bucket of tokens, which fills within an hour.

    Args:
        size: The most that it holds, and has at first.
        now: The time, in seconds from any origin.

    Attributes:
        tokens: What it has.
    """

    def __init__(self, size: int, now: float) -> None:
        self.tokens = float(size)
        self._size = size
        self._filled_at = now

    def fill(self, now: float) -> None:
        """Put in what came since the last time."""
        self.put((now - self._filled_at) * self._size / HOUR_SECONDS)
        self._filled_at = now

    def put(self, tokens: float) -> None:
        """Put tokens in, up to its size."""
        self.tokens = min(self._size, self.tokens + tokens)

    @property
    def is_full(self) -> bool:
        """Whether it is as if it were new."""
        return self.tokens >= self._size


class HourBuckets:
    """The buckets of addresses, of which only those that are not full are remembered, and so many at most.

    Args:
        size: The size of each.
        clock: Returns seconds, from any origin.

    Example:
        >>> buckets = HourBuckets(1)
        >>> buckets.take("192.168.1.7"), buckets.take("192.168.1.7"), buckets.take("192.168.1.8")
        (True, False, True)
    """

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._clock = clock
        self._buckets: OrderedDict[str, HourBucket] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, address: str) -> bool:
        """Take a token of an address; say whether there was one."""
        with self._lock:
            bucket = self._buckets.pop(address, None) or HourBucket(self._size, self._clock())
            bucket.fill(self._clock())
            self._buckets[address] = bucket
            if len(self._buckets) > MOST_REMEMBERED:
                self._buckets.popitem(last=False)
            if bucket.tokens < 1:
                return False
            bucket.tokens -= 1
            return True

    def give_back(self, address: str) -> None:
        """Put a token back that was taken."""
        with self._lock:
            bucket = self._buckets.get(address)
            if bucket is not None:
                bucket.put(1)
                if bucket.is_full:
                    del self._buckets[address]


class Attempt:
    """One code that somebody tries; it is right unless it turns out otherwise.

    Args:
        make_room: Called for a code of no room; see ``make_room``.

    Attributes:
        is_wrong: Whether there was no such room.
    """

    def __init__(self, make_room: Callable[[], None]) -> None:
        self.is_wrong = False
        self._make_room = make_room

    def make_room(self) -> None:
        """Note that the code was no room's, and that one is about to be made. Raises ContractError tooManyNewRooms."""
        self.is_wrong = True
        self._make_room()


class Tries:
    """Wrong codes and secrets that may still come.

    Args:
        by_address: How many an hour from one address.
        in_all: How many an hour from all addresses.
        rooms_by_address: New rooms an hour from one address.
        clock: Returns seconds, from any origin.

    Example:
        >>> tries = Tries(by_address=600, in_all=1200, rooms_by_address=600)
        >>> with tries.one("192.168.1.7", "KIWI-42"):
        ...     pass  # look for the room; the errors noSuchRoom and wrongSecret cost a try
    """

    def __init__(
        self, by_address: int, in_all: int, rooms_by_address: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rooms_expected = rooms_by_address
        self._new_rooms = HourBuckets(rooms_by_address, clock)
        self._expected = by_address
        self._by_address = HourBuckets(by_address, clock)
        self._in_all = HourBuckets(in_all, clock)
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def one(self, address: str, room: str) -> Iterator[Attempt]:
        """Try a code, or a code and a secret, in the body of a ``with`` statement.

        Addresses that were in the room lately are let through: a class goes on while others guess.

        Args:
            address: Where the request comes from.
            room: The code.

        Raises:
            ContractError: tooManyTries, before anything is looked at. In a known room only after a wrong secret.
        """
        is_known = (address, room) in self._known
        has_token = self._take(address)
        if not has_token and not is_known:
            raise self._too_many()
        attempt = Attempt(lambda: self.count_new_room(address))
        try:
            yield attempt
            self.remember(address, room)
        except ContractError as error:
            if error.code in WRONG:
                attempt.is_wrong = True
                if not has_token:
                    raise self._too_many() from None
            raise
        finally:
            if has_token and not attempt.is_wrong:
                self._by_address.give_back(address)
                self._in_all.give_back("")

    def count_new_room(self, address: str) -> None:
        """Count a room that an address is about to make. Raises ContractError tooManyNewRooms.

        Example:
            >>> Tries(by_address=600, in_all=1200, rooms_by_address=600).count_new_room("192.168.1.7")
        """
        if not self._new_rooms.take(address):
            raise ContractError("tooManyNewRooms", expected=self._rooms_expected)

    def remember(self, address: str, room: str) -> None:
        """Note that an address was in a room, or made it: it is let through from now on.

        Example:
            >>> Tries(by_address=600, in_all=1200, rooms_by_address=600).remember("192.168.1.7", "KIWI-42")
        """
        with self._lock:
            self._known.pop((address, room), None)
            self._known[address, room] = None
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)

    def _take(self, address: str) -> bool:
        if not self._by_address.take(address):
            return False
        if self._in_all.take(""):
            return True
        self._by_address.give_back(address)
        return False

    def _too_many(self) -> ContractError:
        return ContractError("tooManyTries", expected=self._expected)
