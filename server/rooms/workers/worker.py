"""This worker among others: tells them of changes and of who is here, and hears of theirs.

A message only says that something is new: what it is, is read from the store (``copies.py``). ``server/app.py`` makes
one.
"""

import asyncio
import base64
import binascii
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from server.rooms.broadcast import Announce, Announcement
from server.rooms.journal import NOTHING
from server.rooms.rooms import Rooms
from server.rooms.storage import StorageError
from server.rooms.workers.copies import Copies
from server.rooms.workers.turns import Turns

log = logging.getLogger(__name__)

#: Seconds between looks at all rooms with clients: a worker that was killed has not told of its last change.
PATROL_SECONDS: Final = 5.0
#: The same while messages don't arrive.
ALERT_SECONDS: Final = 0.5
#: A worker that has not said so long who is there has nobody.
SILENT_SECONDS: Final = 4 * PATROL_SECONDS
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
        self._here: dict[str, int] = {}  # own clients, as they were told of
        self._others: dict[str, tuple[float, dict[str, int]]] = {}  # by worker: when it was heard, clients a room
        self._extras: dict[tuple[str, str, int | None], dict[str, Any]] = {}
        self._catching_up: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, code: str, event: str, data: Mapping[str, Any], skip_sid: str | None) -> None:
        """Announce to this worker's clients; see ``broadcast.Announce``."""
        self._announce(code, event, data, skip_sid)
        if event == "presence":
            self._tell_who_is_here(code)

    def start(self, rooms: Rooms, copies: Copies, turns: Turns) -> None:
        """Begin to look after rooms; called on the event loop."""
        self._rooms, self._turns = rooms, turns
        copies.on_change = lambda code, seq: self._publish({"kind": "changed", "room": code, "from": self._name})
        copies.extra_of = lambda code, event, revision: self._extras.pop((code, event, revision), NOTHING)
        self._begin(self._patrol())

    async def stop(self) -> None:
        """Say that nobody is here any more, and end."""
        self._publish({"kind": "here", "from": self._name, "rooms": {}, "all": True})
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def prepare(self, code: str, announcements: Sequence[Announcement]) -> None:
        """Tell the other workers what goes with facts that are about to be kept, and is not kept with them.

        It is sent before, so that they have it whichever way they learn of the facts.
        """
        for event, data, _ in announcements:
            extra = {"by": data.get("by")} if data.get("by") else {}
            if data.get("thumbnail"):
                extra["thumbnail"] = base64.b64encode(data["thumbnail"]).decode()
            if extra:
                key = {"room": code, "event": event, "revision": data.get("revision")}
                self._publish({"kind": "extra", "from": self._name, **key, **extra})

    def look_around(self) -> None:
        """Look after all rooms with clients: messages may have been lost."""
        self._forget_silent()
        rooms = self._rooms.with_clients() if self._rooms else []
        here = {room.code: len(room.members) for room in rooms}
        self._publish({"kind": "here", "from": self._name, "rooms": here, "all": True})
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
            with contextlib.suppress(StorageError):  # it is logged; the patrol comes again
                await self._turns.fresh(room)

    def _note_extra(self, message: Mapping[str, Any]) -> None:
        revision = message["revision"]
        if revision is not None and not isinstance(revision, int):
            raise ValueError("an extra without a revision")
        extra: dict[str, Any] = {}
        if "by" in message:
            extra["by"] = {"id": str(message["by"]["id"]), "name": str(message["by"]["name"])}
        if "thumbnail" in message:
            with contextlib.suppress(binascii.Error):
                extra["thumbnail"] = base64.b64decode(message["thumbnail"], validate=True)
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
        count = len(room.members) if room else 0
        if self._here.get(code, 0) != count:
            self._here[code] = count
            if not count:
                del self._here[code]
            self._publish({"kind": "here", "from": self._name, "rooms": {code: count}, "all": False})

    def _note_others(self, name: str, message: Mapping[str, Any]) -> None:
        rooms = {str(code): int(count) for code, count in message["rooms"].items() if int(count) >= 0}
        is_new = name not in self._others
        _, before = self._others.get(name, (0.0, {}))
        after = rooms if message["all"] else {**before, **rooms}
        self._others[name] = time.monotonic(), {code: count for code, count in after.items() if count}
        self._count({*before, *rooms})
        if is_new and self._rooms:
            here = {room.code: len(room.members) for room in self._rooms.with_clients()}
            self._publish({"kind": "here", "from": self._name, "rooms": here, "all": True})

    def _forget_silent(self) -> None:
        now = time.monotonic()
        for name, (heard, rooms) in list(self._others.items()):
            if now - heard > SILENT_SECONDS:
                del self._others[name]
                self._count(set(rooms))

    def _count(self, codes: set[str]) -> None:
        """Work out anew how many clients other workers have in some rooms, and announce what has changed."""
        for code in codes:
            room = self._rooms.peek(code) if self._rooms else None
            elsewhere = sum(rooms.get(code, 0) for _, rooms in self._others.values())
            if room is not None and room.members.elsewhere != elsewhere:
                room.members.elsewhere = elsewhere
                room.members.announce()

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)
