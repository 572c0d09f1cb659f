import { endingOf } from './file-name.ts';

/**
 * How an opened file may be shown. A picture or text in a frame without scripts and network, under a type that we chose
 * by the file's first bytes; everything else is only kept. What the sender says of its type is never asked.
 */
export type Viewing = { readonly kind: 'picture'; readonly type: string } | { readonly kind: 'text' } | { readonly kind: 'keep-only' };

const viewingLimits = { pictureBytes: 40_000_000, textBytes: 2_000_000 } as const;

/** How many of the first bytes `viewingOf` wants to see. */
export const beginningBytes = 4096;

const pictures: readonly { readonly type: string; readonly is: (begin: string) => boolean }[] = [
	{ type: 'image/jpeg', is: (begin) => begin.startsWith('\xff\xd8\xff') },
	{ type: 'image/png', is: (begin) => begin.startsWith('\x89PNG\r\n\x1a\n') },
	{ type: 'image/gif', is: (begin) => /^GIF8[79]a/.test(begin) },
	{ type: 'image/webp', is: (begin) => begin.startsWith('RIFF') && begin.slice(8, 12) === 'WEBP' },
	{ type: 'image/avif', is: (begin) => begin.slice(4, 8) === 'ftyp' && /^(?:avif|avis)/.test(begin.slice(8)) }
];

const textEndings: readonly string[] = ['txt', 'md', 'csv', 'tsv', 'log', 'text'];

export function viewingOf({ beginning, name, sizeBytes }: { beginning: Uint8Array; name: string; sizeBytes: number }): Viewing {
	const begin = latin1(beginning.subarray(0, 32));
	const picture = pictures.find(({ is }) => is(begin));
	if (picture !== undefined) return sizeBytes <= viewingLimits.pictureBytes ? { kind: 'picture', type: picture.type } : { kind: 'keep-only' };
	const isText = textEndings.includes(endingOf(name)) && sizeBytes <= viewingLimits.textBytes && isUtf8(beginning, beginning.length < sizeBytes);
	return isText ? { kind: 'text' } : { kind: 'keep-only' };
}

/** `isCut`: the last letter may lack its end. */
function isUtf8(bytes: Uint8Array, isCut: boolean): boolean {
	if (bytes.includes(0)) return false;
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
		return true;
	} catch {
		return false;
	}
}

function latin1(bytes: Uint8Array): string {
	return String.fromCharCode(...bytes);
}
