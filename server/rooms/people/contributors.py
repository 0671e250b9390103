"""Who adds to a room, and who added what. ``server/rooms/room_state.py`` owns one; facts alone change it."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

#: Most contributors without examples that a room remembers, beside those who are in it.
MAX_IDLE: Final = 1000
#: Most contributors in one list.
MAX_LISTED: Final = 500
#: What the ids of clients begin with that do not say who they are; no other's may.
ANONYMOUS: Final = "~"


class Contributor(NamedTuple):
    """Somebody who was in the room; ``hash`` is kept of the secret that proves it, "" before there is one."""

    name: str
    hash: str
    is_muted: bool = False
    is_removed: bool = False


class Contributors:
    """The contributors of one room by their ids, the examples that each added, and the classes that each made.

    Attributes:
        here: Returns the ids of those who are in the room now, who are not forgotten: nobody else may take their ids.

    Example:
        >>> contributors = Contributors()
        >>> contributors.joined("device-1", "Ada", "")
        >>> contributors.example_added("one", "device-1")
        >>> contributors.of("one"), contributors.of("two")
        ('device-1', None)
        >>> contributors.listed(here={"device-1"})
        [{'id': 'device-1', 'name': 'Ada', 'count': 1, 'here': True, 'muted': False}]
    """

    def __init__(self) -> None:
        self.here: Callable[[], set[str]] = set
        self._known: dict[str, Contributor] = {}  # who came last is last
        self._of_example: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._maker_of: dict[str, str] = {}  # of a class, by its label

    # ---- reading

    def accepts(self, id: str, hash: str) -> bool:
        """Say whether somebody may come in with an id: it is free, or they have its secret.

        Args:
            id: The contributor's.
            hash: That of the secret that came; "" for none.

        Example:
            >>> contributors = Contributors()
            >>> contributors.joined("device-1", "Ada", "hash of a secret")
            >>> contributors.accepts("device-1", ""), contributors.accepts("device-2", "")
            (False, True)
        """
        known = self._known.get(id)
        if id.startswith(ANONYMOUS):
            return False
        return known is None or not known.hash or secrets.compare_digest(hash, known.hash)

    def is_news(self, id: str, name: str, hash: str) -> bool:
        """Say whether ``joined`` would change anything."""
        known = self._known.get(id)
        return known is None or (known.name, known.hash) != (name, hash)

    def is_bound(self, id: str) -> bool:
        """Say whether a contributor's id belongs to whoever has its secret."""
        known = self._known.get(id)
        return known is not None and bool(known.hash)

    def bound(self) -> list[tuple[str, str, str]]:
        """Return id, name and hash of everyone whose id is bound."""
        return [(key, each.name, each.hash) for key, each in self._known.items() if each.hash]

    def of(self, example: str) -> str | None:
        """Return the contributor of an example; None where nobody is known."""
        return self._of_example.get(example)

    def person(self, id: str | None) -> dict[str, str] | None:
        """Return a contributor as other clients are told; None for nobody known by name.

        Example:
            >>> contributors = Contributors()
            >>> contributors.joined("device-1", "Ada", "")
            >>> contributors.person("device-1"), contributors.person("~1234")
            ({'id': 'device-1', 'name': 'Ada'}, None)
        """
        known = self._known.get(id) if id and not id.startswith(ANONYMOUS) else None
        return known and {"id": id or "", "name": known.name}

    def is_muted(self, contributor: str | None) -> bool:
        """Say whether the owner has paused what a contributor adds."""
        known = self._known.get(contributor) if contributor else None
        return known is not None and known.is_muted

    def is_removed(self, id: str) -> bool:
        """Say whether the owner has put a contributor out of the room."""
        known = self._known.get(id)
        return known is not None and known.is_removed

    def was_here(self, id: str) -> bool:
        """Say whether somebody is remembered, or has examples."""
        return id in self._known or id in self._counts

    def made(self, label: str, examples: Iterable[str], contributor: str | None) -> bool:
        """Say whether a class is a contributor's alone: nobody else made it, or added to it.

        Args:
            label: The class's.
            examples: The ids of all its examples.
            contributor: Who asks. A class without examples, whose maker is not known, is everybody's.
        """
        is_maker = contributor is not None and self._maker_of.get(label, contributor) == contributor
        return is_maker and all(self.of(example) == contributor for example in examples)

    def listed(self, here: set[str]) -> list[dict[str, Any]]:
        """Return everyone who came with an id and is here, has examples, or is muted, as they travel.

        Args:
            here: The ids of those who are in the room.
        """
        listed = [key for key, each in self._known.items() if key in here or self._counts[key] or each.is_muted]
        if len(listed) > MAX_LISTED:
            listed.sort(key=lambda key: (key not in here, -self._counts[key]))
        return [self._as_sent(key, key in here) for key in listed[:MAX_LISTED]]

    def _as_sent(self, id: str, is_here: bool) -> dict[str, Any]:
        known = self._known[id]
        return {"id": id, "name": known.name, "count": self._counts[id], "here": is_here, "muted": known.is_muted}

    # ---- changing

    def joined(self, id: str, name: str, hash: str) -> None:
        """Remember who came, and forget who came longest ago, is not here any more, and has nothing here."""
        known = self._known.pop(id, None)
        self._known[id] = known._replace(name=name, hash=hash) if known else Contributor(name, hash)
        excess = len(self._known) - len(self._counts) - MAX_IDLE
        if excess > 0:
            kept = {id, *self._counts, *self.here()}
            idle = [key for key, each in self._known.items() if key not in kept and not any(each[2:])]
            for key in idle[:excess]:
                del self._known[key]

    def muted(self, id: str, is_muted: bool) -> None:
        """Note that the owner has paused what a contributor adds, or lets them go on."""
        self._known[id] = self._known.get(id, Contributor("", ""))._replace(is_muted=is_muted)

    def removed(self, id: str) -> None:
        """Note that the owner has put a contributor out of the room."""
        self._known[id] = self._known.get(id, Contributor("", ""))._replace(is_removed=True)

    def example_added(self, example: str, contributor: str | None) -> None:
        """Note whose an example is."""
        self.examples_removed([example])
        if contributor is not None:
            self._of_example[example] = contributor
            self._counts[contributor] += 1

    def examples_removed(self, examples: Iterable[str]) -> None:
        """Note that examples are gone."""
        for example in examples:
            contributor = self._of_example.pop(example, None)
            if contributor is not None:
                self._counts[contributor] -= 1
                if not self._counts[contributor]:
                    del self._counts[contributor]

    def label_added(self, label: str, contributor: str | None) -> None:
        """Note who made a class."""
        if contributor is not None:
            self._maker_of[label] = contributor

    def label_renamed(self, old: str, new: str, is_merged: bool) -> None:
        """Note that a class has another label, or was merged into one that was there."""
        maker = self._maker_of.pop(old, None)
        if not is_merged:
            self.label_added(new, maker)

    def label_removed(self, label: str) -> None:
        """Note that a class is gone."""
        self._maker_of.pop(label, None)

    # ---- keeping

    def to_json(self) -> dict[str, Any]:
        """Return everything, as JSON.

        Example:
            >>> Contributors().to_json()
            {'known': {}, 'examples': {}, 'makers': {}}
        """
        known = {key: list(each) for key, each in self._known.items()}
        return {"known": known, "examples": dict(self._of_example), "makers": dict(self._maker_of)}

    def from_json(self, data: Mapping[str, Any]) -> None:
        """Take over what ``to_json`` returned."""
        self._known = {key: Contributor(*each) for key, each in data["known"].items()}
        self._of_example, self._maker_of = dict(data["examples"]), dict(data["makers"])
        self._counts = Counter(self._of_example.values())
