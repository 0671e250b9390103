"""A Socket.IO client of bytes: a websocket and its packets made by hand, so that it costs little beside the server."""

import asyncio
import base64
import json
import os
import struct
from collections.abc import Callable
from typing import Any, Final, cast
from urllib.parse import urlsplit

TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10
#: The parts of a Socket.IO packet's type, as Engine.IO messages: "4" and the type.
EVENT, ACK, BINARY_EVENT, BINARY_ACK = "42", "43", "45", "46"

Attachments = list[bytes]
Announced = Callable[[str, Any, Attachments], None]


def frame(opcode: int, content: bytes) -> bytes:
    """Return a client's websocket frame. Its mask is zero, which is allowed and costs nothing.

    >>> frame(TEXT, b"3").hex()
    '81810000000033'
    """
    size = len(content)
    if size < 126:
        head = struct.pack(">BB", 0x80 | opcode, 0x80 | size)
    elif size < 65536:
        head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + bytes(4) + content


def read_packet(text: str) -> tuple[str, int, int | None, Any]:
    """Return a packet's type, its number of attachments, its id and its data.

    Raises:
        ValueError: It is no packet.

    >>> read_packet('461-12[{"_placeholder": true, "num": 0}]')
    ('46', 1, 12, [{'_placeholder': True, 'num': 0}])
    >>> read_packet('42["presence",{"here":3}]')
    ('42', 0, None, ['presence', {'here': 3}])
    """
    kind, at, count = text[:2], 2, 0
    if kind in (BINARY_EVENT, BINARY_ACK):
        dash = text.index("-")
        count, at = int(text[2:dash]), dash + 1
    end = at
    while text[end : end + 1].isdigit():
        end += 1
    return kind, count, int(text[at:end]) if end > at else None, json.loads(text[end:])


class RefusedError(RuntimeError):
    """The server answered with an error, of this code."""

    def __init__(self, event: str, error: Any) -> None:
        super().__init__(f"{event}: {error}")
        self.code = str(error.get("code")) if isinstance(error, dict) else ""


class Client(asyncio.Protocol):
    """One connection.

    Args:
        on_announced: Called with an announcement's event, data and attachments.

    Attributes:
        faults: What came that should not have: answers to nothing, packets that can't be read.
        heard: How many announcements came.
    """

    def __init__(self, on_announced: Announced | None = None) -> None:
        self._on_announced = on_announced
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._upgraded = False
        self._parts: list[bytes] = []
        self._opcode = TEXT
        self._packet: tuple[str, int, int | None, Any] | None = None
        self._attachments: Attachments = []
        self._waiting: dict[int, asyncio.Future[tuple[Any, Attachments]]] = {}
        self._next_id = 0
        self.connected: asyncio.Future[None] = self._loop.create_future()
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self.faults: list[str] = []
        self.heard = 0

    @classmethod
    async def connect(cls, url: str, on_announced: Announced | None = None, timeout: float = 20) -> "Client":
        """Connect to a server by websocket, up to Socket.IO's own connection.

        Raises:
            OSError: Nothing listens there, or the connection ended meanwhile.
            asyncio.TimeoutError: It took too long.
        """
        parts = urlsplit(url)
        loop = asyncio.get_running_loop()
        host, port = parts.hostname or "127.0.0.1", parts.port or 80
        _, client = await loop.create_connection(lambda: cls(on_announced), host, port)
        key = base64.b64encode(os.urandom(16)).decode()
        path = f"/socket.io/?EIO=4&transport=websocket{'&' * bool(parts.query)}{parts.query}"
        client._write(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        try:
            await asyncio.wait_for(asyncio.shield(client.connected), timeout)
        except BaseException:
            client.close()
            raise
        return client

    def ask(self, event: str, data: Any, attachment: bytes | None = None) -> "asyncio.Future[tuple[Any, Attachments]]":
        """Send a request.

        Returns:
            Its acknowledgement and the attachments of that; a ConnectionError if the connection ends before.
        """
        number, self._next_id = self._next_id, self._next_id + 1
        future: asyncio.Future[tuple[Any, Attachments]] = self._loop.create_future()
        if self.closed.done():
            future.set_exception(ConnectionError("The connection is closed."))
            future.exception()
            return future
        self._waiting[number] = future
        if attachment is None:
            self._write(frame(TEXT, f"{EVENT}{number}{json.dumps([event, data])}".encode()))
        else:
            content = json.dumps([event, data, {"_placeholder": True, "num": 0}])
            self._write(frame(TEXT, f"{BINARY_EVENT}1-{number}{content}".encode()) + frame(BINARY, attachment))
        return future

    async def call(self, event: str, data: Any, attachment: bytes | None = None, timeout: float = 30) -> Any:
        """Send a request and wait for its acknowledgement.

        Raises:
            RefusedError: The server refused it.
        """
        answer, _ = await asyncio.wait_for(self.ask(event, data, attachment), timeout)
        if isinstance(answer, dict) and not answer.get("ok"):
            raise RefusedError(event, answer.get("error"))
        return answer

    def close(self) -> None:
        """Close the connection, whatever is on its way."""
        if self._transport is not None:
            self._transport.abort()

    # ---- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell everybody who waits."""
        lost = ConnectionError(f"The connection ended: {error or 'closed'}.")
        waiting: list[asyncio.Future[Any]] = [self.connected, *self._waiting.values()]
        for future in waiting:
            if not future.done():
                future.set_exception(lost)
                future.exception()  # nobody may be waiting for it any more
        self._waiting.clear()
        if not self.closed.done():
            self.closed.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Take frames out of what came."""
        buffer = self._buffer
        buffer += data
        if not self._upgraded:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            status = bytes(buffer[: buffer.find(b"\r\n")])
            if b" 101" not in status:
                if not self.connected.done():
                    self.connected.set_exception(ConnectionError(f"The server refused: {status.decode('latin-1')}."))
                self.close()
                return
            del buffer[: end + 4]
            self._upgraded = True
        at, size = 0, len(buffer)
        while size - at >= 2:
            first, length, start = buffer[at], buffer[at + 1] & 0x7F, at + 2
            if length >= 126:
                wide = 2 if length == 126 else 8
                if size - start < wide:
                    break
                length, start = int.from_bytes(buffer[start : start + wide], "big"), start + wide
            if size - start < length:
                break
            self._on_frame(first, bytes(buffer[start : start + length]))
            at = start + length
        del buffer[:at]

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _on_frame(self, first: int, content: bytes) -> None:
        opcode = first & 0x0F
        if opcode == PING:
            self._write(frame(PONG, content))
        elif opcode == CLOSE:
            self.close()
        elif opcode <= BINARY:
            if opcode:
                self._opcode = opcode
            self._parts.append(content)
            if first & 0x80:
                whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
                self._parts.clear()
                try:
                    self._on_message(whole)
                except (ValueError, LookupError, TypeError) as error:
                    self.faults.append(f"{error!r} in {whole[:80]!r}")

    def _on_message(self, content: bytes) -> None:
        if self._opcode == BINARY:
            if self._packet is None:
                raise ValueError("an attachment of nothing")
            self._attachments.append(content)
            if len(self._attachments) == self._packet[1]:
                packet, attachments = self._packet, self._attachments
                self._packet, self._attachments = None, []
                self._on_packet(packet, attachments)
            return
        text = content.decode()
        if text == "2":
            self._write(frame(TEXT, b"3"))
        elif text.startswith("0"):
            self._write(frame(TEXT, b"40"))
        elif text.startswith("40"):
            self.connected.set_result(None)
        elif text[:2] in (EVENT, ACK, BINARY_EVENT, BINARY_ACK):
            packet = read_packet(text)
            if packet[1]:
                self._packet = packet
            else:
                self._on_packet(packet, [])
        elif text[:2] in ("41", "44") or text == "1":
            self.close()
        elif text != "6":
            raise ValueError("an unknown packet")

    def _on_packet(self, packet: tuple[str, int, int | None, Any], attachments: Attachments) -> None:
        kind, _, number, data = packet
        if kind in (ACK, BINARY_ACK):
            future = self._waiting.pop(number) if number is not None else None
            if future is None:
                raise ValueError("an acknowledgement without a number")
            if not future.done():
                future.set_result((data[0] if len(data) == 1 else data, attachments))
            return
        self.heard += 1
        if self._on_announced is not None:
            self._on_announced(data[0], data[1], attachments)
