"""Health without threads, readiness of a store that went away, and pages that a classroom does not see."""

import base64
import contextlib
import dataclasses
import logging
import re
import socket
import threading
import time

import pytest
import requests

from server import VERSION
from server.app import HTTP_THREADS
from server.operations import pages
from server.operations.access import Access
from server.operations.status import status_page
from server.rooms.storage import MemoryStorage
from server.store import store as store_module
from server.store.store import Store
from tests.store.test_faults import IS_ROOT, small_disk
from tests.support.server import ROOT, WAIT_SECONDS, Client

TOKEN = "a token for the tests"  # noqa: S105
OWNERS = ["/metrics", "/status", "/status.css"]


class HeldStorage(MemoryStorage):
    """Answers to ``exists`` and ``check`` only when it is let go."""

    def __init__(self):
        super().__init__()
        self.let_go = threading.Event()
        self.checks = 0

    def exists(self, code):
        assert self.let_go.wait(WAIT_SECONDS)
        return False

    def check(self):
        self.checks += 1
        assert self.let_go.wait(WAIT_SECONDS)


def test_healthz__is_answered_while_all_threads_are_taken(make_app):
    storage = HeldStorage()
    app = make_app(storage)
    asked = [socket.create_connection(("127.0.0.1", app.port), WAIT_SECONDS) for _ in range(HTTP_THREADS + 4)]
    try:
        for one in asked:
            one.sendall(b"GET /api/rooms/KIWI-42 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = app.test_client().get("/healthz")
        assert (answer.status_code, answer.json, answer.headers["Cache-Control"]) == (200, {"ok": True}, "no-store")
        assert app.test_client().head("/healthz").data == b""
    finally:
        storage.let_go.set()
        for one in asked:
            assert one.recv(20).startswith(b"HTTP/1.1 404")
            one.close()


def test_readyz__asks_a_slow_disk_once_for_all_and_does_not_wait_for_ever(make_app, monkeypatch):
    monkeypatch.setattr(pages, "READY_SECONDS", 0.3)
    storage = HeldStorage()
    app = make_app(storage)
    for _ in range(3):
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.json["error"]["code"]) == (503, "notSaved")
        assert "too slow" in answer.json["error"]["message"]
    assert "too slow" in app.test_client().get("/status").text
    assert storage.checks == 1
    storage.let_go.set()
    deadline = time.monotonic() + WAIT_SECONDS
    while app.test_client().get("/readyz").status_code != 200:
        assert time.monotonic() < deadline


@pytest.fixture
def always_probed(monkeypatch):
    """Also a commit of the last seconds is no proof."""
    monkeypatch.setattr(store_module, "FRESH_SECONDS", -1)


def ready(app):
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.json.get("error", {}).get("code")


def test_readyz__of_a_store_that_went_away(make_app, tmp_path, always_probed):
    store = Store.open(tmp_path / "data")
    app = make_app(store)
    assert ready(app) == (200, None)
    store.close()
    assert ready(app) == (503, "notSaved")
    assert app.test_client().get("/healthz").status_code == 200


def test_readyz__of_a_folder_that_was_moved(make_app, tmp_path):
    store = Store.open(tmp_path / "data")
    app = make_app(store)
    assert ready(app) == (200, None)
    (tmp_path / "data").rename(tmp_path / "elsewhere")
    assert ready(app) == (503, "notSaved")
    (tmp_path / "elsewhere").rename(tmp_path / "data")
    assert ready(app) == (200, None)
    store.close()


@pytest.mark.skipif(not IS_ROOT, reason="only root can mount a small disk")
def test_readyz__of_a_disk_that_is_full(make_app, tmp_path, always_probed):
    with small_disk(tmp_path / "disk"):
        store = Store.open(tmp_path / "disk" / "data")
        app = make_app(store)
        assert ready(app) == (200, None)
        ballast = tmp_path / "disk" / "ballast"
        fill(ballast)
        answers = {ready(app) for _ in range(30)}  # SQLite's log has some room left
        assert answers <= {(200, None), (503, "notSaved")}
        assert (503, "notSaved") in answers
        ballast.unlink()
        assert ready(app) == (200, None)
        store.close()


def fill(file):
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))


@pytest.mark.parametrize("path", OWNERS)
@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"])
def test_owners_pages__are_not_there_for_who_was_passed_on(app, path, name):
    http = app.test_client()
    assert http.get(path).status_code == 200
    answer = http.get(path, headers={name: "127.0.0.1"})
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "notFound")


def other_address():
    """An address of this machine as other machines have it; None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = probe.getsockname()[0]
        return None if address.startswith("127.") else address


def test_owners_pages__are_not_there_for_a_classroom(start_server):
    address = other_address()
    if address is None:
        pytest.skip("this machine has no network")
    server = start_server("--host", "0.0.0.0")  # noqa: S104
    for path in OWNERS:
        assert requests.get(f"{server.url}{path}", timeout=WAIT_SECONDS).status_code == 200
        answer = requests.get(f"http://{address}:{server.port}{path}", timeout=WAIT_SECONDS)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "notFound")
    assert requests.get(f"http://{address}:{server.port}/healthz", timeout=WAIT_SECONDS).status_code == 200


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.168.1.7", False),
        ("::ffff:192.168.1.7", False),
        ("fe80::1", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_access__is_for_this_machine(address, is_allowed):
    scope = {"client": (address, 50000) if address else None, "headers": []}
    assert Access("", False).allows(scope) is is_allowed
    assert Access("", True).allows(scope) is False, "behind a proxy every address is the proxy's, or what it says"


def test_owners_pages__behind_a_proxy_are_for_the_token_alone(make_app):
    http = make_app(proxies=1, status_token=TOKEN).test_client()
    basic = base64.b64encode(f"anybody:{TOKEN}".encode()).decode()
    for path in OWNERS:
        answer = http.get(path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        for value in ("Bearer wrong", f"Bearer {TOKEN}x", "Bearer", "Basic !", f"Token {TOKEN}", "Bearer ü"):
            assert http.get(path, headers={"Authorization": value.encode()}).status_code == 401, value
        for value in (f"Bearer {TOKEN}", f"Basic {basic}"):
            assert http.get(path, headers={"Authorization": value}).status_code == 200
    assert make_app(proxies=1).test_client().get("/status").status_code == 404


def test_token__is_long_and_is_not_shown(settings):
    with pytest.raises(ValueError, match="16 characters") as caught:
        dataclasses.replace(settings, status_token="marked")  # noqa: S106
    assert "marked" not in str(caught.value)
    assert TOKEN not in repr(dataclasses.replace(settings, status_token=TOKEN))


def test_owners_pages__are_not_there_for_a_name_that_was_rebound(app):
    for path in OWNERS:
        assert app.test_client().get(path, headers={"Host": "evil.example"}).status_code == 403


def test_status__says_how_the_server_is(make_app, tmp_path):
    app = make_app(data=str(tmp_path))
    client = Client(app)
    client.join("MARKED-77", member={"id": "marked-id", "name": "Marked Maria"})
    client.add("marked <b>cat</b>", 1)
    answer = app.test_client().get("/status")
    rows = dict(re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', answer.text))
    assert rows["State"] == "ready"
    assert [rows[name] for name in ("Connected clients", "Rooms in memory", "Examples in them")] == ["1", "1", "1"]
    assert rows["Memory they take"] == "0 of 2,048 MiB"
    assert re.fullmatch(r"[\d,]+ of [\d,]+ MiB", rows["Disk free"])
    assert rows["Version"]
    assert "marked" not in answer.text.lower()
    assert "script" not in answer.text.lower()
    assert '<meta http-equiv="refresh"' in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "None since it was started" in answer.text


def test_status__shows_warnings_without_html_from_them(app):
    logging.getLogger("server.tests").warning("A <b>warning</b> & more.")
    text = app.test_client().get("/status").text
    assert "warning: A &lt;b&gt;warning&lt;/b&gt; &amp; more." in text
    assert "<b>" not in text


def test_status_page__escapes_everything():
    assert b"<i>" not in status_page([("<i>", "<i>")], [])


@pytest.mark.parametrize("path", ["/healthz", "/readyz", *OWNERS])
def test_only_reading_is_possible(app, path):
    assert app.test_client().post(path).status_code == 405


def test_version__is_the_projects():
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")
