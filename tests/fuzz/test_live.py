"""Malformed events and raw Engine.IO frames at a live server: each is answered or closed, and the server goes on.

It stops after SHOWTELL_FUZZ_SECONDS (20 where nothing is set), half of them for each test.
"""

import contextlib
import itertools
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from tests.support.raw_websocket import RawWebSocket
from tests.support.server import MODEL, WAIT_SECONDS, embedding_bytes

SECONDS = float(os.environ.get("SHOWTELL_FUZZ_SECONDS", "20"))
GROWTH_MIB = 150
EVENTS = (
    *("join", "classify", "evaluate", "addExample", "removeExample", "addLabel", "renameLabel", "clearLabel"),
    *("clearAllLabels", "orderLabels", "styleLabel", "nameProject", "noteRemovals", "getCountByLabel", "configure"),
    *("sync", "setAccess", "muteContributor", "removeContributor", "present", "closeRoom", "no such event", ""),
    *("frame", "askCamera"),
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=50)
    | st.sampled_from([10**400, -(2**63)])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
KEYS = (
    "id",
    "ids",
    "label",
    "labels",
    "k",
    "metric",
    "weights",
    "room",
    "model",
    "since",
    "cursor",
    "from",
    "to",
    "level",
    "locked",
    "contributor",
    "muted",
    "camera",
    "answer",
    "recording",
    "thumbnail",
)
DATA = VALUES | st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5)
ARGUMENTS = st.lists(DATA, max_size=3)
DEEP = "[" * 50_000 + "]" * 50_000
#: What a server once failed on, and their kind; sent as they are.
ODD = (
    *("", "2", "3", "5", "6", "9", "0{}", "1", "40", "41", "42", "420[", "42[]", '42["join"', "43", "44", "45", "46"),
    *('451-["classify",{},{"_placeholder":true,"num":0}]', '45999999999999-["x"]', '45-["x"]', "4" * 100_000),
    *(
        "42" + "9" * 400 + '["sync",{}]',
        '421["sync",' + DEEP + "]",
        '42/other,1["join",{}]',
        '431["x"]',
        "\x1e",
        "b!!!",
    ),
)
FRAMES = st.lists(st.sampled_from(ODD) | st.text(max_size=80) | st.binary(max_size=80), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def seconds() -> float:
    return SECONDS / 2


def until_over(throw: Callable[[], None], seconds: float) -> None:
    """Run a property's test some examples at a time, with seeds in order, until the time is over."""
    until = time.monotonic() + seconds
    few = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck), database=None)(throw)
    for number in itertools.count():
        if time.monotonic() > until:
            return
        seed(number)(few)()


def connect(url: str, *, is_joined: bool) -> RawWebSocket:
    websocket = RawWebSocket(url)
    websocket.receive(WAIT_SECONDS)
    if is_joined:
        websocket.send("40")
        receive(websocket, "40")
        ask(websocket, 0, ["join", {"room": "FUZZ-1", "model": MODEL}])
    return websocket


def receive(websocket: RawWebSocket, start: str) -> str:
    """Wait for a packet that starts so; what else comes is passed over."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        packet = websocket.receive(WAIT_SECONDS)
        if packet == "2":
            websocket.send("3")
        elif isinstance(packet, str) and packet.startswith(start):
            return packet
        elif isinstance(packet, str) and packet.startswith("46") and f"-{start[2:]}" in packet[:30]:
            return packet  # an acknowledgement with attachments
    raise AssertionError(f"no {start}")


def ask(websocket: RawWebSocket, number: int, content: list) -> None:
    websocket.send(f"42{number}{json.dumps(content)}")
    receive(websocket, f"43{number}[")


def memory_mib(pid: int) -> float:
    """The resident memory of a process and its children."""
    total, todo = 0, [pid]
    while todo:
        one = Path(f"/proc/{todo.pop()}")
        todo += [int(child) for child in (one / "task" / one.name / "children").read_text().split()]
        total += next(
            (int(line.split()[1]) for line in (one / "status").read_text().splitlines() if line[:6] == "VmRSS:"), 0
        )
    return total / 1024


def assert_well(server, before_mib: float) -> None:
    """It answers a new client, has not grown, and logged no traceback."""
    assert requests.get(f"{server.url}/healthz", timeout=WAIT_SECONDS).json() == {"ok": True}
    websocket = connect(server.url, is_joined=True)
    ask(websocket, 1, ["getCountByLabel", {}])
    websocket.close()
    assert memory_mib(server.process.pid) < before_mib + GROWTH_MIB
    assert "Traceback" not in server.close()


def test_malformed_events__are_all_acknowledged(start_server, seconds):
    server = start_server("--requests-per-second", "100000")
    websocket = connect(server.url, is_joined=True)
    before = memory_mib(server.process.pid)
    numbers = iter(range(1, 10**9))

    @given(st.sampled_from(EVENTS), ARGUMENTS, st.none() | st.binary(max_size=64) | st.just(embedding_bytes(1)))
    def throw(event, arguments, attachment):
        number = next(numbers)
        if attachment is None:
            ask(websocket, number, [event, *arguments])
        else:
            content = json.dumps([event, *arguments, {"_placeholder": True, "num": 0}])
            websocket.send(f"451-{number}{content}")
            websocket.send(attachment)
            receive(websocket, f"43{number}[")

    until_over(throw, seconds)
    websocket.close()
    assert_well(server, before)


def test_raw_frames__leave_the_server_well(start_server, seconds):
    server = start_server()
    before = memory_mib(server.process.pid)

    @given(FRAMES, st.booleans())
    def throw(frames, is_joined):
        websocket = connect(server.url, is_joined=is_joined)
        with contextlib.suppress(ConnectionClosed, OSError):  # the server may end one that sends no packets
            for content in frames:
                websocket.send(content)
        with contextlib.suppress(ConnectionClosed, OSError):
            websocket.close()

    until_over(throw, seconds)
    assert_well(server, before)


def test_raw_payloads_by_polling__are_answered_at_once(start_server):
    server = start_server()
    before = memory_mib(server.process.pid)
    address = f"{server.url}/socket.io/?EIO=4&transport=polling"
    for payload in ODD:
        session = json.loads(requests.get(address, timeout=WAIT_SECONDS).text[1:])["sid"]
        reply = requests.post(f"{address}&sid={session}", data=payload.encode(), timeout=WAIT_SECONDS)
        assert reply.status_code in (200, 400, 413), payload[:80]
    assert_well(server, before)
