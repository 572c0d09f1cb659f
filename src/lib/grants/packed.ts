/**
 * Note: Many envelopes in one answer.
 * As text an envelope takes a third more bytes, and a phone reads it three times: as text, as JSON and as bytes. So where an
 * answer has hundreds of them they follow it as they are: four bytes that tell the length of a JSON text, that text, in
 * which `{"bytes": n}` stands for the next n bytes, and behind it all of these, in their order.
 */

interface Mark {
	readonly bytes: number;
}

function isMark(value: unknown): value is Mark {
	return typeof value === 'object' && value !== null && 'bytes' in value && Number.isSafeInteger(value.bytes) && Number(value.bytes) >= 0;
}

/** Whatever JSON can say, and bytes in it, which are no `Buffer`: that says itself in JSON. */
export function packed(value: unknown): Uint8Array<ArrayBuffer> {
	const pieces: Uint8Array[] = [];
	const text = JSON.stringify(value, (_key, found: unknown) => {
		if (!(found instanceof Uint8Array)) return found;
		pieces.push(found);
		return { bytes: found.length };
	});
	const head = new TextEncoder().encode(text);
	const whole = new Uint8Array(4 + head.length + pieces.reduce((sum, { length }) => sum + length, 0));
	new DataView(whole.buffer).setUint32(0, head.length);
	whole.set(head, 4);
	let at = 4 + head.length;
	for (const piece of pieces) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
}

/** What was packed, its bytes as views of the whole; undefined for anything else, of which not a byte may be left over. */
export function unpacked(whole: Uint8Array<ArrayBuffer>): unknown {
	if (whole.length < 4) return undefined;
	let at = 4 + new DataView(whole.buffer, whole.byteOffset).getUint32(0);
	try {
		const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(whole.subarray(4, at)), (_key, found: unknown) => (isMark(found) ? whole.subarray(at, (at += found.bytes)) : found));
		return at === whole.length ? value : undefined;
	} catch {
		return undefined;
	}
}
