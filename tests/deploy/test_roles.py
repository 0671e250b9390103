"""What an owner does at one worker holds at the other: mutes, removals, access, closing; and who is there."""

import pytest

from server.store import rows
from tests.support.server import MODEL, PICTURE, Client, embedding_bytes, until

ADA = {"id": "device-1", "name": "Ada", "secret": "a secret of Ada's own"}
BEN = {"id": "device-2", "name": "Ben", "secret": "a secret of Ben's own"}
LONG_AGO = 1.7e9


@pytest.fixture
def workers(start_worker):
    return start_worker(), start_worker()


@pytest.fixture
def owner(workers):
    """Ada at the first worker, who owns the room."""
    owner = Client(workers[0])
    owner.join(member=ADA)
    return owner


@pytest.fixture
def ben(workers, owner):
    """Ben at the second worker, with one example."""
    ben = Client(workers[1])
    ben.join(member=BEN)
    assert ben.add("ben", id="of ben")["ok"]
    owner.told_of(2)
    return ben


def code(answer):
    return "ok" if answer["ok"] else answer["error"]["code"]


def join(client, **more):
    return code(client.ask("join", {"room": "KIWI-42", "model": MODEL, **more}))


def contributors(client):
    """The names of those who are here, and of those who are muted, as a client was told the last time."""
    told = client.received("presence")
    if not told:
        return None
    rows = told[-1]["contributors"]
    return {row["name"] for row in rows if row["here"]}, {row["name"] for row in rows if row["muted"]}


def lose_messages(*workers):
    for worker in workers:
        worker.app._bus.publish = lambda message: None


def test_a_mute_at_one_worker_refuses_at_the_other_at_once(workers, owner, ben):
    lose_messages(*workers)
    for muted in (True, False) * 5:
        assert owner.ask("muteContributor", {"contributor": "device-2", "muted": muted})["ok"]
        assert code(ben.add("ben")) == ("muted" if muted else "ok")
    assert ben.ask("classify", {}, embedding_bytes(1))["label"] == "ben"


def test_everyone_is_told_of_a_mute(owner, ben):
    assert owner.ask("muteContributor", {"contributor": "device-2", "muted": True})["ok"]
    for client in (owner, ben):
        until(lambda client=client: contributors(client) == ({"Ada", "Ben"}, {"Ben"}), "all are told")


def test_who_is_removed_at_one_worker_is_put_out_at_the_other(workers, owner, ben):
    second = Client(workers[1])
    second.join(member=BEN)
    answer = owner.ask("removeContributor", {"contributor": "device-2"})
    assert [(row["name"], row["here"]) for row in answer["contributors"]] == [("Ada", True), ("Ben", False)]
    for client in (ben, second):
        until(lambda client=client: client.received("removedFromRoom") == [{}], "they are told")
        assert code(client.add("ben")) == "notJoined"
        assert join(client, member=BEN) == "removedFromRoom"
    assert owner.told_of(1)[0]["name"] == "Ada"
    assert owner.ask("getCountByLabel", {})["countByLabel"] == {"ben": 1}


@pytest.mark.parametrize("event", ["addExample", "classify"])
def test_who_is_removed_can_do_nothing_at_the_other_worker_although_no_message_came(workers, owner, ben, event):
    lose_messages(*workers)
    assert owner.ask("removeContributor", {"contributor": "device-2"})["ok"]
    data = {"id": "one more", "label": "ben"} if event == "addExample" else {}
    assert code(ben.ask(event, data, embedding_bytes(1))) == "notJoined"
    assert owner.ask("getCountByLabel", {})["countByLabel"] == {"ben": 1}


def test_an_owner_at_the_other_worker_is_neither_muted_nor_removed(workers, owner, ben):
    again = Client(workers[1])
    again.join(member={"id": "device-3", "name": "Cy"}, secret=owner.secrets["KIWI-42"])
    owner.told_of(3)
    for event in ("muteContributor", "removeContributor"):
        assert code(owner.ask(event, {"contributor": "device-3", "muted": True})) == "badRequest"


@pytest.mark.parametrize("are_lost", [False, True])
def test_a_room_that_is_closed_at_one_worker_is_gone_at_the_other(workers, owner, ben, are_lost):
    if are_lost:
        lose_messages(*workers)
    assert owner.ask("closeRoom", {})["ok"]
    if are_lost:
        assert code(ben.add("ben")) == "roomClosed"
    until(lambda: {"room": "KIWI-42"} in ben.received("roomClosed"), "they are told")
    assert code(ben.add("ben")) == "notJoined"
    assert workers[1].rooms.peek("KIWI-42") is None
    assert workers[0].test_client().get("/api/rooms/KIWI-42").status_code == 404


def test_a_room_that_was_made_anew_is_not_mixed_with_a_copy_of_the_one_before(workers, owner, ben):
    """However many facts it has: as many, and more, than the copy."""
    lose_messages(*workers)
    before = ben.join(member=BEN)["epoch"]
    ben.leave()
    assert workers[1].rooms.peek("KIWI-42") is not None
    assert owner.ask("closeRoom", {})["ok"]
    owner.join(member=ADA)
    for number in range(20):
        assert owner.add("new", id=str(number))["ok"]
    workers[1].rooms.keep_snapshot(workers[1].rooms.peek("KIWI-42"))
    late = Client(workers[1])
    answer = late.join()
    assert answer["epoch"] != before
    assert [(row["label"], row["count"]) for row in answer["labels"]] == [("new", 20)]
    assert owner.ask("getCountByLabel", {})["countByLabel"] == {"new": 20}


def test_presence_has_the_people_of_all_workers(workers, owner, ben):
    nameless = Client(workers[0])
    nameless.join()
    for client in (owner, ben, nameless):
        told = client.told_of(3)
        assert [(row["name"], row["count"], row["here"]) for row in told] == [("Ada", 0, True), ("Ben", 1, True)]
    assert [row["name"] for row in nameless.join()["contributors"]] == ["Ada", "Ben"]
    ben.leave()
    assert [(row["name"], row["here"]) for row in owner.told_of(2)] == [("Ada", True), ("Ben", False)]


def test_the_clients_of_both_workers_get_the_same_announcements(workers, owner, ben):
    watchers = [Client(worker) for worker in workers]
    for watcher in watchers:
        watcher.join()
        watcher.received()
    assert owner.ask("setAccess", {"level": "editAll", "thumbnails": True})["ok"]
    assert ben.add("owl", id="a", thumbnail=PICTURE)["ok"]
    assert owner.ask("addLabel", {"label": "fox", "emoji": "🦊"})["ok"]
    assert ben.ask("removeExample", {"id": "of ben"})["ok"]
    given_back = {"id": "of ben", "label": "owl", "by": "device-2"}
    assert owner.ask("addExample", given_back, embedding_bytes(2))["ok"]
    assert owner.ask("configure", {"k": 5})["ok"]
    assert ben.ask("renameLabel", {"from": "owl", "to": "bird"})["ok"]
    heard = []
    for watcher in watchers:
        found = []
        until(lambda found=found, watcher=watcher: found.extend(watcher.received()) or len(found) == 7, "all is told")
        heard.append(found)
    assert heard[0] == heard[1]
    names = [data["by"]["name"] for _, data in heard[0]]
    assert names == ["Ada", "Ben", "Ada", "Ben", "Ada", "Ada", "Ben"]


def test_a_thumbnail_is_served_by_either_worker_and_by_none_once_they_are_off(workers, owner, ben):
    assert owner.ask("setAccess", {"thumbnails": True})["ok"]
    assert ben.add("ben", id="a", thumbnail=PICTURE)["ok"]

    def statuses():
        path = "/api/rooms/KIWI-42/thumbnails/a"
        return [worker.test_client().get(path, headers=owner.bearer()).status_code for worker in workers]

    assert statuses() == [200, 200]
    assert owner.ask("setAccess", {"thumbnails": False})["ok"]
    assert statuses() == [404, 404]


def test_a_room_is_not_ended_while_somebody_is_in_it_at_another_worker(workers, owner, ben):
    storage = workers[0].rooms._storage._store
    owner.leave()

    def pretend_unused():
        storage._committer.run(lambda connection: rows.touch_room(connection, "KIWI-42", LONG_AGO))

    pretend_unused()
    workers[1].app._term._note_used(LONG_AGO + 1)
    assert not workers[0].rooms.end("KIWI-42", LONG_AGO + 1)
    pretend_unused()
    assert Client(workers[1]).join(member=BEN)["labels"], "who comes in uses the room"
    assert not workers[0].rooms.end("KIWI-42", LONG_AGO + 1)
    pretend_unused()
    assert workers[0].rooms.end("KIWI-42", LONG_AGO + 1)
