"""What becomes of each photo, and why: decided from what is known of all of them, before anything is written."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from photos.folder import PhotoFile
from toolchain.cleaning.duplicates import FindNear, Rows
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
    files: Sequence[int],
    find_near: FindNear,
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
        files: Places of photos that could be read, of equal ones one each.
        find_near: Finds which of these m look alike, by their places among the m.
        min_side: In pixels; a photo whose shorter side has fewer is dropped.
        near_limit: The most that those can differ by.
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
    _decide_together(decisions, photos, looks, _Files(looks, labels, files, order), find_near, near_limit, conflicts)
    settled = [decision or Decision("kept") for decision in decisions]
    if balance:
        _balance(settled, labels, seed)
    return settled


class _Files:
    """m different files, each with the photos that are copies of it; a place is one in the order of preference.

    Attributes:
        order: The photos' rows, those that are preferred first.
        copies: For each file the places of its copies, by the number of their class.
        first: The place of its first copy, intp, (m,).
        label: The number of that copy's class, intp, (m,).
        other: The place of its first copy in another class, intp, (m,).
        kept: The place of the copy that is kept, intp, (m,). It is none but the first: those in other classes are
            dropped where it is there.
        none: Stands for no place, and is after all.
    """

    def __init__(
        self, looks: Sequence[Look], labels: Sequence[str | None], files: Sequence[int], order: Sequence[int]
    ) -> None:
        self.order = order
        self.none = len(order)
        number_of = {looks[row].digest: number for number, row in enumerate(files)}
        label_numbers: dict[str | None, int] = {}
        self.copies: list[dict[int, list[int]]] = [{} for _ in files]
        for place, row in enumerate(order):
            label = label_numbers.setdefault(labels[row], len(label_numbers))
            self.copies[number_of[looks[row].digest]].setdefault(label, []).append(place)
        firsts = [[(places[0], label) for label, places in copies.items()] for copies in self.copies]
        self.first = np.array([each[0][0] if each else self.none for each in firsts], np.intp)
        self.label = np.array([each[0][1] if each else -1 for each in firsts], np.intp)
        self.other = np.array([each[1][0] if len(each) > 1 else self.none for each in firsts], np.intp)
        self.kept = np.full(len(files), self.none, np.intp)

    def in_order(self) -> Rows:
        """Return the numbers of the files, in the order of their first copies; intp."""
        numbers: Rows = np.argsort(self.first, kind="stable")
        return numbers[self.first[numbers] < self.none]

    def first_in_another_class(self, numbers: Rows, label: int) -> int:
        """Return the first place that copies of some files have in any class but one."""
        places = np.where(self.label[numbers] == label, self.other[numbers], self.first[numbers])
        return int(places.min(initial=self.none))


def _decide_together(
    decisions: list[Decision | None],
    photos: Sequence[PhotoFile],
    looks: Sequence[Look],
    files: _Files,
    find_near: FindNear,
    near_limit: float,
    conflicts: Conflicts,
) -> None:
    """Decide of pictures in two classes, since nobody knows which is right, and of duplicates.

    What is near a file has been decided where it is preferred to it, so one look at each file is enough.
    """
    numbers = files.in_order()
    for number, (near, differences) in zip(numbers.tolist(), find_near(numbers), strict=True):
        same_picture = near[differences <= _ACROSS_SHARE * near_limit]
        for label, places in files.copies[number].items():
            rival = files.first_in_another_class(same_picture, label)
            dropped = [place for place in places if rival < (files.none if conflicts == "drop" else place)]
            for place in dropped:
                other = photos[files.order[rival]]
                where = f"the same picture is in {other.label!r}"
                decisions[files.order[place]] = Decision("in two classes", where, other.name)
            left = places[: len(places) - len(dropped)]
            if not left:
                continue
            leaders = near[files.label[near] == label]
            leader = int(leaders[files.kept[leaders].argmin()])
            if files.kept[leader] == files.none:
                leader = number
                files.kept[number] = left[0]
                decisions[files.order[left.pop(0)]] = Decision("kept")
            kept = files.order[files.kept[leader]]
            difference = float(differences[near == leader][0])
            for place in left:
                row = files.order[place]
                decisions[row] = _duplicate(looks[kept], looks[row], photos[kept].name, difference)


def _alone(look: Look, min_side: int) -> Decision | None:
    """Decide what can be decided without the other photos."""
    if look.code:
        return Decision("broken", look.reason)
    if min(look.width, look.height) < min_side:
        return Decision("small", f"{look.width} x {look.height} pixels; the shorter side needs {min_side}")
    return None


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
