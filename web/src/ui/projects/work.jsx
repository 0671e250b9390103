// Long work in a dialog: how far it is, and a way to stop it. What is stopped changes nothing.

import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem } from "../../contract/problem.js";
import { errorWords, t } from "../../i18n/words.js";

/** @typedef {{onProgress: (share: number) => void, signal: AbortSignal}} WorkOptions */

/**
 * @returns {{share: number|null, error: import("../../contract/errors.js").ErrorObject|null, stop: () => void,
 *   run: (work: (options: WorkOptions) => Promise<void>) => Promise<void>}} share: null where nothing is under way
 */
export function useWork() {
	const [share, setShare] = useState(/** @type {number|null} */ (null));
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
		setShare(0);
		try {
			await work({ onProgress: setShare, signal: own.signal });
		} catch (thrown) {
			if (!own.signal.aborted) setError(asProblem(thrown));
		} finally {
			if (controller.current === own) setShare(null);
		}
	};
	return { share, error, stop, run };
}

/** @param {{text: string, share: number, onStop: () => void}} props */
export function WorkProgress({ text, share, onStop }) {
	return (
		<div class="exchange-work">
			<label>
				<span>{text}</span>
				<progress value={share} max={1} />
			</label>
			<button type="button" onClick={onStop}>
				{t("cancel")}
			</button>
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
