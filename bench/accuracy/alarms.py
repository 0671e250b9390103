"""How often the page's coach gives a false alarm, and how many swapped labels it shows; see ``bench/coach.py``."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bench import coach
from bench.accuracy.estimate import Estimate
from bench.photo_sets import PhotoSet


class AlarmRow(NamedTuple):
    """What the coach said about projects of one kind.

    Attributes:
        name: The name of the photo set.
        kind: What was taught of each class.
        swaps_recordings: Whether whole recordings were swapped; otherwise single pictures were.
        false_alarms: The share of the projects with right labels in which it gave a false alarm.
        found: The share of the swapped labels that it showed as swapped.
    """

    name: str
    kind: str
    swaps_recordings: bool
    false_alarms: Estimate | None
    found: Estimate | None


def alarm_rows(sets: Sequence[PhotoSet], draw_count: int) -> Iterator[AlarmRow]:
    """Yield a row for each set and kind that it has enough photos for.

    Args:
        sets: Photos of two classes or more each.
        draw_count: Projects of each set and kind.
    """
    swapping = [kind.what for kind in coach.KINDS if kind.swaps_recordings]
    names = [photo_set.name for photo_set in sets]
    for row in coach.alarms(sets, draw_count):
        if row.name in names:
            yield AlarmRow(
                row.name,
                row.kind,
                row.kind in swapping,
                Estimate(row.false_alarms, row.false_alarms_error),
                Estimate(row.found, row.found_error),
            )
