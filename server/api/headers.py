"""Headers of every answer: what the page may load, and who may embed it.

As ASGI middleware, so that Socket.IO's own answers have them too. Only ``server/app.py`` imports this module.
"""

import re
from typing import Final

from server.transport.asgi import Asgi, Message, Receive, Scope, Send, header

HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
#: The worker that fetches pictures from addresses that a person gave. A worker has the policy of its own file.
FETCHER: Final = re.compile(r"/assets/fetch-picture\.worker-[A-Za-z0-9_-]+\.js")
#: It may connect to any server, and do nothing else; pages may not (docs/decisions/018-try-photos.md).
FETCHER_POLICY: Final = "default-src 'none'; connect-src https: http:; base-uri 'none'; frame-ancestors 'none'"
#: Where an action may call a program: on the device of whoever looks at the page (docs/decisions/030-actions.md).
OWN_PROGRAMS: Final = ("http://localhost:*", "http://127.0.0.1:*")
FIXED: Final = {
    # The two that make a page "cross-origin isolated": without them WASM has no threads.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Bluetooth is this page's own without a word; browsers that don't have it warn of the word.
    "Permissions-Policy": (
        "camera=(self), microphone=(self), midi=(self), serial=(self), accelerometer=(), "
        "display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), payment=(), usb=(), "
        "xr-spatial-tracking=()"
    ),
}


FIXED_BYTES: Final = [(name.lower().encode(), value.encode()) for name, value in FIXED.items()]


def content_security_policy(host: str) -> str:
    """Return the Content-Security-Policy of a page that was requested from ``host``.

    Args:
        host: The request's Host header; left out where it is no host name or address.
    """
    # Safari before 15.4 does not count a websocket to the page's own host as 'self'.
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    return "; ".join(
        [
            "default-src 'none'",
            # TensorFlow.js starts the threads of its WASM backend from blobs of its own code.
            "script-src 'self' 'wasm-unsafe-eval' blob:",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            f"connect-src 'self'{sockets} {' '.join(OWN_PROGRAMS)}",
            "worker-src 'self' blob:",
            "media-src 'self' blob:",
            "manifest-src 'self'",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def policy_of(scope: Scope) -> str:
    """Return the Content-Security-Policy for the answer to one request."""
    if FETCHER.fullmatch(scope["path"]):
        return FETCHER_POLICY
    return content_security_policy(header(scope, "host"))


class SecureHeaders:
    """ASGI middleware that adds the headers that an answer does not have yet.

    Args:
        application: The ASGI application behind it.
    """

    def __init__(self, application: Asgi) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                names = {name.lower() for name, _ in message["headers"]}
                policy = (b"content-security-policy", policy_of(scope).encode("latin-1", "replace"))
                added = [item for item in [*FIXED_BYTES, policy] if item[0] not in names]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self._application(scope, receive, send_with_headers)
