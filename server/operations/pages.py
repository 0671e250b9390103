"""``/healthz``, ``/readyz``, ``/metrics`` and ``/status``, answered on the event loop. ASGI middleware.

No upload, however slow, is in their way: they share no thread with Flask's routes. What asks the disk has threads of
its own, and is asked once for all who want to know. Only ``server/app.py`` imports this module.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from server.contract.errors import ContractError
from server.operations.access import Access
from server.operations.log import Recent
from server.operations.metrics import Metrics, Now
from server.operations.requests import Requests
from server.operations.status import CSS, CSS_PATH, problem_of, status_page, status_rows
from server.transport.asgi import Asgi, Receive, Scope, Send, refuse

#: A store that has not answered by then is not ready.
READY_SECONDS: Final = 5.0
SOCKETS: Final = "/socket.io/"
PUBLIC: Final = frozenset({"/healthz", "/readyz"})
OWNERS: Final = frozenset({"/metrics", "/status", CSS_PATH})


class Pages:
    """ASGI middleware that answers what whoever looks after the server asks, and refuses the rest once it stops.

    Args:
        application: The ASGI application behind it.
        requests: Says whether the server stops.
        metrics: What ``/metrics`` shows.
        recent: The warnings and errors that ``/status`` shows.
        access: Who may see these two.
        check: Raises ContractError where the server is not ready; it may wait for the disk.
        now: Returns how much there is; called in a thread.
        folder: Where rooms are kept; None where no disk of this machine is used.
    """

    def __init__(
        self,
        application: Asgi,
        requests: Requests,
        metrics: Metrics,
        recent: Recent,
        access: Access,
        check: Callable[[], None],
        now: Callable[[], Now],
        folder: Path | None,
    ) -> None:
        self._application = application
        self._requests = requests
        self._metrics = metrics
        self._recent = recent
        self._access = access
        self._check = check
        self._now = now
        self._folder = folder
        self._started_at = time.monotonic()
        # One may wait for a disk that hangs: the other still makes the pages.
        self._threads = ThreadPoolExecutor(2, "operations")
        self._checking: asyncio.Future[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        path = scope.get("path", "")
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and path in PUBLIC | OWNERS:
            if path in PUBLIC:
                await self._answer_public(path, scope, send)
            else:
                await self._answer_owner(path, scope, send)
        elif self._requests.is_stopping and not is_of_session(scope):
            await refuse(scope, send, ContractError("stopping"))
        else:
            await self._application(scope, receive, send)

    def stop(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answer_public(self, path: str, scope: Scope, send: Send) -> None:
        error = None if path == "/healthz" else await self._problem()
        if error:
            await refuse(scope, send, error)
        else:
            await answer(scope, send, "application/json", b'{"ok":true}\n')

    async def _answer_owner(self, path: str, scope: Scope, send: Send) -> None:
        if not self._access.allows(scope):
            if self._access.has_token:
                await ask_for_token(scope, send)
            else:
                await refuse(scope, send, ContractError("notFound", came=path))
            return
        loop = asyncio.get_running_loop()
        if path == CSS_PATH:
            await answer(scope, send, "text/css; charset=utf-8", CSS)
        elif path == "/metrics":
            text = await loop.run_in_executor(self._threads, self._metrics.text)
            await answer(scope, send, "text/plain; version=0.0.4; charset=utf-8", text)
        else:
            problem = problem_of(await self._problem())
            page = await loop.run_in_executor(self._threads, self._status, problem)
            await answer(scope, send, "text/html; charset=utf-8", page)

    def _status(self, problem: str) -> bytes:
        rows = status_rows(self._now(), self._metrics, self._started_at, self._folder, problem)
        return status_page(rows, list(self._recent.notes))

    async def _problem(self) -> ContractError | None:
        """Return why the server is not ready; None where it is."""
        if self._requests.is_stopping:
            return ContractError("stopping")
        if self._checking is None:
            self._checking = asyncio.get_running_loop().run_in_executor(self._threads, self._check)
            self._checking.add_done_callback(self._forget_check)
        checking = self._checking
        done, _ = await asyncio.wait({checking}, timeout=READY_SECONDS)
        if not done:
            return ContractError("notSaved", came="the disk is too slow")
        error = checking.exception()
        if error is None or isinstance(error, ContractError):
            return error
        raise error

    def _forget_check(self, checking: "asyncio.Future[None]") -> None:
        self._checking = None
        if not checking.cancelled():
            checking.exception()  # nobody may be waiting for it any more


def is_of_session(scope: Scope) -> bool:
    """Say whether a request belongs to a socket that is open: its client is told there that the server stops.

    Example:
        >>> is_of_session({"type": "http", "path": "/socket.io/", "query_string": b"EIO=4&transport=polling&sid=abc"})
        True
    """
    return f"{scope.get('path', '')}/".startswith(SOCKETS) and b"sid=" in scope.get("query_string", b"")


async def answer(
    scope: Scope, send: Send, kind: str, body: bytes, status: int = 200, *more: tuple[bytes, bytes]
) -> None:
    """Answer a request; not to be kept by anybody."""
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body, "more_body": False})


async def ask_for_token(scope: Scope, send: Send) -> None:
    """Have a browser ask for the token."""
    asked = (b"www-authenticate", b'Basic realm="Show & Tell: any name, and the token as password"')
    await answer(scope, send, "text/plain; charset=utf-8", b"This page asks for a token.\n", 401, asked)
