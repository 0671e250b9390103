"""The numbers that the contract defines and both classifiers go by.

They live in ``contract/constants.json``, which the page reads too. What each decides is in ``contract/README.md``.
Anything may import this module; it needs no NumPy.
"""

import json
from typing import Any, Final

from server.contract.errors import CONTRACT

_constants: dict[str, Any] = json.loads((CONTRACT / "constants.json").read_text("utf-8"))

#: The metrics, in the order that decides between equals.
METRICS: Final[tuple[str, ...]] = tuple(_constants["metrics"])
#: How neighbours' votes weigh: all equal, or 1 / distance.
WEIGHTS: Final[tuple[str, ...]] = tuple(_constants["weights"])
#: Distances, shares and limits within this of each other count as equal.
TIE: Final[float] = _constants["tie"]
#: A cosine distance below this is rounding, and 0.
COSINE_ZERO: Final[float] = _constants["cosineZero"]
#: The adapted metric is fitted on at most so many examples.
MAX_FITTED: Final[int] = _constants["maxFitted"]
#: The squares of what varies within the classes, per example, up to which nothing varies.
NO_VARIANCE: Final[float] = _constants["noVariance"]
#: The square of an adapted vector up to which it has no direction.
NO_LENGTH: Final[float] = _constants["noLength"]
#: So many examples may have come since the metric was fitted; beyond, the cosine answers.
MAX_UNADAPTED: Final[int] = _constants["maxUnadapted"]
#: The largest k that is evaluated, and that a person can choose.
MAX_NEIGHBOURS: Final[int] = _constants["maxNeighbours"]
#: At most so many examples are tested.
MAX_TESTED: Final[int] = _constants["maxTested"]
#: The share that a class without a vote counts with in the cross-entropy.
MIN_SHARE: Final[float] = _constants["minShare"]
#: Folds of cross-fitting.
FOLDS: Final[int] = _constants["folds"]
#: Examples a class in the learning curve.
CURVE_SIZES: Final[tuple[int, ...]] = tuple(_constants["curveSizes"])
#: Draws of the learning curve.
CURVE_DRAWS: Final[int] = _constants["curveDraws"]
#: At most so many examples are tested in one draw of the learning curve.
CURVE_MAX_TESTED: Final[int] = _constants["curveMaxTested"]
#: Fifths of the examples to train, validate and test.
SPLIT_FIFTHS: Final[tuple[int, ...]] = tuple(_constants["splitFifths"])
#: The seed of the split's shuffling.
SPLIT_SEED: Final[int] = _constants["splitSeed"]
#: Bins of the histograms of distances.
UNKNOWN_BINS: Final[int] = _constants["unknownBins"]
#: Bins per unit of distance.
UNKNOWN_BINS_PER_UNIT: Final[int] = _constants["unknownBinsPerUnit"]
#: Percent of the examples that the automatic limit keeps.
UNKNOWN_PERCENT: Final[int] = _constants["unknownPercent"]
#: The automatic limit is no tighter than this, unless other classes are near.
UNKNOWN_MIN_DISTANCE: Final[float] = _constants["unknownMinDistance"]
#: The generator of draws: x0 = seed · factor mod 2^32.
RANDOM_SEED_FACTOR: Final[int] = _constants["randomSeedFactor"]
#: Its x = (multiplier · x + increment) mod 2^32.
RANDOM_MULTIPLIER: Final[int] = _constants["randomMultiplier"]
#: See above.
RANDOM_INCREMENT: Final[int] = _constants["randomIncrement"]
