"""WebSockets that bad frames, big frames and vanished clients do no harm to.

Engine.IO's own wrapper around simple-websocket has no limit before a message is whole, ends a connection with a
traceback at the first frame that is no packet, and leaves a thread waiting on a client that vanished.
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


class WholeSends:
    """A socket whose ``send`` sends everything, from one thread at a time.

    A plain socket's ``send`` may stop in the middle of a frame, and the websocket's two threads could mix theirs.
    OpenSSL, further, allows no reading while it writes.
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

    def recv(self, most: int) -> bytes:
        """Receive some data."""
        if not isinstance(self._socket, ssl.SSLSocket):
            return self._socket.recv(most)
        try:
            if not self._socket.pending():
                self._readable.select()
            with self._lock:
                return self._socket.recv(most)
        except ValueError:  # closed meanwhile
            raise OSError from None

    def close(self) -> None:
        """End the connection, also for a thread that waits on it; the WSGI server closes the socket itself."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


class BoundedWebSocket:
    """What Engine.IO wants of a websocket: called as a WSGI application, then ``send``, ``wait`` and ``close``.

    Args:
        handler: Engine.IO's; runs as long as the connection.
        most_bytes: Largest message; a larger one closes the connection.
    """

    def __init__(self, handler: Callable[["BoundedWebSocket"], Any], most_bytes: int) -> None:
        self._handler = handler
        self._most_bytes = most_bytes

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Serve one connection to its end."""
        key = "gunicorn.socket" if "gunicorn.socket" in environ else "werkzeug.socket"
        environ = {**environ, key: WholeSends(environ[key])}
        # Embeddings do not compress, and what does can be a bomb.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        self._websocket = simple_websocket.Server(
            environ, receive_bytes=RECEIVE_BYTES, max_message_size=self._most_bytes, thread_class=DaemonThread
        )
        try:
            self._handler(self)
        finally:
            self.close()
        # The answer was given on the socket: the WSGI server has nothing left to send.
        raise StopIteration if key == "gunicorn.socket" else ConnectionError

    def send(self, message: str | bytes) -> None:
        """Send one message. Raises OSError when the connection is closed."""
        try:
            self._websocket.send(message)
        except simple_websocket.ConnectionClosed:
            raise OSError from None

    def wait(self) -> str | bytes | None:
        """Return the next message that can be a packet; None at the end of the connection."""
        while True:
            try:
                message: str | bytes | None = self._websocket.receive()
            except simple_websocket.ConnectionClosed:
                return None
            if message is None or isinstance(message, bytes) or (message[:1] and message[0] in PACKET_TYPES):
                return message
            log.info("A frame that is no packet was skipped.")

    def close(self) -> None:
        """Close the connection and wake whoever waits on it."""
        if self._websocket.connected:
            with contextlib.suppress(OSError, simple_websocket.ConnectionClosed):
                self._websocket.close()
        self._websocket.sock.close()


def install(engine: Any, most_bytes: int) -> None:
    """Have an Engine.IO server use these websockets."""

    def made(handler: Callable[[BoundedWebSocket], Any], _server: object) -> BoundedWebSocket:
        return BoundedWebSocket(handler, most_bytes)

    # A copy: the table is shared by all the servers of the process.
    engine._async = {**engine._async, "websocket": made}
