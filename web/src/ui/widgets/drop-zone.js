// An element on which pictures can be dropped: it shows when files hover above it, and takes them.

import { useRef, useState } from "preact/hooks";
import { hasFiles, readDropped } from "./dropped-files.js";

/**
 * @param {(files: File[]) => void} take
 * @param {(passedOver: import("../../contract/errors.js").ErrorObject) => void} tell why some of what was dropped is not taken
 * @param {(collection: File|import("./dropped-files.js").DroppedTree) => void} [takeCollection] instead of `take`: a file or
 *   folders that may hold several classes
 * @returns {{over: boolean, handlers: object}} whether files hover above it, and what its element listens to
 */
export function useDropZone(take, tell, takeCollection) {
	const [over, setOver] = useState(false);
	// Elements inside report entering and leaving too, so the reports are counted.
	const depth = useRef(0);
	/** @param {DragEvent} event */
	const onDragEnter = (event) => {
		if (!hasFiles(event)) return;
		event.preventDefault();
		depth.current += 1;
		setOver(true);
	};
	/** @param {DragEvent} event */
	const onDragOver = (event) => {
		if (hasFiles(event)) event.preventDefault();
	};
	/** @param {DragEvent} event */
	const onDragLeave = (event) => {
		if (!hasFiles(event)) return;
		depth.current -= 1;
		if (depth.current <= 0) setOver(false);
	};
	/** @param {DragEvent} event */
	const onDrop = async (event) => {
		if (!hasFiles(event)) return;
		event.preventDefault();
		event.stopPropagation();
		depth.current = 0;
		setOver(false);
		const { pictures, collection, passedOver } = await readDropped(event.dataTransfer);
		if (collection && takeCollection) takeCollection(collection);
		else if (pictures.length > 0) take(pictures);
		if (passedOver) tell(passedOver);
	};
	return { over, handlers: { onDragEnter, onDragOver, onDragLeave, onDrop } };
}
