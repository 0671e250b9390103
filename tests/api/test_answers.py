"""What devices see reaches the room and who listens: over the socket, as Server-Sent Events, on the command line."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from server.contract.limits import LIMITS
from server.rooms.workers.worker import Worker
from server.transport.answer_streams import AnswerStreams
from tests.support.server import Client, ServerProcess, until

ROOT = Path(__file__).resolve().parents[2]
SEEN = {"label": "cat", "certainty": "sure", "share": 0.75}


@contextlib.contextmanager
def listening(url: str) -> Iterator[list[str]]:
    """The lines of a stream of events, as they come."""
    lines: list[str] = []
    stream = urllib.request.urlopen(url, timeout=30)  # noqa: S310 - our own server

    def read_all() -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline():
                lines.append(line.decode().strip())

    thread = threading.Thread(target=read_all, daemon=True)
    thread.start()
    until(lambda: ": listening" in lines, "it listens")
    try:
        yield lines
    finally:
        # A stream that the server ended has no socket any more.
        with contextlib.suppress(OSError, AttributeError):
            stream.fp.raw._sock.shutdown(2)
        thread.join(10)
        stream.close()


def data_of(lines: list[str]) -> list[dict[str, object]]:
    return [json.loads(line[5:]) for line in lines if line.startswith("data:")]


def test_tell_answer__reaches_the_others_and_who_listens_and_no_other_room(app, client: Client, other: Client):
    stranger = Client(app)
    stranger.join("LIME-7")
    url = f"http://127.0.0.1:{app.port}/api/rooms"
    with listening(f"{url}/kiwi-42/events") as lines, listening(f"{url}/LIME-7/events") as others:
        assert client.ask("tellAnswer", SEEN) == {"ok": True}
        assert other.ask("tellAnswer", {"label": None, "certainty": "unknown", "share": 1}) == {"ok": True}
        (answer,) = other.received("answered")
        assert {**answer, "at": 0} == {**SEEN, "at": 0, "by": None}
        assert answer["at"] > 1_700_000_000
        told = until(lambda: data_of(lines) if len(data_of(lines)) == 2 else None, "both are told")
        assert [each["label"] for each in told] == ["cat", None]
        assert lines.count("event: answered") == 2
        stranger.ask("tellAnswer", SEEN)
        until(lambda: data_of(others), "the other room's is told")
        assert len(data_of(others)) == 1
        assert len(data_of(lines)) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "badRequest"),
        ({**SEEN, "label": 7}, "badLabel"),
        ({**SEEN, "label": "x" * 41}, "longLabel"),
        ({**SEEN, "certainty": "certain"}, "badRequest"),
        ({**SEEN, "share": 1.01}, "badRequest"),
        ({**SEEN, "share": True}, "badRequest"),
    ],
)
def test_tell_answer__refuses(client: Client, other: Client, data, code):
    assert client.ask("tellAnswer", data)["error"]["code"] == code
    assert other.received("answered") == []


def test_tell_answer__so_many_a_second(client: Client):
    answers = [client.ask("tellAnswer", SEEN) for _ in range(LIMITS["answersPerSecond"] + 5)]
    assert [answer["ok"] for answer in answers[: LIMITS["answersPerSecond"]]] == [True] * LIMITS["answersPerSecond"]
    assert answers[-1]["error"]["code"] == "tooFast"


def test_tell_answer__not_by_who_is_muted(client: Client, other: Client):
    contributor = other.join()["contributor"]
    assert client.ask("muteContributor", {"contributor": contributor, "muted": True})["ok"]
    assert other.ask("tellAnswer", SEEN)["error"]["code"] == "muted"


def test_events__of_no_room_are_refused(app, client: Client):
    for path, code in (("GUAVA-1", "noSuchRoom"), ("%20", "badRoom")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{app.port}/api/rooms/{path}/events", timeout=30)
        assert json.loads(refused.value.read())["error"]["code"] == code
        refused.value.close()


def test_events__more_listeners_than_flask_has_threads_and_then_no_more(app, client: Client, monkeypatch):
    monkeypatch.setitem(LIMITS, "listeners", 20)
    url = f"http://127.0.0.1:{app.port}/api/rooms/KIWI-42/events"
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(listening(url)) for _ in range(20)]
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url, timeout=30)
        assert json.loads(refused.value.read())["error"]["code"] == "tooManyListeners"
        refused.value.close()
        # The page is answered all the same.
        with urllib.request.urlopen(f"http://127.0.0.1:{app.port}/", timeout=30) as page:
            assert page.status == 200
        client.ask("tellAnswer", SEEN)
        until(lambda: all(data_of(lines) for lines in streams), "all are told")
    until(lambda: not app.app._streams._listeners, "nobody listens any more")


def test_events__one_address_takes_not_all_places(app, client: Client, monkeypatch):
    monkeypatch.setitem(LIMITS, "listenersByAddress", 2)
    url = f"http://127.0.0.1:{app.port}/api/rooms/KIWI-42/events"
    with listening(url), listening(url):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url, timeout=30)
        assert json.loads(refused.value.read())["error"]["code"] == "tooManyListeners"
        refused.value.close()
    until(lambda: not app.app._streams._by_address, "their places are free")
    with listening(url):
        pass


def test_events__end_with_their_room(app, client: Client):
    client.join(member={"id": "device-1", "name": "Ada", "secret": "a secret of Ada's own"})
    with listening(f"http://127.0.0.1:{app.port}/api/rooms/KIWI-42/events"):
        assert client.ask("closeRoom", {})["ok"]
        until(lambda: not app.app._streams._listeners, "nobody listens to a closed room")


def test_listen__prints_lines_through_a_restart_and_ends_quietly(start_server: Callable[..., ServerProcess], tmp_path):
    server = start_server()
    sender = server.join_client()
    errors = (tmp_path / "errors").open("w+")
    command = [sys.executable, "-m", "server", "listen", "kiwi 42", "--url", server.url]
    listener = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert listener.stdout
    stdout = listener.stdout
    printed: list[str] = []
    thread = threading.Thread(target=lambda: [printed.append(line) for line in stdout], daemon=True)
    thread.start()

    def tell(client) -> list[str]:
        client.call("tellAnswer", SEEN, timeout=30)
        return printed

    until(lambda: tell(sender), "a line is printed", 30)
    assert json.loads(printed[0])["label"] == "cat"
    server.stop()
    again = ServerProcess("--page", *page_of(server), port=server.port)
    try:
        count = len(printed)
        later = again.join_client()
        until(lambda: len(tell(later)) > count, "it has found the server again", 30)
    finally:
        again.close()
    listener.send_signal(signal.SIGINT)
    assert listener.wait(30) == 0
    thread.join(10)
    stdout.close()
    errors.seek(0)
    text = errors.read()
    errors.close()
    assert text.count("Listening to the room kiwi 42.") == 2
    assert "is asked again" in text
    assert "Traceback" not in text
    assert "Aborted" not in text


def page_of(server: ServerProcess) -> list[str]:
    arguments = list(server.process.args)
    page, data = arguments[arguments.index("--page") + 1], arguments[arguments.index("--data") + 1]
    return [page, "--data", data]


def test_worker__passes_on_what_is_kept_nowhere():
    messages, told = [], []
    one = Worker(lambda *_: None, messages.append, lambda: True)
    other = Worker(lambda code, event, data, sid: told.append((code, event, data, sid)), lambda _: None, lambda: True)
    other._rooms = ()
    for event in ("answered", "presented", "exampleAdded"):
        one("KIWI-42", event, {"heat": True}, "somebody")
    for message in messages:
        other.receive(json.loads(json.dumps(message)))
    assert told == [("KIWI-42", event, {"heat": True}, None) for event in ("answered", "presented")]


def test_events__do_not_begin_while_the_server_stops():
    async def ask() -> list[int]:
        statuses: list[int] = []

        async def send(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        async def receive():
            await asyncio.sleep(30)

        with ThreadPoolExecutor(1) as executor:
            streams = AnswerStreams(receive, lambda code, address: streams.close_all() or code, executor)
            scope = {"type": "http", "method": "GET", "path": "/api/rooms/KIWI-42/events", "headers": []}
            await asyncio.wait_for(streams({**scope, "client": ("127.0.0.1", 1)}, receive, send), 10)
        return statuses

    assert asyncio.run(ask()) == [503]


def test_listen__asks_ever_less_often_for_a_room_that_is_gone_and_asks_no_proxy():
    asked: list[float] = []

    class Gone(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(time.monotonic())
            self.send_response(200 if len(asked) == 1 else 404)
            self.end_headers()
            self.wfile.write(b": listening\n\n" if len(asked) == 1 else b"{}")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Gone) as gone:
        threading.Thread(target=gone.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{gone.server_port}"
        listener = subprocess.Popen(
            [sys.executable, "-m", "server", "listen", "kiwi 42", "--url", url],
            cwd=ROOT,
            env={**os.environ, "http_proxy": "http://127.0.0.1:9", "no_proxy": ""},
            stderr=subprocess.PIPE,
            text=True,
        )
        until(lambda: len(asked) == 4, "it asks again", 30)
        listener.send_signal(signal.SIGINT)
        assert listener.wait(30) == 0
        assert listener.stderr
        begins, *then = listener.stderr.read().splitlines()
        assert begins == "Listening to the room kiwi 42. Ctrl+C ends this."
        assert then == ["The server answered 404. It is asked again."]
        listener.stderr.close()
        gone.shutdown()
    pauses = [later - before for before, later in itertools.pairwise(asked)]
    assert pauses[1] > 1.9
    assert pauses[2] > 3.9


def test_listen__says_that_there_is_no_such_room(start_server: Callable[..., ServerProcess]):
    server = start_server()
    command = [sys.executable, "-m", "server", "listen", "GUAVA-1", "--url", server.url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "GUAVA-1" in done.stderr
