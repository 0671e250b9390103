"""This worker among others: tells them of changes and of who is here, and hears of theirs.

A message only says that something is new: what it is, is read from the store (``copies.py``). ``server/app.py`` makes
one.
"""

import asyncio
import base64
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from server.contract.errors import ContractError
from server.rooms.broadcast import Announce, Announcement
from server.rooms.journal import NOTHING, SAY_WHO
from server.rooms.people.members import People
from server.rooms.rooms import Rooms
from server.rooms.workers.copies import Copies
from server.rooms.workers.turns import Turns

log = logging.getLogger(__name__)

#: Seconds between looks at all rooms with clients: a worker that was killed has not told of its last change.
PATROL_SECONDS: Final = 5.0
#: The same while messages don't arrive.
ALERT_SECONDS: Final = 0.5
#: A worker that has not said so long who is there has nobody.
SILENT_SECONDS: Final = 4 * PATROL_SECONDS
#: Announcements of which nothing is kept: the other workers hear of them in no other way.
PASSED_ON: Final = frozenset({"answered", "presented", "cameraFrame", "cameraAsked"})
#: What is remembered of announcements whose facts this worker has not read yet.
MAX_EXTRAS: Final = 500


class Worker:
    """Announces to this worker's clients, and tells the other workers.

    Args:
        announce: Announces to this worker's clients.
        publish: Sends a message to all workers; may lose it.
        is_connected: Says whether messages arrive.
    """

    def __init__(
        self, announce: Announce, publish: Callable[[Mapping[str, Any]], None], is_connected: Callable[[], bool]
    ) -> None:
        self._announce = announce
        self._publish = publish
        self._is_connected = is_connected
        self._name = secrets.token_hex(8)
        self._rooms: Rooms | None = None
        self._turns: Turns | None = None
        self._here: dict[str, People] = {}  # own clients, as they were told of
        self._others: dict[str, tuple[float, dict[str, People]]] = {}  # by worker: when it was heard, who is in a room
        self._extras: dict[tuple[str, str, int | None], dict[str, Any]] = {}
        self._catching_up: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, code: str, event: str, data: Mapping[str, Any], skip_sid: str | None) -> None:
        """Announce to this worker's clients; see ``broadcast.Announce``."""
        self._announce(code, event, data, skip_sid)
        if event == "presence":
            self._tell_who_is_here(code)
        elif event in PASSED_ON:
            self._publish({"kind": event, "from": self._name, "room": code, "data": _as_text(data)})

    def start(self, rooms: Rooms, copies: Copies, turns: Turns, put_out: Callable[[str, str], None]) -> None:
        """Begin to look after rooms; called on the event loop.

        Args:
            rooms: The open rooms.
            copies: Those that other workers have, too.
            turns: How they are asked.
            put_out: Called on the event loop with a room's code, and an event, to put out clients that it has no more.
        """
        self._rooms, self._turns = rooms, turns
        loop = asyncio.get_running_loop()
        copies.put_out = lambda code, event: _soon(loop, put_out, code, event)
        copies.on_change = lambda code, seq: self._publish({"kind": "changed", "room": code, "from": self._name})
        copies.extra_of = lambda code, event, revision: self._extras.pop((code, event, revision), NOTHING)
        self._begin(self._patrol())

    async def stop(self) -> None:
        """Say that nobody is here any more, and end."""
        self._publish_here({}, is_all=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def prepare(self, code: str, announcements: Sequence[Announcement]) -> None:
        """Tell the other workers who did what is about to be kept, where the facts do not say it.

        It is sent before, so that they have it whichever way they learn of the facts.
        """
        for event, data, _ in announcements:
            by = data.get("by")
            # An owner may give back what another contributor had added.
            if by and (event not in SAY_WHO or data.get("contributor", by["id"]) != by["id"]):
                key = {"room": code, "event": event, "revision": data.get("revision")}
                self._publish({"kind": "extra", "from": self._name, **key, "by": by})

    def look_around(self) -> None:
        """Look after all rooms with clients: messages may have been lost."""
        self._forget_silent()
        rooms = [room for room in self._rooms or () if room.members]
        self._here = {room.code: room.members.people() for room in rooms}
        self._publish_here(self._here, is_all=True)
        for room in rooms:
            self._catch_up(room.code)

    def receive(self, message: Any) -> None:
        """Take a message, of which only the shape is trusted. Called on the event loop.

        Raises:
            KeyError, TypeError or ValueError: For what no worker sends.
        """
        if self._rooms is None or message["from"] == self._name:
            return
        kind = message["kind"]
        if kind == "changed":
            self._catch_up(str(message["room"]))
        elif kind == "extra":
            self._note_extra(message)
        elif kind in PASSED_ON:
            self._announce(str(message["room"]), kind, _from_text(message["data"]), None)
        elif kind == "here":
            self._note_others(str(message["from"]), message)

    # ---- changes

    def _catch_up(self, code: str) -> None:
        room = self._rooms.get(code) if self._rooms else None
        # Rooms without clients are brought up to date when somebody asks.
        if room is not None and room.members and code not in self._catching_up:
            self._catching_up.add(code)
            self._begin(self._bring_up_to_date(code))

    async def _bring_up_to_date(self, code: str) -> None:
        await asyncio.sleep(0)  # messages that came together are one
        self._catching_up.discard(code)
        room = self._rooms.get(code) if self._rooms else None
        if room is not None and self._turns is not None:
            with contextlib.suppress(ContractError):  # it is closed, or can't be read now, and the patrol comes again
                await self._turns.fresh(room)

    def _note_extra(self, message: Mapping[str, Any]) -> None:
        revision = message["revision"]
        if revision is not None and not isinstance(revision, int):
            raise ValueError("an extra without a revision")
        extra = {"by": {"id": str(message["by"]["id"]), "name": str(message["by"]["name"])}}
        if len(self._extras) >= MAX_EXTRAS:
            self._extras.pop(next(iter(self._extras)), None)
        self._extras[str(message["room"]), str(message["event"]), revision] = extra

    async def _patrol(self) -> None:
        slept = 0.0
        while True:
            await asyncio.sleep(ALERT_SECONDS)
            slept += ALERT_SECONDS
            if slept >= PATROL_SECONDS or not self._is_connected():
                slept = 0.0
                self.look_around()

    # ---- who is here

    def _tell_who_is_here(self, code: str) -> None:
        room = self._rooms.peek(code) if self._rooms else None
        people = room.members.people() if room else People()
        if self._here.get(code, People()) != people:
            self._here[code] = people
            if not people.clients:
                del self._here[code]
            self._publish_here({code: people}, is_all=False)

    def _publish_here(self, rooms: Mapping[str, People], is_all: bool) -> None:
        here = {code: [who.clients, sorted(who.contributors), sorted(who.owners)] for code, who in rooms.items()}
        self._publish({"kind": "here", "from": self._name, "rooms": here, "all": is_all})

    def _note_others(self, name: str, message: Mapping[str, Any]) -> None:
        rooms = {str(code): _people(*who) for code, who in message["rooms"].items()}
        is_new = name not in self._others
        _, before = self._others.get(name, (0.0, {}))
        after = rooms if message["all"] else {**before, **rooms}
        self._others[name] = time.monotonic(), {code: who for code, who in after.items() if who.clients}
        self._count({*before, *rooms})
        if is_new and self._rooms:
            here = {room.code: room.members.people() for room in self._rooms if room.members}
            self._publish_here(here, is_all=True)

    def _forget_silent(self) -> None:
        now = time.monotonic()
        for name, (heard, rooms) in list(self._others.items()):
            if now - heard > SILENT_SECONDS:
                del self._others[name]
                self._count(set(rooms))

    def _count(self, codes: set[str]) -> None:
        """Work out anew who is in some rooms at other workers, and announce what has changed."""
        for code in codes:
            room = self._rooms.peek(code) if self._rooms else None
            elsewhere = sum((rooms.get(code, People()) for _, rooms in self._others.values()), People())
            if room is not None and room.members.elsewhere != elsewhere:
                room.members.elsewhere = elsewhere
                room.members.announce()

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)


def _as_text(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an announcement's data as JSON can have them: bytes as [base64]."""
    return {
        key: [base64.b64encode(each).decode("ascii")] if isinstance(each, bytes) else each for key, each in data.items()
    }


def _from_text(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``_as_text`` was given. No announcement that is passed on has a list of its own."""
    return {key: base64.b64decode(each[0]) if isinstance(each, list) else each for key, each in data.items()}


def _people(clients: Any, contributors: Any, owners: Any) -> People:
    if not isinstance(clients, int) or clients < 0:
        raise ValueError("no number of clients")
    return People(clients, frozenset(map(str, contributors)), frozenset(map(str, owners)))


def _soon(loop: asyncio.AbstractEventLoop, do: Callable[..., None], *args: object) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: no client is left
        loop.call_soon_threadsafe(do, *args)
