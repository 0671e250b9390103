// The reason of the answer: the examples that voted, nearest first, each with its distance and, where a class is
// named, its share of the vote; their pictures alone where the words are simple.

import { isSimple } from "../../i18n/language.js";
import { decimal, percent } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { selectSteadyAnswer } from "../context/steady.js";
import { findExample } from "../examples/find-example.js";
import { ExamplePicture } from "../examples/picture.jsx";
import { LiveText } from "../widgets/live-text.jsx";
import { chooseTextSize, chooseWider } from "./answer-words.js";
import { computeVoteShares } from "./votes.js";

/** So many stand in one row. */
const ONE_ROW = 5;
/** More neighbours than this scroll. */
const UNSCROLLED = 12;
const EMPTY_PLACES = 3;

export function NeighbourStrip() {
	const session = useSession();
	const answer = selectSteadyAnswer(session, "strip");
	const { k, weights } = session.settings.value;
	const certainty = answer?.certainty ?? "sure";
	const neighbours = answer?.neighbours ?? [];
	const shares = computeVoteShares(neighbours, weights);
	const longest = session.classes.value.map(({ label }) => label).reduce(chooseWider, "");
	const places = answer === null ? Math.min(k, EMPTY_PLACES) : Math.max(neighbours.length, 1);
	return (
		<section class="card why" aria-label={t("why")} data-certainty={certainty}>
			<header class="why-head">
				<h2>{t(`why.title.${certainty}`)}</h2>
				<p class="soft">
					{answer === null
						? t("why.empty")
						: !isSimple.value && t("why.metric", { metric: t(`metric.${answer.metric}`) })}
				</p>
			</header>
			<ol
				class="strip"
				style={{ "--count": places }}
				data-few={places <= ONE_ROW}
				data-many={places > UNSCROLLED}
				tabIndex={places > UNSCROLLED ? 0 : undefined}
				data-names={chooseTextSize(longest)}
			>
				{Array.from({ length: places }, (_, place) => {
					const neighbour = neighbours[place];
					if (!neighbour) return <li key={place} class="neighbour blank" aria-hidden="true" />;
					const classView = session.classes.value.find(({ label }) => label === neighbour.label);
					return (
						<li key={place} class="neighbour" data-slot={classView?.colour}>
							<span class="neighbour-picture">
								<ExamplePicture example={classView && findExample(classView.examples, neighbour.id)} />
								{/* Where nothing is named, no vote counts. */}
								{!isSimple.value && certainty !== "unknown" && (
									<span class="neighbour-vote" title={t("why.vote")}>
										<span aria-hidden="true">{percent(shares[place])}</span>
										<span class="visually-hidden">{t("why.share", { share: percent(shares[place]) })}</span>
									</span>
								)}
							</span>
							<bdi class="name" title={neighbour.label}>
								{neighbour.label}
							</bdi>
							{!isSimple.value && (
								<span class="neighbour-distance" title={t("why.distance")}>
									<LiveText text={t("why.away", { distance: decimal(neighbour.distance) })} />
								</span>
							)}
						</li>
					);
				})}
			</ol>
		</section>
	);
}
