"""Who may do what in a room: all rules, in one place. ``server/rooms/room.py`` owns one, and its commands ask it.

Called with the room's lock, so that nothing changes between the answer and what was asked for.
"""

from server.contract.errors import ContractError
from server.rooms.people.members import Members
from server.rooms.room_state import RoomState


class Permissions:
    """The rules of one room. Its owners may do everything, and so may the server itself, which is no client.

    Args:
        state: The room's.
        members: Who is in it.

    Example:
        >>> room.permissions.check_owner("first")
        >>> room.permissions.may_change_example("second", "example-1")
        False
    """

    def __init__(self, state: RoomState, members: Members) -> None:
        self._state = state
        self._members = members

    def is_owner(self, sid: str | None) -> bool:
        """Say whether a client is an owner's."""
        return sid is None or self._members.roles.get(sid) == "owner"

    def check_owner(self, sid: str | None) -> None:
        """Raise ContractError ownerOnly for anybody but an owner."""
        if not self.is_owner(sid):
            raise ContractError("ownerOnly")

    def check_not_muted(self, sid: str | None) -> None:
        """Raise ContractError muted for whom an owner has paused."""
        if not self.is_owner(sid) and self._state.contributors.is_muted(self._members.contributor(sid)):
            raise ContractError("muted")

    def check_adding(self, sid: str | None) -> None:
        """Check that somebody may add examples and classes.

        Raises:
            ContractError: muted, roomLocked or viewOnly.
        """
        self.check_not_muted(sid)
        if self.is_owner(sid):
            return
        if self._state.access.locked:
            raise ContractError("roomLocked")
        if self._state.access.level == "view":
            raise ContractError("viewOnly")

    def check_example(self, sid: str | None, id: str) -> None:
        """Check that somebody may remove or move an example.

        Raises:
            ContractError: noSuchExample, notYours, ownerOnly, or as ``check_adding``.
        """
        self.check_adding(sid)
        label = self._state.knn.example(id)["label"]
        if not self.may_change_example(sid, id):
            raise self._not_theirs(label)

    def check_class(self, sid: str | None, label: str) -> None:
        """Check that somebody may rename, style or remove a class with all its examples.

        Raises:
            ContractError: noSuchLabel, notYours, ownerOnly, or as ``check_adding``.
        """
        self.check_adding(sid)
        self._state.check_has_label(label)
        if not self.may_change_class(sid, label):
            raise self._not_theirs(label)

    def check_everything(self, sid: str | None) -> None:
        """Check that somebody may change what is everybody's: the class order, the project's name.

        Raises:
            ContractError: ownerOnly, or as ``check_adding``.
        """
        self.check_adding(sid)
        if not self._may_change_all(sid):
            raise ContractError("ownerOnly")

    def may_change_example(self, sid: str | None, id: str) -> bool:
        """Say whether an example is somebody's to remove or to move."""
        if self._may_change_all(sid):
            return True
        contributor = self._members.contributor(sid)
        return self._may_change_own() and contributor is not None and self._state.contributors.of(id) == contributor

    def may_change_class(self, sid: str | None, label: str) -> bool:
        """Say whether a class with all its examples is somebody's."""
        if self._may_change_all(sid):
            return True
        if not self._may_change_own():
            return False
        examples = [example.id for example in self._state.knn.outline() if example.label == label]
        return self._state.contributors.made(label, examples, self._members.contributor(sid))

    def _may_change_all(self, sid: str | None) -> bool:
        return self.is_owner(sid) or self._state.access.level == "editAll"

    def _may_change_own(self) -> bool:
        return self._state.access.level == "editOwn"

    def _not_theirs(self, label: str) -> ContractError:
        return ContractError("notYours", came=label) if self._may_change_own() else ContractError("ownerOnly")
