// As much of a document as Preact needs to draw into, for what a component shows, and where the focus goes.

export class FakeElement {
	/** @type {FakeElement[]} */
	childNodes = [];
	/** @type {FakeElement|null} */
	parentNode = null;
	/** @type {Record<string, string>} */
	attributes = {};
	/** @type {Record<string, string>} */
	style = {};
	namespaceURI = "";

	/**
	 * @param {FakeDocument} owner
	 * @param {string} name of the element; #text: a text
	 * @param {string} [data] the text
	 */
	constructor(owner, name, data) {
		this.ownerDocument = owner;
		this.localName = name;
		this.nodeType = name === "#text" ? 3 : 1;
		this.data = data;
	}

	get firstChild() {
		return this.childNodes[0] ?? null;
	}

	get nextSibling() {
		const siblings = this.parentNode?.childNodes ?? [];
		return siblings[siblings.indexOf(this) + 1] ?? null;
	}

	/** @returns {string} */
	get textContent() {
		return this.data ?? this.childNodes.map((node) => node.textContent).join("");
	}

	/** @param {FakeElement} node @param {FakeElement|null} next */
	insertBefore(node, next) {
		node.remove();
		const place = next ? this.childNodes.indexOf(next) : this.childNodes.length;
		this.childNodes.splice(place, 0, node);
		node.parentNode = this;
	}

	/** @param {FakeElement} node */
	removeChild(node) {
		node.remove();
	}

	remove() {
		const siblings = this.parentNode?.childNodes;
		siblings?.splice(siblings.indexOf(this), 1);
		this.parentNode = null;
	}

	/** @param {FakeElement|null} node */
	contains(node) {
		for (let at = node; at; at = at.parentNode) if (at === this) return true;
		return false;
	}

	closest() {
		return null;
	}

	/** @param {string} name @param {string} value */
	setAttribute(name, value) {
		this.attributes[name] = String(value);
	}

	/** @param {string} name */
	removeAttribute(name) {
		delete this.attributes[name];
	}

	addEventListener() {}

	removeEventListener() {}

	focus() {
		this.ownerDocument.activeElement = this;
	}

	/**
	 * @param {string} name of a class
	 * @returns {FakeElement|null} the first element of it, in here
	 */
	find(name) {
		for (const node of this.childNodes) {
			const isOne = node.attributes.class?.split(" ").includes(name);
			const found = isOne ? node : node.find(name);
			if (found) return found;
		}
		return null;
	}
}

export class FakeDocument {
	documentElement = new FakeElement(this, "html");
	/** @type {FakeElement|null} */
	activeElement = null;

	/** @param {string} name */
	createElement(name) {
		return new FakeElement(this, name);
	}

	/** @param {string} _namespace @param {string} name */
	createElementNS(_namespace, name) {
		return new FakeElement(this, name);
	}

	/** @param {string} data */
	createTextNode(data) {
		return new FakeElement(this, "#text", data);
	}

	querySelectorAll() {
		return [];
	}
}
