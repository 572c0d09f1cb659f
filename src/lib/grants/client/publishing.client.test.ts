import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { callKeyOf } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { randomId, toText } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { someContent } from '../../../../tests/calls.ts';
import { somebody } from '../../../../tests/somebody.ts';
import type { CallState } from '../call-log.ts';
import { caseBody, type Case } from '../case.ts';
import type { Region } from '#lib/platform/text/region.ts';
import { leastGrants, type PooledCell } from '../pooling.ts';
import { readRelease, releaseBody, releaseMessage } from '../release.ts';
import { callSecret, inboxOf, publishCall } from './calls.ts';
import { Desk } from './desk.ts';
import { publishable, release } from './publishing.ts';

let database: TestDatabase;
let api: ApiServer;
let link: Link;
let circle: OpenCircle;
let call: CallState;

function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}

// One story, in its order: what was released stays released.
beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	const ana = await somebody(database.db, { name: 'Ana' });
	circle = sure(await ana.circles(api.origin).foundCircle({ name: 'Grants desk', purpose: '' })).circle;
	link = ana.link(api.origin);
	const inbox = inboxOf(circle);
	sure(await publishCall(link, circle, { draft: { slug: 'open-call', kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
	call = sure(await new Desk(link, circle).call('open-call')).state;
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

let changes = 0;

/** An application whose case says that it was awarded; sealed as an officer's browser does it. */
async function awarded(region: Region, on: string, amountMinor: number, currency = 'EUR'): Promise<string> {
	const application = randomId();
	changes += 1;
	const hour = new Date('2026-04-01T08:00:00Z');
	await database.db
		.insertInto('grant_application')
		.values({ id: application, call_id: call.call, mailbox_hash: toText(randomBytes(32)), second_mailbox_hash: null, manifest: '{}', manifest_signature: '', committed_at: hour, in_time: true, whole_at: hour, state: 'us', due_at: null, change: changes })
		.execute();
	const secret = toText(randomBytes(32));
	const one: Case = {
		application, call: call.call, form: 1, standing: { state: 'active', heldFrom: null, proposed: null }, move: { name: 'begin', by: 'payer' }, receivedAt: hour.getTime(), agreedAt: null, pauses: [], assigned: [],
		marks: { urgent: false, duplicateOf: null }, reason: 'fits', note: '', summary: { language: 'en', begins: '', wanted: null, forOther: false }, secrets: { generation: 1, core: secret, thread: secret, references: secret, identity: null }, readTo: 0,
		award: { requested: null, rate: null, awarded: { amountMinor, currency }, region, on, deciders: ['a', 'b'], plan: [{ id: randomId(), amount: { amountMinor, currency }, due: null }], payment: null }, report: null, reviewers: [], counted: null, referees: []
	};
	sure(await circle.write({ kind: 'grant-case', record: application, body: caseBody(one) }));
	return application;
}

async function many(count: number, region: Region, on: string, amountMinor = 500_000): Promise<void> {
	for (let n = 0; n < count; n++) await awarded(region, on, amountMinor);
}

const next = async () => sure(await publishable({ link, circle, desk: new Desk(link, circle) }));
const published = async (): Promise<PooledCell[]> => (await database.db.selectFrom('grant_release').select('body').orderBy('seq').execute()).flatMap(({ body }) => readRelease(body)?.cells ?? []);

test('a lone grant is held back, and what is released says nothing of it', async () => {
	await many(11, 'africa', '2026-05-03');
	// The sums of the others are whole thousands: whatever the planted one added would show.
	await awarded('oceania', '2026-08-20', 7_777_700);
	await awarded('asia', '2026-08-21', 123_400, 'USD');
	const before = await next();

	expect({ cells: before.pooled.cells, held: before.pooled.heldBack.length, other: before.otherCurrency, told: before.told }).toEqual({ cells: [{ region: 'africa', from: '2026-Q2', to: '2026-Q2', grants: 11, thousands: 55 }], held: 1, other: 1, told: 0 });
	sure(await release({ link, circle }, before));
	const after = await next();

	expect({ cells: after.pooled.cells, held: after.pooled.heldBack.length, told: after.told }).toEqual({ cells: [], held: 1, told: 11 });
	expect(await release({ link, circle }, after)).toEqual({ ok: false, reason: 'too-few' });
	expect(JSON.stringify(await published())).not.toMatch(/oceania|77/);
});

test('two releases cannot be subtracted: each grant is told once, among ten, and late ones count in the next', async () => {
	await many(12, 'asia', '2026-09-01', 2_000_000);
	// Too late for its own quarter, which is closed.
	await awarded('africa', '2026-05-30', 600_000);
	const second = await next();
	sure(await release({ link, circle }, second));
	const cells = await published();

	expect(cells).toEqual([
		{ region: 'africa', from: '2026-Q2', to: '2026-Q2', grants: 11, thousands: 55 },
		{ region: null, from: '2026-Q3', to: '2026-Q3', grants: 14, thousands: Math.floor((12 * 2_000_000 + 600_000 + 7_777_700) / 100_000) }
	]);
	expect(cells.every(({ grants }) => grants >= leastGrants)).toBe(true);
	expect((await next()).told).toBe(25);
});

test('the server refuses a cell that is too small, a quarter twice, and who is not of the desk', async () => {
	const { releases, head } = await next();
	const { secret } = sure(await callSecret(circle, call));
	const key = await callKeyOf(secret);
	const cell: PooledCell = { region: 'europe', from: '9000-Q1', to: '9000-Q1', grants: 10, thousands: 40 };
	const today = new Date().toISOString().slice(0, 10);
	const send = async (cells: readonly PooledCell[], { as = link, previous = head, currency = 'EUR' } = {}): Promise<string> => {
		const body = releaseBody({ release: releases.length, previous, call: call.call, on: today, currency, cells });
		const signature = toText(await key.sign(releaseMessage(body)));
		const answer = await as.send('POST', '/api/desk/releases', { body, signature });
		return answer.ok ? 'taken' : answer.reason;
	};
	const open = [{ ...cell, from: '2020-Q1', to: '2020-Q1' }];
	const stranger = (await somebody(database.db, { name: 'Eve' })).link(api.origin);

	expect(await send([{ ...cell, grants: 9 }])).toBe('too-few');
	expect(await send([cell])).toBe('wrong-period');
	expect(await send([{ ...cell, from: '2026-Q3', to: '2026-Q3' }])).toBe('wrong-period');
	expect(await send(open)).toBe('wrong-period');
	expect(await send([cell], { previous: null })).toBe('moved-on');
	expect(await send([cell], { currency: 'USD' })).toBe('wrong-currency');
	expect(await send([cell], { as: stranger })).toBe('not-found');
	expect(await published()).toHaveLength(2);
});

test('a release whose signature is not the call’s key is refused, and two cells that overlap as well', async () => {
	// A programme that has released nothing yet, so that the quarters are open.
	const other = await testDatabase(inject('postgres'));
	const fresh = await startApi(other.address);
	try {
		const ben = await somebody(other.db, { name: 'Ben' });
		const his = sure(await ben.circles(fresh.origin).foundCircle({ name: 'Another desk', purpose: '' })).circle;
		const line = ben.link(fresh.origin);
		const inbox = inboxOf(his);
		const { call: id } = sure(await publishCall(line, his, { draft: { slug: 'another', kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
		const { state } = sure(await new Desk(line, his).call('another'));
		const key = await callKeyOf(sure(await callSecret(his, state)).secret);
		const cell: PooledCell = { region: 'europe', from: '2026-Q1', to: '2026-Q2', grants: 12, thousands: 40 };
		const send = async (cells: readonly PooledCell[], signing = key): Promise<string> => {
			const body = releaseBody({ release: 0, previous: null, call: id, on: new Date().toISOString().slice(0, 10), currency: 'EUR', cells });
			const answer = await line.send('POST', '/api/desk/releases', { body, signature: toText(await signing.sign(releaseMessage(body))) });
			return answer.ok ? 'taken' : answer.reason;
		};

		expect(await send([cell], await callKeyOf(randomBytes(32)))).toBe('forged');
		expect(await send([cell, { ...cell, grants: 11 }])).toBe('overlapping');
		expect(await send([cell, { ...cell, region: null, from: '2026-Q2' }])).toBe('overlapping');
		expect(await send([cell, { ...cell, region: 'asia' }])).toBe('taken');
		expect(await send([cell, { ...cell, region: 'asia' }])).toBe('taken');
	} finally {
		await fresh[Symbol.asyncDispose]();
		await other[Symbol.asyncDispose]();
	}
});
