"""The commands on a room's classes: how they come, go, and get other labels. ``server/rooms/room.py`` owns one."""

from typing import Any

from server.rooms.journal import Journal
from server.rooms.people.members import Members
from server.rooms.people.permissions import Permissions
from server.rooms.room_limits import RoomLimits
from server.rooms.room_state import RoomState

Answer = dict[str, Any]


class Classes:
    """The commands on the classes of one room.

    Args:
        state: The room's.
        journal: The room's.
        limits: The room's.
        members: Who is in the room.
        permissions: The room's.

    Example:
        The examples of the methods start from a room with one example of "cat".
    """

    def __init__(
        self, state: RoomState, journal: Journal, limits: RoomLimits, members: Members, permissions: Permissions
    ) -> None:
        self._state = state
        self._journal = journal
        self._limits = limits
        self._members = members
        self._permissions = permissions

    def add_label(
        self,
        label: str,
        colour: int | None = None,
        emoji: str | None = None,
        is_restored: bool = False,
        sid: str | None = None,
    ) -> Answer:
        """Add a class without examples; an existing one stays as it is.

        Args:
            label: Its name.
            colour: The one it should have; another class's is not given twice.
            emoji: Its emoji.
            is_restored: Whether an earlier life of the room had it; see ``Room.add_example``.
            sid: The client that asks.

        Raises:
            ContractError: For its label, tooManyClasses, or as ``Permissions.check_adding``.

        Example:
            >>> room.classes.add_label("dog", colour=0)
            {'countByLabel': {'cat': 1, 'dog': 0}, 'revision': 2, 'colour': 1, 'emoji': None}
        """
        self._limits.check_label(label)
        with self._journal.command():
            state = self._state
            if not state.has_label(label):
                if is_restored and state.restored.was_removed(label):
                    return {**state.counts(), "gone": True}
                self._permissions.check_adding(sid)
                self._limits.check_capacity(state, label)
                data: Answer = {"label": label, "colour": state.styles.free_colour(colour), "emoji": emoji}
                data |= {"restored": True} if is_restored else {}
                data["by"] = self._members.contributor(sid)
                self._journal.record("labelAdded", data, sid)
            return {**state.counts(), **state.styles.of(label).as_dict()}

    def clear_label(self, label: str, sid: str | None = None) -> Answer:
        """Remove a class with its examples. Raises ContractError as ``Permissions.check_class``.

        Example:
            >>> room.classes.clear_label("cat")
            {'countByLabel': {}, 'revision': 2}
        """
        with self._journal.command():
            self._permissions.check_class(sid, label)
            self._journal.record("labelCleared", {"label": label}, sid)
            return self._state.counts()

    def clear_all_labels(self, sid: str | None = None) -> Answer:
        """Remove everything. Raises ContractError ownerOnly.

        Example:
            >>> room.classes.clear_all_labels()
            {'countByLabel': {}, 'revision': 2}
        """
        with self._journal.command():
            self._permissions.check_owner(sid)
            if self._state.knn.num_labels:
                self._journal.record("labelCleared", {"label": None}, sid)
            return self._state.counts()

    def rename_label(self, old: str, new: str, sid: str | None = None) -> Answer:
        """Rename a class; onto an existing label, the two merge.

        Raises ContractError as ``Permissions.check_class``, or for the new label.

        Example:
            >>> room.classes.rename_label("cat", "lion")
            {'countByLabel': {'lion': 1}, 'revision': 2}
        """
        self._limits.check_label(new)
        with self._journal.command():
            self._permissions.check_class(sid, old)
            if old != new:
                self._journal.record("labelRenamed", {"from": old, "to": new}, sid)
            return self._state.counts()
