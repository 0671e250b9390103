"""What changed when: a room's revisions, for clients that missed some.

Knows ids and revisions only; its user holds the lock. ``server/rooms/room_state.py`` owns it, and
``server/api/commands.py`` reads cursors.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any, Final, NamedTuple

from server.contract.errors import ContractError

#: Entries of changes that a later change of the same example replaced are swept out now and then: there are never many
#: more of them than examples.
SWEPT_FROM: Final = 64
CURSOR: Final = re.compile(r"([fp])(\d{1,15})\.(\d{1,15})")


class Change(NamedTuple):
    """The last change of one example.

    Attributes:
        revision: The change's revision.
        order: The change's place among all changes.
        id: The example's.
    """

    revision: int
    order: int
    id: str


class Cursor(NamedTuple):
    """Where the next page starts: after one change.

    Attributes:
        full: Whether the pages list everything, from the start.
        revision: The change's revision.
        order: The change's place among all changes.
    """

    full: bool
    revision: int
    order: int

    @classmethod
    def parse(cls, value: object) -> "Cursor":
        """Return the cursor that a client sent back.

        Raises:
            ContractError: badRequest for a cursor that no page had.

        Example:
            >>> Cursor.parse("p9.4")
            Cursor(full=False, revision=9, order=4)
        """
        match = CURSOR.fullmatch(value) if isinstance(value, str) else None
        if not match:
            raise ContractError("badRequest", came=f"sync with cursor {value}", expected="the last page's cursor")
        return cls(match[1] == "f", int(match[2]), int(match[3]))

    def __str__(self) -> str:
        return f"{'f' if self.full else 'p'}{self.revision}.{self.order}"


class Page(NamedTuple):
    """One page of what changed.

    Attributes:
        ids: Examples that came or changed, oldest change first.
        removed: Ids that went, on the last page; [] before it.
        full: The client must drop what no page listed.
        cursor: Where the next page starts; None on the last.
    """

    ids: list[str]
    removed: list[str]
    full: bool
    cursor: Cursor | None


class ChangeLog:
    """Counts revisions, and remembers the last change of every example and a tombstone of every removed one.

    Args:
        max_tombstones: How many removed ids to remember.

    Attributes:
        revision: The number of the last change; 0 before the first.

    Example:
        >>> log = ChangeLog(max_tombstones=100)
        >>> log.record(1, changed=["a"])
        >>> log.record(2, removed=["a"])
        >>> log.page(since=1, cursor=None, size=10)
        Page(ids=[], removed=['a'], full=False, cursor=None)
    """

    def __init__(self, max_tombstones: int) -> None:
        self.revision = 0
        self._max_tombstones = max_tombstones
        self._last_order = 0
        # All in order of change: what changes moves to the end.
        self._changed: dict[str, Change] = {}  # by id
        self._changes: list[Change] = []  # those, and some that are out of date: a page starts in the middle
        self._tombstones: dict[str, int] = {}  # id: revision
        self._forgotten_revision = 0  # removals up to this revision may be forgotten

    def record(self, revision: int, changed: Iterable[str] = (), removed: Iterable[str] = ()) -> None:
        """Note a revision, with the ids of the examples that came or changed, and of those that went.

        Example:
            >>> log = ChangeLog(max_tombstones=100)
            >>> log.record(1, changed=["a", "b"])
            >>> log.revision
            1
        """
        self.revision = revision
        for example_id in changed:
            self._last_order += 1
            self._changed.pop(example_id, None)
            self._changed[example_id] = change = Change(revision, self._last_order, example_id)
            self._changes.append(change)
            self._tombstones.pop(example_id, None)
        for example_id in removed:
            del self._changed[example_id]
            self._tombstones[example_id] = revision
        self._forget_oldest()
        if len(self._changes) > 2 * len(self._changed) + SWEPT_FROM:
            self._changes = list(self._changed.values())

    def was_removed(self, id: str) -> bool:
        """Say whether an example was removed, and not added again since.

        Example:
            >>> log = ChangeLog(max_tombstones=100)
            >>> log.note_removed(["a"])
            >>> log.was_removed("a")
            True
        """
        return id in self._tombstones

    def note_removed(self, ids: Iterable[str]) -> None:
        """Remember ids that were removed before the first revision; those of examples that are here are passed over.

        Example:
            >>> log = ChangeLog(max_tombstones=100)
            >>> log.note_removed(["a"])
            >>> log.page(since=0, cursor=None, size=10).removed
            ['a']
        """
        # Of the next revision: every client that syncs is told.
        for example_id in ids:
            if example_id not in self._changed:
                self._tombstones.setdefault(example_id, self.revision + 1)
        self._forget_oldest()

    def ids(self) -> list[str]:
        """Return all examples' ids, oldest change first.

        Example:
            >>> log = ChangeLog(max_tombstones=100)
            >>> log.record(1, changed=["a", "b"])
            >>> log.record(2, changed=["a"])
            >>> log.ids()
            ['b', 'a']
        """
        return list(self._changed)

    def page(self, since: int, cursor: Cursor | None, size: int) -> Page:
        """Return one page of what changed after a revision.

        A change between two pages goes to the end of the order, so that a later page lists it.

        Args:
            since: The last revision that the client knows.
            cursor: The last page's; None for the first page.
            size: Most examples a page.

        Example:
            >>> log = ChangeLog(max_tombstones=100)
            >>> log.record(1, changed=["a", "b"])
            >>> first = log.page(since=0, cursor=None, size=1)
            >>> first
            Page(ids=['a'], removed=[], full=False, cursor=Cursor(full=False, revision=1, order=1))
            >>> log.page(since=0, cursor=first.cursor, size=1)
            Page(ids=['b'], removed=[], full=False, cursor=None)
        """
        full = since > self.revision or since < self._forgotten_revision
        start = (0 if full else since, self._last_order + 1)
        if cursor is not None:
            # Where removals were forgotten since the first page, a full listing starts from the beginning.
            if cursor.full or not full:
                start = (cursor.revision, cursor.order)
            full = full or cursor.full
        ids: list[str] = []
        for index in range(bisect_right(self._changes, start, key=lambda change: change[:2]), len(self._changes)):
            change = self._changes[index]
            if self._changed.get(change.id) is not change:
                continue
            if len(ids) == size:
                last = self._changed[ids[-1]]
                return Page(ids, [], full, Cursor(full, last.revision, last.order))
            ids.append(change.id)
        return Page(ids, self._removed_after(0 if full else since), full, None)

    def _removed_after(self, revision: int) -> list[str]:
        newest_first = takewhile(lambda item: item[1] > revision, reversed(self._tombstones.items()))
        return [example_id for example_id, _ in newest_first][::-1]

    def to_json(self) -> dict[str, Any]:
        """Return everything, as JSON.

        Example:
            >>> ChangeLog(max_tombstones=100).to_json()
            {'revision': 0, 'lastOrder': 0, 'changed': [], 'tombstones': [], 'forgotten': 0}
        """
        return {
            "revision": self.revision,
            "lastOrder": self._last_order,
            "changed": [[change.id, change.revision, change.order] for change in self._changed.values()],
            "tombstones": [list(item) for item in self._tombstones.items()],
            "forgotten": self._forgotten_revision,
        }

    def from_json(self, data: Mapping[str, Any]) -> None:
        """Take over what ``to_json`` returned.

        Example:
            >>> log, other = ChangeLog(max_tombstones=100), ChangeLog(max_tombstones=100)
            >>> log.record(1, changed=["a"])
            >>> other.from_json(log.to_json())
            >>> other.ids()
            ['a']
        """
        self.revision = data["revision"]
        self._last_order = data["lastOrder"]
        self._changed = {each[0]: Change(each[1], each[2], each[0]) for each in data["changed"]}
        self._changes = list(self._changed.values())
        self._tombstones = dict(data["tombstones"])
        self._forgotten_revision = data["forgotten"]

    def _forget_oldest(self) -> None:
        while len(self._tombstones) > self._max_tombstones:
            oldest = next(iter(self._tombstones))
            self._forgotten_revision = max(self._forgotten_revision, self._tombstones.pop(oldest))
