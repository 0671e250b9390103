"""Headers of every answer: what the page may load, and who may embed it.

As WSGI middleware, so that Socket.IO's own answers have them too. Only ``server/app.py`` imports this module.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
#: The worker that fetches pictures from addresses that a person gave. A worker has the policy of its own file.
FETCHER: Final = re.compile(r"/assets/fetch-picture\.worker-[A-Za-z0-9_-]+\.js")
#: It may connect to any server, and do nothing else; pages may not (docs/decisions/018-try-photos.md).
FETCHER_POLICY: Final = "default-src 'none'; connect-src https: http:; base-uri 'none'; frame-ancestors 'none'"
FIXED: Final = {
    # The two that make a page "cross-origin isolated": without them WASM has no threads.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "camera=(self), accelerometer=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()"
    ),
}


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
            f"connect-src 'self'{sockets}",
            "worker-src 'self' blob:",
            "media-src 'self' blob:",
            "manifest-src 'self'",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def policy_of(environ: dict[str, Any]) -> str:
    """Return the Content-Security-Policy for the answer to one request.

    Args:
        environ: The request's WSGI environment.
    """
    if FETCHER.fullmatch(environ.get("PATH_INFO", "")):
        return FETCHER_POLICY
    return content_security_policy(environ.get("HTTP_HOST", ""))


class SecureHeaders:
    """WSGI middleware that adds the headers that an answer does not have yet.

    Args:
        application: The WSGI application behind it.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            policy = ("Content-Security-Policy", policy_of(environ))
            names = {name.lower() for name, _ in headers}
            added = [item for item in [*FIXED.items(), policy] if item[0].lower() not in names]
            return start_response(status, headers + added, exc_info)

        return self._application(environ, start)
