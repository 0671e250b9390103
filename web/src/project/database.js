// The open database and what waits to be written to it. A write is one transaction, committed at once. One that fails (the
// disk is full, the browser cut the connection of a hidden page) stays in memory and is written again later, in order;
// reads see it as if it were written. store.js owns one.

import { openDB } from "idb";
import { problem } from "../contract/problem.js";
import { UnsavedRows } from "./unsaved-rows.js";

/** @typedef {import("./unsaved-rows.js").RowChange} RowChange */
/** @typedef {import("../contract/errors.js").ErrorObject} ErrorObject */

/**
 * @typedef {object} DatabaseOptions
 * @property {(error: ErrorObject) => void} report told when something can't be kept, once until all is kept again
 * @property {(count: number) => void} [onUnsaved] how many changes are in memory only
 * @property {() => void} [onBlocked] a tab of an older version has the database open, and this one waits until it is closed
 */

/** After a failure, and while rows wait. */
const RETRY_MS = 5000;

export class Database {
	/** null: the browser cut the connection. @type {import("idb").IDBPDatabase|null} */
	#db = null;
	#open;
	#report;
	#onUnsaved;
	#unsaved = new UnsavedRows();
	/** New writes that are not on disk yet. @type {Set<Promise<void>>} */
	#running = new Set();
	#number = 0;
	#isClosed = false;
	#hasReported = false;
	/** The retry that is under way. @type {Promise<void>|null} */
	#retrying = null;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;

	/**
	 * @param {() => Promise<import("idb").IDBPDatabase>} open opens the database, again where the connection was cut
	 * @param {DatabaseOptions} options
	 */
	constructor(open, { report, onUnsaved = () => {} }) {
		this.#open = open;
		this.#report = report;
		this.#onUnsaved = onUnsaved;
	}

	/**
	 * @param {object} options
	 * @param {string} options.name
	 * @param {number} options.version
	 * @param {NonNullable<import("idb").OpenDBCallbacks<any>["upgrade"]>} options.upgrade
	 * @param {DatabaseOptions} more
	 * @returns {Promise<Database>}
	 * @throws {DOMException} the browser keeps nothing
	 */
	static async open({ name, version, upgrade }, more) {
		/** @type {Database} */
		const database = new Database(
			() => openDB(name, version, { upgrade, blocked: more.onBlocked, terminated: () => database.#lose() }),
			more,
		);
		database.#db = await database.#open();
		globalThis.document?.addEventListener?.("visibilitychange", database.#onVisibilityChange);
		return database;
	}

	/** How many changes are in memory only. */
	get unsavedCount() {
		return this.#unsaved.size;
	}

	/**
	 * Writes rows in one transaction. A failure is not thrown: the rows stay in memory and are written later.
	 * @param {RowChange[]} changes none: nothing is done
	 * @example
	 * database.write([{ store: "examples", key: ["p", "a"], value: { project: "p", id: "a", label: "cat" } }]);
	 */
	write(changes) {
		// A browser refuses a transaction on no store.
		if (this.#isClosed || changes.length === 0) return;
		this.#number += 1;
		const running = this.#writeNow(this.#number, changes).finally(() => this.#running.delete(running));
		this.#running.add(running);
	}

	/**
	 * Reads in one transaction, which sees every earlier write.
	 * @template T
	 * @param {string[]} names of object stores
	 * @param {(stores: Record<string, any>) => Promise<T>} read awaits nothing but its requests
	 * @returns {Promise<T>}
	 */
	async read(names, read) {
		for (let tryCount = 0; ; tryCount += 1) {
			try {
				const tx = (await this.#connect()).transaction(names);
				return await read(Object.fromEntries(names.map((name) => [name, tx.objectStore(name)])));
			} catch (error) {
				if (tryCount > 0 || !isCut(error)) throw error;
				this.#lose();
			}
		}
	}

	/**
	 * Rows of a project as they are with what still waits to be written.
	 * @template T
	 * @param {string} store
	 * @param {T[]} rows as the disk has them
	 * @param {string|null} project null: of all projects
	 * @param {(row: T) => unknown} keyOf
	 * @returns {T[]}
	 */
	withUnsaved(store, rows, project, keyOf) {
		return this.#unsaved.apply(store, rows, project, keyOf);
	}

	/** Writes what waits, now: space was freed. */
	retry() {
		clearTimeout(this.#timer);
		if (this.#unsaved.size === 0 || this.#isClosed || this.#retrying) return;
		this.#retrying = this.#writeUnsaved().finally(() => {
			this.#retrying = null;
		});
	}

	/** Resolves when all writes so far are on disk, or reported. */
	async settled() {
		while (this.#running.size > 0 || this.#retrying) await Promise.all([...this.#running, this.#retrying]);
	}

	/** Finishes the writes so far and accepts no more: what could not be written is not waited for. */
	async close() {
		await this.settled();
		this.#isClosed = true;
		clearTimeout(this.#timer);
		globalThis.document?.removeEventListener?.("visibilitychange", this.#onVisibilityChange);
		this.#db?.close();
		this.#unsaved = new UnsavedRows();
		this.#tell();
	}

	/**
	 * @param {number} number
	 * @param {RowChange[]} changes
	 */
	async #writeNow(number, changes) {
		try {
			await this.#transact(changes);
		} catch (error) {
			this.#fail(error, number, changes);
			return;
		}
		if (this.#unsaved.size === 0) return;
		this.#unsaved.supersede(number, changes);
		this.#tell();
		// Something went, so there may be room for what waits.
		if (changes.some(({ value }) => value === undefined)) this.retry();
	}

	/**
	 * @param {unknown} error
	 * @param {number} number
	 * @param {RowChange[]} changes
	 */
	#fail(error, number, changes) {
		if (this.#isClosed) return;
		// No database holds such a value: writing it again would fail for ever.
		if (error instanceof Error && error.name === "DataCloneError") {
			this.#report(problem("storageBroken", { came: error }).toJSON());
			return;
		}
		this.#unsaved.add(number, changes);
		this.#tell();
		if (isCut(error)) this.#lose();
		else {
			this.#reportOnce(error);
			this.#retryLater();
		}
	}

	/** Writes the rows that wait, oldest first, until one write fails. */
	async #writeUnsaved() {
		try {
			while (this.#unsaved.size > 0 && !this.#isClosed) {
				await this.#connect();
				// A write that is under way is newer: what it writes must not be overwritten by an older row.
				if (this.#running.size > 0) await Promise.all(this.#running);
				else await this.#writeOldest();
			}
		} catch (error) {
			if (isCut(error)) this.#db = null;
			this.#reportOnce(error);
			this.#retryLater();
		}
		this.#tell();
	}

	async #writeOldest() {
		const oldest = this.#unsaved.first;
		if (!oldest) return;
		const [number, changes] = oldest;
		await this.#transact(changes);
		this.#unsaved.delete(number);
	}

	/**
	 * @param {RowChange[]} changes
	 * @throws {DOMException} nothing of them was written
	 */
	async #transact(changes) {
		if (!this.#db) throw new DOMException("The connection was cut.", "InvalidStateError");
		const tx = this.#db.transaction([...new Set(changes.map(({ store }) => store))], "readwrite");
		const { done } = tx;
		try {
			for (const change of changes) {
				// idb gives each request a promise of its own; `done` reports all failures at once.
				requestOf(tx.objectStore(change.store), change).catch(() => {});
			}
			// Else it is only committed when this page has heard of each request, and a busy page that is reloaded never does.
			tx.commit();
		} catch (error) {
			done.catch(() => {});
			tx.abort();
			throw error;
		}
		await done;
	}

	/** @returns {Promise<import("idb").IDBPDatabase>} */
	async #connect() {
		if (this.#isClosed) throw new Error("The database was closed.");
		this.#db ??= await this.#open();
		return this.#db;
	}

	/** The connection is of no use any more: another one is opened with the next write. */
	#lose() {
		this.#db?.close();
		this.#db = null;
		if (!this.#isClosed) this.retry();
	}

	#retryLater() {
		clearTimeout(this.#timer);
		if (!this.#isClosed) this.#timer = setTimeout(() => this.retry(), RETRY_MS);
	}

	/** @param {unknown} error */
	#reportOnce(error) {
		if (this.#hasReported || this.#isClosed) return;
		this.#hasReported = true;
		this.#report((isFull(error) ? problem("storageFull") : problem("storageBroken", { came: error })).toJSON());
	}

	#tell() {
		if (this.#unsaved.size === 0) this.#hasReported = false;
		this.#onUnsaved(this.#unsaved.size);
	}

	#onVisibilityChange = () => {
		if (!document.hidden) this.retry();
	};
}

/**
 * Whether the browser cut the connection, as Safari does to a hidden tab: it can be opened again.
 * @param {unknown} error
 */
const isCut = (error) => error instanceof Error && ["InvalidStateError", "AbortError"].includes(error.name);

/** @param {unknown} error */
function isFull(error) {
	const name = error instanceof Error ? error.name : "";
	return name === "QuotaExceededError" || /quota|disk|space/i.test(String(error));
}

/**
 * @param {any} store
 * @param {RowChange} change
 * @returns {Promise<unknown>}
 */
function requestOf(store, { key, value, isRange }) {
	if (value !== undefined) return store.keyPath === null ? store.put(value, key) : store.put(value);
	return store.delete(isRange ? IDBKeyRange.bound(key, [.../** @type {unknown[]} */ (key), []]) : key);
}
