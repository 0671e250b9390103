"""Runs a WSGI application beside the event loop: a request's body is read before a thread is taken for it.

So clients that send slowly, or read slowly, hold no thread: chunks of the answer are made in a thread, one at a time,
and sent from the loop. Libraries for this either run all requests in one thread (asgiref) or read the body from within
the thread (a2wsgi); see ``docs/decisions/020-one-event-loop.md``. Only ``server/app.py`` imports this module.
"""

import asyncio
import contextlib
import io
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Any, Final
from urllib.parse import quote

from server.contract.errors import ContractError
from server.transport.asgi import Receive, Scope, Send, header, refuse

#: A body beyond this goes into a temporary file.
MEMORY_BYTES: Final = 1 << 20
#: Small chunks of an answer are sent together, up to about so much.
CHUNK_BYTES: Final = 1 << 18
#: Large bodies that are taken at once; those of others wait with their clients, not on the disk.
UPLOADS_AT_ONCE: Final = 4

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WsgiBridge:
    """A WSGI application as an ASGI one.

    Args:
        application: The WSGI application.
        executor: Whose threads run it.
        uploads: Whose thread runs requests that may have a large body: one at a time.
        max_body_bytes: Largest body of any other request.
        max_upload_bytes: Returns the largest body of a request, given its method and path; None where it is no upload.
    """

    def __init__(
        self,
        application: Wsgi,
        executor: Executor,
        uploads: Executor,
        max_body_bytes: int,
        max_upload_bytes: Callable[[str, str], int | None],
    ) -> None:
        self._application = application
        self._executor = executor
        self._uploads = uploads
        self._max_body_bytes = max_body_bytes
        self._max_upload_bytes = max_upload_bytes
        self._upload_turns = asyncio.Semaphore(UPLOADS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await refuse(scope, send, ContractError("notFound", came=scope["path"]))
            return
        upload_limit = self._max_upload_bytes(scope["method"], scope["path"])
        async with self._upload_turns if upload_limit is not None else contextlib.nullcontext():
            await self._answer(scope, receive, send, upload_limit)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, upload_limit: int | None) -> None:
        limit = self._max_body_bytes if upload_limit is None else upload_limit
        executor = self._executor if upload_limit is None else self._uploads
        with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as body:
            size = await read_body(scope, receive, body, limit)
            if size is None:
                return
            if size > limit:
                error = ContractError("bigMessage", came=size, expected=limit)
                await refuse(scope, send, error)
                return
            body.seek(0)
            answer = await asyncio.get_running_loop().run_in_executor(
                executor, WsgiAnswer, self._application, environ_of(scope, body, size)
            )
            try:
                await self._send(answer, receive, send)
            finally:
                answer.close()

    async def _send(self, answer: "WsgiAnswer", receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        chunk = await loop.run_in_executor(self._executor, answer.next_chunk)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        gone: asyncio.Future[Any] | None = None
        while chunk:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            # Sending to a client that is gone raises nothing; a file is not read to its end for it.
            gone = gone or asyncio.ensure_future(receive())
            chunk = b"" if gone.done() else await loop.run_in_executor(self._executor, answer.next_chunk)
        if gone is None or not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        if gone is not None:
            gone.cancel()


class WsgiAnswer:
    """The answer of a WSGI application, chunk by chunk. Each of its methods runs in a thread.

    Args:
        application: The WSGI application.
        environ: The request's.

    Attributes:
        status: The HTTP status.
        headers: As ASGI has them.
    """

    def __init__(self, application: Wsgi, environ: dict[str, Any]) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self._rest = memoryview(b"")
        self._chunks = application(environ, self._start)
        self._iterator = iter(self._chunks)

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    def next_chunk(self) -> bytes:
        """Return what comes next; b"" at the end."""
        parts: list[bytes | memoryview] = []
        size = 0
        while size < CHUNK_BYTES:
            if not self._rest:
                part = next(self._iterator, None)
                if part is None:
                    break
                self._rest = memoryview(part)
            # A client must take some of it in time, and all of a large part would be some.
            taken = self._rest[: CHUNK_BYTES - size]
            self._rest = self._rest[len(taken) :]
            parts.append(taken)
            size += len(taken)
        return b"".join(parts)

    def close(self) -> None:
        """Let the application free what the answer holds."""
        close = getattr(self._chunks, "close", None)
        if close:
            close()


async def read_body(scope: Scope, receive: Receive, body: Any, limit: int) -> int | None:
    """Read a request's body into a file, up to a limit.

    Returns:
        Its size in bytes, as announced where that is beyond the limit; None where the client left.
    """
    announced = header(scope, "content-length")
    if announced.isdigit() and int(announced) > limit:
        return int(announced)
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            return size
        body.write(part)
        if not message.get("more_body"):
            return size


def environ_of(scope: Scope, body: Any, size: int) -> dict[str, Any]:
    """Return the WSGI environment of a request, as PEP 3333 has it."""
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "RAW_URI": quote(scope["path"]),
        "QUERY_STRING": scope["query_string"].decode("ascii", "replace"),
        "SERVER_NAME": server[0] or "localhost",
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "CONTENT_LENGTH": str(size),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileChunks,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name not in ("content-length", "transfer-encoding") and "_" not in name:
            key = "HTTP_" + name.upper().replace("-", "_")
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


class FileChunks:
    """The chunks of a file, large ones: each costs a change of threads.

    Args:
        file: Opened for reading bytes.
        _size: What the application suggests.
    """

    def __init__(self, file: io.BufferedIOBase, _size: int = 0) -> None:
        self._file = file

    def __iter__(self) -> "FileChunks":
        return self

    def __next__(self) -> bytes:
        """Return the next chunk."""
        data = self._file.read(CHUNK_BYTES)
        if not data:
            raise StopIteration
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()
