// The examples of a class, newest first: one row, or all of them page by page. Only what can be seen
// is made, so that a class of a thousand costs as little as one of twenty. One Tab stop: the arrow
// keys go from picture to picture, Delete removes, Enter opens what can be done.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../words.js";
import { ExampleMenu } from "./example-menu.jsx";
import { Icon } from "./icons.jsx";
import { useSession } from "./session-context.js";

/** @typedef {import("../session.js").ExampleView} ExampleView */

const ROW = 24;
const PAGE = 96;
/** As many are seen in the row without scrolling. */
const FITS = 5;

/** @param {{label: string, examples: ExampleView[]}} props */
export function Thumbnails({ label, examples }) {
	const session = useSession();
	const list = useRef(/** @type {HTMLUListElement|null} */ (null));
	const [shown, setShown] = useState(ROW);
	const [active, setActive] = useState(0);
	const [menu, setMenu] = useState(/** @type {{example: ExampleView, anchor: HTMLElement}|null} */ (null));
	const visible = examples.slice(0, shown);
	const rest = examples.length - visible.length;
	const all = shown > ROW;
	const current = Math.min(active, visible.length - 1);

	/** @param {number} place */
	const go = (place) => {
		const next = Math.max(0, Math.min(visible.length - 1, place));
		setActive(next);
		const button = list.current?.querySelectorAll("button.thumbnail")[next];
		if (button instanceof HTMLElement) button.focus();
	};

	const deleted = useRef(false);
	useLayoutEffect(() => {
		// The picture that had the focus is gone: its neighbour takes it.
		if (deleted.current) go(current);
		deleted.current = false;
	}, [examples]);

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const step = { ArrowRight: 1, ArrowLeft: -1, Home: -visible.length, End: visible.length }[event.key];
		if (step !== undefined) {
			event.preventDefault();
			go(current + step);
		} else if (event.key === "Delete" || event.key === "Backspace") {
			event.preventDefault();
			deleted.current = true;
			session.deleteExample(visible[current].id);
		}
	};

	if (examples.length === 0) return <p class="thumbnails-empty">{t("class.empty")}</p>;
	return (
		<div class="thumbnails" data-all={all}>
			<ul ref={list} class="thumbnail-list" aria-label={t("class.examplesOf", { label })}>
				{visible.map((example, place) => (
					<li key={example.id}>
						<button
							type="button"
							class="thumbnail"
							tabIndex={place === current ? 0 : -1}
							aria-label={t("example.number", { number: examples.length - place })}
							aria-haspopup="dialog"
							onFocus={() => setActive(place)}
							onKeyDown={onKeyDown}
							onClick={(event) => setMenu({ example, anchor: event.currentTarget })}
						>
							<Picture url={example.thumbnailUrl} />
						</button>
					</li>
				))}
			</ul>
			{(all || examples.length > FITS) && (
				<div class="thumbnail-pages">
					{!all && (
						<button type="button" class="quiet small" onClick={() => setShown(PAGE)}>
							{t("class.all", { count: examples.length })}
						</button>
					)}
					{all && rest > 0 && (
						<button type="button" class="quiet small" onClick={() => setShown(shown + PAGE)}>
							{t("class.more", { count: rest })}
						</button>
					)}
					{all && (
						<button type="button" class="quiet small" onClick={() => setShown(ROW)}>
							{t("class.fewer")}
						</button>
					)}
				</div>
			)}
			{menu && <ExampleMenu {...menu} onClose={() => setMenu(null)} />}
		</div>
	);
}

/**
 * A thumbnail, or a stand-in for an example that another device added: its picture stayed there.
 * @param {{url: string|null}} props
 */
export function Picture({ url }) {
	if (url) return <img src={url} alt="" draggable={false} decoding="async" />;
	return (
		<span class="no-picture">
			<Icon name="picture" />
		</span>
	);
}
