"""Socket.IO packets that can't harm the server, and that are always answered.

A packet that can't be read becomes the event UNREADABLE with the error as its argument, so that it is answered like
every other request. Upstream, as of python-socketio 5.18.1:

- ``Packet.decode`` raises for what it can't decode: a traceback in the log, and no acknowledgement.
- ``Packet.decode`` parses a text of any size, and ``Server`` waits for as many attachments as a client announces.
- ``Server._trigger_event`` runs the handlers of "connect" and "disconnect" for a client's events of those names.
- ``Packet.data_is_binary`` looks at everything even after it has found bytes.
"""

import re
from typing import Any, Final

from socketio import packet

from server.contract.errors import ContractError

UNREADABLE: Final = ""
RESERVED: Final = frozenset({UNREADABLE, "*", "connect", "disconnect", "connect_error"})
EVENT_TYPES: Final = (packet.EVENT, packet.BINARY_EVENT)
OTHER_TYPES: Final = (packet.CONNECT, packet.DISCONNECT, packet.ACK)
MAX_ATTACHMENTS: Final = 4
#: The number of attachments at the start of a packet, after its type.
ATTACHMENT_COUNT: Final = re.compile(r"[0-9](\d+)-")
#: A number with more digits is not read.
MAX_DIGITS: Final = 9


def unreadable(came: str, expected: str = "an event's name, an object, and bytes where they belong") -> list[Any]:
    """Return the data of the event UNREADABLE; ``came`` and ``expected`` are the error's."""
    return [UNREADABLE, ContractError("badRequest", came=came, expected=expected)]


class SafePacket(packet.Packet):  # type: ignore[misc, unused-ignore]
    """A packet that always decodes, and knows its size.

    Attributes:
        message_bytes: Largest message that is not refused; ``bounded_packet`` makes a class with another.
        size_bytes: Bytes that came so far: text and attachments.
        is_too_big: Whether they are more than ``message_bytes``.
    """

    packet_type: int
    message_bytes = 0
    size_bytes = 0
    is_too_big = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "encoded_packet" in kwargs and not kwargs["encoded_packet"]:
            self._make_unreadable("without content")

    def decode(self, encoded_packet: object) -> int:
        """Decode the text part and return how many attachments follow."""
        if not isinstance(encoded_packet, str):
            size = len(encoded_packet) if isinstance(encoded_packet, bytes) else 0
            return self._make_unreadable(f"of {size} stray bytes")
        is_ascii = encoded_packet.isascii()
        self.size_bytes = len(encoded_packet) if is_ascii else len(encoded_packet.encode("utf-8", "replace"))
        self.is_too_big = self.size_bytes > self.message_bytes
        match = ATTACHMENT_COUNT.match(encoded_packet)
        attachments = int(match[1]) if match and len(match[1]) <= MAX_DIGITS else 0
        # A packet that is too big is parsed only as far as the number that its acknowledgement needs.
        text = encoded_packet.split("[", 1)[0] if self.is_too_big else encoded_packet
        try:
            attachments = int(super().decode(text) or 0)
        except (ValueError, RecursionError):
            if self.packet_type not in EVENT_TYPES:
                return self._make_unreadable("that is no packet")
            self.data = None
        if self.packet_type not in EVENT_TYPES:
            # No attachments are waited for: the server asks for no acknowledgement that could have some.
            return 0 if self.packet_type in OTHER_TYPES else self._make_unreadable("of a type that no client sends")
        if self.packet_type == packet.BINARY_EVENT and not 0 < attachments <= MAX_ATTACHMENTS:
            self.packet_type = packet.EVENT
            self.data = unreadable(f"with {attachments} attachments", f"1 to {MAX_ATTACHMENTS} attachments")
            return 0
        self._check()
        return attachments if self.packet_type == packet.BINARY_EVENT else 0

    def add_attachment(self, attachment: Any) -> bool:
        """Take one attachment; return whether it was the last."""
        self.size_bytes += len(attachment)
        self.is_too_big = self.is_too_big or self.size_bytes > self.message_bytes
        # The attachments of a packet that is too big are counted, and not kept.
        is_complete = bool(super().add_attachment(b"" if self.is_too_big else attachment))
        if is_complete:
            self._check()
        return is_complete

    def give_up(self) -> None:
        """Become the event UNREADABLE, since the attachments do not come."""
        self.data = unreadable("without its attachments", f"{self.attachment_count} attachments")

    @classmethod
    def data_is_binary(cls, data: Any) -> bool:
        """Say whether there are bytes anywhere; upstream's takes as long as the classifier of a small room."""
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

    def _make_unreadable(self, came: str) -> int:
        """Become the event UNREADABLE, without a number for an acknowledgement, and without attachments."""
        self.packet_type = packet.EVENT
        self.id = None
        self.data = unreadable(came)
        return 0

    def _check(self) -> None:
        """Become the event UNREADABLE where the packet is too big, or no event that a client may send."""
        data = self.data
        if self.is_too_big:
            self.data = [UNREADABLE, ContractError("bigMessage", came=self.size_bytes, expected=self.message_bytes)]
        elif not isinstance(data, list) or not data or not isinstance(data[0], str):
            self.data = unreadable("without an event's name")
        elif data[0] in RESERVED and not (len(data) > 1 and isinstance(data[1], ContractError)):
            self.data = unreadable(data[0])


def bounded_packet(message_bytes: int) -> type[SafePacket]:
    """Return the packet class for messages of at most so many bytes."""
    return type("BoundedPacket", (SafePacket,), {"message_bytes": message_bytes})
