"""Who may read metrics and the status page: this machine, and whoever has the token. ``pages.py`` asks."""

import base64
import binascii
import hmac
import ipaddress
from typing import Final

from server.transport.asgi import Scope, client_address, header

#: A request with one of these was passed on: its address is not the client's.
PASSED_ON: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Access:
    """Decides who is the owner of the machine, or trusted by them.

    Args:
        token: What other machines must know; "" for none, and then none may.
        is_proxied: Whether a proxy is in front, whose address every request has.

    Example:
        >>> Access("", False).allows({"client": ("127.0.0.1", 50000), "headers": []})
        True
        >>> Access("", False).allows({"client": ("192.168.1.7", 50000), "headers": []})
        False
    """

    def __init__(self, token: str, is_proxied: bool) -> None:
        self._token = token.encode()
        self._is_proxied = is_proxied

    @property
    def has_token(self) -> bool:
        """Whether there is a token, so that it makes sense to ask for it."""
        return bool(self._token)

    def allows(self, scope: Scope) -> bool:
        """Say whether a request may see it."""
        if not self._is_proxied and is_from_here(scope):
            return True
        return bool(self._token) and hmac.compare_digest(given_token(scope), self._token)


def is_from_here(scope: Scope) -> bool:
    """Say whether a request comes from this machine itself, and was not passed on for another."""
    try:
        address = ipaddress.ip_address(client_address(scope))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback and not any(header(scope, name) for name in PASSED_ON)


def given_token(scope: Scope) -> bytes:
    """Return the token of a request: a bearer's, or a password with any name, as browsers ask for it.

    Example:
        >>> given_token({"headers": [(b"authorization", b"Basic bWU6c2VjcmV0")]})
        b'secret'
    """
    scheme, _, value = header(scope, "authorization").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip().encode()
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(value.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
