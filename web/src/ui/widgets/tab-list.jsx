// Tabs over a panel, by the ARIA pattern: one Tab stop; the arrow keys choose.

import { useRef } from "preact/hooks";
import { number } from "../../i18n/numbers.js";
import { getNextTab } from "./roving.js";

/**
 * The ids that connect a tab and its panel.
 * @param {string} id of the whole
 * @param {string} name
 */
export const getTabId = (id, name) => `${id}-tab-${name}`;
/** @param {string} id @param {string} name */
export const getPanelId = (id, name) => `${id}-panel-${name}`;

/**
 * @template {string} N
 * @param {object} props
 * @param {string} props.id
 * @param {string} props.label
 * @param {readonly {name: N, text: string, count?: number}[]} props.tabs count: how many things wait there; 0 is not shown
 * @param {N} props.current
 * @param {(name: N) => void} props.onChoose
 */
export function TabList({ id, label, tabs, current, onChoose }) {
	const row = useRef(/** @type {HTMLDivElement|null} */ (null));
	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const place = tabs.findIndex(({ name }) => name === current);
		const next = getNextTab(event.key, place, tabs.length);
		if (next === null) return;
		event.preventDefault();
		onChoose(tabs[next].name);
		const button = row.current?.children[next];
		if (button instanceof HTMLElement) button.focus();
	};
	return (
		<div ref={row} class="tab-list" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
			{tabs.map(({ name, text, count = 0 }) => (
				<button
					key={name}
					type="button"
					role="tab"
					id={getTabId(id, name)}
					aria-selected={name === current}
					// Only the open panel exists.
					aria-controls={name === current ? getPanelId(id, name) : undefined}
					tabIndex={name === current ? 0 : -1}
					onClick={() => onChoose(name)}
				>
					{text}
					{count > 0 && <span class="tab-count">{number(count)}</span>}
				</button>
			))}
		</div>
	);
}
