"""What becomes of each photo, and why: decided from what is known of all of them, before anything is written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
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

#: The rows of one file's copies by their class; both in the order in which photos are preferred.
Group = dict[str | None, list[int]]


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
        pairs: Near-duplicates among them, by their places; of equal files those of one are enough.
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
    labels = [photo.label for photo in photos]
    groups = _groups(looks, labels, order)
    likes = _likes(looks, pairs, groups)
    _resolve_conflicts(decisions, photos, groups, likes, order, near_limit, conflicts)
    for row in order:
        if decisions[row] is not None:
            continue
        decisions[row] = Decision("kept")
        for digest, difference in chain([(looks[row].digest, 0.0)], likes[looks[row].digest].items()):
            # Taken out, since nothing is left to decide of them.
            for other in groups[digest].pop(labels[row], []):
                if decisions[other] is None:
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


def _groups(looks: Sequence[Look], labels: Sequence[str | None], order: Sequence[int]) -> dict[str, Group]:
    """Return the rows of each file that is there once or more, by its digest."""
    groups: dict[str, Group] = defaultdict(lambda: defaultdict(list))
    for row in order:
        groups[looks[row].digest][labels[row]].append(row)
    return groups


def _likes(looks: Sequence[Look], pairs: Iterable[Pair], groups: Mapping[str, Group]) -> dict[str, dict[str, float]]:
    """Return for each digest which others look like it, and how much they differ."""
    likes: dict[str, dict[str, float]] = {digest: {} for digest in groups}
    for first, second, difference in pairs:
        one, other = looks[first].digest, looks[second].digest
        if one != other and one in likes and other in likes:
            likes[one][other] = likes[other][one] = difference
    return likes


def _resolve_conflicts(
    decisions: list[Decision | None],
    photos: Sequence[PhotoFile],
    groups: Mapping[str, Group],
    likes: Mapping[str, Mapping[str, float]],
    order: Sequence[int],
    near_limit: float,
    conflicts: Conflicts,
) -> None:
    """Drop pictures that are in two classes: which of them is right, nobody knows."""
    place = {row: place for place, row in enumerate(order)}
    for digest, group in groups.items():
        near = [other for other, difference in likes[digest].items() if difference <= _ACROSS_SHARE * near_limit]
        alike = [group, *(groups[other] for other in near)]
        for label, rows in group.items():
            rivals = [rival for rival in (_first_of_others(each, label) for each in alike) if rival is not None]
            if not rivals:
                continue
            rival = min(rivals, key=place.__getitem__)
            where = f"the same picture is in {photos[rival].label!r}"
            for row in rows:
                if conflicts == "drop" or place[rival] < place[row]:
                    decisions[row] = Decision("in two classes", where, photos[rival].name)


def _first_of_others(group: Group, label: str | None) -> int | None:
    return next((rows[0] for other, rows in group.items() if other != label), None)


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
