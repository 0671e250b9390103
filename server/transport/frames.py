"""Socket.IO packets of several frames, queued as one unit, and encoded for each client's own transport.

A packet with binary parts is a text frame and one frame for each part. Upstream, as of python-socketio 5.18.1:

- ``Server._send_packet`` queues the frames one by one, without a lock. With threads, an acknowledgement or another
  client's announcement can land between them; the receiver takes it for a part, and an answer is lost.
- ``Manager.emit`` hands the same ``engineio.packet.Packet`` to all receivers of a broadcast, and ``Packet.encode``
  caches its first encoding: base64 for a client that polls, bytes for a websocket. The other kind can't read it.
"""

import threading
from typing import Any

from socketio.manager import Manager
from socketio.packet import EVENT


class PerClientManager(Manager):  # type: ignore[misc, unused-ignore]
    """python-socketio's manager of clients, with a packet of its own for each receiver of a broadcast."""

    def emit(
        self, event: str, data: Any, namespace: str, room: str | None = None, skip_sid: str | None = None, **_: Any
    ) -> None:
        """Send an event with one piece of data to every client in a room, but for one."""
        packet = self.server.packet_class(EVENT, namespace=namespace, data=[event, data])
        for sid, eio_sid in self.get_participants(namespace, room):
            if sid != skip_sid:
                self.server._send_packet(eio_sid, packet)


def install(server: Any) -> None:
    """Make a Socket.IO server queue all frames of a packet as one unit; sending them is not part of it."""
    # Re-entrant: queueing may find a client gone, whose disconnection is then announced from within.
    lock = threading.RLock()

    def send_packet(eio_sid: str, packet: Any) -> None:
        encoded = packet.encode()
        with lock:
            for frame in encoded if isinstance(encoded, list) else [encoded]:
                server.eio.send(eio_sid, frame)

    server._send_packet = send_packet
