import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import type { Actor } from '#lib/people/account.ts';
import { verifyChain } from '#lib/platform/audit/audit.ts';
import { blobsInFiles } from '#lib/platform/blobs/blob-files.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { entryHash, randomId, sha256, toText, type SignedEntry } from '#lib/vault/envelope.ts';
import { accountOf, newAccount, newEpoch, sealEpochKeys, signEntry, type AccountKeys, type EpochKeys } from '#lib/vault/index.ts';
import { temporaryFolder } from '../../../../tests/temporary.ts';
import { keptDays, partBytes } from '../limits.ts';
import { beginBlob, blobOf, finishBlob, putPart, readPart, removeBlob, type BlobGround } from './blobs.ts';
import { appendEntry, circlesOf, foundCircle, keysOf, logOf } from './logs.ts';
import { listRecords, putRecord, versionsOf } from './records.ts';
import { sweepCircles } from './sweeping.ts';

const now = new Date('2026-11-25T10:34:56.789Z');
const hours = (count: number): Date => new Date(now.getTime() + count * 60 * 60 * 1000);

interface Stage extends AsyncDisposable {
	readonly ground: BlobGround;
	readonly db: Db;
	person(role?: Actor['role']): Promise<Person>;
}

interface Person {
	readonly keys: AccountKeys;
	readonly actor: Actor;
}

async function stage({ quotaBytes = 64 * 1024 * 1024 } = {}): Promise<Stage> {
	const database = await testDatabase(inject('postgres'));
	const folder = temporaryFolder('blobs');
	const { db } = database;
	return {
		db,
		ground: { db, blobs: blobsInFiles(join(folder, 'blobs')), quotaBytes },
		async person(role = 'staff') {
			const keys = await newAccount();
			const { account, found, signing } = keys;
			await db
				.insertInto('account')
				.values({ id: account, role, signing: Buffer.from(signing.publicKey), name_key: null, opaque_record: null, kit_hash: randomBytes(32), kit_signing: randomBytes(32), sealed_unlock: randomBytes(300), unlock_version: 1, sealed_profile: null, created_on: '2026-11-25', ended_on: null })
				.execute();
			await db.insertInto('account_entry').values({ account_id: account, seq: 0, ...found, hash: await entryHash(found.body) }).execute();
			return { keys, actor: { account, role, session: 'tag', signing: signing.publicKey } };
		},
		async [Symbol.asyncDispose]() {
			await database[Symbol.asyncDispose]();
			rmSync(folder, { recursive: true, force: true });
		}
	};
}

interface Circle {
	readonly id: string;
	readonly epochs: EpochKeys[];
	head: { seq: number; hash: string };
}

/** Bytes that have the form of a record; the server cannot tell them from one. */
const envelope = (bytes = 200): Uint8Array => Buffer.concat([Buffer.from('SFR1'), randomBytes(bytes - 4)]);

async function letterTo(circle: string, epochs: readonly EpochKeys[], by: Person, ...to: readonly Person[]): Promise<Uint8Array> {
	return sealEpochKeys({ circle, epochs, members: to.map(({ keys }) => ({ account: keys.account, signing: keys.signing.publicKey, recipient: keys.recipient })), by: by.keys, at: now });
}

async function found({ ground }: Stage, by: Person, { own = false } = {}): Promise<Circle> {
	const epoch = await newEpoch(1);
	const entry = await signEntry({ log: 'circle', of: null, seq: 0, previous: null, by: by.actor.account, act: { do: 'found', own, epoch: { ...epoch.announced } } }, by.keys.signing);
	const hash = await entryHash(entry.body);
	const records = own ? [] : [{ record: randomId(), kind: 'circle', epoch: 1, version: 1, envelope: envelope() }];
	const outcome = await foundCircle(ground, by.actor, { found: entry, letter: await letterTo(toText((await sha256(Buffer.from('any'))).subarray(0, 16)), [epoch], by, by), records }, now);
	if (!outcome.ok) throw new Error(outcome.reason);
	return { id: outcome.circle, epochs: [epoch], head: { seq: 0, hash } };
}

async function sign(circle: Circle, by: Person, act: { readonly do: string; readonly [field: string]: string | boolean | null | object }): Promise<SignedEntry> {
	return signEntry({ log: 'circle', of: circle.id, seq: circle.head.seq + 1, previous: circle.head.hash, by: by.actor.account, act: act as never }, by.keys.signing);
}

async function append({ ground }: Stage, circle: Circle, by: Person, act: Parameters<typeof sign>[2], letter?: Uint8Array): ReturnType<typeof appendEntry> {
	const entry = await sign(circle, by, act);
	const outcome = await appendEntry(ground, by.actor, circle.id, { entry, letter, records: [] }, now);
	if (outcome.ok) circle.head = { seq: circle.head.seq + 1, hash: await entryHash(entry.body) };
	return outcome;
}

async function withMember(place: Stage, steward: Person, member: Person): Promise<Circle> {
	const circle = await found(place, steward);
	await append(place, circle, steward, { do: 'add', account: member.actor.account, invitation: null }, await letterTo(circle.id, circle.epochs, steward, member));
	await append(place, circle, member, { do: 'accept' });
	return circle;
}

const put = ({ ground }: Stage, by: Person, circle: Circle, changed: Partial<Parameters<typeof putRecord>[2]> = {}) =>
	putRecord(ground, by.actor, { circle: circle.id, record: randomId(), kind: 'note', epoch: 1, version: 1, envelope: envelope(), ...changed });

test('many who write at once get changes without a gap, and a reader who has seen one has seen all before it', async () => {
	await using place = await stage();
	const ana = await place.person();
	const circle = await found(place, ana);
	const seen: number[][] = [];
	const written = new AbortController();
	const reading = (async () => {
		while (!written.signal.aborted) {
			const page = await listRecords(place.db, { account: ana.actor.account, circle: circle.id, kinds: ['note'], limit: 200, after: 0 });
			if (page.ok) seen.push(page.records.map(({ change }) => change));
		}
	})();

	const outcomes = await Promise.all(Array.from({ length: 30 }, () => put(place, ana, circle)));
	written.abort();
	await reading;

	expect(outcomes.map((outcome) => outcome.ok && outcome.change).sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 30 }, (_, at) => at + 2));
	for (const changes of seen) expect(changes).toEqual(Array.from({ length: changes.length }, (_, at) => at + 2));
});

test('of two who write the same version one wins, and of two who append the same entry', async () => {
	await using place = await stage();
	const [ana, ben] = [await place.person(), await place.person()];
	const circle = await withMember(place, ana, ben);
	const record = randomId();

	const writes = await Promise.all([put(place, ana, circle, { record }), put(place, ben, circle, { record })]);
	const epochs = await Promise.all([newEpoch(2), newEpoch(2)]);
	const entries = await Promise.all(epochs.map((epoch) => sign(circle, ana, { do: 'rotate', epoch: { ...epoch.announced } })));
	const rotations = await Promise.all(entries.map(async (entry, at) => appendEntry(place.ground, ana.actor, circle.id, { entry, letter: await letterTo(circle.id, [epochs[at]!], ana, ana, ben), records: [] }, now)));

	for (const outcomes of [writes, rotations]) expect(outcomes.map((outcome) => (outcome.ok ? 'won' : outcome.reason)).sort()).toEqual(['moved-on', 'won']);
	expect(await put(place, ana, circle)).toEqual({ ok: false, reason: 'new-epoch' });
	expect((await put(place, ana, circle, { epoch: 2 })).ok).toBe(true);
});

test('nothing of a circle is told or done for somebody who is not in it, and it looks as if there was none', async () => {
	await using place = await stage();
	const [ana, ben, eve] = [await place.person(), await place.person(), await place.person('keeper')];
	const circle = await withMember(place, ana, ben);
	const began = await beginBlob(place.ground, ana.actor, { circle: circle.id, sizeBytes: 10, parts: 1 }, now);
	const blob = began.ok ? began.blob : '';
	const bytes = randomBytes(10);
	await putPart(place.ground, ana.actor, { blob, index: 0, bytes });
	await finishBlob(place.ground, ana.actor, { blob, hashes: [toText(await sha256(bytes))] });
	const written = await put(place, ana, circle, { record: 'AAAAAAAAAAAAAAAAAAAAAA' });
	const askAll = async (who: Person, id: string, file: string) => {
		const { account } = who.actor;
		const entry = await sign({ ...circle, id }, who, { do: 'add', account, invitation: null });
		return [
			await logOf(place.ground, { account, circle: id, after: -1 }),
			await keysOf(place.db, { account, circle: id }),
			await listRecords(place.db, { account, circle: id, kinds: ['note'], limit: 10 }),
			await versionsOf(place.db, { account, circle: id, record: 'AAAAAAAAAAAAAAAAAAAAAA', after: 0, newest: false }),
			await put(place, who, { ...circle, id }),
			await appendEntry(place.ground, who.actor, id, { entry, letter: undefined, records: [] }, now),
			await beginBlob(place.ground, who.actor, { circle: id, sizeBytes: 10, parts: 1 }, now),
			await blobOf(place.ground, account, file),
			await readPart(place.ground, account, { blob: file, index: 0 }),
			await putPart(place.ground, who.actor, { blob: file, index: 0, bytes }),
			await finishBlob(place.ground, who.actor, { blob: file, hashes: [toText(await sha256(bytes))] }),
			await removeBlob(place.ground, who.actor, file)
		];
	};

	const not = await askAll(eve, circle.id, blob);
	const none = await askAll(eve, 'BBBBBBBBBBBBBBBBBBBBBB', 'BBBBBBBBBBBBBBBBBBBBBB');

	expect(written.ok).toBe(true);
	expect(not).toEqual(Array.from({ length: 12 }, () => ({ ok: false, reason: 'not-found' })));
	expect(none).toEqual(not);
	expect((await readPart(place.ground, ben.actor.account, { blob, index: 0 })).ok).toBe(true);
	expect(await circlesOf(place.db, eve.actor.account)).toEqual([]);
});

test('a member writes no name of the circle or of others, before accepting nothing, and nobody in a closed circle', async () => {
	await using place = await stage();
	const [ana, ben, chi] = [await place.person(), await place.person(), await place.person()];
	const circle = await withMember(place, ana, ben);
	await append(place, circle, ana, { do: 'add', account: chi.actor.account, invitation: null }, await letterTo(circle.id, circle.epochs, ana, chi));

	expect(await put(place, ben, circle, { kind: 'circle' })).toEqual({ ok: false, reason: 'not-a-steward' });
	expect(await put(place, ben, circle, { kind: 'person' })).toEqual({ ok: false, reason: 'not-a-steward' });
	expect(await put(place, chi, circle)).toEqual({ ok: false, reason: 'not-accepted' });
	expect(await beginBlob(place.ground, chi.actor, { circle: circle.id, sizeBytes: 1, parts: 1 }, now)).toEqual({ ok: false, reason: 'not-accepted' });
	expect(await put(place, ben, circle, { record: 'short' })).toEqual({ ok: false, reason: 'malformed' });
	await append(place, circle, ben, { do: 'leave' });
	expect(await put(place, ana, circle)).toEqual({ ok: false, reason: 'rotation-due' });
	await append(place, circle, ana, { do: 'close' });
	expect(await put(place, ana, circle)).toEqual({ ok: false, reason: 'closed' });
	expect(await beginBlob(place.ground, ana.actor, { circle: circle.id, sizeBytes: 1, parts: 1 }, now)).toEqual({ ok: false, reason: 'closed' });
});

test('an entry is taken only with the letter that belongs to it, signed by whom the session is of, for an account that is there', async () => {
	await using place = await stage();
	const [ana, ben] = [await place.person(), await place.person()];
	const circle = await withMember(place, ana, ben);
	const nobody = await newAccount();
	const epoch = await newEpoch(2);
	const act = { do: 'rotate', epoch: { ...epoch.announced } } as const;
	const before = await place.db.selectFrom('circle_entry').select('hash').execute();

	expect(await append(place, circle, ana, act)).toEqual({ ok: false, reason: 'malformed' });
	expect(await append(place, circle, ben, { do: 'leave' }, await letterTo(circle.id, [epoch], ben, ana))).toEqual({ ok: false, reason: 'malformed' });
	expect(await append(place, circle, ana, { do: 'add', account: nobody.account, invitation: null }, await letterTo(circle.id, circle.epochs, ana, ben))).toEqual({ ok: false, reason: 'unknown-account' });
	const byAna = await sign(circle, ana, act);
	expect(await appendEntry(place.ground, ben.actor, circle.id, { entry: byAna, letter: await letterTo(circle.id, [epoch], ana, ana), records: [] }, now)).toEqual({ ok: false, reason: 'unknown-account' });
	expect(await place.db.selectFrom('circle_entry').select('hash').execute()).toEqual(before);
	await expect(place.db.updateTable('circle_entry').set({ body: '{}' }).execute()).rejects.toThrow('never changed');
});

test('an act is in the audit by hour, without content, and a founding that came twice is one', async () => {
	await using place = await stage();
	const ana = await place.person();
	const epoch = await newEpoch(1);
	const entry = await signEntry({ log: 'circle', of: null, seq: 0, previous: null, by: ana.actor.account, act: { do: 'found', own: true, epoch: { ...epoch.announced } } }, ana.keys.signing);
	const letter = await letterTo(randomId(), [epoch], ana, ana);

	const outcomes = [await foundCircle(place.ground, ana.actor, { found: entry, letter, records: [] }, now), await foundCircle(place.ground, ana.actor, { found: entry, letter, records: [] }, now)];
	const another = await found(place, ana, { own: true }).catch((error: Error) => error.message);
	const audit = await place.db.selectFrom('audit_entry').select(['actor', 'action', 'subject', 'at']).execute();

	const [own] = await circlesOf(place.db, ana.actor.account);
	const id = own?.id;
	expect(outcomes).toEqual([{ ok: true, circle: id }, { ok: true, circle: id }]);
	expect(another).toBe('moved-on');
	expect(audit).toEqual([{ actor: ana.actor.account, action: 'circles.found', subject: id, at: new Date('2026-11-25T10:00:00.000Z') }]);
	expect(await verifyChain(place.db)).toMatchObject({ ok: true, entries: 1 });
});

test('letters that are nobody’s newest are deleted; one letter serves everybody it is for', async () => {
	await using place = await stage();
	const [ana, ben] = [await place.person(), await place.person()];
	const circle = await withMember(place, ana, ben);
	const letters = () => place.db.selectFrom('circle_letter').select(['seq', 'up_to']).orderBy('seq').execute();

	const apart = await letters();
	const epoch = await newEpoch(2);
	await append(place, circle, ana, { do: 'rotate', epoch: { ...epoch.announced } }, await letterTo(circle.id, [...circle.epochs, epoch], ana, ana, ben));

	expect(apart).toEqual([{ seq: 0, up_to: 1 }, { seq: 1, up_to: 1 }]);
	expect(await letters()).toEqual([{ seq: 3, up_to: 2 }]);
	expect(await keysOf(place.db, { account: ben.actor.account, circle: circle.id })).toMatchObject({ ok: true, upTo: 2, by: ana.actor.account });
});

test('a circle holds as many bytes as it may, records and files together', async () => {
	await using place = await stage({ quotaBytes: 10_000 });
	const ana = await place.person();
	const circle = await found(place, ana);
	const used = async (): Promise<number> => (await place.db.selectFrom('circle').select('used_bytes').executeTakeFirstOrThrow()).used_bytes;
	const before = await used();

	expect(await beginBlob(place.ground, ana.actor, { circle: circle.id, sizeBytes: 10_001, parts: 1 }, now)).toEqual({ ok: false, reason: 'circle-full' });
	const began = await beginBlob(place.ground, ana.actor, { circle: circle.id, sizeBytes: 5000, parts: 1 }, now);
	expect(await put(place, ana, circle, { envelope: envelope(6000) })).toEqual({ ok: false, reason: 'circle-full' });
	expect((await put(place, ana, circle, { envelope: envelope(2000) })).ok).toBe(true);
	expect(await used()).toBe(before + 7000);
	await removeBlob(place.ground, ana.actor, began.ok ? began.blob : '');
	await removeBlob(place.ground, ana.actor, began.ok ? began.blob : '');
	expect(await used()).toBe(before + 2000);
});

test('a file is whole only with every part as it was sent; parts of another length, place or content are refused', async () => {
	await using place = await stage();
	const [ana, ben] = [await place.person(), await place.person()];
	const circle = await withMember(place, ana, ben);
	const parts = [randomBytes(partBytes), randomBytes(100)];
	const hashes = await Promise.all(parts.map(async (part) => toText(await sha256(part))));
	const began = await beginBlob(place.ground, ana.actor, { circle: circle.id, sizeBytes: partBytes + 100, parts: 2 }, now);
	const blob = began.ok ? began.blob : '';
	const putAt = (index: number, bytes: Uint8Array, by = ana) => putPart(place.ground, by.actor, { blob, index, bytes });

	expect(await beginBlob(place.ground, ana.actor, { circle: circle.id, sizeBytes: partBytes + 100, parts: 3 }, now)).toEqual({ ok: false, reason: 'malformed' });
	expect(await putAt(0, parts[1]!)).toEqual({ ok: false, reason: 'malformed' });
	expect(await putAt(2, parts[1]!)).toEqual({ ok: false, reason: 'malformed' });
	expect(await putAt(-1, parts[1]!)).toEqual({ ok: false, reason: 'malformed' });
	expect(await putAt(1, parts[1]!, ben)).toEqual({ ok: false, reason: 'not-found' });
	expect(await putAt(1, parts[1]!)).toEqual({ ok: true, hash: hashes[1] });
	expect(await putAt(1, parts[1]!)).toEqual({ ok: true, hash: hashes[1] });
	expect(await putAt(1, randomBytes(100))).toEqual({ ok: false, reason: 'moved-on' });
	expect(await finishBlob(place.ground, ana.actor, { blob, hashes })).toEqual({ ok: false, reason: 'moved-on' });
	expect(await blobOf(place.ground, ana.actor.account, blob)).toEqual({ ok: true, circle: circle.id, sizeBytes: partBytes + 100, whole: false, hashes: [null, hashes[1]] });
	expect(await blobOf(place.ground, ben.actor.account, blob)).toEqual({ ok: false, reason: 'not-found' });
	expect(await readPart(place.ground, ben.actor.account, { blob, index: 1 })).toEqual({ ok: false, reason: 'not-found' });
	await putAt(0, parts[0]!);
	expect(await finishBlob(place.ground, ana.actor, { blob, hashes })).toEqual({ ok: true });
	expect(await readPart(place.ground, ben.actor.account, { blob, index: 1 })).toEqual({ ok: true, bytes: parts[1] });
	expect(await removeBlob(place.ground, ben.actor, blob)).toEqual({ ok: false, reason: 'not-found' });
	expect(await removeBlob(place.ground, ana.actor, blob)).toEqual({ ok: true });
	expect(await place.ground.blobs.readPart(blob, 1)).toBeUndefined();
});

test('a sweep takes unfinished uploads after a day, closed circles after thirty, and what no row knows', async () => {
	await using place = await stage();
	const [ana, ben] = [await place.person(), await place.person()];
	const [closing, staying] = [await withMember(place, ana, ben), await withMember(place, ana, ben)];
	const upload = async (circle: Circle, { finish }: { finish: boolean }): Promise<string> => {
		const began = await beginBlob(place.ground, ana.actor, { circle: circle.id, sizeBytes: 4, parts: 1 }, now);
		const blob = began.ok ? began.blob : '';
		const put = await putPart(place.ground, ana.actor, { blob, index: 0, bytes: Buffer.from('file') });
		if (finish) await finishBlob(place.ground, ana.actor, { blob, hashes: [put.ok ? put.hash : ''] });
		return blob;
	};
	const [kept, unfinished, ofClosed, orphan] = [await upload(staying, { finish: true }), await upload(staying, { finish: false }), await upload(closing, { finish: true }), randomId()];
	await place.ground.blobs.putPart(orphan, 0, Buffer.from('lost'));
	await put(place, ana, closing);
	await append(place, closing, ana, { do: 'close' });
	const there = async () => (await Promise.all([kept, unfinished, ofClosed, orphan].map(async (blob) => (await place.ground.blobs.readPart(blob, 0)) !== undefined))).map(Number).join('');
	const circles = async () => (await place.db.selectFrom('circle').select('id').execute()).length;

	await sweepCircles(place.ground, hours(23));
	expect([await there(), await circles()]).toEqual(['1111', 2]);
	// The store notes the real time of writing.
	const later = new Date(Math.max(Date.now(), now.getTime()) + 25 * 60 * 60 * 1000);
	await sweepCircles(place.ground, later);
	expect([await there(), await circles()]).toEqual(['1010', 2]);
	await sweepCircles(place.ground, new Date(`2026-12-${String(keptDays - 5).padStart(2, '0')}T23:59:00Z`));
	expect(await circles()).toBe(2);
	await sweepCircles(place.ground, new Date('2026-12-26T00:01:00Z'));
	await sweepCircles(place.ground, new Date('2026-12-26T00:01:00Z'));
	expect([await there(), await circles()]).toEqual(['1000', 1]);
	expect(await logOf(place.ground, { account: ana.actor.account, circle: closing.id, after: -1 })).toEqual({ ok: false, reason: 'not-found' });
	expect((await logOf(place.ground, { account: ana.actor.account, circle: staying.id, after: -1 })).ok).toBe(true);
});

test('lists ask as many questions for three as for one, and hand out no more at once than an answer may hold', async () => {
	await using place = await stage();
	const ana = await place.person();
	const circle = await found(place, ana);
	const { account } = ana.actor;
	const record = randomId();
	await put(place, ana, circle, { record });
	const asked = async () => {
		const counted: number[] = [];
		for (const work of [
			(db: Db) => circlesOf(db, account),
			(db: Db) => logOf({ db, quotaBytes: 1 }, { account, circle: circle.id, after: -1 }),
			(db: Db) => listRecords(db, { account, circle: circle.id, kinds: ['note'], limit: 50 }),
			(db: Db) => versionsOf(db, { account, circle: circle.id, record, after: 0, newest: false })
		]) {
			let count = 0;
			await work(place.db.withPlugin({ transformQuery: ({ node }) => node, transformResult: ({ result }) => (count++, Promise.resolve(result)) }));
			counted.push(count);
		}
		return counted;
	};

	const one = await asked();
	for (const version of [2, 3]) await put(place, ana, circle, { record, version });
	const [ben, chi] = [await place.person(), await place.person()];
	for (const person of [ben, chi]) await append(place, circle, ana, { do: 'add', account: person.actor.account, invitation: null }, await letterTo(circle.id, circle.epochs, ana, person));
	for (let n = 0; n < 5; n++) await put(place, ana, circle, { envelope: envelope(768 * 1024) });
	await found(place, ana);
	await found(place, ana);
	const page = await listRecords(place.db, { account, circle: circle.id, kinds: ['note'], limit: 50 });

	expect(one).toEqual([1, 4, 2, 2]);
	expect(await asked()).toEqual(one);
	expect(page.ok && [page.records.length, page.more]).toEqual([4, true]);
});

test('an account’s root leads to the same circle of its own, whatever else it founded', async () => {
	await using place = await stage();
	const ana = await place.person('member');
	const own = await found(place, ana, { own: true });

	expect(await circlesOf(place.db, (await accountOf(ana.keys.root)).account)).toEqual([{ id: own.id, own: true, headSeq: 0, closedOn: null }]);
	await expect(found(place, ana)).rejects.toThrow('not-found');
});
