"""The requests of a room's owner as typed commands; see ``commands.py``. ``server/api/events.py`` is the only user."""

from dataclasses import dataclass

from server.api import fields
from server.api.commands import Data, Limits
from server.rooms.people.access import AccessChange
from server.rooms.room import Answer, Room


@dataclass(frozen=True)
class SetAccess:
    """Set what members may do; what is left out stays."""

    change: AccessChange

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "SetAccess":
        """Return the command. Raises ContractError badRequest."""
        change: AccessChange = {}
        if "level" in data:
            change["level"] = fields.access_level(data["level"])
        if "locked" in data:
            change["locked"] = fields.flag(data, "locked", "setAccess")
        if "thumbnails" in data:
            change["thumbnails"] = fields.flag(data, "thumbnails", "setAccess")
        return cls(change)

    def run(self, room: Room, sid: str) -> Answer:
        """Set it, and tell the others."""
        return room.moderation.set_access(self.change, sid=sid)


@dataclass(frozen=True)
class MuteContributor:
    """Refuse what a contributor wants to change, or let them go on."""

    contributor: str
    is_muted: bool

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "MuteContributor":
        """Return the command. Raises ContractError badRequest."""
        contributor = fields.contributor(data.get("contributor"), "muteContributor")
        return cls(contributor, fields.flag(data, "muted", "muteContributor"))

    def run(self, room: Room, sid: str) -> Answer:
        """Do it."""
        return room.moderation.mute(self.contributor, self.is_muted, sid=sid)


@dataclass(frozen=True)
class Present:
    """Show the room's project on a projector, or change what is shown there."""

    view: dict[str, bool]

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "Present":
        """Return the command. Raises ContractError badRequest."""
        return cls({name: fields.flag(data, name, "present") for name in ("presenting", "heat", "paused")})

    def run(self, room: Room, sid: str) -> Answer:
        """Tell the room's other clients; nothing is kept of it."""
        return room.moderation.present(self.view, sid=sid)


@dataclass(frozen=True)
class RemoveContributor:
    """Put a contributor out of the room."""

    contributor: str

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "RemoveContributor":
        """Return the command. Raises ContractError badRequest."""
        return cls(fields.contributor(data.get("contributor"), "removeContributor"))

    def run(self, room: Room, sid: str) -> Answer:
        """Do it."""
        return room.moderation.remove(self.contributor, sid=sid)
