// The bar of one share, and the share in writing.

import { percent } from "../../i18n/numbers.js";

/** @param {{share: number, written: number}} props share: 0..1, the bar's length; written: 0..1, as it is written */
export function ShareBar({ share, written }) {
	// The bar comes from the side at which a line begins.
	const shift = (share - 1) * (document.documentElement.dir === "rtl" ? -100 : 100);
	return (
		<>
			<span class="track">
				<span class="bar" style={{ transform: `translateX(${shift}%)` }} />
			</span>
			<span class="share">{percent(written)}</span>
		</>
	);
}
