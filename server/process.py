"""Runs the application under uvicorn: one process, one event loop.

One process, because one event loop owns all rooms; ``docs/decisions/020-one-event-loop.md`` says why. Only
``server/__main__.py`` and tests import this module.
"""

import asyncio
import contextlib
import logging
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final

import uvicorn

from server.app import App
from server.settings import Settings
from server.transport.connections import BoundedWebSocket, bounded_http

#: Seconds that requests under way have when the server stops.
STOP_SECONDS: Final = 5
#: A page and its client hold some connections of an address each: files, a poll, a websocket.
CONNECTIONS_A_CLIENT: Final = 4
FORMAT: Final = "%(levelname)s %(name)s: %(message)s"


class Process(uvicorn.Server):
    """uvicorn with the application.

    Args:
        settings: The server's.
        listener: A listening socket.
        app: The application.
        announce_ready: Called once it serves.
    """

    def __init__(
        self, settings: Settings, listener: socket.socket, app: App, announce_ready: Callable[[], None]
    ) -> None:
        self._listener = listener
        self._application = app
        self._announce_ready = announce_ready
        super().__init__(
            uvicorn.Config(
                app.asgi,
                # Behind proxies all connections have their addresses.
                http=bounded_http(0 if settings.proxies else settings.connections_by_address * CONNECTIONS_A_CLIENT),
                ws=BoundedWebSocket,
                ws_max_size=settings.transport_bytes,
                # Embeddings do not compress, and a small message could unpack to a huge one.
                ws_per_message_deflate=False,
                # Engine.IO has its own signs of life.
                ws_ping_interval=None,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=15,
                timeout_graceful_shutdown=STOP_SECONDS,
                ssl_certfile=settings.cert or None,
                ssl_keyfile=settings.key or None,
            )
        )

    def serve_until_stopped(self) -> None:
        """Serve on the listener; returns after a signal."""
        allow_many_files()
        self.run(sockets=[self._listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then accept connections."""
        asyncio.get_running_loop().set_exception_handler(log_exception)
        await self._application.start()
        await super().startup(sockets)
        self._announce_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, answer what is under way, and stop the application."""
        for server in self.servers:
            server.close()
        await self._application.end_sessions()
        await super().shutdown(sockets)
        await self._application.stop()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal, and end with success: uvicorn would raise the signal again."""
        try:
            handlers = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        except ValueError:  # not the main thread, as in tests
            handlers = {}
        try:
            yield
        finally:
            for each, handler in handlers.items():
                signal.signal(each, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; at once at the second signal."""
        self.force_exit = self.should_exit
        self.should_exit = True


def allow_many_files() -> None:
    """Let the process have as many connections as the system allows it."""
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def log_exception(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what no task took, without the noise of clients that vanish."""
    error = context.get("exception")
    if isinstance(error, OSError):
        logging.getLogger(__name__).info("A connection failed: %s", error)
    else:
        loop.default_exception_handler(context)


def configure_logging(level: str) -> None:
    """Log to stderr from a level on; uvicorn's notes on each bad request are no warnings.

    Args:
        level: One of ``Settings.log_level``.
    """
    logging.basicConfig(level=level.upper(), format=FORMAT)
    if level == "warning":
        logging.getLogger("uvicorn").setLevel("ERROR")
    # uvicorn takes a websocket that was refused with an answer for one that was forgotten.
    logging.getLogger("uvicorn.error").addFilter(lambda record: "without completing handshake" not in str(record.msg))
