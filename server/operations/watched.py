"""Counts every request over HTTP, and what is refused at the door. ASGI middleware.

Only ``server/app.py`` imports this module, as the outermost.
"""

from typing import Final

from server.operations.metrics import Metrics
from server.transport.asgi import REFUSED, Asgi, Message, Receive, Scope, Send

SOCKETS: Final = "/socket.io/"


class Watched:
    """ASGI middleware that counts.

    Args:
        application: The ASGI application behind it.
        metrics: What counts.
    """

    def __init__(self, application: Asgi, metrics: Metrics) -> None:
        self._application = application
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have one request answered."""
        if scope["type"] != "http" or f"{scope['path']}/".startswith(SOCKETS):
            await self._application(scope, receive, send)
        else:
            await self._count(scope, receive, send)
        if REFUSED in scope:
            self._metrics.count_refused(scope[REFUSED])

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0  # where the client left before it was answered

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._application(scope, receive, send_noting)
        finally:
            self._metrics.count_http(kind_of(scope["method"], scope["path"]), status)


def kind_of(method: str, path: str) -> str:
    """Return what a request over HTTP is counted as; the path itself may name a room.

    Example:
        >>> kind_of("PUT", "/api/rooms/KIWI-42/dataset"), kind_of("GET", "/assets/index.js")
        ('upload', 'page')
    """
    if path.startswith("/api/rooms/") and path.endswith("/dataset"):
        return "upload" if method == "PUT" else "download"
    if path.startswith("/api/"):
        return "api"
    return "operations" if path in ("/healthz", "/readyz", "/metrics", "/status", "/status.css") else "page"
