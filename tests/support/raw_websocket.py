"""A websocket without a Socket.IO client, to send what no client sends."""

from types import TracebackType

from websockets.sync.client import connect


class RawWebSocket:
    """A websocket to a server's Engine.IO.

    simple-websocket's client would do, but it waits for a frame that came in one packet with the handshake's answer.
    """

    def __init__(self, url: str) -> None:
        address = f"{url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
        self._opened = connect(address, max_size=None, compression=None, ping_interval=None, proxy=None)
        self._websocket = self._opened.__enter__()

    def send(self, frame: str | bytes) -> None:
        self._websocket.send(frame)

    def receive(self, seconds: float) -> str | bytes:
        """The next frame. Raises websockets' ConnectionClosed at the end, and TimeoutError."""
        return self._websocket.recv(seconds)

    def close(self) -> None:
        self._websocket.close()

    def __enter__(self) -> "RawWebSocket":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
