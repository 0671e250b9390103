// The crop box on the stage: the part of the camera's picture that is taught and asked about. It is moved and sized with a pointer,
// with two fingers, or with the arrow keys.

import { useEffect, useRef, useState } from "preact/hooks";
import { percent } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { move, resize } from "./crop-geometry.js";

/** @typedef {import("../../state/state.js").Crop} Crop */

/** One press of a key moves and sizes by this share of the picture. */
const KEY_STEP = 0.02;

/** @type {Record<string, [number, number]>} in the direction that is seen */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @type {Record<string, number>} */
const SIZES = { "+": 1, "=": 1, "-": -1 };

const CORNERS = /** @type {const} */ (["top-left", "top-right", "bottom-left", "bottom-right"]);

/** @param {{mirrored: boolean}} props */
export function CropBox({ mirrored }) {
	const session = useSession();
	const box = useRef(/** @type {HTMLDivElement|null} */ (null));
	const [words, setWords] = useState("");
	const crop = session.crop.value;
	/** Where each pointer that is down was last, in pixels. */
	const pointers = useRef(/** @type {Map<number, {x: number, y: number}>} */ (new Map()));
	/** Pointers that are down on a corner. */
	const sizing = useRef(/** @type {Set<number>} */ (new Set()));
	useEffect(() => {
		const stage = box.current?.parentElement;
		if (!stage || !crop) return;
		// As it is seen: the mirrored picture has its left on the right.
		const left = mirrored ? 1 - crop.left - crop.side : crop.left;
		for (const [name, value] of Object.entries({ left, top: crop.top, side: crop.side })) {
			stage.style.setProperty(`--crop-${name}`, String(value));
		}
	}, [crop, mirrored]);
	useEffect(() => {
		const stage = box.current?.parentElement;
		return () => {
			for (const name of ["left", "top", "side"]) stage?.style.removeProperty(`--crop-${name}`);
		};
	}, []);
	if (!crop) return null;

	/** @param {Crop} next */
	const set = (next) => {
		session.setCrop(next);
		setWords(t("crop.at", { side: percent(next.side) }));
	};
	/** @param {PointerEvent} event */
	const onPointerDown = (event) => {
		if (event.button !== 0) return;
		event.currentTarget instanceof HTMLElement && event.currentTarget.setPointerCapture(event.pointerId);
		pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
		if (event.target instanceof HTMLElement && event.target.dataset.corner) sizing.current.add(event.pointerId);
	};
	/** @param {PointerEvent} event */
	const onPointerMove = (event) => {
		const from = pointers.current.get(event.pointerId);
		const now = session.crop.peek();
		const stage = box.current?.parentElement?.getBoundingClientRect();
		if (!from || !now || !stage) return;
		const to = { x: event.clientX, y: event.clientY };
		const [other] = [...pointers.current].filter(([id]) => id !== event.pointerId);
		pointers.current.set(event.pointerId, to);
		if (other) {
			const [, fixed] = other;
			const before = Math.hypot(from.x - fixed.x, from.y - fixed.y);
			const after = Math.hypot(to.x - fixed.x, to.y - fixed.y);
			if (before > 0) set(resize(now, now.side * (after / before)));
		} else if (sizing.current.has(event.pointerId)) {
			// A corner follows the pointer, and the middle stays: twice as far from it is twice as large.
			const middleX = stage.left + stage.width * ((mirrored ? 1 - now.left - now.side : now.left) + now.side / 2);
			const middleY = stage.top + stage.height * (now.top + now.side / 2);
			const reach = Math.max(Math.abs(to.x - middleX) / stage.width, Math.abs(to.y - middleY) / stage.height);
			set(resize(now, 2 * reach));
		} else {
			const right = (to.x - from.x) / stage.width;
			set(move(now, mirrored ? -right : right, (to.y - from.y) / stage.height));
		}
	};
	/** @param {PointerEvent} event */
	const onPointerEnd = (event) => {
		pointers.current.delete(event.pointerId);
		sizing.current.delete(event.pointerId);
	};
	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const arrow = ARROWS[event.key];
		const size = event.shiftKey && arrow ? arrow[0] - arrow[1] : SIZES[event.key];
		if (!arrow && size === undefined) return;
		event.preventDefault();
		// Digits record, plus and minus size: nothing else on the page listens to these.
		event.stopPropagation();
		if (size !== undefined) set(resize(crop, crop.side + size * KEY_STEP));
		else set(move(crop, (mirrored ? -arrow[0] : arrow[0]) * KEY_STEP, arrow[1] * KEY_STEP));
	};
	return (
		<>
			{/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't be moved about */}
			<div
				ref={box}
				class="crop-box"
				role="group"
				// biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved with the arrow keys
				tabIndex={0}
				aria-label={t("crop.box")}
				aria-describedby="crop-help"
				{...{ onPointerDown, onPointerMove, onKeyDown }}
				onPointerUp={onPointerEnd}
				onPointerCancel={onPointerEnd}
				onLostPointerCapture={onPointerEnd}
			>
				{CORNERS.map((corner) => (
					<span key={corner} class="crop-corner" data-corner={corner} />
				))}
			</div>
			<p id="crop-help" class="visually-hidden">
				{t("crop.keys")}
			</p>
			<p class="visually-hidden" role="status">
				{words}
			</p>
			<button type="button" class="crop-chip" onClick={() => session.setCrop(null)}>
				{t("crop.on")} <Icon name="close" size={16} />
				<span class="visually-hidden">{t("crop.reset")}</span>
			</button>
		</>
	);
}
