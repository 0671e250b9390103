"""The whole socket surface: every event a client can send, on one screen.

Parses, calls a room, answers. ``docs/wire.md`` says what each event means.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import request
from flask_socketio import SocketIO, join_room, leave_room

from server.api import commands as fields
from server.api.rate import Bucket
from server.contract.errors import ContractError
from server.rooms.room import Room
from server.rooms.rooms import Rooms
from server.settings import Settings
from server.transport.packet import UNREADABLE

Data = Mapping[str, Any]
Answer = Mapping[str, Any]

log = logging.getLogger(__name__)


class Client:
    """One connection: its id, the room it is in, and how fast it may ask."""

    __slots__ = ("bucket", "room", "sid")

    def __init__(self, sid: str, requests_per_second: int) -> None:
        self.sid = sid
        self.room: Room | None = None
        self.bucket = Bucket(requests_per_second)


# ---- what a client in a room can ask: the data, and one binary attachment where there is one

RoomEvent = Callable[[Room, Data, object, str], Answer]
ROOM_EVENTS: Final[dict[str, RoomEvent]] = {
    "classify": lambda room, data, embedding, sid: room.classify(data, embedding),
    "evaluate": lambda room, data, _, sid: room.evaluate(data),
    "addExample": lambda room, data, embedding, sid: room.add_example(data, embedding, sid),
    "removeExample": lambda room, data, _, sid: room.remove_example(data.get("id"), sid),
    "addLabel": lambda room, data, _, sid: room.add_label(data.get("label"), sid),
    "renameLabel": lambda room, data, _, sid: room.rename_label(data.get("from"), data.get("to"), sid),
    "clearLabel": lambda room, data, _, sid: room.clear_label(data.get("label"), sid),
    "clearAllLabels": lambda room, data, _, sid: room.clear_all_labels(sid),
    "getCountByLabel": lambda room, data, _, sid: room.counts(),
    "configure": lambda room, data, _, sid: room.configure(data, sid),
    "sync": lambda room, data, _, sid: room.sync(fields.whole_number(data, "since", "sync"), data.get("cursor")),
}
EVENTS: Final = ("join", *ROOM_EVENTS)
ANNOUNCEMENTS: Final = (
    "exampleAdded",
    "exampleRemoved",
    "labelAdded",
    "labelRenamed",
    "labelCleared",
    "configured",
    "evaluated",
    "presence",
)


def channel(code: str) -> str:
    """Return the name under which Socket.IO knows a room's clients."""
    return f"room:{code}"


def register(socketio: SocketIO, rooms: Rooms, settings: Settings) -> None:
    """Answer every event that clients send, known or not."""
    clients: dict[str, Client] = {}

    def connect(_auth: object = None) -> None:
        sid = _sid()
        clients[sid] = Client(sid, settings.requests_per_second)

    def disconnect(_reason: object = None) -> None:
        client = clients.pop(_sid(), None)
        if client and client.room:
            client.room.leave(client.sid)

    def join(client: Client, data: Data) -> Answer:
        given = data.get("room")
        code = None if given is None else fields.room_code(given)
        room, role = rooms.enter(code, client.sid, fields.model(data.get("model")))
        before, client.room = client.room, room
        try:
            # Hear of changes first, then look: nothing falls between the two.
            join_room(channel(room.code))
            answer = {"role": role, "limits": settings.limits(), **room.snapshot()}
            if before and before is not room:
                leave_room(channel(before.code))
                before.leave(client.sid)
            room.announce_presence()
        finally:
            # Another thread can find the client gone meanwhile, and may have seen only one of the two rooms, or none.
            if clients.get(client.sid) is not client:
                for entered in filter(None, {before, room}):
                    entered.leave(client.sid)
        return answer

    def ask(event: str, client: Client, *args: object) -> Answer:
        if event == UNREADABLE and args and isinstance(args[0], ContractError):
            raise args[0]
        if event != "join" and event not in ROOM_EVENTS:
            raise ContractError("badRequest", came=event, expected=f"one of {', '.join(EVENTS)}")
        data = args[0] if args else None
        if not isinstance(data, dict):
            came = f"{event} with {type(data).__name__}" if args else f"{event} with nothing"
            raise ContractError("badRequest", came=came, expected="an object with the request's keys")
        if event == "join":
            return join(client, data)
        if client.room is None:
            raise ContractError("notJoined", came=event)
        return ROOM_EVENTS[event](client.room, data, args[1] if len(args) > 1 else None, client.sid)

    def answer(event: str, *args: object) -> Answer:
        try:
            client = clients[_sid()]
            client.bucket.take()
            return {"ok": True, **ask(event, client, *args)}
        except ContractError as error:
            return {"ok": False, "error": error.as_dict()}
        except Exception:
            log.exception("The request %s failed.", event)
            return {"ok": False, "error": ContractError("internal").as_dict()}

    socketio.on("connect")(connect)
    socketio.on("disconnect")(disconnect)
    socketio.on("*")(answer)


def announcer(socketio: SocketIO) -> Callable[[str, str, Data, "str | None"], None]:
    """Return what passes a room's news on to its clients, all but one."""

    def announce(code: str, event: str, data: Data, without: str | None) -> None:
        socketio.emit(event, data, to=channel(code), skip_sid=without)

    return announce


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
