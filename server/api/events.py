"""The whole socket surface: every event that a client can send, on one screen.

Finds the command by the event's name, parses it, runs it, answers. ``docs/wire.md`` says what each event means. Only
``server/app.py`` imports this module.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any, Final

from server.api import camera_commands, commands, fields, owner_commands
from server.api.client import Client
from server.contract.errors import ContractError
from server.operations.requests import Requests
from server.rooms.codes.tries import Tries
from server.rooms.last_changes import ChangeId, MadeBeforeError, requested
from server.rooms.people.cameras import asker_channel, camera_channel
from server.rooms.people.owner import Entry
from server.rooms.room import Answer, Room
from server.rooms.rooms import Rooms
from server.rooms.storage import StorageError
from server.rooms.workers.turns import Turns
from server.settings import Settings
from server.transport.asgi import client_address, network_of
from server.transport.engine import Server
from server.transport.packet import UNREADABLE

log = logging.getLogger(__name__)

#: What a client in a room can ask, by the event's name.
ROOM_COMMANDS: Final[Mapping[str, type[commands.RoomCommand]]] = {
    "classify": commands.Classify,
    "evaluate": commands.Evaluate,
    "addExample": commands.AddExample,
    "removeExample": commands.RemoveExample,
    "addLabel": commands.AddLabel,
    "renameLabel": commands.RenameLabel,
    "clearLabel": commands.ClearLabel,
    "clearAllLabels": commands.ClearAllLabels,
    "orderLabels": commands.OrderLabels,
    "styleLabel": commands.StyleLabel,
    "nameProject": commands.NameProject,
    "noteRemovals": commands.NoteRemovals,
    "getCountByLabel": commands.GetCountByLabel,
    "configure": commands.Configure,
    "sync": commands.Sync,
    "tellAnswer": commands.TellAnswer,
    "frame": camera_commands.Frame,
    "askCamera": camera_commands.AskCamera,
    "setAccess": owner_commands.SetAccess,
    "muteContributor": owner_commands.MuteContributor,
    "removeContributor": owner_commands.RemoveContributor,
    "present": owner_commands.Present,
}
#: Those that change nothing.
QUESTIONS: Final = frozenset(
    {"classify", "evaluate", "getCountByLabel", "sync", "present", "tellAnswer", "frame", "askCamera"}
)
#: All that a client may ask that is a camera only.
OF_CAMERAS: Final = frozenset({"frame"})
EVENTS: Final = ("join", *ROOM_COMMANDS, "closeRoom")
ANNOUNCEMENTS: Final = (
    "exampleAdded",
    "exampleRemoved",
    "labelAdded",
    "labelRenamed",
    "labelCleared",
    "labelsOrdered",
    "labelStyled",
    "projectNamed",
    "configured",
    "accessChanged",
    "changed",
    "evaluated",
    "answered",
    "presence",
    "presented",
    "cameraFrame",
    "cameraAsked",
    "removedFromRoom",
    "roomClosed",
)


class Events:
    """Answers every event that clients send, known or not.

    Args:
        server: The Socket.IO server.
        rooms: The open rooms.
        tries: How often a code or a secret may be tried.
        settings: For the limits.
        executor: Whose threads read rooms from the disk.
        requests: Counts what is asked, and refuses it once the server stops.
        turns: How rooms that other workers have, too, are asked and changed; None where there are none.
    """

    def __init__(
        self,
        server: Server,
        rooms: Rooms,
        tries: Tries,
        settings: Settings,
        executor: Executor,
        requests: Requests,
        turns: Turns | None = None,
    ) -> None:
        self._server = server
        self._rooms = rooms
        self._tries = tries
        self._requests_per_second = settings.requests_per_second
        self._limits = settings.limits()
        self._executor = executor
        self._turns = turns
        self._clients: dict[str, Client] = {}
        self._large_pages = asyncio.Lock()
        #: Called on the event loop with the code of a room that was closed.
        self.on_closed: Callable[[str], None] = lambda code: None
        self._with_snapshot_coming: set[Room] = set()
        server.on("connect")(self._connect)
        server.on("disconnect")(self._disconnect)
        server.on("*")(requests.counted(self._answer, EVENTS))

    def _connect(self, sid: str, environ: Mapping[str, Any], _auth: object = None) -> None:
        address = network_of(client_address(environ["asgi.scope"]))
        self._clients[sid] = Client(sid, address, self._requests_per_second)

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        client = self._clients.pop(sid, None)
        if client and client.room:
            self._rooms.leave(client.room, sid)

    async def _answer(self, event: str, sid: str, *args: object) -> Answer:
        client = self._clients.get(sid)
        if client is None:  # it left while its message waited
            return {"ok": False, "error": ContractError("notJoined", came=event).as_dict()}
        try:
            client.count(event)
            return {"ok": True, **await self._run(event, client, *args)}
        except ContractError as error:
            return {"ok": False, "error": error.as_dict()}
        except Exception:
            log.exception("The request %s failed.", event)
            return {"ok": False, "error": ContractError("internal").as_dict()}

    async def _run(self, event: str, client: Client, *args: object) -> Answer:
        if event == UNREADABLE and args and isinstance(args[0], ContractError):
            raise args[0]
        if event not in EVENTS:
            raise ContractError("badRequest", came=event, expected=f"one of {', '.join(EVENTS)}")
        data = fields.packet_data(event, args)
        if event == "join":
            return await self._join(client, commands.Join.parse(data))
        if client.room is None:
            raise ContractError("notJoined", came=event)
        room = client.room = self._rooms.current(client.room)
        check_role(room, client, event)
        if event == "closeRoom":
            return await self._close(client, room)
        attachment = args[1] if len(args) > 1 else None
        command = ROOM_COMMANDS[event].parse(data, attachment, self._limits)
        change = None if event in QUESTIONS else fields.change(data.get("change"), event)
        if isinstance(command, commands.Sync) and command.is_packed:
            await self._wait_for_turn()
        try:
            if self._turns and event not in QUESTIONS:
                answer = await self._turns.change(room, lambda room: self._run_in(room, event, command, client, change))
                room = self._rooms.current(room)
            else:
                room = await self._turns.fresh(room) if self._turns else room
                answer = self._run_in(room, event, command, client, change)
        except StorageError:
            await self._reopen(self._rooms.current(room))
            raise
        if isinstance(command, camera_commands.AskCamera):
            # At once: it may be gone, or put out, by the time that all is kept.
            self._hear(client, room.code, *([asker_channel(room.code, command.key)] if command.key else []))
        if isinstance(answer, Awaitable):
            return await answer
        # Also an answer that only reads may tell of what is not kept yet.
        await self._until_kept(room)
        if event in ("muteContributor", "removeContributor"):
            self.put_out_strangers(room.code, "removedFromRoom")
            room.members.announce()
        if isinstance(command, owner_commands.SetAccess) and command.change.get("thumbnails") is False:
            await asyncio.get_running_loop().run_in_executor(self._executor, room.moderation.delete_thumbnails)
        return answer

    def _run_in(
        self, room: Room, event: str, command: commands.RoomCommand, client: Client, change: ChangeId | None
    ) -> Answer | Awaitable[Answer]:
        """Run a command in a room, which may have put the client out while it waited."""
        check_role(room, client, event)
        try:
            with requested(change):
                return command.run(room, client.sid)
        except MadeBeforeError:
            return {**room.counts(), "again": True}

    async def _wait_for_turn(self) -> None:
        """Wait until no other large page was made in this turn of the event loop: others' questions come in between."""
        async with self._large_pages:
            await asyncio.sleep(0)

    async def _close(self, client: Client, room: Room) -> Answer:
        """Delete a room, and tell the others that it is gone."""
        await asyncio.get_running_loop().run_in_executor(self._executor, self._rooms.close, room, client.sid)
        self._put_out(client)
        self.put_out_strangers(room.code, "roomClosed")
        return {}

    def put_out_strangers(self, code: str, event: str) -> None:
        """Put out, and tell, the clients in a room that it does not have any more. Called on the event loop.

        Args:
            code: The room's.
            event: What they are told: removedFromRoom or roomClosed.
        """
        room = self._rooms.get(code)
        if event == "roomClosed":
            self.on_closed(code)
        data = {"room": code} if event == "roomClosed" else {}
        for client in list(self._clients.values()):
            if client.room and client.room.code == code and not (room and client.sid in room.members.roles):
                self._put_out(client)
                self._server.tell(event, data, client.sid)

    def _put_out(self, client: Client) -> None:
        client.room = None
        self._hear(client)

    def _hear(self, client: Client, *channels: str) -> None:
        """Let a client hear what is announced to some channels, and to no others from now on."""
        before, client.channels = client.channels, frozenset(channels)
        for channel in client.channels - before:
            self._server.enter(client.sid, channel)
        for channel in before - client.channels:
            self._server.leave(client.sid, channel)

    async def _reopen(self, room: Room) -> None:
        """Go on with what was kept of a room; its other clients find it by themselves."""
        if room.journal.is_given_up:
            await asyncio.get_running_loop().run_in_executor(self._executor, self._rooms.reopen, room)

    async def _until_kept(self, room: Room) -> None:
        """Wait until all changes of a room are kept. Raises StorageError."""
        kept = room.journal.kept
        if kept is None:
            return
        try:
            if kept.done():
                kept.result()
            else:
                await asyncio.wrap_future(kept)
        except StorageError:
            await self._reopen(room)
            raise
        if room.journal.needs_snapshot and room not in self._with_snapshot_coming:
            self._with_snapshot_coming.add(room)
            done = asyncio.get_running_loop().run_in_executor(self._executor, self._rooms.keep_snapshot, room)
            done.add_done_callback(lambda _: self._with_snapshot_coming.discard(room))

    async def _join(self, client: Client, command: commands.Join) -> Answer:
        room, entry = await self._enter(client, command)
        if self._clients.get(client.sid) is not client:  # it left while the room was opened
            self._rooms.leave(room, client.sid)
            raise ContractError("notJoined", came="join")
        previous, client.room = client.room, room
        # Announcements are received before the snapshot is taken: no change falls between the two.
        self._hear(client, room.code if command.camera is None else camera_channel(room.code, command.camera))
        answer = {"role": entry.role, "limits": self._limits, **self._snapshot(room, client, command)}
        if entry.new_secret:
            answer["ownerSecret"] = entry.new_secret
        if previous and previous.code != room.code:
            self._rooms.leave(previous, client.sid)
        room.members.announce()
        await self._until_kept(room)
        if entry.role == "owner":
            loop = asyncio.get_running_loop()
            closes_at = await loop.run_in_executor(self._executor, self._rooms.closes_at, room.code)
            if closes_at is not None:
                answer["closesAt"] = closes_at
        return answer

    def _snapshot(self, room: Room, client: Client, command: commands.Join) -> Answer:
        """Return what a client that joins must know; a camera needs nothing of the room's content, nor its secret."""
        if command.camera is None:
            return room.snapshot(client.sid)
        return {"room": room.code, "contributor": room.members.contributor(client.sid)}

    async def _enter(self, client: Client, command: commands.Join) -> tuple[Room, Entry]:
        if command.room is None:
            self._tries.count_new_room(client.address)
            room, entry = await self._enter_opened(client, command, self._rooms.create)
            self._tries.remember(client.address, room.code)
            return room, entry
        with self._tries.one(client.address, command.room) as attempt:

            def make_room() -> None:
                if command.camera:
                    raise ContractError("noSuchRoom", came=command.room)
                if command.life:
                    command.life.check(self._rooms.identity, command.room or "")
                attempt.make_room()

            opening = partial(self._rooms.open, command.room, make_room)
            return await self._enter_opened(client, command, opening)

    async def _enter_opened(
        self, client: Client, command: commands.Join, opening: Callable[[], Room]
    ) -> tuple[Room, Entry]:
        loop = asyncio.get_running_loop()
        while True:
            room = self._rooms.get(command.room) if command.room else None
            if room is None:
                room = await loop.run_in_executor(self._executor, opening)

            def enter(room: Room) -> Entry | None:
                if command.life:
                    command.life.check(self._rooms.identity, room.code, room.epoch)
                return self._rooms.enter(
                    room,
                    lambda room: room.enter(client.sid, command.model, command.member, command.secret, command.camera),
                )

            try:
                entry = await self._turns.change(room, enter) if self._turns else enter(room)
            except ContractError as error:
                if self._turns and error.code == "roomClosed" and self._rooms.peek(room.code) is not room:
                    continue  # another worker had closed it: it is made anew
                if client.room is None or client.room.code != room.code:
                    self._rooms.leave(room, client.sid)  # it may have come in before that could not be kept
                raise
            if entry is not None:
                return self._rooms.current(room), entry


def check_role(room: Room, client: Client, event: str) -> None:
    """Check that a client is in a room, and is no camera that asks for more than a camera may.

    Raises:
        ContractError: notJoined or cameraOnly.
    """
    role = room.members.roles.get(client.sid)
    if role is None:  # it was put out, and will be told once that is kept
        raise ContractError("notJoined", came=event)
    if role == "camera" and event not in OF_CAMERAS:
        raise ContractError("cameraOnly", came=event)
