"""What a room got back from its clients after it had lost its memory, and which labels were removed.

A client that missed a removal gives back what was removed, and does not know. So what is given back counts less than a
removal. ``server/rooms/room_state.py`` owns one.
"""

from collections.abc import Iterable, Mapping
from typing import Final

#: Most removed labels that a room remembers.
MAX_LABELS: Final = 1000


class Restored:
    """The ids and labels that were given back and not touched since, and the labels that were removed.

    Attributes:
        ids: Examples that were given back.
        labels: Classes that were given back.

    Example:
        >>> restored = Restored()
        >>> restored.label_removed("cat")
        >>> restored.was_removed("cat")
        True
        >>> restored.label_added("cat", is_restored=False)
        >>> restored.was_removed("cat")
        False
    """

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.labels: set[str] = set()
        self._removed_labels: dict[str, None] = {}  # oldest first

    def was_removed(self, label: str) -> bool:
        """Say whether a class with this label was removed or renamed, and not added again since."""
        return label in self._removed_labels

    def example_added(self, id: str, is_restored: bool) -> None:
        """Note that an example was added, or given back."""
        (self.ids.add if is_restored else self.ids.discard)(id)

    def examples_removed(self, ids: Iterable[str]) -> None:
        """Note that examples were removed."""
        self.ids.difference_update(ids)

    def label_added(self, label: str, is_restored: bool) -> None:
        """Note that a class was added, or given back."""
        self._removed_labels.pop(label, None)
        (self.labels.add if is_restored else self.labels.discard)(label)

    def label_removed(self, label: str) -> None:
        """Note that a class was removed, or has another label."""
        self.labels.discard(label)
        self._removed_labels.pop(label, None)
        self._removed_labels[label] = None
        if len(self._removed_labels) > MAX_LABELS:
            del self._removed_labels[next(iter(self._removed_labels))]

    def to_json(self) -> dict[str, list[str]]:
        """Return everything, as JSON."""
        return {"ids": sorted(self.ids), "labels": sorted(self.labels), "removedLabels": list(self._removed_labels)}

    def from_json(self, data: Mapping[str, list[str]]) -> None:
        """Take over what ``to_json`` returned."""
        self.ids, self.labels = set(data["ids"]), set(data["labels"])
        self._removed_labels = dict.fromkeys(data["removedLabels"])
