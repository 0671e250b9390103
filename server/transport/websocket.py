"""WebSockets that withstand bad frames, big frames and vanished clients.

Upstream, as of python-engineio 4.15.1 and simple-websocket 1.1.0:

- ``SimpleWebSocketWSGI`` sets no ``max_message_size``: Engine.IO measures a message once all of it is in memory.
- ``Socket._websocket_handler`` ends a connection with a traceback at the first frame that is no Engine.IO packet.
- ``SimpleWebSocketWSGI.close`` leaves the reading thread waiting on a client that vanished.
- ``simple_websocket.Base`` sends with ``socket.send`` from two threads without a lock, and always accepts compression.
"""

import contextlib
import logging
import selectors
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any, Final

import simple_websocket
from engineio.async_drivers.threading import DaemonThread

PACKET_TYPES: Final = "0123456"
RECEIVE_BYTES: Final = 65536

log = logging.getLogger(__name__)


class LockedSocket:
    """A socket whose ``send`` sends all of its data, from one thread at a time.

    A plain socket's ``send`` may stop in the middle of a frame, and the websocket's two threads could mix their frames.
    OpenSSL, moreover, allows no reading while it writes.

    Args:
        sock: A connected socket.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._lock = threading.Lock()
        self._readable = selectors.DefaultSelector()
        self._readable.register(sock, selectors.EVENT_READ)

    def send(self, data: bytes) -> int:
        """Send all of the data."""
        with self._lock:
            self._socket.sendall(data)
        return len(data)

    def recv(self, max_bytes: int) -> bytes:
        """Receive some data; b"" at the end of the connection."""
        if not isinstance(self._socket, ssl.SSLSocket):
            return self._socket.recv(max_bytes)
        try:
            if not self._socket.pending():
                self._readable.select()
            with self._lock:
                return self._socket.recv(max_bytes)
        except ValueError:  # closed meanwhile
            raise OSError from None

    def close(self) -> None:
        """End the connection, for a thread that waits on it too; the WSGI server closes the socket itself."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


class BoundedWebSocket:
    """A websocket as Engine.IO calls it: as a WSGI application first, then ``send``, ``wait`` and ``close``.

    Args:
        handler: Engine.IO's; runs as long as the connection.
        max_bytes: Largest message; a larger one closes the connection.
    """

    def __init__(self, handler: Callable[["BoundedWebSocket"], Any], max_bytes: int) -> None:
        self._handler = handler
        self._max_bytes = max_bytes

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Serve one connection to its end."""
        key = "gunicorn.socket" if "gunicorn.socket" in environ else "werkzeug.socket"
        environ = {**environ, key: LockedSocket(environ[key])}
        # No compression: embeddings do not compress, and a small message could unpack to a huge one.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        self._websocket = simple_websocket.Server(
            environ, receive_bytes=RECEIVE_BYTES, max_message_size=self._max_bytes, thread_class=DaemonThread
        )
        try:
            self._handler(self)
        finally:
            self.close()
        # The answer went over the socket: these exceptions tell gunicorn or Werkzeug to send nothing more.
        raise StopIteration if key == "gunicorn.socket" else ConnectionError

    def send(self, message: str | bytes) -> None:
        """Send one message. Raises OSError when the connection is closed."""
        try:
            self._websocket.send(message)
        except simple_websocket.ConnectionClosed:
            raise OSError from None

    def wait(self) -> str | bytes | None:
        """Return the next message that can be an Engine.IO packet; None at the end of the connection."""
        while True:
            try:
                message: str | bytes | None = self._websocket.receive()
            except simple_websocket.ConnectionClosed:
                return None
            if message is None or isinstance(message, bytes) or (message[:1] and message[0] in PACKET_TYPES):
                return message
            log.info("A frame that is no packet was skipped.")

    def close(self) -> None:
        """Close the connection and wake the thread that waits on it."""
        if self._websocket.connected:
            with contextlib.suppress(OSError, simple_websocket.ConnectionClosed):
                self._websocket.close()
        self._websocket.sock.close()


def install(engine: Any, max_bytes: int) -> None:
    """Make an Engine.IO server use these websockets."""

    def create_websocket(handler: Callable[[BoundedWebSocket], Any], _server: object) -> BoundedWebSocket:
        return BoundedWebSocket(handler, max_bytes)

    # A copy: all servers of the process share the table.
    engine._async = {**engine._async, "websocket": create_websocket}
