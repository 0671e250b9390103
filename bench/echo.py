"""The smallest possible round trip: a bare Flask-SocketIO echo, served as the server is.

``python -m bench.echo`` prints its port.
"""

import socket

from flask import Flask
from flask_socketio import SocketIO

from server.api.process import Server
from server.settings import Settings


def main() -> None:
    """Serve the echo until stopped."""
    settings = Settings(port=0)
    listener = socket.create_server((settings.host, 0))
    port = listener.getsockname()[1]

    def load() -> Flask:
        app = Flask(__name__)
        socketio = SocketIO(app, async_mode="threading", async_handlers=False)
        socketio.on("echo")(lambda _data, embedding: embedding)
        return app

    Server(settings, listener, load, lambda: print(f"http://127.0.0.1:{port}/", flush=True)).run()


if __name__ == "__main__":
    main()
