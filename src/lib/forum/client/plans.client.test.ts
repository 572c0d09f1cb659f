import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { sure } from '../../../../tests/desk-officers.ts';
import { somebody, type Somebody } from '../../../../tests/somebody.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { changed, lasting, withItem } from '../editing.ts';
import { someItem, somePerson, somePlan, words } from '../fixtures.ts';
import { keepNewPlan, keepPlan, nextRelease, openPlan, plansIn, release } from './plans.ts';

let database: TestDatabase;
let api: ApiServer;
let ana: Somebody;
let ben: Somebody;
let hers: OpenCircle;
let his: OpenCircle;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	ana = await somebody(database.db, { name: 'Ana' });
	ben = await somebody(database.db, { name: 'Ben' });
	hers = sure(await ana.circles(api.origin).foundCircle({ name: 'Convenors', purpose: '' })).circle;
	hers = sure(await hers.add({ account: ben.account, name: 'Ben' })).circle;
	his = sure(await sure(await ben.circles(api.origin).openCircle(hers.id)).circle.accept()).circle;
	hers = sure(await hers.refresh()).circle;
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const plan = somePlan({
	slug: 'a-made-up-forum',
	people: [somePerson('ana', { shownAs: { name: 'Made-up Ana', office: null } }), somePerson('ben')],
	items: [someItem({ id: 'opening', people: [{ id: 'ana', role: 'chair' }, { id: 'ben', role: 'speaker' }] })]
});

test('a plan is kept in its circle, where another convenor opens it whole and the server reads none of it', async () => {
	const kept = sure(await keepNewPlan(hers, { ...plan, people: [...plan.people, somePerson('canary', { name: 'Canary-Of-A-Guest' })] }));

	expect(sure(await openPlan(his, kept.record.record)).plan).toEqual(kept.plan);
	expect(sure(await plansIn(his)).plans.map((one) => 'plan' in one && one.plan.slug)).toContain('a-made-up-forum');
	const rows = await database.db.selectFrom('circle_record').selectAll().where('id', '=', kept.record.record).execute();
	expect(rows.length).toBeGreaterThan(0);
	expect(rows.some((row) => Object.values(row).some((value) => Buffer.isBuffer(value) && value.includes('Canary')))).toBe(false);
});

test('two convenors who keep at once lose nothing, and whoever was later is told what both had changed', async () => {
	const first = sure(await keepNewPlan(hers, { ...plan, slug: 'kept-at-once' }));
	const seen = sure(await openPlan(his, first.record.record));

	const theirs = sure(await keepPlan(hers, { plan: withItem(lasting(first.plan, 'opening', 30), someItem({ id: 'hers' })), based: first }));
	const merged = sure(await keepPlan(his, { plan: withItem(changed(seen.plan, 'opening', (item) => ({ ...item, title: words('His') })), someItem({ id: 'his' })), based: seen }));

	expect(theirs.clashes).toEqual([]);
	expect(merged.clashes).toEqual(['items.opening']);
	expect(sure(await openPlan(hers, first.record.record)).plan.items.map(({ id, title }) => [id, title.in.en])).toEqual([['opening', 'His'], ['hers', 'Item hers'], ['his', 'Item his']]);
});

test('a convenor sees what the next release would change, and who would be shown, before anybody else does', async () => {
	const link = ana.link(api.origin);
	const first = sure(await nextRelease(link, plan)).next;
	sure(await release(link, hers, first));

	const next = sure(await nextRelease(link, { ...lasting(plan, 'opening', 90), people: [somePerson('ana'), somePerson('ben', { shownAs: { name: 'Made-up Ben', office: words('An office') } })] })).next;

	expect([first.version, first.changes, first.newlyShown.map(({ name }) => name)]).toEqual([1, null, ['Made-up Ana']]);
	expect([next.version, next.changes?.map(({ kind }) => kind), next.newlyShown.map(({ name }) => name), next.shownNoMore.map(({ name }) => name)]).toEqual([2, ['moved'], ['Made-up Ben'], ['Made-up Ana']]);
	expect(await release(link, hers, first)).toEqual({ ok: true, version: 1 });
	expect([first.isSame, next.isSame, sure(await nextRelease(link, plan)).next.isSame]).toEqual([false, false, true]);
	expect(sure(await nextRelease(link, changed(plan, 'opening', (item) => ({ ...item, people: [] })))).next).toMatchObject({ isSame: false, changes: [] });
	expect(await release(ben.link(api.origin), his, { ...next, version: 5 })).toEqual({ ok: false, reason: 'moved-on' });
});

test('a plan whose words are missing is not released, and neither is one by somebody outside of its circle', async () => {
	const stranger = await somebody(database.db, { name: 'Stranger' });
	const link = ana.link(api.origin);
	const next = sure(await nextRelease(link, { ...plan, slug: 'another-forum' })).next;

	expect(await nextRelease(link, { ...plan, title: { original: 'en', in: { en: ' ' } } })).toEqual({ ok: false, reason: 'not-ready' });
	expect(await release(stranger.link(api.origin), hers, next)).toEqual({ ok: false, reason: 'not-found' });
});
