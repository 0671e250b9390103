// Saving the open project to a file, and opening files.

export function FileActions() {
	return null;
}
