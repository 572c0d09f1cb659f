import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { inEnglish, publishedCall, type TestCall } from '../../../../tests/calls.ts';
import { somebody, type Somebody } from '../../../../tests/somebody.ts';
import { announcedEpochs } from '#lib/circles/circle-log.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { randomId, type Json, type SignedEntry } from '#lib/vault/envelope.ts';
import { foldCall, type CallAct } from '../call-log.ts';
import type { CallInbox } from '../call.ts';
import { deadlineOf } from '../deadline.ts';
import { lateLinkHash } from '../late-link.ts';

let database: TestDatabase;
let api: ApiServer;
let officer: Somebody;
let inbox: CallInbox;
let call: TestCall;
const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);
const extend: CallAct = { do: 'extend', deadline: deadlineOf({ day: '2099-05-15', time: '23:59', zone: 'Etc/GMT+12' }), why: inEnglish('Lines were cut.') };

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address, { CLOCK: 'system' });
	officer = await somebody(api.house.db, { name: 'An officer' });
	const founded = await officer.circles(api.origin).foundCircle({ name: 'Desk', purpose: '' });
	if (!founded.ok) throw new Error(founded.reason);
	const [epoch] = announcedEpochs(founded.circle.state).values();
	inbox = { circle: founded.circle.state.circle, epoch: 1, recipient: epoch?.inbox ?? '' };
	call = await publishedCall({ inbox, at: hour, slug: 'api-call' });
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const send = (path: string, body: object, who = officer) => who.link(api.origin).send('POST', path, body as Json);
const last = ({ entries }: TestCall): SignedEntry => entries.at(-1) as SignedEntry;

test('an officer publishes a call, and anybody fetches and verifies its log without a cookie and without getting one', async () => {
	const published = await send('/api/calls', { entry: last(call) });
	await send('/api/calls/api-call/entries', { entry: last(await call.and(extend, hour)) });

	const answer = await fetch(`${api.origin}/api/calls/api-call`);
	const { entries, now } = (await answer.json()) as { entries: SignedEntry[]; now: number };
	const folded = await foldCall(entries);

	expect(published).toMatchObject({ ok: true, value: { slug: 'api-call' } });
	expect(folded).toMatchObject({ ok: true, state: { call: (published as unknown as { value: { call: string } }).value.call, stage: 'extended' } });
	expect(Math.abs(now - Date.now() / 1000)).toBeLessThan(120);
	expect(Number.isInteger(now)).toBe(true);
	expect([answer.headers.get('set-cookie'), answer.headers.get('cache-control')]).toEqual([null, 'no-store']);
});

test('each refusal is a word with its status', async () => {
	const stranger = await somebody(api.house.db, { name: 'A stranger' });
	const other = await publishedCall({ inbox: { ...inbox, epoch: 2 }, at: hour, slug: 'other' });
	const same = await publishedCall({ inbox, at: hour, slug: 'api-call' });
	const rapid = await publishedCall({ inbox, at: hour, slug: 'rapid', kind: 'rapid' });
	await send('/api/calls', { entry: last(rapid) });
	const told = async (asked: ReturnType<typeof send>) => {
		const answer = await asked;
		return answer.ok ? 'ok' : `${answer.status} ${answer.reason}`;
	};

	expect(
		await Promise.all([
			told(send('/api/calls', { entry: last(other) })),
			told(send('/api/calls', { entry: last(same) })),
			told(send('/api/calls', { entry: last(rapid), more: 1 })),
			told(send('/api/calls', { entry: { body: '{}', signature: 'A'.repeat(86) } })),
			told(send('/api/calls', { entry: last(await publishedCall({ inbox, at: hour, slug: 'another' })) }, stranger)),
			told(send('/api/calls/nowhere/entries', { entry: last(rapid) })),
			told(send('/api/calls/rapid/entries', { entry: last(await call.and({ do: 'close' }, hour)) })),
			told(send('/api/calls/rapid/late-links', { hash: await lateLinkHash(randomId()) })),
			told(send('/api/calls/api-call/late-links', { hash: 'short' })),
			told(send('/api/calls/api-call/late-links', { hash: await lateLinkHash(randomId()) }))
		])
	).toEqual(['409 stale-inbox', '409 slug-taken', '400 malformed', '400 malformed', '404 not-found', '404 not-found', '403 wrong-log', '403 wrong-kind', '400 malformed', 'ok']);
	expect((await fetch(`${api.origin}/api/calls/nowhere`)).status).toBe(404);
});

test('nobody publishes or extends a call with a stolen cookie alone', async () => {
	const unsigned = await fetch(`${api.origin}/api/calls`, { method: 'POST', headers: { origin: api.origin, cookie: `__Host-steadfast=${officer.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ entry: last(call) }) });
	const nobody = await fetch(`${api.origin}/api/calls/api-call/entries`, { method: 'POST', headers: { origin: api.origin, 'content-type': 'application/json' }, body: '{}' });

	expect([unsigned.status, nobody.status]).toEqual([403, 401]);
});
