// What a person changes of classes as a whole: how they look, their order, whether they have a vote, what happens when they win.
// teaching.js has the rest.

import { completeActions, UNKNOWN_KEY } from "../contract/actions.js";
import { checkStyle, Editor } from "./editor.js";
import { UndoStack } from "./undo/undo-stack.js";

/** @typedef {import("./undo/steps.js").Style} Style */

export class ClassTeaching {
	undoStack;
	/** What may be changed; every method below throws its refusals. */
	rights;
	/** For teaching.js alone. */
	editor;
	/** For teaching.js alone. */
	replica;

	/**
	 * @param {object} options
	 * @param {import("./replica.js").Replica} options.replica
	 * @param {Omit<ConstructorParameters<typeof UndoStack>[0], "editor">} [options.undo] what shows the steps
	 * @param {ConstructorParameters<typeof Editor>[1]} [options.listener] shows what the replica doesn't
	 */
	constructor({ replica, undo, listener }) {
		this.replica = replica;
		this.editor = new Editor(replica, listener);
		this.rights = this.editor.rights;
		this.undoStack = new UndoStack({ editor: this.editor, ...undo });
	}

	/**
	 * Gives a class another colour or emoji.
	 * @param {string} label
	 * @param {Partial<Style>} style what is left out stays
	 * @throws {import("../contract/errors.js").ContractError} badColour, badEmoji
	 * @example
	 * teaching.styleClass("cat", { emoji: "🐱" });
	 */
	styleClass(label, style) {
		const appearance = this.editor.appearanceOf(label);
		if (!appearance) return;
		const from = { colour: appearance.colour, emoji: appearance.emoji };
		const to = { ...from, ...style };
		checkStyle(to);
		if (to.colour === from.colour && to.emoji === from.emoji) return;
		this.replica.batch(() => {
			this.editor.style(label, to);
			this.undoStack.push({ what: "classStyled", count: 0, label }, [{ kind: "style", label, from, to }]);
		});
	}

	/**
	 * Switches a class off or on, for this browser alone: its examples stay, and have no vote.
	 * @param {string} label
	 * @param {boolean} isOff
	 * @example
	 * teaching.switchOff("cat", true);
	 */
	switchOff(label, isOff) {
		if (!this.editor.appearanceOf(label) || this.replica.isOff(label) === isOff) return;
		this.replica.batch(() => {
			this.editor.switchOff(label, isOff);
			this.undoStack.push({ what: isOff ? "classOff" : "classOn", count: 0, label }, [
				{ kind: "switch", label, isOff },
			]);
		});
	}

	/**
	 * Sets what happens when a class has won.
	 * @param {string} label UNKNOWN_KEY for "I don't know"
	 * @param {import("./undo/steps.js").Action[]} actions
	 * @throws {import("../contract/errors.js").ContractError} badAction
	 * @example
	 * teaching.setActions("cat", [{ kind: "say", text: "", cooldown: 0 }]);
	 */
	setActions(label, actions) {
		if (label !== UNKNOWN_KEY && !this.editor.appearanceOf(label)) return;
		const [from, to] = [this.replica.actions.of(label), completeActions(actions)];
		if (JSON.stringify(from) === JSON.stringify(to)) return;
		this.replica.batch(() => {
			this.editor.setActions(label, to);
			this.undoStack.push({ what: "actionsChanged", count: 0, label }, [{ kind: "actions", label, from, to }]);
		});
	}

	/**
	 * Puts the classes into another order.
	 * @param {string[]} labels those that are not named follow in their own order
	 * @example
	 * teaching.orderClasses(["dog", "cat"]);
	 */
	orderClasses(labels) {
		const from = this.replica.labels;
		this.replica.batch(() => {
			this.editor.order(labels);
			const to = this.replica.labels;
			const label = to.find((each, i) => each !== from[i]);
			if (label === undefined) return;
			this.undoStack.push({ what: "classesOrdered", count: 0, label }, [{ kind: "order", from, to }]);
		});
	}
}
