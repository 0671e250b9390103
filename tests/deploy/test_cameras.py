"""A camera at one worker, and who asks it at another: what they tell each other is passed on, bytes and all."""

import pytest

from tests.support.server import MODEL, PICTURE, Client, embedding_bytes, until

KEY = "9f86d081884c7d659a2feaa0c55ad015"


@pytest.fixture
def pair(start_worker):
    """Who asks, at the first worker; the camera, at the second; and somebody else there."""
    first, second = start_worker(), start_worker()
    asking, phone, other = Client(first), Client(second), Client(second)
    asking.join()
    assert asking.ask("setAccess", {"thumbnails": True})["ok"]
    assert phone.ask("join", {"room": "KIWI-42", "model": MODEL, "camera": KEY})["role"] == "camera"
    other.join()
    return asking, phone, other


def test_frames_and_what_becomes_of_them_reach_the_other_worker(pair):
    asking, phone, other = pair
    view = {"label": "cat", "recording": True, "answer": {"label": "dog", "certainty": "sure"}}
    assert asking.ask("askCamera", {"camera": KEY, **view}) == {"ok": True}
    asked = until(lambda: phone.received("cameraAsked"), "the camera is asked")
    assert asked == [{**view, "thumbnails": True}]
    assert phone.ask("frame", {"thumbnail": PICTURE}, embedding_bytes(1, 2)) == {"ok": True}
    (seen,) = until(lambda: asking.received("cameraFrame"), "the frame arrives")
    assert (seen["embedding"], seen["thumbnail"]) == (embedding_bytes(1, 2), PICTURE)
    assert other.received("cameraFrame") == other.received("cameraAsked") == []


def test_a_room_closed_at_one_worker_puts_out_the_camera_at_the_other(pair):
    asking, phone, _ = pair
    assert asking.ask("closeRoom", {})["ok"]
    until(lambda: phone.received("roomClosed") == [{"room": "KIWI-42"}], "it is told")
