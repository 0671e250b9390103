// The heat map over the picture that was classified. The canvas has the picture's proportions and is fitted into the stage by
// the same rule, so that its middle square lies over what the model saw, at any size.

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { middleSquare } from "../../capture/video-frames.js";
import { useSession } from "../context/session-context.js";
import { paintHeat } from "./heat-paint.js";

const MAX_PX = 480;

/**
 * @param {object} props
 * @param {{width: number, height: number}|null} props.size the picture's; null: not known yet
 * @param {boolean} [props.mirrored]
 * @param {"cover"|"contain"} props.fit how the picture is laid into the stage
 */
export function HeatOverlay({ size, mirrored = false, fit }) {
	const session = useSession();
	const canvas = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	const on = session.heatMode.value !== "off" && size !== null;
	const scale = on ? MAX_PX / Math.max(size.width, size.height) : 0;
	const width = on ? Math.round(size.width * scale) : 0;
	const height = on ? Math.round(size.height * scale) : 0;
	useEffect(() => {
		const context = canvas.current?.getContext("2d");
		if (!context) return;
		return effect(() => {
			const heat = session.heat.value;
			context.clearRect(0, 0, width, height);
			if (heat) paintHeat(context, heat, middleSquare(width, height));
		});
	}, [width, height]);
	if (!on) return null;
	return <canvas ref={canvas} class="heat" width={width} height={height} data-mirrored={mirrored} data-fit={fit} />;
}
