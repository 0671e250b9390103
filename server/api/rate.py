"""How fast one client may ask: a token bucket. ``server/api/events.py`` has one for each client."""

import time
from collections.abc import Callable

from server.contract.errors import ContractError


class TokenBucket:
    """A bucket of tokens, of which each request takes one.

    Args:
        rate: Tokens that come each second, and the most that it holds.
        clock: Returns seconds, from any origin.

    Example:
        >>> bucket = TokenBucket(rate=60)
        >>> bucket.take()
    """

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._tokens = float(rate)
        self._filled_at = clock()

    def take(self) -> None:
        """Take one token.

        Raises:
            ContractError: tooFast, when there is none.
        """
        now = self._clock()
        tokens = min(self._rate, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if tokens < 1:
            self._tokens = tokens
            raise ContractError("tooFast", expected=self._rate)
        self._tokens = tokens - 1
