import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { callKeyOf, newReceipt, openRecord, partRecords, resealRecord, sealRecord, steppedLength } from '#vault';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { canonical, randomId, utf8 } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { someContent } from '../../../../tests/calls.ts';
import { someAnswers, sure, TestDesks, type DeskOfficer } from '../../../../tests/desk-officers.ts';
import { somebody } from '../../../../tests/somebody.ts';
import type { CallState } from '../call-log.ts';
import { openAttached } from './attached.ts';
import { callSecret, inboxOf, keepSecret, publishCall } from './calls.ts';
import { keysStanding, rekeyAll } from './rekeying.ts';
import { renewCall } from './renewing.ts';
import { writeToTeam } from './writing.ts';

let database: TestDatabase;
let api: ApiServer;
let desks: TestDesks;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	desks = new TestDesks(database.db, api.origin);
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const alone = () => Promise.resolve({ ok: false as const, reason: 'not-found' });
const renew = ({ link, circle }: DeskOfficer, call: CallState) => renewCall(link, circle, { call, open: alone });

/** Cem is removed by Ana; both others are in new tabs afterwards. */
async function withoutCem({ ana, ben, cem }: { readonly ana: DeskOfficer; readonly ben: DeskOfficer; readonly cem: DeskOfficer }): Promise<{ readonly ana: DeskOfficer; readonly ben: DeskOfficer }> {
	sure(await ana.circle.remove(cem.who.account));
	return { ana: await desks.again(ana), ben: await desks.again(ben) };
}

test('after a removal the first officer who opens the desk announces a new inbox and key, and the other finds it done', async () => {
	const before = await desks.three();
	const { ana, ben } = await withoutCem(before);

	const [hers, his] = await Promise.all([renew(ana, before.call), renew(ben, before.call)]);
	const later = await renew(ana, hers.call);
	const old = await callSecret(before.cem.circle, before.call);

	expect([hers.renewal.kind, his.renewal.kind]).toEqual(['renewed', 'renewed']);
	expect(hers.call.head).toEqual(his.call.head);
	expect(hers.call.head.seq).toBe(before.call.head.seq + 1);
	expect(hers.call.inboxes.core.epoch).toBe(2);
	expect(later).toEqual({ call: hers.call, renewal: { kind: 'as-it-is' } });
	// What the former officer knows signs nothing any more, and the server gives nothing newer.
	expect(old.ok).toBe(false);
	expect(hers.call.signing).not.toBe(before.call.signing);
	expect(sure(await callSecret(ben.circle, his.call)).secret.length).toBe(32);
});

test('a renewal that was cut off after the secret was kept is finished with that secret, unless somebody left since', async () => {
	const before = await desks.three();
	const { ana } = await withoutCem(before);
	const kept = sure(await callSecret(ana.circle, before.call));
	const prepared = crypto.getRandomValues(new Uint8Array(32));
	sure(await keepSecret(ana.circle, { call: before.call.call, secret: kept.secret, next: prepared, basedOn: kept.record }));

	const { call } = await renew(ana, before.call);
	const used = sure(await callSecret(ana.circle, call));
	const stale = sure(await keepSecret(ana.circle, { call: call.call, secret: used.secret, next: crypto.getRandomValues(new Uint8Array(32)), basedOn: used.record }));
	sure(await ana.circle.rotate());
	const tab = await desks.again(ana);
	const next = await renew(tab, call);
	const newest = sure(await callSecret(tab.circle, next.call));

	expect(Buffer.from(used.secret)).toEqual(Buffer.from(prepared));
	expect(next.renewal.kind).toBe('renewed');
	expect(newest.record.version).toBeGreaterThan(stale.written.version);
});

test('what a removed officer could open is sealed anew: the applicant and the officers read all of it, and the old keys nothing', async () => {
	const before = await desks.three();
	const { receipt, application } = await desks.applied(before.slug, { files: [{ name: 'paper.txt', content: new Blob(['Stamped on Monday.']) }] });
	const { secret } = sure(await callSecret(before.ana.circle, before.call));
	sure(await before.ana.desk.say({ call: before.call, callSecret: secret, opened: await desks.open(before.ana, before.call, application), text: 'Which day?' }));
	sure(await writeToTeam(desks.line(), await desks.receipt(receipt), { text: 'The second.', files: [] }));
	const known = await desks.open(before.cem, before.call, application);
	const dumped = await database.db.selectFrom('grant_part').select('sealed_envelope').where('application_id', '=', application).execute();
	const { ana, ben } = await withoutCem(before);
	const { call } = await renew(ana, before.call);

	const progress: string[] = [];
	const done = sure(await rekeyAll(ana.link, { circle: ana.circle, core: ana.circle, call }, { onProgress: ({ done, all }) => progress.push(`${done}/${all}`) }));
	const opened = await desks.open(ben, call, application);
	const told = await desks.receipt(receipt);
	sure(await writeToTeam(desks.line(), told, { text: 'And the third.', files: [] }));
	const after = await desks.open(ana, call, application);

	expect({ ...done, progress }).toEqual({ ok: true, left: 0, failed: [], progress: ['0/1', '1/1'] });
	expect(opened.troubles).toEqual([]);
	expect([...opened.parts.keys()]).toEqual(['core', 'identity', 'references']);
	expect(opened.parts.get('identity')).toEqual({ name: someAnswers['name'] });
	expect([...told.parts].map(([part, one]) => [part, one.ok])).toEqual([['core', true], ['identity', true], ['payee', true], ['references', true]]);
	expect(told.thread.map((message) => message.ok && [message.by, message.text])).toEqual([['team', 'Which day?'], ['applicant', 'The second.']]);
	expect(after.messages.map(({ byApplicant, text }) => [byApplicant, text])).toEqual([[false, 'Which day?'], [true, 'The second.'], [true, 'And the third.']]);
	expect(after.case.now.secrets).not.toMatchObject({ core: known.case.now.secrets.core });
	// Nothing of the old covers is on the server any more.
	const kept = await database.db.selectFrom('grant_part').select(['sealed_envelope', 'generation', 'written']).where('application_id', '=', application).execute();
	expect(kept.map(({ generation, written }) => [generation, written])).toEqual(Array.from({ length: 4 }, () => [2, 1]));
	for (const old of dumped) expect(kept.some(({ sealed_envelope }) => sealed_envelope.equals(old.sealed_envelope))).toBe(false);
	expect(await database.db.selectFrom('grant_letter').select('addressee').where('application_id', '=', application).where('generation', '=', 1).execute()).toEqual([]);
	// Whoever was removed and takes the database has the old secrets and the keys of the old epoch: none opens what is there.
	const core = await database.db.selectFrom('grant_part').select('sealed_envelope').where('application_id', '=', application).where('part', '=', 'core').executeTakeFirstOrThrow();
	const place = { kind: 'application-core', circle: ana.circle.id, record: application, epoch: 2, version: 1, written: 1 };
	const opensWith = async (secret: string) => openRecord({ envelope: core.sealed_envelope, place, key: await partRecords(Buffer.from(secret, 'base64url')), authorKey: () => Buffer.from(after.manifest.receipt.signing, 'base64url'), lengths: steppedLength });
	await expect(opensWith(known.case.now.secrets.core)).rejects.toMatchObject({ kind: 'damaged' });
	expect((await opensWith(after.case.now.secrets.core)).body.length).toBeGreaterThan(0);
	const { sealed_letter } = await database.db.selectFrom('grant_letter').select('sealed_letter').where('application_id', '=', application).where('addressee', '=', ana.circle.id).executeTakeFirstOrThrow();
	const { signing } = call.history.at(-1)!;
	const read = (epoch: number, { circle }: DeskOfficer) => circle.openInbox({ letter: sealed_letter, epoch, kind: 'part-keys', about: application, authorKey: () => Buffer.from(signing, 'base64url') });
	await expect(read(1, before.cem)).rejects.toMatchObject({ kind: 'not-for-you' });
	expect((await read(2, ana)).body.length).toBeGreaterThan(0);
	// Files stay under the key that they were sent to.
	const papers = after.parts.get('core')?.['papers'];
	const content = await openAttached(ana.link, { file: (papers?.kind === 'files' ? papers.files[0] : undefined)!, secrets: [after.case.now.secrets.core, ...after.former], circle: ana.circle.id });
	expect(await new Response(content as ReadableStream<Uint8Array<ArrayBuffer>>).text()).toBe('Stamped on Monday.');
});

test('sealing anew that was stopped is gone on with by another officer, also a second time, and nothing is done twice', async () => {
	const before = await desks.three();
	const all = await Promise.all([1, 2, 3].map(() => desks.applied(before.slug)));
	const { ana, ben } = await withoutCem(before);
	const { call } = await renew(ana, before.call);
	const stop = new AbortController();

	const first = sure(await rekeyAll(ana.link, { circle: ana.circle, core: ana.circle, call }, { signal: stop.signal, onProgress: ({ done }) => done === 1 && stop.abort() }));
	const standing = sure(await keysStanding(ben.link, ben.circle, call)).value;
	const second = sure(await rekeyAll(ben.link, { circle: ben.circle, core: ben.circle, call }));
	sure(await ana.circle.rotate());
	const later = await desks.again(ben);
	const renewed = await renew(later, call);
	const third = sure(await rekeyAll(later.link, { circle: later.circle, core: later.circle, call: renewed.call }));
	const generations = await database.db.selectFrom('grant_application').select('generation').where('call_id', '=', call.call).execute();

	expect([first.left, standing.all, standing.behind.length, second.left, third.left]).toEqual([2, 3, 2, 0, 0]);
	expect(generations).toEqual([{ generation: 3 }, { generation: 3 }, { generation: 3 }]);
	for (const { receipt, application } of all) {
		expect((await desks.receipt(receipt)).parts.get('core')).toMatchObject({ ok: true });
		expect((await desks.open(later, renewed.call, application)).troubles).toEqual([]);
	}
});

test('an officer whose tab dies after the server took an application leaves it whole, and another one goes on from there', async () => {
	const before = await desks.three();
	const all = [await desks.applied(before.slug), await desks.applied(before.slug)];
	const { ana, ben } = await withoutCem(before);
	const { call } = await renew(ana, before.call);
	const dying = {
		...ana.link,
		send: async (...[method, path, body]: Parameters<typeof ana.link.send>) => {
			const answer = await ana.link.send(method, path, body);
			return path.endsWith('/keys') ? { ok: false as const, status: 0, reason: 'offline' } : answer;
		}
	};

	const died = await rekeyAll(dying, { circle: ana.circle, core: ana.circle, call });
	const between = await database.db.selectFrom('grant_application').select('generation').where('call_id', '=', call.call).orderBy('generation').execute();
	for (const { receipt } of all) expect((await desks.receipt(receipt)).parts.get('core')).toMatchObject({ ok: true });
	const done = sure(await rekeyAll(ben.link, { circle: ben.circle, core: ben.circle, call }));
	const after = await database.db.selectFrom('grant_application').select('generation').where('call_id', '=', call.call).execute();

	expect([died, between, done.left, after]).toEqual([{ ok: false, reason: 'offline' }, [{ generation: 1 }, { generation: 2 }], 0, [{ generation: 2 }, { generation: 2 }]]);
});

test('circles that read different parts are sealed anew apart, and the applicant reads all of it', async () => {
	const [ana, ben] = [await somebody(database.db, { name: 'Ana' }), await somebody(database.db, { name: 'Ben' })];
	const circles = ana.circles(api.origin);
	const founded = async (name: string) => {
		const circle = sure(await sure(await circles.foundCircle({ name, purpose: '' })).circle.add({ account: ben.account, name: ben.name })).circle;
		sure(await sure(await ben.circles(api.origin).openCircle(circle.id)).circle.accept());
		return sure(await circle.refresh()).circle;
	};
	const [core, verifiers] = [await founded('Grants desk'), await founded('Verification')];
	const officer = desks.officer(ana, core);
	const slug = `apart-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
	sure(await publishCall(officer.link, core, { draft: { slug, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inboxOf(core), identity: inboxOf(verifiers), payee: inboxOf(core) } }));
	const { receipt, application } = await desks.applied(slug);
	const rotated = sure(await verifiers.remove(ben.account)).circle;
	const open = (id: string) => circles.openCircle(id);

	const first = await renewCall(officer.link, core, { call: sure(await officer.desk.call(slug)).state, open });
	const identity = sure(await rekeyAll(officer.link, { circle: rotated, core, call: first.call }));
	const told = await desks.receipt(receipt);
	const opened = await desks.open(officer, first.call, application);
	sure(await writeToTeam(desks.line(), told, { text: 'Between the two.', files: [] }));
	const newCore = sure(await core.remove(ben.account)).circle;
	const tab = desks.officer(ana, newCore);
	const second = await renewCall(tab.link, newCore, { call: first.call, open });
	const rest = sure(await rekeyAll(tab.link, { circle: newCore, core: newCore, call: second.call }));
	const later = await desks.receipt(receipt);
	sure(await writeToTeam(desks.line(), later, { text: 'After both.', files: [] }));
	const read = await desks.open(tab, second.call, application);
	const generations = await database.db.selectFrom('grant_part').select(['part', 'generation']).where('application_id', '=', application).orderBy('part').execute();

	expect([first.renewal.kind, first.call.inboxes.identity.epoch, first.call.inboxes.core.epoch, identity.left, rest.left]).toEqual(['renewed', 2, 1, 0, 0]);
	for (const one of [told, later]) expect([...one.parts].map(([part, { ok }]) => [part, ok])).toEqual([['core', true], ['identity', true], ['payee', true], ['references', true]]);
	expect([[...opened.parts.keys()], opened.troubles]).toEqual([['core', 'references'], []]);
	expect(read.messages.map(({ text }) => text)).toEqual(['Between the two.', 'After both.']);
	expect(generations.map(({ part, generation }) => [part, generation])).toEqual([['core', 3], ['identity', 2], ['payee', 3], ['references', 3]]);
});

test('a message that comes while its thread is sealed anew is not lost', async () => {
	const before = await desks.three();
	const { receipt, application } = await desks.applied(before.slug);
	const { ana } = await withoutCem(before);
	const { call } = await renew(ana, before.call);
	let written = false;
	const link = {
		...ana.link,
		send: async (...[method, path, body]: Parameters<typeof ana.link.send>) => {
			if (path.endsWith('/keys') && !written) {
				written = true;
				sure(await writeToTeam(desks.line(), await desks.receipt(receipt), { text: 'In between.', files: [] }));
			}
			return ana.link.send(method, path, body);
		}
	};

	const done = sure(await rekeyAll(link, { circle: ana.circle, core: ana.circle, call }));
	const opened = await desks.open(ana, call, application);

	expect(done).toMatchObject({ left: 0, failed: [] });
	expect(opened.messages.map(({ text }) => text)).toEqual(['In between.']);
});

test('an applicant whose page was open while keys changed writes under the new ones', async () => {
	const before = await desks.three();
	const { receipt, application } = await desks.applied(before.slug, { second: await newReceipt() });
	const open = await desks.receipt(receipt);
	const { ana } = await withoutCem(before);
	const { call } = await renew(ana, before.call);
	sure(await rekeyAll(ana.link, { circle: ana.circle, core: ana.circle, call }));

	const written = await writeToTeam(desks.line(), open, { text: 'From an old page.', files: [] });

	expect(written).toEqual({ ok: true });
	expect((await desks.open(ana, call, application)).messages.map(({ text }) => text)).toEqual(['From an old page.']);
	expect(await database.db.selectFrom('grant_letter').select('addressee').where('application_id', '=', application).orderBy('addressee').execute()).toHaveLength(3);
});

test('applications are not sealed anew to an inbox that the call does not announce yet', async () => {
	const before = await desks.three();
	await desks.applied(before.slug);
	const { ana } = await withoutCem(before);

	expect(await rekeyAll(ana.link, { circle: ana.circle, core: ana.circle, call: before.call })).toEqual({ ok: false, reason: 'stale-inbox' });
});

test('an officer who seals anew cannot put words under the applicant’s name', async () => {
	const before = await desks.three();
	const { receipt, application } = await desks.applied(before.slug);
	const { ana } = await withoutCem(before);
	const { call } = await renew(ana, before.call);
	sure(await rekeyAll(ana.link, { circle: ana.circle, core: ana.circle, call }));
	const good = await desks.open(ana, call, application);
	const { secret } = sure(await callSecret(ana.circle, call));
	// A hostile officer has the new secret, and seals other words as if the applicant had signed them in the first generation.
	const place = { kind: 'application-references', circle: ana.circle.id, record: application, epoch: 1, version: 1 };
	const key = await partRecords(Buffer.from(good.case.now.secrets.references, 'base64url'));
	const words = utf8(canonical({ v: 1, form: 1, answers: { vouches: { kind: 'text', text: 'Somebody else' } } }));
	const forged = await sealRecord({ place, seal: { author: application, at: 0, previous: null, head: call.head }, body: words, key, signing: await callKeyOf(secret), lengths: steppedLength });
	const covered = await resealRecord({ envelope: forged, place, key, to: { epoch: 2, key } });
	await database.db.updateTable('grant_part').set({ sealed_envelope: Buffer.from(covered) }).where('application_id', '=', application).where('part', '=', 'references').execute();
	// And even the generation in which something was signed belongs to what was signed.
	await database.db.updateTable('grant_part').set({ written: 2 }).where('application_id', '=', application).where('part', '=', 'identity').execute();

	const said = await desks.open(ana, call, application);
	const told = await desks.receipt(receipt);

	expect(good.troubles).toEqual([]);
	expect(said.troubles.map(({ part, trouble }) => [part, trouble.kind])).toEqual([['identity', 'forged'], ['references', 'forged']]);
	expect([told.parts.get('identity'), told.parts.get('references')]).toEqual([{ ok: false, kind: 'forged' }, { ok: false, kind: 'forged' }]);
});
