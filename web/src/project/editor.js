// The primitive changes that teaching, undo and redo are made of. Each one changes the replica and its outbox in one call, and
// is sent to the server after that. Checks the limits, and what the room lets the person do; knows nothing of steps.

import contractLimits from "../../../contract/limits.json" with { type: "json" };
import { isEmoji } from "../contract/emoji.js";
import { ContractError } from "../contract/errors.js";
import { asLabel } from "../knn/checks.js";
import { Rights } from "./rights.js";

/**
 * @typedef {import("./replica.js").Example} Example
 * @typedef {import("./store.js").Change} Change
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 */

/** @typedef {import("./undo/steps.js").Style} Style */
/** @typedef {import("./undo/steps.js").Appearance} Appearance */

/**
 * @typedef {object} ChangeSender the part of a SyncClient that is needed here
 * @property {typeof contractLimits} limits
 * @property {(options?: {madeRoom?: boolean}) => void} send sends what is queued; madeRoom: something was removed or renamed
 */

/** Without a server: the contract's limits, and nothing to send to. @type {ChangeSender} */
const NO_SERVER = { limits: contractLimits, send: () => {} };

export class Editor {
	replica;
	rights;
	#sender = NO_SERVER;
	#onSettings;
	#onName;

	/**
	 * @param {import("./replica.js").Replica} replica
	 * @param {object} [listener] shows what the replica doesn't
	 * @param {(settings: ClassifierSettings) => void} [listener.onSettings]
	 * @param {(name: string) => void} [listener.onName]
	 */
	constructor(replica, { onSettings = () => {}, onName = () => {} } = {}) {
		this.replica = replica;
		this.rights = new Rights(replica);
		this.#onSettings = onSettings;
		this.#onName = onName;
	}

	/** @param {ChangeSender|null} sender gets every change from now on; its limits apply; null: no server */
	connect(sender) {
		this.#sender = sender ?? NO_SERVER;
	}

	/** @param {string} label @throws {ContractError} emptyLabel, longLabel, badLabel */
	checkLabel(label) {
		const came = [...asLabel(label)].length;
		const expected = this.#sender.limits.labelCharacters;
		if (came > expected) throw new ContractError("longLabel", { came, expected });
	}

	/**
	 * Refuses more than the limits.
	 * @param {{classes?: number, examples?: number}} more how many are to be added
	 * @throws {ContractError} tooManyClasses, tooManyExamples
	 */
	checkRoom({ classes = 0, examples = 0 }) {
		const { classesPerRoom, examplesPerRoom } = this.#sender.limits;
		const { count, labels } = this.replica;
		if (classes > 0 && labels.length + classes > classesPerRoom)
			throw new ContractError("tooManyClasses", { came: labels.length, expected: classesPerRoom });
		if (examples > 0 && count + examples > examplesPerRoom)
			throw new ContractError("tooManyExamples", { came: count, expected: examplesPerRoom });
	}

	/**
	 * @param {string} label
	 * @returns {Appearance|null} null: there is no such class
	 */
	appearanceOf(label) {
		const { replica } = this;
		const colour = replica.colourOf(label);
		if (colour === undefined) return null;
		const actions = replica.actions.of(label);
		return {
			...{ colour, emoji: replica.emojiOf(label), place: replica.labels.indexOf(label), isOff: replica.isOff(label) },
			...(actions.length > 0 ? { actions } : {}),
		};
	}

	/**
	 * @param {string} label of a class that doesn't exist
	 * @param {Appearance} [appearance] that it had before
	 */
	createClass(label, appearance) {
		this.rights.check("add");
		this.checkLabel(label);
		this.checkRoom({ classes: 1 });
		const { replica, rights } = this;
		const { colour, emoji } = appearance ?? { colour: replica.freeColour, emoji: null };
		/** @type {Change[]} */
		const changes = [{ op: "label", label, colour, emoji }];
		// The room gives no colour twice, unless it is told to.
		if (appearance && !rights.refusal("class", label)) changes.push({ op: "style", label, colour, emoji });
		replica.addLabel(label, this.#forServer(changes), colour, emoji);
		if (appearance?.isOff) replica.switchOff(label, true);
		if (appearance && !rights.refusal("order"))
			this.order(replica.labels.slice(0, -1).toSpliced(appearance.place, 0, label));
		if (appearance?.actions?.length) replica.setActions(label, appearance.actions);
		this.#sender.send();
	}

	/** @param {Example[]} examples those that exist are left as they are */
	add(examples) {
		const { replica } = this;
		const added = examples.filter(({ id }) => !replica.knn.has(id));
		this.rights.check("add");
		this.checkRoom({ examples: added.length });
		// A new class is a change of its own: another member may add the same one at the same time.
		for (const { label } of added) if (replica.colourOf(label) === undefined) this.createClass(label);
		const attributed = added.map((example) => ({ ...example, contributor: this.#contributorOf(example.contributor) }));
		replica.add(attributed, this.#forServer(added.map(({ id, label }) => ({ op: "add", id, label }))));
		this.#sender.send();
	}

	/** @param {string[]} ids of existing examples */
	remove(ids) {
		this.rights.check("example", ids);
		this.replica.remove(ids, this.#forServer(ids.map((id) => ({ op: "remove", id }))));
		this.#sender.send({ madeRoom: true });
	}

	/**
	 * @param {string[]} ids of existing examples
	 * @param {string} label of an existing class
	 */
	move(ids, label) {
		this.rights.check("example", ids);
		/** @type {Change[]} */
		const changes = ids.flatMap((id) => [
			{ op: "remove", id },
			{ op: "add", id, label },
		]);
		this.replica.relabel(
			ids.map((id) => ({ id, label })),
			this.#forServer(changes),
		);
		const { replica } = this;
		replica.attribute(new Map(ids.map((id) => [id, this.#contributorOf(replica.contributorOf(id))])));
		this.#sender.send();
	}

	/** @param {string} label */
	clear(label) {
		this.rights.check("class", label);
		this.replica.clear(label, this.#forServer([{ op: "clear", label }]));
		this.#sender.send({ madeRoom: true });
	}

	/**
	 * Onto an existing label: merges the two.
	 * @param {string} from
	 * @param {string} to
	 * @throws {ContractError} noSuchLabel, emptyLabel, longLabel
	 */
	rename(from, to) {
		this.replica.checkRename(from, to);
		this.rights.check("class", from);
		this.checkLabel(to);
		this.replica.rename(from, to, this.#forServer([{ op: "rename", from, to }]));
		this.#sender.send({ madeRoom: true });
	}

	/**
	 * @param {string} label of an existing class
	 * @param {Style} style
	 */
	style(label, { colour, emoji }) {
		this.rights.check("class", label);
		this.replica.style(label, { colour, emoji }, this.#forServer([{ op: "style", label, colour, emoji }]));
		this.#sender.send();
	}

	/**
	 * Not sent: it is how this browser asks, and nobody else's.
	 * @param {string} label of an existing class
	 * @param {boolean} isOff
	 */
	switchOff(label, isOff) {
		this.replica.switchOff(label, isOff);
	}

	/** @param {string[]} labels those that are not named follow in their own order */
	order(labels) {
		this.rights.check("order");
		this.replica.order(labels, this.#forServer([{ op: "order", labels }]));
		this.#sender.send();
	}

	/** @param {ClassifierSettings} settings */
	configure(settings) {
		this.rights.check("settings");
		// The settings are read when they are sent. While a slider is dragged, one queued change is enough; the first one in
		// the queue doesn't count, because it may be under way with older settings.
		const isQueued = this.replica.outbox.items.slice(1).some(({ op }) => op === "configure");
		this.replica.configure(settings, isQueued ? [] : this.#forServer([{ op: "configure" }]));
		this.#onSettings(settings);
		this.#sender.send();
	}

	/**
	 * @param {string} label UNKNOWN_KEY for "I don't know"
	 * @param {import("./undo/steps.js").Action[]} actions of this device, so no room has a say
	 */
	setActions(label, actions) {
		this.replica.setActions(label, actions);
	}

	/** @param {string} name the project's */
	setName(name) {
		this.rights.check("name");
		this.replica.setName(name, this.#forServer([{ op: "name" }]));
		this.#onName(name);
		this.#sender.send();
	}

	/**
	 * @param {string|null} [before] who added an example first, where it comes back or is moved
	 * @returns {string|null} whose it is for the room: whoever gives it, unless an owner gives back somebody else's
	 */
	#contributorOf(before = null) {
		const { membership } = this.replica.project;
		return (membership?.role === "owner" && before) || (membership?.contributor ?? before);
	}

	/**
	 * @param {Change[]} changes
	 * @returns {Change[]} none while no server knows the project: the first joining sends all of it
	 */
	#forServer(changes) {
		return this.replica.project.epoch === null ? [] : changes;
	}
}

/**
 * @param {Style} style
 * @throws {ContractError} badColour, badEmoji
 */
export function checkStyle({ colour, emoji }) {
	const { colours } = contractLimits;
	const isColour = Number.isInteger(colour) && colour >= 0 && colour < colours;
	if (!isColour) throw new ContractError("badColour", { came: colour, expected: colours - 1 });
	if (emoji !== null && !isEmoji(emoji)) throw new ContractError("badEmoji", { came: emoji });
}

/**
 * @param {string} name the project's
 * @throws {ContractError} badName
 */
export function checkName(name) {
	const expected = contractLimits.nameCharacters;
	if ([...name].length > expected) throw new ContractError("badName", { came: name, expected });
}
