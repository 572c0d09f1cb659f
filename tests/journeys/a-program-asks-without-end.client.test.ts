import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import type { Outcome } from '#lib/circles/client/open-circle.ts';
import { sessionCookie } from '#lib/people/login-session.ts';
import { beginSession } from '#lib/people/server/login-sessions.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { startApi, type ApiServer } from '../api-server.ts';
import { somebody } from '../somebody.ts';

let database: TestDatabase;
let api: ApiServer;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	// What is counted is counted for a minute: here the minute goes on for as long as the machine needs.
	vi.useFakeTimers({ toFake: ['Date'], now: new Date() });
});

afterAll(async () => {
	vi.useRealTimers();
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

function sure<T extends object>(outcome: Outcome<T>): { readonly ok: true } & T {
	if (!outcome.ok) throw new Error(`Refused: ${outcome.reason}`);
	return outcome;
}

test('five hundred papers are brought in without a halt; a program that goes on and on is told to wait, and nobody else is', async () => {
	const [ana, ben] = [await somebody(database.db, { name: 'Ana' }), await somebody(database.db, { name: 'Ben' })];
	const { circle } = sure(await ana.circles(api.origin).foundCircle({ name: 'Moved here', purpose: '' }));
	const written: unknown[] = [];
	for (let number = 0; number < 500; number++) written.push((await circle.write({ kind: 'paper', body: { title: String(number), text: '', basedOn: [], restores: null } })).ok);
	const elsewhere = ana.link(api.origin);
	const path = `/api/circles/${circle.id}/invitations`;

	let told: unknown = { ok: true };
	for (let more = 0; more < 150 && JSON.stringify(told) !== slow; more++) told = await elsewhere.send('POST', path, { token: 'not one' }).then((answer) => ({ ok: answer.ok, status: answer.status, reason: answer.ok ? '' : answer.reason }));
	const refused = await fetch(api.origin + path, { method: 'POST', headers: { origin: api.origin, cookie: `${sessionCookie}=${ana.token}` }, body: '{}' });
	const others = await ben.circles(api.origin).foundCircle({ name: 'Another', purpose: '' });

	expect(written).toEqual(written.map(() => true));
	expect(JSON.stringify(told)).toBe(slow);
	// Without a signature nothing of the account's own turn is used, or looked at.
	expect([refused.status, await refused.json()]).toEqual([403, { reason: 'forged' }]);
	expect(others.ok).toBe(true);
});

const slow = JSON.stringify({ ok: false, status: 429, reason: 'slow-down' });

test('a session that reads without end is told for how long to wait, and another session of the same person is not', async () => {
	const chi = await somebody(database.db, { name: 'Chi' });
	const read = (cookie: string) => fetch(`${api.origin}/api/circles`, { headers: { cookie: `${sessionCookie}=${cookie}` } });
	let refused: Response | undefined;
	for (let reads = 0; reads < 1300 && refused === undefined; reads++) {
		const answer = await read(chi.token);
		if (answer.status === 429) refused = answer;
		else await answer.arrayBuffer();
	}
	const second = await beginSession(database.db, chi.account, new Date());

	const waits = Number(refused?.headers.get('retry-after'));

	expect(await refused?.json()).toEqual({ reason: 'slow-down' });
	expect(waits >= 1 && waits <= 60).toBe(true);
	expect((await read(second.token)).status).toBe(200);
});

test('nobody founds circles without end', async () => {
	const dov = await somebody(database.db, { name: 'Dov' });
	const circles = dov.circles(api.origin);
	const founded: unknown[] = [];

	for (let number = 0; number < 31; number++) founded.push((await circles.foundCircle({ name: String(number), purpose: '' })).ok);

	// The own circle, which opening brings along, is one of thirty.
	expect(founded).toEqual([...Array.from({ length: 29 }, () => true), false, false]);
});
