"""What every event does, over real websockets."""

import contextlib
import re
import threading

import pytest
from websockets.exceptions import ConnectionClosed

from server.api import events
from server.contract.constants import UNKNOWN_PRIOR
from server.contract.errors import ContractError
from server.rooms.people.access import DEFAULT_LEVEL
from server.rooms.rooms import Rooms
from tests.rooms.test_sync import ListStorage
from tests.support.server import MODEL, PICTURE, WAIT_SECONDS, Client, D, embedding_bytes, until


def test_join__answers_with_the_room(client, settings):
    answer = client.join()
    assert len(answer["secret"]) == 22
    assert answer == {
        "ok": True,
        "room": "KIWI-42",
        "role": "owner",
        "secret": answer["secret"],
        "contributor": answer["contributor"],
        "contributors": [],
        "access": {"level": DEFAULT_LEVEL, "locked": False, "thumbnails": False},
        "settings": {"k": 3, "metric": "auto", "weights": "uniform", "unknownDistance": "auto"},
        "project": {"name": ""},
        "labels": [],
        "revision": 0,
        "epoch": answer["epoch"],
        "limits": {**settings.limits(), "requestsPerSecond": 100_000},
    }
    assert len(answer["epoch"]) >= 8


def test_join__who_made_the_room_owns_it_by_a_secret(make_app):
    storage = ListStorage()
    app = make_app(storage)
    first = Client(app)
    secret = first.join("OWNED-1")["ownerSecret"]
    assert "ownerSecret" not in first.join("OWNED-1"), "it is told once"
    first.add("cat")
    first.leave()
    newcomer = Client(app)
    assert newcomer.join("OWNED-1")["role"] == "member", "whoever comes first later does not become the owner"
    guesser = Client(app)
    refused = guesser.ask("join", {"room": "OWNED-1", "model": MODEL, "secret": secret[:-1] + "!"})
    assert refused["error"]["code"] == "wrongSecret"
    assert guesser.ask("getCountByLabel", {})["error"]["code"] == "notJoined"
    assert secret not in str(storage.facts), "a hash is kept"
    for again in (Client(app), Client(make_app(storage))):
        answer = again.join("OWNED-1", secret=secret)
        assert (answer["role"], "ownerSecret" in answer) == ("owner", False)


def test_join__a_secret_of_another_kind_is_refused_and_not_quoted(client):
    for secret in ("short", "x" * 201, 512345, ["a list"], {"a": "dict"}):
        answer = client.ask("join", {"room": "NEW-1", "model": MODEL, "secret": secret})
        assert answer["error"]["code"] == "badRequest"
        assert str(secret) not in answer["error"]["message"]


def test_join__first_is_owner_and_others_are_members(client, app):
    assert client.join()["role"] == "owner"
    assert Client(app).join()["role"] == "member"


def test_join__without_a_room_opens_a_new_one(app):
    first, second = Client(app), Client(app)
    codes = [each.ask("join", {"model": MODEL})["room"] for each in (first, second)]
    assert all(re.fullmatch(r"([A-Z]{3,6}-){3}\d{3}", code) for code in codes)
    assert codes[0] != codes[1]


def test_join__code_is_case_insensitive(client, app):
    client.add("cat")
    answer = Client(app).join("kiwi-42")
    assert (answer["room"], answer["labels"]) == ("KIWI-42", [{"label": "cat", "count": 1, "colour": 0, "emoji": None}])


def test_join__another_room_leaves_the_first(client, other):
    client.join("LIME-10")
    other.told_of(here=1)
    other.add("cat")
    assert client.received() == []
    assert client.ask("getCountByLabel", {})["countByLabel"] == {}


def test_join__again_changes_nothing(client, other):
    before = client.add("cat")
    answer = client.join()
    assert (answer["role"], answer["revision"]) == ("owner", before["revision"])
    other.told_of(here=2)


def test_join__wrong_model(client, app):
    stranger = Client(app)
    answer = stranger.ask("join", {"room": "KIWI-42", "model": {"id": "other", "dimension": D}})
    assert answer["error"]["code"] == "wrongModel"
    assert stranger.ask("getCountByLabel", {})["error"]["code"] == "notJoined"
    assert client.ask("getCountByLabel", {})["ok"]


@pytest.mark.parametrize("before", [None, "LIME-10"])
def test_join__client_that_disconnects_meanwhile_is_not_counted(client, app, monkeypatch, before):
    """The connection ends while the room that the client joins is read from the disk."""
    witness, leaving = Client(app), Client(app)
    witness.join("LIME-10")
    if before:
        leaving.join(before)
    original = Rooms.open
    is_left = threading.Event()

    def interrupted(*args):
        leaving.leave()
        is_left.set()
        return original(*args)

    monkeypatch.setattr(Rooms, "open", interrupted)
    with contextlib.suppress(ConnectionClosed):
        leaving.ask("join", {"room": "NEW-3", "model": MODEL})
    assert is_left.wait(WAIT_SECONDS)
    until(lambda: app.rooms.get("NEW-3"), "the room is open")
    for code, members in (("KIWI-42", 1), ("LIME-10", 1), ("NEW-3", 0)):
        until(lambda code=code, members=members: len(app.rooms.find(code).members) == members, code)
    client.told_of(here=1)


def test_presence__goes_to_all(client, other, app):
    third = Client(app)
    third.join()
    for each in (client, other, third):
        each.told_of(here=3)
    third.leave()
    for each in (client, other):
        each.told_of(here=2)


def test_add_example__is_counted_and_announced_to_the_others(client, other):
    contributor = client.join()["contributor"]
    client.ask("setAccess", {"thumbnails": True})
    other.received()
    data = {"id": "one", "label": "cat", "group": "g1", "thumbnail": PICTURE}
    answer = client.ask("addExample", data, embedding_bytes(1, 2))
    assert answer == {"ok": True, "id": "one", "label": "cat", "count": 1, "countByLabel": {"cat": 1}, "revision": 1}
    assert client.received() == []
    more = {"embedding": embedding_bytes(1, 2), "colour": 0, "revision": 1, "by": None, "contributor": contributor}
    assert other.received() == [("exampleAdded", {**data, **more})]


def test_add_example__without_group_and_thumbnail(client, other):
    client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))
    announced = other.received("exampleAdded")[0]
    expected = {"id": "one", "label": "cat", "group": None, "embedding": embedding_bytes(1)}
    contributor = client.join()["contributor"]
    assert announced == {**expected, "colour": 0, "revision": 1, "by": None, "contributor": contributor}


def test_add_example__again_is_answered_as_the_first_time(client, other):
    first = client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))
    other.received()
    assert client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1)) == first
    assert other.received() == []


def test_add_example__again_after_removal_adds_it_anew(client, other):
    client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))
    client.ask("removeExample", {"id": "one"})
    answer = client.ask("addExample", {"id": "one", "label": "dog"}, embedding_bytes(1))
    assert (answer["label"], answer["count"], answer["revision"]) == ("dog", 1, 3)
    assert [name for name, _ in other.received()] == ["exampleAdded", "exampleRemoved", "exampleAdded"]


def test_classify__answers_with_the_result(client):
    client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1, 0))
    client.ask("addExample", {"id": "two", "label": "dog"}, embedding_bytes(0, 1))
    answer = client.ask("classify", {"k": 1}, embedding_bytes(0, 3))
    assert answer == {
        "ok": True,
        "label": "dog",
        "classIndex": 1,
        "confidences": {"cat": 0.0, "dog": 1.0},
        "neighbours": [{"id": "two", "label": "dog", "distance": 0.0}],
        "distance": 0.0,
        "novelty": 0.0,
        "unknownDistance": UNKNOWN_PRIOR,
        "unknownShare": 0.0,
        "isUnknown": False,
        "certainty": "sure",
        "k": 1,
        "count": 2,
        "metric": "cosine",
        "fittedAt": None,
    }


def test_classify__falls_back_on_the_rooms_settings(client, other):
    for label, numbers in (("cat", (1, 0)), ("dog", (0, 1)), ("dog", (0.1, 1))):
        client.add(label, *numbers)
    assert client.ask("classify", {}, embedding_bytes(1, 0))["label"] == "dog"
    settings = {"k": 1, "metric": "euclidean", "weights": "distance", "unknownDistance": 0.5}
    assert client.ask("configure", settings) == {"ok": True, "settings": settings}
    assert other.received("configured") == [{"settings": settings, "by": None}]
    answer = other.ask("classify", {}, embedding_bytes(2, 0))
    assert (answer["label"], answer["k"], answer["distance"]) == ("cat", 1, 1.0)
    assert other.ask("classify", {"k": 3, "weights": "uniform"}, embedding_bytes(1, 0))["label"] == "dog"
    assert other.ask("classify", {}, embedding_bytes(0, 0, 1))["isUnknown"]
    assert not other.ask("classify", {"unknownDistance": None}, embedding_bytes(0, 0, 1))["isUnknown"]


def test_configure__keeps_what_it_does_not_name(client, other):
    client.ask("configure", {"k": 5, "unknownDistance": 0.4})
    expected = {"k": 7, "metric": "auto", "weights": "uniform", "unknownDistance": 0.4}
    assert client.ask("configure", {"k": 7})["settings"] == expected
    other.received()
    assert client.ask("configure", {"k": 7})["settings"] == expected
    assert other.received() == []
    assert client.join()["settings"] == expected


def test_remove_example__leaves_an_empty_class(client, other):
    client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))
    assert client.ask("removeExample", {"id": "one"}) == {"ok": True, "countByLabel": {"cat": 0}, "revision": 2}
    assert other.received("exampleRemoved") == [{"id": "one", "revision": 2, "by": None}]


def test_labels__add_rename_merge_clear(client, other):
    added = {"ok": True, "countByLabel": {"cat": 0}, "revision": 1, "colour": 0, "emoji": None}
    assert client.ask("addLabel", {"label": "cat"}) == added
    assert client.ask("addLabel", {"label": "cat"})["revision"] == 1
    client.add("dog")
    assert client.ask("renameLabel", {"from": "cat", "to": "lion"})["countByLabel"] == {"lion": 0, "dog": 1}
    assert client.ask("renameLabel", {"from": "dog", "to": "dog"})["revision"] == 3
    assert client.ask("renameLabel", {"from": "dog", "to": "lion"})["countByLabel"] == {"lion": 1}
    assert client.ask("clearLabel", {"label": "lion"}) == {"ok": True, "countByLabel": {}, "revision": 5}
    client.add("owl")
    assert client.ask("clearAllLabels", {}) == {"ok": True, "countByLabel": {}, "revision": 7}
    assert client.ask("clearAllLabels", {})["revision"] == 7
    announcements = [(name, data) for name, data in other.received() if name != "exampleAdded"]
    assert announcements == [
        ("labelAdded", {"label": "cat", "colour": 0, "emoji": None, "revision": 1, "by": None}),
        ("labelRenamed", {"from": "cat", "to": "lion", "revision": 3, "by": None}),
        ("labelRenamed", {"from": "dog", "to": "lion", "revision": 4, "by": None}),
        ("labelCleared", {"label": "lion", "revision": 5, "by": None}),
        ("labelCleared", {"label": None, "revision": 7, "by": None}),
    ]


def test_revision__counts_changes_without_gaps(client, other):
    for number in range(5):
        (client if number % 2 else other).add("cat", 1, number)
    assert [data["revision"] for data in client.received("exampleAdded")] == [1, 3, 5]
    assert [data["revision"] for data in other.received("exampleAdded")] == [2, 4]
    assert client.ask("getCountByLabel", {}) == {"ok": True, "countByLabel": {"cat": 5}, "revision": 5}


def test_announcements__go_to_no_other_room(client, app):
    stranger = Client(app)
    stranger.join("LIME-10")
    stranger.received()
    client.add("cat")
    client.ask("configure", {"k": 1})
    assert stranger.received() == []


def test_full_room__refuses_more_and_stays_usable(make_app):
    client = Client(make_app(classes_per_room=2, examples_per_room=3))
    client.join()
    first = client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))
    client.add("dog")
    refused = client.add("owl")
    assert refused["error"] == ContractError("tooManyClasses", came=2, expected=2).as_dict()
    assert client.ask("addLabel", {"label": "owl"})["error"]["code"] == "tooManyClasses"
    client.add("cat")
    refused = client.add("cat")
    assert refused["error"] == ContractError("tooManyExamples", came=3, expected=3).as_dict()
    assert client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))["id"] == first["id"]
    client.ask("removeExample", {"id": "one"})
    assert client.add("cat")["ok"]


def test_too_fast__is_refused_until_tokens_come(make_app, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("server.api.rate.TokenBucket.__init__.__defaults__", (lambda: now[0],))
    client = Client(make_app(requests_per_second=5))
    assert [client.join()["ok"] for _ in range(5)] == [True] * 5
    refused = client.ask("getCountByLabel", {})
    assert refused == {"ok": False, "error": ContractError("tooFast", expected=5).as_dict()}
    now[0] += 0.2
    assert client.ask("getCountByLabel", {})["ok"]
    assert not client.ask("getCountByLabel", {})["ok"]


def test_too_fast__counts_each_client_alone(make_app, monkeypatch):
    monkeypatch.setattr("server.api.rate.TokenBucket.__init__.__defaults__", (lambda: 0.0,))
    app = make_app(requests_per_second=1)
    first, second = Client(app), Client(app)
    first.join()
    assert first.ask("getCountByLabel", {})["error"]["code"] == "tooFast"
    second.join()


def test_unexpected__is_logged_and_answered(client, monkeypatch, caplog):
    monkeypatch.setattr("server.rooms.room.Room.counts", lambda room: 1 / 0)
    assert client.ask("getCountByLabel", {}) == {"ok": False, "error": ContractError("internal").as_dict()}
    assert "ZeroDivisionError" in caplog.text
    assert client.add("cat")["ok"]


def test_every_event__before_joining(app):
    client = Client(app)
    for event in events.ROOM_COMMANDS:
        assert client.ask(event, {}, embedding_bytes(1))["error"] == ContractError("notJoined", came=event).as_dict()


def test_rooms__limit(make_app):
    app = make_app(rooms=2)
    first, second = Client(app), Client(app)
    first.join("ONE-11")
    second.join("TWO-22")
    third = Client(app)
    refused = third.ask("join", {"room": "THREE-33", "model": MODEL})
    assert refused["error"] == ContractError("tooManyRooms", came=2, expected=2).as_dict()
    second.leave()
    assert third.join("THREE-33")["ok"], "a room without classes and clients is closed"


def test_rooms__one_that_is_kept_leaves_memory_for_a_new_one_and_returns(make_app):
    app = make_app(ListStorage(), rooms=3)
    staying = Client(app)
    staying.join("STAYS-1")
    staying.add("cat")
    epochs = {}
    for code in ("FIRST-1", "SECOND-2", "FIRST-1"):
        client = Client(app)
        epochs[code] = client.join(code)["epoch"]
        client.add("owl")
        client.leave()
    assert Client(app).join("NEW-1")["labels"] == []
    # SECOND-2 was used longest ago. FIRST-1 is still in memory, until the next newcomer needs its place.
    assert (app.rooms.get("SECOND-2"), app.rooms.get("FIRST-1").epoch) == (None, epochs["FIRST-1"])
    returning = Client(app)
    answer = returning.join("SECOND-2")
    assert (answer["epoch"], answer["labels"][0]["count"]) == (epochs["SECOND-2"], 1)
    refused = Client(app).ask("join", {"room": "FOURTH-4", "model": MODEL})
    assert refused["error"]["code"] == "tooManyRooms", "there is a client in each of the three"
    assert staying.ask("getCountByLabel", {})["countByLabel"] == {"cat": 1}


def test_rooms__without_a_disk_one_with_examples_is_never_dropped(make_app):
    app = make_app(rooms=2)
    for code in ("FULL-1", "EMPTY-1"):
        client = Client(app)
        client.join(code)
        if code == "FULL-1":
            client.add("cat")
        client.leave()
    Client(app).join("NEW-1")
    assert Client(app).join("FULL-1")["labels"] == [{"label": "cat", "count": 1, "colour": 0, "emoji": None}]
    assert Client(app).ask("join", {"room": "NEW-2", "model": MODEL})["error"]["code"] == "tooManyRooms"


def test_epoch__differs_after_a_restart(make_app):
    epochs = set()
    for _ in range(2):
        client = Client(make_app())
        epochs.add(client.join()["epoch"])
        assert client.join()["epoch"] in epochs
    assert len(epochs) == 2
