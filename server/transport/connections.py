"""Connections that are slow, silent or too many end: uvicorn's protocols with deadlines and a limit by address.

uvicorn 0.54 waits for ever for the rest of a header or a body, and for a client that reads nothing. Only
``server/process.py`` imports this module.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.transport.asgi import network_of

#: Seconds for a request's header, from the connection's beginning or the request's first byte.
HEADER_SECONDS: Final = 10.0
#: Most bytes of a request's address and header.
HEADER_BYTES: Final = 1 << 16
#: A body has so many seconds, and one more for each BODY_BYTES that came: a byte now and then does not help.
BODY_SECONDS: Final = 10.0
BODY_BYTES: Final = 1 << 14
#: Seconds in which a client must take at least some of what waits for it.
UNREAD_SECONDS: Final = 30.0

#: The answer to a request for a websocket that can't be read.
BAD_REQUEST: Final = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

log = logging.getLogger(__name__)


OnCut = Callable[[str], None]


def cut(transport: asyncio.Transport, why: str, on_cut: OnCut) -> None:
    """Cut a connection, and tell why."""
    log.info("A connection was cut: %s.", why)
    on_cut(why)
    transport.abort()


class Deadline:
    """A time after which a connection is cut.

    Args:
        why: What the log says then.
        on_cut: Told why.
        more_seconds: Returns how long to wait once more when it is over; 0 for no longer.
    """

    def __init__(self, why: str, on_cut: OnCut, more_seconds: Callable[[], float] = lambda: 0.0) -> None:
        self._why = why
        self._on_cut = on_cut
        self._more_seconds = more_seconds
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        """Whether it will be."""
        return self._timer is not None

    def set(self, transport: asyncio.Transport, seconds: float) -> None:
        """Cut a connection in so many seconds, unless this is called again or cancelled."""
        self.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._cut, transport)

    def cancel(self) -> None:
        """Do not cut it."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _cut(self, transport: asyncio.Transport) -> None:
        seconds = self._more_seconds()
        if seconds:
            self.set(transport, seconds)
        else:
            cut(transport, self._why, self._on_cut)


class BoundedHttp(HttpToolsProtocol):
    """An HTTP connection with deadlines. ``bounded_protocols`` makes a class for a server.

    Attributes:
        max_by_address: Most connections of one address; 0 for no limit.
        counts: How many there are by address.
        on_cut: Told why a connection was cut.
    """

    max_by_address = 0
    counts: Counter[str]
    on_cut: OnCut

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, or cut a connection that is one too many."""
        super().connection_made(transport)
        self._header = Deadline("a request's header did not come", self.on_cut)
        self._body = Deadline("a request's body came too slowly", self.on_cut, self._more_for_body)
        self._unread = Deadline("an answer was not read", self.on_cut)
        self._address = network_of(self.client[0]) if self.client else ""
        self.counts[self._address] += 1
        self._is_counted = True
        if self.max_by_address and self.counts[self._address] > self.max_by_address:
            cut(transport, "its address has too many already", self.on_cut)
        else:
            self._header.set(transport, HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for deadline in (self._header, self._body, self._unread):
            deadline.cancel()
        self.forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; where no request has begun with it, as with an empty line, it must begin soon."""
        super().data_received(data)
        is_idle = self.cycle is not None and self.cycle.response_complete and not self.transport.is_closing()
        if is_idle and not self._header.is_set:
            self._header.set(self.transport, HEADER_SECONDS)

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to a websocket."""
        self._header.cancel()
        self._body.cancel()
        super().handle_websocket_upgrade()
        websocket: Any = self.transport.get_protocol()
        websocket.on_lost = self.forget

    def forget(self) -> None:
        """Count the connection no more."""
        if self._is_counted:
            self._is_counted = False
            self.counts[self._address] -= 1
            if not self.counts[self._address]:
                del self.counts[self._address]

    def on_message_begin(self) -> None:
        """Begin to wait for the header's end."""
        super().on_message_begin()
        self._header_bytes = 0
        self._header.set(self.transport, HEADER_SECONDS)

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._count_header(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header."""
        self._count_header(len(name) + len(value))
        super().on_header(name, value)

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > HEADER_BYTES and not self.transport.is_closing():
            cut(self.transport, "a request's header was too large", self.on_cut)

    def on_headers_complete(self) -> None:
        """Begin to wait for the body's end."""
        self._header.cancel()
        self._body_ends_at = self.loop.time() + BODY_SECONDS
        self._body.set(self.transport, BODY_SECONDS)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Give the rest of the body more time."""
        # What came fast saves up no time for what does not come.
        latest = self.loop.time() + 2 * BODY_SECONDS
        self._body_ends_at = min(self._body_ends_at + len(body) / BODY_BYTES, latest)
        self._body.set(self.transport, max(self._body_ends_at - self.loop.time(), 0.0))
        super().on_body(body)

    def _more_for_body(self) -> float:
        """Return how long to go on waiting for a body: it is not late where the application does not take it yet."""
        if not self.flow.read_paused:
            return 0.0
        self._body_ends_at = self.loop.time() + BODY_SECONDS
        return BODY_SECONDS

    def on_message_complete(self) -> None:
        """Wait no more."""
        self._body.cancel()
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Begin to wait for the client to read."""
        super().pause_writing()
        self._unread.set(self.transport, UNREAD_SECONDS)

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        super().resume_writing()
        self._unread.cancel()


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """A websocket whose client must read.

    Attributes:
        on_cut: Told why a connection was cut.
    """

    on_cut: OnCut

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve a websocket on a connection."""
        super().connection_made(transport)
        self.on_lost: Callable[[], None] = lambda: None
        self._unread = Deadline("a websocket was not read", self.on_cut)

    def data_received(self, data: bytes) -> None:
        """Take what came; uvicorn would leave a request open that websockets can't read."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.transport.is_closing():
            self.transport.write(BAD_REQUEST)
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._unread.cancel()
        self.on_lost()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait for the client to read."""
        super().pause_writing()
        self._unread.set(self.transport, UNREAD_SECONDS)

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        super().resume_writing()
        self._unread.cancel()


def bounded_protocols(max_by_address: int, on_cut: OnCut) -> tuple[type[BoundedHttp], type[BoundedWebSocket]]:
    """Return classes of connections for one server: for HTTP and for websockets.

    Args:
        max_by_address: Most connections of one address.
        on_cut: Told why a connection was cut, in the same few words each time.
    """
    told = staticmethod(on_cut)
    http = type("BoundedHttp", (BoundedHttp,), {"max_by_address": max_by_address, "counts": Counter(), "on_cut": told})
    return http, type("BoundedWebSocket", (BoundedWebSocket,), {"on_cut": told})
