// The heat map over the picture that was classified. The stage shows the square that the model sees, and so does the canvas.

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useSession } from "../context/session-context.js";
import { dimPicture, HEAT_PX, paintHeat } from "./heat-paint.js";
import { heatStrength } from "./heat-strength.js";

/** @param {{mirrored: boolean}} props */
export function HeatOverlay({ mirrored }) {
	const session = useSession();
	const canvas = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	useEffect(() => {
		const context = canvas.current?.getContext("2d", { willReadFrequently: true });
		const stage = canvas.current?.parentElement;
		if (!context || !stage) return;
		let dimmed = "";
		const stop = effect(() => {
			const heat = session.heat.value;
			if (heat) paintHeat(context, heat);
			else context.clearRect(0, 0, HEAT_PX, HEAT_PX);
			const { brightness, grey } = dimPicture(heat ? heatStrength.value : 0);
			const filter = `grayscale(${grey}) brightness(${brightness})`;
			// Set anew, it would have the whole stage styled again.
			if (filter !== dimmed) stage.style.setProperty("--heat-dim", filter);
			dimmed = filter;
		});
		return () => {
			stop();
			stage.style.removeProperty("--heat-dim");
		};
	}, []);
	return (
		<canvas
			ref={canvas}
			class="heat"
			width={HEAT_PX}
			height={HEAT_PX}
			data-mirrored={mirrored}
			style={{ opacity: heatStrength.value }}
		/>
	);
}
