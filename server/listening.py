"""The socket that the server listens on, and what is there already. Only ``server/__main__.py`` imports this module."""

import contextlib
import errno
import http.client
import json
import socket
import ssl
import threading
from typing import Any, Final

from server.classroom.addresses import is_on_every_address, url

BACKLOG: Final = 2048
#: Ports below it are the system's.
FIRST_FREE_PORT: Final = 1024
LAST_PORT: Final = 65535
#: How many of the next ports are tried, to name one that is free.
TRIED_PORTS: Final = 20
#: A server on the same computer answers sooner.
ANSWER_SECONDS: Final = 2.0
#: Its answer is shorter; what is longer is cut off, and no JSON then.
ANSWER_BYTES: Final = 65_536


class CannotListenError(Exception):
    """The server can't listen there. Its text says what is wrong, and what to do.

    Attributes:
        is_lasting: Whether only a person can mend it.
        running: The address of the Show & Tell that listens there already; "" for none.
    """

    def __init__(self, text: str, is_lasting: bool = False, running: str = "") -> None:
        super().__init__(text)
        self.is_lasting = is_lasting
        self.running = running


def create_listener(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Args:
        host: An address or a name.
        port: A port, or 0 for any free one.

    Raises:
        CannotListenError: With one line: what is wrong, and what to do.
    """
    try:
        return _bind(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            running = find_running(host, port)
            if running:
                text = (
                    f"Port {port} is taken: Show & Tell is running already, at {running}. Open that, or stop it first."
                )
                raise CannotListenError(text, running=running) from None
            text = f"Port {port} is taken by another program. Choose another one with --port{_next(host, port)}."
            raise CannotListenError(text) from None
        if error.errno == errno.EACCES:
            free = _next(host, max(port, FIRST_FREE_PORT - 1))
            text = f"Port {port} is not allowed to you. Choose another one with --port{free}."
            raise CannotListenError(text, is_lasting=True) from None
        text = f"Can't listen on {host}, port {port}: {error.strerror}. Choose an address with --host."
        raise CannotListenError(text) from None


def _bind(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)


def _next(host: str, port: int) -> str:
    """Return the next free port, after a space; "" where none is near."""
    for candidate in range(port + 1, min(port + TRIED_PORTS, LAST_PORT) + 1):
        with contextlib.suppress(OSError), _bind(host, candidate):
            return f" {candidate}"
    return ""


def find_running(host: str, port: int) -> str:
    """Return the address of a Show & Tell that listens on a port of this computer; "" where there is none."""
    here = "127.0.0.1" if is_on_every_address(host) else host
    # It sends nothing secret, and the certificate that the classroom's server made for itself nobody knows.
    context = ssl._create_unverified_context()  # noqa: S323
    for scheme, connection in (
        ("http", http.client.HTTPConnection(here, port, timeout=ANSWER_SECONDS)),
        ("https", http.client.HTTPSConnection(here, port, timeout=ANSWER_SECONDS, context=context)),
    ):
        try:
            connection.connect()
            # Another program may send without end, and so slowly that no single wait is too long.
            ending = threading.Timer(ANSWER_SECONDS, _cut, [connection.sock])
            ending.start()
            try:
                connection.request("GET", "/api/model")
                answer = json.loads(connection.getresponse().read(ANSWER_BYTES))
            finally:
                ending.cancel()
        except (OSError, ValueError, RecursionError, http.client.HTTPException):
            continue
        finally:
            connection.close()
        if _is_ours(answer):
            # As it opened the browser itself: another address would be another place for projects.
            return url(scheme, "localhost" if scheme == "https" and is_on_every_address(host) else here, port)
    return ""


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _is_ours(answer: Any) -> bool:
    """Say whether an answer is Show & Tell's: what its model is, or that it has none."""
    if not isinstance(answer, dict):
        return False
    error = answer.get("error")
    return {"id", "dimension"} <= answer.keys() or (isinstance(error, dict) and error.get("code") == "notReady")
