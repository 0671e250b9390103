// Parts of the platform that not every browser has, and TypeScript does not know yet.

interface PickerOptions {
	types?: { description: string; accept: Record<string, string[]> }[];
	id?: string;
	suggestedName?: string;
}

interface Window {
	showOpenFilePicker?: (options: PickerOptions) => Promise<FileSystemFileHandle[]>;
	showSaveFilePicker?: (options: PickerOptions) => Promise<FileSystemFileHandle>;
	launchQueue?: { setConsumer: (take: (launch: { files: FileSystemFileHandle[] }) => void) => void };
}

interface FileSystemFileHandle {
	requestPermission?: (options: { mode: "read" | "readwrite" }) => Promise<PermissionState>;
}

interface DataTransferItem {
	getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
}
