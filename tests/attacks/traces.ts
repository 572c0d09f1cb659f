import { inflateRawSync } from 'node:zlib';

/**
 * Note: What a secret looks like wherever it lies.
 * A canary is a text that stands nowhere else. It is looked for as UTF-8, as UTF-16 in both orders, in hex in both
 * cases, as base64 and base64url at each of the three offsets that it may have within a longer text, and in whatever was
 * deflated (gzip, zlib) among the bytes. Ten letters at least, so that nothing is found by chance.
 */
export interface Canary {
	/** What was planted, in words for the report: `the name of a paper`. */
	readonly what: string;
	readonly text: string;
}

export interface Trace {
	readonly what: string;
	readonly encoding: string;
	readonly place: string;
}

interface Pattern {
	readonly what: string;
	readonly encoding: string;
	readonly bytes: Buffer;
}

/** All encodings of all canaries, ready to be looked for. */
export function patternsOf(canaries: readonly Canary[]): Patterns {
	return new Patterns(
		canaries.flatMap(({ what, text }) => {
			if (text.length < 10) throw new Error('A canary has at least ten letters.');
			return encodingsOf(text).map(([encoding, bytes]) => ({ what, encoding, bytes }));
		})
	);
}

/**
 * A hundred patterns are looked for in one pass, by the two bytes with which they begin, and then by four: asked one by one, a
 * gigabyte of memory took a minute, and by two alone, which many texts have, half of one.
 */
class Patterns {
	readonly #byBeginning = new Map<number, Pattern[]>();
	readonly #beginnings = new Uint8Array(0x1_00_00);

	constructor(patterns: readonly Pattern[]) {
		for (const pattern of patterns) {
			this.#beginnings[pattern.bytes.readUInt16BE(0)] = 1;
			const beginning = pattern.bytes.readUInt32BE(0);
			this.#byBeginning.set(beginning, [...(this.#byBeginning.get(beginning) ?? []), pattern]);
		}
	}

	/** Those that lie somewhere in the bytes. */
	in(bytes: Buffer): Set<Pattern> {
		const found = new Set<Pattern>();
		const beginnings = this.#beginnings;
		let two = bytes[0] ?? 0;
		// None is shorter than four.
		for (let at = 0; at + 4 <= bytes.length; at++) {
			// No pattern begins with zeros, and much of memory and of a log that is written ahead is nothing else.
			if (at % zeros.length === 0 && at + zeros.length <= bytes.length && bytes.compare(zeros, 0, zeros.length, at, at + zeros.length) === 0) {
				at += zeros.length - 2;
				two = 0;
				continue;
			}
			two = ((two << 8) & 0xff00) | bytes[at + 1]!;
			if (beginnings[two] === 0) continue;
			for (const pattern of this.#byBeginning.get(bytes.readUInt32BE(at)) ?? []) {
				if (!found.has(pattern) && bytes.compare(pattern.bytes, 0, pattern.bytes.length, at, Math.min(at + pattern.bytes.length, bytes.length)) === 0) found.add(pattern);
			}
		}
		return found;
	}
}

const zeros = Buffer.alloc(4096);

function encodingsOf(text: string): [string, Buffer][] {
	const utf8 = Buffer.from(text, 'utf8');
	const utf16 = Buffer.from(text, 'utf16le');
	const offsets = [0, 1, 2].flatMap((offset): [string, Buffer][] => {
		// Of each end the letters that neighbours share in are left out.
		const whole = Buffer.concat([Buffer.alloc(offset), utf8]).toString('base64').replace(/=+$/, '');
		const sure = whole.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + utf8.length) * 8) / 6));
		const url = sure.replaceAll('+', '-').replaceAll('/', '_');
		return [[`base64 at ${offset}`, Buffer.from(sure)], ...(url === sure ? [] : [[`base64url at ${offset}`, Buffer.from(url)] satisfies [string, Buffer]])];
	});
	return [['UTF-8', utf8], ['UTF-16LE', utf16], ['UTF-16BE', Buffer.from(utf16).swap16()], ['hex', Buffer.from(utf8.toString('hex'))], ['HEX', Buffer.from(utf8.toString('hex').toUpperCase())], ...offsets];
}

/** Every canary that lies in some bytes, each once for each encoding. */
export function tracesIn(bytes: Buffer, place: string, patterns: Patterns): Trace[] {
	const plain = [...patterns.in(bytes)].map(({ what, encoding }) => ({ what, encoding, place }));
	const inflated = deflatedIn(bytes).flatMap((text) => [...patterns.in(text)].map(({ what, encoding }) => ({ what, encoding: `${encoding}, deflated`, place })));
	return [...plain, ...inflated];
}

/** What the gzip (RFC 1952) and zlib (RFC 1950) streams among some bytes held; of one that is cut off, what could be read. */
function deflatedIn(bytes: Buffer): Buffer[] {
	const found: Buffer[] = [];
	for (const { begin, headerBytes } of streams) {
		for (let at = bytes.indexOf(begin); at >= 0; at = bytes.indexOf(begin, at + 1)) {
			const from = at + headerBytes;
			try {
				// 2 is zlib's Z_SYNC_FLUSH: a stream without its end is no error. What lies behind one is not looked at.
				found.push(inflateRawSync(bytes.subarray(from, from + mostDeflatedBytes), { finishFlush: 2, maxOutputLength: 64 * mostDeflatedBytes }));
			} catch {
				// Bytes that look like a beginning and are none.
			}
		}
	}
	return found;
}

const mostDeflatedBytes = 64 * 1024;

const streams = [
	// Without a file name or other extras, which is how programs write it for the wire.
	{ begin: Buffer.from([0x1f, 0x8b, 0x08, 0x00]), headerBytes: 10 },
	{ begin: Buffer.from([0x78, 0x9c]), headerBytes: 2 },
	{ begin: Buffer.from([0x78, 0xda]), headerBytes: 2 },
	{ begin: Buffer.from([0x78, 0x01]), headerBytes: 2 }
];
