// The numbers that the contract defines and both classifiers go by. They live in contract/constants.json, which the server
// reads too. What each decides is in contract/README.md. Anything may import this module.

import constants from "../../../contract/constants.json" with { type: "json" };

/** The metrics, in the order that decides between equals. @type {readonly string[]} */
export const METRICS = constants.metrics;
/** How neighbours' votes weigh: all equal, or 1 / distance. @type {readonly string[]} */
export const WEIGHTS = constants.weights;
/** Distances that differ by this share of the larger count as equal; so do shares and limits that differ by this. */
export const TIE = constants.tie;
/** A cosine distance below this is rounding, and 0. */
export const COSINE_ZERO = constants.cosineZero;
/** A distance by the adapted metric below this is rounding, and 0. */
export const ADAPTED_ZERO = constants.adaptedZero;
/** The adapted metric is fitted on at most so many examples. */
export const MAX_FITTED = constants.maxFitted;
/** The squares of what varies within the classes, per example, up to which nothing varies. */
export const NO_VARIANCE = constants.noVariance;
/** The square of an adapted vector up to which it has no direction. */
export const NO_LENGTH = constants.noLength;
/** So many examples may have come since the metric was fitted; beyond, the cosine answers. */
export const MAX_UNADAPTED = constants.maxUnadapted;
/** The largest k that is evaluated, and that a person can choose. */
export const MAX_NEIGHBOURS = constants.maxNeighbours;
/** At most so many examples are tested. */
export const MAX_TESTED = constants.maxTested;
/** The share that a class without a vote counts with in the cross-entropy. */
export const MIN_SHARE = constants.minShare;
/** Folds of cross-fitting. */
export const FOLDS = constants.folds;
/** Examples a class in the learning curve. @type {readonly number[]} */
export const CURVE_SIZES = constants.curveSizes;
/** Draws of the learning curve. */
export const CURVE_DRAWS = constants.curveDraws;
/** At most so many examples are tested in one draw of the learning curve. */
export const CURVE_MAX_TESTED = constants.curveMaxTested;
/** Fifths of the examples to train, validate and test. @type {readonly number[]} */
export const SPLIT_FIFTHS = constants.splitFifths;
/** The seed of the split's shuffling. */
export const SPLIT_SEED = constants.splitSeed;
/** Bins of the histograms of distances. */
export const UNKNOWN_BINS = constants.unknownBins;
/** Bins per unit of distance. */
export const UNKNOWN_BINS_PER_UNIT = constants.unknownBinsPerUnit;
/** Percent of the examples that the automatic limit keeps. */
export const UNKNOWN_PERCENT = constants.unknownPercent;
/** The automatic limit, a cosine distance, before there is evidence; for a model whose manifest names none. */
export const UNKNOWN_PRIOR = constants.unknownPrior;
/** The prior weighs as much as this many recordings. */
export const UNKNOWN_PRIOR_RECORDINGS = constants.unknownPriorRecordings;
/** How the prior declines with the number of recordings of a class: the nearest of many is nearer. */
export const UNKNOWN_PRIOR_DECLINE = constants.unknownPriorDecline;
/** How the centred distance gives way to what the examples show. */
export const CENTRE_DECLINE = constants.centreDecline;
/** An embedding has no direction from the centre if its squared norm is at most this. */
export const CENTRED_LENGTH = constants.centredLength;
/** The ratio of a centre is at most this, and at least one over this. */
export const MAX_RATIO = constants.maxRatio;
/** What recordings show is at least this share of the prior: they can be near-copies of each other. */
export const UNKNOWN_EVIDENCE_FLOOR = constants.unknownEvidenceFloor;
/** The typical adapted distance is at least this, for the same reason. */
export const TYPICAL_FLOOR = constants.typicalFloor;
/** How much the second nearest recording counts in the limit, as a share of what the evidence counts. */
export const SECOND_RECORDING_WEIGHT = constants.secondRecordingWeight;
/** In the limit of "I don't know", smaller distances count as this. */
export const NOVELTY_FLOOR = constants.noveltyFloor;
/** How quickly the share of something else grows around the limit. */
export const UNKNOWN_SHARPNESS = constants.unknownSharpness;
/** The three answers: sure, not sure, and "I don't know". @type {readonly string[]} */
export const CERTAINTIES = constants.certainties;
/** An answer is sure from this share on. */
export const SURE_SHARE = constants.sureShare;
/** The page shows the mean of this many frames. */
export const SMOOTHED_FRAMES = constants.smoothedFrames;
/** A backend whose embeddings of the golden pictures have a smaller cosine to the model's own is not used. */
export const GOLDEN_COSINE = constants.goldenCosine;
/** The generator of draws: x0 = seed · factor mod 2^32. */
export const RANDOM_SEED_FACTOR = constants.randomSeedFactor;
/** Its x = (multiplier · x + increment) mod 2^32. */
export const RANDOM_MULTIPLIER = constants.randomMultiplier;
/** See above. */
export const RANDOM_INCREMENT = constants.randomIncrement;
