"""How well "I don't know" works: photos of taught classes are kept, and things of another kind rejected."""

from typing import NamedTuple

from bench.accuracy.estimate import Estimate, estimate
from bench.accuracy.scenarios import Outcome, Scenario


class UnknownRow(NamedTuple):
    """A result.

    Attributes:
        name: The name of the photo set.
        scenario: What was taught.
        kept: The share of the other photos of the taught classes that are not unknown.
        rejected: The share of the photos of things of another kind that are unknown; every photo weighs the same.
    """

    name: str
    scenario: Scenario
    kept: Estimate | None
    rejected: Estimate | None


def unknown_row(outcome: Outcome) -> UnknownRow:
    """Return what was kept and rejected after all classes were taught."""
    return UnknownRow(
        outcome.name,
        outcome.scenario,
        estimate([~shown.known.is_unknown for shown in outcome.draws], outcome.known_photos),
        estimate([shown.unknown.is_unknown for shown in outcome.draws], outcome.other_photos),
    )
