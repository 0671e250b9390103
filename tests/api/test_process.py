"""A real ``python -m server``: uvicorn, real websockets, real polling, real signals."""

import contextlib
import json
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import requests
from websockets.exceptions import ConnectionClosed

from tests.support.raw_websocket import RawWebSocket
from tests.support.server import MODEL, ROOT, WAIT_SECONDS, embedding_bytes, until

TRANSPORTS = ["websocket", "polling"]


def ask(client, event, *args):
    return client.call(event, args[0] if len(args) == 1 else args, timeout=WAIT_SECONDS)


def raw_websocket(server):
    """A websocket that is connected to Socket.IO, without a Socket.IO client."""
    websocket = RawWebSocket(server.url)
    assert websocket.receive(WAIT_SECONDS).startswith("0{")
    websocket.send("40")
    while (packet := websocket.receive(WAIT_SECONDS)) == "2":  # the server's ping
        websocket.send("3")
    assert packet.startswith("40{")
    return websocket


def handshake(port, headers=""):
    """What a browser sends to open a websocket."""
    return (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()


def frame(content, announced=None):
    """A websocket frame of text as a client sends it; ``announced`` is another length than the true one."""
    length = len(content) if announced is None else announced
    if length < 126:
        head = struct.pack(">BB", 0x81, 0x80 | length)
    elif length < 65536:
        head = struct.pack(">BBH", 0x81, 0x80 | 126, length)
    else:
        head = struct.pack(">BBQ", 0x81, 0x80 | 127, length)
    return head + bytes(4) + content  # masked with zeros, which changes nothing


def raw_ask(websocket, number, event, data):
    websocket.send(f"42{number}{json.dumps([event, data])}")
    while True:
        frame = websocket.receive(WAIT_SECONDS)
        assert frame is not None, "the connection closed, or no answer came"
        if isinstance(frame, str) and frame.startswith(f"43{number}["):
            return json.loads(frame.removeprefix(f"43{number}"))[0]


def test_start__prints_its_address(start_server):
    server = start_server()
    assert server.first_line == f"Show & Tell is at http://127.0.0.1:{server.port}/\n"
    assert requests.get(f"{server.url}/readyz", timeout=WAIT_SECONDS).json() == {"ok": True}
    assert server.close() == "", "no warnings"


def test_start__in_the_tests_ignores_the_environment_of_the_person_who_runs_them(start_server, monkeypatch):
    for name, value in (("HOST", "no.such.host.invalid"), ("LOG_LEVEL", "loud"), ("CONNECTIONS", "0")):
        monkeypatch.setenv(f"SHOWTELL_{name}", value)
    assert start_server().first_line.startswith("Show & Tell is at http://127.0.0.1:")


def test_start__reads_the_environment(page):
    environment = {**os.environ, "SHOWTELL_PAGE": str(page), "SHOWTELL_PORT": "0", "SHOWTELL_LOG_LEVEL": "loud"}
    done = subprocess.run([sys.executable, "-m", "server"], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert "log_level came as 'loud'" in done.stderr


def test_start__on_the_network(start_server):
    server = start_server("--host", "0.0.0.0")  # noqa: S104
    assert server.first_line.startswith("Show & Tell is at http://127.0.0.1:")
    server.stop()
    assert "https: start with make classroom, or with --https" in server.process.stdout.read()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "70000"], "0 to 65535"),
        (["--port", "x"], "not a valid integer"),
        (["--cert", "a.pem"], "cert and key go together"),
        (["--https", "--port", "0", "--data", "/dev/null"], "/dev/null/classroom can't be used: Not a directory"),
        (["--cert", "a.pem", "--key", "b.pem"], "no file a.pem"),
        (["--host", "no.such.host.invalid"], "Can't listen on no.such.host.invalid"),
        (["--log-level", "loud"], "debug, info, warning or error"),
    ],
)
def test_start__bad_option_is_one_clear_line(options, message):
    done = subprocess.run([sys.executable, "-m", "server", *options], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_start__port_taken_is_one_clear_line(start_server):
    server = start_server()
    command = [sys.executable, "-m", "server", "--port", str(server.port)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    where = f"Show & Tell is running already, at {server.url}/. Open that, or stop it first."
    assert done.stderr == f"Error: Port {server.port} is taken: {where}\n"
    assert done.stdout == ""


def test_start__port_of_another_program_names_it_and_one_that_is_free():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "server", "--port", str(port)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    found = re.fullmatch(
        rf"Error: Port {port} is taken by another program. Choose another one with --port (\d+).\n", done.stderr
    )
    assert found
    assert int(found[1]) > port


def test_start__page_not_built_is_one_clear_line(start_server, tmp_path):
    server = start_server("--page", str(tmp_path / "nowhere"))
    assert requests.get(server.url, timeout=WAIT_SECONDS).status_code == 503
    errors = server.close()
    assert errors.startswith("The page is not built: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_teach_and_classify__end_to_end(start_server, transport):
    server = start_server()
    teacher, pupil = server.join_client(transport), server.join_client(transport)
    announcements, is_announced = [], threading.Event()

    @pupil.on("exampleAdded")
    def added(data):
        announcements.append(data)
        is_announced.set()

    ask(teacher, "setAccess", {"thumbnails": True})
    data = {"id": "one", "label": "cat", "thumbnail": b"\xff\xd8\xff" + b"0" * 30_000}
    answer = ask(teacher, "addExample", data, embedding_bytes(1))
    assert answer == {"ok": True, "id": "one", "label": "cat", "count": 1, "countByLabel": {"cat": 1}, "revision": 1}
    assert is_announced.wait(WAIT_SECONDS)
    assert announcements[0].pop("contributor").startswith("~")
    assert announcements == [
        {**data, "group": None, "embedding": embedding_bytes(1), "revision": 1, "colour": 0, "by": None}
    ]
    assert ask(pupil, "classify", {"k": 1}, embedding_bytes(2))["label"] == "cat"
    assert ask(pupil, "sync", {"since": 0})["examples"][0]["embedding"] == embedding_bytes(1)
    assert ask(pupil, "nonsense", {})["error"]["code"] == "badRequest"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_big_message__is_answered_and_the_connection_stays(start_server, transport):
    server = start_server()
    client = server.join_client(transport)
    sid = client.sid
    for size in (300_000, 10_000_000):
        answer = ask(client, "classify", {}, b"\0" * size)
        assert answer["error"]["code"] == "bigMessage"
        answer = ask(client, "addLabel", {"label": "x" * size})
        assert answer["error"]["code"] == "bigMessage"
    assert ask(client, "addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))["ok"]
    assert client.sid == sid


def test_bigger_than_is_read__closes_only_its_own_connection(start_server):
    server = start_server("--transport-bytes", "1000000")
    client, websocket = server.join_client(), raw_websocket(server)
    websocket.send("42" + "x" * 2_000_000)
    with pytest.raises(ConnectionClosed):
        websocket.receive(WAIT_SECONDS)
    with socket.create_connection(("127.0.0.1", server.port), WAIT_SECONDS) as plain:
        plain.sendall(handshake(server.port))
        assert plain.recv(100).startswith(b"HTTP/1.1 101")
        # It never sends all that it announced: the connection is closed at the limit.
        with contextlib.suppress(ConnectionError):
            plain.sendall(frame(b"42" + b"x" * 3_000_000, announced=1_000_000_000))
        with contextlib.suppress(ConnectionError):
            while plain.recv(4096):
                pass
    assert ask(client, "addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))["ok"]


def test_junk_frames__leave_the_connection_open(start_server):
    server = start_server()
    websocket = raw_websocket(server)
    assert raw_ask(websocket, 1, "join", {"room": "KIWI-42", "model": MODEL})["ok"]
    junk = ["", "x", "hello", "b!!!", "4", "4x", "42", "42x", "42{}", "4null", "4{}", "451-", "7", "9", "2", "5", "0{}"]
    for frame in [*junk, b"", b"\0", b"\xff" * 100, "\u0664", "\ud7ff", "42" + "[" * 100_000]:
        websocket.send(frame)
    assert raw_ask(websocket, 2, "addLabel", {"label": "cat"})["countByLabel"] == {"cat": 0}
    websocket.send('451-3["classify",{},{"_placeholder":true,"num":9}]')
    websocket.send(embedding_bytes(1))
    assert raw_ask(websocket, 4, "getCountByLabel", {})["ok"]
    websocket.close()
    assert "Traceback" not in server.close()


def test_broken_websocket__does_no_harm(start_server):
    server = start_server()
    client = server.join_client()
    with socket.create_connection(("127.0.0.1", server.port), WAIT_SECONDS) as plain:
        plain.sendall(handshake(server.port))
        assert plain.recv(100).startswith(b"HTTP/1.1 101")
        plain.sendall(b"\xff\xff\xff junk that is no frame" * 100)
        while plain.recv(4096):
            pass
    assert ask(client, "getCountByLabel", {})["ok"]
    assert "Traceback" not in server.close()


def test_other_origin__gets_no_socket(start_server):
    server = start_server()
    url = f"{server.url}/socket.io/?EIO=4&transport="
    for origin, status in ((server.url, 200), ("http://evil.example", 400), (f"http://localhost:{server.port}", 400)):
        assert requests.get(url + "polling", headers={"Origin": origin}, timeout=WAIT_SECONDS).status_code == status
    with socket.create_connection(("127.0.0.1", server.port), WAIT_SECONDS) as plain:
        plain.sendall(handshake(server.port, "Origin: http://evil.example\r\n"))
        assert plain.recv(100).startswith(b"HTTP/1.1 400")


def test_rebound_name__gets_neither_page_nor_socket(start_server):
    """A site whose name resolves to this machine: its page's Origin and Host agree."""
    server = start_server()
    evil = f"evil.example:{server.port}"
    headers = {"Host": evil, "Origin": f"http://{evil}"}
    for path in ("/", "/api/model", "/socket.io/?EIO=4&transport=polling"):
        answer = requests.get(server.url + path, headers=headers, timeout=WAIT_SECONDS)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrongHost")
    request = handshake(server.port, f"Origin: http://{evil}\r\n").replace(b"127.0.0.1:%d" % server.port, evil.encode())
    with socket.create_connection(("127.0.0.1", server.port), WAIT_SECONDS) as plain:
        plain.sendall(request)
        assert plain.recv(100).startswith(b"HTTP/1.1 403")


def test_app__loads_without_what_only_some_servers_or_only_rooms_need():
    code = (
        "import sys, server.app, server.__main__\n"
        "print({'sklearn', 'scipy', 'psycopg', 'alembic', 'zeroconf', 'cryptography.x509', 'segno'} & {*sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout == "set()\n"


def test_classifier__that_cannot_be_loaded_makes_the_server_unready_and_is_logged(start_server, monkeypatch, tmp_path):
    (tmp_path / "sklearn.py").write_text("raise ImportError('no such library here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = start_server()
    until(lambda: "can't be loaded" in server.logged(), "it is logged")
    answer = requests.get(f"{server.url}/readyz", timeout=WAIT_SECONDS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "notReady")
    assert "classifier" in answer.json()["error"]["message"]


@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_stop__is_fast_with_clients_connected(start_server, stop_signal):
    server = start_server()
    clients = [server.join_client("websocket"), server.join_client("polling")]
    disconnected = [threading.Event() for _ in clients]
    for client, event in zip(clients, disconnected, strict=True):
        client.on("disconnect", lambda *_, event=event: event.set())
    # Generous for a slow machine: the test is about not waiting for clients to disconnect.
    assert server.stop(stop_signal) < 10
    assert server.process.returncode == 0
    assert all(event.wait(WAIT_SECONDS) for event in disconnected)
    assert server.close() == ""


def test_kill__frees_the_port_and_rooms_are_joined_again(start_server):
    server = start_server()
    client = server.join_client()
    assert ask(client, "addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))["revision"] == 1
    epoch = ask(client, "join", {"room": "KIWI-42", "model": MODEL})["epoch"]
    server.stop(signal.SIGKILL)
    restarted = start_server(port=server.port)
    client = restarted.client()
    answer = ask(client, "join", {"room": "KIWI-42", "model": MODEL})
    assert (answer["labels"], answer["revision"]) == ([], 0)
    assert answer["epoch"] != epoch
    assert ask(client, "addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))["revision"] == 1


def test_vanished_client__is_announced_and_its_place_freed(start_server):
    server = start_server("--ping-interval", "1", "--ping-timeout", "3", "--connections", "2")
    client = server.join_client()
    joined, left = threading.Event(), threading.Event()
    client.on("presence", lambda data: (joined if data["here"] == 2 else left).set())
    with socket.create_connection(("127.0.0.1", server.port), WAIT_SECONDS) as vanished:
        vanished.sendall(handshake(server.port))
        assert vanished.recv(100).startswith(b"HTTP/1.1 101")
        vanished.sendall(
            frame(b"40") + frame(b"420" + json.dumps(["join", {"room": "KIWI-42", "model": MODEL}]).encode())
        )
        assert joined.wait(WAIT_SECONDS)
        left.clear()
        # From here on it reads, answers and closes nothing, like a laptop that was shut.
        assert left.wait(WAIT_SECONDS)
        # The client that stayed has one of the two places; the other must be free again.
        assert ask(server.join_client(), "getCountByLabel", {})["ok"]


def test_many_clients__all_get_their_own_answers(start_server):
    server = start_server("--requests-per-second", "100000")
    n, each = 20, 15
    first = server.join_client()
    for number in range(n):
        answer = ask(first, "addExample", {"id": f"seed{number}", "label": f"c{number}"}, arc_point(number, n))
        assert answer["ok"], answer
    clients = [server.join_client(TRANSPORTS[number % 5 == 0]) for number in range(n)]

    def work(number):
        revisions = []
        for step in range(each):
            answer = ask(clients[number], "classify", {"k": 1}, arc_point(number, n))
            assert (answer["label"], answer["distance"]) == (f"c{number}", 0.0), answer
            data = {"id": f"{number}-{step}", "label": f"c{number}"}
            revisions.append(ask(clients[number], "addExample", data, arc_point(number, n))["revision"])
        return revisions

    with ThreadPoolExecutor(n) as pool:
        revisions = sorted(revision for part in pool.map(work, range(n)) for revision in part)
    assert revisions == list(range(n + 1, n + n * each + 1)), "each change has a revision of its own"
    counts = ask(first, "getCountByLabel", {})
    assert counts["countByLabel"] == {f"c{number}": each + 1 for number in range(n)}


def arc_point(number, n):
    """The bytes of an embedding: point ``number`` of ``n`` on an arc, so that all differ by direction."""
    angle = number / n * np.pi / 2
    return embedding_bytes(np.cos(angle), np.sin(angle))


def test_https__carries_big_frames_whole(start_server, tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    done = subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {cert}".split(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"openssl is needed to make a certificate: {done.stderr}"
    server = start_server("--cert", str(cert), "--key", str(key))
    assert server.first_line.startswith("Show & Tell is at https://127.0.0.1:")
    client, other = (server.join_client(ssl_verify=False, websocket_extra_options=TRUSTING) for _ in range(2))
    announcements, is_announced = [], threading.Event()
    other.on("exampleAdded", lambda data: (announcements.append(data), is_announced.set()))
    thumbnail = b"\xff\xd8\xff" + bytes(range(256)) * 120
    ask(client, "setAccess", {"thumbnails": True})
    for number in range(5):
        is_announced.clear()
        data = {"id": str(number), "label": "cat", "thumbnail": thumbnail}
        assert ask(client, "addExample", data, embedding_bytes(1, number))["ok"]
        assert is_announced.wait(WAIT_SECONDS)
    assert [data["thumbnail"] for data in announcements] == [thumbnail] * 5
    assert len(ask(client, "sync", {"since": 0})["examples"]) == 5
    assert ask(client, "classify", {}, b"\0" * 10_000_000)["error"]["code"] == "bigMessage"


TRUSTING = {"sslopt": {"cert_reqs": ssl.CERT_NONE, "check_hostname": False}}
