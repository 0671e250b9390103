"""The whole socket surface: every event that a client can send, on one screen.

Finds the command by the event's name, parses it, runs it, answers. ``docs/wire.md`` says what each event means. Only
``server/app.py`` imports this module.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from flask import request
from flask_socketio import SocketIO, join_room, leave_room

from server.api import commands, fields
from server.api.client import Client
from server.contract.errors import ContractError
from server.rooms.broadcast import Announce
from server.rooms.room import Answer
from server.rooms.rooms import Rooms
from server.settings import Settings
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
}
EVENTS: Final = ("join", *ROOM_COMMANDS)
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
    "evaluated",
    "presence",
)


def register(socketio: SocketIO, rooms: Rooms, settings: Settings) -> None:
    """Answer every event that clients send, known or not."""
    clients: dict[str, Client] = {}
    limits = settings.limits()

    def connect(_auth: object = None) -> None:
        sid = _sid()
        clients[sid] = Client(sid, settings.requests_per_second)

    def disconnect(_reason: object = None) -> None:
        client = clients.pop(_sid(), None)
        if client and client.room:
            client.room.members.leave(client.sid)

    def join(client: Client, command: commands.Join) -> Answer:
        room, role = rooms.enter(command.room, client.sid, command.model, command.member)
        previous, client.room = client.room, room
        try:
            # Announcements are received before the snapshot is taken: no change falls between the two.
            join_room(_channel(room.code))
            answer = {"role": role, "limits": limits, **room.snapshot()}
            if previous and previous is not room:
                leave_room(_channel(previous.code))
                previous.members.leave(client.sid)
            room.members.announce()
        finally:
            # The connection may have ended meanwhile, on a thread that saw only one of the two rooms, or none.
            if clients.get(client.sid) is not client:
                for entered in filter(None, {previous, room}):
                    entered.members.leave(client.sid)
        return answer

    def run(event: str, client: Client, *args: object) -> Answer:
        if event == UNREADABLE and args and isinstance(args[0], ContractError):
            raise args[0]
        if event not in EVENTS:
            raise ContractError("badRequest", came=event, expected=f"one of {', '.join(EVENTS)}")
        data = fields.packet_data(event, args)
        if event == "join":
            return join(client, commands.Join.parse(data))
        if client.room is None:
            raise ContractError("notJoined", came=event)
        attachment = args[1] if len(args) > 1 else None
        return ROOM_COMMANDS[event].parse(data, attachment, limits).run(client.room, client.sid)

    def answer(event: str, *args: object) -> Answer:
        try:
            client = clients[_sid()]
            client.bucket.take()
            return {"ok": True, **run(event, client, *args)}
        except ContractError as error:
            return {"ok": False, "error": error.as_dict()}
        except Exception:
            log.exception("The request %s failed.", event)
            return {"ok": False, "error": ContractError("internal").as_dict()}

    socketio.on("connect")(connect)
    socketio.on("disconnect")(disconnect)
    socketio.on("*")(answer)


def announcer(socketio: SocketIO) -> Announce:
    """Return the function that sends a room's announcements to its clients, but for one."""

    def announce(code: str, event: str, data: Mapping[str, Any], skip_sid: str | None) -> None:
        socketio.emit(event, data, to=_channel(code), skip_sid=skip_sid)

    return announce


def _channel(code: str) -> str:
    """Return the name of a room's clients in Socket.IO."""
    return f"room:{code}"


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
