// The sum that a zip keeps of each file in it: CRC-32, as in section 4.4.7 of PKWARE's APPNOTE. Zip reading uses it.

/** Eight tables, so that eight bytes are taken in one step. */
const TABLES = makeTables();

/**
 * Continues a sum with more bytes.
 * @param {Uint8Array} bytes
 * @param {number} [sum] of the bytes before
 * @returns {number} 0 to 2^32 - 1
 * @example
 * crc32(new TextEncoder().encode("123456789")).toString(16); // "cbf43926"
 */
export function crc32(bytes, sum = 0) {
	const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
	const whole = bytes.length & ~7;
	let crc = ~sum;
	let i = 0;
	for (; i < whole; i += 8) {
		crc ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
		crc =
			t7[crc & 255] ^
			t6[(crc >>> 8) & 255] ^
			t5[(crc >>> 16) & 255] ^
			t4[crc >>> 24] ^
			t3[bytes[i + 4]] ^
			t2[bytes[i + 5]] ^
			t1[bytes[i + 6]] ^
			t0[bytes[i + 7]];
	}
	for (; i < bytes.length; i++) crc = t0[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
	return ~crc >>> 0;
}

/** @returns {Int32Array[]} */
function makeTables() {
	const tables = Array.from({ length: 8 }, () => new Int32Array(256));
	for (let byte = 0; byte < 256; byte++) {
		let crc = byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
		tables[0][byte] = crc;
	}
	for (let byte = 0; byte < 256; byte++) {
		for (let i = 1; i < 8; i++) {
			const before = tables[i - 1][byte];
			tables[i][byte] = tables[0][before & 255] ^ (before >>> 8);
		}
	}
	return tables;
}
