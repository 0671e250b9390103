"""Messages between the workers of one server, by Redis. ``server/rooms/workers/worker.py`` says what they mean.

They are JSON, and data only: what can't be read is dropped. A message may be lost, with Redis or on the way to it; so
none is the only way to learn something. Only ``server/app.py`` imports this module.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

CHANNEL: Final = "show-and-tell"
#: Seconds between tries to reach Redis.
RETRY_SECONDS: Final = 0.5
ANSWER_SECONDS: Final = 5
#: Messages that may wait to be sent; beyond them, the newest is dropped.
MAX_WAITING: Final = 10_000


class Bus:
    """Sends messages to all workers, this one included, and receives them. It connects again by itself, without end.

    Args:
        url: Where Redis is.
        receive: Called on the event loop with each message.
        came_up: Called on the event loop once messages are received, at the start and after Redis was gone.

    Attributes:
        is_up: Whether messages are received now.
    """

    def __init__(self, url: str, receive: Callable[[Any], None], came_up: Callable[[], None]) -> None:
        self._url = url
        self._receive = receive
        self._came_up = came_up
        self.is_up = self._was_noted = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: asyncio.Queue[str] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Connect; called on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._waiting = asyncio.Queue(MAX_WAITING)
        self._tasks = [self._loop.create_task(self._listen()), self._loop.create_task(self._send(self._waiting))]

    async def stop(self) -> None:
        """Disconnect."""
        pending = set(self._tasks)
        while pending:  # the client of Redis can take a cancellation for the end of its own time
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=0.5)

    def publish(self, message: Mapping[str, Any]) -> None:
        """Send a message soon, from any thread; while Redis is gone, drop it."""
        if self._loop is not None and self.is_up and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, json.dumps(message))

    def _put(self, text: str) -> None:
        if self._waiting is not None and not self._waiting.full():
            self._waiting.put_nowait(text)

    def _redis(self, answer_seconds: float | None = None) -> Redis:
        return Redis.from_url(
            self._url,
            socket_timeout=answer_seconds,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
        )

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis() as redis, redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "subscribe":
                            self._note(True)
                        elif message["type"] == "message":
                            self._take(message["data"])
            except (RedisError, OSError, asyncio.TimeoutError) as error:
                self._note(False, error)
            await asyncio.sleep(RETRY_SECONDS)

    async def _send(self, waiting: "asyncio.Queue[str]") -> None:
        while True:
            try:
                async with self._redis(ANSWER_SECONDS) as redis:
                    while True:
                        await redis.publish(CHANNEL, await waiting.get())
            except (RedisError, OSError, asyncio.TimeoutError) as error:
                log.info("A message to the other workers was lost: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    def _note(self, is_up: bool, error: BaseException | None = None) -> None:
        if not is_up and (self.is_up or not self._was_noted):
            log.warning("Redis does not answer: %s. It is tried again.", type(error).__name__)
        elif is_up and not self.is_up:
            log.log(logging.WARNING if self._was_noted else logging.INFO, "Redis answers.")
        self.is_up, self._was_noted = is_up, True
        if is_up:
            self._came_up()

    def _take(self, data: bytes) -> None:
        try:
            self._receive(json.loads(data))
        except Exception:
            log.exception("A message of another worker could not be read.")
