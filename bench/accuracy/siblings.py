"""How well a class that was not taught is told from those that were: a pear among apples, say."""

from typing import Final, NamedTuple

import numpy as np

from bench.accuracy.estimate import Estimate, estimate
from bench.accuracy.scenarios import Outcome, Scenario, Shown
from server.knn.arrays import Floats

#: The share of the photos of taught classes that are kept.
KEPT: Final = 0.95


class SiblingRow(NamedTuple):
    """The share of photos of the class left out that are rejected where KEPT of the photos of the others are kept.

    Attributes:
        name: The name of the photo set.
        scenario: What was taught.
        product: Ranked by what the product decides with: novelty / unknown distance.
        cosine: Ranked by novelty alone, the cosine distance to the nearest example.
        gain: The first minus the second.
    """

    name: str
    scenario: Scenario
    product: Estimate | None
    cosine: Estimate | None
    gain: Estimate | None


def sibling_row(outcome: Outcome) -> SiblingRow:
    """Return how much of the classes left out is rejected; a draw is a round in which each class was left out once."""
    product = [np.concatenate([_rejected_by_product(shown) for shown in each]) for each in outcome.rounds]
    cosine = [np.concatenate([_rejected_by_cosine(shown) for shown in each]) for each in outcome.rounds]
    gains = [ours - plain for ours, plain in zip(product, cosine, strict=True)]
    photos = outcome.known_photos
    return SiblingRow(
        outcome.name, outcome.scenario, estimate(product, photos), estimate(cosine, photos), estimate(gains, photos)
    )


def rejected(known: Floats, unknown: Floats) -> Floats:
    """Return 1 for each of m scores beyond the quantile KEPT of the n known ones, else 0, float64, (m,).

    Example:
        >>> rejected(np.arange(100.0), np.array([94.0, 95.0])).tolist()
        [0.0, 1.0]
    """
    return (unknown > np.quantile(known, KEPT)).astype(np.float64)


def _rejected_by_product(shown: Shown) -> Floats:
    return rejected(shown.known.novelties / shown.known.limits, shown.unknown.novelties / shown.unknown.limits)


def _rejected_by_cosine(shown: Shown) -> Floats:
    return rejected(shown.known.novelties, shown.unknown.novelties)
