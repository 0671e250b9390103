"""What changed when: a room's revisions, for clients that missed some.

Knows ids and revisions only. Its room holds the lock.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from server.contract.errors import ContractError

CURSOR: Final = re.compile(r"([fp])(\d{1,15})\.(\d{1,15})")


class Page(NamedTuple):
    """One page of what changed.

    Attributes:
        ids: Examples that came or changed, in the order in which they did.
        removed: Ids that went, on the last page; [] before it.
        full: The client must drop what no page listed.
        cursor: Where the next page starts; None on the last.
    """

    ids: list[str]
    removed: list[str]
    full: bool
    cursor: str | None


class ChangeLog:
    """Counts revisions and remembers the last change of every example, and which examples went.

    Args:
        tombstones: How many removed ids to remember.
    """

    def __init__(self, tombstones: int) -> None:
        self.revision = 0
        self._tombstones = tombstones
        self._order = 0
        # Both in order of change, since what changes moves to the end.
        self._changed: dict[str, tuple[int, int]] = {}
        self._removed: dict[str, int] = {}
        self._forgotten = 0  # removals up to this revision may be forgotten

    def touch(self, ids: Iterable[str]) -> None:
        """Note that examples came or changed at the present revision."""
        for example in ids:
            self._order += 1
            self._changed.pop(example, None)
            self._changed[example] = (self.revision, self._order)
            self._removed.pop(example, None)

    def bury(self, ids: Iterable[str]) -> None:
        """Note that examples went at the present revision."""
        for example in ids:
            del self._changed[example]
            self._removed[example] = self.revision
        while len(self._removed) > self._tombstones:
            oldest = next(iter(self._removed))
            self._forgotten = self._removed.pop(oldest)

    def ids(self) -> list[str]:
        """Return all examples' ids, in order of their last change."""
        return list(self._changed)

    def page(self, since: int, cursor: object, size: int) -> Page:
        """Return the first, or the next, page of what changed after a revision.

        Changes between two pages do no harm: they come later in the order, so that a later page has them.

        Args:
            since: The last revision that the client knows.
            cursor: The last page's; None for the first page.
            size: Most examples a page.

        Raises:
            ContractError: badRequest for a cursor that no page had.
        """
        full = since > self.revision or since < self._forgotten
        start = (0 if full else since, self._order + 1)
        if cursor is not None:
            found = CURSOR.fullmatch(cursor) if isinstance(cursor, str) else None
            if not found:
                raise ContractError("badRequest", came=f"sync with cursor {cursor}", expected="the last page's cursor")
            # Where removals were forgotten since the first page, a full listing starts afresh.
            if found[1] == "f" or not full:
                start = (int(found[2]), int(found[3]))
            full = full or found[1] == "f"
        ids = [example for example, at in self._changed.items() if at > start]
        if len(ids) > size:
            revision, order = self._changed[ids[size - 1]]
            return Page(ids[:size], [], full, f"{'f' if full else 'p'}{revision}.{order}")
        removed = [example for example, revision in self._removed.items() if full or revision > since]
        return Page(ids, removed, full, None)
