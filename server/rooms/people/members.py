"""Who is in a room. ``server/rooms/room.py`` owns one."""

import secrets
import threading
from typing import Any, Final, NamedTuple

from server.rooms.broadcast import Announcement, Broadcast
from server.rooms.people.contributors import ANONYMOUS, Contributors
from server.rooms.people.presence import Presence

#: Bytes of the id that a client gets which does not say who is at it.
ID_BYTES: Final = 8


class Member(NamedTuple):
    """A person as other clients are told: an id of the client's own, and a name.

    ``hash`` is that of the secret which proves that the id is theirs; "" where they have none.
    """

    id: str
    name: str
    hash: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the person as it travels."""
        return {"id": self.id, "name": self.name}


class People(NamedTuple):
    """Who is in a room: how many clients, and the ids of all contributors and of those who own it."""

    clients: int = 0
    contributors: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()

    def __add__(self, other: object) -> "People":
        """Return these and others together."""
        if not isinstance(other, People):
            return NotImplemented
        contributors, owners = self.contributors | other.contributors, self.owners | other.owners
        return People(self.clients + other.clients, contributors, owners)


class Members:
    """The clients in one room, their roles, and who is at them.

    Args:
        lock: The room's.
        broadcast: Announces who is there.
        contributors: Everyone who was.

    Attributes:
        roles: "owner", "member" or "camera", by the ids of the clients' connections.
        cameras: The keys of those that are a camera only; see ``cameras.py``.
        elsewhere: Who is in the room at other workers, as far as they have told.

    Example:
        >>> broadcast = Broadcast("KIWI-42", lambda code, event, data, _: print(event, data))
        >>> members = Members(threading.Lock(), broadcast, Contributors())
        >>> members.add("first", "owner"), members.add("second", "member")
        ('owner', 'member')
        >>> members.leave("first")
        presence {'here': 1, 'contributors': []}
    """

    def __init__(self, lock: threading.Lock, broadcast: Broadcast, contributors: Contributors) -> None:
        self.roles: dict[str, str] = {}
        self.cameras: dict[str, str] = {}
        self.elsewhere = People()
        self._people: dict[str, Member] = {}
        self._anonymous: dict[str, str] = {}  # ids for clients that do not say who is at them
        self._lock = lock
        self._broadcast = broadcast
        self._contributors = contributors
        contributors.here = self._ids
        self._presence = Presence(self._announce_now)

    def __len__(self) -> int:
        return len(self.roles)

    @property
    def here(self) -> int:
        """How many clients are in the room, those of other workers included."""
        return len(self.roles) + self.elsewhere.clients

    def people(self) -> People:
        """Return who is in the room at this worker."""
        roles = dict(self.roles)
        ids = {sid: self.contributor(sid) or "" for sid in roles}
        owners = frozenset(ids[sid] for sid, role in roles.items() if role == "owner")
        return People(len(roles), frozenset(ids.values()), owners)

    def accepts(self, member: Member) -> bool:
        """Say whether somebody may come in with an id; see ``Contributors.accepts``. Called with the room's lock."""
        hashes = {each.hash for each in self._people.values() if each.id == member.id and each.hash}
        return hashes <= {member.hash} and self._contributors.accepts(member.id, member.hash)

    def add(self, sid: str, role: str, member: Member | None = None) -> str:
        """Let a client in and return its role; an owner who joins again stays one. Called with the room's lock."""
        role = "owner" if self.roles.get(sid) == "owner" else role
        self.roles[sid] = role
        self.cameras.pop(sid, None)
        self._anonymous.setdefault(sid, ANONYMOUS + secrets.token_hex(ID_BYTES))
        if member:
            self._people[sid] = member
            if member.hash:  # the id is theirs from now on, and no longer of those who only named it
                pretenders = [key for key, each in self._people.items() if each.id == member.id and not each.hash]
                for key in pretenders:
                    del self._people[key]
        return role

    def add_camera(self, sid: str, key: str) -> str:
        """Let a client in that is a camera only, and return its role. Called with the room's lock."""
        self._forget(sid)
        self.roles[sid] = role = "camera"
        self.cameras[sid] = key
        self._anonymous[sid] = ANONYMOUS + secrets.token_hex(ID_BYTES)
        return role

    def who(self, sid: str | None) -> dict[str, str] | None:
        """Return who is at a client, as it travels; None for nobody known. Called with the room's lock."""
        member = self._people.get(sid) if sid else None
        return member and member.as_dict()

    def contributor(self, sid: str | None) -> str | None:
        """Return the id that a client's examples get; None for no client. Called with the room's lock."""
        if sid is None:
            return None
        member = self._people.get(sid)
        return member.id if member else self._anonymous.get(sid)

    def listed(self) -> list[dict[str, Any]]:
        """Return the room's contributors, as they travel. Called with the room's lock."""
        return self._contributors.listed(self._ids())

    def is_owner(self, contributor: str) -> bool:
        """Say whether a contributor is an owner who is here. Called with the room's lock."""
        return contributor in (self.people() + self.elsewhere).owners

    def is_here(self, contributor: str) -> bool:
        """Say whether a contributor is here. Called with the room's lock."""
        return contributor in (self.people() + self.elsewhere).contributors

    def knows(self, contributor: str) -> bool:
        """Say whether a contributor is here, is remembered, or has examples. Called with the room's lock."""
        return self._contributors.was_here(contributor) or self.is_here(contributor)

    def put_out(self, contributor: str) -> None:
        """Let all clients of a contributor out, but for owners', without announcing it. Called with the room's lock."""
        for sid, role in list(self.roles.items()):
            if role != "owner" and self.contributor(sid) == contributor:
                self._forget(sid)

    def end(self) -> None:
        """Let everyone out, without announcing it: the room is closed."""
        self._presence.stop()
        with self._lock:
            for sid in list(self.roles):
                self._forget(sid)

    def leave(self, sid: str) -> None:
        """Let a client out, and announce it."""
        with self._lock:
            self._forget(sid)
        self.announce()

    def announce(self) -> None:
        """Announce to everyone who is in the room, now or soon."""
        self._presence.announce(len(self.roles))

    def tell(self, announcement: Announcement) -> None:
        """Announce what changes nothing. Called with the room's lock."""
        self._broadcast.send(announcement)

    def take_over(self, others: "Members") -> None:
        """Let everyone in who is in a room that this one replaces."""
        others._presence.stop()
        with self._lock:
            self.roles.update(others.roles)
            self.cameras.update(others.cameras)
            self._people.update(others._people)
            self._anonymous.update(others._anonymous)
            for contributor in self.people().contributors:
                if self._contributors.is_removed(contributor):
                    self.put_out(contributor)
            self.elsewhere = others.elsewhere

    def _ids(self) -> set[str]:
        # Who was removed is gone, even where another worker has not said so yet.
        elsewhere = {
            each
            for each in self.elsewhere.contributors
            if not each.startswith(ANONYMOUS) and not self._contributors.is_removed(each)
        }
        return {member.id for member in self._people.values()} | elsewhere

    def _forget(self, sid: str) -> None:
        self.roles.pop(sid, None)
        self.cameras.pop(sid, None)
        self._people.pop(sid, None)
        self._anonymous.pop(sid, None)

    def _announce_now(self) -> None:
        with self._lock:
            data = {"here": self.here, "contributors": self.listed()}
            self._broadcast.send(Announcement("presence", data))
