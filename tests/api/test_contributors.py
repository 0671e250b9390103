"""Who added what: each example knows its contributor, whom nobody can pass for."""

import pytest

from server.rooms.people import contributors
from server.rooms.people.contributors import Contributors
from server.store.store import Store
from tests.support.server import MODEL, Client

ADA = {"id": "device-1", "name": "Ada", "secret": "a secret of Ada's own"}
BEN = {"id": "device-2", "name": "Ben", "secret": "a secret of Ben's own"}


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "data")
    yield store
    store.close()


def row(member, count, here=True, muted=False):
    return {"id": member["id"], "name": member["name"], "count": count, "here": here, "muted": muted}


def by(client):
    return {example["id"]: example["by"] for example in client.ask("sync", {"since": 0})["examples"]}


def test_contributor__is_kept_with_each_example(client, other):
    assert client.join(member=ADA)["contributor"] == "device-1"
    anonymous = other.join()["contributor"]
    assert anonymous.startswith("~")
    client.add("cat", id="one")
    client.ask("addExample", {"id": "one", "label": "cat"}, b"\0\0\x80?")  # again: nothing changes
    other.add("cat", id="two")
    client.ask("renameLabel", {"from": "cat", "to": "lion"})
    assert by(other) == {"one": "device-1", "two": anonymous}
    announced = other.received("exampleAdded")[0]
    assert announced["by"] == {"id": "device-1", "name": "Ada"}
    assert other.join()["contributors"] == [row(ADA, 1)]
    client.ask("removeExample", {"id": "one"})
    assert other.join()["contributors"] == [row(ADA, 0)]
    content = other.app.test_client().get("/api/rooms/KIWI-42/dataset", headers=client.bearer()).data
    other.app.test_client().put("/api/rooms/KIWI-42/dataset", data=content, headers=client.bearer())
    assert by(other) == {"two": None}, "an upload is the room's"


def test_contributor__of_what_is_given_back_is_whoever_gives_it(client, other):
    client.join(member=ADA)
    other.join(member=BEN)
    other.add("cat", id="one", restored=True)
    client.add("cat", id="one", restored=True)
    assert by(client) == {"one": "device-2"}
    client.add("dog", id="one")  # a move wins over what was given back, and is somebody's
    assert by(client) == {"one": "device-1"}


def test_contributor__stays_whose_an_example_is_where_an_owner_gives_it_back(client, other):
    other.join(member=BEN)
    third = Client(client.app)
    third.join(member=ADA)
    other.add("cat", id="one")
    client.ask("removeExample", {"id": "one"})
    other.received()
    client.add("cat", id="one", by="device-2")
    announced = other.received("exampleAdded")[0]
    assert (announced["contributor"], announced["by"]) == ("device-2", None)
    owner = client.join()["contributor"]
    client.add("cat", id="two", by="nobody whom the room knows")
    third.add("cat", id="three", by="device-2")
    assert by(client) == {"one": "device-2", "two": owner, "three": "device-1"}
    assert client.add("cat", by=7)["error"]["code"] == "badRequest"
    assert other.ask("removeExample", {"id": "one"})["ok"], "it is Ben's again"


def test_contributor__nobody_passes_for_another(client, other):
    client.join(member=ADA)
    other.join(member=BEN)
    for secret in ({}, {"secret": None}, {"secret": "a thief's own secret"}):
        copied = {"id": "device-1", "name": "Ada", **secret}
        thief = Client(client.app)
        for room in ("KIWI-42", "kiwi-42"):
            answer = thief.ask("join", {"room": room, "model": MODEL, "member": copied})
            assert answer["error"]["code"] == "wrongSecret"
            assert "thief's own" not in str(answer)
        assert other.ask("join", {"room": "KIWI-42", "model": MODEL, "member": copied})["ok"] is False
        assert other.join()["contributor"] == "device-2", "it is who it was"
    assert client.join(member={**ADA, "name": "Ada L."})["contributors"][1]["name"] == "Ada L."
    second = Client(client.app)
    assert second.join(member=ADA)["contributor"] == "device-1", "two tabs are one contributor"


def test_contributor__an_id_of_the_servers_making_is_nobody_elses(client, other):
    anonymous = client.join()["contributor"]
    for more in ({}, {"secret": "a secret of 16 characters"}):
        member = {"id": anonymous, "name": "x", **more}
        assert (
            other.ask("join", {"room": "KIWI-42", "model": MODEL, "member": member})["error"]["code"] == "wrongSecret"
        )


def test_contributor__who_only_names_an_id_loses_it_to_whoever_brings_a_secret(client, other):
    client.join(member={"id": "device-2", "name": "B"})
    assert client.join()["contributor"] == "device-2"
    other.join(member=BEN)
    assert client.join()["contributor"].startswith("~")
    refused = client.ask("join", {"room": "KIWI-42", "model": MODEL, "member": {"id": "device-2", "name": "B"}})
    assert refused["error"]["code"] == "wrongSecret"


def test_contributor__a_stranger_with_a_copied_id_does_not_become_owner(app):
    first = Client(app)
    bad = {"id": "~0123456789abcdef", "name": "x"}
    refused = first.ask("join", {"room": "NEW-1", "model": MODEL, "member": bad})
    assert refused["error"]["code"] == "wrongSecret"
    assert Client(app).join("NEW-1")["role"] == "owner"


@pytest.mark.parametrize("secret", [7, "short", "x" * 201, ["a list of things"]])
def test_secret__of_another_kind_is_refused_and_not_quoted(client, secret):
    answer = client.ask("join", {"room": "KIWI-42", "model": MODEL, "member": {**ADA, "secret": secret}})
    assert answer["error"]["code"] == "badRequest"
    assert str(secret) not in str(answer)


def test_presence__tells_who_is_here(client, other):
    client.join(member=ADA)
    third = Client(client.app)
    third.join(member=BEN)
    assert other.told_of(here=3) == [row(ADA, 0), row(BEN, 0)]
    third.add("cat")
    third.leave()
    assert other.told_of(here=2) == [row(ADA, 0), row(BEN, 1, here=False)]
    third = Client(client.app)
    third.join(member={"id": "device-3", "name": ""})
    nameless = {"id": "device-3", "name": ""}
    assert other.told_of(here=3) == [row(ADA, 0), row(BEN, 1, here=False), row(nameless, 0)]
    client.ask("muteContributor", {"contributor": "device-3", "muted": True})
    third.leave()
    assert other.told_of(here=2)[-1] == row(nameless, 0, here=False, muted=True)


@pytest.mark.parametrize("with_snapshot", [False, True])
def test_contributors__survive_a_restart(make_app, store, with_snapshot):
    app = make_app(store)
    client, other = Client(app), Client(app)
    client.join(member=ADA)
    contributor = other.join()["contributor"]
    client.add("cat", id="one")
    other.add("dog", id="two")
    assert ADA["secret"] not in str(store.load("KIWI-42")), "a hash is kept"
    if with_snapshot:
        app.rooms.find("KIWI-42").journal.write_snapshot()
    again = Client(make_app(store))
    assert again.join(member=BEN)["contributors"] == [row(ADA, 1, here=False), row(BEN, 0)]
    assert by(again) == {"one": "device-1", "two": contributor}
    refused = again.ask("join", {"room": "KIWI-42", "model": MODEL, "member": {**ADA, "secret": BEN["secret"]}})
    assert refused["error"]["code"] == "wrongSecret"
    assert again.join(member=ADA)["contributor"] == "device-1"


def test_contributors__are_forgotten_where_they_did_nothing_and_many_came_after_them(monkeypatch):
    monkeypatch.setattr(contributors, "MAX_IDLE", 3)
    monkeypatch.setattr(contributors, "MAX_LISTED", 1)
    many = Contributors()
    many.joined("teaches", "A", "hash")
    many.example_added("one", "teaches")
    for number in range(5):
        many.joined(str(number), "x", "hash")
    assert [many.accepts(key, "") for key in ("teaches", "0", "1", "2", "3", "4")] == [False, True, True, *[False] * 3]
    assert [each["id"] for each in many.listed(here={"4"})] == ["4"]
    again = Contributors()
    again.from_json(many.to_json())
    assert again.listed(here={"4"}) == many.listed(here={"4"})


def test_contributor__who_is_here_is_never_forgotten_and_nobody_takes_their_id(monkeypatch, client, other):
    monkeypatch.setattr(contributors, "MAX_IDLE", 3)
    other.join(member=BEN)
    many = Client(client.app)
    for number in range(9):
        many.join(member={"id": str(number), "name": "x", "secret": "a secret of nobody's"})
    thief = Client(client.app)
    stolen = {**BEN, "secret": "a thief's own secret"}
    assert thief.ask("join", {"room": "KIWI-42", "model": MODEL, "member": stolen})["error"]["code"] == "wrongSecret"
    assert [each["id"] for each in client.join()["contributors"]] == ["device-2", "8"]
    state = client.app.rooms.find("KIWI-42")._state
    assert len(state.contributors.to_json()["known"]) == 3
    state.contributors._known.clear()  # as after a change that failed: what is kept may know less than who is here
    assert thief.ask("join", {"room": "KIWI-42", "model": MODEL, "member": stolen})["error"]["code"] == "wrongSecret"


def test_contributor__an_owner_whose_id_somebody_else_took_comes_in_without_it(client, other):
    other.join(member=BEN)
    taken = {**BEN, "secret": "the owner's own secret"}
    again = Client(client.app)
    answer = again.join(member=taken, secret=client.secrets["KIWI-42"])
    assert answer["role"] == "owner"
    assert answer["contributor"].startswith("~")
    request = {"room": "KIWI-42", "model": MODEL, "member": taken, "secret": "no secret of the owner's"}
    assert other.ask("join", request)["error"]["code"] == "wrongSecret"
