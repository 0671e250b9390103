"""A change that is sent again, because its answer was lost, counts once, whatever others did meanwhile."""

import pytest

from server.rooms import last_changes
from server.rooms.last_changes import ChangeId, LastChanges
from server.store.store import Store
from tests.rooms.test_kept_rooms import open_room
from tests.support.server import Client, embedding_bytes

FIRST = {"sender": "page-1", "n": 1}


def content(client):
    answer = client.ask("sync", {"since": 0})
    examples = {example["id"]: example["label"] for example in answer["examples"]}
    return examples, [row["label"] for row in answer["labels"]]


@pytest.mark.parametrize(
    ("event", "data", "meanwhile", "expected"),
    [
        ("addExample", {"id": "new", "label": "cat"}, ("removeExample", {"id": "new"}), {"one": "cat"}),
        ("addLabel", {"label": "owl"}, ("clearLabel", {"label": "owl"}), {"one": "cat"}),
        ("removeExample", {"id": "one"}, ("addExample", {"id": "one", "label": "cat"}), {"one": "cat"}),
        ("clearLabel", {"label": "cat"}, ("addExample", {"id": "two", "label": "cat"}), {"two": "cat"}),
        ("clearAllLabels", {}, ("addExample", {"id": "two", "label": "cat"}), {"two": "cat"}),
        ("renameLabel", {"from": "cat", "to": "lion"}, ("addExample", {"id": "two", "label": "cat"}), None),
        ("orderLabels", {"labels": ["dog", "cat"]}, ("orderLabels", {"labels": ["cat", "dog"]}), {"one": "cat"}),
        ("noteRemovals", {"ids": ["one"], "labels": []}, ("addExample", {"id": "x", "label": "cat"}), None),
    ],
)
def test_change__sent_again_changes_nothing(client, other, event, data, meanwhile, expected):
    client.ask("setAccess", {"level": "editAll"})
    client.add("cat", id="one")
    client.ask("addLabel", {"label": "dog"})
    attachment = [embedding_bytes(1)] if event == "addExample" else []
    first = client.ask(event, {**data, "change": FIRST}, *attachment)
    assert (first["ok"], "again" in first) == (True, False)
    between = other.ask(meanwhile[0], meanwhile[1], *([embedding_bytes(2)] if meanwhile[0] == "addExample" else []))
    assert between["ok"]
    before = content(other)
    again = client.ask(event, {**data, "change": FIRST}, *attachment)
    counts = other.ask("getCountByLabel", {})
    assert again == {**counts, "again": True}
    assert content(other) == before
    if expected is not None:
        assert before[0] == expected


def test_change__that_was_refused_is_made_when_it_is_sent_again(client):
    data = {"from": "cat", "to": "lion", "change": FIRST}
    assert client.ask("renameLabel", data)["error"]["code"] == "noSuchLabel"
    client.add("cat", id="one")
    assert "again" not in client.ask("renameLabel", data)
    assert content(client) == ({"one": "lion"}, ["lion"])


def test_change__of_another_sender_or_number_is_another(client):
    for n, change in enumerate([FIRST, {**FIRST, "n": 2}, {"sender": "page-2", "n": 1}, None]):
        named = {} if change is None else {"change": change}
        answer = client.ask("addExample", {"id": f"e{n}", "label": "cat", **named}, embedding_bytes(n + 1))
        assert answer["countByLabel"] == {"cat": n + 1}


def test_change__is_not_told_to_others(client, other):
    client.ask("addExample", {"id": "one", "label": "cat", "change": FIRST}, embedding_bytes(1))
    announced = dict(other.received())
    assert "change" not in announced["exampleAdded"]
    assert "change" not in content(other)


def test_change__sent_again_after_it_was_forbidden_is_no_refusal(make_app):
    app = make_app()
    owner, guest = Client(app), Client(app)
    owner.join("OWNED-1")
    guest.join("OWNED-1")
    data = {"id": "one", "label": "cat", "change": FIRST}
    guest.ask("addExample", data, embedding_bytes(1))
    owner.ask("setAccess", {"locked": True})
    assert guest.ask("addExample", data, embedding_bytes(1))["again"]
    assert not guest.ask("addExample", {**data, "id": "two"} | {"change": {**FIRST, "n": 2}}, embedding_bytes(1))["ok"]


@pytest.mark.parametrize(
    "change",
    [7, "page-1", {}, {"sender": "page-1"}, {"sender": "", "n": 1}, {"sender": "p" * 1000, "n": 1}]
    + [{"sender": "page-1", "n": n} for n in (-1, 1.5, True, "1", None, 1 << 53)],
)
def test_change__of_another_kind_is_refused(client, change):
    answer = client.ask("addLabel", {"label": "cat", "change": change})
    assert answer["error"]["code"] == "badRequest"
    assert content(client) == ({}, [])


@pytest.mark.parametrize("with_snapshot", [False, True])
def test_change__is_remembered_by_a_room_that_was_closed(tmp_path, with_snapshot):
    store = Store.open(tmp_path / "data")
    room = open_room(store)
    with last_changes.requested(ChangeId("page-1", 1)):
        room.classes.add_label("cat")
    room.classes.clear_label("cat")
    if with_snapshot:
        room.journal.write_snapshot()
    store.close()
    store = Store.open(tmp_path / "data")
    room = open_room(store)
    with last_changes.requested(ChangeId("page-1", 1)), pytest.raises(last_changes.MadeBeforeError):
        room.classes.add_label("cat")
    assert room.counts()["countByLabel"] == {}
    store.close()


def test_last_changes__forget_who_sent_longest_ago():
    last = LastChanges()
    for n in range(last_changes.MAX_SENDERS):
        last.note(ChangeId(f"page-{n}", 1))
    last.note(ChangeId("page-0", 2))
    last.note(ChangeId("newest", 1))
    assert len(last.to_json()) == last_changes.MAX_SENDERS
    with last_changes.requested(ChangeId("page-1", 1)):
        assert last.check() == ChangeId("page-1", 1), "forgotten"
    for change in (ChangeId("page-0", 2), ChangeId("newest", 1)):
        with last_changes.requested(change), pytest.raises(last_changes.MadeBeforeError):
            last.check()
