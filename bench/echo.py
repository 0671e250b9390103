"""The smallest possible round trip: a bare Flask-SocketIO echo under gunicorn, one thread for each connection.

``python -m bench.echo`` prints its port. It stays as it is whatever the server is built on: it is what the server's
answers are compared with.
"""

import os
import socket
from typing import Any, Final

from flask import Flask
from flask_socketio import SocketIO
from gunicorn.app.base import BaseApplication

HOST: Final = "127.0.0.1"
THREADS: Final = 700


class Echo(BaseApplication):  # type: ignore[misc]
    """gunicorn with the echo.

    Args:
        listener: A listening socket.
    """

    def __init__(self, listener: socket.socket) -> None:
        self._port = listener.getsockname()[1]
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Configure gunicorn."""
        values: dict[str, Any] = {
            "bind": f"fd://{self._listener.detach()}",
            "worker_class": "gthread",
            "threads": THREADS,
            "worker_connections": THREADS + 1000,
            "timeout": 0,
            "graceful_timeout": 1,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": lambda _worker: print(f"http://{HOST}:{self._port}/", flush=True),
            # The threads wait on open websockets, and Python would wait for the threads.
            "worker_exit": lambda _arbiter, _worker: os._exit(0),
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the echo."""
        app = Flask(__name__)
        socketio = SocketIO(app, async_mode="threading", async_handlers=False)
        socketio.on("echo")(lambda _data, embedding: embedding)
        return app


def main() -> None:
    """Serve the echo until stopped."""
    import sys

    sys.argv[1:] = []  # gunicorn would take them for its own
    Echo(socket.create_server((HOST, 0), backlog=2048)).run()


if __name__ == "__main__":
    main()
