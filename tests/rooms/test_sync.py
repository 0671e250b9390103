"""``sync``: a client that missed changes gets exactly those. And what is stored of them."""

import random
import sys
from concurrent.futures import Future

import pytest

from server.contract.errors import ContractError
from server.rooms.change_log import ChangeLog, Cursor
from server.rooms.room_state import PACKED_SIZE
from server.rooms.storage import Fact, MemoryStorage, StorageError, StoredRoom
from tests.api.test_hostile import BAD
from tests.support.server import Client, embedding_bytes


def ids(answer):
    return [example["id"] for example in answer["examples"]]


def test_sync__from_the_start_lists_everything(client):
    contributor = client.join()["contributor"]
    client.ask("addExample", {"id": "one", "label": "cat", "group": "g"}, embedding_bytes(1, 2))
    client.ask("addExample", {"id": "two", "label": "dog"}, embedding_bytes(3))
    client.ask("addLabel", {"label": "owl", "colour": 7, "emoji": "🦉"})
    client.ask("nameProject", {"name": "Animals"})
    assert client.ask("sync", {"since": 0}) == {
        "ok": True,
        "revision": 4,
        "project": {"name": "Animals"},
        "labels": [
            {"label": "cat", "count": 1, "colour": 0, "emoji": None},
            {"label": "dog", "count": 1, "colour": 1, "emoji": None},
            {"label": "owl", "count": 0, "colour": 7, "emoji": "🦉"},
        ],
        "examples": [
            {"id": "one", "label": "cat", "group": "g", "embedding": embedding_bytes(1, 2), "by": contributor},
            {"id": "two", "label": "dog", "group": None, "embedding": embedding_bytes(3), "by": contributor},
        ],
        "removed": [],
        "full": False,
    }


def test_sync__lists_only_what_changed_since(client):
    for name in ("one", "two", "three"):
        client.ask("addExample", {"id": name, "label": name}, embedding_bytes(1))
    assert ids(client.ask("sync", {"since": 1})) == ["two", "three"]
    client.ask("renameLabel", {"from": "one", "to": "first"})
    client.ask("removeExample", {"id": "two"})
    answer = client.ask("sync", {"since": 3})
    assert (ids(answer), answer["removed"], answer["full"]) == (["one"], ["two"], False)
    assert answer["examples"][0]["label"] == "first"
    answer = client.ask("sync", {"since": 5})
    assert (ids(answer), answer["removed"], answer["revision"]) == ([], [], 5)


def test_sync__renaming_keeps_the_order_of_arrival(client):
    for number in range(4):
        client.ask("addExample", {"id": str(number), "label": "ab"[number % 2]}, embedding_bytes(1))
    client.ask("renameLabel", {"from": "a", "to": "b"})
    assert ids(client.ask("sync", {"since": 4})) == ["0", "2"]
    assert ids(client.ask("sync", {"since": 0})) == ["1", "3", "0", "2"]


def test_sync__an_example_that_was_added_again_is_not_removed(client):
    client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))
    client.ask("removeExample", {"id": "one"})
    client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(2))
    answer = client.ask("sync", {"since": 1})
    assert (ids(answer), answer["removed"]) == (["one"], [])


def test_sync__clearing_removes_all(client):
    for number in range(3):
        client.ask("addExample", {"id": str(number), "label": "ab"[number % 2]}, embedding_bytes(1))
    client.ask("clearLabel", {"label": "a"})
    assert client.ask("sync", {"since": 3})["removed"] == ["0", "2"]
    client.ask("clearAllLabels", {})
    assert client.ask("sync", {"since": 3})["removed"] == ["0", "2", "1"]


def test_sync__in_pages_that_socket_io_takes(client):
    for number in range(25):
        client.ask("addExample", {"id": str(number), "label": "cat"}, embedding_bytes(1, number))
    client.ask("removeExample", {"id": "7"})
    pages, cursor = [], None
    while True:
        pages.append(client.ask("sync", {"since": 0, **({"cursor": cursor} if cursor else {})}))
        cursor = pages[-1].get("cursor")
        if not cursor:
            break
    assert [len(page["examples"]) for page in pages] == [10, 10, 4]
    assert [name for page in pages for name in ids(page)] == [str(n) for n in range(25) if n != 7]
    assert [page["removed"] for page in pages] == [[], [], ["7"]]
    assert "cursor" not in pages[-1]


def test_sync__packed_pages_hold_what_the_others_hold(client):
    for number in range(PACKED_SIZE + 25):
        client.ask("addExample", {"id": str(number), "label": "cat"}, embedding_bytes(1, number))
    client.ask("removeExample", {"id": "7"})
    first = client.ask("sync", {"since": 0, "packed": True})
    last = client.ask("sync", {"since": 0, "cursor": first["cursor"], "packed": True})
    assert [len(page["examples"]) for page in (first, last)] == [PACKED_SIZE, 24]
    assert ids(first) + ids(last) == [str(n) for n in range(PACKED_SIZE + 25) if n != 7]
    by = client.join()["contributor"]
    assert first["examples"][0] == {"id": "0", "label": "cat", "group": None, "by": by}
    size = len(embedding_bytes(1))
    assert [last["embeddings"][at : at + size] for at in range(0, 24 * size, size)] == [
        embedding_bytes(1, n) for n in range(PACKED_SIZE + 1, PACKED_SIZE + 25)
    ]
    assert (first["removed"], last["removed"], "cursor" in last) == ([], ["7"], False)
    assert "embeddings" not in client.ask("sync", {"since": last["revision"], "packed": True})


def test_page__costs_its_own_size_wherever_it_is():
    log = ChangeLog(max_tombstones=20_000)
    log.record(1, changed=[f"a{n}" for n in range(20_000)])
    log.record(2, removed=[f"a{n}" for n in range(10_000)])
    log.record(3, changed=["last"])
    cursor = log.page(since=0, cursor=None, size=9_990).cursor
    # Jumps within a line count: there is one for each example that a comprehension looks at.
    steps = 0

    def count(frame, event, _arg):
        nonlocal steps
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        page = log.page(since=2, cursor=cursor, size=100)
    finally:
        sys.settrace(before)
    assert (len(page.ids), page.cursor) == (11, None)
    assert steps < 5_000


def test_sync__ahead_of_the_server_is_full(client):
    client.add("cat")
    answer = client.ask("sync", {"since": 9})
    assert (answer["full"], len(answer["examples"]), answer["revision"]) == (True, 1, 1)


def test_sync__from_before_a_forgotten_removal_is_full(make_app):
    client = Client(make_app(examples_per_room=3, requests_per_second=1000))
    client.join()
    for number in range(5):
        client.ask("addExample", {"id": str(number), "label": "cat"}, embedding_bytes(1))
        client.ask("removeExample", {"id": str(number)})
    client.ask("addExample", {"id": "kept", "label": "cat"}, embedding_bytes(1))
    # Three of five removals are remembered: those of revisions 6, 8 and 10.
    remembered = client.ask("sync", {"since": 4})
    assert (remembered["full"], remembered["removed"]) == (False, ["2", "3", "4"])
    forgotten = client.ask("sync", {"since": 3})
    assert (forgotten["full"], ids(forgotten)) == (True, ["kept"])


@pytest.mark.parametrize("cursor", ["", "p1", "x1.1", "p1.-1", "p1.1 ", "p" + "9" * 16 + ".1", 1, [], {}])
def test_page__bad_cursor(cursor):
    with pytest.raises(ContractError, match="cursor"):
        ChangeLog(10).page(0, Cursor.parse(cursor), 10)


@pytest.mark.parametrize("seed", range(40))
def test_pages__add_up_with_any_changes_between_them(seed):
    """A replica that syncs now and then, while the room changes between pages, becomes the same as the room."""
    random_ = random.Random(seed)
    log = ChangeLog(max_tombstones=random_.choice([2, 1000]))
    alive: list[str] = []
    replica: set[str] = set()
    known = 0

    def change():
        revision = log.revision + 1
        draw = random_.random()
        if draw < 0.5 or not alive:
            alive.append(f"{revision}")
            log.record(revision, changed=alive[-1:])
        elif draw < 0.8:
            log.record(revision, changed=random_.sample(alive, random_.randint(1, len(alive))))
        else:
            removed = random_.sample(alive, random_.randint(1, min(3, len(alive))))
            for example_id in removed:
                alive.remove(example_id)
            log.record(revision, removed=removed)

    def sync(is_changing):
        nonlocal known, replica
        listed, cursor = set(), None
        while True:
            page = log.page(known, cursor, 3)
            listed |= set(page.ids)
            cursor = page.cursor
            if cursor is None:
                replica = listed if page.full else replica | listed
                replica -= set(page.removed)
                known = log.revision
                return
            for _ in range(random_.randint(0, 2) if is_changing else 0):
                change()
            is_changing = (
                is_changing and random_.random() < 0.9
            )  # so that it ends, though everything may change at every page

    for _ in range(30):
        for _ in range(random_.randint(0, 6)):
            change()
        if log._max_tombstones == 1000:
            sync(is_changing=True)
            assert replica == set(alive)
        else:  # with few tombstones, removals between pages can be missed; removals before them can't
            sync(is_changing=False)
            assert replica == set(alive)


class ListStorage(MemoryStorage):
    """Keeps rooms in lists: the least that a storage must do."""

    is_durable = True
    is_shared = False
    identity = "5eb1e0f0"

    def __init__(self):
        self.facts = {}

    def append(self, room, facts, after=None):
        assert after == len(self.facts.get(room, ()))
        self.facts.setdefault(room, []).extend(Fact(event, dict(data)) for event, data in facts)
        done = Future()
        done.set_result(len(self.facts[room]))
        return done

    def load(self, room):
        facts = self.facts.get(room)
        return facts and StoredRoom(room, len(facts), None, list(facts), 0.0, 0.0)

    def exists(self, room):
        return room in self.facts

    def write_snapshot(self, room, seq, state, embedding_keys, life=None):
        return True

    def attachment(self, room, seq, name):
        return self.facts[room][seq - 1].data.get(name)

    def delete_attachments(self, room):
        for fact in self.facts.get(room, ()):
            fact.data.pop("thumbnail", None)

    def delete(self, room):
        return self.facts.pop(room, None) is not None


def test_storage__a_room_is_the_sum_of_its_facts(make_app):
    storage = ListStorage()
    client = Client(make_app(storage, requests_per_second=1000))
    client.join()
    for number in range(6):
        client.ask(
            "addExample", {"id": str(number), "label": "abc"[number % 3], "group": "g"}, embedding_bytes(1, number)
        )
    client.ask("renameLabel", {"from": "a", "to": "b"})
    client.ask("removeExample", {"id": "1"})
    client.ask("addLabel", {"label": "d"})
    client.ask("clearLabel", {"label": "c"})
    client.ask("configure", {"k": 2})
    client.ask("orderLabels", {"labels": ["d"]})
    client.ask("styleLabel", {"label": "b", "colour": 9, "emoji": "🐝"})
    client.ask("nameProject", {"name": "Letters"})
    client.ask("addLabel", {"label": "e", "restored": True})
    client.ask("noteRemovals", {"ids": ["gone"], "labels": ["e", "f"]})
    before = client.join(), client.ask("sync", {"since": 0})

    again = Client(make_app(storage, requests_per_second=1000))
    answer = again.join()
    assert {**answer, "role": "owner", "contributor": before[0]["contributor"]} == before[0]
    assert again.ask("sync", {"since": 0}) == before[1]
    stranger = Client(make_app(storage, requests_per_second=1000))
    refused = stranger.ask("join", {"room": "KIWI-42", "model": {"id": "x", "dimension": 1}})
    assert refused["error"]["code"] == "wrongModel"


class FailingStorage(ListStorage):
    """Fails at the next append where ``fails`` is set, as with a full disk."""

    fails = False

    def append(self, room, facts, after=None):
        if self.fails:
            self.fails = False
            failed = Future()
            failed.set_exception(StorageError("notSaved", came="the disk is full"))
            return failed
        return super().append(room, facts, after)

    def refuse(self, *_):
        raise StorageError("notSaved", came="the disk is full")


CHANGES = {
    "addExample": ({"id": "new", "label": "dog"}, embedding_bytes(0, 1)),
    "removeExample": ({"id": "one"},),
    "addLabel": ({"label": "owl"},),
    "renameLabel": ({"from": "cat", "to": "lion"},),
    "clearLabel": ({"label": "cat"},),
    "clearAllLabels": ({},),
    "configure": ({"k": 5},),
}


@pytest.mark.parametrize("event", CHANGES)
def test_storage__failure_leaves_the_room_as_it_was_and_a_retry_is_stored(make_app, event):
    storage = FailingStorage()
    app = make_app(storage, requests_per_second=1000)
    client, other = Client(app), Client(app)
    client.join()
    client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))
    other.join()
    other.received()
    before = {**client.join(), **client.ask("sync", {"since": 0})}

    storage.fails = True
    assert client.ask(event, *CHANGES[event]) == {
        "ok": False,
        "error": ContractError("notSaved", came="the disk is full").as_dict(),
    }
    assert {**client.join(), **client.ask("sync", {"since": 0})} == before
    assert other.received() == []

    assert client.ask(event, *CHANGES[event])["ok"]
    assert len(other.received()) == 1
    after = {**client.join(), **client.ask("sync", {"since": 0})}
    assert after != before
    again = Client(make_app(storage, requests_per_second=1000))
    loaded = {**again.join(), **again.ask("sync", {"since": 0})}
    # A newcomer is no owner, and somebody else.
    assert {**loaded, "role": "owner", "contributor": after["contributor"]} == after


@pytest.mark.parametrize(("event", "args", "_code"), [bad for bad in BAD if bad[0] in CHANGES])
def test_storage__never_gets_what_is_refused(make_app, event, args, _code):
    storage = ListStorage()
    client = Client(make_app(storage, requests_per_second=1000))
    client.join()
    client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))
    before = storage.load("KIWI-42").facts
    assert not client.ask(event, *args)["ok"]
    assert len(storage.load("KIWI-42").facts) == len(before) == 4
