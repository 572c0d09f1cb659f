/**
 * Note: A backup is a tar file.
 * Of POSIX's ustar form (IEEE 1003.1, pax, "ustar Interchange Format"), with plain files only and names under a hundred
 * bytes, so that any `tar` opens it. Reading is stricter than `tar` is: whatever is not exactly as it was written (a
 * sum, a byte of padding, anything after the end) is a damaged file.
 */
export interface TarEntry {
	readonly name: string;
	readonly size: number;
	/** The content, once; what is not taken is passed over. */
	readonly content: AsyncIterable<Buffer>;
}

/** A backup is not what was written: cut short, altered, or never one. */
export class DamagedBackup extends Error {
	override readonly name = 'DamagedBackup';
}

const block = 512;

/** One file of the archive: header, content, padding. */
export function tarFile(name: string, content: Uint8Array, at: Date): Buffer[] {
	return [header(name, content.length, at), Buffer.from(content.buffer, content.byteOffset, content.byteLength), Buffer.alloc(paddingOf(content.length))];
}

/** What ends the archive. */
export const tarEnd: Buffer = Buffer.alloc(2 * block);

function header(name: string, size: number, at: Date): Buffer {
	if (Buffer.byteLength(name) > 99 || size >= 8 ** 11) throw new Error('A file of a backup has a name or a size that tar does not allow.');
	const bytes = Buffer.alloc(block);
	const octal = (number: number, digits: number) => number.toString(8).padStart(digits, '0');
	bytes.write(name, 0);
	bytes.write(octal(0o600, 7), 100);
	bytes.write(octal(0, 7), 108);
	bytes.write(octal(0, 7), 116);
	bytes.write(octal(size, 11), 124);
	bytes.write(octal(Math.floor(at.getTime() / 1000), 11), 136);
	bytes.write('0', 156);
	bytes.write('ustar\x0000', 257);
	bytes.write(`${octal(sumOf(bytes), 6)}\0 `, 148);
	return bytes;
}

/** The sum of all bytes, those of the sum itself taken as spaces. */
function sumOf(bytes: Buffer): number {
	return bytes.reduce((sum, byte, n) => sum + (n >= 148 && n < 156 ? 32 : byte), 0);
}

function paddingOf(size: number): number {
	return (block - (size % block)) % block;
}

/** The files of an archive in their order. Throws a `DamagedBackup` as soon as something is not as it was written. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void> {
	const bytes = new ByteReader(source);
	for (;;) {
		const found = await bytes.take(block);
		if (found.every((byte) => byte === 0)) break;
		const { name, size } = parsed(found);
		let left = size;
		const content = (async function* () {
			while (left > 0) {
				const piece = await bytes.some(left);
				left -= piece.length;
				yield piece;
			}
		})();
		yield { name, size, content };
		while (left > 0) left -= (await bytes.some(left)).length;
		refuseUnlessZero(await bytes.take(paddingOf(size)));
	}
	refuseUnlessZero(await bytes.take(block));
	if (!(await bytes.isAtEnd())) throw new DamagedBackup('Something follows after its end.');
}

function parsed(bytes: Buffer): { name: string; size: number } {
	const text = (from: number, to: number) => bytes.toString('utf8', from, to).replace(/\0.*$/s, '');
	const isOurs = bytes.toString('latin1', 257, 265) === 'ustar\x0000' && bytes[156] === 0x30 && /^[0-7]{11}$/.test(text(124, 136));
	if (!isOurs || text(148, 156) !== sumOf(bytes).toString(8).padStart(6, '0') || bytes[155] !== 32) throw new DamagedBackup('It is not a backup of Steadfast, or it was altered.');
	return { name: text(0, 100), size: parseInt(text(124, 136), 8) };
}

function refuseUnlessZero(bytes: Buffer): void {
	if (bytes.some((byte) => byte !== 0)) throw new DamagedBackup('It was altered.');
}

class ByteReader {
	readonly #source: AsyncIterator<Uint8Array>;
	#held: Buffer = Buffer.alloc(0);

	constructor(source: AsyncIterable<Uint8Array>) {
		this.#source = source[Symbol.asyncIterator]();
	}

	async isAtEnd(): Promise<boolean> {
		while (this.#held.length === 0) {
			const next = await this.#source.next();
			if (next.done === true) return true;
			this.#held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
		}
		return false;
	}

	/** At least one byte and at most `most`. */
	async some(most: number): Promise<Buffer> {
		if (await this.isAtEnd()) throw new DamagedBackup('It was cut short.');
		const piece = this.#held.subarray(0, most);
		this.#held = this.#held.subarray(piece.length);
		return piece;
	}

	async take(size: number): Promise<Buffer> {
		const pieces: Buffer[] = [];
		for (let left = size; left > 0; ) {
			const piece = await this.some(left);
			left -= piece.length;
			pieces.push(piece);
		}
		return Buffer.concat(pieces);
	}
}
