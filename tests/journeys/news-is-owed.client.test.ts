import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { endAccount, join } from '#lib/people/server/accounts.ts';
import { sessionCookie } from '#lib/people/login-session.ts';
import { invite } from '#lib/people/server/invitations.ts';
import { switchOn } from '#lib/notices/server/index.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { signEntry } from '#vault';
import { entryHash } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../api-server.ts';
import { personJoining } from '../accounts.ts';
import { somebody, type Somebody } from '../somebody.ts';

let database: TestDatabase;
let api: ApiServer;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

let ana: Somebody;
let ben: Somebody;
let chi: Somebody;

/** Three people of whom all but the last asked for notices. */
beforeEach(async () => {
	[ana, ben, chi] = await Promise.all(['Ana', 'Ben', 'Chi'].map((name) => somebody(database.db, { name }))) as [Somebody, Somebody, Somebody];
	for (const { account } of [ana, ben]) await switchOn(api.house, account, { kind: 'push', endpoint: 'https://push.example.org/x' });
});

function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}

/** Who of the three is owed a notice; then nobody is. */
async function owed(): Promise<string[]> {
	const rows = await database.db.updateTable('notice').set({ owed: false }).where('owed', '=', true).returning('account_id').execute();
	return [ana, ben, chi].filter(({ account }) => rows.some(({ account_id }) => account_id === account)).map(({ name }) => name);
}

test('what others do in a circle is news for its members who asked, and one’s own doing is none', async () => {
	const found: Record<string, string[]> = {};
	let hers = sure(await ana.circles(api.origin).foundCircle({ name: 'Legal aid', purpose: 'Court dates' })).circle;
	found['founding'] = await owed();
	hers = sure(await hers.add({ account: ben.account, name: 'Ben' })).circle;
	found['being added'] = await owed();
	hers = sure(await hers.add({ account: chi.account, name: 'Chi' })).circle;
	found['another is added'] = await owed();
	const his = sure(await sure(await ben.circles(api.origin).openCircle(hers.id)).circle.accept()).circle;
	found['accepting'] = await owed();
	await his.writePaper({ title: 'Hearing', text: 'Tuesday', basedOn: [] });
	found['a paper by Ben'] = await owed();
	hers = sure(await hers.refresh()).circle;
	await hers.writePaper({ title: 'Bail', text: 'Wednesday', basedOn: [] });
	found['a paper by Ana'] = await owed();
	hers = sure(await hers.remove(ben.account)).circle;
	found['Ben is removed'] = await owed();
	await hers.writePaper({ title: 'After', text: 'Thursday', basedOn: [] });
	found['a paper after that'] = await owed();

	expect(found).toEqual({
		founding: [],
		'being added': ['Ben'],
		'another is added': ['Ben'],
		accepting: ['Ana'],
		'a paper by Ben': ['Ana'],
		'a paper by Ana': ['Ben'],
		'Ben is removed': [],
		'a paper after that': []
	});
});

test('whoever comes by, with whatever question, needs no notice of what was before', async () => {
	const hers = sure(await ana.circles(api.origin).foundCircle({ name: 'Legal aid', purpose: 'Court dates' })).circle;
	await hers.add({ account: ben.account, name: 'Ben' });
	const [before] = await database.db.selectFrom('notice').select('owed').where('account_id', '=', ben.account).execute();
	await database.db.updateTable('notice').set({ told: true }).where('account_id', '=', ben.account).execute();

	await fetch(`${api.origin}/api/session`);
	await fetch(`${api.origin}/api/session`, { headers: { cookie: `${sessionCookie}=${'A'.repeat(43)}` } });
	const [stranger] = await database.db.selectFrom('notice').select(['owed', 'told']).where('account_id', '=', ben.account).execute();
	await fetch(`${api.origin}/api/session`, { headers: { cookie: `${sessionCookie}=${ben.token}` } });
	const [after] = await database.db.selectFrom('notice').select(['owed', 'told']).where('account_id', '=', ben.account).execute();

	expect({ before, stranger, after }).toEqual({ before: { owed: true }, stranger: { owed: true, told: true }, after: { owed: false, told: false } });
});

test('a letter of somebody who joined by one’s link is news, and an account that ends keeps no address', async () => {
	const { db } = database;
	const token = randomBytes(16).toString('base64url');
	const invited = await invite(db, { actor: { account: ana.account, role: 'staff', session: ana.tag, signing: ana.keys.signing.publicKey }, token, role: 'member' }, new Date());
	const person = await personJoining({ db, dataDir: api.house.config.dataDir, token });
	const introduction = { id: randomBytes(16).toString('base64url'), letter: person.joining.profile };

	const joined = await join(db, api.house.config, { ...person.joining, introduction }, new Date());
	const told = await owed();
	await switchOn(api.house, person.keys.account, { kind: 'push', endpoint: 'https://push.example.org/y' });
	const { keys } = person;
	const entry = await signEntry({ log: 'account', of: keys.account, seq: 2, previous: await entryHash(person.joining.unlock.entry.body), by: keys.account, act: { do: 'end' } }, keys.signing);
	const ended = await endAccount(db, { actor: { account: keys.account, role: 'member', session: 'x', signing: keys.signing.publicKey }, entry }, new Date());

	expect([invited.ok, joined.ok, ended.ok]).toEqual([true, true, true]);
	expect(told).toEqual(['Ana']);
	expect(await db.selectFrom('notice').select('account_id').where('account_id', '=', keys.account).execute()).toEqual([]);
});

test('the choice is a signed request; an address is kept in one spelling and never handed out again', async () => {
	const link = chi.link(api.origin);
	const at = '/api/account/notices';

	const before = await link.ask(at);
	const refused = [
		await link.send('PUT', at, { kind: 'mail', address: 'chi@nowhere', language: 'fr' }),
		await link.send('PUT', at, { kind: 'mail', address: ' ', language: 'fr' }),
		await link.send('PUT', at, { kind: 'mail', address: 'chi@example.net', language: 'de' }),
		await link.send('PUT', at, { kind: 'push', endpoint: 'https://10.0.0.1/inside' }),
		await link.send('PUT', at, { kind: 'pigeon' })
	].map((answer) => (answer.ok ? 'taken' : `${answer.status} ${answer.reason}`));
	const nothing = await link.ask(at);
	const chosen = await link.send('PUT', at, { kind: 'mail', address: ' Chi.Canary@Example.NET ', language: 'fr' });
	const after = await link.ask(at);
	const ended = await link.send('DELETE', at, {});

	const key = expect.stringMatching(/^B[\w-]{86}$/);
	expect(before).toMatchObject({ ok: true, value: { chosen: 'none', mark: null, key } });
	expect(refused).toEqual(['400 address-malformed', '400 address-missing', '400 malformed', '400 push-unknown', '400 malformed']);
	expect(nothing).toEqual(before);
	expect([chosen.ok, ended.ok]).toEqual([true, true]);
	expect(after).toEqual({ ok: true, status: 200, value: { chosen: 'mail', mark: null, key } });
	expect(await link.ask(at)).toEqual(before);
});
