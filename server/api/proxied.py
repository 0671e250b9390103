"""What proxies in front of the server tell about a request: the client's address, scheme and host. ASGI middleware.

Only ``server/app.py`` imports this module.
"""

from server.transport.asgi import Asgi, Receive, Scope, Send


class Proxied:
    """ASGI middleware that believes so many proxies, and no client that pretends to be one more.

    Args:
        application: The ASGI application behind it.
        proxies: How many proxies are in front; each adds one value to the headers.
    """

    def __init__(self, application: Asgi, proxies: int) -> None:
        self._application = application
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] in ("http", "websocket"):
            scope = self._as_sent(scope)
        await self._application(scope, receive, send)

    def _as_sent(self, scope: Scope) -> Scope:
        """Return the request as the client sent it to the first proxy."""
        changed = dict(scope)
        address = self._value(scope, "x-forwarded-for")
        if address:
            changed["client"] = (address, 0)
        scheme = self._value(scope, "x-forwarded-proto")
        if scheme in ("http", "https"):
            is_socket = scope["type"] == "websocket"
            changed["scheme"] = {"http": "ws", "https": "wss"}[scheme] if is_socket else scheme
        host = self._value(scope, "x-forwarded-host")
        if host:
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            changed["headers"] = [(b"host", host.encode("latin-1")), *others]
        return changed

    def _value(self, scope: Scope, name: str) -> str:
        """Return what the outermost proxy wrote; "" where there are fewer values than proxies."""
        key = name.encode("latin-1")
        # Lines of one name are one list, in their order: RFC 9110, 5.3.
        lines = [value.decode("latin-1") for found, value in scope["headers"] if found == key]
        values = [value.strip() for value in ",".join(lines).split(",") if value.strip()]
        return values[-self._proxies] if len(values) >= self._proxies else ""
