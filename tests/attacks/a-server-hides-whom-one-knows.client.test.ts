import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { add } from '#lib/circles/client/acts.ts';
import { CircleCore, type Contacts } from '#lib/circles/client/core.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { startApi, type ApiServer } from '../api-server.ts';
import { memoryStore, somebody, type Somebody } from '../somebody.ts';
import { flipped, startHostile, type Hostile, type Tampering } from './hostile.ts';

let database: TestDatabase;
let api: ApiServer;
let hostile: Hostile;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	hostile = await startHostile(api.origin);
});

afterEach(() => hostile.calm());

afterAll(async () => {
	await hostile[Symbol.asyncDispose]();
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

interface Told {
	records: { record: string; envelope: string }[];
	more: boolean;
}

function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}

async function people<Names extends readonly string[]>(...names: Names): Promise<{ [At in keyof Names]: Somebody }> {
	return (await Promise.all(names.map((name) => somebody(database.db, { name })))) as { [At in keyof Names]: Somebody };
}

/** A tab of somebody's browser, begun anew: it remembers what the browser does, and holds nothing else. */
const openAnew = async (who: Somebody, id: string, store = who.store): Promise<OpenCircle> => sure(await who.circles(hostile.origin, store).openCircle(id)).circle;

/** What a piece of work comes to: a reason, the kind of a trouble that is thrown, or that it was done. */
async function comesTo(work: Promise<{ readonly ok: boolean; readonly reason?: string }>): Promise<string | undefined> {
	try {
		const outcome = await work;
		return outcome.ok ? 'done' : outcome.reason;
	} catch (error) {
		if (error instanceof VaultTrouble) return `trouble: ${error.kind}`;
		throw error;
	}
}

/** Ana compared words with Ben. Chi, a steward of her circle, adds a second account that calls itself Ben. */
async function stage(): Promise<{ ana: Somebody; chi: Somebody; impostor: Somebody; id: string; own: string }> {
	const [ana, ben, impostor, chi] = await people('Ana', 'Ben', 'Ben', 'Chi');
	const circles = ana.circles(hostile.origin);
	const { own } = sure(await circles.openOwnCircle());
	sure(await own.saveContact({ account: ben.account, name: 'Ben', acquaintance: 'verified', met: 'introduction', invitation: null, circle: null }));
	const founded = sure(await circles.foundCircle({ name: 'Legal aid', purpose: '' })).circle;
	const withChi = sure(await founded.add({ account: chi.account, name: 'Chi' })).circle;
	sure(await (await openAnew(chi, withChi.id)).accept());
	sure(await sure(await withChi.refresh()).circle.makeSteward(chi.account, true));
	sure(await (await openAnew(chi, withChi.id)).add({ account: impostor.account, name: 'Ben' }));
	return { ana, chi, impostor, id: withChi.id, own: own.circle.id };
}

describe('that somebody took the name of a friend stops writing, however a server hides the friend', () => {
	let staged: Awaited<ReturnType<typeof stage>>;
	beforeAll(async () => {
		staged = await stage();
	});
	const records = (): RegExp => new RegExp(`${staged.own}/records`);
	const own = (): RegExp => new RegExp(staged.own);
	const lies: readonly [string, () => Tampering][] = [
		['leaves the records of one’s own circle out', () => ({ name: 'leaves contacts out', path: records(), json: () => ({ records: [], more: false }) })],
		['says that there are more of them, and hands out none', () => ({ name: 'no end', path: records(), json: () => ({ records: [], more: true }) })],
		['flips a bit in a contact', () => ({ name: 'flips a contact', path: records(), json: (answer: Told) => void answer.records.forEach((one) => (one.envelope = flipped(one.envelope))) })],
		['cannot hand out one’s own circle', () => ({ name: 'own 503', path: own(), refuse: { status: 503, reason: 'failed' } })],
		['says that one’s own circle is not there', () => ({ name: 'own 404', path: own(), refuse: { status: 404, reason: 'not-found' } })],
		['asks for patience with one’s own circle', () => ({ name: 'own 429', path: own(), refuse: { status: 429, reason: 'slow-down', retryAfterSeconds: 1 } })],
		['cannot list circles', () => ({ name: 'list 503', path: /\/api\/circles$/, refuse: { status: 503, reason: 'failed' } })],
		['hides that there is a circle of one’s own', () => ({ name: 'hides own', path: /\/api\/circles$/, json: (answer: { circles: { own: boolean }[] }) => void (answer.circles = answer.circles.filter((one) => !one.own)) })]
	];

	test('with an honest server', async () => {
		const circle = await openAnew(staged.ana, staged.id);

		expect(circle.contactsFailed).toBeUndefined();
		expect(circle.members.find(({ account }) => account === staged.impostor.account)?.acquaintance).toBe('changed');
		expect(await comesTo(circle.writePaper({ title: 'Hearing', text: 'Tuesday', basedOn: [] }))).toBe('not-compared');
	});

	test.each(lies)('one that %s', async (_, lie) => {
		const told = lie();
		hostile.tamper(told);

		const circle = await openAnew(staged.ana, staged.id);
		const before = hostile.asked.length;
		const done = [
			await comesTo(circle.writePaper({ title: 'Hearing', text: 'Tuesday', basedOn: [] })),
			await comesTo(circle.write({ kind: 'note', body: 'Tuesday' })),
			await comesTo(circle.upload({ file: new Blob(['Tuesday']), name: 'hearing.txt' })),
			await comesTo(circle.rename({ name: 'Legal aid', purpose: 'Tuesday' })),
			await comesTo(circle.add({ account: staged.impostor.account, name: 'Ben' })),
			await comesTo(circle.makeSteward(staged.chi.account, true)),
			await comesTo(circle.invite('x'.repeat(22)))
		];

		expect(done).toEqual(done.map(() => 'contacts-unread'));
		expect(hostile.asked.slice(before).filter((one) => !one.startsWith('GET'))).toEqual([]);
		expect(circle.contactsFailed).toBeDefined();
		expect(hostile.told(told.name)).toBeGreaterThan(0);
		// Reading goes on, and once the server is honest the question is answered in the same tab.
		expect(sure(await circle.list('paper')).records).toEqual([]);
		hostile.calm();
		expect(await comesTo(circle.writePaper({ title: 'Hearing', text: 'Tuesday', basedOn: [] }))).toBe('not-compared');
	});

	test('one that leaves one of two contacts out, of which one’s own circle says so loudly and notes nobody anew', async () => {
		hostile.tamper({ name: 'leaves one contact out', path: records(), json: (answer: Told) => void answer.records.shift() });

		const { own: notes } = sure(await staged.ana.circles(hostile.origin).openOwnCircle());

		expect(notes.troubles.map(({ kind, place }) => [kind, place.part])).toEqual([['rewound', 'record']]);
		expect(await notes.saveContact({ account: staged.impostor.account, name: 'Ben', acquaintance: 'seen', met: 'introduction', invitation: null, circle: null })).toEqual({ ok: false, reason: 'contacts-unread' });
		expect(hostile.told('leaves one contact out')).toBeGreaterThan(0);
	});
});

describe('whom one has met is seen before', () => {
	test('fellow members from the first opening on, in one record, so that a second account of the same name is changed', async () => {
		const [ana, ben, chi, impostor] = await people('Ana', 'Ben', 'Chi', 'Ben');
		let hers = sure(await ana.circles(hostile.origin).foundCircle({ name: 'Legal aid', purpose: '' })).circle;
		for (const one of [ben, chi]) {
			hers = sure(await hers.add({ account: one.account, name: one.name })).circle;
			sure(await (await openAnew(one, hers.id)).accept());
		}
		const before = hostile.asked.length;
		const opened = await openAnew(ana, hers.id);
		const written = hostile.asked.slice(before).filter((one) => one.startsWith('PUT'));
		const quiet = hostile.asked.length;
		const again = await openAnew(ana, hers.id);
		const askedAgain = hostile.asked.slice(quiet);
		sure(await again.makeSteward(chi.account, true));
		const honest = await comesTo((await openAnew(chi, hers.id)).add({ account: impostor.account, name: 'Ben' }));
		// Chi, who met Ben as well, works with the impostor and has another client.
		const nobodyKnown = (): Promise<Contacts> => Promise.resolve({ known: new Map(), failed: undefined });
		const core = new CircleCore({ link: chi.link(hostile.origin), id: hers.id, contacts: nobodyKnown, meet: nobodyKnown });
		sure(await core.bring());
		sure(await add(core, { account: impostor.account, name: 'Ben' }));
		const elsewhere = await openAnew(ana, hers.id, memoryStore());

		expect(opened.members.map(({ acquaintance }) => acquaintance)).toEqual(['me', 'seen', 'seen']);
		expect(written.length).toBe(1);
		expect(honest).toBe('not-compared');
		expect(askedAgain.filter((one) => !one.startsWith('GET'))).toEqual([]);
		expect(elsewhere.members.map(({ acquaintance }) => acquaintance)).toEqual(['me', 'seen', 'seen', 'changed']);
		expect(await comesTo(elsewhere.writePaper({ title: 'Hearing', text: 'Tuesday', basedOn: [] }))).toBe('not-compared');
	});

	test('nobody of a circle that one was only invited to', async () => {
		const [ana, ben] = await people('Ana', 'Ben');
		const hers = sure(await ana.circles(hostile.origin).foundCircle({ name: 'Legal aid', purpose: '' })).circle;
		sure(await hers.add({ account: ben.account, name: 'Ben' }));

		const invited = await openAnew(ben, hers.id);
		const accepted = sure(await invited.accept()).circle;

		expect(invited.members.map(({ acquaintance }) => acquaintance)).toEqual(['unknown', 'me']);
		expect(accepted.members.map(({ acquaintance }) => acquaintance)).toEqual(['seen', 'me']);
	});

	test('the inviter, whose name is told by the first circle with her', async () => {
		const [ana, ben] = await people('Ana', 'Ben');
		const { own } = sure(await ben.circles(hostile.origin).openOwnCircle());
		sure(await own.saveContact({ account: ana.account, name: '', acquaintance: 'seen', met: 'inviter', invitation: null, circle: null }));
		const hers = sure(await ana.circles(hostile.origin).foundCircle({ name: 'Legal aid', purpose: '' })).circle;
		sure(await hers.add({ account: ben.account, name: 'Ben' }));

		const before = (await openAnew(ben, hers.id)).members[0];
		sure(await (await openAnew(ben, hers.id)).accept());
		const { contacts } = sure(await ben.circles(hostile.origin).openOwnCircle()).own;

		expect([before?.name, before?.acquaintance]).toEqual(['Ana', 'seen']);
		expect(contacts).toEqual([{ account: ana.account, name: 'Ana', acquaintance: 'seen', met: 'inviter', invitation: null, circle: null }]);
	});
});

test('a list that leaves out what this browser has seen names it, at whichever end it begins and on whichever page', async () => {
	const [ana] = await people('Ana');
	const circle = sure(await ana.circles(hostile.origin).foundCircle({ name: 'Legal aid', purpose: '' })).circle;
	const ids: string[] = [];
	for (const title of ['One', 'Two', 'Three', 'Four', 'Five']) ids.push(sure(await circle.writePaper({ title, text: '', basedOn: [] })).written.record);
	sure(await circle.list('paper'));
	const shown = async (order: 'newest' | 'oldest', limit: number): Promise<unknown[]> => {
		const anew = await openAnew(ana, circle.id);
		const all: unknown[] = [];
		for (let after: string | undefined; ; ) {
			const page = sure(await anew.list('paper', { order, limit, after }));
			all.push(...page.records.map((one) => (one.ok ? ids.indexOf(one.record) : [one.trouble.kind, ids.indexOf(one.record)])));
			if (page.next === undefined) return all;
			after = page.next;
		}
	};
	const without = (at: number): Tampering => ({ name: 'leaves a paper out', path: /kind=paper/, json: (answer: Told) => void (answer.records = answer.records.filter(({ record }) => record !== ids[at])) });

	expect(await shown('newest', 2)).toEqual([4, 3, 2, 1, 0]);
	expect(await shown('oldest', 50)).toEqual([0, 1, 2, 3, 4]);
	for (const at of [0, 1, 2, 3, 4]) {
		const calm = hostile.tamper(without(at));
		expect((await shown('newest', 2)).filter(Array.isArray), `paper ${at}, two by two`).toEqual([['rewound', at]]);
		expect((await shown('newest', 50)).filter(Array.isArray), `paper ${at}, newest first`).toEqual([['rewound', at]]);
		expect((await shown('oldest', 50)).filter(Array.isArray), `paper ${at}, oldest first`).toEqual([['rewound', at]]);
		calm();
	}
	// A browser that has seen nothing cannot miss anything.
	hostile.tamper(without(0));
	const elsewhere = await openAnew(ana, circle.id, memoryStore());
	expect(sure(await elsewhere.list('paper')).records.every(({ ok }) => ok)).toBe(true);
});

test('a paper that somebody moved to the top meanwhile is not missed further down', async () => {
	const [ana, ben] = await people('Ana', 'Ben');
	const founded = sure(await ana.circles(hostile.origin).foundCircle({ name: 'Legal aid', purpose: '' })).circle;
	const circle = sure(await founded.add({ account: ben.account, name: 'Ben' })).circle;
	const his = sure(await (await openAnew(ben, circle.id)).accept()).circle;
	const ids: string[] = [];
	for (const title of ['One', 'Two', 'Three', 'Four']) ids.push(sure(await his.writePaper({ title, text: '', basedOn: [] })).written.record);
	sure(await circle.list('paper'));

	const first = sure(await circle.list('paper', { limit: 2 }));
	sure(await his.writePaper({ record: ids[0]!, title: 'One', text: 'Moved', basedOn: [1] }));
	const second = sure(await circle.list('paper', { limit: 2, after: first.next }));

	expect([...first.records, ...second.records].map(({ ok, record }) => [ok, ids.indexOf(record)])).toEqual([
		[true, 3],
		[true, 2],
		[true, 1]
	]);
});
