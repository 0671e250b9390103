// A part of the page whose code is loaded when it is first shown, so that the first load is without it. Its place stays as it is
// meanwhile: for a panel, which says that it is loading, see lazy-panel.jsx.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { loadLater } from "../../i18n/language.js";

/**
 * @template {object} Props
 * @param {() => Promise<import("preact").FunctionComponent<Props>>} load
 * @param {() => import("preact").VNode|null} [renderPlace] what stands in its place until it is there
 * @returns {import("preact").FunctionComponent<Props & {onFailed?: () => void}>} onFailed: it could not be loaded; it is tried
 *   again when it is next shown
 */
export function createLazyPart(load, renderPlace = () => null) {
	const part = signal(/** @type {{Component: import("preact").FunctionComponent<Props>}|null} */ (null));
	return function LazyPart(props) {
		const loaded = part.value;
		useEffect(() => {
			if (part.peek()) return;
			Promise.all([load(), loadLater()]).then(
				([Component]) => {
					part.value ??= { Component };
				},
				() => props.onFailed?.(),
			);
		}, []);
		return loaded ? <loaded.Component {...props} /> : renderPlace();
	};
}
