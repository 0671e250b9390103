// What is used here of Web Serial and Web Bluetooth, which TypeScript does not know.

export interface SerialPortLike extends EventTarget {
	readonly writable: WritableStream<Uint8Array> | null;
	open(options: { baudRate: number }): Promise<void>;
	close(): Promise<void>;
}

export interface SerialLike extends EventTarget {
	requestPort(): Promise<SerialPortLike>;
	getPorts(): Promise<SerialPortLike[]>;
}

export interface CharacteristicLike {
	readonly properties: { readonly write: boolean };
	writeValueWithResponse(value: BufferSource): Promise<void>;
}

export interface BluetoothDeviceLike extends EventTarget {
	readonly name?: string;
	readonly gatt?: {
		readonly connected: boolean;
		connect(): Promise<{
			getPrimaryService(id: string): Promise<{ getCharacteristic(id: string): Promise<CharacteristicLike> }>;
		}>;
		disconnect(): void;
	};
}

export interface BluetoothLike {
	requestDevice(options: object): Promise<BluetoothDeviceLike>;
}
