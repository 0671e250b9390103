"""The bare echo on gevent, for one comparison (``docs/decisions/020-one-event-loop.md``). It prints its port.

gevent and gevent-websocket are not among the project's packages: run this file itself with a Python that has them.
"""

from gevent import monkey

monkey.patch_all()

import socket  # noqa: E402

from flask import Flask  # noqa: E402
from flask_socketio import SocketIO  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from geventwebsocket.handler import WebSocketHandler  # noqa: E402

HOST = "127.0.0.1"


def main() -> None:
    """Serve the echo until stopped."""
    app = Flask(__name__)
    socketio = SocketIO(app, async_mode="gevent", async_handlers=False)
    socketio.on("echo")(lambda _data, embedding: embedding)
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    server = WSGIServer((HOST, port), app, backlog=2048, log=None, handler_class=WebSocketHandler)
    server.start()
    print(f"http://{HOST}:{port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
