"""What the devices in a room see, for programs that listen: ``GET /api/rooms/CODE/events``, as Server-Sent Events.

ASGI middleware, so that a listener costs a coroutine and no thread of Flask's. Who may look at a room may listen: its
code is enough. Only ``server/app.py`` imports this module.
"""

import asyncio
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any, Final

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.rooms.broadcast import Announce
from server.transport.asgi import Asgi, Receive, Scope, Send, client_address, network_of, refuse

PATH: Final = re.compile(r"/api/rooms/([^/]+)/events")
EVENT: Final = "answered"
#: Seconds after which a line says that the stream is alive: what stands between would end a silent one.
ALIVE_SECONDS: Final = 15.0
#: Events that wait for a listener who is slow; beyond them, the oldest goes.
MAX_WAITING: Final = 64
HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # nginx would gather a stream before it sends any of it.
    (b"x-accel-buffering", b"no"),
]

log = logging.getLogger(__name__)

#: Who listens: None ends the stream.
Waiting = asyncio.Queue[str | None]


class AnswerStreams:
    """ASGI middleware that sends each room's answers to those who listen.

    Args:
        application: The ASGI application behind it.
        find: Called in a thread with a code as it came and the asking network's address; returns the room's code, or
            raises ContractError.
        executor: Whose threads look for the room.
    """

    def __init__(self, application: Asgi, find: Callable[[str, str], str], executor: Executor) -> None:
        self._application = application
        self._find = find
        self._executor = executor
        self._listeners: dict[str, set[Waiting]] = {}
        self._by_address: Counter[str] = Counter()
        self._is_closed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        asked = PATH.fullmatch(scope.get("path", "")) if scope["type"] == "http" else None
        if asked is None or scope["method"] != "GET":
            await self._application(scope, receive, send)
            return
        address = network_of(client_address(scope))
        # One device must not take the places of all others.
        for came, expected in (
            (self._by_address.total(), LIMITS["listeners"]),
            (self._by_address[address], LIMITS["listenersByAddress"]),
        ):
            if came >= expected:
                await refuse(scope, send, ContractError("tooManyListeners", came=came, expected=expected))
                return
        self._by_address[address] += 1
        try:
            await self._serve(asked[1], address, scope, receive, send)
        finally:
            self._by_address[address] -= 1
            self._by_address += Counter()  # without those at 0

    def tell(self, code: str, data: Mapping[str, Any]) -> None:
        """Send an answer to all who listen to a room. Called on the event loop."""
        listeners = self._listeners.get(code)
        if not listeners:
            return
        text = f"event: {EVENT}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
        for waiting in listeners:
            _put(waiting, text)

    def close(self, code: str) -> None:
        """End the streams of a room, which is closed: its code may be another's next. Called on the event loop."""
        for waiting in self._listeners.get(code, ()):
            _put(waiting, None)

    def close_all(self) -> None:
        """End all streams, and those that are about to begin. Called on the event loop."""
        self._is_closed = True
        for code in self._listeners:
            self.close(code)

    async def _serve(self, text: str, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            code = await asyncio.get_running_loop().run_in_executor(self._executor, self._find, text, address)
        except ContractError as error:
            await refuse(scope, send, error)
            return
        if self._is_closed:
            await refuse(scope, send, ContractError("stopping"))
            return
        waiting: Waiting = asyncio.Queue(MAX_WAITING)
        self._listeners.setdefault(code, set()).add(waiting)
        leaving = asyncio.ensure_future(_until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await self._send_all(waiting, leaving, send)
        finally:
            leaving.cancel()
            self._listeners[code].discard(waiting)
            if not self._listeners[code]:
                del self._listeners[code]

    async def _send_all(self, waiting: Waiting, leaving: "asyncio.Future[None]", send: Send) -> None:
        text: str | None = ": listening\n\n"
        while text is not None and not leaving.done():
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            getting = asyncio.ensure_future(waiting.get())
            either: set[asyncio.Future[Any]] = {getting, leaving}
            try:
                await asyncio.wait(either, timeout=ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                text = getting.result() if getting.done() else ": alive\n\n"
            finally:
                getting.cancel()
        if not leaving.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _put(waiting: Waiting, text: str | None) -> None:
    """Add what waits for a listener, in the place of the oldest where the listener is too slow."""
    if waiting.full():
        waiting.get_nowait()
    waiting.put_nowait(text)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Listened:
    """Announces as another does, and tells those who listen to a room.

    Args:
        announce: Announces to this worker's clients.
        tell: Called on the event loop with a room's code and an answer.

    Attributes:
        loop: The event loop; None before it runs, and then nobody listens.
    """

    def __init__(self, announce: Announce, tell: Callable[[str, Mapping[str, Any]], None]) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._announce = announce
        self._tell = tell

    def __call__(self, code: str, event: str, data: Mapping[str, Any], skip_sid: str | None) -> None:
        """Announce; see ``broadcast.Announce``."""
        self._announce(code, event, data, skip_sid)
        if event == EVENT and self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._tell, code, data)
