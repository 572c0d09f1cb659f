import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newReceipt, type Receipt } from '#vault';
import { sweepCircles } from '#lib/circles/server/index.ts';
import { blobsInFiles } from '#lib/platform/blobs/blob-files.ts';
import { Clock } from '#lib/platform/clock/clock.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { openedCall, someClosing, type OpenedCall } from '../../../../tests/applying.ts';
import { inEnglish } from '../../../../tests/calls.ts';
import { temporaryFolder } from '../../../../tests/temporary.ts';
import { seenCall } from '../client/call.ts';
import { newId } from '#lib/circles/client/line.ts';
import { sealApplication } from '../client/sealing.ts';
import { parcelOf, signReceiptRequest } from '../client/sending.ts';
import { deadlineOf } from '../deadline.ts';
import { lateLinkHash } from '../late-link.ts';
import { commitApplication, sweepApplications, takeBody, takeFilePart, whatIsMissing, type ApplyingGround, type SignedRequest } from './applications.ts';
import { makeLateLink } from './late-links.ts';
import { Turns } from './turns.ts';
import { applyingShapes, readAs } from './wire.ts';

const folder = temporaryFolder('applying');
const clock = new Clock({ clock: 'trusted' });
const adrift = new Clock({ clock: 'system' }, { run: (program) => Promise.resolve(program === 'timedatectl' ? 'no\n' : undefined), exists: () => false });
let database: TestDatabase;
let ground: ApplyingGround;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	ground = { db: database.db, blobs: blobsInFiles(join(folder, 'blobs')), quotaBytes: 64 * 1024 * 1024 };
});

afterAll(async () => {
	await database[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true, force: true });
});

const hourMs = 60 * 60 * 1000;
const after = (instant: Date, ms: number): Date => new Date(instant.getTime() + ms);
const before = after(someClosing, -1000);

const aCall = (options: Parameters<typeof openedCall>[1] = {}): Promise<OpenedCall> => openedCall({ db: database.db, clock }, options);

interface Sent {
	readonly application: string;
	commit(now: Date, options?: { readonly late?: string; readonly by?: Clock }): Promise<string>;
	body(now: Date): Promise<string>;
	file(now: Date, at?: number): Promise<string>;
	isThere(): Promise<boolean>;
}

/** One application, and what its browser sends of it one after the other. */
async function application({ slug, call }: OpenedCall, { files = 0, receipt }: { readonly files?: number; readonly receipt?: Receipt } = {}): Promise<Sent> {
	const own = receipt ?? (await newReceipt());
	const seen = await seenCall(call.entries, { id: undefined, slug, aheadMs: 0 });
	if (!seen.ok) throw new Error(seen.reason);
	const chosen = Array.from({ length: files }, (_, at) => ({ name: `${at}.txt`, content: new Blob([`file ${at}`]) }));
	const sealed = await sealApplication({ call: seen.call.state, language: 'en', role: 'self', answers: { situation: { kind: 'text', text: 'Something.' } }, files: { papers: chosen }, receipt: own, second: null, now: before });
	const parcel = await parcelOf(sealed, { slug, late: undefined, receipt: own });
	const signed = async (method: string, rest: string, body: Uint8Array): Promise<SignedRequest> => {
		const path = `/api/applications/${sealed.application}/${rest}`;
		return { application: sealed.application, method, path, body, signature: await signReceiptRequest(own, { method, path, body }) };
	};
	const word = (outcome: { readonly ok: boolean; readonly reason?: string }): string => (outcome.ok ? 'taken' : (outcome.reason ?? ''));
	return {
		application: sealed.application,
		async commit(now, { late, by = clock } = {}) {
			const input = readAs(applyingShapes.commit, parcel.commit);
			return word(await commitApplication({ db: database.db, clock: by }, slug, { manifest: input?.manifest ?? '', signature: input?.signature ?? '', ...(late !== undefined && { late }) }, now));
		},
		async body(now) {
			const input = readAs(applyingShapes.body, parcel.body);
			return input ? word(await takeBody(ground, await signed('PUT', 'body', parcel.body), input, now)) : 'malformed';
		},
		async file(now, at = 0) {
			const { blob = '', parts = [] } = parcel.files[at] ?? {};
			const bytes = new Uint8Array((await parts[0]?.content.arrayBuffer()) ?? new ArrayBuffer());
			return word(await takeFilePart(ground, await signed('PUT', `files/${blob}/parts/0`, bytes), { blob, index: 0 }, now));
		},
		isThere: async () => (await database.db.selectFrom('grant_application').select('id').where('id', '=', sealed.application).executeTakeFirst()) !== undefined
	};
}

const rowOf = ({ application }: Sent) => database.db.selectFrom('grant_application').select(['in_time', 'committed_at', 'whole_at']).where('id', '=', application).executeTakeFirstOrThrow();

test('what was promised one second before the deadline and came 71 hours later is in time, and is known by hours alone', async () => {
	const sent = await application(await aCall(), { files: 1 });

	expect([await sent.commit(before), await sent.commit(after(someClosing, hourMs))]).toEqual(['taken', 'taken']);
	await sweepApplications(ground, after(someClosing, 71 * hourMs));
	expect([await sent.body(after(someClosing, 71 * hourMs)), await sent.file(after(someClosing, 71 * hourMs))]).toEqual(['taken', 'taken']);
	await sweepApplications(ground, after(someClosing, 100 * hourMs));

	expect(await rowOf(sent)).toEqual({ in_time: true, committed_at: new Date('2026-11-20T11:00:00Z'), whole_at: new Date('2026-11-23T11:00:00Z') });
});

test('of what was promised and did not come within 72 hours nothing is kept', async () => {
	const sent = await application(await aCall());
	await sent.commit(before);

	await sweepApplications(ground, after(someClosing, 72 * hourMs));
	expect(await sent.isThere()).toBe(true);
	expect(await sent.body(after(someClosing, 73 * hourMs))).toBe('too-late');
	await sweepApplications(ground, after(someClosing, 73 * hourMs));

	expect(await sent.isThere()).toBe(false);
	expect(await sent.commit(after(someClosing, 73 * hourMs))).toBe('too-late');
});

test('words that came are handed over without the file that did not, and the room of the file is given back', async () => {
	const call = await aCall();
	const sent = await application(call, { files: 2 });
	await sent.commit(before);
	await sent.body(before);
	await sent.file(before, 1);
	const used = async () => (await database.db.selectFrom('circle').select('used_bytes').where('id', '=', call.desk.circle).executeTakeFirstOrThrow()).used_bytes;
	const usedBefore = await used();

	await sweepCircles(ground, after(someClosing, 60 * hourMs));
	await sweepApplications(ground, after(someClosing, 73 * hourMs));

	expect((await rowOf(sent)).whole_at).toEqual(new Date('2026-11-23T13:00:00Z'));
	expect(await database.db.selectFrom('grant_file').innerJoin('circle_blob', 'circle_blob.id', 'blob_id').select('whole').where('application_id', '=', sent.application).execute()).toEqual([{ whole: true }]);
	expect(await used()).toBe(usedBefore);
});

test('the deadline’s own instant is too late by the server’s clock, whatever the phone says', async () => {
	const call = await aCall();
	const [last, first] = [await application(call), await application(call)];

	expect([await last.commit(after(someClosing, -1)), await first.commit(someClosing)]).toEqual(['taken', 'too-late']);
});

test('a clock that is known to be wrong makes nobody late', async () => {
	const sent = await application(await aCall());

	expect([await sent.commit(after(someClosing, hourMs)), await sent.commit(after(someClosing, hourMs), { by: adrift })]).toEqual(['too-late', 'taken']);
});

test('two extensions move the deadline and the 72 hours behind it', async () => {
	const call = await aCall();
	const first = await application(call);
	expect(await first.commit(before)).toBe('taken');
	for (const day of ['2026-11-22', '2026-11-25']) await call.append({ do: 'extend', deadline: deadlineOf({ day, time: '11:59', zone: 'UTC' }), why: inEnglish('Lines were cut.') }, before);
	const closing = new Date('2026-11-25T12:00:00Z');
	const second = await application(call);

	expect([await second.commit(after(closing, -1)), await second.commit(closing)]).toEqual(['taken', 'taken']);
	expect([await first.body(after(closing, 71 * hourMs)), await (await application(call)).commit(closing)]).toEqual(['taken', 'too-late']);
});

test('a late link lets one application in, which is recorded as late and has 72 hours of its own', async () => {
	const call = await aCall();
	const [one, other] = [await application(call), await application(call)];
	const now = after(someClosing, 24 * hourMs);
	const late = newId();
	await makeLateLink({ db: database.db }, call.desk.actor, { slug: call.slug, hash: await lateLinkHash(late), now });

	expect([await one.commit(now, { late: newId() }), await one.commit(now, { late }), await one.commit(now, { late }), await other.commit(now, { late })]).toEqual(['too-late', 'taken', 'taken', 'too-late']);
	expect(await one.body(after(now, 71 * hourMs))).toBe('taken');
	expect((await rowOf(one)).in_time).toBe(false);
});

test('a closed call takes no new application, and what was promised to it goes on arriving', async () => {
	const call = await aCall();
	const sent = await application(call);
	await sent.commit(before);
	await call.append({ do: 'close' }, after(someClosing, 60_000));

	expect([await (await application(call)).commit(before), await sent.body(after(someClosing, hourMs))]).toEqual(['closed', 'taken']);
});

test('what was sealed to inboxes that are no longer in force has to be sealed anew, with the same receipt', async () => {
	const call = await aCall();
	const receipt = await newReceipt();
	const old = await application(call, { receipt });
	const { circle, epoch, recipient } = call.desk.inbox;
	const next = (await newReceipt()).signing.publicKey;
	await call.append({ do: 'renew', signing: Buffer.from(next).toString('base64url'), inboxes: { core: { circle, epoch, recipient }, identity: { circle, epoch, recipient }, payee: { circle, epoch, recipient } } }, before);

	expect(await old.commit(before)).toBe('renewed');
	expect(await (await application(call, { receipt })).commit(before)).toBe('taken');
});

test('nobody else’s signature brings anything or asks anything, and what has arrived is told', async () => {
	const call = await aCall();
	const [mine, theirs] = [await application(call, { files: 1 }), await application(call)];
	await mine.commit(before);
	await theirs.commit(before);
	const stranger = await newReceipt();
	const path = `/api/applications/${mine.application}/missing`;
	const asked = async (by: Receipt) => whatIsMissing(ground, { application: mine.application, method: 'GET', path, body: new Uint8Array(), signature: await signReceiptRequest(by, { method: 'GET', path, body: new Uint8Array() }) });

	expect(await asked(stranger)).toEqual({ ok: false, reason: 'not-found' });
	expect([await mine.file(before), await mine.file(before), await mine.body(before), await mine.body(before)]).toEqual(['taken', 'taken', 'taken', 'taken']);
	expect((await rowOf(mine)).whole_at).not.toBeNull();
});

test('a full circle refuses files and still takes the words', async () => {
	const call = await aCall();
	const sent = await application(call, { files: 1 });
	await sent.commit(before);
	await database.db.updateTable('circle').set({ used_bytes: 0.75 * ground.quotaBytes }).where('id', '=', call.desk.circle).execute();

	expect([await sent.file(before), await sent.body(before)]).toEqual(['circle-full', 'taken']);
});

test('who waits for a turn gets it in the order of coming, also behind one that failed', async () => {
	const turns = new Turns(1);
	const done: number[] = [];
	const work = (at: number) => turns.take(async () => {
		await Promise.resolve();
		done.push(at);
		if (at === 0) throw new Error('failed');
	});

	const outcomes = await Promise.allSettled([work(0), work(1), work(2)]);

	expect([done, outcomes.map(({ status }) => status)]).toEqual([[0, 1, 2], ['rejected', 'fulfilled', 'fulfilled']]);
});
