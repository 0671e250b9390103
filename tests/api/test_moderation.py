"""What an owner can do with the others: mute, remove, close; and that it lasts, whatever happens at the same time."""

import threading
from concurrent.futures import Future

import pytest

from server.contract.errors import ContractError
from server.rooms.people.contributors import Contributors
from server.rooms.storage import MemoryStorage, StorageError
from server.store.store import Store
from tests.rooms.test_sync import FailingStorage
from tests.support.running_app import RunningApp
from tests.support.server import MODEL, Client, embedding_bytes, until

ADA = {"id": "device-1", "name": "Ada", "secret": "a secret of Ada's own"}
BEN = {"id": "device-2", "name": "Ben", "secret": "a secret of Ben's own"}


class HeldStorage(MemoryStorage):
    """Keeps what comes when a test says so, once it has a list in ``held``."""

    held = None

    def append(self, code, facts, after=None):
        if self.held is None:
            return super().append(code, facts, after)
        self.held.append(Future())
        return self.held[-1]


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "data")
    yield store
    store.close()


@pytest.fixture
def ben(client):
    """Ben in the room of ``client``, who owns it, with one example."""
    client.join(member=ADA)
    ben = Client(client.app)
    ben.join(member=BEN)
    ben.add("ben", id="of ben")
    return ben


def code(answer):
    return "ok" if answer["ok"] else answer["error"]["code"]


def join(client, **more):
    return client.ask("join", {"room": "KIWI-42", "model": MODEL, **more})


def mute(owner, contributor, muted=True):
    return owner.ask("muteContributor", {"contributor": contributor, "muted": muted})


def is_muted(client):
    return {row["id"]: row["muted"] for row in client.join()["contributors"]}


def test_present__tells_the_others_and_keeps_nothing(client, ben):
    view = {"presenting": True, "heat": False, "paused": False}
    revision = client.ask("sync", {"since": 0})["revision"]
    client.received()
    assert client.ask("present", {**view, "more": "unknown"}) == {"ok": True}
    until(lambda: ben.received("presented") == [view], "it is told")
    assert client.received("presented") == [], "who says it is not told of it"
    assert code(ben.ask("present", view)) == "ownerOnly"
    assert client.ask("sync", {"since": 0})["revision"] == revision


def test_mute__refuses_what_one_adds_and_lets_them_ask(client, ben):
    answer = mute(client, "device-2")
    assert answer["contributors"][1] == {"id": "device-2", "name": "Ben", "count": 1, "here": True, "muted": True}
    until(lambda: any(row["muted"] for each in ben.received("presence") for row in each["contributors"]), "it is told")
    refused = ben.add("ben")["error"]
    assert refused["message"] == "The owner of the room has paused what you add."
    assert code(ben.ask("addLabel", {"label": "more"})) == "muted"
    assert code(ben.ask("removeExample", {"id": "of ben"})) == "muted"
    assert ben.ask("classify", {}, embedding_bytes(1))["label"] == "ben"
    assert ben.ask("sync", {"since": 0})["ok"]
    second = Client(client.app)
    second.join(member=BEN)
    assert code(second.add("ben")) == "muted", "in every tab of theirs"
    assert code(mute(client, "device-2", False)) == "ok"
    assert code(ben.add("ben")) == "ok"


def test_mute__of_a_client_that_does_not_say_who_is_at_it(client, ben):
    nameless = Client(client.app)
    contributor = nameless.join()["contributor"]
    assert code(mute(client, contributor)) == "ok"
    assert code(nameless.add("x")) == "muted"
    assert code(ben.add("ben")) == "ok"


@pytest.mark.parametrize("event", ["muteContributor", "removeContributor"])
def test_owner__is_never_muted_or_removed(client, ben, event):
    for contributor in ("device-1", "nobody"):
        assert code(client.ask(event, {"contributor": contributor, "muted": True})) == "badRequest"
    # An owner who is away is not known as one, and comes back as one all the same.
    secret = client.secrets["KIWI-42"]
    ben.join(member=BEN, secret=secret)
    client.add("ada")
    client.leave()
    assert code(ben.ask(event, {"contributor": "device-1", "muted": True})) == "ok"
    again = Client(ben.app)
    assert again.join(member=ADA, secret=secret)["role"] == "owner"
    assert code(again.add("ada")) == "ok"


def test_remove__puts_all_their_clients_out_and_keeps_what_they_added(client, ben):
    second = Client(client.app)
    second.join(member=BEN)
    witness = Client(client.app)
    witness.join()
    answer = client.ask("removeContributor", {"contributor": "device-2"})
    assert answer["contributors"][1] == {"id": "device-2", "name": "Ben", "count": 1, "here": False, "muted": False}
    assert witness.told_of(here=2)[1]["here"] is False
    client.add("cat")
    for each in (ben, second):
        assert each.received("removedFromRoom") == [{}]
        assert code(each.add("ben")) == "notJoined"
        assert code(each.ask("classify", {}, embedding_bytes(1))) == "notJoined"
        assert each.received() == [], "they hear no more of the room"
        assert code(join(each, member=BEN)) == "removedFromRoom"
        assert code(join(each, member={**BEN, "name": "Benjamin"})) == "removedFromRoom"
    assert client.ask("getCountByLabel", {})["countByLabel"] == {"ben": 1, "cat": 1}
    assert code(client.ask("removeExample", {"id": "of ben"})) == "ok"
    assert code(ben.ask("join", {"room": "LIME-10", "model": MODEL, "member": BEN})) == "ok", "in this room only"


def test_remove__tells_who_asks_before_it_is_kept(make_app):
    storage = HeldStorage()
    owner = Client(make_app(storage))
    owner.join(member=ADA)
    ben = Client(owner.app)
    ben.join(member=BEN)
    storage.held = []
    thread = threading.Thread(target=owner.ask, args=("removeContributor", {"contributor": "device-2"}))
    thread.start()
    until(lambda: code(ben.ask("classify", {}, embedding_bytes(1))) == "notJoined", "Ben is out")
    for done in storage.held:
        done.set_result(0)
    thread.join(20)
    assert ben.received("removedFromRoom") == [{}]


def test_moderation__survives_a_restart(make_app, store):
    owner = Client(make_app(store))
    owner.join(member=ADA)
    secret = owner.secrets["KIWI-42"]
    for number in (2, 3):
        pupil = Client(owner.app)
        pupil.join(member={**BEN, "id": f"device-{number}"})
    mute(owner, "device-2")
    owner.ask("removeContributor", {"contributor": "device-3"})
    for _ in range(2):
        app = make_app(store)
        pupil = Client(app)
        assert code(join(pupil, member={**BEN, "id": "device-3"})) == "removedFromRoom"
        assert pupil.join(member=BEN)["role"] == "member"
        assert is_muted(pupil) == {"device-2": True}
        assert code(pupil.add("x")) == "muted"
        app.rooms.find("KIWI-42").journal.write_snapshot()
    owner = Client(app)
    assert owner.join(member=ADA, secret=secret)["role"] == "owner"


def test_moderation__is_not_acknowledged_before_it_is_kept(make_app):
    storage = FailingStorage()
    owner = Client(make_app(storage))
    owner.join(member=ADA)
    ben = Client(owner.app)
    ben.join(member=BEN)
    ben.add("ben")
    storage.fails = True
    assert code(mute(owner, "device-2")) == "notSaved"
    assert code(ben.add("ben")) == "ok"
    storage.fails = True
    assert code(owner.ask("setAccess", {"locked": True})) == "notSaved"
    assert code(ben.add("ben")) == "ok"


def test_mute__while_adding_lets_nothing_in_after_it(client, ben):
    """Ben adds as fast as he can: what was acknowledged is there, and nothing came after the first refusal."""
    outcomes, is_muted = [], threading.Event()

    def add():
        while not (is_muted.is_set() and outcomes[-1] == "muted"):
            outcomes.append(code(ben.add("ben")))

    thread = threading.Thread(target=add)
    thread.start()
    until(lambda: len(outcomes) > 20, "Ben adds")
    assert code(mute(client, "device-2")) == "ok"
    is_muted.set()
    count = client.ask("getCountByLabel", {})["countByLabel"]["ben"]
    thread.join(20)
    assert outcomes.count("ok") == count - 1
    assert "ok" not in outcomes[outcomes.index("muted") :]
    assert client.ask("getCountByLabel", {})["countByLabel"]["ben"] == count


def test_close__deletes_the_room_and_puts_everyone_out(make_app, store, tmp_path):
    app = make_app(store)
    owner, pupil, stranger = Client(app), Client(app), Client(app)
    owner.join(member=ADA)
    room_secret = pupil.join()["secret"]
    stranger.join("LIME-10")
    owner.ask("addLabel", {"label": "a class that is deleted"})
    app.rooms.find("KIWI-42").journal.write_snapshot()
    pupil.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1.625, 2.375))
    epoch = owner.join()["epoch"]
    assert owner.ask("closeRoom", {}) == {"ok": True}
    assert pupil.received("roomClosed") == [{"room": "KIWI-42"}]
    assert (owner.received("roomClosed"), stranger.received("roomClosed")) == ([], [])
    for each in (owner, pupil):
        assert code(each.add("cat")) == "notJoined"
    assert code(owner.ask("closeRoom", {})) == "notJoined"
    assert code(stranger.add("cat")) == "ok"
    assert [room.code for room in store.rooms()] == ["LIME-10"]
    files = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    assert embedding_bytes(1.625, 2.375) not in files
    web = app.test_client()
    path = "/api/rooms/KIWI-42/dataset"
    assert web.get(path, headers={"Authorization": f"Bearer {room_secret}"}).json["error"]["code"] == "noSuchRoom"
    # The code is free: whoever comes first has a new room, with an owner of its own.
    again = pupil.join()
    assert (again["role"], again["labels"], again["epoch"] == epoch) == ("owner", [], False)
    assert pupil.add("dog")["revision"] == 1
    assert owner.join(secret=None)["role"] == "member"
    assert Client(make_app(store)).join()["labels"][0]["label"] == "dog"


def test_close__who_slept_meanwhile_does_not_bring_the_room_back(make_app, store):
    app = make_app(store)
    owner, asleep = Client(app), Client(app)
    owner.join(member=ADA)
    owner.add("cat")
    life = {"epoch": asleep.join()["epoch"], "revision": 1}
    asleep.leave()
    assert owner.join(life=life)["labels"], "it is there"
    assert owner.ask("closeRoom", {}) == {"ok": True}

    def ask(app, **more):
        return code(Client(app).ask("join", {"room": "KIWI-42", "model": MODEL, **more}))

    assert ask(app, life=life) == "roomClosed"
    assert app.rooms.peek("KIWI-42") is None, "none was made"
    # Somebody else has a room of that code now: what the other one had does not belong into it.
    assert owner.join()["labels"] == []
    assert ask(app, life=life) == "roomClosed"
    # Nothing was kept of a room in which nothing was taught, and another server may have lost all it had.
    assert ask(app, life={**life, "revision": 0}) == "ok"
    assert ask(app, life={**life, "epoch": "f" * 24}) == "ok"
    assert ask(make_app(store), life=life) == "roomClosed", "another server with this store says so, too"
    for bad in ({"epoch": 1, "revision": 1}, {"epoch": "a", "revision": -1}, {"epoch": "a", "revision": True}, "a", []):
        assert ask(app, life=bad) == "badRequest"


def test_a_room_whose_first_change_failed__is_the_same_room_to_its_clients(make_app):
    storage = FailingStorage()
    owner = Client(make_app(storage))
    joined = owner.join(member=ADA)
    storage.fails = True
    assert code(owner.add("cat", id="a")) == "notSaved"
    assert owner.add("cat", id="a")["revision"] == 1
    life = {"epoch": joined["epoch"], "revision": 1}
    again = Client(owner.app).join(member=ADA, life=life)
    assert (again["epoch"], again["secret"]) == (joined["epoch"], joined["secret"])


def test_close__that_the_disk_refuses_leaves_the_room_as_it_was(make_app, monkeypatch):
    storage = FailingStorage()
    owner = Client(make_app(storage))
    owner.join()
    owner.add("cat")
    monkeypatch.setattr(storage, "delete", storage.refuse, raising=False)
    assert code(owner.ask("closeRoom", {})) == "notSaved"
    monkeypatch.undo()
    assert owner.add("cat")["countByLabel"] == {"cat": 2}
    assert owner.ask("closeRoom", {}) == {"ok": True}
    assert storage.facts == {}


def test_close__refuses_others_for_good_only_once_the_room_is_gone(make_app, monkeypatch):
    storage = MemoryStorage()
    owner = Client(make_app(storage))
    owner.join()
    ben, late = Client(owner.app), Client(owner.app)
    ben.join()
    is_deleting, may_fail = threading.Event(), threading.Event()

    def delete(code):
        is_deleting.set()
        assert may_fail.wait(20)
        raise StorageError("notSaved", came="the disk is full")

    monkeypatch.setattr(storage, "delete", delete)
    thread = threading.Thread(target=owner.ask, args=("closeRoom", {}))
    thread.start()
    assert is_deleting.wait(20)
    assert [code(ben.add("ben")), code(join(late))] == ["notSaved", "notSaved"]
    may_fail.set()
    thread.join(20)
    assert [code(ben.add("ben")), code(join(late))] == ["ok", "ok"]
    room = owner.app.rooms.find("KIWI-42")
    monkeypatch.undo()
    assert code(owner.ask("closeRoom", {})) == "ok"
    with pytest.raises(ContractError, match="was closed"):
        room.classes.add_label("too late")


def test_close__while_others_add_ends_them_all(app: RunningApp, client):
    """No request is unanswered, nothing comes back to life, and no change is lost in silence."""
    pupils = [Client(app) for _ in range(4)]
    outcomes = {pupil: [] for pupil in pupils}
    for pupil in pupils:
        pupil.join()

    def add(pupil):
        while not outcomes[pupil] or outcomes[pupil][-1] in ("ok", "notSaved"):
            outcomes[pupil].append(code(pupil.add("cat")))

    threads = [threading.Thread(target=add, args=(pupil,)) for pupil in pupils]
    for thread in threads:
        thread.start()
    until(lambda: all(len(each) > 5 for each in outcomes.values()), "all add")
    assert code(client.ask("closeRoom", {})) == "ok"
    for thread in threads:
        thread.join(20)
    assert {each[-1] for each in outcomes.values()} <= {"notJoined", "roomClosed"}
    assert app.rooms.get("KIWI-42") is None


def test_contributors__that_are_muted_are_never_forgotten(monkeypatch):
    monkeypatch.setattr("server.rooms.people.contributors.MAX_IDLE", 2)
    many = Contributors()
    many.muted("loud", True)
    many.removed("gone")
    for number in range(9):
        many.joined(str(number), "x", "hash")
    assert (many.is_muted("loud"), many.is_removed("gone")) == (True, True)
