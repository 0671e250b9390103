"""The application: makes every part and hands each what it needs. Only ``server/__main__.py`` and tests import it.

A request passes, from the outside in: counting, headers, host, pages of the server's owner, origin; then Socket.IO, or
Flask's routes in threads.
"""

import asyncio
import importlib
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from flask import Flask
from socketio import ASGIApp

from server.api import events, fields, hosts, routes
from server.api.headers import SecureHeaders
from server.api.origin import SameOrigin
from server.api.proxied import Proxied
from server.contract.errors import ContractError
from server.operations.access import Access
from server.operations.log import Recent
from server.operations.metrics import Metrics, Now
from server.operations.pages import Pages
from server.operations.requests import Requests
from server.operations.watched import Watched
from server.rooms.broadcast import Announce
from server.rooms.codes.tries import Tries
from server.rooms.rooms import Rooms
from server.rooms.storage import MemoryStorage, Storage
from server.rooms.term import Term
from server.rooms.workers.shared_storage import SharedStorage
from server.rooms.workers.turns import Turns
from server.rooms.workers.worker import Worker
from server.settings import Settings
from server.store.store import Store
from server.transport import packet
from server.transport.answer_streams import AnswerStreams, Listened
from server.transport.asgi import Asgi
from server.transport.bus import Bus
from server.transport.engine import Announcer, Server
from server.transport.wsgi import WsgiBridge

log = logging.getLogger(__name__)

HOUSEKEEPING_SECONDS: Final = 600
#: Threads of the plain HTTP routes; none waits for a client.
HTTP_THREADS: Final = 16
#: Threads that read rooms from the disk.
DISK_THREADS: Final = 2
#: How often the event loop's lag is measured.
LAG_SECONDS: Final = 1.0
UPLOAD: Final = re.compile(r"/api/rooms/[^/]+/dataset")


class App:
    """The application.

    Args:
        settings: None for the defaults.
        storage: Where rooms are kept; None for nowhere but in memory.
        metrics: What the storage's commits are counted by, too; None for its own.

    Attributes:
        asgi: What a server runs.
        flask: The plain HTTP routes.
        metrics: What is counted.
        rooms: The open rooms.
        socketio: The Socket.IO server.
    """

    def __init__(
        self, settings: Settings | None = None, storage: Storage | None = None, metrics: Metrics | None = None
    ) -> None:
        self._settings = settings = settings or Settings()
        self.metrics = metrics or Metrics()
        self._requests = Requests(self.metrics)
        self._has_no_classifier = False
        self._recent = Recent()
        self._lag: asyncio.TimerHandle | None = None
        self.socketio = Server(
            serializer=packet.bounded_packet(settings.message_bytes),
            cors_allowed_origins=[],  # ``SameOrigin`` checks
            max_http_buffer_size=settings.transport_bytes,
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
            max_sessions=settings.connections,
            max_sessions_by_address=settings.connections_by_address,
            max_queued_bytes=settings.queued_bytes,
        )
        self._announcer = Announcer(self.socketio)
        listened = self._listened = Listened(self._announcer, lambda code, data: self._streams.tell(code, data))
        storage = storage or MemoryStorage()
        self._worker: Worker | None = None
        announce: Announce = listened
        if settings.redis:
            if not isinstance(storage, Store):
                raise ValueError("redis came without a store that workers can share.")
            announce = self._worker = Worker(
                listened, lambda message: self._bus.publish(message), lambda: self._bus.is_up
            )
            self._bus = Bus(settings.redis, self._worker.receive, self._worker.look_around)
            storage = SharedStorage(storage)
        self.rooms = Rooms(settings, storage, announce)
        self._turns = Turns(self.rooms.copies) if self.rooms.copies else None
        self.rooms.observe_wait = self.metrics.observe_wait
        self.metrics.watch(self._now)
        self._term = Term(self.rooms, storage, settings.room_days)
        self._housekeeping: asyncio.Task[None] | None = None
        tries = Tries(settings.tries_by_address, settings.tries, settings.new_rooms_by_address)
        self.flask = Flask(__name__, static_folder=None)
        self.flask.json.sort_keys = False  # type: ignore[attr-defined]  # keys in class order
        self.flask.config["MAX_CONTENT_LENGTH"] = settings.dataset_bytes
        routes.register(self.flask, self.rooms, tries, settings)
        self._threads = ThreadPoolExecutor(HTTP_THREADS, "http")
        self._uploads = ThreadPoolExecutor(1, "upload")
        self._disk = ThreadPoolExecutor(DISK_THREADS, "disk")
        self._events = events.Events(
            self.socketio, self.rooms, tries, settings, self._disk, self._requests, self._turns
        )

        def max_upload_bytes(method: str, path: str) -> int | None:
            return settings.dataset_bytes if method == "PUT" and UPLOAD.fullmatch(path) else None

        http = WsgiBridge(self.flask.wsgi_app, self._threads, self._uploads, settings.message_bytes, max_upload_bytes)

        def find_room(text: str, address: str) -> str:
            with tries.one(address, code := fields.room_code(text)):
                return self.rooms.find(code).code

        self._streams = AnswerStreams(ASGIApp(self.socketio, http), find_room, self._disk)
        self._events.on_closed = self._streams.close
        self._pages = Pages(
            SameOrigin(self._streams),
            self._requests,
            self.metrics,
            self._recent,
            Access(settings.status_token, settings.proxies > 0),
            self._check_ready,
            self._now,
            None if settings.database else settings.data_folder(),
        )
        inner = SecureHeaders(hosts.HostCheck(self._pages, hosts.own_names(settings)))
        self.asgi: Asgi = Watched(inner, self.metrics)
        if settings.proxies:
            self.asgi = Proxied(self.asgi, settings.proxies)

    def _now(self) -> Now:
        return Now(len(self.socketio.eio.sockets), *self.rooms.totals(), self._settings.memory_bytes)

    async def start(self) -> None:
        """Take over the event loop that runs; called once, before the first request."""
        loop = asyncio.get_running_loop()
        self._announcer.loop = self._listened.loop = loop
        if self._worker and self._turns and self.rooms.copies:
            self._worker.start(self.rooms, self.rooms.copies, self._turns, self._events.put_out_strangers)
            self._bus.start()
        self._housekeeping = asyncio.create_task(self._keep_house())
        logging.getLogger().addHandler(self._recent)
        # The first rooms wait for it, but the page does not.
        loading = loop.run_in_executor(self._disk, importlib.import_module, "server.knn.knn")
        loading.add_done_callback(self._take_classifier)
        self._lag = loop.call_later(LAG_SECONDS, self._measure_lag, loop.time() + LAG_SECONDS)

    def _take_classifier(self, loading: "asyncio.Future[Any]") -> None:
        if not loading.cancelled() and (error := loading.exception()):
            self._has_no_classifier = True
            log.critical(
                "The classifier can't be loaded, so no room can be opened: install it again (make setup).",
                exc_info=error,
            )

    def _check_ready(self) -> None:
        if self._has_no_classifier:
            raise ContractError("notReady", came="the classifier can't be loaded; the log says why")
        routes.check_ready(self._settings.page_folder(), self.rooms)

    def _measure_lag(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        self.metrics.observe_loop(max(loop.time() - due, 0.0))
        self._lag = loop.call_later(LAG_SECONDS, self._measure_lag, loop.time() + LAG_SECONDS)

    async def finish_requests(self, seconds: float) -> None:
        """Refuse what is asked from now on, and answer what is under way, within so many seconds."""
        await self._requests.finish(seconds, lambda: bool(self.socketio.eio.sockets))

    async def end_sessions(self) -> None:
        """End the sessions of all clients."""
        self._streams.close_all()
        await self.socketio.eio.close_all()

    async def stop(self) -> None:
        """End what runs beside the event loop."""
        if self._housekeeping:
            self._housekeeping.cancel()
        if self._lag:
            self._lag.cancel()
        logging.getLogger().removeHandler(self._recent)
        self._pages.stop()
        if self._worker and self._turns:
            await self._worker.stop()
            await self._bus.stop()
            await asyncio.to_thread(self._turns.stop)
        for executor in (self._threads, self._uploads, self._disk):
            executor.shutdown(wait=False, cancel_futures=True)

    async def _keep_house(self) -> None:
        """Now and then, let empty rooms leave memory, and delete those whose term is over."""
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            for work in (self.rooms.forget_empty, self._term.end_some):
                try:
                    await asyncio.get_running_loop().run_in_executor(self._disk, work)
                except Exception:
                    log.exception("Old rooms could not be put away; it is tried again.")
