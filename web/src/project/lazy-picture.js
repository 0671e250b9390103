// Pictures of many examples lie in one Blob. A Blob of its own for each takes the browser about 0.1 ms, which are seconds for
// 20,000; so an example's is made when it is first asked for. Files, packs and views use this.

/**
 * @typedef {object} PictureSource where a picture lies
 * @property {Blob} blob of many pictures
 * @property {number} at its first byte
 * @property {number} size bytes
 * @property {string} type
 */

const SOURCE = Symbol("where the thumbnail lies");

/**
 * Gives an example a thumbnail that is made when it is first asked for. A copy made with `...` asks for it.
 * @template {object} T
 * @param {T} example
 * @param {PictureSource|null} source null: it has none
 * @returns {T & {thumbnail: Blob|null}} the same object
 * @example
 * const example = withThumbnail({ id: "a" }, { blob, at: 0, size: 2000, type: "image/jpeg" });
 * example.thumbnail.size; // 2000
 */
export function withThumbnail(example, source) {
	if (source === null) return Object.assign(example, { thumbnail: null });
	/** @type {Blob|null} */
	let made = null;
	Object.defineProperty(example, "thumbnail", {
		enumerable: true,
		configurable: true,
		get: () => {
			made ??= source.blob.slice(source.at, source.at + source.size, source.type);
			return made;
		},
	});
	Object.defineProperty(example, SOURCE, { value: source });
	return /** @type {T & {thumbnail: Blob|null}} */ (example);
}

/**
 * Where an example's thumbnail lies, without making it.
 * @param {{thumbnail: Blob|null}} example
 * @returns {PictureSource|null} null: it has none
 */
export function sourceOf(example) {
	const known = /** @type {{[SOURCE]?: PictureSource}} */ (example)[SOURCE];
	if (known) return known;
	const { thumbnail: blob } = example;
	return blob === null ? null : { blob, at: 0, size: blob?.size, type: blob?.type };
}

/**
 * Puts pictures together, one after another, as few pieces as they lie in.
 * @param {PictureSource[]} sources
 * @returns {Blob}
 */
export function joinPictures(sources) {
	/** @type {{blob: Blob, from: number, to: number}[]} */
	const pieces = [];
	for (const { blob, at, size } of sources) {
		const last = pieces.at(-1);
		if (last && last.blob === blob && last.to === at) last.to = at + size;
		else pieces.push({ blob, from: at, to: at + size });
	}
	const parts = pieces.map(({ blob, from, to }) => (from === 0 && to === blob.size ? blob : blob.slice(from, to)));
	return parts.length === 1 ? parts[0] : new Blob(parts);
}
