"""Packets become typed commands, or are refused, before a room sees them."""

import dataclasses

import numpy as np
import pytest

from server.api import commands, events
from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.knn.model import Model
from server.rooms.change_log import Cursor
from server.rooms.people.members import Member
from tests.support import pictures
from tests.support.server import MODEL, PICTURE, D, embedding_bytes

PARSED = [
    ("classify", {"k": 3.0, "unknownDistance": None}, {"change": {"k": 3, "unknown_distance": None}}),
    ("evaluate", {"metric": "auto"}, {"change": {"metric": "auto"}}),
    (
        "addExample",
        {"id": "one", "label": "cat"},
        {"id": "one", "label": "cat", "group": None, "thumbnail": None, "is_restored": False, "by": None},
    ),
    (
        "addExample",
        {"id": "one", "label": "cat", "group": "g", "thumbnail": PICTURE, "restored": True, "by": "device-1"},
        {"id": "one", "label": "cat", "group": "g", "thumbnail": PICTURE, "is_restored": True, "by": "device-1"},
    ),
    ("removeExample", {"id": "one"}, {"id": "one"}),
    (
        "tellAnswer",
        {"certainty": "unknown", "share": 1},
        {"label": None, "certainty": "unknown", "share": 1.0},
    ),
    ("frame", {"thumbnail": PICTURE}, {"thumbnail": PICTURE}),
    (
        "askCamera",
        {"camera": "9f86d081884c7d65", "label": "cat", "answer": {"label": None, "certainty": "unknown", "share": 1}},
        {
            "key": "9f86d081884c7d65",
            "view": {"label": "cat", "recording": False, "answer": {"label": None, "certainty": "unknown"}},
        },
    ),
    ("askCamera", {}, {"key": None, "view": {"label": None, "recording": False, "answer": None}}),
    ("addLabel", {"label": "cat"}, {"label": "cat", "colour": None, "emoji": None, "is_restored": False}),
    (
        "addLabel",
        {"label": "cat", "colour": 107, "emoji": "🐱", "restored": True},
        {"label": "cat", "colour": 107, "emoji": "🐱", "is_restored": True},
    ),
    ("orderLabels", {"labels": ["dog", "cat"]}, {"labels": ["dog", "cat"]}),
    ("styleLabel", {"label": "cat"}, {"label": "cat", "change": {}}),
    (
        "styleLabel",
        {"label": "cat", "colour": 0, "emoji": None},
        {"label": "cat", "change": {"colour": 0, "emoji": None}},
    ),
    ("nameProject", {"name": "Animals"}, {"name": "Animals"}),
    ("noteRemovals", {"ids": ["one"], "labels": ["cat"]}, {"ids": ["one"], "labels": ["cat"]}),
    ("renameLabel", {"from": "cat", "to": "lion"}, {"old": "cat", "new": "lion"}),
    ("clearLabel", {"label": "cat"}, {"label": "cat"}),
    ("clearAllLabels", {}, {}),
    ("getCountByLabel", {}, {}),
    ("configure", {"weights": "distance"}, {"change": {"weights": "distance"}}),
    ("sync", {"since": 4}, {"since": 4, "cursor": None, "is_packed": False}),
    (
        "sync",
        {"since": 4, "cursor": "f0.5", "packed": True},
        {"since": 4, "cursor": Cursor(full=True, revision=0, order=5), "is_packed": True},
    ),
    ("setAccess", {}, {"change": {}}),
    ("muteContributor", {"contributor": "one", "muted": True}, {"contributor": "one", "is_muted": True}),
    ("removeContributor", {"contributor": "one"}, {"contributor": "one"}),
    (
        "present",
        {"presenting": True, "heat": False, "paused": True},
        {"view": {"presenting": True, "heat": False, "paused": True}},
    ),
    ("setAccess", {"level": "view", "locked": True}, {"change": {"level": "view", "locked": True}}),
]


@pytest.mark.parametrize(("event", "data", "fields"), PARSED, ids=lambda value: str(value)[:40])
def test_parse__gives_typed_fields_and_ignores_other_keys(event, data, fields):
    command = events.ROOM_COMMANDS[event].parse({**data, "unknown": "red"}, embedding_bytes(1, 2), LIMITS)
    parsed = {field.name: getattr(command, field.name) for field in dataclasses.fields(command)}
    embedding = parsed.pop("embedding", None)
    assert parsed == fields
    assert (embedding is not None) == (event in ("classify", "addExample", "frame"))
    if embedding is not None:
        assert (embedding.dtype, embedding.shape) == (np.float32, (D,))
        assert embedding.tobytes() == embedding_bytes(1, 2)


def test_parse__is_tried_for_every_command():
    assert {event for event, _, _ in PARSED} == set(events.ROOM_COMMANDS)


@pytest.mark.parametrize("command", [*events.ROOM_COMMANDS.values(), commands.Join], ids=lambda value: value.__name__)
def test_command__is_frozen(command):
    assert command.__dataclass_params__.frozen


def test_join__is_parsed_with_and_without_a_room():
    assert commands.Join.parse({"room": "kiwi-42", "model": MODEL}) == commands.Join("KIWI-42", Model(**MODEL))
    assert commands.Join.parse({"model": MODEL}).room is None
    member = {"id": "device-1", "name": "Ada"}
    assert commands.Join.parse({"model": MODEL, "member": member}).member == Member("device-1", "Ada")


@pytest.mark.parametrize("picture", [picture for picture, _ in pictures.bombs(1000, 1001).values()])
def test_parse__refuses_a_thumbnail_of_too_many_pixels(picture):
    data = {"id": "one", "label": "cat", "thumbnail": picture}
    with pytest.raises(ContractError, match="1000000 pixels at most") as refused:
        commands.AddExample.parse(data, embedding_bytes(1), LIMITS)
    assert refused.value.code == "badThumbnail"


@pytest.mark.parametrize("picture", [pictures.png(1000, 1000), pictures.webp(b"VP8 ", 1000, 1000)])
def test_parse__takes_a_thumbnail_of_the_most_pixels(picture):
    data = {"id": "one", "label": "cat", "thumbnail": picture}
    assert commands.AddExample.parse(data, embedding_bytes(1), LIMITS).thumbnail == picture


def test_parse__checks_a_thumbnail_by_the_servers_limit():
    data = {"id": "one", "label": "cat", "thumbnail": PICTURE}
    with pytest.raises(ContractError, match="50 bytes"):
        commands.AddExample.parse(data, embedding_bytes(1), {**LIMITS, "thumbnailBytes": 50})
