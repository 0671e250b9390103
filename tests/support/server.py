"""A new application for each test, its clients, and a real server process."""

import contextlib
import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import engineio
import numpy as np
import pytest
import socketio
from socketio.packet import ACK, BINARY_ACK, BINARY_EVENT, EVENT, Packet
from websockets.sync.client import connect

from server.rooms.storage import Storage
from server.settings import PREFIX, Settings
from tests.support.running_app import RunningApp

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
    """A Socket.IO client over a real websocket, with acknowledgements, and announcements by name."""

    def __init__(self, app: RunningApp, query: str = "") -> None:
        self.app = app
        self._opened = connect(
            f"ws://127.0.0.1:{app.port}/socket.io/?EIO=4&transport=websocket{query}",
            max_size=None,
            compression=None,
            ping_interval=None,
            proxy=None,
        )
        self.websocket = self._opened.__enter__()
        app.clients.append(self)
        self.engine_sid = json.loads(str(self._frame())[1:])["sid"]
        self.secrets: dict[str, str] = {}
        self.acknowledged: dict[int, Any] = {}
        self.announced: list[tuple[str, Any]] = []
        self.last_number = 1000
        self.websocket.send("40")
        self.sid = json.loads(str(self._frame())[2:])["sid"]

    def ask(self, event: str, *args: Any) -> Any:
        self.last_number += 1
        number = self.last_number
        encoded = Packet(EVENT, data=[event, *args], id=number, namespace="/").encode()
        for frame in encoded if isinstance(encoded, list) else [encoded]:
            self.websocket.send(frame if isinstance(frame, bytes) else f"4{frame}")
        while number not in self.acknowledged:
            self._receive()
        return self.acknowledged.pop(number)

    def join(self, room: str = "KIWI-42", **more: Any) -> dict[str, Any]:
        answer = self.ask("join", {"room": room, "model": MODEL, **more})
        assert answer["ok"], answer
        self.secrets[room] = answer.get("ownerSecret") or self.secrets.get(room) or answer["secret"]
        return answer

    def bearer(self, room: str = "KIWI-42") -> dict[str, str]:
        """The header with the owner's secret, where this client owns the room, and else with the room's."""
        return {"Authorization": f"Bearer {self.secrets[room]}"}

    def add(self, label: str, *numbers: float, **more: Any) -> dict[str, Any]:
        data = {"id": str(uuid.uuid4()), "label": label, **more}
        return self.ask("addExample", data, embedding_bytes(*(numbers or (1.0,))))

    def received(self, event: str | None = None) -> list[Any]:
        """What was announced since the last call: the data of one event, or (event, data) of all changes."""
        self.ask("getCountByLabel", {})  # what was announced before comes before its answer
        announcements, self.announced = self.announced, []
        if event:
            return [data for name, data in announcements if name == event]
        return [item for item in announcements if item[0] not in ("presence", "evaluated")]

    def told_of(self, here: int) -> list[dict[str, Any]]:
        """Wait until it is announced that so many clients are in the room, and return the contributors."""
        found = until(
            lambda: [data for data in self.received("presence") if data["here"] == here], f"{here} are in the room"
        )
        return found[-1]["contributors"]

    def send_raw(self, frame: str | bytes) -> Any:
        """Send a Socket.IO packet as it stands and return the acknowledgement, if any."""
        self.websocket.send(frame if isinstance(frame, bytes) else f"4{frame}")
        if isinstance(frame, bytes) or not frame.startswith("51-"):  # no attachment is waited for
            self.ask("getCountByLabel", {})
        acks, self.acknowledged = self.acknowledged, {}
        return next(iter(acks.values()), None)

    def leave(self) -> None:
        self.websocket.close()
        sessions = self.app.app.socketio.eio.sockets
        until(lambda: self.engine_sid not in sessions, "the client has left")

    def _frame(self) -> str | bytes:
        # A ping is no sign that an answer will come.
        deadline = time.monotonic() + WAIT_SECONDS
        while (frame := self.websocket.recv(max(0, deadline - time.monotonic()))) == "2":
            self.websocket.send("3")
        return frame

    def _receive(self) -> None:
        frame = self._frame()
        assert isinstance(frame, str)
        if frame[0] != "4":
            return
        packet = Packet(encoded_packet=frame[1:])
        for _ in range(packet.attachment_count):
            packet.add_attachment(self._frame())
        if packet.packet_type in (ACK, BINARY_ACK):
            self.acknowledged[packet.id] = packet.data[0]
        elif packet.packet_type in (EVENT, BINARY_EVENT):
            self.announced.append((packet.data[0], packet.data[1]))


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
def make_app(settings: Settings) -> Iterator[Callable[..., RunningApp]]:
    """A function that starts an application with changed settings; the end of the test stops it."""
    made: list[RunningApp] = []

    def make(storage: Storage | None = None, **changes: Any) -> RunningApp:
        made.append(RunningApp(dataclasses.replace(settings, **changes), storage))
        return made[-1]

    yield make
    for app in made:
        app.close()


@pytest.fixture
def app(make_app: Callable[..., RunningApp]) -> RunningApp:
    # Most tests send requests faster than a person does.
    return make_app(requests_per_second=100_000)


@pytest.fixture
def client(app: RunningApp) -> Client:
    """A client in the room KIWI-42."""
    client = Client(app)
    client.join()
    return client


@pytest.fixture
def other(app: RunningApp, client: Client) -> Client:
    """Another client in the same room, whose announcements so far are dropped."""
    other = Client(app)
    other.join()
    client.received()
    other.received()
    return other


class OrderedEngine(engineio.Client):
    """python-engineio's client runs every frame in a thread of its own, so that attachments overtake each other."""

    def _trigger_event(self, event: str, *args: Any, **_: Any) -> Any:
        return super()._trigger_event(event, *args, run_async=False)


class OrderedClient(socketio.Client):
    """python-socketio's client, whose handlers run in the order of the events."""

    def _engineio_client_class(self) -> type[OrderedEngine]:
        return OrderedEngine


class ServerProcess:
    """A real ``python -m server``, or another command that starts one; ``more`` adds to its environment."""

    def __init__(
        self,
        *options: str,
        port: int = 0,
        command: Sequence[str] = (sys.executable, "-m", "server"),
        folder: Path = ROOT,
        **more: str,
    ) -> None:
        # Its settings are the test's, not those in the environment of the person who runs the tests.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | more
        # A pipe that nobody reads would stop it, once it is full.
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [*command, "--port", str(port), *options],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.logged())
        self.first_line = line
        self.url = re.search(r"https?://\S+", line)[0].rstrip("/")
        self.port = int(self.url.rsplit(":", 1)[1])
        self.clients: list[socketio.Client] = []
        self.errors: str | None = None

    def logged(self) -> str:
        """What it wrote to stderr until now."""
        return Path(f"/proc/self/fd/{self.log.fileno()}").read_text()

    def client(self, transport: str = "websocket", **options: Any) -> socketio.Client:
        """A connected client, by "websocket" or "polling"."""
        client = OrderedClient(reconnection=False, **options)
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
            if client.eio.ws:
                client.eio.ws.shutdown()
            if client.eio.http:
                client.eio.http.close()
        if self.errors is None:
            assert self.process.stdout
            self.errors = self.logged()
            self.process.stdout.close()
            self.log.close()
        return self.errors


@pytest.fixture
def start_server(page: Path, tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    """A function that starts a server, each with a data folder of its own; the end of the test stops it."""
    servers: list[ServerProcess] = []

    def start(*options: str, port: int = 0, **how: Any) -> ServerProcess:
        data = tmp_path / f"data-{len(servers)}"
        server = ServerProcess("--page", str(page), "--data", str(data), *options, port=port, **how)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()
