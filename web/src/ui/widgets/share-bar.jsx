// The bar of one share, and the share in writing.

import { percent } from "../../i18n/numbers.js";

/** @param {{share: number, written: number}} props share: 0..1, the bar's length; written: 0..1, as it is written */
export function ShareBar({ share, written }) {
	return (
		<>
			<span class="track">
				<span class="bar" style={{ transform: `translateX(${(share - 1) * 100}%)` }} />
			</span>
			<span class="share">{percent(written)}</span>
		</>
	);
}
