// The confusion matrix: a cell opens its pictures. The diagonal has the right answers, outlined in the class's colour;
// mistakes are hatched, so that they differ without colour too.

import { useRef, useState } from "preact/hooks";
import { number } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { pictureSelection } from "../../context/page-state.js";
import { useSession } from "../../context/session-context.js";
import { getNextCell } from "../../widgets/roving.js";
import { computeShade, MAX_READABLE_CLASSES, selectMostConfused } from "./confusion.js";

/** @typedef {import("../../../state/state.js").Evaluation} Evaluation */

/** @param {{evaluation: Evaluation}} props */
export function ConfusionMatrix({ evaluation }) {
	const session = useSession();
	const table = useRef(/** @type {HTMLTableElement|null} */ (null));
	const [isWhole, setIsWhole] = useState(false);
	const [active, setActive] = useState({ row: 0, column: 0 });
	const { labels, confusion } = evaluation;
	const places = selectMostConfused(confusion, isWhole ? labels.length : MAX_READABLE_CLASSES);
	const size = places.length;
	const current = { row: Math.min(active.row, size - 1), column: Math.min(active.column, size - 1) };
	const colourOf = new Map(session.classes.value.map(({ label, colour }) => [label, colour]));

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const next = getNextCell(event, current, size);
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
											shade={computeShade(confusion[actual], answered)}
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
			{(size < labels.length || isWhole) && (
				<p class="explanation matrix-more">
					{!isWhole && t("test.matrixSome", { count: size })}{" "}
					<button type="button" class="link" onClick={() => setIsWhole(!isWhole)}>
						{isWhole ? t("test.matrixFewer") : t("test.matrixAll", { count: labels.length })}
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
				<bdi class="name">{label}</bdi>
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
	const isRight = actual === answered;
	/** @returns {readonly string[]} */
	const ids = () => {
		const evaluation = session.test.value.evaluation;
		if (!evaluation) return [];
		return evaluation.confusion[evaluation.labels.indexOf(actual)]?.[evaluation.labels.indexOf(answered)] ?? [];
	};
	return (
		<button
			type="button"
			class="matrix-cell"
			data-right={isRight}
			data-cell={place}
			style={{ "--shade": shade }}
			tabIndex={reachable ? 0 : -1}
			aria-disabled={count === 0}
			aria-haspopup={count === 0 ? undefined : "dialog"}
			aria-label={
				isRight
					? t("test.cellRight", { count, label: actual })
					: t("test.cellWrong", { count, label: actual, answered })
			}
			onFocus={onFocus}
			onClick={(event) => {
				if (count === 0) return;
				const title = isRight
					? t("test.picturesRight", { label: actual })
					: t("test.picturesWrong", { label: actual, answered });
				pictureSelection.value = { title, ids, label: actual, anchor: event.currentTarget };
			}}
		>
			{number(count)}
		</button>
	);
}
