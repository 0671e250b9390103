// The types of what makes actions happen: one action that happens, and the module of its kind.

/** @typedef {import("../contract/actions.js").Action} Action */
/** @typedef {{label: string, share: number}} Win label: UNKNOWN_KEY for "I don't know"; share: 0..1 */

/**
 * @typedef {object} Performance one action that happens
 * @property {Action} action
 * @property {Win} win
 * @property {(forPeople: boolean) => string} fill the action's text
 * @property {() => Promise<Blob|null>} file the action's own sound or picture; null: it has none, or it is gone
 */

/**
 * @typedef {object} Performer
 * @property {(performance: Performance) => Promise<void>} perform
 * @property {(label: string) => void} [end] the class has not won any more
 * @property {(baud?: number) => Promise<void>} [connect] to a device that the person chooses: only after a click
 * @property {() => void} [close]
 */

export {};
