// What each class was taken for: a cell opens its pictures. The diagonal is right; it is outlined in
// the class's colour, and mistakes are hatched, so that no colour is needed to tell them apart.

import { useRef, useState } from "preact/hooks";
import { number } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { lookingAt } from "../../context/page-state.js";
import { useSession } from "../../context/session-context.js";
import { nextCell } from "../../widgets/roving.js";
import { mixedUpMost, READABLE, shade } from "./confusion.js";

/** @typedef {import("../../../state/state.js").Evaluation} Evaluation */

/** @param {{evaluation: Evaluation}} props */
export function ConfusionMatrix({ evaluation }) {
	const session = useSession();
	const table = useRef(/** @type {HTMLTableElement|null} */ (null));
	const [all, setAll] = useState(false);
	const [active, setActive] = useState({ row: 0, column: 0 });
	const { labels, confusion } = evaluation;
	const places = mixedUpMost(confusion, all ? labels.length : READABLE);
	const size = places.length;
	const current = { row: Math.min(active.row, size - 1), column: Math.min(active.column, size - 1) };
	const colourOf = new Map(session.classes.value.map(({ label, colour }) => [label, colour]));

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const next = nextCell(event, current, size);
		if (next === null) return;
		event.preventDefault();
		setActive(next);
		const button = table.current?.querySelector(`[data-cell="${next.row},${next.column}"]`);
		if (button instanceof HTMLElement) button.focus();
	};

	return (
		<section class="matrix-part">
			<h3 id="matrix-title">{t("test.matrix")}</h3>
			<p class="explanation">{t("test.matrixText")}</p>
			<div class="matrix-scroll">
				<table ref={table} class="matrix" aria-labelledby="matrix-title" onKeyDown={onKeyDown}>
					<thead>
						<tr>
							<td class="matrix-corner" aria-hidden="true">
								<span>{t("test.answered")}</span>
								<span>{t("test.actual")}</span>
							</td>
							{places.map((place) => (
								<Name key={place} scope="col" label={labels[place]} slot={colourOf.get(labels[place])} />
							))}
						</tr>
					</thead>
					<tbody>
						{places.map((actual, row) => (
							<tr key={actual} data-slot={colourOf.get(labels[actual])}>
								<Name scope="row" label={labels[actual]} slot={colourOf.get(labels[actual])} />
								{places.map((answered, column) => (
									<td key={answered}>
										<CellButton
											actual={labels[actual]}
											answered={labels[answered]}
											count={confusion[actual][answered].length}
											shade={shade(confusion[actual], answered)}
											place={`${row},${column}`}
											reachable={row === current.row && column === current.column}
											onFocus={() => setActive({ row, column })}
										/>
									</td>
								))}
							</tr>
						))}
					</tbody>
				</table>
			</div>
			{(size < labels.length || all) && (
				<p class="explanation matrix-more">
					{!all && t("test.matrixSome", { count: size })}{" "}
					<button type="button" class="link" onClick={() => setAll(!all)}>
						{all ? t("test.matrixFewer") : t("test.matrixAll", { count: labels.length })}
					</button>
				</p>
			)}
		</section>
	);
}

/** @param {{scope: "col"|"row", label: string, slot: number|undefined}} props */
function Name({ scope, label, slot }) {
	return (
		<th scope={scope} data-slot={slot}>
			<span class="matrix-name" title={label}>
				<i class="swatch" />
				<bdi class="ellipsis">{label}</bdi>
			</span>
		</th>
	);
}

/**
 * @param {object} props
 * @param {string} props.actual
 * @param {string} props.answered
 * @param {number} props.count
 * @param {number} props.shade 0..1
 * @param {string} props.place
 * @param {boolean} props.reachable by Tab
 * @param {() => void} props.onFocus
 */
function CellButton({ actual, answered, count, shade, place, reachable, onFocus }) {
	const session = useSession();
	const right = actual === answered;
	/** @returns {readonly string[]} */
	const ids = () => {
		const newest = session.test.value.evaluation;
		if (!newest) return [];
		return newest.confusion[newest.labels.indexOf(actual)]?.[newest.labels.indexOf(answered)] ?? [];
	};
	return (
		<button
			type="button"
			class="matrix-cell"
			data-right={right}
			data-cell={place}
			style={{ "--shade": shade }}
			tabIndex={reachable ? 0 : -1}
			aria-disabled={count === 0}
			aria-haspopup={count === 0 ? undefined : "dialog"}
			aria-label={
				right ? t("test.cellRight", { count, label: actual }) : t("test.cellWrong", { count, label: actual, answered })
			}
			onFocus={onFocus}
			onClick={(event) => {
				if (count === 0) return;
				const title = right
					? t("test.picturesRight", { label: actual })
					: t("test.picturesWrong", { label: actual, answered });
				lookingAt.value = { title, ids, label: actual, anchor: event.currentTarget };
			}}
		>
			{number(count)}
		</button>
	);
}
