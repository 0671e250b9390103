"""Announcements go out in order, one at a time, whatever sending them leads to."""

import threading

from server.rooms.broadcast import Broadcast
from tests.support.server import WAIT_SECONDS


def test_send__keeps_the_order_and_names_the_client_to_leave_out():
    sent = []
    broadcast = Broadcast("KIWI-42", lambda *announcement: sent.append(announcement))
    broadcast.put("labelAdded", {"revision": 1}, skip_sid="one")
    broadcast.put("labelAdded", {"revision": 2})
    broadcast.send()
    assert sent == [
        ("KIWI-42", "labelAdded", {"revision": 1}, "one"),
        ("KIWI-42", "labelAdded", {"revision": 2}, None),
    ]


def test_send__from_within_an_announcement_is_sent_after_it():
    """An announcement that finds a client gone announces the new presence, on the same thread."""
    log = []

    def announce(_code, event, _data, _skip_sid):
        log.append(f"{event} begins")
        if event == "exampleAdded":
            broadcast.put("presence", {"here": 1})
            broadcast.send(wait=False)
        log.append(f"{event} ends")

    broadcast = Broadcast("KIWI-42", announce)
    broadcast.put("exampleAdded", {})
    broadcast.send()
    assert log == ["exampleAdded begins", "exampleAdded ends", "presence begins", "presence ends"]


def test_send__without_waiting_leaves_it_to_the_thread_that_is_sending():
    sent = []
    began, may_end = threading.Event(), threading.Event()

    def announce(_code, event, _data, _skip_sid):
        if event == "first":
            began.set()
            assert may_end.wait(WAIT_SECONDS)
        sent.append((event, threading.current_thread().name))

    broadcast = Broadcast("KIWI-42", announce)
    broadcast.put("first", {})
    thread = threading.Thread(target=broadcast.send, name="sender")
    thread.start()
    assert began.wait(WAIT_SECONDS)
    broadcast.put("second", {})
    broadcast.send(wait=False)
    assert sent == []
    may_end.set()
    thread.join(WAIT_SECONDS)
    assert sent == [("first", "sender"), ("second", "sender")]


def test_send__goes_on_after_an_announcement_that_fails(caplog):
    sent = []

    def announce(_code, event, _data, _skip_sid):
        if event == "first":
            raise OSError("gone")
        sent.append(event)

    broadcast = Broadcast("KIWI-42", announce)
    broadcast.put("first", {})
    broadcast.put("second", {})
    broadcast.send()
    assert sent == ["second"]
    assert "its clients will see a gap" in caplog.text
