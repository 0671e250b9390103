"""Runs the application under uvicorn: one process, one event loop.

One process, because one event loop owns all rooms; ``docs/decisions/020-one-event-loop.md`` says why. Only
``server/__main__.py`` and tests import this module.
"""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final

import uvicorn

from server.app import App
from server.settings import Settings
from server.system import STOP_SIGNALS, allow_many_files, end_after
from server.transport.connections import BoundedWebSocket, bounded_protocols

#: Seconds that requests over sockets have when the server stops, and then again those over HTTP.
STOP_SECONDS: Final = 5
#: Seconds for the last answers and the close of a websocket to reach its client.
CLOSE_SECONDS: Final = 1.5
#: Seconds after the first signal at which the process ends, whatever hangs. What was confirmed is on disk already.
LAST_SECONDS: Final = 30
LOOK_SECONDS: Final = 0.02
#: A page and its client hold some connections of an address each: files, a poll, a websocket.
CONNECTIONS_A_CLIENT: Final = 4

log = logging.getLogger(__name__)


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
        # Behind proxies all connections have their addresses.
        max_by_address = 0 if settings.proxies else settings.connections_by_address * CONNECTIONS_A_CLIENT
        http, websocket = bounded_protocols(max_by_address, app.metrics.count_cut)
        super().__init__(
            uvicorn.Config(
                app.asgi,
                http=http,
                ws=websocket,
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
        """Accept no more connections, answer what is under way, refuse the rest, and stop the application."""
        log.info("The server stops.")
        for server in self.servers:
            server.close()
        await self._application.finish_requests(STOP_SECONDS)
        await self._application.end_sessions()
        await self._until_closed()
        await super().shutdown(sockets)
        await self._application.stop()
        log.info("The server has stopped.")

    async def _until_closed(self) -> None:
        """Wait until clients have the last answers: uvicorn would close their websockets before."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + CLOSE_SECONDS
        while loop.time() < ends_at and any(
            isinstance(each, BoundedWebSocket) for each in self.server_state.connections
        ):
            await asyncio.sleep(LOOK_SECONDS)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal, and end with success: uvicorn would raise the signal again."""
        with contextlib.suppress(ValueError):  # not the main thread, as in tests
            for each in STOP_SIGNALS:
                signal.signal(each, self.handle_exit)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop. The second signal ends the process at once, and so does a stop that takes too long."""
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        end_after(LAST_SECONDS)
        self.should_exit = True


def log_exception(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what no task took, without the noise of clients that vanish."""
    error = context.get("exception")
    if isinstance(error, OSError):
        log.info("A connection failed: %s", error.strerror)
    else:
        # Not the context's own words, which quote what a callback was called with.
        log.error("Something on the event loop failed.", exc_info=error)
