"""Who may do what: every request at every level, by an owner, by whoever added it, and by somebody else."""

import json

import pytest

from server.api import events
from server.store.store import Store
from tests.support.server import MODEL, PICTURE, Client, embedding_bytes

ADA = {"id": "device-1", "name": "Ada", "secret": "a secret of Ada's own"}
BEN = {"id": "device-2", "name": "Ben", "secret": "a secret of Ben's own"}
KEY = "9f86d081884c7d659a2feaa0c55ad015"
QUESTIONS = {
    "tellAnswer": ({"label": "ben", "certainty": "sure", "share": 1.0},),
    "askCamera": ({"camera": KEY, "recording": False},),
    "classify": ({}, embedding_bytes(1)),
    "evaluate": ({},),
    "getCountByLabel": ({},),
    "sync": ({"since": 0},),
}
ADDING = {
    "addExample": ({"id": "new", "label": "new"}, embedding_bytes(1)),
    "addLabel": ({"label": "new"},),
    "noteRemovals": ({"ids": [], "labels": []},),
}
#: On Ben's example, which is the only one of the class "ben".
CHANGES = {
    "removeExample": ({"id": "of ben"},),
    "renameLabel": ({"from": "ben", "to": "other"},),
    "clearLabel": ({"label": "ben"},),
    "styleLabel": ({"label": "ben", "colour": 5},),
}
COMMON = {"orderLabels": ({"labels": ["ben"]},), "nameProject": ({"name": "Ours"},)}
OWNERS = {
    "configure": ({"k": 1},),
    "clearAllLabels": ({},),
    "setAccess": ({"level": "editAll"},),
    "muteContributor": ({"contributor": "device-2", "muted": False},),
    "removeContributor": ({"contributor": "device-3"},),
    "present": ({"presenting": True, "heat": False, "paused": False},),
    "closeRoom": ({},),
}
REQUESTS = {**QUESTIONS, **ADDING, **CHANGES, **COMMON, **OWNERS}
LEVELS = {  # what Ben, and what somebody else is answered: for questions, adding, changes, what is common, the owner's
    "view": (["ok", "viewOnly", "viewOnly", "viewOnly", "ownerOnly"],) * 2,
    "add": (["ok", "ok", "ownerOnly", "ownerOnly", "ownerOnly"],) * 2,
    "editOwn": (["ok", "ok", "ok", "ownerOnly", "ownerOnly"], ["ok", "ok", "notYours", "ownerOnly", "ownerOnly"]),
    "editAll": (["ok", "ok", "ok", "ok", "ownerOnly"],) * 2,
}


@pytest.fixture
def people(client):
    """The owner, Ben, and a pupil who added something else."""
    ben, pupil = Client(client.app), Client(client.app)
    ben.join(member=BEN)
    pupil.join(member=ADA)
    client.ask("setAccess", {"level": "editAll"})
    gone = Client(client.app)
    gone.join(member={"id": "device-3", "name": "Cleo"})
    gone.add("gone")
    gone.leave()
    client.add("owner", id="of the owner")
    ben.add("ben", id="of ben")
    pupil.add("pupil", id="of the pupil")
    return client, ben, pupil


def outcome(client, event):
    answer = client.ask(event, *REQUESTS[event])
    return "ok" if answer["ok"] else answer["error"]["code"]


def test_requests__are_all_there_is():
    assert {*REQUESTS} == {*events.EVENTS} - {"join"} - events.OF_CAMERAS


@pytest.mark.parametrize("event", [*REQUESTS, "no such event"])
def test_camera__may_do_nothing_but_send_frames(people, event):
    owner, ben, _ = people
    owner.ask("setAccess", {"level": "editAll"})
    ben.join(camera=KEY, secret=owner.secrets["KIWI-42"])
    before = owner.ask("sync", {"since": 0})
    refused = ben.ask(event, *REQUESTS.get(event, ({},)))["error"]
    assert refused["code"] == ("cameraOnly" if event in REQUESTS else "badRequest")
    assert owner.ask("sync", {"since": 0}) == before


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("event", REQUESTS)
def test_level__decides_what_a_member_may_do(people, level, event):
    owner, ben, pupil = people
    owner.ask("setAccess", {"level": level})
    kind = [event in group for group in (QUESTIONS, ADDING, CHANGES, COMMON, OWNERS)].index(True)
    for asking, expected in ((pupil, LEVELS[level][1][kind]), (ben, LEVELS[level][0][kind])):
        before = owner.ask("sync", {"since": 0}), owner.join()["access"], owner.join()["settings"]
        assert outcome(asking, event) == expected, (event, asking is ben)
        if expected != "ok":
            assert (owner.ask("sync", {"since": 0}), owner.join()["access"], owner.join()["settings"]) == before
        elif kind == 2 and asking is pupil:
            return  # Ben's example is gone
    assert outcome(owner, event) in ("ok", "noSuchLabel", "noSuchExample")


@pytest.mark.parametrize("event", REQUESTS)
def test_lock__lets_members_only_ask(people, event):
    owner, ben, _ = people
    owner.ask("setAccess", {"locked": True})
    expected = "ok" if event in QUESTIONS else "ownerOnly" if event in OWNERS else "roomLocked"
    assert outcome(ben, event) == expected
    assert outcome(owner, event) == "ok"
    owner.ask("setAccess", {"locked": False})
    assert ben.add("cat")["ok"] == (event != "closeRoom")


def test_own__is_what_nobody_else_has_added_to(people):
    owner, ben, pupil = people
    owner.ask("setAccess", {"level": "editOwn"})
    pupil.add("ben", id="of the pupil in ben")
    for event in ("renameLabel", "clearLabel", "styleLabel"):
        error = ben.ask(event, *CHANGES[event])["error"]
        assert (error["code"], error["came"]) == ("notYours", '"ben"')
    assert pupil.ask("removeExample", {"id": "of ben"})["error"]["came"] == '"ben"'
    assert ben.ask("removeExample", {"id": "of ben"})["ok"]
    assert pupil.ask("removeExample", {"id": "of ben"})["error"]["code"] == "noSuchExample"
    refused = pupil.ask("renameLabel", {"from": "ben", "to": "mine"})["error"]
    assert refused["code"] == "notYours", "all that is left in it is the pupil's, but Ben made it"
    assert pupil.ask("renameLabel", {"from": "pupil", "to": "mine"})["ok"]
    ben.add("mine", id="again")
    assert pupil.ask("clearLabel", {"label": "mine"})["error"]["code"] == "notYours"
    assert owner.ask("clearLabel", {"label": "mine"})["ok"]


def test_own__is_an_empty_class_of_whoever_made_it(people):
    owner, ben, pupil = people
    owner.ask("setAccess", {"level": "editOwn"})
    ben.ask("addLabel", {"label": "empty"})
    assert pupil.ask("styleLabel", {"label": "empty", "colour": 1})["error"]["code"] == "notYours"
    assert ben.ask("renameLabel", {"from": "empty", "to": "void"})["ok"]
    assert pupil.ask("clearLabel", {"label": "void"})["error"]["code"] == "notYours"
    assert ben.ask("clearLabel", {"label": "void"})["ok"]
    pupil.ask("addLabel", {"label": "void"})
    assert ben.ask("clearLabel", {"label": "void"})["error"]["code"] == "notYours", "another one, of somebody else"


def test_own__is_no_class_of_the_owners_that_one_added_to_first(people):
    owner, ben, _ = people
    owner.ask("setAccess", {"level": "editOwn"})
    owner.ask("addLabel", {"label": "empty"})
    ben.add("empty", id="of ben in empty")
    for event, more in (("renameLabel", {"to": "other"}), ("clearLabel", {}), ("styleLabel", {"colour": 5})):
        data = {"label": "empty", "from": "empty", **more}
        assert ben.ask(event, data)["error"]["code"] == "notYours"
    assert ben.ask("removeExample", {"id": "of ben in empty"})["ok"]


def test_own__is_nothing_of_an_upload(people):
    owner, ben, _ = people
    owner.ask("setAccess", {"level": "editOwn"})
    web = owner.app.test_client()
    content = json.loads(web.get("/api/rooms/KIWI-42/dataset", headers=owner.bearer()).data)
    content["labels"].append("empty")
    content["styles"].append({"colour": 9, "emoji": None})
    assert web.put("/api/rooms/KIWI-42/dataset", data=json.dumps(content), headers=owner.bearer()).json["ok"]
    for event in CHANGES:
        assert outcome(ben, event) == "notYours"
    assert ben.ask("clearLabel", {"label": "empty"})["ok"], "nobody knows who made it"


def test_retry__of_what_was_added_changes_nothing_and_is_answered(people):
    owner, ben, _ = people
    owner.ask("setAccess", {"level": "view", "locked": True})
    answer = ben.ask("addExample", {"id": "of ben", "label": "ben"}, embedding_bytes(1))
    assert (answer["ok"], answer["label"]) == (True, "ben")
    assert ben.ask("addLabel", {"label": "ben"})["ok"]


def test_move__of_what_somebody_else_gave_back_needs_the_right_to_change_it(people):
    owner, ben, pupil = people
    ben.add("given", id="back", restored=True)
    owner.ask("setAccess", {"level": "editOwn"})
    assert pupil.add("stolen", id="back")["error"]["code"] == "notYours"
    assert ben.add("moved", id="back")["label"] == "moved"


def test_removals__that_a_member_notes_take_only_what_is_theirs(people):
    owner, ben, pupil = people
    for each, name in ((ben, "b"), (pupil, "p")):
        each.ask("addLabel", {"label": f"empty {name}", "restored": True})
        each.add("given", id=name, restored=True)
    owner.ask("setAccess", {"level": "editOwn"})
    answer = ben.ask("noteRemovals", {"ids": ["b", "p"], "labels": ["empty b", "empty p"]})
    assert answer["kept"] == ["p"]
    assert {"empty b", "empty p"} & {*answer["countByLabel"]} == {"empty p"}


def test_access__is_announced_and_kept(make_app, tmp_path):
    store = Store.open(tmp_path / "data")
    owner = Client(make_app(store))
    owner.join(member=ADA)
    ben = Client(owner.app)
    ben.join()
    owner.add("cat")
    ben.received()
    access = {"level": "add", "locked": True, "thumbnails": True}
    assert owner.ask("setAccess", access)["access"] == access
    assert owner.ask("setAccess", {"locked": True}) == {"ok": True, "access": access}
    by = {"id": ADA["id"], "name": ADA["name"]}
    assert ben.received() == [("accessChanged", {"access": access, "by": by})], "the second one changed nothing"
    assert ben.join()["access"] == access
    again = make_app(store)
    assert Client(again).join()["access"] == access
    again.rooms.find("KIWI-42").journal.write_snapshot()
    assert Client(make_app(store)).join()["access"] == access
    store.close()


def test_thumbnails__go_to_all_only_while_the_owner_has_them_shown(people):
    owner, ben, _ = people
    for is_shown in (False, True, False):
        owner.ask("setAccess", {"thumbnails": is_shown})
        owner.received()
        ben.add("cat", thumbnail=PICTURE)
        assert ["thumbnail" in data for data in owner.received("exampleAdded")] == [is_shown]


def test_pupil__neither_replaces_a_data_set_nor_reads_another_room(people):
    owner, ben, pupil = people
    web = owner.app.test_client()
    path = "/api/rooms/KIWI-42/dataset"
    content = web.get(path, headers=owner.bearer()).data
    stranger = Client(owner.app)
    stranger.join("LIME-10")
    for asking, room in ((pupil, "KIWI-42"), (ben, "KIWI-42"), (stranger, "LIME-10")):
        answer = web.put(path, data=content, headers=asking.bearer(room))
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "wrongSecret")
    assert web.put(path, data=content).json["error"]["code"] == "wrongSecret"
    assert web.get(path, headers=pupil.bearer()).status_code == 200, "what they see, they may keep"
    for headers in ({}, stranger.bearer("LIME-10"), {"Authorization": f"Bearer {'x' * 22}"}):
        assert web.get(path, headers=headers).json["error"]["code"] == "wrongSecret"
    # Asking over the socket answers of the own room alone, whatever the packet names.
    answer = stranger.ask("sync", {"since": 0, "room": "KIWI-42"})
    assert (answer["examples"], answer["revision"]) == ([], 0)
    assert "ownerSecret" not in pupil.join(), "nobody is told the owner's secret again"


@pytest.mark.parametrize("kind", ["the room's", "another room's", "a guess"])
def test_pupil__does_not_become_owner_by_another_secret(people, kind):
    owner, _, pupil = people
    lime = Client(owner.app)
    lime.join("LIME-10")
    secret = {
        "the room's": pupil.join()["secret"],
        "another room's": lime.secrets["LIME-10"],
        "a guess": owner.secrets["KIWI-42"][:-1] + "!",
    }[kind]
    answer = pupil.ask("join", {"room": "KIWI-42", "model": MODEL, "secret": secret})
    assert answer["error"]["code"] == "wrongSecret"
    assert outcome(pupil, "configure") == "ownerOnly"
    answer = pupil.ask("join", {"room": "KIWI-42", "model": MODEL, "member": ADA, "role": "owner"})
    assert answer["role"] == "member"
