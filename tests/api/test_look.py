"""Class order, colours, emojis and the project's name: the room's, the same for every client."""

import io
import json

import pytest

from server.contract.emoji import is_emoji
from server.rooms.dataset import from_json, to_json
from server.rooms.insights_thread import InsightsThread
from server.rooms.room import Room
from server.rooms.room_limits import RoomLimits
from server.rooms.storage import MemoryStorage
from server.settings import Settings
from tests.support.server import ROOT, Client, embedding_bytes

EMOJIS = json.loads((ROOT / "tests" / "support" / "emojis.json").read_text("utf-8"))


def looks(client):
    """What a client that joins anew is told: (label, colour, emoji) of every class, in order."""
    return [(row["label"], row["colour"], row["emoji"]) for row in client.join()["labels"]]


def labels(client):
    return [label for label, _, _ in looks(client)]


@pytest.mark.parametrize("text", EMOJIS["good"])
def test_emoji__one_character_that_is_seen(client, text):
    assert is_emoji(text)
    client.ask("addLabel", {"label": "cat"})
    assert client.ask("styleLabel", {"label": "cat", "emoji": text})["emoji"] == text


@pytest.mark.parametrize("text", EMOJIS["bad"])
def test_emoji__anything_else_is_none(text):
    assert not is_emoji(text)


def test_order__puts_classes_in_order_and_tells_the_others(client, other):
    for label in ("cat", "dog", "owl"):
        client.add(label)
    other.received()
    assert client.ask("orderLabels", {"labels": ["owl", "cat", "dog"]})["revision"] == 4
    announced = {"labels": ["owl", "cat", "dog"], "revision": 4, "by": None}
    assert other.received() == [("labelsOrdered", announced)]
    assert labels(other) == ["owl", "cat", "dog"]
    assert other.ask("classify", {}, embedding_bytes(1))["label"] == "owl"


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        (["owl"], ["owl", "cat", "dog"]),
        (["owl", "gone", "dog"], ["owl", "dog", "cat"]),
        (["dog", "owl", "dog", "cat"], ["dog", "owl", "cat"]),
        (["owl", "owl"], ["owl", "cat", "dog"]),
    ],
)
def test_order__with_labels_that_are_not_the_rooms(client, other, wish, order):
    for label in ("cat", "dog", "owl"):
        client.ask("addLabel", {"label": label})
    other.received()
    client.ask("orderLabels", {"labels": wish})
    assert labels(client) == order
    assert other.received("labelsOrdered")[0]["labels"] == order


@pytest.mark.parametrize("wish", [[], ["gone"], ["cat", "dog"], ["cat"]])
def test_order__that_changes_nothing_is_no_change(client, other, wish):
    for label in ("cat", "dog"):
        client.ask("addLabel", {"label": label})
    other.received()
    assert client.ask("orderLabels", {"labels": wish})["revision"] == 2
    assert other.received() == []


def test_style__keeps_what_it_does_not_name(client, other):
    client.ask("addLabel", {"label": "cat"})
    other.received()
    assert client.ask("styleLabel", {"label": "cat", "colour": 107})["emoji"] is None
    answer = client.ask("styleLabel", {"label": "cat", "emoji": "🐱"})
    assert answer == {"ok": True, "countByLabel": {"cat": 0}, "revision": 3, "colour": 107, "emoji": "🐱"}
    assert client.ask("styleLabel", {"label": "cat", "emoji": "🐱", "colour": 107})["revision"] == 3
    assert [data for _, data in other.received()] == [
        {"label": "cat", "colour": 107, "emoji": None, "revision": 2, "by": None},
        {"label": "cat", "colour": 107, "emoji": "🐱", "revision": 3, "by": None},
    ]
    assert client.ask("styleLabel", {"label": "cat", "emoji": None})["emoji"] is None


def test_colour__two_clients_that_want_the_same_get_two(client, other):
    assert client.ask("addLabel", {"label": "cat", "colour": 0})["colour"] == 0
    assert other.ask("addLabel", {"label": "dog", "colour": 0})["colour"] == 1
    assert other.ask("addLabel", {"label": "owl", "colour": 40})["colour"] == 40
    client.add("fox")
    assert looks(client) == looks(other) == [("cat", 0, None), ("dog", 1, None), ("owl", 40, None), ("fox", 2, None)]


def test_colour__a_hundred_classes_have_a_hundred(client):
    colours = {client.ask("addLabel", {"label": str(number), "colour": 3})["colour"] for number in range(100)}
    assert len(colours) == 100
    assert max(colours) < 108


def test_style__goes_with_renaming_and_stays_when_merged_onto(client):
    client.ask("addLabel", {"label": "cat", "colour": 5, "emoji": "🐱"})
    client.ask("addLabel", {"label": "dog", "colour": 6, "emoji": "🐶"})
    client.ask("renameLabel", {"from": "cat", "to": "lion"})
    assert looks(client) == [("lion", 5, "🐱"), ("dog", 6, "🐶")]
    client.ask("renameLabel", {"from": "lion", "to": "dog"})
    assert looks(client) == [("dog", 6, "🐶")]
    client.ask("clearLabel", {"label": "dog"})
    client.ask("addLabel", {"label": "dog"})
    assert looks(client) == [("dog", 0, None)]
    client.ask("styleLabel", {"label": "dog", "colour": 4})
    client.ask("clearAllLabels", {})
    client.add("dog")
    assert looks(client) == [("dog", 0, None)]


def test_name__is_the_rooms(client, other):
    assert client.ask("nameProject", {"name": "Animals"}) == {"ok": True, "project": {"name": "Animals"}, "revision": 1}
    assert client.ask("nameProject", {"name": "Animals"})["revision"] == 1
    assert other.received() == [("projectNamed", {"name": "Animals", "revision": 1, "by": None})]
    assert other.join()["project"] == {"name": "Animals"}
    assert other.ask("sync", {"since": 0})["project"] == {"name": "Animals"}
    assert client.ask("nameProject", {"name": ""})["project"] == {"name": ""}


def test_by__says_who_made_a_change(client, other):
    ada = {"id": "device-1", "name": "Ada"}
    client.join(member=ada)
    client.add("cat")
    client.ask("configure", {"k": 1})
    client.ask("renameLabel", {"from": "cat", "to": "lion"})
    assert [data["by"] for _, data in other.received()] == [ada] * 3
    other.add("owl")
    assert client.received()[-1][1]["by"] is None


def test_dataset__keeps_name_and_styles(client, app):
    client.ask("addLabel", {"label": "cat", "colour": 30, "emoji": "🐱"})
    client.add("dog")
    client.ask("nameProject", {"name": "Animals"})
    web = app.test_client()
    content = web.get("/api/rooms/KIWI-42/dataset", headers=client.bearer()).data
    other = Client(app)
    other.join("LIME-10")
    owner = other.bearer("LIME-10")
    assert web.put("/api/rooms/LIME-10/dataset", data=content, headers=owner).json["ok"]
    answer = other.join("LIME-10")
    assert answer["project"] == {"name": "Animals"}
    assert [(row["colour"], row["emoji"]) for row in answer["labels"]] == [(30, "🐱"), (0, None)]
    # An older file has neither: the name stays, and the classes get colours.
    older = {key: value for key, value in json.loads(content).items() if key not in ("name", "styles")}
    assert web.put("/api/rooms/LIME-10/dataset", data=json.dumps(older), headers=owner).json["ok"]
    answer = other.join("LIME-10")
    assert answer["project"] == {"name": "Animals"}
    assert [(row["colour"], row["emoji"]) for row in answer["labels"]] == [(0, None), (1, None)]


@pytest.mark.parametrize(
    "change",
    [
        {"name": 7},
        {"name": "x" * 61},
        {"styles": {}},
        {"styles": []},
        {"styles": [7, 8]},
        {"styles": [{"colour": 108}, {"colour": 1}]},
        {"styles": [{"colour": True}, {"colour": 1}]},
        {"styles": [{"colour": 1, "emoji": "ab"}, {"colour": 1}]},
    ],
)
def test_dataset__with_a_bad_look_changes_nothing(client, app, change):
    client.add("cat")
    client.add("dog")
    web = app.test_client()
    content = json.loads(web.get("/api/rooms/KIWI-42/dataset", headers=client.bearer()).data)
    answer = web.put("/api/rooms/KIWI-42/dataset", data=json.dumps({**content, **change}), headers=client.bearer())
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "badDataset")
    assert looks(client) == [("cat", 0, None), ("dog", 1, None)]


def test_colours__are_the_contracts_where_a_server_takes_more_classes_than_there_are_colours():
    settings = Settings(classes_per_room=110)
    room = Room("KIWI-42", settings, MemoryStorage(), lambda *_: None, InsightsThread())
    for number in range(110):
        room.classes.add_label(f"class {number}")
    colours = [row["colour"] for row in room.snapshot()["labels"]]
    assert colours == [*range(108), 0, 1]
    content = from_json(io.BytesIO(to_json(room.content())), RoomLimits(settings))
    assert content.styles == room.content().styles
