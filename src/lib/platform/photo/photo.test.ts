import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pictures } from './photo-samples.ts';
import { cleanPhoto } from './photo.ts';

const canary = 'GPS-CANARY-33.7490N-84.3880W';

function bytes(...parts: (string | number[] | Uint8Array)[]): Uint8Array {
	return Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...part].map((character) => character.charCodeAt(0)) : [...part])));
}

function uint32(value: number, littleEndian: boolean): Uint8Array {
	const four = new Uint8Array(4);
	new DataView(four.buffer).setUint32(0, value, littleEndian);
	return four;
}

/** A TIFF block with an orientation and, as its GPS directory would be, a place. */
function exif(orientation: number, endian: 'II' | 'MM' = 'II'): Uint8Array {
	const little = endian === 'II';
	const short = (value: number): number[] => (little ? [value & 0xff, value >> 8] : [value >> 8, value & 0xff]);
	return bytes(endian, short(42), uint32(8, little), short(1), short(0x0112), short(3), uint32(1, little), short(orientation), [0, 0], uint32(0, little), canary);
}

function jpegSegment(marker: number, content: Uint8Array): Uint8Array {
	return bytes([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 0xff], content);
}

/** The JPEG with a segment before everything else, as cameras write EXIF. */
function jpegWith(marker: number, content: Uint8Array): Uint8Array {
	return bytes(pictures.jpeg.subarray(0, 2), jpegSegment(marker, content), pictures.jpeg.subarray(2));
}

function pngChunk(name: string, content: Uint8Array): Uint8Array {
	return bytes(uint32(content.length, false), name, content, uint32(crc32(bytes(name, content)), false));
}

/** The PNG with a chunk after its header. */
function pngWith(name: string, content: Uint8Array): Uint8Array {
	return bytes(pictures.png.subarray(0, 33), pngChunk(name, content), pictures.png.subarray(33));
}

/** The WebP with a chunk at its end, and the flag in VP8X that announces it. */
function webpWith(name: string, flag: number, content: Uint8Array): Uint8Array {
	const chunk = bytes(name, uint32(content.length, true), content, content.length % 2 === 1 ? [0] : []);
	const whole = bytes(pictures.webp, chunk);
	whole.set(uint32(whole.length - 8, true), 4);
	whole[20] = (whole[20] ?? 0) | flag;
	return whole;
}

function textIn(picture: Uint8Array): string {
	return new TextDecoder('latin1').decode(picture);
}

const planted: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
	['EXIF of a JPEG', jpegWith(0xe1, bytes('Exif\0\0', exif(1))), pictures.jpeg],
	['EXIF of a JPEG in the other byte order', jpegWith(0xe1, bytes('Exif\0\0', exif(1, 'MM'))), pictures.jpeg],
	['XMP of a JPEG', jpegWith(0xe1, bytes('http://ns.adobe.com/xap/1.0/\0', `<x>${canary}</x>`)), pictures.jpeg],
	['IPTC of a JPEG', jpegWith(0xed, bytes('Photoshop 3.0\0', canary)), pictures.jpeg],
	['comment of a JPEG', jpegWith(0xfe, bytes(canary)), pictures.jpeg],
	['second picture (MPF) of a JPEG', jpegWith(0xe2, bytes('MPF\0', canary)), pictures.jpeg],
	['preview (JFXX) of a JPEG', jpegWith(0xe0, bytes('JFXX\0', canary)), pictures.jpeg],
	['maker\'s own segment of a JPEG', jpegWith(0xeb, bytes(canary)), pictures.jpeg],
	['bytes behind the end of a JPEG', bytes(pictures.jpeg, canary), pictures.jpeg],
	['tEXt of a PNG', pngWith('tEXt', bytes(`Comment\0${canary}`)), pictures.png],
	['iTXt (XMP) of a PNG', pngWith('iTXt', bytes(`XML:com.adobe.xmp\0${canary}`)), pictures.png],
	['zTXt of a PNG', pngWith('zTXt', bytes(`Comment\0${canary}`)), pictures.png],
	['eXIf of a PNG', pngWith('eXIf', exif(1)), pictures.png],
	['time of a PNG', pngWith('tIME', bytes(canary)), pictures.png],
	['unknown chunk of a PNG', pngWith('caNv', bytes(canary)), pictures.png],
	['bytes behind the end of a PNG', bytes(pictures.png, canary), pictures.png],
	['EXIF of a WebP', webpWith('EXIF', 0x08, exif(1)), pictures.webp],
	['EXIF of a WebP, odd length', webpWith('EXIF', 0x08, bytes(exif(1), 'x')), pictures.webp],
	['XMP of a WebP', webpWith('XMP ', 0x04, bytes(canary)), pictures.webp],
	['unknown chunk of a WebP', webpWith('CANV', 0, bytes(canary)), pictures.webp],
	['bytes behind the end of a WebP', bytes(pictures.webp, canary), pictures.webp]
];

describe('what a camera noted beside the picture', () => {
	test.each(planted)('%s is not in the record, and the picture itself is unharmed', (_name, picture, plain) => {
		expect(textIn(picture)).toContain(canary);

		const result = cleanPhoto(picture);

		expect(result.ok && textIn(result.bytes)).not.toContain(canary);
		expect(result).toEqual(cleanPhoto(plain));
		expect(result).toMatchObject({ ok: true, width: 4, height: 3 });
	});

	test('a JPEG that shows a whole face in its JFIF preview loses the preview and stays a JFIF', () => {
		const preview = bytes('JFIF\0', [1, 1, 0, 0, 1, 0, 1, 3, 3], canary.slice(0, 27));
		const withoutOwnHeader = bytes(pictures.jpeg.subarray(0, 2), jpegSegment(0xe0, preview), pictures.jpeg.subarray(20));

		expect(cleanPhoto(withoutOwnHeader)).toEqual(cleanPhoto(pictures.jpeg));
	});

	test('a comment between two scans of a progressive JPEG is found, and both scans stay', () => {
		const scanAt = textIn(pictures.jpeg).indexOf('\xff\xda');
		const scan = bytes(pictures.jpeg.subarray(scanAt, -2), [0xff, 0x00, 0xff, 0xd0, 0x55]);
		const head = pictures.jpeg.subarray(0, scanAt);

		const result = cleanPhoto(bytes(head, scan, jpegSegment(0xfe, bytes(canary)), scan, [0xff, 0xd9]));

		expect(result.ok && result.bytes).toEqual(bytes(head, scan, scan, [0xff, 0xd9]));
	});
});

describe('what is needed to show it', () => {
	test.each(['jpeg', 'png', 'webp'] as const)('an honest %s comes out byte for byte, colour profile included', (kind) => {
		expect(cleanPhoto(pictures[kind])).toEqual({ ok: true, bytes: pictures[kind], type: `image/${kind}`, width: 4, height: 3 });
	});

	test('the colour profile and the Adobe note stay, without which colours come out wrong', () => {
		const result = cleanPhoto(jpegWith(0xee, bytes('Adobe', [0, 100, 0, 0, 0, 0, 1])));

		expect(result.ok && textIn(result.bytes)).toContain('ICC_PROFILE\0');
		expect(result.ok && textIn(result.bytes)).toContain('Adobe\0d\0\0\0\0\x01');
	});
});

describe('a picture that would be shown wrong', () => {
	test.each([
		['JPEG', jpegWith(0xe1, bytes('Exif\0\0', exif(6)))],
		['JPEG of the other byte order', jpegWith(0xe1, bytes('Exif\0\0', exif(8, 'MM')))],
		['PNG', pngWith('eXIf', exif(3))],
		['WebP', webpWith('EXIF', 0x08, exif(6))]
	])('a %s on its side is refused, because cleaning takes away the note that turns it', (_name, picture) => {
		expect(cleanPhoto(picture)).toMatchObject({ ok: false, message: expect.stringContaining('turn the picture upright') });
	});

	test('a moving WebP is refused', () => {
		expect(cleanPhoto(webpWith('ANIM', 0x02, bytes(canary)))).toMatchObject({ ok: false, message: expect.stringContaining('moves') });
	});

	test('a picture that would fill a browser\'s memory is refused', () => {
		const huge = pictures.png.slice();
		huge.set(uint32(60_000, false), 16);

		expect(cleanPhoto(huge)).toMatchObject({ ok: false, message: expect.stringContaining('10000') });
	});
});

describe('files that are no pictures, or broken ones', () => {
	test.each([
		['nothing', new Uint8Array()],
		['an SVG with a script', bytes('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
		['a page named as a picture', bytes('<!doctype html><script>alert(1)</script>')],
		['a GIF', bytes('GIF89a', [4, 0, 3, 0, 0, 0, 0])]
	])('%s is refused', (_name, file) => {
		expect(cleanPhoto(file)).toEqual({ ok: false, message: 'This is no JPEG, PNG or WebP picture.' });
	});

	test('a JPEG of headers without a picture is refused', () => {
		const scanAt = textIn(pictures.jpeg).indexOf('\xff\xda');

		expect(cleanPhoto(bytes(pictures.jpeg.subarray(0, scanAt), [0xff, 0xd9]))).toMatchObject({ ok: false });
	});

	test.each(['jpeg', 'png', 'webp'] as const)('a %s that is cut off anywhere is refused, and never throws', (kind) => {
		const outcomes = Array.from({ length: pictures[kind].length }, (_, length) => cleanPhoto(pictures[kind].subarray(0, length)).ok);

		expect(outcomes).not.toContain(true);
	});

	test.each(['jpeg', 'png', 'webp'] as const)('a %s with any byte changed never throws', (kind) => {
		for (let at = 0; at < pictures[kind].length; at += 1) {
			for (const value of [0x00, 0x7f, 0xff]) {
				const broken = pictures[kind].slice();
				broken[at] = value;

				expect(() => cleanPhoto(broken)).not.toThrow();
			}
		}
	});
});
