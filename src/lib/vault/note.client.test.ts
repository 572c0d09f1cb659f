import { expect, test } from 'vitest';
import { newEpoch, openNotePiece, sealNotePiece, VaultFailure, type NotePlace } from '#vault';
import { isNotePiece, randomId, utf8 } from './envelope.ts';

const place: NotePlace = { kind: 'note-update', circle: randomId(), note: randomId(), epoch: 1 };

async function failureOf(work: Promise<unknown>): Promise<string> {
	return work.then(
		() => 'opened',
		(error: unknown) => (error instanceof VaultFailure ? error.kind : 'thrown')
	);
}

test('a piece of a note opens where it was made for, whatever its bytes end with', async () => {
	const { records: key } = await newEpoch(1);

	for (const bytes of [new Uint8Array(), new Uint8Array([0x80]), new Uint8Array([0, 0, 0]), utf8('words'), new Uint8Array(255), new Uint8Array(256), new Uint8Array(5000).fill(7)]) {
		const envelope = await sealNotePiece({ place, bytes, key });

		expect(await openNotePiece({ place, envelope, key })).toEqual(bytes);
		expect(isNotePiece(envelope)).toBe(true);
	}
});

test('a piece that was moved to another note, circle, epoch or use, altered, or sealed under another key does not open', async () => {
	const { records: key } = await newEpoch(1);
	const other = await newEpoch(1);
	const envelope = await sealNotePiece({ place, bytes: utf8('words'), key });
	const altered = envelope.map((byte, at) => (at === envelope.length - 1 ? byte ^ 1 : byte));

	const kinds = await Promise.all([
		...[{ note: randomId() }, { circle: randomId() }, { epoch: 2 }, { kind: 'note-snapshot' as const }].map((moved) => failureOf(openNotePiece({ place: { ...place, ...moved }, envelope, key }))),
		failureOf(openNotePiece({ place, envelope: altered, key })),
		failureOf(openNotePiece({ place, envelope, key: other.records })),
		failureOf(openNotePiece({ place, envelope: envelope.subarray(0, 20), key })),
		failureOf(openNotePiece({ place, envelope: utf8('SFR1 and so on'), key })),
		failureOf(sealNotePiece({ place, bytes: new Uint8Array(800 * 1024), key }))
	]);

	expect(kinds).toEqual(['damaged', 'damaged', 'damaged', 'damaged', 'damaged', 'damaged', 'damaged', 'unknown-format', 'too-large']);
});

test('of a few keys more or fewer a length tells nothing', async () => {
	const { records: key } = await newEpoch(1);
	const lengths = await Promise.all([1, 5, 10, 15].map(async (typed) => (await sealNotePiece({ place, bytes: new Uint8Array(typed), key })).length));

	expect(new Set(lengths).size).toBe(1);
});
