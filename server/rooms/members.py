"""Who is in a room. ``server/rooms/room.py`` owns one."""

import threading
from typing import NamedTuple

from server.rooms.broadcast import Announcement, Broadcast


class Member(NamedTuple):
    """A person as other clients are told: an id of the client's own, and a name."""

    id: str
    name: str

    def as_dict(self) -> dict[str, str]:
        """Return the person as it travels."""
        return {"id": self.id, "name": self.name}


class Members:
    """The clients in one room, and their roles.

    Args:
        lock: The room's.
        broadcast: Announces how many there are.

    Attributes:
        roles: "owner" or "member", by the ids of the clients' connections.
        people: Who is at a client, by the same ids; none for a client that does not say.

    Example:
        >>> members = Members(threading.Lock(), Broadcast("KIWI-42", lambda code, event, data, _: print(event, data)))
        >>> members.add("first", "owner"), members.add("second", "member")
        ('owner', 'member')
        >>> members.leave("first")
        presence {'here': 1}
    """

    def __init__(self, lock: threading.Lock, broadcast: Broadcast) -> None:
        self.roles: dict[str, str] = {}
        self.people: dict[str, Member] = {}
        self._lock = lock
        self._broadcast = broadcast

    def __len__(self) -> int:
        return len(self.roles)

    def add(self, sid: str, role: str, member: Member | None = None) -> str:
        """Let a client in and return its role; an owner who joins again stays one. Called with the room's lock."""
        role = "owner" if self.roles.get(sid) == "owner" else role
        self.roles[sid] = role
        if member:
            self.people[sid] = member
        return role

    def who(self, sid: str | None) -> dict[str, str] | None:
        """Return who is at a client, as it travels; None for nobody known. Called with the room's lock."""
        member = self.people.get(sid) if sid else None
        return member and member.as_dict()

    def known(self) -> list[dict[str, str]]:
        """Return everyone who is known by name, each once, as they travel."""
        with self._lock:
            return [member.as_dict() for member in dict.fromkeys(self.people.values())]

    def leave(self, sid: str) -> None:
        """Let a client out, and announce it."""
        with self._lock:
            self.roles.pop(sid, None)
            self.people.pop(sid, None)
        self.announce()

    def announce(self) -> None:
        """Announce to everyone how many clients are in the room."""
        with self._lock:
            self._broadcast.send(Announcement("presence", {"here": len(self.roles)}))

    def take_over(self, others: "Members") -> None:
        """Let everyone in who is in a room that this one replaces."""
        with self._lock:
            self.roles.update(others.roles)
            self.people.update(others.people)
