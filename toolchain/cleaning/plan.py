"""What becomes of each photo, and why: decided from what is known of all of them, before anything is written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from photos.folder import PhotoFile
from toolchain.cleaning.duplicates import Pair
from toolchain.cleaning.inspect import Look

#: What can become of a photo.
Fate = Literal["kept", "broken", "small", "duplicate", "near-duplicate", "in two classes", "balance"]
Conflicts = Literal["drop", "first"]

#: Photos of two classes are the same picture if they differ by at most this share of what near-duplicates may: two
#: different things before the same wall look alike to a hash.
_ACROSS_SHARE: Final = 0.5


@dataclass
class Decision:
    """What becomes of one photo.

    Attributes:
        fate: Kept, or why it is not.
        reason: In words; "" for a photo that is kept.
        like: The name of the photo that it is like; "" for none.
    """

    fate: Fate
    reason: str = ""
    like: str = ""


def decide(
    photos: Sequence[PhotoFile],
    looks: Sequence[Look],
    pairs: Iterable[Pair],
    *,
    min_side: int,
    near_limit: float,
    conflicts: Conflicts = "drop",
    balance: bool = False,
    seed: int = 0,
) -> list[Decision]:
    """Decide what becomes of n photos.

    Of duplicates the one with the most pixels is kept, of equal ones the first by name.

    Args:
        photos: n files.
        looks: What is known of each.
        pairs: Near-duplicates among them, by their places.
        min_side: In pixels; a photo whose shorter side has fewer is dropped.
        near_limit: The most that the pairs can differ by.
        conflicts: Whether of one picture in two classes none is kept, or the first.
        balance: Whether as many photos of each class are kept as the smallest class has.
        seed: Of the draw for that.

    Returns:
        n decisions.
    """
    decisions: list[Decision | None] = [_alone(look, min_side) for look in looks]
    order = sorted(
        (row for row, decision in enumerate(decisions) if decision is None),
        key=lambda row: (-looks[row].width * looks[row].height, photos[row].name),
    )
    likes = _likes(looks, pairs, order)
    labels = [photo.label for photo in photos]
    _resolve_conflicts(decisions, photos, labels, likes, order, near_limit, conflicts)
    for row in order:
        if decisions[row] is None:
            decisions[row] = Decision("kept")
            for other, difference in likes[row].items():
                if decisions[other] is None and labels[other] == labels[row]:
                    decisions[other] = _duplicate(looks[row], looks[other], photos[row].name, difference)
    settled = [decision or Decision("kept") for decision in decisions]
    if balance:
        _balance(settled, labels, seed)
    return settled


def _alone(look: Look, min_side: int) -> Decision | None:
    """Decide what can be decided without the other photos."""
    if look.code:
        return Decision("broken", look.reason)
    if min(look.width, look.height) < min_side:
        return Decision("small", f"{look.width} x {look.height} pixels; the shorter side needs {min_side}")
    return None


def _likes(looks: Sequence[Look], pairs: Iterable[Pair], rows: Sequence[int]) -> dict[int, dict[int, float]]:
    """Return for each row which rows are like it, and how much they differ: -1 for the same file."""
    likes: dict[int, dict[int, float]] = defaultdict(dict)
    usable = set(rows)
    for first, second, difference in pairs:
        if first in usable and second in usable:
            likes[first][second] = likes[second][first] = difference
    by_digest: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_digest[looks[row].digest].append(row)
    for same in by_digest.values():
        for row in same:
            likes[row].update({other: -1.0 for other in same if other != row})
    return likes


def _resolve_conflicts(
    decisions: list[Decision | None],
    photos: Sequence[PhotoFile],
    labels: Sequence[str | None],
    likes: dict[int, dict[int, float]],
    order: Sequence[int],
    near_limit: float,
    conflicts: Conflicts,
) -> None:
    """Drop pictures that are in two classes: which of them is right, nobody knows."""
    first_seen = {row: place for place, row in enumerate(order)}
    for row in order:
        rivals = [
            other
            for other, difference in likes[row].items()
            if labels[other] != labels[row] and difference <= _ACROSS_SHARE * near_limit
        ]
        if not rivals:
            continue
        other = min(rivals, key=first_seen.__getitem__)
        is_first = all(first_seen[row] < first_seen[rival] for rival in rivals)
        if conflicts == "drop" or not is_first:
            where = f"the same picture is in {labels[other]!r}"
            decisions[row] = Decision("in two classes", where, photos[other].name)


def _duplicate(kept: Look, dropped: Look, name: str, difference: float) -> Decision:
    if kept.digest == dropped.digest:
        return Decision("duplicate", "the same file", name)
    return Decision("near-duplicate", f"looks the same (difference {difference:g})", name)


def _balance(decisions: list[Decision], labels: Sequence[str | None], seed: int) -> None:
    random = np.random.default_rng(seed)
    by_label: dict[str | None, list[int]] = defaultdict(list)
    for row, decision in enumerate(decisions):
        if decision.fate == "kept":
            by_label[labels[row]].append(row)
    # A class of which nothing is left would take everything with it.
    count = min((len(rows) for rows in by_label.values()), default=0)
    for label in sorted(by_label, key=str):
        rows = by_label[label]
        for place in random.permutation(len(rows))[count:]:
            decisions[rows[place]] = Decision("balance", f"the smallest class has {count} photos")
