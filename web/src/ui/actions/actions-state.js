// Which class's actions are open, and which game.

import { signal } from "@preact/signals";

/**
 * The class whose actions are open, and the button that opened them; null: none. label: UNKNOWN_KEY for "I don't know".
 * @type {import("@preact/signals").Signal<{label: string, anchor: HTMLElement}|null>}
 */
export const openActions = signal(null);

/** The game that is played, and the button that the focus goes back to. @type {import("@preact/signals").Signal<{game: "pong"|"snake", anchor: HTMLElement}|null>} */
export const openGame = signal(null);
