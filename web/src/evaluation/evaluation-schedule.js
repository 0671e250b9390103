// When the examples are tested and the adapted metric is fitted: at once where the result is needed now, but not more often
// than once a second; otherwise when nothing has changed for a while. evaluation-worker-client.js imports it.

/** Between two tests, or two fits, that are needed now. */
const MIN_INTERVAL_MS = 1000;
/** A test that nobody waits for begins after so long without a change. */
const QUIET_MS = 1500;
const NEVER = Number.POSITIVE_INFINITY;

/** @typedef {{adapted: boolean, test: boolean}} Demand which results are needed now: the adapted metric, the figures */

export class EvaluationSchedule {
	/** @type {Demand} */
	#demand = { adapted: false, test: false };
	#changedAt = 0;
	/** The last test: of which revision of the replica, and when it began. */
	#test = { revision: -1, startedAt: Number.NEGATIVE_INFINITY };
	/** The last fit. */
	#fit = { revision: -1, startedAt: Number.NEGATIVE_INFINITY };

	get demand() {
		return this.#demand;
	}

	set demand(demand) {
		this.#demand = demand;
	}

	/** The examples changed just now. */
	noteChange() {
		this.#changedAt = Date.now();
	}

	/**
	 * @param {number} revision the replica's
	 * @returns {{fitAt: number, testAt: number}} when each is due, ms as of Date.now; infinite: not at all
	 */
	dueTimes(revision) {
		const { adapted, test } = this.#demand;
		const fitAt = adapted ? this.#fit.startedAt + MIN_INTERVAL_MS : NEVER;
		const testAt = test ? this.#test.startedAt + MIN_INTERVAL_MS : this.#changedAt + QUIET_MS;
		return {
			fitAt: this.#fit.revision === revision ? NEVER : fitAt,
			testAt: this.#test.revision === revision ? NEVER : testAt,
		};
	}

	/**
	 * Begins what is due now.
	 * @param {number} revision the replica's
	 * @returns {{fit: boolean, test: boolean}} what that is
	 */
	begin(revision) {
		const now = Date.now();
		const { fitAt, testAt } = this.dueTimes(revision);
		const [fit, test] = [fitAt <= now, testAt <= now];
		if (fit) this.#fit = { revision, startedAt: now };
		if (test) this.#test = { revision, startedAt: now };
		return { fit, test };
	}

	/** @param {number} revision needs no test and no fit: there are no examples */
	skip(revision) {
		this.#test.revision = revision;
		this.#fit.revision = revision;
	}

	/** Results are lost: both are due again, no sooner than a second after they last began. */
	reset() {
		this.skip(-1);
	}
}
