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
