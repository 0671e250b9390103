// Examples that are like what is reviewed: the nearest of one class, or of all.

import { decimal } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { selectExamples } from "../examples/find-example.js";
import { ExamplePicture } from "../examples/picture.jsx";

/** @typedef {{title: string, alike: readonly import("../../explain/alike.js").Alike[]}} Strip */

/** @param {{strip: Strip}} props */
export function AlikeStrip({ strip: { title, alike } }) {
	const session = useSession();
	const examples = selectExamples(
		session.classes.value,
		alike.map(({ id }) => id),
	);
	const distances = new Map(alike.map(({ id, distance }) => [id, distance]));
	return (
		<section class="alike">
			<h3>{title}</h3>
			<ol>
				{examples.map((example) => (
					<li key={example.id} class="alike-example" data-slot={example.colour}>
						<ExamplePicture example={example} />
						<bdi class="name">{example.label}</bdi>
						<span class="soft">{t("why.away", { distance: decimal(distances.get(example.id) ?? 0) })}</span>
					</li>
				))}
			</ol>
		</section>
	);
}
