"""The names that a server answers to, as WSGI middleware.

A site can let its own name resolve to this machine ("DNS rebinding"). For the browser, that site and this server are
then one origin, and comparing Origin with Host shows no difference. Only the name itself does. Addresses are safe: a
browser does not resolve them. Only ``server/app.py`` imports this module.
"""

import ipaddress
import json
import re
import socket
from collections.abc import Callable, Iterable
from typing import Any, Final

from werkzeug.wrappers import Response

from server.contract.errors import ContractError
from server.settings import Settings

HOST: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d*)?")


def own_names(settings: Settings) -> frozenset[str]:
    """Return the names of this machine, and those in the settings, in lower case."""
    machine = socket.gethostname()
    short = machine.split(".")[0]
    names = [machine, short, f"{short}.local", settings.host, *settings.host_names()]
    return frozenset(name.lower().rstrip(".") for name in names if name)


def is_own(host: str, names: frozenset[str]) -> bool:
    """Say whether a request's Host header is an address, localhost, or one of the names; its port is ignored.

    Example:
        >>> is_own("192.168.1.7:8000", frozenset()), is_own("evil.example", frozenset())
        (True, False)
    """
    match = HOST.fullmatch(host)
    if not match:
        return False
    name = match["name"].lower().rstrip(".")
    if name in names or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class HostCheck:
    """WSGI middleware that answers only requests for this server's own names, Socket.IO's included.

    Args:
        application: The WSGI application behind it.
        names: See ``own_names``.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], names: frozenset[str]) -> None:
        self._application = application
        self._names = names

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, or refuse it with wrongHost."""
        host = environ.get("HTTP_HOST", "")
        if is_own(host, self._names):
            return self._application(environ, start_response)
        error = ContractError("wrongHost", came=host)
        body = json.dumps({"ok": False, "error": error.as_dict()})
        headers = {"Cache-Control": "no-store"}
        return Response(body, error.status, headers, mimetype="application/json")(environ, start_response)
