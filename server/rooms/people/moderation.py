"""What only a room's owner can do with the others. ``server/rooms/room.py`` owns one."""

from typing import Any

from server.contract.errors import ContractError
from server.rooms.broadcast import Announcement
from server.rooms.journal import Journal
from server.rooms.people.access import AccessChange
from server.rooms.people.members import Members
from server.rooms.people.permissions import Permissions
from server.rooms.room_state import RoomState
from server.rooms.storage import Fact, StorageError

Answer = dict[str, Any]


class Moderation:
    """The commands of one room's owner.

    Args:
        state: The room's.
        journal: The room's.
        members: Who is in it.
        permissions: The room's.

    Attributes:
        has_hidden_thumbnails: Whether thumbnails were switched off, and those that were kept are not deleted yet.

    Example:
        The examples of the methods start from a room with one example of "cat".
    """

    def __init__(self, state: RoomState, journal: Journal, members: Members, permissions: Permissions) -> None:
        self._state = state
        self._journal = journal
        self._members = members
        self._permissions = permissions
        self.has_hidden_thumbnails = False

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
                self.has_hidden_thumbnails |= self._state.access.thumbnails and not access.thumbnails
                self._journal.keep(Fact("accessChanged", {"access": access.as_dict()}), sid)
            return {"access": access.as_dict()}

    def delete_thumbnails(self) -> None:
        """Delete all thumbnails from the disk, if they were switched off. Raises StorageError.

        Example:
            >>> room.moderation.delete_thumbnails()
        """
        if not self.has_hidden_thumbnails:
            return  # a deletion holds up the commits of all rooms
        self.has_hidden_thumbnails = False
        try:
            self._journal.delete_thumbnails()
        except StorageError:
            self.has_hidden_thumbnails = True
            raise

    def present(self, view: dict[str, bool], sid: str | None = None) -> Answer:
        """Tell the room's other clients what the owner's projector shows; nothing is kept of it.

        Args:
            view: ``presenting``, ``heat`` and ``paused``.
            sid: The client that asks.

        Raises:
            ContractError: ownerOnly.

        Example:
            >>> room.moderation.present({"presenting": True, "heat": False, "paused": False})
            {}
        """
        with self._journal.command():
            self._permissions.check_owner(sid)
            self._members.tell(Announcement("presented", view, sid))
            return {}

    def mute(self, contributor: str, is_muted: bool, sid: str | None = None) -> Answer:
        """Refuse what a contributor wants to change, or let them go on. Who is told: see ``Members.announce``.

        Args:
            contributor: Their id.
            is_muted: Whether it is refused.
            sid: The client that asks.

        Raises:
            ContractError: ownerOnly, or badRequest for nobody known and for an owner.

        Example:
            >>> room.enter("second", Model("tiny", 2), Member("device-2", "Ben")).role
            'member'
            >>> room.moderation.mute("device-2", True)
            {'contributors': [{'id': 'device-2', 'name': 'Ben', 'count': 0, 'here': True, 'muted': True}]}
        """
        with self._journal.command():
            self._check(contributor, sid)
            if self._state.contributors.is_muted(contributor) != is_muted:
                self._journal.note(Fact("contributorMuted", {"id": contributor, "muted": is_muted}))
            return {"contributors": self._members.listed()}

    def remove(self, contributor: str, sid: str | None = None) -> Answer:
        """Put a contributor out of the room, for good; what they added stays. Arguments and errors as ``mute``.

        Example:
            >>> room.enter("second", Model("tiny", 2), Member("device-2", "Ben")).role
            'member'
            >>> room.moderation.remove("device-2")
            {'contributors': []}
        """
        with self._journal.command():
            self._check(contributor, sid)
            if not self._state.contributors.is_removed(contributor):
                self._journal.note(Fact("contributorRemoved", {"id": contributor}))
            self._members.put_out(contributor)
            return {"contributors": self._members.listed()}

    def close(self, sid: str | None = None) -> None:
        """Refuse everything while what is kept is deleted; see ``Rooms.close``.

        Raises:
            ContractError: ownerOnly.
            StorageError: It could not be deleted.

        Example:
            >>> room.moderation.close()
        """
        with self._journal.command():
            self._permissions.check_owner(sid)
            self._journal.close()
        self._journal.delete()

    def _check(self, contributor: str, sid: str | None) -> None:
        self._permissions.check_owner(sid)
        if not self._members.knows(contributor) or self._members.is_owner(contributor):
            raise ContractError(
                "badRequest", came=f"about contributor {contributor}", expected="a contributor who is no owner"
            )
