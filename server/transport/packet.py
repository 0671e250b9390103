"""Socket.IO packets that no client can use to harm the server, or to be left without an answer.

python-socketio drops what it can't decode, with a traceback in the log and no acknowledgement, waits for as many
attachments as a client announces, and takes a client's word for its own event names. Here such a packet becomes the
event UNREADABLE with the error as its argument, so that it is answered like every other request.
"""

import re
from typing import Any, Final

from socketio import packet

from server.contract.errors import ContractError

UNREADABLE: Final = ""
RESERVED: Final = frozenset({UNREADABLE, "*", "connect", "disconnect", "connect_error"})
EVENTS: Final = (packet.EVENT, packet.BINARY_EVENT)
OTHERS: Final = (packet.CONNECT, packet.DISCONNECT, packet.ACK)
MAX_ATTACHMENTS: Final = 4
HEAD: Final = re.compile(r"[0-9](\d+)-")


def unreadable(came: str, expected: str = "an event's name, an object, and bytes where they belong") -> list[Any]:
    """Return the data of the event that stands for what can't be read."""
    return [UNREADABLE, ContractError("badRequest", came=came, expected=expected)]


class SafePacket(packet.Packet):  # type: ignore[misc, unused-ignore]
    """A packet that always decodes, and knows its size.

    Attributes:
        message_bytes: Largest message that is not refused; ``bounded`` makes a class with another.
        size: Bytes that came so far: text and attachments.
    """

    packet_type: int
    message_bytes = 0
    size = 0
    too_big = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "encoded_packet" in kwargs and not kwargs["encoded_packet"]:
            self._junk("without content")

    def decode(self, encoded_packet: object) -> int:
        """Decode the text part and return how many attachments follow."""
        if not isinstance(encoded_packet, str):
            return self._junk(f"of {len(encoded_packet) if isinstance(encoded_packet, bytes) else 0} stray bytes")
        self.size = len(encoded_packet) if encoded_packet.isascii() else len(encoded_packet.encode("utf-8", "replace"))
        self.too_big = self.size > self.message_bytes
        head = HEAD.match(encoded_packet)
        attachments = int(head[1]) if head and len(head[1]) < 10 else 0
        # What is too big is not worth parsing, but for the number that its acknowledgement needs.
        text = encoded_packet.split("[", 1)[0] if self.too_big else encoded_packet
        try:
            attachments = int(super().decode(text) or 0)
        except (ValueError, RecursionError):
            if self.packet_type not in EVENTS:
                return self._junk("that is no packet")
            self.data = None
        if self.packet_type not in EVENTS:
            # The server asks for no acknowledgement, so that one with attachments would be waited for in vain.
            return 0 if self.packet_type in OTHERS else self._junk("of a type that no client sends")
        if self.packet_type == packet.BINARY_EVENT and not 0 < attachments <= MAX_ATTACHMENTS:
            self.packet_type = packet.EVENT
            self.data = unreadable(f"with {attachments} attachments", f"1 to {MAX_ATTACHMENTS} attachments")
            return 0
        self._check()
        return attachments if self.packet_type == packet.BINARY_EVENT else 0

    def add_attachment(self, attachment: Any) -> bool:
        """Take one attachment; return whether it was the last."""
        self.size += len(attachment)
        self.too_big = self.too_big or self.size > self.message_bytes
        # Not kept once it is too much: only what counts towards the end is.
        complete = bool(super().add_attachment(b"" if self.too_big else attachment))
        if complete:
            self._check()
        return complete

    @classmethod
    def data_is_binary(cls, data: Any) -> bool:
        """Say whether there are bytes anywhere; python-socketio's own takes as long as a small room's classifier."""
        kind = type(data)
        if kind is not list and kind is not dict:
            return kind is bytes or kind is bytearray
        for value in data.values() if kind is dict else data:
            kind = type(value)
            if kind is bytes or ((kind is list or kind is dict or kind is bytearray) and cls.data_is_binary(value)):
                return True
        return False

    @classmethod
    def reconstruct_binary(cls, data: Any, attachments: list[Any]) -> Any:
        """Put the attachments where the text has their numbers."""
        try:
            return super().reconstruct_binary(data, attachments)
        except (IndexError, TypeError, KeyError, RecursionError):
            return unreadable("with a wrong number of an attachment")

    def _junk(self, came: str) -> int:
        self.packet_type = packet.EVENT
        self.id = None
        self.data = unreadable(came)
        return 0

    def _check(self) -> None:
        data = self.data
        if self.too_big:
            self.data = [UNREADABLE, ContractError("bigMessage", came=self.size, expected=self.message_bytes)]
        elif not isinstance(data, list) or not data or not isinstance(data[0], str):
            self.data = unreadable("without an event's name")
        elif data[0] in RESERVED and not (len(data) > 1 and isinstance(data[1], ContractError)):
            self.data = unreadable(data[0])


def bounded(message_bytes: int) -> type[SafePacket]:
    """Return the packet class for messages of at most so many bytes."""
    return type("BoundedPacket", (SafePacket,), {"message_bytes": message_bytes})
