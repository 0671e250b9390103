// A queue of examples or photos: one is shown at a time, with what speaks for and against its label, and one key decides about it.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import "../../style/try/review.css";
import { asProblem } from "../../contract/problem.js";
import { errorWords, t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { ClassLook } from "../widgets/class-look.jsx";
import { useModal } from "../widgets/modal.js";
import { PopupHead } from "../widgets/popup.jsx";
import { AlikeStrip } from "./alike-strip.jsx";
import { chooseByKey, keyOfClass } from "./queue-keys.js";

/**
 * @typedef {object} Shown one thing of the queue, as it is now
 * @property {import("preact").VNode} picture
 * @property {string} words what it is, in a sentence
 * @property {string|null} label of its class; null: it has none
 * @property {string|null} [why] nothing can be changed, and why
 *
 * @typedef {object} Source where the queue comes from
 * @property {(id: string) => Shown|null} show reads signals; null: it is gone
 * @property {(id: string) => Promise<import("./alike-strip.jsx").Strip[]>} findAlike
 * @property {(id: string, label: string) => Promise<boolean>} choose false: refused
 * @property {((id: string) => Promise<boolean>)|null} remove null: nothing can be deleted
 * @property {(id: string, before: Shown, outcome: Outcome) => boolean} takeBack undoes what was chosen or removed, unless it
 *   is gone since; false: refused
 *
 * @typedef {"chosen"|"removed"|"kept"} Outcome
 * @typedef {{place: number, outcome: Outcome, before: Shown}} Decision
 * @typedef {{words: string, nth: number}} Refusal why the last action was refused; nth: a number of its own
 */

/**
 * @param {object} props
 * @param {string} props.title
 * @param {readonly string[]} props.ids in their order; the same at every render
 * @param {Source} props.source
 * @param {() => void} props.onClose
 */
export function ReviewQueue({ title, ids, source, onClose }) {
	const session = useSession();
	const panel = useRef(/** @type {HTMLDialogElement|null} */ (null));
	const keepButton = useRef(/** @type {HTMLButtonElement|null} */ (null));
	const [decisions, setDecisions] = useState(/** @type {Decision[]} */ ([]));
	const [refusal, setRefusal] = useState(/** @type {Refusal|null} */ (null));
	const refusals = useRef(0);
	const isBusy = useRef(false);
	useModal(panel, onClose);
	const place = decisions.length;
	const id = ids[place];
	const shown = id === undefined ? null : source.show(id);
	const classes = session.classes.value;
	useLayoutEffect(() => keepButton.current?.focus(), [place]);

	// What has the focus goes when somebody else deletes what is shown, or forbids to change it: the keys would be heard no more.
	useLayoutEffect(() => {
		if (!panel.current?.contains(document.activeElement)) keepButton.current?.focus();
	}, [shown === null, shown?.why]);

	/** @param {string} words */
	const refuse = (words) => setRefusal({ words, nth: ++refusals.current });
	/**
	 * Says why an action was refused, as the page does below this dialog.
	 * @param {unknown} earlier the problem that was shown before
	 */
	const refuseAsPage = (earlier) => {
		const problem = session.problem.peek();
		refuse(problem && problem !== earlier ? errorWords(problem).message : t("review.changed"));
	};

	/**
	 * @param {Outcome} outcome
	 * @param {() => Promise<boolean>} act
	 */
	const decide = async (outcome, act) => {
		if (isBusy.current || id === undefined) return;
		isBusy.current = true;
		setRefusal(null);
		const earlier = session.problem.peek();
		try {
			const before = shown ?? GONE;
			if (await act()) setDecisions([...decisions, { place, outcome, before }]);
			else refuseAsPage(earlier);
		} catch (error) {
			refuse(errorWords(asProblem(error)).message);
		} finally {
			isBusy.current = false;
		}
	};
	const keep = () => decide("kept", async () => true);
	const remove = () => {
		const { remove: removing } = source;
		if (shown && !shown.why && removing) void decide("removed", () => removing(id));
	};
	/** @param {string} label */
	const choose = (label) => {
		if (!shown || shown.why) return;
		if (label === shown.label) void keep();
		else void decide("chosen", () => source.choose(id, label));
	};
	const back = () => {
		const last = decisions.at(-1);
		if (!last || isBusy.current) return;
		const earlier = session.problem.peek();
		const isBack = last.outcome === "kept" || source.takeBack(ids[last.place], last.before, last.outcome);
		if (!isBack) return refuseAsPage(earlier);
		setRefusal(null);
		setDecisions(decisions.slice(0, -1));
	};
	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const choice = chooseByKey(event, classes.length);
		if (!choice) return;
		event.preventDefault();
		if (choice.kind === "class") choose(classes[choice.index].label);
		else if (choice.kind === "keep") void keep();
		else if (choice.kind === "delete") remove();
		else back();
	};
	/** @param {Outcome} outcome */
	const count = (outcome) => decisions.filter((each) => each.outcome === outcome).length;
	const counts = { chosen: count("chosen"), removed: count("removed"), kept: count("kept") };
	const backButton = (
		<button type="button" class="quiet" aria-disabled={place === 0} onClick={back}>
			<Key name="←" /> {t("review.back")}
		</button>
	);
	return (
		<dialog ref={panel} class="popup review" aria-label={title} onKeyDown={onKeyDown}>
			<div class="popup-body">
				<PopupHead title={title} close={() => panel.current?.close()} />
				{id === undefined ? (
					<div class="review-done">
						<Told words={refusal?.words} nth={refusal?.nth} />
						<p role="status">
							<b>{t("review.done")}</b> {t("review.counts", counts)}
						</p>
						<div class="review-ways">
							{backButton}
							<button ref={keepButton} type="button" class="primary" onClick={() => panel.current?.close()}>
								{t("close")}
							</button>
						</div>
					</div>
				) : (
					<div class="review-body">
						<div class="review-picture">{shown?.picture}</div>
						<div class="review-question">
							<div role="status">
								<p class="soft">{t("review.place", { number: place + 1, total: ids.length })}</p>
								<p class="review-words">{shown?.words ?? t("review.gone")}</p>
							</div>
							<Told words={refusal?.words ?? shown?.why} nth={refusal?.nth} />
							{shown && !shown.why && (
								<fieldset class="review-classes" aria-label={t("review.choose")}>
									{classes.map(({ label, colour, emoji, index }, nth) => (
										<button
											key={index}
											type="button"
											data-slot={colour}
											aria-pressed={label === shown.label}
											onClick={() => choose(label)}
										>
											{keyOfClass(nth) && <Key name={keyOfClass(nth)} />}
											<ClassLook label={label} emoji={emoji} />
										</button>
									))}
								</fieldset>
							)}
							<div class="review-ways">
								{backButton}
								<button ref={keepButton} type="button" class="primary" onClick={keep}>
									<Key name="→" /> {t(shown && shown.label !== null ? "review.keep" : "review.skip")}
								</button>
								{source.remove && shown && !shown.why && (
									<button type="button" class="menu-item danger" onClick={remove}>
										<Key name="⌫" /> {t("example.delete")}
									</button>
								)}
							</div>
						</div>
						{shown && <Strips key={id} id={id} source={source} />}
					</div>
				)}
			</div>
		</dialog>
	);
}

/**
 * What a screen reader says at once, also when it is told again.
 * @param {{words: string|null|undefined, nth: number|undefined}} props
 */
const Told = ({ words, nth }) => (
	<div role="alert">
		{words && (
			<p key={nth} class="note">
				{words}
			</p>
		)}
	</div>
);

/** The key of a button; its words say what it does. @param {{name: string|null}} props */
const Key = ({ name }) => (
	<span aria-hidden="true">
		<kbd>{name}</kbd>
	</span>
);

/** Stands for what was deleted elsewhere before it was looked at. @type {Shown} */
const GONE = { picture: <span />, words: "", label: null };

/** @param {{id: string, source: Source}} props */
function Strips({ id, source }) {
	const [strips, setStrips] = useState(/** @type {import("./alike-strip.jsx").Strip[]} */ ([]));
	useEffect(() => {
		let isClosed = false;
		source.findAlike(id).then(
			(found) => {
				if (!isClosed) setStrips(found);
			},
			() => {},
		);
		return () => {
			isClosed = true;
		};
	}, [id]);
	return (
		<div class="review-alike">
			{strips.map((strip) => (
				<AlikeStrip key={strip.title} strip={strip} />
			))}
		</div>
	);
}
