// One tried photo: what it says about it, every class's share, and why: the most similar examples, and the heat map while it is
// pointed at, has the focus or was tapped.

import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { decimal } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { describeAnswer } from "../answer/answer-words.js";
import { computeShownShare, roundTogether } from "../answer/shares.js";
import { dimPicture, findHottestRegion, HEAT_PX, paintHeat } from "../camera/heat-paint.js";
import { heatStrength } from "../camera/heat-strength.js";
import { findExample } from "../examples/find-example.js";
import { ExamplePicture } from "../examples/picture.jsx";
import { Icon } from "../widgets/icons.jsx";
import { ShareBar } from "../widgets/share-bar.jsx";

/**
 * @typedef {import("../../app/try-photos.js").TriedPhoto} TriedPhoto
 * @typedef {import("../../state/state.js").Answer} Answer
 * @typedef {import("../../state/state.js").ClassView} ClassView
 */

/** More bars than this scroll. */
const MAX_BARS = 5;
/** Shown until somebody looks; more don't fit. */
const FIRST_NEIGHBOURS = 6;

/**
 * @param {object} props
 * @param {import("../../app/try-photos.js").TryPhotos} props.tried
 * @param {TriedPhoto} props.photo
 * @param {ClassView[]} props.classes
 * @param {import("@preact/signals").Signal<string|null>} props.looked the id of the photo that somebody looks at
 * @param {(anchor: HTMLElement) => void} props.onCorrect
 */
export function TryTile({ tried, photo, classes, looked, onCorrect }) {
	const { id, name, url, answer, taught } = photo;
	const isLooked = useComputed(() => looked.value === id).value;
	const look = () => {
		looked.value = id;
	};
	const lookAway = () => {
		if (looked.peek() === id) looked.value = null;
	};
	const words = answer && describeAnswer(answer);
	const winner = answer?.certainty === "unknown" ? undefined : classes.find(({ label }) => label === answer?.label);
	const heat = isLooked ? tried.heatOf(photo) : null;
	const region = heat && findHottestRegion(heat, false);
	return (
		<li class="try-tile" data-slot={winner?.colour} data-certainty={answer?.certainty} data-looked={isLooked}>
			<button
				type="button"
				class="try-picture"
				aria-label={t("try.look", { name, answer: words?.spoken ?? "" })}
				onClick={look}
				onFocus={look}
				onBlur={lookAway}
				onPointerEnter={(event) => event.pointerType === "mouse" && look()}
				onPointerLeave={(event) => event.pointerType === "mouse" && lookAway()}
			>
				<img src={url} alt="" draggable={false} decoding="async" style={dimmed(heat !== null)} />
				{heat && <Heat heat={heat} />}
			</button>
			{heat && region && (
				<p class="visually-hidden">{t("heat.now", { where: t(`heat.where.${region}`), label: heat.label })}</p>
			)}
			<p class="try-name" title={name}>
				<bdi>{name}</bdi>
			</p>
			<p class="try-verdict">
				<bdi>
					{winner?.emoji && <span aria-hidden="true">{winner.emoji} </span>}
					{words?.verdict}
				</bdi>
				{answer?.certainty === "notSure" && <span class="soft">{words?.title}</span>}
			</p>
			{answer && <Shares answer={answer} classes={classes} />}
			{answer && <Neighbours answer={answer} classes={classes} isAll={isLooked} />}
			<button
				type="button"
				class="small try-correct"
				data-taught={taught !== null}
				aria-haspopup="dialog"
				aria-label={taught === null ? t("try.correctOf", { name }) : t("try.taughtOf", { name, label: taught })}
				onClick={(event) => onCorrect(event.currentTarget)}
			>
				{taught === null ? (
					t("try.correct")
				) : (
					<>
						<Icon name="check" size={16} /> <span>{t("try.taught", { label: taught })}</span>
					</>
				)}
			</button>
		</li>
	);
}

/** @param {boolean} isUnderHeat */
function dimmed(isUnderHeat) {
	const { brightness, grey } = dimPicture(isUnderHeat ? heatStrength.value : 0);
	return { filter: isUnderHeat ? `grayscale(${grey}) brightness(${brightness})` : "none" };
}

/** @param {{heat: import("../../state/state.js").HeatState}} props */
function Heat({ heat }) {
	const canvas = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	useEffect(() => {
		const context = canvas.current?.getContext("2d");
		if (!context) return;
		paintHeat(context, heat);
	}, [heat]);
	return <canvas ref={canvas} class="heat" width={HEAT_PX} height={HEAT_PX} style={{ opacity: heatStrength.value }} />;
}

/** @param {{answer: Answer, classes: ClassView[]}} props */
function Shares({ answer, classes }) {
	const shares = [...classes.map(({ label }) => computeShownShare(answer, label)), answer.unknownShare];
	const written = roundTogether(shares);
	const isUnknown = answer.certainty === "unknown";
	const hasLimit = answer.unknownDistance !== null;
	return (
		<ul class="try-bars" tabIndex={shares.length > MAX_BARS ? 0 : undefined} aria-label={t("answer.bars")}>
			{classes.map(({ label, index, colour }, place) => (
				<li key={index} data-slot={colour} data-wins={!isUnknown && label === answer.label}>
					<bdi class="name" title={label}>
						{label}
					</bdi>
					<ShareBar share={shares[place]} written={written[place]} />
				</li>
			))}
			{hasLimit && (
				<li class="something-else" data-wins={isUnknown}>
					<span class="name">{t("answer.somethingElse")}</span>
					<ShareBar share={answer.unknownShare} written={written[classes.length]} />
				</li>
			)}
		</ul>
	);
}

/** @param {{answer: Answer, classes: ClassView[], isAll: boolean}} props */
function Neighbours({ answer, classes, isAll }) {
	const neighbours = isAll ? answer.neighbours : answer.neighbours.slice(0, FIRST_NEIGHBOURS);
	return (
		<ol
			class="try-neighbours"
			aria-label={t("try.neighbours")}
			tabIndex={answer.neighbours.length > FIRST_NEIGHBOURS ? 0 : undefined}
		>
			{neighbours.map(({ id, label, distance }) => {
				const own = classes.find((each) => each.label === label);
				const words = t("try.neighbour", { label, distance: decimal(distance) });
				return (
					<li key={id} data-slot={own?.colour} title={words}>
						<ExamplePicture example={own && findExample(own.examples, id)} />
						<span class="visually-hidden">{words}</span>
					</li>
				);
			})}
		</ol>
	);
}
