"""The smaller measurement, for which the photos that the installed packages ship are enough.

A class is one photo, seen in five views. Some classes are taught from recordings of their views; their other views are
known, and all other photos are of another kind.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from bench.accuracy.scenarios import Outcome, Scenario, scenarios_of, show
from bench.photo_sets import PhotoSet
from server.knn.certainty import UnknownLimit

#: How many of the photos are taught; the others are unknown.
TAUGHT: Final = 3


def shipped_outcomes(shipped: PhotoSet, prior: UnknownLimit, draw_count: int) -> Iterator[Outcome]:
    """Yield the answers after recordings of some of the photos, drawn anew each time.

    Args:
        shipped: See ``photo_sets.shipped_set``.
        prior: The limit of "I don't know" that the model's manifest names.
        draw_count: How often they are drawn.
    """
    for scenario in scenarios_of(shipped):
        if scenario.is_recorded:
            yield _outcome(shipped, scenario, prior, draw_count)


def _outcome(shipped: PhotoSet, scenario: Scenario, prior: UnknownLimit, draw_count: int) -> Outcome:
    draws = []
    for seed in range(draw_count):
        labels = np.random.default_rng(seed).permutation(shipped.labels)[:TAUGHT].tolist()
        draws.append(show(shipped.only(labels), scenario, shipped.other_than(labels), prior, seed))
    photos = len(shipped.classes)
    return Outcome(shipped.name, scenario, draws, [], photos, photos)
