"""What only a room's owner can do with the others. ``server/rooms/room.py`` owns one."""

from typing import Any

from server.rooms.journal import Journal
from server.rooms.people.access import AccessChange
from server.rooms.people.permissions import Permissions
from server.rooms.room_state import RoomState
from server.rooms.storage import Fact

Answer = dict[str, Any]


class Moderation:
    """The commands of one room's owner.

    Args:
        state: The room's.
        journal: The room's.
        permissions: The room's.

    Example:
        The examples of the methods start from a room with one example of "cat".
    """

    def __init__(self, state: RoomState, journal: Journal, permissions: Permissions) -> None:
        self._state = state
        self._journal = journal
        self._permissions = permissions

    def set_access(self, change: AccessChange, sid: str | None = None) -> Answer:
        """Set what members may do.

        Raises:
            ContractError: ownerOnly.

        Example:
            >>> room.moderation.set_access({"level": "view"})
            {'access': {'level': 'view', 'locked': False, 'thumbnails': False}}
        """
        with self._journal.command():
            self._permissions.check_owner(sid)
            access = self._state.access.changed(change)
            if access != self._state.access:
                self._journal.keep(Fact("accessChanged", {"access": access.as_dict()}), sid)
            return {"access": access.as_dict()}
