"""How a room's project looks: class order, colours, emojis and its name. ``server/rooms/room.py`` owns one."""

from typing import Any

from server.rooms.class_styles import StyleChange
from server.rooms.journal import Journal
from server.rooms.people.permissions import Permissions
from server.rooms.room_state import RoomState

Answer = dict[str, Any]


class Look:
    """The commands that change how a room's project looks.

    Args:
        state: The room's.
        journal: The room's.
        permissions: The room's.

    Example:
        The examples of the methods start from a room with one example of "cat", and its look.
    """

    def __init__(self, state: RoomState, journal: Journal, permissions: Permissions) -> None:
        self._state = state
        self._journal = journal
        self._permissions = permissions

    def order_labels(self, labels: list[str], sid: str | None = None) -> Answer:
        """Put the classes into this order.

        Others may have added, renamed or removed classes meanwhile: those that are not named follow in the order that
        they had, and labels that no class has are passed over. Of a label that comes twice, the first place counts.
        Raises ContractError as ``Permissions.check_everything``.

        Example:
            >>> room.classes.add_label("dog")["revision"]
            2
            >>> look.order_labels(["dog", "owl"])
            {'countByLabel': {'dog': 0, 'cat': 1}, 'revision': 3}
        """
        with self._journal.command():
            self._permissions.check_everything(sid)
            before = self._state.knn.labels()
            known = set(before)
            ordered = list(dict.fromkeys([*(label for label in labels if label in known), *before]))
            if ordered != before:
                self._journal.record("labelsOrdered", {"labels": ordered}, sid)
            return self._state.counts()

    def style_label(self, label: str, change: StyleChange, sid: str | None = None) -> Answer:
        """Give a class another colour or emoji; what is left out stays.

        Raises ContractError as ``Permissions.check_class``.

        Example:
            >>> look.style_label("cat", {"emoji": "🐱"})
            {'countByLabel': {'cat': 1}, 'revision': 2, 'colour': 0, 'emoji': '🐱'}
        """
        with self._journal.command():
            self._permissions.check_class(sid, label)
            style = self._state.styles.of(label)
            styled = style._replace(**change)
            if styled != style:
                self._journal.record("labelStyled", {"label": label, **styled.as_dict()}, sid)
            return {**self._state.counts(), **styled.as_dict()}

    def name_project(self, name: str, sid: str | None = None) -> Answer:
        """Give the project a name. Raises ContractError as ``Permissions.check_everything``.

        Example:
            >>> look.name_project("Animals")
            {'project': {'name': 'Animals'}, 'revision': 2}
        """
        with self._journal.command():
            self._permissions.check_everything(sid)
            if name != self._state.name:
                self._journal.record("projectNamed", {"name": name}, sid)
            return {"project": {"name": self._state.name}, "revision": self._state.revision}
