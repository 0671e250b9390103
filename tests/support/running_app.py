"""An application under the real uvicorn, on a thread of the tests' own process, and HTTP requests to it."""

import http.client
import json
import socket
import threading
from typing import Any
from urllib.parse import quote

from server.app import App
from server.process import Process
from server.rooms.storage import Storage
from server.settings import Settings

WAIT_SECONDS = 20


class Answer:
    """An answer over HTTP, with the names that Flask's test client has for its parts."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status_code = response.status
        self.headers = response.headers
        self.data = response.read()
        self.mimetype = response.headers.get_content_type()

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def text(self) -> str:
        return self.data.decode()


class Http:
    """Requests to an application, each over a connection of its own; the host is "localhost" unless a test says so."""

    def __init__(self, port: int) -> None:
        self._port = port

    def open(self, path: str, method: str = "GET", **options: Any) -> Answer:
        """Ask for a path; options are ``headers``, ``data`` (bytes or text) and ``json``."""
        body = json.dumps(options["json"]) if "json" in options else options.get("data")
        body = body.encode() if isinstance(body, str) else body
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=WAIT_SECONDS)
        try:
            headers = {"Host": "localhost", **dict(options.get("headers") or {})}
            connection.request(method, quote(path, safe="/%?=&"), body, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path: str, **options: Any) -> Answer:
        return self.open(path, "GET", **options)

    def head(self, path: str, **options: Any) -> Answer:
        return self.open(path, "HEAD", **options)

    def post(self, path: str, **options: Any) -> Answer:
        return self.open(path, "POST", **options)

    def put(self, path: str, **options: Any) -> Answer:
        return self.open(path, "PUT", **options)


class RunningApp:
    """An application that runs until it is closed.

    Attributes:
        app: The application itself.
        port: Where it listens on 127.0.0.1.
        clients: Those that the end of the test closes.
    """

    def __init__(self, settings: Settings, storage: Storage | None = None) -> None:
        self.app = App(settings, storage)
        self.clients: list[Any] = []
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port = listener.getsockname()[1]
        is_ready = threading.Event()
        self._process = Process(settings, listener, self.app, is_ready.set)
        self._thread = threading.Thread(target=self._process.serve_until_stopped, name="application")
        self._thread.start()
        assert is_ready.wait(WAIT_SECONDS), "the application did not start"

    @property
    def rooms(self) -> Any:
        return self.app.rooms

    def test_client(self) -> Http:
        return Http(self.port)

    def close(self) -> None:
        for client in self.clients:
            client.websocket.close()
        self._process.should_exit = True
        self._thread.join(WAIT_SECONDS)
        assert not self._thread.is_alive(), "the application did not stop"
