// An exported page: the project's name, the camera, the answer and the examples that decided.

import { useEffect } from "preact/hooks";
import { errorWords, t } from "../i18n/words.js";
import { AnswerAnnouncer } from "../ui/answer/answer-announcer.jsx";
import { AnswerCard } from "../ui/answer/answer-card.jsx";
import { NeighbourStrip } from "../ui/answer/neighbour-strip.jsx";
import { CameraStage } from "../ui/camera/camera-stage.jsx";
import { RunningControls } from "../ui/camera/running-controls.jsx";
import { SessionContext } from "../ui/context/session-context.js";
import { selectSteadyAnswer } from "../ui/context/steady.js";

/** @param {{player: import("../app/session.js").Session}} props */
export function PlayerPage({ player }) {
	const name = player.project.value.name || t("title");
	useEffect(() => {
		document.title = name;
	}, [name]);
	const { state } = player.camera.value;
	const answer = selectSteadyAnswer(player, "words");
	return (
		<SessionContext.Provider value={player}>
			<header class="player-top">
				<h1>
					<bdi>{name}</bdi>
				</h1>
			</header>
			<main class="player">
				<section class="player-camera" aria-label={t("camera")}>
					<CameraStage />
					{(state === "on" || state === "paused") && <RunningControls />}
					<Trouble player={player} />
				</section>
				<div class="player-answer">
					{answer ? <AnswerCard /> : <KnownClasses player={player} />}
					<NeighbourStrip />
				</div>
			</main>
			<AnswerAnnouncer />
		</SessionContext.Provider>
	);
}

/**
 * What it can tell apart, until there is an answer.
 * @param {{player: import("../app/session.js").Session}} props
 */
function KnownClasses({ player }) {
	return (
		<section class="card answer">
			<h2>{t("player.knows")}</h2>
			<ul class="player-classes">
				{player.classes.value.map(({ label, colour, emoji, index }) => (
					<li key={index} data-slot={colour}>
						<bdi>
							{emoji && <span aria-hidden="true">{emoji} </span>}
							{label}
						</bdi>
					</li>
				))}
			</ul>
		</section>
	);
}

/** @param {{player: import("../app/session.js").Session}} props */
function Trouble({ player }) {
	// The stage says what is wrong with the model.
	const problem = player.model.value.state === "failed" ? null : player.problem.value;
	const words = problem && errorWords(problem);
	return (
		<div role="alert">
			{words && (
				<p class="player-trouble">
					<b>{words.message}</b> {words.hint}
				</p>
			)}
		</div>
	);
}
