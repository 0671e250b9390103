"""What is counted over real sockets and HTTP is what happened."""

import re

import pytest

from server.rooms.rooms import Rooms
from server.rooms.storage import MemoryStorage
from server.store.store import Store
from tests.support.raw_websocket import RawWebSocket
from tests.support.server import Client, embedding_bytes, until


def figures(app):
    """Every figure of ``/metrics``, by its name with its labels."""
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def requests_of(found):
    return {
        (match[1], match[2]): value
        for name, value in found.items()
        if (match := re.fullmatch(r'showtell_requests_total\{event="(.*)",outcome="(.*)"\}', name))
    }


def test_requests__are_counted_by_event_and_outcome(app, client):
    client.add("cat", 1)
    client.add("cat", 1, 1)
    for _ in range(3):
        assert client.ask("classify", {"k": 1}, embedding_bytes(1))["ok"]
    assert client.ask("classify", {"k": 0}, embedding_bytes(1))["error"]["code"] == "badK"
    assert not client.ask("Maria's own event", {})["ok"]
    found = figures(app)
    assert requests_of(found) == {
        ("join", "ok"): 1,
        ("addExample", "ok"): 2,
        ("classify", "ok"): 3,
        ("classify", "badK"): 1,
        ("other", "badRequest"): 1,
    }
    assert found['showtell_request_seconds_count{event="classify"}'] == 4
    assert 0 < found['showtell_request_seconds_sum{event="classify"}'] < 60
    assert found["showtell_classify_wait_seconds_count"] == 3
    assert "Maria" not in str(found)


def test_how_much_there_is__is_read_when_asked(app, client, other):
    before = figures(app)
    client.add("cat", 1)
    third = Client(app)
    third.join("LIME-10")
    found = figures(app)
    assert [before[f"showtell_{name}"] for name in ("clients", "rooms", "examples")] == [2, 1, 0]
    assert [found[f"showtell_{name}"] for name in ("clients", "rooms", "examples")] == [3, 2, 1]
    assert found["showtell_memory_bytes"] == sum(app.rooms.get(code).size for code in ("KIWI-42", "LIME-10"))
    assert found["showtell_memory_budget_bytes"] == 2048 * 2**20
    third.leave()
    assert figures(app)["showtell_clients"] == 2


def test_commits__are_timed_with_their_facts(make_app, tmp_path):
    app = make_app(memory_bytes=2**30)
    store = Store.open(tmp_path / "data", app.app.metrics.observe_commit)
    try:
        running = make_app(store)
        client = Client(running)
        client.join()
        client.add("cat", 1)
        client.add("cat", 1, 1)
    finally:
        store.close()
    found = figures(app)
    assert found["showtell_commit_seconds_count"] == 2
    assert found["showtell_commit_facts_sum"] >= 2


def test_http__is_counted_by_kind_and_status(app, client):
    http = app.test_client()
    client.add("cat", 1)
    content = http.get("/api/rooms/KIWI-42/dataset", headers=client.bearer()).data
    assert http.put("/api/rooms/KIWI-42/dataset", data=content, headers=client.bearer()).status_code == 200
    assert http.put("/api/rooms/KIWI-42/dataset", data=content).status_code == 403
    http.get("/")
    http.get("/nothing")
    found = figures(app)
    counts = {
        match[1]: value
        for name, value in found.items()
        if (match := re.fullmatch(r'showtell_http_requests_total\{kind="(.*)"\}', name.replace('",status="', " ")))
    }
    assert counts == {"download 200": 1, "upload 200": 1, "upload 403": 1, "page 200": 1, "page 404": 1}


def test_refused__are_counted_by_code(make_app):
    app = make_app(connections=1)
    client = Client(app)
    polling = "/socket.io/?EIO=4&transport=polling"
    assert app.test_client().get(polling).status_code == 503
    assert app.test_client().get(polling, headers={"Host": "evil.example"}).status_code == 403
    with pytest.raises(Exception, match="503"):
        RawWebSocket(f"http://127.0.0.1:{app.port}")
    found = figures(app)
    assert found['showtell_refused_total{code="tooManyConnections"}'] == 2
    assert found['showtell_refused_total{code="wrongHost"}'] == 1
    client.leave()


def test_cut_connections__are_counted_by_why(app):
    many = {f"X-{number}": "y" * 900 for number in range(80)}
    with pytest.raises(OSError):  # noqa: PT011  # however the end of a connection is told
        app.test_client().get("/", headers=many)
    assert figures(app)['showtell_cut_connections_total{why="a request\'s header was too large"}'] == 1


def test_loop_lag__is_measured(app):
    until(lambda: figures(app)["showtell_loop_lag_seconds_count"] >= 1, "the lag was measured")


def test_totals__are_of_all_rooms(settings):
    rooms = Rooms(settings, MemoryStorage(), lambda *_: None)
    assert rooms.totals() == (0, 0, 0)
    rooms.open("KIWI-42")
    count, examples, size = rooms.totals()
    assert (count, examples) == (1, 0)
    assert size == rooms.get("KIWI-42").size


def test_metrics__name_no_room_class_or_person(app):
    client = Client(app)
    client.join("MARKED-77", member={"id": "marked-id", "name": "Marked Maria"})
    client.add("marked cat", 1)
    client.ask("removeExample", {"id": "marked-example"})
    app.test_client().get("/api/rooms/MARKED-77")
    text = app.test_client().get("/metrics").text
    assert "showtell_requests_total" in text
    assert "marked" not in text.lower()
    assert client.secrets["MARKED-77"] not in text
