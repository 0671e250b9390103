// Pictures in a row or a grid. The list is one Tab stop: the arrow keys go from picture to picture, Delete deletes one,
// Enter opens its menu.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../context/session-context.js";
import { ExampleMenu } from "./example-menu.jsx";
import { ExamplePicture } from "./picture.jsx";

/** @typedef {import("../../app/session.js").ExampleView} ExampleView */

/**
 * @param {object} props
 * @param {(ExampleView & {colour?: number})[]} props.examples those to show
 * @param {string} props.label of the list
 * @param {(example: ExampleView, place: number) => string} props.nameOf
 */
export function PictureList({ examples, label, nameOf }) {
	const session = useSession();
	const list = useRef(/** @type {HTMLUListElement|null} */ (null));
	const [active, setActive] = useState(0);
	const [menu, setMenu] = useState(/** @type {{example: ExampleView, anchor: HTMLElement}|null} */ (null));
	const current = Math.min(active, examples.length - 1);

	/** @param {number} place */
	const go = (place) => {
		const next = Math.max(0, Math.min(examples.length - 1, place));
		setActive(next);
		const button = list.current?.querySelectorAll("button.thumbnail")[next];
		if (button instanceof HTMLElement) button.focus();
	};

	const leaving = useRef(false);
	useLayoutEffect(() => {
		// The picture with the focus was removed: its neighbour gets the focus.
		if (leaving.current) go(current);
		leaving.current = false;
	}, [examples]);
	const onLeaving = () => {
		leaving.current = true;
	};

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const step = { ArrowRight: 1, ArrowLeft: -1, Home: -examples.length, End: examples.length }[event.key];
		if (step !== undefined) {
			event.preventDefault();
			go(current + step);
		} else if (event.key === "Delete" || event.key === "Backspace") {
			event.preventDefault();
			onLeaving();
			session.deleteExample(examples[current].id);
		}
	};

	return (
		<>
			<ul ref={list} class="thumbnail-list" aria-label={label}>
				{examples.map((example, place) => (
					<li key={example.id}>
						<button
							type="button"
							class="thumbnail"
							data-slot={example.colour}
							tabIndex={place === current ? 0 : -1}
							aria-label={nameOf(example, place)}
							aria-haspopup="dialog"
							onFocus={() => setActive(place)}
							onKeyDown={onKeyDown}
							onClick={(event) => setMenu({ example, anchor: event.currentTarget })}
						>
							<ExamplePicture example={example} />
						</button>
					</li>
				))}
			</ul>
			{menu && <ExampleMenu {...menu} onLeaving={onLeaving} onClose={() => setMenu(null)} />}
		</>
	);
}
