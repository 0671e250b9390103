"""Messages of several frames, sent whole, and to each client in its own transport's form.

A message with binary parts is a text frame and a frame a part. python-socketio queues them one by one, so that with
threads an acknowledgement, or another member's news, can land between them: the receiver then takes it for a part, and
an answer is lost. And it gives all receivers of a broadcast one packet, which remembers how it was encoded first: as
base64 for a client that polls, or as bytes for one with a websocket, which the other kind can't read.
"""

import threading
from typing import Any

from socketio.manager import Manager
from socketio.packet import EVENT


class WholeManager(Manager):  # type: ignore[misc, unused-ignore]
    """python-socketio's manager of clients, whose broadcasts are a message of its own for everyone."""

    def emit(
        self, event: str, data: Any, namespace: str, room: str | None = None, skip_sid: str | None = None, **_: Any
    ) -> None:
        """Send an event with one piece of data to everyone in a room, but for one."""
        packet = self.server.packet_class(EVENT, namespace=namespace, data=[event, data])
        for sid, eio_sid in self.get_participants(namespace, room):
            if sid != skip_sid:
                self.server._send_packet(eio_sid, packet)


def install(server: Any) -> None:
    """Have a Socket.IO server queue every message whole. Queueing is quick; sending is not part of it."""
    # Queueing may find a client gone, whose disconnection then is told to others from within.
    queueing = threading.RLock()

    def send_packet(eio_sid: str, packet: Any) -> None:
        encoded = packet.encode()
        with queueing:
            for frame in encoded if isinstance(encoded, list) else [encoded]:
                server.eio.send(eio_sid, frame)

    server._send_packet = send_packet
