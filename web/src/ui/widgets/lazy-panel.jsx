// A panel whose code is loaded when it is first shown, so that the first load is without it.

import { useEffect, useState } from "preact/hooks";
import { loadLater } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";

/**
 * @param {() => Promise<import("preact").FunctionComponent>} load
 * @returns {import("preact").FunctionComponent}
 */
export function createLazyPanel(load) {
	/** @type {import("preact").FunctionComponent|null} */
	let Panel = null;
	return function LazyPanel() {
		const [state, setState] = useState(/** @type {"loading"|"ready"|"failed"} */ ("loading"));
		useEffect(() => {
			if (Panel) return;
			let isUnmounted = false;
			Promise.all([load(), loadLater()]).then(
				([loaded]) => {
					Panel = loaded;
					if (!isUnmounted) setState("ready");
				},
				() => {
					if (!isUnmounted) setState("failed");
				},
			);
			return () => {
				isUnmounted = true;
			};
		}, []);
		if (Panel) return <Panel />;
		const failed = state === "failed";
		return <p class="panel-wait soft">{t(failed ? "decide.panelFailed" : "decide.panelLoading")}</p>;
	};
}
