"""How often an address may try codes and secrets and make rooms: by a clock that is passed in, and over the wire."""

import contextlib

import pytest

from server.contract.errors import ContractError
from server.rooms.codes import tries as tries_module
from server.rooms.codes.tries import HourBuckets, Tries
from tests.support.server import MODEL, Client

OTHER = "o" * 24
PROXIED = {"X-Forwarded-For": "198.51.100.9"}


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def try_wrong(tries, address="192.0.2.1", room="KIWI-42", code="noSuchRoom"):
    """The code of the error that a wrong code ends with."""
    with pytest.raises(ContractError) as caught, tries.one(address, room):
        raise ContractError(code, came=room)
    return caught.value.code


def test_wrong_codes__run_out_and_come_back_within_an_hour(clock):
    tries = Tries(by_address=4, in_all=100, rooms_by_address=1, clock=clock)
    assert [try_wrong(tries) for _ in range(5)] == ["noSuchRoom"] * 4 + ["tooManyTries"]
    clock.now += 3600 / 4 + 1
    assert [try_wrong(tries) for _ in range(2)] == ["noSuchRoom", "tooManyTries"]
    assert try_wrong(tries, "192.0.2.2") == "noSuchRoom"


def test_a_right_code_costs_nothing(clock):
    tries = Tries(by_address=1, in_all=1, rooms_by_address=1, clock=clock)
    for number in range(50):
        with tries.one("192.0.2.1", f"ROOM-{number}"):
            pass
    with contextlib.suppress(RuntimeError), tries.one("192.0.2.1", "OTHER-1"):
        raise RuntimeError
    assert [try_wrong(tries) for _ in range(2)] == ["noSuchRoom", "tooManyTries"]


def test_all_addresses_together_have_a_bucket(clock):
    tries = Tries(by_address=4, in_all=10, rooms_by_address=1, clock=clock)
    answers = [try_wrong(tries, f"192.0.2.{number}") for number in range(20)]
    assert answers == ["noSuchRoom"] * 10 + ["tooManyTries"] * 10


def test_who_was_in_a_room_lately_is_let_through_while_others_guess(clock):
    tries = Tries(by_address=1, in_all=1, rooms_by_address=1, clock=clock)
    with tries.one("192.0.2.1", "KIWI-42"):
        pass
    try_wrong(tries, "192.0.2.1", "PLUM-1")
    with tries.one("192.0.2.1", "KIWI-42"):
        pass
    with pytest.raises(ContractError, match="Too many wrong"), tries.one("192.0.2.1", "OTHER-1"):
        pytest.fail("nothing is looked at")
    assert try_wrong(tries, "192.0.2.1", "KIWI-42", "wrongSecret") == "tooManyTries"


def test_new_rooms__run_out_by_address(clock):
    tries = Tries(by_address=1, in_all=1, rooms_by_address=2, clock=clock)
    for _ in range(2):
        tries.count_new_room("192.0.2.1")
    with pytest.raises(ContractError) as caught:
        tries.count_new_room("192.0.2.1")
    assert caught.value.code == "tooManyNewRooms"
    tries.count_new_room("192.0.2.2")


def test_many_addresses_take_little_memory(clock, monkeypatch):
    monkeypatch.setattr(tries_module, "MOST_REMEMBERED", 100)
    buckets = HourBuckets(2, clock)
    for number in range(1000):
        buckets.take(f"2001:db8:0:{number:x}::/64")
    assert len(buckets) == 100
    assert not [buckets.take("192.0.2.1") for _ in range(3)][2], "those used last are remembered"
    fresh = HourBuckets(2, clock)
    fresh.take("192.0.2.1")
    fresh.give_back("192.0.2.1")
    assert len(fresh) == 0, "a full bucket need not be remembered"


WAYS = {
    "a code": lambda http, headers: http.get("/api/rooms/NOBODY-1", headers=headers),
    "a file of no room": lambda http, headers: http.get("/api/rooms/NOBODY-1/dataset", headers=headers),
    "an upload that can't be read": lambda http, headers: http.put("/api/rooms/NOBODY-1/dataset", headers=headers),
    "an upload without its secret": lambda http, headers: http.put("/api/rooms/KIWI-42/dataset", headers=headers),
    "a file without its secret": lambda http, headers: http.get("/api/rooms/KIWI-42/dataset", headers=headers),
}


@pytest.mark.parametrize("way", WAYS)
def test_over_http__wrong_ones_run_out_by_address(make_app, way):
    app = make_app(tries_by_address=3, proxies=1)
    Client(app).join()
    http = app.test_client()
    codes = [WAYS[way](http, PROXIED).json["error"]["code"] for _ in range(4)]
    assert codes[0] in ("noSuchRoom", "wrongSecret", "badDataset")
    assert codes == codes[:1] * 3 + ["tooManyTries"]
    answer = http.get("/api/rooms/KIWI-42", headers=PROXIED)
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "tooManyTries"), "a right one tells nothing, too"
    assert http.get("/api/rooms/KIWI-42", headers={"X-Forwarded-For": "198.51.100.10"}).json["ok"]


def test_over_the_socket__codes_of_no_room_and_wrong_secrets_run_out(make_app):
    app = make_app(tries_by_address=3)
    client = Client(app)
    client.join()  # opens the room: the code was no room's
    client.join()
    for _ in range(2):
        assert (
            client.ask("join", {"room": "KIWI-42", "model": MODEL, "secret": OTHER})["error"]["code"] == "wrongSecret"
        )
    assert client.ask("join", {"room": "KIWI-42", "model": MODEL, "secret": OTHER})["error"]["code"] == "tooManyTries"
    assert client.ask("join", {"room": "NEW-1", "model": MODEL})["error"]["code"] == "tooManyTries"
    assert app.rooms.get("NEW-1") is None
    assert Client(app).join()["role"] == "member", "the room's own address goes on"


def test_over_the_socket__codes_of_closed_rooms_run_out(make_app):
    app = make_app(tries_by_address=3)
    client = Client(app)
    life = {"epoch": client.join()["epoch"], "revision": 1}  # costs a try: the code was no room's
    guesses = [{"room": f"KIWI-{number}", "model": MODEL, "life": life} for number in range(3)]
    codes = [client.ask("join", guess)["error"]["code"] for guess in guesses]
    assert codes == ["roomClosed", "roomClosed", "tooManyTries"]


def test_new_rooms__over_http_and_socket(make_app):
    app = make_app(new_rooms_by_address=3)
    http, client = app.test_client(), Client(app)
    assert http.post("/api/rooms").status_code == 201
    assert client.ask("join", {"model": MODEL})["ok"]
    assert client.ask("join", {"room": "NEW-1", "model": MODEL})["ok"]
    assert client.ask("join", {"model": MODEL})["error"]["code"] == "tooManyNewRooms"
    assert client.ask("join", {"room": "NEW-2", "model": MODEL})["error"]["code"] == "tooManyNewRooms"
    answer = http.post("/api/rooms")
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "tooManyNewRooms")
    assert client.ask("join", {"room": "NEW-1", "model": MODEL})["ok"]


def test_who_made_a_room_comes_into_it_when_the_tries_have_run_out(make_app):
    app = make_app(tries_by_address=1)
    http, client = app.test_client(), Client(app)
    made = http.post("/api/rooms").json
    joined = client.ask("join", {"model": MODEL})
    assert [http.get("/api/rooms/NOBODY-1").json["error"]["code"] for _ in range(2)] == ["noSuchRoom", "tooManyTries"]
    assert Client(app).join(made["room"], secret=made["ownerSecret"])["role"] == "owner"
    assert Client(app).join(joined["room"])["role"] == "member"
