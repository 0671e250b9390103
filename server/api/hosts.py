"""The names that a server answers to, as ASGI middleware.

A site can let its own name resolve to this machine ("DNS rebinding"). For the browser, that site and this server are
then one origin, and comparing Origin with Host shows no difference. Only the name itself does. Addresses are safe: a
browser does not resolve them. Only ``server/app.py`` imports this module.
"""

import ipaddress
import re
import socket
from typing import Final

from server.contract.errors import ContractError
from server.settings import Settings
from server.transport.asgi import Asgi, Receive, Scope, Send, header, refuse

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
    """ASGI middleware that answers only requests for this server's own names, Socket.IO's included.

    Args:
        application: The ASGI application behind it.
        names: See ``own_names``.
    """

    def __init__(self, application: Asgi, names: frozenset[str]) -> None:
        self._application = application
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it with wrongHost."""
        host = header(scope, "host")
        if scope["type"] == "lifespan" or is_own(host, self._names):
            await self._application(scope, receive, send)
        else:
            await refuse(scope, send, ContractError("wrongHost", came=host))
