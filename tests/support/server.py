"""A new application for each test, its clients, and a real server process."""

import contextlib
import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import socketio
from flask import Flask

from server.app import create_app
from server.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
D = 8
MODEL = {"id": "test-model", "dimension": D}
WAIT_SECONDS = 20
PICTURE = b"\xff\xd8\xff\xe0" + b"0" * 100  # begins like a JPEG


def embedding_bytes(*numbers: float, d: int = D) -> bytes:
    """The bytes of an embedding, float32, (d,): these numbers, and zeros after them."""
    embedding = np.zeros(d, "<f4")
    embedding[: len(numbers)] = numbers
    return embedding.tobytes()


def until(condition: Callable[[], Any], description: str, seconds: float = WAIT_SECONDS) -> Any:
    """Wait until a condition is true, and return what it returned."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{description}: not within {seconds} s")
        pause.wait(0.01)


class Client:
    """Flask-SocketIO's test client, with acknowledgements, and announcements by name."""

    def __init__(self, app: Flask) -> None:
        self.client = app.extensions["socketio"].test_client(app)

    def ask(self, event: str, *args: Any) -> Any:
        return self.client.emit(event, *args, callback=True)

    def join(self, room: str = "KIWI-42", **more: Any) -> dict[str, Any]:
        answer = self.ask("join", {"room": room, "model": MODEL, **more})
        assert answer["ok"], answer
        return answer

    def add(self, label: str, *numbers: float, **more: Any) -> dict[str, Any]:
        data = {"id": str(uuid.uuid4()), "label": label, **more}
        return self.ask("addExample", data, embedding_bytes(*(numbers or (1.0,))))

    def received(self, event: str | None = None) -> list[Any]:
        """What was announced since the last call: the data of one event, or (event, data) of all changes."""
        announcements = [(packet["name"], packet["args"][0]) for packet in self.client.get_received()]
        if event:
            return [data for name, data in announcements if name == event]
        return [item for item in announcements if item[0] not in ("presence", "evaluated")]

    def send_raw(self, frame: str | bytes) -> Any:
        """Send a Socket.IO packet as it stands and return the acknowledgement, if any."""
        self.client.acks = None
        self.client.socketio.server._handle_eio_message(self.client.eio_sid, frame)
        acks, self.client.acks = self.client.acks, None
        return acks and acks["args"][0]

    def leave(self) -> None:
        self.client.disconnect()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A built page with a model."""
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "lessons").mkdir()
    (folder / "lessons" / "index.html").write_text("<!doctype html><title>Lessons</title>")
    (folder / "model").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Show & Tell</title>")
    (folder / "assets" / "index-4f3a.js").write_text("export {};")
    (folder / "assets" / "tfjs-77aa.wasm").write_bytes(b"\0asm")
    (folder / "site.webmanifest").write_text("{}")
    (folder / "model" / "group1-shard1of1.bin").write_bytes(b"1234")
    manifest = {**MODEL, "files": [{"name": "group1-shard1of1.bin", "size": 4, "sha256": "0" * 64}]}
    (folder / "model" / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def settings(page: Path) -> Settings:
    return Settings(page=str(page))


@pytest.fixture
def make_app(settings: Settings) -> Callable[..., Flask]:
    def make(**changes: Any) -> Flask:
        return create_app(dataclasses.replace(settings, **changes))

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    # Most tests send requests faster than a person does.
    return make_app(requests_per_second=100_000)


@pytest.fixture
def client(app: Flask) -> Client:
    """A client in the room KIWI-42."""
    client = Client(app)
    client.join()
    return client


@pytest.fixture
def other(app: Flask, client: Client) -> Client:
    """Another client in the same room, whose announcements so far are dropped."""
    other = Client(app)
    other.join()
    client.received()
    other.received()
    return other


class ServerProcess:
    """A real ``python -m server``."""

    def __init__(self, *options: str, port: int = 0) -> None:
        command = [sys.executable, "-m", "server", "--port", str(port), *options]
        # Its settings are the test's, not those in the environment of the person who runs the tests.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        assert self.process.stdout
        assert self.process.stderr
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.stderr.read())
        self.first_line = line
        self.url = re.search(r"https?://\S+", line)[0].rstrip("/")
        self.port = int(self.url.rsplit(":", 1)[1])
        self.clients: list[socketio.Client] = []
        self.errors: str | None = None

    def client(self, transport: str = "websocket", **options: Any) -> socketio.Client:
        """A connected client, by "websocket" or "polling"."""
        client = socketio.Client(reconnection=False, **options)
        client.connect(self.url, transports=[transport], wait_timeout=WAIT_SECONDS)
        self.clients.append(client)
        return client

    def join_client(self, transport: str = "websocket", room: str = "KIWI-42", **options: Any) -> socketio.Client:
        client = self.client(transport, **options)
        assert client.call("join", {"room": room, "model": MODEL}, timeout=WAIT_SECONDS)["ok"]
        return client

    def stop(self, stop_signal: signal.Signals = signal.SIGTERM) -> float:
        """Stop it and return the seconds that took."""
        started_at = time.monotonic()
        self.process.send_signal(stop_signal)
        self.process.wait(WAIT_SECONDS)
        return time.monotonic() - started_at

    def close(self) -> str:
        """Stop the clients and the process, and return what it wrote to stderr."""
        for client in self.clients:
            with contextlib.suppress(Exception):
                client.disconnect()
        if self.process.poll() is None:
            self.stop()
        for client in self.clients:
            for task in (client.eio.read_loop_task, client.eio.write_loop_task):
                if task:
                    task.join(WAIT_SECONDS)
            # A client leaves these to the garbage collector when the server stopped first.
            for connection in (client.eio.ws, client.eio.http):
                if connection:
                    connection.close()
        if self.errors is None:
            assert self.process.stdout
            assert self.process.stderr
            self.errors = self.process.stderr.read()
            self.process.stdout.close()
            self.process.stderr.close()
        return self.errors


@pytest.fixture
def start_server(page: Path) -> Iterator[Callable[..., ServerProcess]]:
    """A function that starts a server; the end of the test stops it."""
    servers: list[ServerProcess] = []

    def start(*options: str, port: int = 0) -> ServerProcess:
        server = ServerProcess("--page", str(page), *options, port=port)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()
