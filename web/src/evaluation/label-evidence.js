// What speaks against the examples' labels? The advice tells swapped labels and overlapping classes by it; nearest.js reports it.
// Python has no advice, and no twin of this.

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */

/** Smaller distances count as this, so that one exact copy does not outweigh everything else. */
const MIN_DISTANCE = 1e-3;
/** The rest of an example's own recording says as much as this many other recordings. */
const REST_WEIGHT = 2;

/**
 * Rows are in order of arrival.
 * @typedef {object} LabelEvidence
 * @property {Float64Array} suspicions (n,), the suspicion about each label, see `weighLabels`; 0: the example can't be compared
 * @property {number[]} rivals n, the index of the class that the example would rather belong to; -1: it can't be compared
 * @property {number[]} compared n, how many recordings the example was compared with in each of the two classes, at least
 */

/**
 * The examples of one recording with one label. In a class with one recording, every example is a unit.
 * @typedef {object} Units
 * @property {Int32Array} unitOf (n,)
 * @property {number[][]} inClass c lists of units
 * @property {number[]} sizes by unit, how many examples
 * @property {boolean[]} isStray by unit, whether the recording has more examples in another class
 */

/**
 * Weighs every label against the nearest other class.
 *
 * The distance to a class is the mean over the nearer half of its units, each as far as its nearest example; an example's own
 * recording is left out. The suspicion is how many times farther the own class is than the nearest other class: that ratio by
 * cosine, times that ratio by the adapted metric, which was cross-fitted without the example. A suspicion above 1 means that the
 * other recordings take the example for one of the other class. The examples of a unit have one suspicion, the geometric mean.
 *
 * If more of an example's recording has another label, a person has moved the example: it is a stray, and speaks for no label of
 * others. The rest of its recording speaks about its own, by cosine alone, the ratio squared; of both suspicions the larger
 * counts.
 * @param {TestSet} testSet
 * @param {{cosine: Distances, adapted: Distances}} distances
 * @returns {Generator<void, LabelEvidence>} yields every few milliseconds
 * @example
 * const { suspicions, rivals } = yield* weighLabels(testSet, metricDistances.byMetric);
 */
export function* weighLabels(testSet, { cosine, adapted }) {
	const { order, classes, labels } = testSet;
	const [n, c] = [order.length, labels.length];
	const units = dealUnits(testSet);
	/** (units, c): the logarithms of the distances, summed over the examples of a unit and over both metrics. */
	const logs = new Float64Array(units.sizes.length * c);
	/** (units, c): how many recordings were compared. */
	const counts = new Int32Array(units.sizes.length * c);
	/** @type {Map<number, {suspicion: number, rival: number}>} */
	const moved = new Map();
	const [measured, buffer] = [new Float64Array(n), new Float64Array(units.sizes.length)];
	for (const [row, slot] of order.entries()) {
		const start = units.unitOf[row] * c;
		for (const distances of [adapted, cosine]) {
			distances(slot, order, measured);
			const nearest = measureUnits(testSet, units, row, measured);
			for (const [index, inClass] of units.inClass.entries()) {
				const { count, mean } = averageNearerHalf(inClass, nearest, buffer);
				counts[start + index] = testSet.recordingCounts[index] === 1 ? Math.min(1, count) : count;
				logs[start + index] += Math.log(Math.max(MIN_DISTANCE, mean));
			}
			if (distances === cosine) {
				const suspected = suspectStray(testSet, units, row, measured, nearest);
				if (suspected) moved.set(row, suspected);
			}
		}
		if (row % 4 === 3) yield;
	}
	/** @type {LabelEvidence} */
	const evidence = { suspicions: new Float64Array(n), rivals: Array(n).fill(-1), compared: Array(n).fill(0) };
	for (const [row, slot] of order.entries()) {
		const start = units.unitOf[row] * c;
		const own = classes[slot];
		const others = labels.flatMap((_, index) => (index !== own && counts[start + index] > 0 ? [index] : []));
		if (others.length > 0 && counts[start + own] > 0) {
			const rival = others.reduce((best, index) => (logs[start + index] < logs[start + best] ? index : best));
			evidence.suspicions[row] = Math.exp((logs[start + own] - logs[start + rival]) / units.sizes[units.unitOf[row]]);
			evidence.rivals[row] = rival;
			evidence.compared[row] = Math.min(counts[start + own], counts[start + rival]);
		}
		const suspected = moved.get(row);
		if (!suspected || suspected.suspicion <= evidence.suspicions[row]) continue;
		evidence.suspicions[row] = suspected.suspicion;
		evidence.rivals[row] = suspected.rival;
		evidence.compared[row] = REST_WEIGHT;
	}
	return evidence;
}

/**
 * @param {TestSet} testSet
 * @returns {Units}
 */
function dealUnits(testSet) {
	/** @type {Units} */
	const units = { unitOf: new Int32Array(testSet.order.length), inClass: [], sizes: [], isStray: [] };
	/** The examples of each recording in each class, the classes in class order. @type {Map<number, number[]>} */
	const countsOf = new Map();
	for (const index of testSet.labels.keys()) {
		const recordings = testSet.recordingsIn(index);
		for (const slots of recordings) {
			const recording = testSet.recordings[slots[0]];
			if (recording >= 0) countsOf.set(recording, [...(countsOf.get(recording) ?? []), slots.length]);
		}
		const dealt = recordings.length === 1 ? recordings[0].map((slot) => [slot]) : recordings;
		units.inClass.push(
			dealt.map((slots) => {
				const unit = units.sizes.push(slots.length) - 1;
				for (const slot of slots) units.unitOf[testSet.arrivals[slot]] = unit;
				return unit;
			}),
		);
	}
	for (const slot of testSet.order) {
		const unit = units.unitOf[testSet.arrivals[slot]];
		const isWhole = testSet.recordingCounts[testSet.classes[slot]] > 1;
		const largest = Math.max(0, ...(countsOf.get(testSet.recordings[slot]) ?? []));
		units.isStray[unit] = isWhole && units.sizes[unit] < largest;
	}
	return units;
}

/**
 * Finds how far an example is from each unit.
 * @param {TestSet} testSet
 * @param {Units} units
 * @param {number} row of the example
 * @param {Float64Array} measured (n,), its distances to all examples
 * @returns {Float64Array} (units,); infinite: the unit is left out
 */
function measureUnits({ order, classes, recordings, recordingCounts }, units, row, measured) {
	const nearest = new Float64Array(units.sizes.length).fill(Number.POSITIVE_INFINITY);
	const own = order[row];
	const isOneRecording = recordingCounts[classes[own]] === 1;
	for (const [other, slot] of order.entries()) {
		if (other === row) continue;
		const isSameRecording = recordings[own] >= 0 && recordings[own] === recordings[slot];
		if (isSameRecording && !(isOneRecording && classes[own] === classes[slot])) continue;
		const unit = units.unitOf[other];
		if (!units.isStray[unit] && measured[other] < nearest[unit]) nearest[unit] = measured[other];
	}
	return nearest;
}

/**
 * @param {number[]} inClass units
 * @param {Float64Array} nearest (units,)
 * @param {Float64Array} buffer (units,)
 * @returns {{count: number, mean: number}} count: the units that are not left out; mean: over their nearer half, infinite if there
 *   are none
 */
function averageNearerHalf(inClass, nearest, buffer) {
	let count = 0;
	for (const unit of inClass) {
		if (nearest[unit] === Number.POSITIVE_INFINITY) continue;
		buffer[count] = nearest[unit];
		count++;
	}
	if (count === 0) return { count, mean: Number.POSITIVE_INFINITY };
	buffer.subarray(0, count).sort();
	const half = Math.ceil(count / 2);
	let sum = 0;
	for (let i = 0; i < half; i++) sum += buffer[i];
	return { count, mean: sum / half };
}

/**
 * Compares a stray with the rest of its recording, in the class that has most of it.
 * @param {TestSet} testSet
 * @param {Units} units
 * @param {number} row of the example
 * @param {Float64Array} measured (n,), its cosine distances to all examples
 * @param {Float64Array} nearest (units,), the same to the units of other recordings
 * @returns {{suspicion: number, rival: number}|null} null: nothing speaks against the label
 */
function suspectStray({ order, classes, recordings, labels }, units, row, measured, nearest) {
	const own = order[row];
	const index = classes[own];
	if (!units.isStray[units.unitOf[row]]) return null;
	/** By class, the distances to the examples of the recording. @type {number[][]} */
	const rest = labels.map(() => []);
	for (const [other, slot] of order.entries()) {
		if (recordings[slot] === recordings[own]) rest[classes[slot]].push(measured[other]);
	}
	const rival = rest.reduce((best, { length }, each) => (length > rest[best].length ? each : best), index);
	const half = rest[rival].sort((a, b) => a - b).slice(0, Math.ceil(rest[rival].length / 2));
	const toRest = half.reduce((sum, distance) => sum + distance, 0) / half.length;
	const toOwn = Math.min(...units.inClass[index].map((unit) => nearest[unit]));
	if (toOwn === Number.POSITIVE_INFINITY) return null;
	return { suspicion: (toOwn / Math.max(MIN_DISTANCE, toRest)) ** 2, rival };
}
