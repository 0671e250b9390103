"""One connected client. ``server/api/events.py`` keeps them by the ids of their connections."""

from server.api.rate import TokenBucket
from server.contract.limits import LIMITS
from server.rooms.room import Room


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
        bucket: Has a token for each request that it may send now.
        answers: Has one for each answer that it may tell now.
        frames: Has one for each frame that it may send now, as a camera.
        channels: Whose announcements it hears.
    """

    def __init__(self, sid: str, address: str, requests_per_second: int) -> None:
        self.sid = sid
        self.address = address
        self.room: Room | None = None
        self.bucket = TokenBucket(requests_per_second)
        self.answers = TokenBucket(LIMITS["answersPerSecond"])
        self.frames = TokenBucket(LIMITS["framesPerSecond"])
        self.channels: frozenset[str] = frozenset()
