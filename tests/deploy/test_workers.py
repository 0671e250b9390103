"""Two workers of one database and one Redis, in one process: they answer as one would."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.server import PICTURE, Client, D, embedding_bytes, until


@pytest.fixture
def workers(start_worker):
    return start_worker(), start_worker()


@pytest.fixture
def clients(workers):
    """A client at each worker, in one room."""
    clients = [Client(worker) for worker in workers]
    for client in clients:
        client.join()
    assert clients[0].ask("setAccess", {"level": "editAll", "thumbnails": True})["ok"]
    until(lambda: all(client.app.rooms.peek("KIWI-42").members.here == 2 for client in clients), "both are counted")
    for client in clients:
        client.received()
    return clients


def classify(client):
    return client.ask("classify", {"k": 1, "metric": "cosine", "unknownDistance": None}, embedding_bytes(1.0))


def changes(client, count):
    """What was announced, once it is so much."""
    found = []
    until(lambda: found.extend(client.received()) or len(found) >= count, f"{count} announcements")
    return found


def test_both_workers_have_one_room_with_one_owner(workers):
    answers = [Client(worker).join() for worker in workers]
    assert [answer["role"] for answer in answers] == ["owner", "member"]
    assert answers[0]["epoch"] == answers[1]["epoch"]
    assert answers[0]["secret"] == answers[1]["secret"]


def test_a_room_that_both_workers_open_at_once_is_one(workers):
    clients = [Client(worker) for worker in workers for _ in range(3)]
    for number in range(10):
        with ThreadPoolExecutor(len(clients)) as executor:
            answers = list(executor.map(Client.join, clients, [f"KIWI-{number}"] * len(clients)))
        assert len(answers) == len(clients)
        assert len({answer["epoch"] for answer in answers}) == 1
        assert sum(answer["role"] == "owner" for answer in answers) == 1


def test_what_one_worker_acknowledged_the_other_uses_at_once(clients):
    for number in range(100):
        teacher, pupil = clients[number % 2], clients[1 - number % 2]
        assert teacher.add(f"class {number % 7}", 1.0, number + 1.0, id=str(number))["ok"]
        answer = classify(pupil)
        assert answer["count"] == number + 1
        counts = pupil.ask("getCountByLabel", {})
        assert sum(counts["countByLabel"].values()) == counts["revision"] == number + 1


def test_a_change_that_one_worker_made_is_not_made_again_at_the_other(clients):
    one, two = clients
    change = {"id": "first", "label": "cat", "change": {"sender": "page-1", "n": 1}}
    assert one.ask("addExample", change, embedding_bytes(1.0))["ok"]
    assert two.ask("removeExample", {"id": "first"})["ok"]
    assert two.ask("addExample", change, embedding_bytes(1.0)) == {
        **{"ok": True, "again": True},
        **{"countByLabel": {"cat": 0}, "revision": 2},
    }
    (added,) = [data for event, data in changes(two, 1) if event == "exampleAdded"]
    assert "change" not in added


def test_announcements_come_once_in_order_and_say_who(clients):
    one, two = clients
    one.join(member={"id": "ada", "name": "Ada"})
    for number in range(40):
        assert one.add("cat", 1.0, number, id=f"one {number}", thumbnail=PICTURE)["ok"]
        if number % 4 == 0:
            assert two.ask("styleLabel", {"label": "cat", "emoji": "🐱" if number % 8 else "🐶"})["ok"]
    heard = changes(two, 40)
    assert [data["id"] for _, data in heard] == [f"one {number}" for number in range(40)]
    assert all(data["by"] == {"id": "ada", "name": "Ada"} for _, data in heard)
    assert all(data["thumbnail"] == PICTURE and len(data["embedding"]) == 4 * D for _, data in heard)
    assert [event for event, _ in changes(one, 10)] == ["labelStyled"] * 10


def test_changes_at_both_workers_at_once_have_one_order(workers):
    clients = [Client(worker) for worker in workers for _ in range(2)]
    for client in clients:
        client.join()
    watchers = [Client(worker) for worker in workers]
    for watcher in watchers:
        watcher.join()
    failures = []

    def teach(who):
        for number in range(30):
            answer = clients[who].add(f"class {who}", 1.0, number, id=f"{who} {number}")
            if not answer["ok"]:
                failures.append(answer)

    with ThreadPoolExecutor(len(clients)) as executor:
        list(executor.map(teach, range(len(clients))))
    assert failures == []
    for watcher in watchers:
        assert [data["revision"] for _, data in changes(watcher, 120)] == list(range(1, 121))
    assert [sum(watcher.ask("getCountByLabel", {})["countByLabel"].values()) for watcher in watchers] == [120, 120]


def test_presence_counts_the_clients_of_all_workers(workers):
    one, two = (Client(worker) for worker in workers)
    one.join()
    two.join()
    until(lambda: {"here": 2, "contributors": []} in one.received("presence"), "the first is told of the second")
    until(lambda: workers[1].test_client().get("/api/rooms/KIWI-42").json["here"] == 2, "the summary has both")
    one.leave()
    until(lambda: {"here": 1, "contributors": []} in two.received("presence"), "the second is told that the first left")


def test_a_data_set_that_one_worker_takes_reaches_the_clients_of_the_other(workers, clients):
    one, _ = clients
    one.add("cat", 1.0)
    http = workers[0].test_client()
    dataset = http.get("/api/rooms/KIWI-42/dataset", headers=one.bearer()).json
    answer = workers[1].test_client().put("/api/rooms/KIWI-42/dataset", headers=one.bearer(), json=dataset)
    assert answer.json["revision"] == 4
    until(lambda: ("changed", {"revision": 4}) in one.received(), "the client of the other worker is told to sync")
    assert one.ask("sync", {"since": 1})["revision"] == 4
    assert classify(one)["count"] == 1


def test_a_copy_that_missed_facts_which_a_snapshot_replaced_is_opened_again(workers, clients):
    one, two = clients
    stale = workers[1].rooms.peek("KIWI-42")
    workers[1].app._bus.publish = lambda message: None
    stale.journal.catch_up = lambda facts, extra: False
    one.add("cat", 1.0)
    workers[0].rooms.keep_snapshot(workers[0].rooms.peek("KIWI-42"))
    assert classify(two)["count"] == 1
    assert workers[1].rooms.peek("KIWI-42") is not stale
    assert ("changed", {"revision": 1}) in changes(two, 1)
    assert two.add("dog", 0.0, 1.0)["revision"] == 2


def test_without_redis_changes_arrive_all_the_same_and_afterwards_at_once(clients, redis_server):
    one, two = clients
    redis_server.kill()
    until(lambda: not two.app.app._bus.is_up, "the worker notices")
    assert one.add("cat", 1.0, id="meanwhile")["ok"]
    assert classify(two)["count"] == 1
    assert [data["id"] for _, data in changes(two, 1)] == ["meanwhile"]
    assert two.add("cat", 1.0, id="nobody asks")["ok"]
    assert [data["id"] for _, data in changes(one, 1)] == ["nobody asks"]
    redis_server.start()
    until(lambda: all(client.app.app._bus.is_up for client in clients), "both are back")
    assert one.add("cat", 1.0, id="afterwards")["ok"]
    assert [data["id"] for _, data in changes(two, 1)] == ["afterwards"]
