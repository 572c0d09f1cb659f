import { expect, test } from 'vitest';
import { mayMove } from './moving.ts';
import { pictures } from './photo-samples.ts';

const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The PNG with a chunk's name right behind its header, or behind its picture. */
function pngWith(name: string, at: number): Uint8Array<ArrayBuffer> {
	return Uint8Array.from([...pictures.png.subarray(0, at), 0, 0, 0, 0, ...latin1(name), 0, 0, 0, 0, ...pictures.png.subarray(at)]);
}

function webpWithFlag(flag: number): Uint8Array<ArrayBuffer> {
	const picture = Uint8Array.from(pictures.webp);
	picture[20] = (picture[20] ?? 0) | flag;
	return picture;
}

test.each<[string, boolean, Uint8Array<ArrayBuffer>]>([
	['a GIF', true, latin1('GIF89a')],
	['a PNG that moves', true, pngWith('acTL', 33)],
	['a PNG that only has the word behind its picture', false, pngWith('acTL', pictures.png.length)],
	['a still PNG', false, Uint8Array.from(pictures.png)],
	['a WebP that moves', true, webpWithFlag(0x02)],
	['a still WebP', false, webpWithFlag(0)],
	['a JPEG', false, Uint8Array.from(pictures.jpeg)],
	['AVIF pictures in a row', true, latin1('\0\0\0\x1cftypavis')],
	['a still AVIF', false, latin1('\0\0\0\x1cftypavif')],
	['nothing', false, new Uint8Array()]
])('nobody loses the movement of a picture unsaid: %s may move is %s', async (_kind, moves, bytes) => {
	expect(await mayMove(new Blob([bytes]))).toBe(moves);
});
