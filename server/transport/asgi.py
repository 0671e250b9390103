"""ASGI in short: its types, a request's headers, and a refusal in the one error shape."""

import ipaddress
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from server.contract.errors import ContractError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Under this key a request that was refused has the error's code, for whoever counts.
REFUSED: Final = "showtell.refused"


def header(scope: Scope, name: str) -> str:
    """Return a request's header; "" where it has none, and the last where it has several.

    Args:
        scope: The request's.
        name: In lower case.

    Example:
        >>> header({"headers": [(b"host", b"127.0.0.1:8000")]}, "host")
        '127.0.0.1:8000'
    """
    key = name.encode("latin-1")
    for found, value in reversed(scope.get("headers", ())):
        if found == key:
            return str(value.decode("latin-1"))
    return ""


def client_address(scope: Scope) -> str:
    """Return the address that a request comes from; "" where it is not known.

    Example:
        >>> client_address({"client": ("192.168.1.7", 50000)})
        '192.168.1.7'
    """
    client = scope.get("client")
    return str(client[0]) if client else ""


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the network that a house gets of IPv6.

    Example:
        >>> network_of("192.168.1.7"), network_of("2001:db8:1:2:3::4")
        ('192.168.1.7', '2001:db8:1:2::/64')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


async def refuse(scope: Scope, send: Send, error: ContractError) -> None:
    """Answer a request, or the opening of a websocket, with an error."""
    scope[REFUSED] = error.code
    body = json.dumps({"ok": False, "error": error.as_dict()}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    # Its body may not have been read: nothing else can come over this connection.
    headers.append((b"connection", b"close"))
    prefix = "websocket.http" if scope["type"] == "websocket" else "http"
    await send({"type": f"{prefix}.response.start", "status": error.status, "headers": headers})
    await send({"type": f"{prefix}.response.body", "body": body, "more_body": False})
