"""The numbers that the contract defines and both classifiers use.

They are in ``contract/constants.json``, which the page reads too; ``contract/README.md`` says what each decides.
Anything may import this module; it needs no NumPy. The twin is ``web/src/contract/constants.js``.
"""

import json
from typing import Any, Final

from server.contract.errors import CONTRACT

_constants: dict[str, Any] = json.loads((CONTRACT / "constants.json").read_text("utf-8"))

#: The name of a metric: one of METRICS.
Metric = str
#: The metrics, in the order that decides between equals.
METRICS: Final[tuple[str, ...]] = tuple(_constants["metrics"])
#: How neighbours' votes weigh: all equal, or 1 / distance.
WEIGHTS: Final[tuple[str, ...]] = tuple(_constants["weights"])
#: Distances that differ by this share of the larger count as equal; so do shares and limits that differ by this.
TIE: Final[float] = _constants["tie"]
#: A cosine distance below this is rounding, and 0.
COSINE_ZERO: Final[float] = _constants["cosineZero"]
#: A distance by the adapted metric below this is 0.
ADAPTED_ZERO: Final[float] = _constants["adaptedZero"]
#: The adapted metric is fitted on at most this many examples.
MAX_FITTED: Final[int] = _constants["maxFitted"]
#: If the sum of squares within the classes is at most this for each example, no class varies.
NO_VARIANCE: Final[float] = _constants["noVariance"]
#: If |z|² is at most this, z (an embedding in the adapted metric) has no direction.
NO_LENGTH: Final[float] = _constants["noLength"]
#: If more examples than this were added since the adapted metric was fitted, the cosine answers.
MAX_UNADAPTED: Final[int] = _constants["maxUnadapted"]
#: The largest k that is evaluated, and that a person can choose.
MAX_NEIGHBOURS: Final[int] = _constants["maxNeighbours"]
#: At most this many examples are tested.
MAX_TESTED: Final[int] = _constants["maxTested"]
#: The share that a class without a vote has in the cross-entropy.
MIN_SHARE: Final[float] = _constants["minShare"]
#: The number of folds of cross-fitting.
FOLDS: Final[int] = _constants["folds"]
#: The numbers of examples per class in the learning curve.
CURVE_SIZES: Final[tuple[int, ...]] = tuple(_constants["curveSizes"])
#: The number of draws for each point of the learning curve.
CURVE_DRAWS: Final[int] = _constants["curveDraws"]
#: At most this many examples are tested in one draw of the learning curve.
CURVE_MAX_TESTED: Final[int] = _constants["curveMaxTested"]
#: How many fifths of the examples are for training, validation and test.
SPLIT_FIFTHS: Final[tuple[int, ...]] = tuple(_constants["splitFifths"])
#: The seed that shuffles the split.
SPLIT_SEED: Final[int] = _constants["splitSeed"]
#: The number of bins of the histograms of distances.
UNKNOWN_BINS: Final[int] = _constants["unknownBins"]
#: Bins per unit of cosine distance.
UNKNOWN_BINS_PER_UNIT: Final[int] = _constants["unknownBinsPerUnit"]
#: The percentage of the examples that the automatic limit of "I don't know" keeps.
UNKNOWN_PERCENT: Final[int] = _constants["unknownPercent"]
#: The automatic limit, a cosine distance, before there is evidence; for a model whose manifest names none.
UNKNOWN_PRIOR: Final[float] = _constants["unknownPrior"]
#: The prior weighs as much as this many recordings.
UNKNOWN_PRIOR_RECORDINGS: Final[int] = _constants["unknownPriorRecordings"]
#: How the prior declines with the number of recordings of a class: the nearest of many is nearer.
UNKNOWN_PRIOR_DECLINE: Final[float] = _constants["unknownPriorDecline"]
#: How the centred distance gives way to what the examples show.
CENTRE_DECLINE: Final[int] = _constants["centreDecline"]
#: An embedding has no direction from the centre if its squared norm is at most this.
CENTRED_LENGTH: Final[float] = _constants["centredLength"]
#: The ratio of a centre is at most this, and at least one over this.
MAX_RATIO: Final[int] = _constants["maxRatio"]
#: What recordings show is at least this share of the prior: they can be near-copies of each other.
UNKNOWN_EVIDENCE_FLOOR: Final[float] = _constants["unknownEvidenceFloor"]
#: The typical adapted distance is at least this, for the same reason.
TYPICAL_FLOOR: Final[float] = _constants["typicalFloor"]
#: How much the second nearest recording counts in the limit, as a share of what the evidence counts.
SECOND_RECORDING_WEIGHT: Final[float] = _constants["secondRecordingWeight"]
#: In the limit of "I don't know", smaller distances count as this.
NOVELTY_FLOOR: Final[float] = _constants["noveltyFloor"]
#: How quickly the share of something else grows around the limit.
UNKNOWN_SHARPNESS: Final[int] = _constants["unknownSharpness"]
#: The three answers: sure, not sure, and "I don't know".
CERTAINTIES: Final[tuple[str, ...]] = tuple(_constants["certainties"])
#: An answer is sure from this share on.
SURE_SHARE: Final[float] = _constants["sureShare"]
#: The page shows the mean of this many frames.
SMOOTHED_FRAMES: Final[int] = _constants["smoothedFrames"]
#: The page does not use a backend whose embeddings of the golden pictures have a smaller cosine to the model's own.
GOLDEN_COSINE: Final[float] = _constants["goldenCosine"]
#: The generator of draws starts with x0 = seed · factor mod 2^32 ...
RANDOM_SEED_FACTOR: Final[int] = _constants["randomSeedFactor"]
#: ... and continues with x = (multiplier · x + increment) mod 2^32.
RANDOM_MULTIPLIER: Final[int] = _constants["randomMultiplier"]
#: See RANDOM_MULTIPLIER.
RANDOM_INCREMENT: Final[int] = _constants["randomIncrement"]
