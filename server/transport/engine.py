"""Socket.IO and Engine.IO on one event loop: python-socketio's servers, with what they lack.

As of python-socketio 5.18.1 and python-engineio 4.15.1:

- ``AsyncServer._handle_connect`` makes sessions without a limit; ``Engine`` refuses those beyond one, in words.
- ``AsyncManager.emit`` makes a task for each frame and receiver; ``Server.announce`` queues them at once, in order.
- ``AsyncServer._handle_eio_message`` takes a text for an attachment that is missing; ``Server`` answers with an error.
- ``AsyncServer._handle_eio_message`` raises for what comes before or after a connection, and logs a traceback for each;
  ``Server`` ends such a session.
- ``AsyncServer.handle_request`` logs an error for the first poll of a session that is over; ``Engine`` does not.

Only ``server/app.py`` imports this module.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import engineio
import socketio
from engineio import packet as engine_packet
from socketio import packet

from server.contract.errors import ContractError
from server.transport.asgi import client_address, network_of, refuse
from server.transport.session import Session

#: A websocket's code for a server that stops, and may start again.
SERVICE_RESTART: Final = 1012

log = logging.getLogger(__name__)


class Engine(engineio.AsyncServer):  # type: ignore[misc, unused-ignore]
    """An Engine.IO server whose sessions are limited in number, in all and by address.

    Args:
        max_sessions: Most sessions at once.
        max_sessions_by_address: Most sessions of one address.
        max_queued_bytes: What may wait for one client.
        options: Those of ``engineio.AsyncServer``.
    """

    def __init__(
        self, *, max_sessions: int, max_sessions_by_address: int, max_queued_bytes: int, **options: Any
    ) -> None:
        super().__init__(async_mode="asgi", monitor_clients=False, http_compression=False, **options)
        # A poll is often under way while its session ends; after a start of the server, every client sends one.
        self.log_message_keys.add("bad-sid")
        self._max_sessions = max_sessions
        self._max_sessions_by_address = max_sessions_by_address
        self._max_queued_bytes = max_queued_bytes

    def is_full(self, address: str) -> bool:
        """Say whether there is no room for one more session of an address."""
        if len(self.sockets) >= self._max_sessions:
            return True
        if len(self.sockets) < self._max_sessions_by_address:
            return False
        counts = Counter(session.address for session in self.sockets.values())
        return counts[address] >= self._max_sessions_by_address

    async def close_all(self) -> None:
        """End all sessions, since the server stops; polls that wait are answered."""
        for session in list(self.sockets.values()):
            session.close_code = SERVICE_RESTART
            await session.close()

    async def handle_request(self, *args: Any, **kwargs: Any) -> Any:
        """Answer one request; a client that leaves in the middle of it is no fault of ours."""
        try:
            return await super().handle_request(*args, **kwargs)
        except (KeyError, UnboundLocalError):  # the libraries' own, where a request or its session ends early
            log.info("A request ended before it was answered.")
            return None

    async def _handle_connect(self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None) -> Any:
        scope, send = environ["asgi.scope"], environ["asgi.send"]
        address = network_of(client_address(scope))
        if self.is_full(address):
            await refuse(scope, send, ContractError("tooManyConnections", came=len(self.sockets)))
            return ""
        sid = self.generate_id()
        session = Session(self, sid, address, self._max_queued_bytes)
        self.sockets[sid] = session
        details = {
            "sid": sid,
            "upgrades": self._upgrades(sid, transport),
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        await session.send(engine_packet.Packet(engine_packet.OPEN, details))
        await self._trigger_event("connect", sid, environ, run_async=False)
        session.schedule_ping()
        if transport == "websocket":
            return await session.handle_get_request(environ)
        session.connected = True
        return self._ok(await session.poll())

    async def _make_response(self, response: dict[str, Any], environ: dict[str, Any]) -> Any:
        """Answer; a websocket that is refused before it is open gets a status, like any request."""
        scope = environ["asgi.scope"]
        if scope["type"] == "websocket":
            await refuse(scope, environ["asgi.send"], ContractError("badRequest", came="to open a websocket"))
            return ""
        return await super()._make_response(response, environ)


class Server(socketio.AsyncServer):  # type: ignore[misc, unused-ignore]
    """A Socket.IO server that announces at once, and ends sessions that send what no client sends.

    Args:
        options: Those of ``socketio.AsyncServer`` and of ``Engine``.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(async_handlers=False, always_connect=False, **options)

    def announce(self, event: str, data: Mapping[str, Any], room: str, skip_sid: str | None = None) -> None:
        """Queue an event for every client in a room, but for one. Called on the event loop."""
        encoded = self.packet_class(packet.EVENT, namespace="/", data=[event, data]).encode()
        frames = websocket_frames(encoded)
        for sid, engine_sid in self.manager.get_participants("/", channel(room)):
            session = self.eio.sockets.get(engine_sid)
            if session is not None and sid != skip_sid:
                session.put(frames)

    def tell(self, event: str, data: Mapping[str, Any], sid: str) -> None:
        """Queue an event for one client. Called on the event loop."""
        encoded = self.packet_class(packet.EVENT, namespace="/", data=[event, data]).encode()
        session = self.eio.sockets.get(self.manager.eio_sid_from_sid(sid, "/"))
        if session is not None:
            session.put(websocket_frames(encoded))

    def enter(self, sid: str, room: str) -> None:
        """Let a client hear what is announced to a room; at once, unlike ``enter_room``."""
        self.manager.basic_enter_room(sid, "/", channel(room))

    def leave(self, sid: str, room: str) -> None:
        """Let a client hear no more of a room."""
        self.manager.basic_leave_room(sid, "/", channel(room))

    async def _send_packet(self, eio_sid: str, pkt: Any) -> None:
        session = self.eio.sockets.get(eio_sid)
        if session is not None:
            session.put(websocket_frames(pkt.encode()))

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace or "/")
        if sid is None or not self.manager.is_connected(sid, namespace or "/"):
            if not self._is_connected(eio_sid):
                self._end(eio_sid)
            return
        await super()._handle_event(eio_sid, namespace, id, data)

    async def _handle_eio_message(self, eio_sid: str, data: str | bytes | None) -> None:
        """Take one message; None is an attachment that can't be read."""
        half = None if isinstance(data, bytes) else self._binary_packet.pop(eio_sid, None)
        if half is not None:
            half.give_up()
            await self._handle_event(eio_sid, half.namespace, half.id, half.data)
        if data is None:
            return
        if isinstance(data, bytes) and eio_sid not in self._binary_packet and not self._is_connected(eio_sid):
            self._end(eio_sid)
            return
        try:
            await super()._handle_eio_message(eio_sid, data)
        except ValueError:  # a binary packet of a client that is not connected
            self._end(eio_sid)

    def _is_connected(self, eio_sid: str) -> bool:
        return self.manager.sid_from_eio_sid(eio_sid, "/") is not None

    def _end(self, eio_sid: str) -> None:
        log.info("A client that sent a message before it was connected was disconnected.")
        session = self.eio.sockets.get(eio_sid)
        if session is not None:
            session.end(self.eio.reason.TRANSPORT_ERROR)

    def _engineio_server_class(self) -> type[Engine]:
        return Engine


class Announcer:
    """Sends announcements in the order in which they come, from any thread.

    Args:
        server: The Socket.IO server.

    Attributes:
        loop: The event loop; None before it runs, and then nobody is connected.
    """

    def __init__(self, server: Server) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._server = server

    def __call__(self, room: str, event: str, data: Mapping[str, Any], skip_sid: str | None) -> None:
        """Queue one announcement; see ``server/rooms/broadcast.py``."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._send, event, data, room, skip_sid)

    def _send(self, event: str, data: Mapping[str, Any], room: str, skip_sid: str | None) -> None:
        try:
            self._server.announce(event, data, room, skip_sid)
        except Exception:
            log.exception("An announcement failed; its clients will see a gap.")


def websocket_frames(encoded: str | list[str | bytes]) -> list[str | bytes]:
    """Return the frames of an encoded Socket.IO packet as a websocket carries them.

    Example:
        >>> websocket_frames(['51-["x",{"_placeholder":true,"num":0}]', b"1"])
        ['451-["x",{"_placeholder":true,"num":0}]', b'1']
    """
    parts = encoded if isinstance(encoded, list) else [encoded]
    return [part if isinstance(part, bytes) else f"4{part}" for part in parts]


def channel(room: str) -> str:
    """Return the name of a room's clients in Socket.IO, which names each client's own by its id."""
    return f"room:{room}"
