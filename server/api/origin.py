"""Refuses what other sites' pages ask: to change something, or to open a socket. ASGI middleware.

Only ``server/app.py`` imports this module.
"""

from typing import Final

from server.contract.errors import ContractError
from server.transport.asgi import Asgi, Receive, Scope, Send, header, refuse

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SOCKETS: Final = "/socket.io/"


class SameOrigin:
    """ASGI middleware that answers only this server's own page where more than reading is asked.

    Args:
        application: The ASGI application behind it.
    """

    def __init__(self, application: Asgi) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it with badRequest."""
        if is_guarded(scope) and is_foreign(scope):
            error = ContractError(
                "badRequest", came="from another site", expected="requests from this server's own page"
            )
            await refuse(scope, send, error)
        else:
            await self._application(scope, receive, send)


def is_guarded(scope: Scope) -> bool:
    """Say whether a request opens a socket or changes something."""
    if scope["type"] == "websocket":
        return True
    return scope["type"] == "http" and (scope["method"] not in SAFE_METHODS or f"{scope['path']}/".startswith(SOCKETS))


def is_foreign(scope: Scope) -> bool:
    """Say whether another site's page sends a request.

    Example:
        >>> is_foreign({"type": "http", "scheme": "http", "headers": [(b"origin", b"http://evil.example")]})
        True
    """
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    origin = header(scope, "origin")
    if origin and origin != f"{scheme}://{header(scope, 'host')}":
        return True
    # Browsers do not agree on what they send here for websockets; those always have an Origin.
    site = header(scope, "sec-fetch-site") or "same-origin"
    return scope["type"] == "http" and site not in ("same-origin", "none")
