"""The smallest possible round trip: a bare Flask-SocketIO echo, in threads under gunicorn.

``python -m bench.echo`` prints its address.
"""

import socket
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from gunicorn.app.base import BaseApplication

THREADS = 256


class Echo(BaseApplication):  # type: ignore[misc]
    """gunicorn with the echo.

    Args:
        listener: A listening socket.
    """

    def __init__(self, listener: socket.socket) -> None:
        self._port = listener.getsockname()[1]
        self._descriptor = listener.detach()
        super().__init__()

    def load_config(self) -> None:
        """Configure gunicorn as Flask-SocketIO's documentation says: one worker of threads."""
        values: dict[str, Any] = {
            "bind": f"fd://{self._descriptor}",
            "worker_class": "gthread",
            "threads": THREADS,
            "worker_connections": THREADS + 1000,
            "graceful_timeout": 1,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": lambda _worker: print(f"http://127.0.0.1:{self._port}/", flush=True),
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application."""
        app = Flask(__name__)
        socketio = SocketIO(app, async_mode="threading", async_handlers=False)
        socketio.on("echo")(lambda _data, embedding: embedding)
        return app


def main() -> None:
    """Serve the echo until stopped."""
    Echo(socket.create_server(("127.0.0.1", 0))).run()


if __name__ == "__main__":
    main()
