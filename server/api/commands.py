"""Every request of the socket surface as a typed command: parsed at the edge, then run on a room.

``parse`` turns a packet into a command or refuses it with a ContractError; what depends on the room's content, the room
refuses. Keys that a command does not know are ignored. ``server/api/events.py`` is the only user.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from server.api import fields
from server.contract.errors import ContractError
from server.contract.names import as_display_name
from server.knn.model import Model
from server.knn.options import SettingsChange, settings_change
from server.rooms.change_log import Cursor
from server.rooms.class_styles import StyleChange
from server.rooms.people.members import Member
from server.rooms.room import Answer, Room
from server.rooms.storage import Life

#: The data of a packet: an object, whatever it holds.
Data = Mapping[str, Any]
#: The server's limits by the names of ``contract/limits.json``; see ``Settings.limits``.
Limits = Mapping[str, int]


class RoomCommand(Protocol):
    """What a client that has joined a room can ask."""

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "RoomCommand":
        """Return the command in a packet.

        Args:
            data: The packet's object.
            attachment: The packet's binary attachment; None where there is none.
            limits: The server's limits.

        Raises:
            ContractError: For a field of a wrong type or size.
        """

    def run(self, room: Room, sid: str) -> Answer | Awaitable[Answer]:
        """Run the command on a room and return the acknowledgement, or what to await for it.

        Args:
            room: The room of the client that asks.
            sid: The client's connection; it is not told of its own change.

        Raises:
            ContractError: What the room raises.
        """


@dataclass(frozen=True)
class Join:
    """Enter a room; ``room`` is None for a new one, ``member`` for a client that does not say who is there.

    ``secret`` is the owner's; None for a client that has none. ``life`` is the room's as the client knew it; None for
    one that comes for the first time. ``camera`` is the key of a client that is a camera only; None for all others.
    """

    room: str | None
    model: Model
    member: Member | None = None
    secret: str | None = None
    life: Life | None = None
    camera: str | None = None

    @classmethod
    def parse(cls, data: Data) -> "Join":
        """Return the command. Raises ContractError badRoom, badRequest, badId or badName.

        Example:
            >>> Join.parse({"room": "kiwi-42", "model": {"id": "mobilenet", "dimension": 1280}}).room
            'KIWI-42'
        """
        code = data.get("room")
        model = Model.from_dict(data.get("model"))
        member = fields.member(data.get("member"))
        secret = fields.secret(data.get("secret"), "join")
        camera = fields.camera_key(data.get("camera"), "join")
        if camera is not None and code is None:
            raise ContractError("badRequest", came="join as a camera without a room", expected="the room of the camera")
        room = None if code is None else fields.room_code(code)
        return cls(room, model, member, secret, fields.life(data.get("life")), camera)


@dataclass(frozen=True)
class Classify:
    """Classify one embedding, float32, (d,), by the room's settings and a change of them."""

    embedding: NDArray[np.float32]
    change: SettingsChange

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "Classify":
        """Return the command. Raises ContractError badEmbedding, or as ``settings_change``."""
        return cls(fields.embedding(attachment), settings_change(data))

    def run(self, room: Room, sid: str) -> Awaitable[Answer]:
        """Return the result."""
        return room.classify(self.embedding, self.change)


@dataclass(frozen=True)
class Evaluate:
    """Ask for the newest figures, by the room's settings and a change of them."""

    change: SettingsChange

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "Evaluate":
        """Return the command. Raises ContractError as ``settings_change``."""
        return cls(settings_change(data))

    def run(self, room: Room, sid: str) -> Answer:
        """Return the figures that are known."""
        return room.evaluate(self.change)


@dataclass(frozen=True)
class TellAnswer:
    """Tell the room what this client sees; ``label`` is None for "I don't know", ``share`` is from 0 to 1."""

    label: str | None
    certainty: str
    share: float

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "TellAnswer":
        """Return the command. Raises ContractError badLabel, emptyLabel, longLabel or badRequest."""
        label = None if data.get("label") is None else fields.seen_label(data["label"], limits["labelCharacters"])
        return cls(label, fields.certainty(data.get("certainty")), fields.share(data.get("share")))

    def run(self, room: Room, sid: str) -> Answer:
        """Announce it to the others, and to whoever listens."""
        room.tell_answer({"label": self.label, "certainty": self.certainty, "share": self.share}, sid)
        return {}


@dataclass(frozen=True)
class AddExample:
    """Add one example; ``embedding`` is float32, (d,)."""

    embedding: NDArray[np.float32]
    label: str
    id: str
    group: str | None
    thumbnail: bytes | None
    is_restored: bool
    by: str | None

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "AddExample":
        """Return the command.

        Raises:
            ContractError: badEmbedding, badThumbnail, badId, badLabel, badGroup or badRequest.
        """
        embedding = fields.embedding(attachment)
        thumbnail = fields.thumbnail(data.get("thumbnail"), limits["thumbnailBytes"])
        example_id = fields.example_id(data.get("id"), limits["idCharacters"])
        label = fields.new_label(data.get("label"))
        group = fields.group(data.get("group"), limits["idCharacters"])
        is_restored = fields.flag(data, "restored", "addExample")
        by = None if data.get("by") is None else fields.contributor(data["by"], "addExample")
        return cls(embedding, label, example_id, group, thumbnail, is_restored, by)

    def run(self, room: Room, sid: str) -> Answer:
        """Add it, and tell the others."""
        return room.add_example(
            self.embedding, self.label, self.id, self.group, self.thumbnail, self.is_restored, self.by, sid
        )


@dataclass(frozen=True)
class RemoveExample:
    """Remove one example."""

    id: str

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "RemoveExample":
        """Return the command. Raises ContractError noSuchExample."""
        return cls(fields.existing_example(data.get("id")))

    def run(self, room: Room, sid: str) -> Answer:
        """Remove it, and tell the others."""
        return room.remove_example(self.id, sid=sid)


@dataclass(frozen=True)
class AddLabel:
    """Add a class without examples; without a colour, it gets the lowest that is free."""

    label: str
    colour: int | None
    emoji: str | None
    is_restored: bool

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "AddLabel":
        """Return the command. Raises ContractError badLabel, badColour, badEmoji or badRequest."""
        label = fields.new_label(data.get("label"))
        colour = data.get("colour")
        if colour is not None:
            colour = fields.colour(colour, limits["colours"])
        emoji = fields.emoji(data.get("emoji"))
        return cls(label, colour, emoji, fields.flag(data, "restored", "addLabel"))

    def run(self, room: Room, sid: str) -> Answer:
        """Add it, and tell the others."""
        return room.classes.add_label(self.label, self.colour, self.emoji, self.is_restored, sid=sid)


@dataclass(frozen=True)
class RenameLabel:
    """Rename a class; onto an existing label, the two merge."""

    old: str
    new: str

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "RenameLabel":
        """Return the command. Raises ContractError noSuchLabel or badLabel."""
        return cls(fields.existing_label(data.get("from")), fields.new_label(data.get("to")))

    def run(self, room: Room, sid: str) -> Answer:
        """Rename it, and tell the others."""
        return room.classes.rename_label(self.old, self.new, sid=sid)


@dataclass(frozen=True)
class ClearLabel:
    """Remove a class with its examples."""

    label: str

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "ClearLabel":
        """Return the command. Raises ContractError noSuchLabel."""
        return cls(fields.existing_label(data.get("label")))

    def run(self, room: Room, sid: str) -> Answer:
        """Remove it, and tell the others."""
        return room.classes.clear_label(self.label, sid=sid)


@dataclass(frozen=True)
class ClearAllLabels:
    """Remove everything."""

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "ClearAllLabels":
        """Return the command."""
        return cls()

    def run(self, room: Room, sid: str) -> Answer:
        """Remove everything, and tell the others."""
        return room.classes.clear_all_labels(sid=sid)


@dataclass(frozen=True)
class OrderLabels:
    """Put the classes into an order; those not named follow."""

    labels: list[str]

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "OrderLabels":
        """Return the command. Raises ContractError badRequest or badLabel."""
        return cls(fields.labels(data.get("labels"), "orderLabels"))

    def run(self, room: Room, sid: str) -> Answer:
        """Order them, and tell the others."""
        return room.look.order_labels(self.labels, sid=sid)


@dataclass(frozen=True)
class StyleLabel:
    """Give a class another colour or emoji; what is left out stays, and an emoji of null takes it away."""

    label: str
    change: StyleChange

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "StyleLabel":
        """Return the command. Raises ContractError noSuchLabel, badColour or badEmoji."""
        change: StyleChange = {}
        if "colour" in data:
            change["colour"] = fields.colour(data["colour"], limits["colours"])
        if "emoji" in data:
            change["emoji"] = fields.emoji(data["emoji"])
        return cls(fields.existing_label(data.get("label")), change)

    def run(self, room: Room, sid: str) -> Answer:
        """Style it, and tell the others."""
        return room.look.style_label(self.label, self.change, sid=sid)


@dataclass(frozen=True)
class NameProject:
    """Give the project a name; "" takes it away."""

    name: str

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "NameProject":
        """Return the command. Raises ContractError badName."""
        return cls(as_display_name(data.get("name")))

    def run(self, room: Room, sid: str) -> Answer:
        """Name it, and tell the others."""
        return room.look.name_project(self.name, sid=sid)


@dataclass(frozen=True)
class NoteRemovals:
    """Say what was removed before the room lost its memory."""

    ids: list[str]
    labels: list[str]

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "NoteRemovals":
        """Return the command. Raises ContractError badRequest, badId or badLabel."""
        ids = fields.ids(data.get("ids"), "noteRemovals")
        return cls(ids, fields.labels(data.get("labels"), "noteRemovals"))

    def run(self, room: Room, sid: str) -> Answer:
        """Take note of it, and remove again what was given back."""
        return room.note_removals(self.ids, self.labels, sid=sid)


@dataclass(frozen=True)
class GetCountByLabel:
    """Ask how many examples each class has."""

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "GetCountByLabel":
        """Return the command."""
        return cls()

    def run(self, room: Room, sid: str) -> Answer:
        """Return the counts."""
        return room.counts()


@dataclass(frozen=True)
class Configure:
    """Change the settings that ``classify`` and ``evaluate`` start from."""

    change: SettingsChange

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "Configure":
        """Return the command. Raises ContractError as ``settings_change``."""
        return cls(settings_change(data))

    def run(self, room: Room, sid: str) -> Answer:
        """Change them, and tell the others."""
        return room.configure(self.change, sid=sid)


@dataclass(frozen=True)
class Sync:
    """Ask for one page of what changed after the revision ``since``; ``cursor`` is None for the first page.

    ``is_packed`` asks for a large page, with all embeddings in one attachment.
    """

    since: int
    cursor: Cursor | None
    is_packed: bool = False

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "Sync":
        """Return the command. Raises ContractError badRequest.

        Example:
            >>> Sync.parse({"since": 7, "cursor": "p9.4"}, None, {})
            Sync(since=7, cursor=Cursor(full=False, revision=9, order=4), is_packed=False)
        """
        since, cursor = fields.whole_number(data, "since", "sync"), data.get("cursor")
        return cls(since, None if cursor is None else Cursor.parse(cursor), fields.flag(data, "packed", "sync"))

    def run(self, room: Room, sid: str) -> Answer:
        """Return the page."""
        return room.sync(self.since, self.cursor, self.is_packed)
