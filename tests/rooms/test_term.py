"""Rooms whose term is over are deleted from the real store; a clock that jumps deletes nothing."""

import sqlite3
import time

import pytest

from server.knn.model import Model
from server.rooms.rooms import Rooms
from server.rooms.term import DAY, EARLIEST, HOUR, MONTH, MOST_AN_HOUR, Term
from server.settings import Settings
from server.store.facts import Fact
from server.store.store import Store
from tests.support.server import Client

NOW = EARLIEST + 3650 * DAY
YEAR = 365 * DAY


class Clocks:
    """One that may jump, and one that does not."""

    def __init__(self):
        self.now, self.steady = NOW, 50.0

    def go(self, seconds):
        self.now += seconds
        self.steady += seconds


@pytest.fixture
def clocks():
    return Clocks()


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path)
    yield store
    store.close()


@pytest.fixture
def keep(store, tmp_path):
    """A function that keeps rooms which last changed at a time."""

    def keep(used_at, *codes):
        for code in codes:
            store.append(code, [Fact("labelAdded", {"label": "cat", "revision": 1})]).result()
            with sqlite3.connect(tmp_path / "rooms.db") as connection:
                connection.execute("UPDATE rooms SET used_at = ? WHERE code = ?", (used_at, code))
            connection.close()

    return keep


@pytest.fixture
def rooms(store):
    return Rooms(Settings(), store, lambda *_: None)


@pytest.fixture
def term(rooms, store, clocks):
    return Term(rooms, store, 400, lambda: clocks.now, lambda: clocks.steady)


def codes(store):
    return [room.code for room in store.rooms()]


def keep_days(keep, now=NOW):
    """Rooms that show that the clock was right on some days."""
    for number in range(3):
        keep(now - number * DAY - HOUR, f"NEW-{number}")


def test_a_room_is_deleted_after_its_term__and_no_other(store, keep, term, clocks, tmp_path):
    keep_days(keep)
    keep(NOW - 401 * DAY, "OLD-1")
    keep(NOW - 399 * DAY, "YOUNG-1")
    assert term.end_some() == 0
    clocks.go(HOUR + 1)
    assert term.end_some() == 1
    assert codes(store) == ["NEW-0", "NEW-1", "NEW-2", "YOUNG-1"]
    store.close()
    assert not [path for path in tmp_path.iterdir() if path.is_file() and b"OLD-1" in path.read_bytes()]


def test_without_a_term_rooms_stay(rooms, store, keep, clocks):
    keep(NOW - 20 * YEAR + DAY, "OLD-1")
    term = Term(rooms, store, 0, lambda: clocks.now, lambda: clocks.steady)
    for _ in range(3):
        clocks.go(MONTH)
        assert term.end_some() == 0
    assert codes(store) == ["OLD-1"]


def test_a_room_that_somebody_is_in_stays(store, keep, rooms, term, clocks):
    keep_days(keep)
    keep(NOW - 2 * YEAR, "OLD-1")
    room = rooms.open("OLD-1")
    room.members.add("sid", "member", None)
    term.end_some()
    clocks.go(HOUR + 1)
    assert term.end_some() == 0
    rooms.leave(room, "sid")
    assert term.end_some() == 1
    assert rooms.get("OLD-1") is None


@pytest.mark.parametrize(("newest", "wait"), [(NOW - 2 * DAY, DAY), (NOW - 2 * YEAR, MONTH)])
def test_the_less_the_rooms_say_for_the_clock_the_longer_it_is_watched(keep, term, clocks, newest, wait):
    keep(newest, "LAST-1")
    keep(NOW - 2 * YEAR, "OLD-1")
    term.end_some()
    clocks.go(wait - 60)
    assert term.end_some() == 0
    clocks.go(120)
    assert term.end_some() > 0


def test_a_clock_that_is_years_ahead_at_the_start_deletes_nothing_for_a_month(store, keep, term, clocks):
    keep_days(keep)
    clocks.now += 5 * YEAR
    for _ in range(29):
        assert term.end_some() == 0
        clocks.go(DAY)
    clocks.now -= 5 * YEAR  # set right
    for _ in range(40):
        assert term.end_some() == 0
        clocks.go(DAY)
    assert len(codes(store)) == 3


def test_a_clock_that_jumps_ahead_later_begins_to_be_watched_anew(store, keep, term, clocks):
    keep_days(keep)
    term.end_some()
    clocks.go(2 * DAY)
    term.end_some()
    clocks.now += 5 * YEAR
    for _ in range(29):
        assert term.end_some() == 0
        clocks.go(DAY)
    assert len(codes(store)) == 3


def test_a_room_made_before_the_clock_was_set_begins_its_term_anew(store, keep, term, clocks):
    clocks.now = time.time()  # the store's own
    keep_days(keep, clocks.now)
    keep(1000.0, "FIRST-1")
    term.end_some()
    clocks.go(HOUR + 1)
    term.end_some()
    assert "FIRST-1" not in store.expired(EARLIEST)
    assert "FIRST-1" in codes(store)


def test_only_some_rooms_go_within_an_hour(store, keep, term, clocks):
    keep_days(keep)
    keep(NOW - 2 * YEAR, *(f"OLD-{number}" for number in range(MOST_AN_HOUR + 2)))
    term.end_some()
    clocks.go(HOUR + 1)
    assert [term.end_some(), term.end_some()] == [MOST_AN_HOUR, 0]
    clocks.go(HOUR + 1)
    assert term.end_some() == 2


def test_the_owner_sees_when__and_others_do_not(make_app, tmp_path):
    store = Store.open(tmp_path / "data")
    app = make_app(store, room_days=10)
    try:
        owner, other = Client(app), Client(app)
        secret = owner.join()["ownerSecret"]
        assert "closesAt" not in other.join()
        owner.add("cat")
        assert owner.join(secret=secret)["closesAt"] == round(store.used_at("KIWI-42") + 10 * DAY)
    finally:
        app.close()
        store.close()


def test_rooms_that_nothing_was_taught_in_leave_memory__and_their_owners_come_back(rooms):
    made = rooms.create()
    secret = rooms.change(made, lambda room: room.owner.claim())
    taught = rooms.open("TAUGHT-1")
    taught.classes.add_label("cat")
    taught.journal.kept.result()
    assert [rooms.forget_empty(), rooms.forget_empty()] == [0, 1]
    assert rooms.get(made.code) is None
    assert rooms.get("TAUGHT-1") is taught
    entry = rooms.enter(rooms.open(made.code), lambda room: room.enter("sid", Model("tiny", 2), secret=secret))
    assert entry.role == "owner"
