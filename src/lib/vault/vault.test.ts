import { expect, test } from 'vitest';
import * as v from './index.ts';
import { isHybridRecipient, isId, isLetter, isRecord, utf8, entryHash } from './envelope.ts';

const at = new Date('2026-11-25T10:00:00Z');

test('everything opens again', async () => {
	const a = await v.newAccount();
	const b = await v.newAccount();
	expect(isId(a.account)).toBe(true);
	expect(isHybridRecipient(a.recipient)).toBe(true);
	const card = await v.openCard(a.account, a.found);
	expect(card.recipient).toBe(a.recipient);
	expect((await v.accountOf(a.root)).account).toBe(a.account);
	await expect(v.openCard(b.account, a.found)).rejects.toMatchObject({ kind: 'foreign-key' });

	const e1 = await v.newEpoch(1);
	const e2 = await v.newEpoch(2);
	const letter = await v.sealEpochKeys({ circle: a.account, epochs: [e1, e2], members: [await v.openCard(a.account, a.found), await v.openCard(b.account, b.found)], by: a, at });
	expect(isLetter(letter)).toBe(true);
	const announced = new Map([[1, e1.announced], [2, e2.announced]]);
	const got = await v.openEpochKeys({ letter, circle: a.account, upTo: 2, announced, account: b, authorKey: () => a.signing.publicKey });
	expect(got.map((e) => e.announced)).toEqual([e1.announced, e2.announced]);

	const place = { kind: 'paper', circle: a.account, record: b.account, epoch: 1, version: 1 };
	const seal = { author: a.account, at: at.getTime(), previous: null, head: { seq: 0, hash: await entryHash(a.found.body) } };
	const rec = await v.sealRecord({ place, seal, body: utf8('hello'), key: e1.records, signing: a.signing });
	expect(isRecord(rec)).toBe(true);
	const opened = await v.openRecord({ envelope: rec, place, key: got[0]!.records, authorKey: () => a.signing.publicKey });
	expect(v.decodeText(opened.body)).toBe('hello');
	expect(opened.seal).toEqual(seal);
	await expect(v.openRecord({ envelope: rec, place: { ...place, version: 2 }, key: e1.records, authorKey: () => a.signing.publicKey })).rejects.toMatchObject({ kind: 'damaged' });
	await expect(v.openRecord({ envelope: rec, place, key: e1.records, authorKey: () => b.signing.publicKey })).rejects.toMatchObject({ kind: 'forged' });

	const kit = await v.newKit();
	const words = await v.kitWords(kit.secret, 'es');
	const read = await v.readKit(words.join('  ').toUpperCase());
	expect(read).toMatchObject({ ok: true });
	const envelope = await v.sealUnlock({ account: a, unlockers: [{ kind: 'kit', id: '', recipient: kit.recipient }], version: 1, at });
	const un = await v.openUnlock({ envelope, identity: kit, account: a.account, version: 1 });
	expect(un.keys.account).toBe(a.account);
	expect(await v.safetyWords(a.account, b.account, 'en')).toEqual(await v.safetyWords(b.account, a.account, 'en'));

	const content = new Uint8Array(9_000_000).fill(7);
	const parts: Uint8Array[] = [];
	for await (const part of v.sealFile(new Blob([content]).stream(), { sizeBytes: content.length, recipient: e1.inbox.recipient })) parts.push(part);
	expect(parts.length).toBe(3);
	const back = await v.openFile(new Blob(parts as BlobPart[]).stream(), { sizeBytes: content.length, identity: e1.inbox });
	expect(new Uint8Array(await new Response(back).arrayBuffer())).toEqual(content);
});
