"""A device that is a camera only: what it sees reaches whoever asks it, and nobody else; and it may do nothing more."""

import json
import math
from concurrent.futures import Future

import numpy as np
import pytest

from server.contract.limits import LIMITS
from tests.support.server import MODEL, PICTURE, Client, D, embedding_bytes, until

KEY = "9f86d081884c7d659a2feaa0c55ad015"
OTHER_KEY = "a-key-of-another-pair"
VIEW = {"label": "cat", "recording": True, "answer": {"label": "dog", "certainty": "notSure"}}


@pytest.fixture
def phone(app, client):
    """A camera in the client's room."""
    made = Client(app)
    answer = made.join_as_camera = made.ask("join", {"room": "KIWI-42", "model": MODEL, "camera": KEY})
    assert answer["ok"]
    client.received()
    return made


def ask(client, key=KEY, **view):
    return client.ask("askCamera", {"camera": key, **VIEW, **view})


def frame(phone, *numbers, **more):
    return phone.ask("frame", more, embedding_bytes(*(numbers or (1.0,))))


def code(answer):
    return answer["error"]["code"]


def test_join__as_a_camera_tells_nothing_of_the_room(phone):
    answer = phone.join_as_camera
    assert {*answer} == {"ok", "role", "limits", "room", "contributor"}
    assert (answer["role"], answer["room"]) == ("camera", "KIWI-42")


def test_frame__reaches_who_asks_and_nobody_else(client, other, phone):
    assert ask(client) == {"ok": True}
    (asked,) = phone.received("cameraAsked")
    assert asked == {**VIEW, "thumbnails": False}
    assert frame(phone, 1, 2) == {"ok": True}
    (seen,) = client.received("cameraFrame")
    assert seen == {"camera": phone.join_as_camera["contributor"], "embedding": embedding_bytes(1, 2)}
    assert other.received() == []
    assert phone.received() == [], "it hears neither of frames nor of the room's changes"
    client.add("cat")
    assert phone.received() == []
    assert client.ask("getCountByLabel", {})["countByLabel"] == {"cat": 1}, "a frame teaches nothing"


def test_key__pairs_a_camera_with_who_knows_it(app, client, other, phone):
    ask(client)
    ask(other, OTHER_KEY)
    elsewhere = Client(app)
    elsewhere.join("LIME-7")
    ask(elsewhere)
    assert len(phone.received("cameraAsked")) == 1
    frame(phone)
    assert (other.received(), elsewhere.received()) == ([], [])
    assert len(client.received("cameraFrame")) == 1


@pytest.mark.parametrize("how", ["asks no more", "asks another", "joins again", "leaves the room"])
def test_frame__no_more_to_who(client, phone, how):
    ask(client)
    if how == "asks no more":
        assert client.ask("askCamera", {"camera": None}) == {"ok": True}
    elif how == "asks another":
        ask(client, OTHER_KEY)
    else:
        client.join("KIWI-42" if how == "joins again" else "LIME-7")
    frame(phone)
    assert client.received("cameraFrame") == []


def test_frame__none_to_who_is_put_out_before_the_request_is_answered(app, client, other, phone):
    """What was taught before is being kept meanwhile."""
    contributor = other.join()["contributor"]
    kept = app.rooms.get("KIWI-42").journal.kept = Future()
    other.websocket.send(f"42{json.dumps(['askCamera', {'camera': KEY, **VIEW}])}")
    until(lambda: phone.received("cameraAsked"), "the camera is asked")
    assert client.ask("removeContributor", {"contributor": contributor})["ok"]
    kept.set_result(0)
    frame(phone)
    assert other.received("cameraFrame") == []


def test_thumbnail__goes_along_only_while_the_room_shows_pictures(client, phone):
    for is_shown in (False, True, False):
        client.ask("setAccess", {"thumbnails": is_shown})
        ask(client)
        assert phone.received("cameraAsked")[-1]["thumbnails"] is is_shown
        assert frame(phone, thumbnail=PICTURE)["ok"]
        (seen,) = client.received("cameraFrame")
        assert seen.get("thumbnail") == (PICTURE if is_shown else None)


@pytest.mark.parametrize(
    ("embedding", "expected"),
    [
        (embedding_bytes(1, d=D + 1), "dimension"),
        (embedding_bytes(math.nan), "notFinite"),
        (embedding_bytes(math.inf), "notFinite"),
        (embedding_bytes(0), "zeroVector"),
        (b"123", "badEmbedding"),
        (np.ones(100_000, "<f4").tobytes(), "bigMessage"),
    ],
    ids=["dimension", "nan", "infinity", "zeros", "three bytes", "too long"],
)
def test_frame__refuses(client, phone, embedding, expected):
    ask(client)
    assert code(phone.ask("frame", {}, embedding)) == expected
    assert client.received("cameraFrame") == []


def test_frame__so_many_a_second(phone):
    answers = [frame(phone) for _ in range(LIMITS["framesPerSecond"] + 5)]
    assert [answer["ok"] for answer in answers[: LIMITS["framesPerSecond"]]] == [True] * LIMITS["framesPerSecond"]
    assert code(answers[-1]) == "tooFast"


def test_camera__owns_nothing_and_decides_nothing(app, client, phone):
    secret = client.secrets["KIWI-42"]
    again = phone.ask("join", {"room": "KIWI-42", "model": MODEL, "camera": KEY, "secret": secret})
    assert again["role"] == "camera"
    assert code(phone.add("cat")) == "cameraOnly"
    assert code(phone.ask("join", {"room": "KIWI-42", "model": {**MODEL, "id": "x"}, "camera": KEY})) == "wrongModel"
    assert code(phone.ask("join", {"room": "PEACH-7", "model": MODEL, "camera": KEY})) == "noSuchRoom"
    assert app.rooms.get("PEACH-7") is None
    assert phone.ask("join", {"room": "KIWI-42", "model": MODEL})["role"] == "member", "as whoever has the link"
    assert code(frame(phone)) == "badRequest"


def test_member__who_joins_as_a_camera_hears_no_more_of_the_room(client, other):
    assert other.ask("join", {"room": "KIWI-42", "model": MODEL, "camera": KEY})["role"] == "camera"
    client.add("cat")
    assert other.received() == []


def test_camera__is_told_when_the_room_is_closed_and_does_not_bring_it_back(client, phone):
    assert client.ask("closeRoom", {})["ok"]
    until(lambda: phone.received("roomClosed") == [{"room": "KIWI-42"}], "it is told")
    assert code(frame(phone)) == "notJoined"
    assert code(phone.ask("join", {"room": "KIWI-42", "model": MODEL, "camera": KEY})) == "noSuchRoom"


def test_camera__counts_as_a_device_while_it_is_there(client, phone):
    assert client.ask("getCountByLabel", {})["ok"]
    phone.leave()
    client.told_of(1)
