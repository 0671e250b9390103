// How many recordings a class has: its frames of one recording show one thing from one side.

/**
 * @param {readonly {group: string|null}[]} examples
 * @returns {number} a picture from a file, which has no group, counts as a recording
 * @example
 * countRecordings([{ group: "a" }, { group: "a" }, { group: null }]); // 2
 */
export function countRecordings(examples) {
	const groups = new Set();
	let photos = 0;
	for (const { group } of examples) {
		if (group === null) photos += 1;
		else groups.add(group);
	}
	return groups.size + photos;
}
