"""Rooms that are kept by the real store: they come back as they were, from facts or from a snapshot."""

import gc
import random
import weakref

import numpy as np
import pytest

from server.knn import KNN
from server.knn.model import Model
from server.rooms import dataset
from server.rooms.change_log import Cursor
from server.rooms.dataset import RoomContent
from server.rooms.insights_thread import InsightsThread
from server.rooms.people.members import Member
from server.rooms.room import Room
from server.rooms.rooms import Rooms
from server.settings import Settings
from server.store.store import Store
from tests.rooms.test_sync import FailingStorage
from tests.support.server import MODEL, Client

D = 6


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "data")
    yield store
    store.close()


def open_room(store):
    return Room("KIWI-42", Settings(), store, lambda *_: None, InsightsThread())


def everything(room):
    """All that a room can say of itself."""
    pages, cursor = [], None
    while True:
        page = room.sync(0, cursor)
        pages.append(page)
        if "cursor" not in page:
            break
        cursor = Cursor.parse(page["cursor"])
    contributors = room._state.contributors.to_json()
    return (
        {**room.snapshot(), "contributors": contributors},
        pages,
        dataset.to_json(room.content()),
        room.sync(room.counts()["revision"] - 3, None),
    )


def change(room, rng):
    """Something that a person does, at random."""
    labels = list(room.counts()["countByLabel"])
    ids = [example["id"] for example in room.content().dataset["examples"]]
    kind = rng.randrange(12)
    label = rng.choice([*labels, f"class {rng.randrange(8)}"])
    if kind < 5 or not ids:
        embedding = np.array([rng.random() for _ in range(D)], np.float32)
        restored = rng.random() < 0.2
        room.add_example(
            embedding,
            label,
            f"id\ud800{rng.randrange(200)}",
            rng.choice([None, "g"]),
            None,
            restored,
            sid=rng.choice(["one", "two", None]),
        )
    elif kind == 5:
        room.remove_example(rng.choice(ids))
    elif kind == 6:
        room.classes.rename_label(rng.choice(labels), f"class {rng.randrange(8)}")
    elif kind == 7 and rng.random() < 0.3:
        room.classes.clear_label(rng.choice(labels))
    elif kind == 8:
        room.look.style_label(rng.choice(labels), {"colour": rng.randrange(12), "emoji": "🐝"})
    elif kind == 9:
        room.look.order_labels(rng.sample(labels, len(labels)))
        room.look.name_project(f"name {rng.randrange(9)}")
    elif kind == 10:
        room.configure({"k": rng.randrange(1, 9)})
        room.note_removals([f"id{rng.randrange(9)}"], [f"class {rng.randrange(12)}"])
    elif rng.random() < 0.2:
        content = room.content()
        kept = KNN.from_dataset(content.dataset)
        kept.add_example(np.ones(D, np.float32), "from a file", "from a file")
        room.replace(RoomContent(content.model, kept.to_dataset(), content.styles, "file"))


@pytest.mark.parametrize("seed", range(8))
def test_a_room_comes_back_as_it_was(store, seed):
    rng = random.Random(seed)
    room = open_room(store)
    for _ in range(5):
        room.enter("one", Model("test-model", D), Member("device-1", "Ada", "a hash"))
        room.enter("two", Model("test-model", D), Member("device-2", f"Ben {rng.randrange(2)}"))
        for _ in range(rng.randrange(1, 40)):
            change(room, rng)
        room.journal.kept.result()
        if rng.random() < 0.6:
            room.journal.write_snapshot()
            assert store.load("KIWI-42").facts == []
        before, room = everything(room), open_room(store)
        assert everything(room) == before
        assert room.journal.kept is None, "opening changes nothing"


def test_a_room_that_was_only_looked_at_is_not_kept(store):
    open_room(store).snapshot()
    assert store.rooms() == []


def test_a_room_that_was_made_over_http_stays_its_owners(make_app, store):
    """The owner joins, reloads before anything is taught, and somebody else is faster."""
    app = make_app(store)
    made = app.test_client().post("/api/rooms").json
    owner = Client(app)
    assert owner.join(made["room"], secret=made["ownerSecret"])["role"] == "owner"
    owner.leave()
    for each in (app, app, make_app(store)):
        pupil, owner = Client(each), Client(each)
        assert pupil.join(made["room"])["role"] == "member"
        assert owner.join(made["room"], secret=made["ownerSecret"])["role"] == "owner"
        for client in (pupil, owner):
            client.leave()
        each.rooms.forget_empty()
        each.rooms.forget_empty()


def test_what_was_removed_is_gone_from_the_disk_after_a_snapshot(store, tmp_path):
    room = open_room(store)
    room.enter("one", Model("test-model", D))
    embedding = np.array([0.123, 0.456, 0.789, 0.321, 0.654, 0.987], np.float32)
    room.add_example(embedding, "a secret class", "secret-id")
    room.add_example(np.ones(D, np.float32), "cat", "kept-id")
    room.classes.clear_label("a secret class")
    room.journal.write_snapshot()
    files = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    assert np.ones(D, np.float32).tobytes() in files
    assert embedding.tobytes() not in files
    assert open_room(store).counts()["countByLabel"] == {"cat": 1}


def test_a_snapshot_is_asked_for_once_many_facts_have_come(store, monkeypatch):
    monkeypatch.setattr("server.rooms.journal.SNAPSHOT_FACTS", 5)
    room = open_room(store)
    room.enter("one", Model("test-model", D))
    for number in range(2):
        room.add_example(np.ones(D, np.float32), "cat", str(number))
    assert not room.journal.needs_snapshot
    room.add_example(np.ones(D, np.float32), "cat", "one more")
    assert room.journal.needs_snapshot
    room.journal.write_snapshot()
    assert not room.journal.needs_snapshot


def test_memory_has_a_budget_over_all_rooms(store):
    rooms = Rooms(Settings(memory_bytes=200_000, examples_per_room=1000), store, lambda *_: None)
    for number in range(12):
        room = rooms.open(f"ROOM-{number}")
        room.enter("one", Model("test-model", D))
        for each in range(20):
            room.add_example(np.ones(D, np.float32), "cat", str(each))
        room.members.leave("one")
    assert len(rooms) < 6, "each takes 50 kB"
    for number in range(12):
        assert rooms.open(f"ROOM-{number}").counts()["countByLabel"] == {"cat": 20}


def test_a_kept_room_is_found_again_after_a_restart_and_no_other(make_app, store):
    client = Client(make_app(store))
    client.join()
    client.add("cat")
    http = make_app(store).test_client()
    assert http.get("/api/rooms/KIWI-42").json == {
        "ok": True,
        "room": "KIWI-42",
        "classes": 1,
        "examples": 1,
        "here": 0,
    }
    assert http.get("/api/rooms/KIWI-42/dataset", headers=client.bearer()).json["labels"] == ["cat"]
    assert http.get("/api/rooms/PLUM-1").json["error"]["code"] == "noSuchRoom"
    assert [room.code for room in store.rooms()] == ["KIWI-42"]


def test_an_upload_that_can_not_be_kept_leaves_the_room_and_its_clients_as_they_were(make_app):
    storage = FailingStorage()
    app = make_app(storage)
    client = Client(app)
    client.join()
    client.add("cat")
    content = app.test_client().get("/api/rooms/KIWI-42/dataset", headers=client.bearer()).data
    client.ask("clearLabel", {"label": "cat"})
    storage.fails = True
    answer = app.test_client().put("/api/rooms/KIWI-42/dataset", data=content, headers=client.bearer())
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "notSaved")
    assert client.received("labelCleared") == []
    assert client.ask("getCountByLabel", {})["countByLabel"] == {}
    assert client.add("dog")["ok"]
    assert Client(make_app(storage)).join()["labels"][0]["label"] == "dog"


def test_a_room_whose_first_change_can_not_be_kept_stays_its_owners_and_everyone_who_they_are(make_app):
    storage = FailingStorage()
    app = make_app(storage)
    ada = {"id": "device-1", "name": "Ada", "secret": "a secret of Ada's own"}
    owner = Client(app)
    secret = owner.join(member=ada)["ownerSecret"]
    storage.fails = True
    assert owner.add("cat")["error"]["code"] == "notSaved"
    for more in ({"secret": "a guess at the owner's"}, {"member": {**ada, "secret": "a thief's own secret"}}):
        refused = Client(app).ask("join", {"room": "KIWI-42", "model": MODEL, **more})
        assert refused["error"]["code"] == "wrongSecret"
    assert Client(app).join()["role"] == "member"
    refused = Client(app).ask("join", {"room": "KIWI-42", "model": {**MODEL, "id": "other"}})
    assert refused["error"]["code"] == "wrongModel"
    assert owner.add("cat")["ok"]
    again = make_app(storage)
    assert Client(again).join(secret=secret, member=ada)["role"] == "owner"


@pytest.mark.parametrize("way", ["for another room", "deleted"])
def test_a_room_that_leaves_memory_frees_it_at_once(store, way):
    """Not when Python next looks for cycles: until then the rooms would take more than ``memory_bytes``."""
    rooms = Rooms(Settings(rooms=1), store, lambda *_: None)
    room = rooms.open("KIWI-42")
    room.enter("first", Model("tiny", 2))
    room.add_example(np.array([1, 0], np.float32), "cat", "example-1")
    room.members.leave("first")
    classifier = weakref.ref(room._state.knn)
    gc.disable()
    try:
        if way == "deleted":
            room.journal.delete()
            rooms._let_go(room)
        del room
        rooms.open("LIME-10")
        assert classifier() is None
    finally:
        gc.enable()
