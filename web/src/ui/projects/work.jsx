// Long work in a dialog: how far it is, and a way to stop it. What is stopped changes nothing.

import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem } from "../../contract/problem.js";
import { errorWords, t } from "../../i18n/words.js";
import { useKeepFocus } from "../widgets/keep-focus.js";
import { minutesLeft, timeLeftWords } from "./time-left.js";

/** A screen reader is told how far it is so often; it can read the bar at any time. */
const TOLD_MS = 15_000;

/** @typedef {{onProgress: (share: number) => void, signal: AbortSignal}} WorkOptions */

/**
 * @returns {{share: number|null, minutes: number|null, wasStopped: boolean,
 *   error: import("../../contract/errors.js").ErrorObject|null, stop: () => void,
 *   run: (work: (options: WorkOptions) => Promise<void>) => Promise<void>}} share: null where nothing is under way; minutes: that
 *   are left, as minutesLeft; wasStopped: the last work was, by the person
 */
export function useWork() {
	const [share, setShare] = useState(/** @type {number|null} */ (null));
	const [minutes, setMinutes] = useState(/** @type {number|null} */ (null));
	const [wasStopped, setWasStopped] = useState(false);
	const [error, setError] = useState(/** @type {import("../../contract/errors.js").ErrorObject|null} */ (null));
	const controller = useRef(/** @type {AbortController|null} */ (null));
	const stop = () => controller.current?.abort();
	// The dialog is closed: what it does ends.
	useEffect(() => stop, []);
	/** @param {(options: WorkOptions) => Promise<void>} work */
	const run = async (work) => {
		stop();
		const own = new AbortController();
		controller.current = own;
		setError(null);
		setWasStopped(false);
		setMinutes(null);
		setShare(0);
		const began = performance.now();
		/** @param {number} done */
		const onProgress = (done) => {
			setShare(done);
			setMinutes(minutesLeft(done, performance.now() - began));
		};
		try {
			await work({ onProgress, signal: own.signal });
		} catch (thrown) {
			if (!own.signal.aborted) setError(asProblem(thrown));
			else if (controller.current === own) setWasStopped(true);
		} finally {
			if (controller.current === own) setShare(null);
		}
	};
	return { share, minutes, wasStopped, error, stop, run };
}

/** @param {{text: string, share: number, minutes?: number|null, onStop: () => void}} props */
export function WorkProgress({ text, share, minutes = null, onStop }) {
	const left = timeLeftWords(minutes);
	const words = left ? `${text}, ${left}` : text;
	const newest = useRef("");
	newest.current = words;
	const [told, setTold] = useState("");
	useEffect(() => {
		const timer = setInterval(() => setTold(newest.current), TOLD_MS);
		return () => clearInterval(timer);
	}, []);
	const place = useRef(/** @type {HTMLDivElement|null} */ (null));
	useKeepFocus(place, "dialog", (dialog) => dialog?.querySelector(".exchange-ways button, .popup-head button"));
	return (
		<div class="exchange-work" ref={place}>
			<label>
				<span>{words}</span>
				<progress value={share} max={1} />
			</label>
			<button type="button" onClick={onStop}>
				{t("cancel")}
			</button>
			<span class="visually-hidden" role="status">
				{told}
			</span>
		</div>
	);
}

/** @param {{error: import("../../contract/errors.js").ErrorObject|null}} props */
export function WorkError({ error }) {
	const words = error && errorWords(error);
	return (
		<div role="alert">
			{words && (
				<p class="exchange-error">
					<b>{words.message}</b> {words.hint}
				</p>
			)}
		</div>
	);
}
