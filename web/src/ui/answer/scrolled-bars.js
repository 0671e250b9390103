// Where there are more bars than fit, the list scrolls to the winner and the runner-up. Bars keep their places: rows that change
// places with every frame could not be read.

/**
 * @param {readonly number[]} shares
 * @returns {number[]} the places of the two largest, the largest first; of equals, the first
 */
export function findLargest(shares) {
	const places = shares.map((_, place) => place).sort((a, b) => shares[b] - shares[a] || a - b);
	return places.slice(0, 2);
}

/**
 * Scrolls a list, and nothing around it, as little as is needed to show rows; where they don't all fit, the last of them.
 * @param {HTMLElement} list its last row may stay at its lower edge
 * @param {readonly (number|undefined)[]} places
 */
export function showRows(list, places) {
	const pinned = list.querySelector(".something-else");
	const pinnedHeight = pinned instanceof HTMLElement ? pinned.offsetHeight : 0;
	for (const place of places) {
		const row = place === undefined ? undefined : list.children[place];
		if (!(row instanceof HTMLElement)) continue;
		const top = row.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop;
		const bottom = top + row.offsetHeight + pinnedHeight;
		if (top < list.scrollTop) list.scrollTop = top;
		else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
	}
}
