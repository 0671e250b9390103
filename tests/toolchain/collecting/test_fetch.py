"""Fetching: politely, safely, and never for ever."""

import datetime
import time
from email.utils import format_datetime

import pytest

from tests.toolchain.collecting.conftest import RULES
from toolchain.collecting.fetch import FetchError, PoliteFetcher


def test_fetch__waits_between_requests_and_when_it_is_asked_to(site, waits):
    fetch = PoliteFetcher(delay_seconds=5, allow_private=True, sleep=waits.append)
    fetch(f"{site.url}/photo/1", 10**7)
    assert [round(wait) for wait in waits] == [5]
    waits.clear()
    fetch(f"{site.url}/busy", 10**7)
    assert 7.0 in waits
    with pytest.raises(FetchError, match="9999 seconds"):
        fetch(f"{site.url}/tired", 10**7)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/private/1", r"robots\.txt"),
        ("/huge", "larger than"),
        ("/cut", "can't be reached"),
        ("/round", "again and again"),
        ("/nothing", "404"),
    ],
)
def test_fetch__says_what_can_not_be_had(site, fetch, path, why):
    with pytest.raises(FetchError, match=why):
        fetch(f"{site.url}{path}", 10**7)


@pytest.mark.parametrize("url", ["ftp://a.example/x", "file:///etc/passwd", "http://user:pw@a.example/", "nonsense"])
def test_fetch__takes_only_plain_web_addresses(fetch, url):
    with pytest.raises(FetchError, match="only http"):
        fetch(url, 10)


@pytest.mark.parametrize("url", ["http://[x/", "http://a..b/", f"http://{'a' * 64}.example/", "http://h\u2100/"])
def test_fetch__an_address_that_is_none_is_an_explained_error(fetch, url):
    with pytest.raises(FetchError, match=r"no address|reached|only http"):
        fetch(url, 10)


def test_fetch__reaches_nothing_inside_the_network_not_even_by_a_redirect(site, monkeypatch):
    with pytest.raises(FetchError, match="inside this network"):
        PoliteFetcher(0)(f"{site.url}/photo/1", 10**7)
    assert site.asked == []
    # As if the site were public, and sent on to a router.
    site.away = "http://169.254.169.254/secret"
    monkeypatch.setattr("toolchain.collecting.fetch.is_public", lambda address: address == "127.0.0.1")
    with pytest.raises(FetchError, match="inside this network"):
        PoliteFetcher(0)(f"{site.url}/away", 10**7)
    assert PoliteFetcher(0)(f"{site.url}/photo/1", 10**7)


def test_fetch__connects_to_the_address_that_was_checked_whatever_a_name_becomes(site, monkeypatch):
    asked, connected = [], []

    def looked_up(host, port, **_):
        # A name that is public when it is checked, and inside the network from then on.
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.216.34" if len(asked) % 2 else "127.0.0.1", port))]

    def connect(address, timeout):
        connected.append(address)
        raise OSError("not here")

    monkeypatch.setattr("socket.getaddrinfo", looked_up)
    monkeypatch.setattr("socket.create_connection", connect)
    for scheme, port in (("http", 80), ("https", 443)):
        asked.clear()
        with pytest.raises(FetchError):
            PoliteFetcher(0, sleep=lambda _: None)(f"{scheme}://rebinding.example/photo/1", 10**7)
        assert asked[:2] == ["rebinding.example"] * 2
        assert set(connected) == {("93.184.216.34", port)}
        connected.clear()


@pytest.mark.parametrize("second", ["10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"])
def test_fetch__a_name_with_one_address_inside_the_network_is_refused(monkeypatch, second):
    found = [(2, 1, 6, "", (address, 80)) for address in ("93.184.216.34", second)]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr("socket.create_connection", lambda *_: pytest.fail("it connects"))
    with pytest.raises(FetchError, match="inside this network"):
        PoliteFetcher(0)("http://two.example/photo/1", 10**7)


@pytest.mark.parametrize("part", ["body", "header", "status", "silence"])
def test_fetch__gives_up_what_drips(site, waits, part):
    fetch = PoliteFetcher(0, allow_private=True, sleep=waits.append, longest_seconds=0.5)
    start = time.monotonic()
    with pytest.raises(FetchError, match=r"longer than 0\.5 seconds"):
        fetch(f"{site.url}/slow/{part}", 10**7)
    assert time.monotonic() - start < 5
    assert fetch(f"{site.url}/photo/1", 10**7)


def test_fetch__what_a_host_asks_to_wait_is_not_its_time(site):
    site.special["/photo/1"] = (429, b"", "text/plain", {"Retry-After": "1"})

    def sleep(seconds):
        time.sleep(seconds)
        site.special.clear()

    assert PoliteFetcher(0, allow_private=True, sleep=sleep, longest_seconds=0.5)(f"{site.url}/photo/1", 10**7)


def paths_asked(site):
    return [path for path, _, _ in site.asked]


@pytest.mark.parametrize("status", [500, 501, 503])
def test_fetch__a_server_that_fails_at_its_rules_is_left_alone_for_the_run(site, fetch, status):
    site.special["/robots.txt"] = (status, b"")
    for number in (1, 2):
        with pytest.raises(FetchError, match=rf"robots\.txt can't be read: the server answers {status}"):
            fetch(f"{site.url}/photo/{number}", 10**7)
        asked = len(site.asked)
    assert asked == (4 if status == 503 else 1)
    assert set(paths_asked(site)) == {"/robots.txt"}


def test_fetch__a_server_that_can_not_be_reached_is_asked_for_its_rules_once(fetch, monkeypatch):
    tries = []

    def connect(*_):
        tries.append(1)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr("socket.create_connection", connect)
    for number in (1, 2):
        with pytest.raises(FetchError, match=r"robots\.txt can't be read: it can't be reached: refused"):
            fetch(f"http://127.0.0.1:9/photo/{number}", 10**7)
    assert len(tries) == 4


def test_fetch__rules_that_drip_are_asked_for_once(site, waits):
    site.special["/robots.txt"] = (302, b"", "text/plain", {"Location": "/slow/body"})
    fetch = PoliteFetcher(0, allow_private=True, sleep=waits.append, longest_seconds=0.5)
    for number in (1, 2):
        with pytest.raises(FetchError, match=r"robots\.txt can't be read: it takes longer"):
            fetch(f"{site.url}/photo/{number}", 10**7)
    assert paths_asked(site) == ["/robots.txt", "/slow/body"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_fetch__without_rules_all_is_allowed(site, fetch, status):
    site.special["/robots.txt"] = (status, b"x" * 600_000)
    for number in (1, 2):
        assert fetch(f"{site.url}/private/{number}", 10**7)
    assert paths_asked(site).count("/robots.txt") == (4 if status == 429 else 1)


@pytest.mark.parametrize("kind", ["elsewhere", "long", "marked"])
def test_fetch__rules_that_are_elsewhere_or_long_count(site, fetch, kind):
    if kind == "elsewhere":
        site.special["/robots.txt"] = (301, b"", "text/plain", {"Location": "/rules"})
        site.special["/rules"] = (200, RULES, "text/plain")
    elif kind == "marked":
        site.special["/robots.txt"] = (200, b"\xef\xbb\xbf" + RULES, "text/plain")
    else:
        site.special["/robots.txt"] = (200, RULES + b"# long\n" * 100_000, "text/plain")
    with pytest.raises(FetchError, match=r"robots\.txt forbids"):
        fetch(f"{site.url}/private/1", 10**7)
    assert fetch(f"{site.url}/photo/1", 10**7)


@pytest.mark.parametrize(
    ("wanted", "seconds"),
    [("3", 3), ("date", 60), ("past", 2), ("soon", 2), ("Thu, 99 Foo 2026", 2), ("", 2), ("21 Oct 99999999999", 2)]
    + [(f"Wed, 21 Oct {rest}", 2) for rest in ("99999999999 07:28:00 GMT", "2015 07:28:00 +99999999999999")],
)
def test_fetch__waits_as_long_as_a_busy_host_asks(site, wanted, seconds):
    now = datetime.datetime.now(datetime.timezone.utc)
    dates = {"date": now + datetime.timedelta(seconds=60), "past": now - datetime.timedelta(days=1)}
    header = format_datetime(dates[wanted], usegmt=True) if wanted in dates else wanted
    site.special["/photo/1"] = (503, b"", "text/plain", {"Retry-After": header})
    slept = []

    def sleep(given):
        slept.append(given)
        site.special.clear()

    assert PoliteFetcher(0, allow_private=True, sleep=sleep)(f"{site.url}/photo/1", 10**7)
    assert slept == [pytest.approx(seconds, abs=2 if wanted == "date" else 0)]
