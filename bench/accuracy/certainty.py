"""How often each of the three answers is given, and how often the sure and the unsure ones are right."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.estimate import Estimate, estimate
from bench.accuracy.scenarios import Outcome, Scenario, Shown
from bench.accuracy.taught import Answers

TAUGHT: Final = "taught classes"
SIBLINGS: Final = "a class left out"
OTHERS: Final = "other things"


class CertaintyRow(NamedTuple):
    """The shares of the three answers.

    Attributes:
        name: The name of the photo set.
        scenario: What was taught.
        shown: What was shown: TAUGHT, SIBLINGS or OTHERS.
        sure: The share of sure answers.
        not_sure: The share of those that are not sure.
        unknown: The share of "I don't know".
        sure_right: How many of the sure answers are right; None where nothing can be right.
        not_sure_right: The same of those that are not sure.
    """

    name: str
    scenario: Scenario
    shown: str
    sure: Estimate | None
    not_sure: Estimate | None
    unknown: Estimate | None
    sure_right: Estimate | None = None
    not_sure_right: Estimate | None = None


def certainty_rows(outcome: Outcome) -> Iterator[CertaintyRow]:
    """Yield the shares for photos of the taught classes, of a class left out, and of other things."""
    known = [shown.known for shown in outcome.draws]
    yield _row(outcome, TAUGHT, known, outcome.known_photos)._replace(
        sure_right=_right(outcome.draws, "sure", outcome.known_photos),
        not_sure_right=_right(outcome.draws, "notSure", outcome.known_photos),
    )
    siblings = [shown.unknown for each in outcome.rounds for shown in each]
    if siblings:
        yield _row(outcome, SIBLINGS, siblings, outcome.known_photos)
    yield _row(outcome, OTHERS, [shown.unknown for shown in outcome.draws], outcome.other_photos)


def _row(outcome: Outcome, shown: str, answers: Sequence[Answers], photos: int) -> CertaintyRow:
    def share(certainty: str) -> Estimate | None:
        return estimate([each.certainties == certainty for each in answers], photos)

    return CertaintyRow(outcome.name, outcome.scenario, shown, share("sure"), share("notSure"), share("unknown"))


def _right(draws: Sequence[Shown], certainty: str, photos: int) -> Estimate | None:
    """Return the accuracy of the answers that have this certainty."""
    is_right: list[NDArray[np.bool_]] = []
    for truths, known, _ in draws:
        chosen = known.certainties == certainty
        is_right.append((known.labels == truths)[chosen])
    # About so many different photos had this answer.
    share = float(np.mean([len(each) for each in is_right]) / np.mean([len(shown.truths) for shown in draws]))
    return estimate(is_right, max(1, round(photos * share)))
