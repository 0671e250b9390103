// The nearest examples of what is shown now, by pixels and by the network, and the small picture whose pixels are compared.

import { useEffect, useRef } from "preact/hooks";
import { COMPARED_PX } from "../../explain/pixel-neighbours.js";
import { decimal } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { findExample } from "../examples/find-example.js";
import { ExamplePicture } from "../examples/picture.jsx";
import { twoWays, watchTwoWays } from "./two-ways-watch.js";

export function TwoWays() {
	const session = useSession();
	const canvas = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	useEffect(() => watchTwoWays(session, /** @type {HTMLCanvasElement} */ (canvas.current)), [session]);
	const found = twoWays.value;
	const compared = t("lessons.compared", { side: COMPARED_PX });
	return (
		<section class="two-ways" aria-label={t("lessons.twoWays")} data-waits={found === null}>
			<canvas ref={canvas} class="two-ways-compared" role="img" aria-label={compared} title={compared} />
			<div class="two-ways-rows">
				{found === null && <p class="two-ways-wait">{t("lessons.twoWaysWait")}</p>}
				{found && <Way title={t("lessons.byPixels")} neighbours={found.byPixels} />}
				{found && <Way title={t("lessons.byNetwork")} neighbours={found.byNetwork} />}
			</div>
		</section>
	);
}

/** @param {{title: string, neighbours: import("../../state/result.js").Neighbour[]}} props */
function Way({ title, neighbours }) {
	const session = useSession();
	return (
		<div class="way-row">
			<h3>{title}</h3>
			<ol>
				{neighbours.map(({ id, label, distance }) => {
					const classView = session.classes.value.find((each) => each.label === label);
					return (
						<li key={id} data-slot={classView?.colour}>
							<ExamplePicture example={classView && findExample(classView.examples, id)} />
							<span>
								<bdi title={label}>{label}</bdi>
								<span class="way-distance">{t("why.away", { distance: decimal(distance) })}</span>
							</span>
						</li>
					);
				})}
			</ol>
		</div>
	);
}
