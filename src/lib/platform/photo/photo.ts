import { imageSize } from 'image-size';

export type PhotoType = 'image/jpeg' | 'image/png' | 'image/webp';

export type PhotoResult =
	| { readonly ok: true; readonly bytes: Uint8Array; readonly type: PhotoType; readonly width: number; readonly height: number }
	| { readonly ok: false; readonly message: string };

/** Pixels along one side. */
const maxSide = 10_000;

/**
 * The picture without whatever a camera or an editor wrote beside it: place (EXIF GPS), serial numbers, names, comments,
 * and the small previews that still show what was cropped away. JPEG, PNG and WebP by their first bytes, whatever the
 * name. What stays is on a list (the pixels, what is needed to decode them, the colour profile), what is not named there
 * goes, also behind the picture's end. The same bytes for the same picture, also when it was cleaned before. The pixels
 * are not decoded, so what they show is the editor's to judge.
 */
export function cleanPhoto(bytes: Uint8Array): PhotoResult {
	const kind = kinds.find(({ begins }) => begins(bytes));
	if (kind === undefined) return { ok: false, message: 'This is no JPEG, PNG or WebP picture.' };
	try {
		const { kept, exif } = kind.clean(bytes);
		if (exif.some((block) => orientationOf(block) !== 1)) {
			return { ok: false, message: 'This picture lies on its side and only a note in it says so: turn the picture upright and save it again.' };
		}
		return measured(concatenated(kept), kind.type);
	} catch (error) {
		if (error instanceof UnfitPicture) return { ok: false, message: error.message };
		// A read past the end: the file is broken, not the program.
		if (error instanceof RangeError) return damaged;
		throw error;
	}
}

function measured(bytes: Uint8Array, type: PhotoType): PhotoResult {
	const { width, height } = sizeOf(bytes);
	if (width < 1 || height < 1) return damaged;
	if (width > maxSide || height > maxSide) return { ok: false, message: `This picture is ${width} by ${height} pixels; at most ${maxSide} along a side are allowed.` };
	return { ok: true, bytes, type, width, height };
}

function sizeOf(bytes: Uint8Array): { readonly width: number; readonly height: number } {
	try {
		return imageSize(bytes);
	} catch {
		// image-size has no error of its own: whatever it throws, it found no size.
		throw new RangeError('no size');
	}
}

const damaged: PhotoResult = { ok: false, message: 'This picture is damaged or cut off: save it again.' };

class UnfitPicture extends Error {}

interface Cleaned {
	readonly kept: readonly Uint8Array[];
	/** EXIF blocks that were left out, from their TIFF header on. */
	readonly exif: readonly Uint8Array[];
}

const kinds: readonly { readonly type: PhotoType; readonly begins: (bytes: Uint8Array) => boolean; readonly clean: (bytes: Uint8Array) => Cleaned }[] = [
	{ type: 'image/jpeg', begins: (bytes) => startsWith(bytes, '\xff\xd8\xff'), clean: cleanJpeg },
	{ type: 'image/png', begins: (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n'), clean: cleanPng },
	{ type: 'image/webp', begins: (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes.subarray(8), 'WEBP'), clean: cleanWebp }
];

/** ITU-T T.81, annex B. Baseline, extended and progressive (SOF0 to SOF2), which is what browsers show. */
function cleanJpeg(bytes: Uint8Array): Cleaned {
	const kept = [bytes.subarray(0, 2)];
	const exif: Uint8Array[] = [];
	let at = 2;
	let scans = 0;
	for (;;) {
		if (byteAt(bytes, at) !== 0xff) throw new RangeError('no marker');
		while (byteAt(bytes, at) === 0xff) at += 1;
		const marker = byteAt(bytes, at);
		at += 1;
		if (marker === 0xd9) break;
		const size = viewOf(bytes).getUint16(at);
		const content = slice(bytes, at + 2, size - 2);
		at += size;
		if (startsWith(content, 'Exif\0\0') && marker === 0xe1) exif.push(content.subarray(6));
		const stays = keptOfSegment(marker, content);
		if (stays !== undefined) kept.push(Uint8Array.of(0xff, marker, (stays.length + 2) >> 8, (stays.length + 2) & 0xff), stays);
		if (marker === 0xda) {
			const end = endOfScan(bytes, at);
			kept.push(bytes.subarray(at, end));
			at = end;
			scans += 1;
		}
	}
	if (scans === 0) throw new RangeError('no scan');
	kept.push(Uint8Array.of(0xff, 0xd9));
	return { kept, exif };
}

/** Quantization and Huffman tables, restart interval, number of lines, frame and scan headers. */
const jpegTables: readonly number[] = [0xdb, 0xc4, 0xdd, 0xdc, 0xc0, 0xc1, 0xc2, 0xda];

function keptOfSegment(marker: number, content: Uint8Array): Uint8Array | undefined {
	if (jpegTables.includes(marker)) return content;
	// JFIF: version and density; its preview, if any, is set to 0 by 0 pixels.
	if (marker === 0xe0) return startsWith(content, 'JFIF\0') ? Uint8Array.of(...slice(content, 0, 12), 0, 0) : undefined;
	if (marker === 0xe2) return startsWith(content, 'ICC_PROFILE\0') ? content : undefined;
	// Without Adobe's note the colours of some pictures come out inverted.
	if (marker === 0xee) return startsWith(content, 'Adobe') ? slice(content, 0, 12) : undefined;
	if ((marker >= 0xe0 && marker <= 0xef) || marker === 0xfe) return undefined;
	if (marker >= 0xc3 && marker <= 0xcf) throw new UnfitPicture('This kind of JPEG cannot be shown by browsers: save it again as an ordinary JPEG.');
	throw new RangeError('unknown marker');
}

/** The compressed data ends at the first marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
	for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
		const next = byteAt(bytes, at + 1);
		if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
	}
	throw new RangeError('no end');
}

/** PNG, third edition, section 11. Animation goes too: the first picture stays. */
const pngChunks: readonly string[] = ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'bKGD', 'pHYs'];

function cleanPng(bytes: Uint8Array): Cleaned {
	const kept = [bytes.subarray(0, 8)];
	const exif: Uint8Array[] = [];
	for (let at = 8; ; ) {
		const size = viewOf(bytes).getUint32(at);
		const name = latin1(slice(bytes, at + 4, 4));
		const chunk = slice(bytes, at, size + 12);
		if (at === 8 && name !== 'IHDR') throw new RangeError('no header');
		if (name === 'eXIf') exif.push(slice(chunk, 8, size));
		if (pngChunks.includes(name)) kept.push(chunk);
		if (name === 'IEND') return { kept, exif };
		at += size + 12;
	}
}

/** WebP Container Specification (RFC 9649, section 2). */
function cleanWebp(bytes: Uint8Array): Cleaned {
	const kept: Uint8Array[] = [];
	const exif: Uint8Array[] = [];
	const end = 8 + viewOf(bytes).getUint32(4, true);
	if (end > bytes.length) throw new RangeError('cut off');
	for (let at = 12; at + 8 <= end; ) {
		const name = latin1(slice(bytes, at, 4));
		const size = viewOf(bytes).getUint32(at + 4, true);
		const content = slice(bytes, at + 8, size);
		if (name === 'ANIM' || name === 'ANMF') throw new UnfitPicture('This picture moves: save one picture of it.');
		// Some write JPEG's "Exif" before the TIFF header here too.
		if (name === 'EXIF') exif.push(startsWith(content, 'Exif\0\0') ? content.subarray(6) : content);
		if (name === 'VP8X' && size !== 10) throw new RangeError('no VP8X');
		if (name === 'VP8X') kept.push(slice(bytes, at, 8), withoutMetadataFlags(content));
		else if (['VP8 ', 'VP8L', 'ALPH', 'ICCP'].includes(name)) kept.push(slice(bytes, at, 8), content, new Uint8Array(size % 2));
		at += 8 + size + (size % 2);
	}
	const size = kept.reduce((sum, part) => sum + part.length, 4);
	const header = slice(bytes, 0, 12).slice();
	viewOf(header).setUint32(4, size, true);
	return { kept: [header, ...kept], exif };
}

/** The first byte of VP8X says what follows: 0x08 is EXIF, 0x04 is XMP. */
function withoutMetadataFlags(content: Uint8Array): Uint8Array {
	const flags = content.slice();
	flags[0] = byteAt(flags, 0) & ~0x0c;
	return flags;
}

/** The value of EXIF's tag 0x0112 in the first directory; 1 (upright) where it is missing or not readable. */
function orientationOf(tiff: Uint8Array): number {
	const view = viewOf(tiff);
	if (tiff.length < 14) return 1;
	const little = startsWith(tiff, 'II');
	const first = view.getUint32(4, little);
	if (first + 2 > tiff.length) return 1;
	const entries = view.getUint16(first, little);
	for (let entry = 0; entry < entries; entry += 1) {
		const at = first + 2 + entry * 12;
		if (at + 12 > tiff.length) return 1;
		if (view.getUint16(at, little) !== 0x0112) continue;
		const value = view.getUint16(at + 8, little);
		return value >= 1 && value <= 8 ? value : 1;
	}
	return 1;
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Throws where the bytes end before the slice does. */
function slice(bytes: Uint8Array, from: number, length: number): Uint8Array {
	if (length < 0 || from + length > bytes.length) throw new RangeError('cut off');
	return bytes.subarray(from, from + length);
}

function byteAt(bytes: Uint8Array, at: number): number {
	const byte = bytes[at];
	if (byte === undefined) throw new RangeError('cut off');
	return byte;
}

function latin1(bytes: Uint8Array): string {
	return String.fromCharCode(...bytes);
}

function startsWith(bytes: Uint8Array, beginning: string): boolean {
	return latin1(bytes.subarray(0, beginning.length)) === beginning;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
