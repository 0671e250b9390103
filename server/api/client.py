"""One connected client. ``server/api/events.py`` keeps them by the ids of their connections."""

from typing import Final

from server.api.rate import TokenBucket
from server.contract.limits import LIMITS
from server.rooms.room import Room

#: Events that may come more rarely than all together: how many a second.
RATES: Final = {"tellAnswer": LIMITS["answersPerSecond"], "frame": LIMITS["framesPerSecond"]}


class Client:
    """One connection.

    Args:
        sid: Its id.
        address: Where it comes from; see ``network_of``.
        requests_per_second: How fast it may ask.

    Attributes:
        sid: Its id.
        address: Where it comes from.
        room: The room it is in; None before it joins one.
        channels: Whose announcements it hears.
    """

    def __init__(self, sid: str, address: str, requests_per_second: int) -> None:
        self.sid = sid
        self.address = address
        self.room: Room | None = None
        self._requests = TokenBucket(requests_per_second)
        self._buckets = {event: TokenBucket(rate) for event, rate in RATES.items()}
        self.channels: frozenset[str] = frozenset()

    def count(self, event: str) -> None:
        """Count a request.

        Args:
            event: What it asks.

        Raises:
            ContractError: tooFast.
        """
        self._requests.take()
        if event in self._buckets:
            self._buckets[event].take()
