// What of a project is not its classes and examples: its row (name, room, settings), the outbox, the bin, and the way to the
// store. A change and what belongs to it are kept in one transaction. Replica is one of these, with classes and examples.

import { batch } from "@preact/signals";
import { UNKNOWN_KEY } from "../contract/actions.js";
import { Bin } from "./bin.js";
import { ClassActions } from "./class-actions.js";
import { Keeper } from "./keeper.js";
import { Outbox } from "./outbox.js";
import { Removals } from "./removals.js";
import { LentPictures } from "./room/lent-pictures.js";
import { Others } from "./room/others.js";
import { NO_STORE } from "./store.js";

/**
 * @typedef {import("./store.js").Project} Project
 * @typedef {import("./store.js").ProjectStore} ProjectStore
 * @typedef {import("./store.js").Change} Change
 * @typedef {import("./store.js").OutboxItem} OutboxItem
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 */

export class KeptProject {
	/** Changes that the server has not confirmed. */
	outbox = new Outbox();
	/** What was removed, for a room that has forgotten it. */
	removals = new Removals();
	/** What was deleted and can come back. */
	bin = new Bin();
	/** Whose change is being made. */
	others = new Others();
	/** Pictures of others' examples, while the room shows them to all. */
	lent = new LentPictures();
	/** What happens when a class has won. */
	actions = new ClassActions();
	/** @type {Project} */
	project;
	#keeper = new Keeper();

	/**
	 * @param {Project} project
	 * @param {ProjectStore|null} store null: nothing is kept
	 */
	constructor(project, store) {
		this.project = project;
		this.#keeper.use(store);
	}

	/**
	 * Goes on with a project as the store has it.
	 * @param {object} kept
	 * @param {Project} kept.project
	 * @param {ProjectStore|null} kept.store null: nothing is kept
	 * @param {OutboxItem[]} kept.queued oldest first
	 * @param {import("./bin.js").BinRow[]} kept.binned
	 */
	keep({ project, store, queued, binned }) {
		this.project = project;
		this.#keeper.use(store);
		this.outbox.load(queued);
		this.removals.open(store ?? NO_STORE, project.id);
		this.bin.load(binned);
		// Rows of an older version have actions of classes that others deleted, too.
		const labels = new Set([UNKNOWN_KEY, ...project.classes.map(({ label }) => label)]);
		this.actions.load((project.actions ?? []).filter(({ label }) => labels.has(label)));
		this.others.forget();
	}

	/** The owner's secret of the project's room; null: it is not known here, or the person is a member there. */
	get ownerSecret() {
		const { room, ownerSecrets, memberOf } = this.project;
		return (room !== null && room !== memberOf && ownerSecrets?.[room]) || null;
	}

	/** The person is a member of the project's room until they say otherwise; a secret that once worked is kept for then. */
	beMember() {
		const { room } = this.project;
		if (room === null) return;
		this.offerOwnerSecret(room, null);
		this.project.memberOf = room;
		this.save();
	}

	/** What an owner's link brought for the project's room, which has not accepted it yet; null: nothing. */
	get offeredSecret() {
		const { room, offeredSecrets } = this.project;
		return (room !== null && offeredSecrets?.[room]) || null;
	}

	/**
	 * @param {string} room
	 * @param {string|null} secret that an owner's link brought; the one that is kept stays until the room accepts this one. null: it is
	 *   forgotten
	 * @example
	 * replica.offerOwnerSecret("KIWI-42", "qsd1yq5UVfzOkqDVKcXVTA");
	 */
	offerOwnerSecret(room, secret) {
		const { [room]: _, ...others } = this.project.offeredSecrets ?? {};
		this.project.offeredSecrets = secret === null ? others : { ...others, [room]: secret };
		if (secret !== null) delete this.project.memberOf;
		this.save();
	}

	/**
	 * Keeps a secret that the room accepts; what a link brought is not needed any more.
	 * @param {string} room
	 * @param {string|null} secret the owner's; null: it is forgotten
	 * @example
	 * replica.keepOwnerSecret("KIWI-42", answer.ownerSecret);
	 */
	keepOwnerSecret(room, secret) {
		const { [room]: _, ...others } = this.project.ownerSecrets ?? {};
		this.project.ownerSecrets = secret === null ? others : { ...others, [room]: secret };
		delete this.project.memberOf;
		this.offerOwnerSecret(room, null);
	}

	/**
	 * Sets how the project classifies from now on.
	 * @param {ClassifierSettings} settings
	 * @param {Change[]} [changes] to be queued for the server
	 * @example
	 * replica.configure({ ...replica.project.settings, k: 5 }, [{ op: "configure" }]);
	 */
	configure(settings, changes = []) {
		this.project.settings = { ...settings };
		this.others.touch("settings");
		this.queue(changes);
	}

	/**
	 * @param {string} name the project's
	 * @param {Change[]} [changes] to be queued for the server
	 * @example
	 * replica.setName("Fruit", [{ op: "name" }]);
	 */
	setName(name, changes = []) {
		this.project.name = name;
		this.others.touch("name");
		this.queue(changes);
	}

	/**
	 * Sets what happens when a class has won.
	 * @param {string} label UNKNOWN_KEY for "I don't know"
	 * @param {import("../contract/actions.js").Action[]} actions
	 * @example
	 * replica.setActions("cat", [{ kind: "say", text: "", cooldown: 0 }]);
	 */
	setActions(label, actions) {
		this.actions.set(label, actions);
		this.project.actions = this.actions.rows();
		this.save();
	}

	/**
	 * A class got another name, or is gone: its actions go with it. The change itself keeps them.
	 * @param {string} from
	 * @param {string} [to]
	 * @param {boolean} [isMerge] there is a class `to`, which keeps what it has, and be it nothing
	 */
	followClass(from, to, isMerge = false) {
		if (from === UNKNOWN_KEY) return;
		if (to === undefined || isMerge) this.actions.set(from, []);
		else this.actions.rename(from, to);
		this.project.actions = this.actions.rows();
	}

	/**
	 * Another member deleted a class, and may bring it back without what the room does not know of it.
	 * @param {import("./store.js").OwnOfClass} own
	 */
	holdOwn(own) {
		this.project.ownOfGone = [...this.#ownOfGoneBut(own.label), own];
	}

	/** Another class got the name of one that is gone: what waits is not its own. @param {string} label */
	dropOwn(label) {
		if (this.project.ownOfGone) this.project.ownOfGone = this.#ownOfGoneBut(label);
	}

	/** @param {string} label */
	#ownOfGoneBut(label) {
		return (this.project.ownOfGone ?? []).filter((own) => own.label !== label);
	}

	/**
	 * Switches the project's actions on or off on this device.
	 * @param {import("../state/state.js").ActionsSwitch} actionsSwitch
	 */
	switchActions(actionsSwitch) {
		this.project.actionsSwitch = actionsSwitch;
		this.save();
	}

	/**
	 * Queues changes that the replica shows already.
	 * @param {Change[]} changes
	 * @param {{emptyFirst?: boolean}} [options] emptyFirst: they replace all that waited
	 * @example
	 * replica.queue([{ op: "configure" }]);
	 */
	queue(changes, { emptyFirst = false } = {}) {
		const sent = emptyFirst ? this.outbox.items.map(({ n }) => n) : [];
		if (emptyFirst) this.outbox.empty();
		this.save({ sent, queued: this.outbox.push(changes) });
	}

	/** @param {OutboxItem} item replaces the queued change of the same place */
	replaceQueued(item) {
		this.outbox.replace(item);
		this.save({ queued: [item] });
	}

	/**
	 * @param {number} place of a queued change that the server confirmed
	 * @example
	 * replica.project.revision = ack.revision;
	 * replica.confirm(item.n);
	 */
	confirm(place) {
		this.outbox.remove(place);
		this.save({ sent: [place] });
	}

	/**
	 * Keeps the project's own row (name, room, revision, settings, classes), and what belongs to a change.
	 * @param {import("./keeper.js").StoredChange} [more]
	 */
	save(more) {
		this.#keeper.save(this.project, more);
	}

	/**
	 * Makes several changes as one: they are shown together and kept in one transaction.
	 * @template T
	 * @param {() => T} change
	 * @returns {T}
	 * @example
	 * replica.batch(() => { replica.addLabel("cat"); replica.order(["cat", "dog"]); });
	 */
	batch(change) {
		return this.#keeper.batch(
			() => this.project,
			() => batch(change),
		);
	}

	/**
	 * Makes changes of another member.
	 * @param {import("../state/state.js").Member|null} by null: it is not known
	 * @param {() => T} change
	 * @template T
	 * @returns {T}
	 * @example
	 * replica.asOther({ id: "m1", name: "Ada" }, () => replica.remove([id]));
	 */
	asOther(by, change) {
		return this.others.act(by, () => this.batch(change));
	}
}
