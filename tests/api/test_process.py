"""A real ``python -m server``: gunicorn, real websockets, real polling, real signals."""

import contextlib
import json
import os
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
import simple_websocket

from tests.support.server import MODEL, ROOT, WAIT_SECONDS, vector

TRANSPORTS = ["websocket", "polling"]


def ask(client, event, *args):
    return client.call(event, args[0] if len(args) == 1 else args, timeout=WAIT_SECONDS)


def raw(running):
    """A websocket that has connected to Socket.IO by hand."""
    websocket = simple_websocket.Client(f"{running.url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket")
    assert websocket.receive(WAIT_SECONDS).startswith("0{")
    websocket.send("40")
    while (packet := websocket.receive(WAIT_SECONDS)) == "2":  # the server asks whether it is still there
        websocket.send("3")
    assert packet.startswith("40{")
    return websocket


def handshake(port, more=""):
    """What a browser sends to open a websocket."""
    return (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n{more}"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()


def frame(content, announced=None):
    """A websocket frame of text as a client sends it; ``announced`` is a length other than the true one."""
    length = len(content) if announced is None else announced
    if length < 126:
        head = struct.pack(">BB", 0x81, 0x80 | length)
    elif length < 65536:
        head = struct.pack(">BBH", 0x81, 0x80 | 126, length)
    else:
        head = struct.pack(">BBQ", 0x81, 0x80 | 127, length)
    return head + bytes(4) + content  # masked with zeros: as it is


def raw_ask(websocket, number, event, data):
    websocket.send(f"42{number}{json.dumps([event, data])}")
    while True:
        frame = websocket.receive(WAIT_SECONDS)
        assert frame is not None, "the connection closed, or no answer came"
        if isinstance(frame, str) and frame.startswith(f"43{number}["):
            return json.loads(frame.removeprefix(f"43{number}"))[0]


def test_start__prints_where_it_really_is(run):
    running = run()
    assert running.greeting == f"Show & Tell is at http://127.0.0.1:{running.port}/\n"
    assert requests.get(f"{running.url}/readyz", timeout=WAIT_SECONDS).json() == {"ok": True}
    assert running.close() == "", "nothing to complain of"


def test_start__in_the_tests_knows_no_settings_of_the_person_who_runs_them(run, monkeypatch):
    for name, value in (("HOST", "no.such.host.invalid"), ("LOG_LEVEL", "loud"), ("THREADS", "0")):
        monkeypatch.setenv(f"SHOWTELL_{name}", value)
    assert run().greeting.startswith("Show & Tell is at http://127.0.0.1:")


def test_start__reads_the_environment(page):
    environment = {**os.environ, "SHOWTELL_PAGE": str(page), "SHOWTELL_PORT": "0", "SHOWTELL_LOG_LEVEL": "loud"}
    done = subprocess.run([sys.executable, "-m", "server"], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert "log_level came as 'loud'" in done.stderr


def test_start__on_the_network(run):
    running = run("--host", "0.0.0.0")  # noqa: S104
    assert running.greeting.startswith("Show & Tell is at http://127.0.0.1:")
    running.stop()
    assert "https: give --cert and --key" in running.process.stdout.read()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "70000"], "0 to 65535"),
        (["--port", "x"], "not a valid integer"),
        (["--cert", "a.pem"], "cert and key go together"),
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


def test_start__port_taken_is_one_clear_line(run):
    port = str(run().port)
    done = subprocess.run([sys.executable, "-m", "server", "--port", port], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"Error: Port {port} is taken: is Show & Tell running already? Choose another with --port.\n"
    assert done.stdout == ""


def test_start__page_not_built_is_one_clear_line(run, tmp_path):
    running = run("--page", str(tmp_path / "nowhere"))
    assert requests.get(running.url, timeout=WAIT_SECONDS).status_code == 503
    errors = running.close()
    assert errors.startswith("The page is not built: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_job__end_to_end(run, transport):
    running = run()
    teacher, pupil = running.joined(transport), running.joined(transport)
    news, came = [], threading.Event()

    @pupil.on("exampleAdded")
    def added(data):
        news.append(data)
        came.set()

    data = {"id": "one", "label": "cat", "thumbnail": b"\xff\xd8\xff" + b"0" * 30_000}
    answer = ask(teacher, "addExample", data, vector(1))
    assert answer == {"ok": True, "id": "one", "label": "cat", "count": 1, "countByLabel": {"cat": 1}, "revision": 1}
    assert came.wait(WAIT_SECONDS)
    assert news == [{**data, "group": None, "embedding": vector(1), "revision": 1}]
    assert ask(pupil, "classify", {"k": 1}, vector(2))["label"] == "cat"
    assert ask(pupil, "sync", {"since": 0})["examples"][0]["embedding"] == vector(1)
    assert ask(pupil, "nonsense", {})["error"]["code"] == "badRequest"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_big_message__is_answered_and_the_connection_stays(run, transport):
    running = run()
    client = running.joined(transport)
    sid = client.sid
    for size in (300_000, 10_000_000):
        answer = ask(client, "classify", {}, b"\0" * size)
        assert answer["error"]["code"] == "bigMessage"
        answer = ask(client, "addLabel", {"label": "x" * size})
        assert answer["error"]["code"] == "bigMessage"
    assert ask(client, "addExample", {"id": "one", "label": "cat"}, vector(1))["ok"]
    assert client.sid == sid


def test_bigger_than_is_read__the_room_goes_on(run):
    running = run("--transport-bytes", "1000000")
    client, websocket = running.joined(), raw(running)
    websocket.send("42" + "x" * 2_000_000)
    with pytest.raises(simple_websocket.ConnectionClosed):
        websocket.receive(WAIT_SECONDS)
    with socket.create_connection(("127.0.0.1", running.port), WAIT_SECONDS) as plain:
        plain.sendall(handshake(running.port))
        assert plain.recv(100).startswith(b"HTTP/1.1 101")
        # It never comes to the end of what it announced: the connection ends at the limit all the same.
        with contextlib.suppress(ConnectionError):
            plain.sendall(frame(b"42" + b"x" * 3_000_000, announced=1_000_000_000))
        with contextlib.suppress(ConnectionError):
            while plain.recv(4096):
                pass
    assert ask(client, "addExample", {"id": "one", "label": "cat"}, vector(1))["ok"]


def test_junk_frames__leave_the_connection_open(run):
    running = run()
    websocket = raw(running)
    assert raw_ask(websocket, 1, "join", {"room": "KIWI-42", "model": MODEL})["ok"]
    junk = ["", "x", "hello", "b!!!", "4", "4x", "42", "42x", "42{}", "4null", "4{}", "451-", "7", "9", "2", "5", "0{}"]
    for frame in [*junk, b"", b"\0", b"\xff" * 100, "\u0664", "\ud7ff", "42" + "[" * 100_000]:
        websocket.send(frame)
    assert raw_ask(websocket, 2, "addLabel", {"label": "cat"})["countByLabel"] == {"cat": 0}
    websocket.send('451-3["classify",{},{"_placeholder":true,"num":9}]')
    websocket.send(vector(1))
    assert raw_ask(websocket, 4, "getCountByLabel", {})["ok"]
    websocket.close()
    assert "Traceback" not in running.close()


def test_broken_websocket__does_no_harm(run):
    running = run()
    client = running.joined()
    with socket.create_connection(("127.0.0.1", running.port), WAIT_SECONDS) as plain:
        plain.sendall(handshake(running.port))
        assert plain.recv(100).startswith(b"HTTP/1.1 101")
        plain.sendall(b"\xff\xff\xff junk that is no frame" * 100)
        while plain.recv(4096):
            pass
    assert ask(client, "getCountByLabel", {})["ok"]
    assert "Traceback" not in running.close()


def test_other_origin__gets_no_socket(run):
    running = run()
    url = f"{running.url}/socket.io/?EIO=4&transport="
    for origin, status in ((running.url, 200), ("http://evil.example", 400), (f"http://localhost:{running.port}", 400)):
        assert requests.get(url + "polling", headers={"Origin": origin}, timeout=WAIT_SECONDS).status_code == status
    with socket.create_connection(("127.0.0.1", running.port), WAIT_SECONDS) as plain:
        plain.sendall(handshake(running.port, "Origin: http://evil.example\r\n"))
        assert plain.recv(100).startswith(b"HTTP/1.1 400")


def test_rebound_name__gets_neither_page_nor_socket(run):
    """A site whose name resolves to this machine: its page's Origin and Host agree."""
    running = run()
    evil = f"evil.example:{running.port}"
    headers = {"Host": evil, "Origin": f"http://{evil}"}
    for path in ("/", "/api/model", "/socket.io/?EIO=4&transport=polling"):
        answer = requests.get(running.url + path, headers=headers, timeout=WAIT_SECONDS)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrongHost")
    request = handshake(running.port, f"Origin: http://{evil}\r\n").replace(
        b"127.0.0.1:%d" % running.port, evil.encode()
    )
    with socket.create_connection(("127.0.0.1", running.port), WAIT_SECONDS) as plain:
        plain.sendall(request)
        assert plain.recv(100).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stop__is_fast_with_clients_connected(run, how):
    running = run()
    clients = [running.joined("websocket"), running.joined("polling")]
    gone = [threading.Event() for _ in clients]
    for client, event in zip(clients, gone, strict=True):
        client.on("disconnect", lambda *_, event=event: event.set())
    # Generous: a slow machine is no failure, waiting for the clients to go would be.
    assert running.stop(how) < 10
    assert running.process.returncode == 0
    assert all(event.wait(WAIT_SECONDS) for event in gone)
    assert running.close() == ""


def test_kill__frees_the_port_and_rooms_are_joined_again(run):
    running = run()
    client = running.joined()
    assert ask(client, "addExample", {"id": "one", "label": "cat"}, vector(1))["revision"] == 1
    epoch = ask(client, "join", {"room": "KIWI-42", "model": MODEL})["epoch"]
    running.stop(signal.SIGKILL)
    again = run(port=running.port)
    back = again.client()
    answer = ask(back, "join", {"room": "KIWI-42", "model": MODEL})
    assert (answer["labels"], answer["revision"]) == ([], 0)
    assert answer["epoch"] != epoch
    assert ask(back, "addExample", {"id": "one", "label": "cat"}, vector(1))["revision"] == 1


def test_vanished_client__is_missed_and_its_thread_freed(run):
    running = run("--ping-interval", "1", "--ping-timeout", "1", "--threads", "2")
    client = running.joined()
    came, left = threading.Event(), threading.Event()
    client.on("presence", lambda data: (came if data["here"] == 2 else left).set())
    with socket.create_connection(("127.0.0.1", running.port), WAIT_SECONDS) as vanished:
        vanished.sendall(handshake(running.port))
        assert vanished.recv(100).startswith(b"HTTP/1.1 101")
        vanished.sendall(
            frame(b"40") + frame(b"420" + json.dumps(["join", {"room": "KIWI-42", "model": MODEL}]).encode())
        )
        assert came.wait(WAIT_SECONDS)
        left.clear()
        # From here on it reads nothing, answers nothing and closes nothing, like a laptop that was shut.
        assert left.wait(WAIT_SECONDS)
        # One thread of the two serves the client that stayed; the other one must be free again.
        assert ask(running.joined(), "getCountByLabel", {})["ok"]


def test_many_clients__are_all_answered_right(run):
    running = run("--requests-per-second", "100000")
    n, each = 20, 15
    first = running.joined()
    for number in range(n):
        answer = ask(first, "addExample", {"id": f"seed{number}", "label": f"c{number}"}, axis(number, n))
        assert answer["ok"], answer
    clients = [running.joined(TRANSPORTS[number % 5 == 0]) for number in range(n)]

    def work(number):
        revisions = []
        for step in range(each):
            answer = ask(clients[number], "classify", {"k": 1}, axis(number, n))
            assert (answer["label"], answer["distance"]) == (f"c{number}", 0.0), answer
            data = {"id": f"{number}-{step}", "label": f"c{number}"}
            revisions.append(ask(clients[number], "addExample", data, axis(number, n))["revision"])
        return revisions

    with ThreadPoolExecutor(n) as pool:
        revisions = sorted(revision for found in pool.map(work, range(n)) for revision in found)
    assert revisions == list(range(n + 1, n + n * each + 1)), "each change has a revision of its own"
    counts = ask(first, "getCountByLabel", {})
    assert counts["countByLabel"] == {f"c{number}": each + 1 for number in range(n)}


def axis(number, n):
    """Embeddings that differ by direction: ``n`` points on an arc."""
    angle = number / n * np.pi / 2
    return vector(np.cos(angle), np.sin(angle))


def test_https__carries_big_frames_whole(run, tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {cert}".split(),
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, f"openssl is needed to make a certificate: {made.stderr}"
    running = run("--cert", str(cert), "--key", str(key))
    assert running.greeting.startswith("Show & Tell is at https://127.0.0.1:")
    client, other = (running.joined(ssl_verify=False, websocket_extra_options=TRUSTING) for _ in range(2))
    news, came = [], threading.Event()
    other.on("exampleAdded", lambda data: (news.append(data), came.set()))
    thumbnail = b"\xff\xd8\xff" + bytes(range(256)) * 120
    for number in range(5):
        came.clear()
        data = {"id": str(number), "label": "cat", "thumbnail": thumbnail}
        assert ask(client, "addExample", data, vector(1, number))["ok"]
        assert came.wait(WAIT_SECONDS)
    assert [data["thumbnail"] for data in news] == [thumbnail] * 5
    assert len(ask(client, "sync", {"since": 0})["examples"]) == 5
    assert ask(client, "classify", {}, b"\0" * 10_000_000)["error"]["code"] == "bigMessage"


TRUSTING = {"sslopt": {"cert_reqs": ssl.CERT_NONE, "check_hostname": False}}
