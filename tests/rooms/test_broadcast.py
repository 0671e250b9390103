"""Announcements go out in order, and one that fails stops no other."""

from server.rooms.broadcast import Announcement, Broadcast


def test_send__keeps_the_order_and_names_the_client_to_leave_out():
    sent = []
    broadcast = Broadcast("KIWI-42", lambda *announcement: sent.append(announcement))
    broadcast.send(Announcement("labelAdded", {"revision": 1}, "one"), Announcement("labelAdded", {"revision": 2}))
    assert sent == [
        ("KIWI-42", "labelAdded", {"revision": 1}, "one"),
        ("KIWI-42", "labelAdded", {"revision": 2}, None),
    ]


def test_send__goes_on_after_an_announcement_that_fails(caplog):
    sent = []

    def announce(_code, event, _data, _skip_sid):
        if event == "first":
            raise OSError("gone")
        sent.append(event)

    Broadcast("KIWI-42", announce).send(Announcement("first", {}), Announcement("second", {}))
    assert sent == ["second"]
    assert "its clients will see a gap" in caplog.text
