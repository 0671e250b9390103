"""The requests over sockets: counted, timed, and refused once the server stops. ``server/app.py`` has one."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final

from server.contract.errors import ContractError
from server.operations.metrics import Metrics

#: What unknown events are counted as: their names are the client's.
OTHER: Final = "other"
#: When no request came for so long, every client that asks has been told that the server stops.
QUIET_SECONDS: Final = 0.3
LOOK_SECONDS: Final = 0.02

log = logging.getLogger(__name__)

Handler = Callable[..., Awaitable[dict[str, Any]]]


class Requests:
    """What is asked over sockets. Used on the event loop only.

    Args:
        metrics: Counts them.

    Attributes:
        under_way: How many wait for their answer.
        is_stopping: Whether requests are refused, since the server stops.
    """

    def __init__(self, metrics: Metrics) -> None:
        self.under_way = 0
        self.is_stopping = False
        self._metrics = metrics
        self._asked_at = float("-inf")

    def counted(self, answer: Handler, events: Collection[str]) -> Handler:
        """Return a handler that answers as another, and counts.

        Args:
            answer: Called with the event, the client's id and what else came.
            events: The names of the events that there are.
        """

        async def counted_answer(event: str, *args: object) -> dict[str, Any]:
            began = self._asked_at = time.perf_counter()
            if self.is_stopping:
                answered: dict[str, Any] = {"ok": False, "error": ContractError("stopping").as_dict()}
            else:
                self.under_way += 1
                try:
                    answered = await answer(event, *args)
                finally:
                    self.under_way -= 1
            name = event if event in events else OTHER
            outcome = "ok" if answered["ok"] else answered["error"]["code"]
            seconds = time.perf_counter() - began
            self._metrics.count_request(name, outcome, seconds)
            if log.isEnabledFor(logging.DEBUG):
                fields = {"event": name, "outcome": outcome, "ms": round(seconds * 1000, 1)}
                log.debug("A request was answered.", extra={"fields": fields})
            return answered

        return counted_answer

    async def finish(self, seconds: float, is_anybody_there: Callable[[], bool]) -> None:
        """Refuse requests from now on; wait until those under way are answered and clients have heard of it.

        Args:
            seconds: How long at most.
            is_anybody_there: Whether any client is connected.
        """
        self.is_stopping = True
        now = time.perf_counter()
        ends_at, self._asked_at = now + seconds, max(self._asked_at, now)
        while is_anybody_there() and now < ends_at:
            if not self.under_way and now - self._asked_at >= QUIET_SECONDS:
                break
            await asyncio.sleep(LOOK_SECONDS)
            now = time.perf_counter()
