"""One Engine.IO session: a client over polling or a websocket, and the frames that wait for it.

python-engineio's ``AsyncServer`` calls it in the place of its own ``AsyncSocket``, which, as of 4.15.1:

- queues frames without a limit, for a client that reads nothing;
- waits for a polled client's queue to be empty, which nothing may ever empty (``close`` waits in ``Queue.join``);
- drops all that follows a bad packet in a polled payload, and answers a forged one with a traceback;
- makes a task and a timer for every message that it reads;
- measures by the wall clock, so that a clock that is set ends all connections.

Everything happens on the event loop. Only ``server/transport/engine.py`` imports this module.
"""

import asyncio
import base64
import binascii
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from engineio import packet
from engineio.exceptions import EngineIOError

from server.transport.asgi import Receive, Send

OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0123456"
#: Frames of one polled payload are separated by this.
SEPARATOR: Final = "\x1e"
#: Most frames of one polled payload; a burst of requests has two each.
MAX_FRAMES: Final = 512
#: python-engineio's clients take no more in the answer to a poll; the rest waits for the next.
MAX_ANSWERED_FRAMES: Final = 16
#: Seconds until a client that does not read must take the last frame, before its connection is cut.
CLOSE_SECONDS: Final = 1.0

#: Seconds for each step of an upgrade to a websocket; polling goes on after that.
UPGRADE_SECONDS: Final = 10.0

Frame = str | bytes

log = logging.getLogger(__name__)


class Session:
    """One client.

    Args:
        engine: The Engine.IO server.
        sid: The session's id.
        address: Where the client comes from.
        max_queued_bytes: What may wait for the client; beyond it, the session ends.

    Attributes:
        connected: Whether it is open.
        upgrading: Whether a websocket is about to take over from polling.
        upgraded: Whether it has a websocket.
        closing, closed: Whether it ends, and has ended.
        session: What ``AsyncServer.get_session`` returns.
        close_code: With which its websocket is closed; 1000 is the usual one.
    """

    upgrade_protocols = ("websocket",)

    def __init__(self, engine: Any, sid: str, address: str, max_queued_bytes: int) -> None:
        self.sid = sid
        self.address = address
        self.connected = self.upgrading = self.upgraded = self.closing = self.closed = False
        self.session: dict[str, Any] = {}
        self.close_code = 1000
        self._engine = engine
        self._max_queued_bytes = max_queued_bytes
        self._frames: deque[Frame] = deque()
        self._queued_bytes = 0
        self._has_frames = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None

    # ---- sending

    def put(self, frames: list[Frame]) -> None:
        """Queue frames that belong together. A client that let too many wait is disconnected.

        Args:
            frames: Encoded for a websocket: text with its type, or the bytes of an attachment.
        """
        if self.closed:
            return
        self._frames.extend(frames)
        self._queued_bytes += sum(map(len, frames))
        self._has_frames.set()
        if self._queued_bytes > self._max_queued_bytes:
            log.info("A client that reads too slowly was disconnected.")
            self._drop()
            self.end(self._engine.reason.TRANSPORT_ERROR)

    async def send(self, pkt: packet.Packet) -> None:
        """Queue one Engine.IO packet."""
        encoded = pkt.encode()
        self.put([encoded])

    def end(self, reason: str) -> None:
        """End the session soon; may be called from within anything."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self.close(reason=reason))

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """End the session and tell the application. It waits for nothing, whatever ``wait`` and ``abort`` are."""
        if self.closing or self.closed:
            return
        self.closing = True
        if self._timer:
            self._timer.cancel()
        try:
            await self._engine._trigger_event(
                "disconnect", self.sid, reason or self._engine.reason.SERVER_DISCONNECT, run_async=False
            )
        finally:
            # A poll that waits ends with an error, and a websocket is closed: Engine.IO's own CLOSE would leave
            # python-engineio's clients waiting.
            self.closed = True
            self._has_frames.set()
            if self._reader:
                self._reader.cancel()
            if self._engine.sockets.get(self.sid) is self:
                del self._engine.sockets[self.sid]

    def _take_frames(self) -> list[Frame]:
        frames = list(self._frames)
        self._drop()
        return frames

    def _drop(self) -> None:
        self._frames.clear()
        self._queued_bytes = 0
        self._has_frames.clear()

    # ---- signs of life

    def schedule_ping(self) -> None:
        """Ask for a sign of life after a while."""
        self._set_timer(self._engine.ping_interval, self._ping)

    def _ping(self) -> None:
        self.put([PING])
        self._set_timer(self._engine.ping_timeout, lambda: self.end(self._engine.reason.PING_TIMEOUT))

    def _set_timer(self, seconds: float, callback: Callable[[], None]) -> None:
        if self._timer:
            self._timer.cancel()
        if not self.closed and not self.closing:
            self._timer = asyncio.get_running_loop().call_later(seconds, callback)

    # ---- receiving

    async def receive(self, frame: Frame | None) -> bool:
        """Take one frame; return False for one that no client sends. None is an attachment that can't be read."""
        if not isinstance(frame, str):
            await self._engine._trigger_event("message", self.sid, frame)
            return frame is not None
        kind = frame[:1]
        if kind == MESSAGE:
            await self._engine._trigger_event("message", self.sid, frame[1:])
        elif kind == PONG:
            self.schedule_ping()
        elif kind == CLOSE:
            await self.close(abort=True, reason=self._engine.reason.CLIENT_DISCONNECT)
        else:
            log.info("A frame that is no packet was skipped.")
            return False
        return True

    # ---- polling

    async def poll(self) -> list["PolledFrame"]:
        """Wait for frames, and return all that wait; [] where none came in time."""
        timeout = self._engine.ping_interval + self._engine.ping_timeout
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._has_frames.wait(), timeout)
        frames: list[PolledFrame] = []
        while self._frames and len(frames) < MAX_ANSWERED_FRAMES:
            frame = self._frames.popleft()
            self._queued_bytes -= len(frame)
            frames.append(PolledFrame(frame))
        if not self._frames:
            self._has_frames.clear()
        return frames

    async def handle_get_request(self, environ: dict[str, Any]) -> Any:
        """Answer a poll with what waits, or serve a websocket to its end."""
        if environ["asgi.scope"]["type"] == "websocket":
            await self._serve_websocket(environ["asgi.receive"], environ["asgi.send"])
            return ""
        if self.upgrading or self.upgraded:
            return [PolledFrame(NOOP)]
        frames = await self.poll()
        if not frames:
            await self.close(abort=True, reason=self._engine.reason.TRANSPORT_ERROR)
            raise EngineIOError
        return frames

    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take the frames of one polled payload; bad ones among good ones are skipped.

        Raises:
            EngineIOError: For a payload that is too big, or has no good frame.
        """
        limit = self._engine.max_http_buffer_size
        body = await environ["wsgi.input"].read(limit + 1)
        if len(body) > limit:
            raise EngineIOError
        texts = body.decode("utf-8", "replace").split(SEPARATOR)
        if len(texts) > MAX_FRAMES:
            raise EngineIOError
        taken = [await self.receive(frame) for frame in map(decoded, texts)]
        if not any(taken):
            raise EngineIOError

    # ---- websockets

    async def _serve_websocket(self, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        try:
            if self.connected and not await self._upgrade(receive, send):
                return
            self.connected = self.upgraded = True
            self._reader = asyncio.ensure_future(self._read(receive))
            writer = asyncio.ensure_future(self._write(send))
            try:
                await asyncio.wait({self._reader, writer}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await self.close(abort=True, reason=self._engine.reason.TRANSPORT_CLOSE)
                # The writer ends by itself once the last frame is written, if the client reads.
                await asyncio.wait({writer}, timeout=CLOSE_SECONDS)
                for task in (self._reader, writer):
                    task.cancel()
                await asyncio.gather(self._reader, writer, return_exceptions=True)
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(send({"type": "websocket.close", "code": self.close_code}), CLOSE_SECONDS)

    async def _upgrade(self, receive: Receive, send: Send) -> bool:
        """Let a websocket take over from polling; return whether it did."""
        if self.upgraded or self.upgrading or self.closed:
            return False
        try:
            if await asyncio.wait_for(next_frame(receive), UPGRADE_SECONDS) != f"{PING}probe":
                return False
            await send({"type": "websocket.send", "text": f"{PONG}probe"})
            self.upgrading = True
            self.put([NOOP])  # a poll that waits is answered
            return await asyncio.wait_for(next_frame(receive), UPGRADE_SECONDS) == UPGRADE
        except asyncio.TimeoutError:
            return False
        finally:
            self.upgrading = False

    async def _read(self, receive: Receive) -> None:
        while (frame := await next_frame(receive)) is not None:
            try:
                await self.receive(frame)
            except Exception:
                log.exception("A message could not be answered.")
                return
            if self.closed:
                return
            # What has come already is read without a wait: others must have their turn.
            await asyncio.sleep(0)

    async def _write(self, send: Send) -> None:
        while True:
            await self._has_frames.wait()
            for frame in self._take_frames():
                kind = "bytes" if isinstance(frame, bytes) else "text"
                try:
                    await send({"type": "websocket.send", kind: frame})
                except Exception:  # the client is gone; the reader sees it, too
                    return
            if self.closed and not self._frames:
                return


class PolledFrame:
    """A frame in the answer to a poll, as ``engineio.payload.Payload`` encodes it."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def encode(self, b64: bool = True) -> str:
        """Return the frame as text."""
        frame = self._frame
        return frame if isinstance(frame, str) else "b" + base64.b64encode(frame).decode("ascii")


def decoded(text: str) -> Frame | None:
    r"""Return the frame in one part of a polled payload; None for broken base64.

    Example:
        >>> decoded("bAAE="), decoded("3"), decoded("b!")
        (b'\x00\x01', '3', None)
    """
    if not text.startswith("b"):
        return text
    try:
        return base64.b64decode(text[1:], validate=True)
    except (binascii.Error, ValueError):
        return None


async def next_frame(receive: Receive) -> Frame | None:
    """Return what a websocket received next; None once it is closed."""
    event = await receive()
    if event["type"] != "websocket.receive":
        return None
    text: str | None = event.get("text")
    return text if text is not None else bytes(event.get("bytes") or b"")
