import { afterEach, beforeAll, afterAll, expect, inject, test } from 'vitest';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { startHostile, type Hostile } from '../../../../tests/attacks/hostile.ts';
import { memoryStore, somebody, type Somebody } from '../../../../tests/somebody.ts';
import type { OpenCircle } from './open-circle.ts';

let database: TestDatabase;
let api: ApiServer;
/** Honest here; it only counts requests, and loses connections where a test says so. */
let line: Hostile;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	line = await startHostile(api.origin);
});

afterEach(() => line.calm());

afterAll(async () => {
	await line[Symbol.asyncDispose]();
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}

async function people<Names extends readonly string[]>(...names: Names): Promise<{ [At in keyof Names]: Somebody }> {
	return (await Promise.all(names.map((name) => somebody(database.db, { name })))) as { [At in keyof Names]: Somebody };
}

const openIn = async (who: Somebody, id: string): Promise<OpenCircle> => sure(await who.circles(line.origin).openCircle(id)).circle;

/** A circle of the first, with the others in it, all of whom accepted. Each gets it as they have it open. */
async function circleOf<Members extends readonly Somebody[]>(...members: Members): Promise<{ [At in keyof Members]: OpenCircle }> {
	const [first, ...others] = members;
	let circle = sure(await first!.circles(line.origin).foundCircle({ name: 'Legal aid', purpose: 'Court dates' })).circle;
	for (const { account, name } of others) circle = sure(await circle.add({ account, name })).circle;
	const theirs: OpenCircle[] = [];
	for (const other of others) theirs.push(sure(await (await openIn(other, circle.id)).accept()).circle);
	return [sure(await circle.refresh()).circle, ...theirs] as { [At in keyof Members]: OpenCircle };
}

/** Somebody added by a second steward, who does not know whom the first one knows. */
async function addedByOther(circle: OpenCircle, { steward, account, name }: { steward: Somebody; account: string; name: string }): Promise<OpenCircle> {
	const withSteward = sure(await circle.add({ account: steward.account, name: steward.name })).circle;
	sure(await (await openIn(steward, circle.id)).accept());
	sure(await sure(await withSteward.refresh()).circle.makeSteward(steward.account, true));
	sure(await (await openIn(steward, circle.id)).add({ account, name }));
	return sure(await withSteward.refresh()).circle;
}

const seen = ({ members }: OpenCircle): unknown => members.map(({ name, steward, accepted, acquaintance }) => [name, steward, accepted, acquaintance]);

test('three people share a circle, and read what each of them wrote', async () => {
	const [ana, ben, chi] = await people('Ana', 'Ben', 'Chi');
	const [hers, his] = await circleOf(ana, ben);

	const withChi = sure(await hers.add({ account: chi.account, name: 'Chi from the north' })).circle;
	const { written } = sure(await his.writePaper({ title: 'Hearing', text: 'Tuesday, room 4', basedOn: [] }));
	const chis = await openIn(chi, hers.id);
	const read = sure(await chis.paper(written.record)).paper;

	expect(read.versions.map(({ opened, paper }) => [opened.author, paper.text])).toEqual([[ben.account, 'Tuesday, room 4']]);
	expect(chis.about).toEqual({ name: 'Legal aid', purpose: 'Court dates' });
	expect(seen(withChi)).toEqual([
		['Ana', true, true, 'me'],
		['Ben', false, true, 'seen'],
		['Chi from the north', false, false, 'unknown']
	]);
	expect(await chis.writePaper({ title: 'Too soon', text: '', basedOn: [] })).toEqual({ ok: false, reason: 'not-accepted' });
	expect(seen(sure(await chis.accept()).circle)).toEqual([
		['Ana', true, true, 'seen'],
		['Ben', false, true, 'seen'],
		['Chi', false, true, 'me']
	]);
});

test('who leaves makes the next key due; the next writer begins it, and writes under it', async () => {
	const [ana, ben, chi] = await people('Ana', 'Ben', 'Chi');
	const [hers, his, chis] = await circleOf(ana, ben, chi);

	sure(await his.leave());
	const written = sure(await chis.write({ kind: 'note', body: 'after the leaving' }));
	const anas = sure(await hers.refresh()).circle;

	expect(written.written.epoch).toBe(2);
	expect([anas.state.epochs.length, anas.state.rotationDue, [...anas.state.members.keys()]]).toEqual([2, false, [ana.account, chi.account]]);
	expect(await his.refresh()).toEqual({ ok: false, reason: 'removed' });
	expect(await his.write({ kind: 'note', body: 'too late' })).toEqual({ ok: false, reason: 'removed' });
	expect(await his.list('note')).toEqual({ ok: false, reason: 'removed' });
	expect(await hers.leave()).toEqual({ ok: false, reason: 'last-steward' });
});

test('two stewards who change the key at the same moment begin one epoch, and both have it', async () => {
	const [ana, ben] = await people('Ana', 'Ben');
	const [first] = await circleOf(ana, ben);
	const hers = sure(await first.makeSteward(ben.account, true)).circle;
	const his = await openIn(ben, hers.id);

	const [one, other] = await Promise.all([hers.rotate(), his.rotate()]);

	expect([sure(one).circle.state.head, sure(one).circle.state.epochs.length]).toEqual([sure(other).circle.state.head, 2]);
	sure(await sure(one).circle.write({ kind: 'note', body: 'from Ana' }));
	sure(await sure(other).circle.write({ kind: 'note', body: 'from Ben' }));
	const page = sure(await sure(other).circle.list('note'));
	expect(page.records.map((record) => (record.ok ? [record.body, record.epoch] : record.trouble))).toEqual([
		['from Ben', 2],
		['from Ana', 2]
	]);
});

test('two stewards who remove two people at the same moment both succeed', async () => {
	const [ana, ben, chi, dua] = await people('Ana', 'Ben', 'Chi', 'Dua');
	const [first] = await circleOf(ana, ben, chi, dua);
	const hers = sure(await first.makeSteward(ben.account, true)).circle;
	const his = await openIn(ben, hers.id);

	const [one, other] = await Promise.all([hers.remove(chi.account), his.remove(dua.account)]);
	const now = sure(await sure(one).circle.refresh()).circle;

	expect(sure(other).ok).toBe(true);
	expect([[...now.state.members.keys()], now.state.epochs.length]).toEqual([[ana.account, ben.account], 3]);
});

test('two who edit a paper at once both keep their words, side by side, until somebody merges them', async () => {
	const [ana, ben] = await people('Ana', 'Ben');
	const [hers, his] = await circleOf(ana, ben);
	const { record } = sure(await hers.writePaper({ title: 'Hearing', text: 'Tuesday', basedOn: [] })).written;
	sure(await his.paper(record));

	const outcomes = await Promise.all([
		hers.writePaper({ record, title: 'Hearing', text: 'Tuesday, room 4', basedOn: [1] }),
		his.writePaper({ record, title: 'Hearing', text: 'Tuesday at nine', basedOn: [1] })
	]);
	const apart = sure(await hers.paper(record)).paper;
	sure(await hers.writePaper({ record, title: 'Hearing', text: 'Tuesday at nine, room 4', basedOn: [2, 3] }));
	const together = sure(await his.paper(record)).paper;

	expect(outcomes.map((outcome) => sure(outcome).sideBySide).sort()).toEqual([false, true]);
	expect(apart.branches).toEqual({ tips: [2, 3], common: 1, merged: undefined });
	expect(apart.versions.map(({ paper }) => paper.text).sort()).toEqual(['Tuesday', 'Tuesday at nine', 'Tuesday, room 4']);
	expect(together.branches).toEqual({ tips: [4], common: 4, merged: 4 });
});

test('a record that somebody else changed meanwhile is not written over: the newest comes back', async () => {
	const [ana, ben] = await people('Ana', 'Ben');
	const [hers, his] = await circleOf(ana, ben);
	const { written } = sure(await hers.write({ kind: 'note', body: 'first' }));
	const theirs = sure(await his.write({ kind: 'note', record: written.record, body: 'second', basedOn: written }));

	const outcome = await hers.write({ kind: 'note', record: written.record, body: 'also second', basedOn: written });

	expect(outcome).toMatchObject({ ok: false, reason: 'moved-on', newest: { ok: true, version: 2, body: 'second', hash: theirs.written.hash } });
});

test('an answer that is lost after the server has done its part does nothing twice', async () => {
	const [ana, ben] = await people('Ana', 'Ben');
	const [hers] = await circleOf(ana, ben);
	line.tamper({ name: 'loses a write', path: /\/records\//, method: 'PUT', cut: 'after', times: 1 }, { name: 'loses an entry', path: /\/log$/, method: 'POST', cut: 'after', times: 1 });

	const written = sure(await hers.write({ kind: 'note', body: 'once' }));
	const rotated = sure(await hers.rotate()).circle;
	const notes = sure(await rotated.list('note')).records;

	expect([line.told('loses a write'), line.told('loses an entry')]).toEqual([1, 1]);
	expect(notes.map((note) => (note.ok ? [note.record, note.version, note.body] : note.trouble))).toEqual([[written.written.record, 1, 'once']]);
	expect(rotated.state.epochs.length).toBe(2);
});

test('without a connection nothing is half done, and it is said', async () => {
	const [ana, ben] = await people('Ana', 'Ben');
	const [hers] = await circleOf(ana, ben);
	line.tamper({ name: 'is away', path: /./, cut: 'before' });

	expect(await hers.refresh()).toEqual({ ok: false, reason: 'offline' });
	expect(await hers.write({ kind: 'note', body: 'x' })).toEqual({ ok: false, reason: 'offline' });
	expect(await hers.remove(ben.account)).toEqual({ ok: false, reason: 'offline' });
	expect(await ana.circles(line.origin).openCircle(hers.id)).toEqual({ ok: false, reason: 'offline' });
	line.calm();
	expect([...sure(await hers.refresh()).circle.state.members.keys()]).toEqual([ana.account, ben.account]);
});

test('a closed circle can be read and not be written', async () => {
	const [ana, ben] = await people('Ana', 'Ben');
	const [hers, his] = await circleOf(ana, ben);
	const { record } = sure(await his.writePaper({ title: 'Hearing', text: 'Tuesday', basedOn: [] })).written;

	const closed = sure(await hers.close()).circle;
	const read = sure(await (await openIn(ben, hers.id)).paper(record)).paper;

	expect(closed.state.closed).toBe(true);
	expect(closed.deletedAfter).toMatch(/^\d{4}-\d\d-\d\d$/);
	expect(read.versions.map(({ paper }) => paper.text)).toEqual(['Tuesday']);
	expect(await his.writePaper({ title: 'Too late', text: '', basedOn: [] })).toEqual({ ok: false, reason: 'closed' });
	expect(await hers.add({ account: ben.account, name: 'Ben' })).toEqual({ ok: false, reason: 'already-a-member' });
	expect(await closed.rotate()).toEqual({ ok: false, reason: 'closed' });
});

test('somebody who was removed and is added again reads everything, under the name that they gave themselves', async () => {
	const [ana, ben] = await people('Ana', 'Ben');
	const [hers] = await circleOf(ana, ben);
	const without = sure(await hers.remove(ben.account)).circle;
	const { record } = sure(await without.writePaper({ title: 'Hearing', text: 'Friday', basedOn: [] })).written;

	const again = sure(await without.add({ account: ben.account, name: 'Somebody else' })).circle;
	const his = sure(await (await openIn(ben, hers.id)).accept()).circle;

	expect(again.members.map(({ name }) => name)).toEqual(['Ana', 'Ben']);
	expect(sure(await his.paper(record)).paper.versions.map(({ paper }) => paper.text)).toEqual(['Friday']);
});

test('the own circle keeps contacts, invitations and labels, on every device, and tells who is known', async () => {
	const [ana, ben, other, chi] = await people('Ana', 'Ben', 'ben', 'Chi');
	const circles = ana.circles(line.origin);
	const own = sure(await circles.openOwnCircle()).own;

	const one = sure(await own.saveContact({ account: ben.account, name: 'Ben', acquaintance: 'seen', met: 'introduction', invitation: null, circle: null })).own;
	const two = sure(await one.saveContact({ account: ben.account, name: 'Ben', acquaintance: 'verified', met: 'introduction', invitation: null, circle: null })).own;
	sure(await two.saveLabel('passkey-1', 'Phone'));
	const elsewhere = sure(await ana.circles(line.origin, memoryStore()).openOwnCircle()).own;
	let circle = sure(await circles.foundCircle({ name: 'Legal aid', purpose: '' })).circle;
	circle = sure(await circle.add({ account: ben.account, name: 'Ben' })).circle;
	const refused = await circle.add({ account: other.account, name: 'BEN ' });
	circle = await addedByOther(circle, { steward: chi, account: other.account, name: 'BEN ' });

	expect(refused).toEqual({ ok: false, reason: 'not-compared' });
	expect(elsewhere.contacts).toEqual([{ account: ben.account, name: 'Ben', acquaintance: 'verified', met: 'introduction', invitation: null, circle: null }]);
	expect([...elsewhere.labels]).toEqual([['passkey-1', 'Phone']]);
	expect(elsewhere.troubles).toEqual([]);
	expect(circle.members.map(({ acquaintance }) => acquaintance)).toEqual(['me', 'verified', 'seen', 'changed']);
	expect(elsewhere.circle.id).toBe(own.circle.id);
});

test('nothing is written where an account reads that took a name we know, until its words were compared', async () => {
	const [ana, ben, other, chi] = await people('Ana', 'Ben', 'Ben', 'Chi');
	const circles = ana.circles(line.origin);
	const own = sure(await circles.openOwnCircle()).own;
	const knows = sure(await own.saveContact({ account: ben.account, name: 'Ben', acquaintance: 'seen', met: 'introduction', invitation: null, circle: null })).own;
	const founded = sure(await circles.foundCircle({ name: 'Legal aid', purpose: '' })).circle;
	let circle = sure(await founded.add({ account: ben.account, name: 'Ben' })).circle;
	circle = await addedByOther(circle, { steward: chi, account: other.account, name: 'Ben' });
	sure(await (await openIn(other, circle.id)).accept());
	circle = sure(await circle.refresh()).circle;
	const file = new Blob(['words']);

	const refused = [
		await circle.writePaper({ title: 'Hearing', text: 'Friday', basedOn: [] }),
		await circle.write({ kind: 'paper', body: {} }),
		await circle.upload({ file, name: 'words.txt' }),
		await circle.rename({ name: 'Legal aid', purpose: 'Bail' }),
		await circle.makeSteward(other.account, true)
	];
	sure(await knows.saveContact({ account: other.account, name: 'Ben', acquaintance: 'verified', met: 'circle', invitation: null, circle: null }));
	const compared = await circle.writePaper({ title: 'Hearing', text: 'Friday', basedOn: [] });

	expect(refused).toEqual(refused.map(() => ({ ok: false, reason: 'not-compared' })));
	expect(compared.ok).toBe(true);
	expect(sure(await circle.refresh()).circle.members.map(({ acquaintance }) => acquaintance)).toEqual(['me', 'seen', 'seen', 'verified']);
});

test('two devices that open the own circle for the first time at once found one', async () => {
	const [ana] = await people('Ana');

	const [one, other] = await Promise.all([ana.circles(line.origin).openOwnCircle(), ana.circles(line.origin, memoryStore()).openOwnCircle()]);

	expect(sure(one).own.circle.id).toBe(sure(other).own.circle.id);
});

test('members found no circle but their own, and a stranger cannot tell a circle from none', async () => {
	const mia = await somebody(database.db, { name: 'Mia', role: 'member' });
	const [ana] = await people('Ana');
	const [hers] = await circleOf(ana);

	expect(await mia.circles(line.origin).foundCircle({ name: 'Mine', purpose: '' })).toEqual({ ok: false, reason: 'not-found' });
	expect(sure(await mia.circles(line.origin).openOwnCircle()).own.circle.own).toBe(true);
	expect(await mia.circles(line.origin).openCircle(hers.id)).toEqual(await mia.circles(line.origin).openCircle('AAAAAAAAAAAAAAAAAAAAAA'));
	expect(await mia.circles(line.origin).openCircle('../../secrets')).toEqual({ ok: false, reason: 'not-found' });
});

test('a circle opens with three requests, and the list of circles with three for each', async () => {
	const [ana, ben] = await people('Ana', 'Ben');
	const [hers] = await circleOf(ana, ben);
	await circleOf(ana, ben);
	const circles = ana.circles(line.origin);
	sure(await circles.openOwnCircle());
	const count = async (work: () => Promise<unknown>): Promise<number> => {
		const before = line.asked.length;
		await work();
		return line.asked.length - before;
	};

	expect(await count(() => circles.openCircle(hers.id))).toBe(3);
	expect(await count(() => circles.openCircles())).toBe(1 + 2 * 3);
	expect(sure(await circles.openCircles()).circles.map((listed) => listed.ok && listed.circle.about?.name)).toEqual(['Legal aid', 'Legal aid']);
});

test('a list is handed out page by page, each record once, whichever end it begins at', async () => {
	const [ana] = await people('Ana');
	const [hers] = await circleOf(ana);
	for (const body of ['a', 'b', 'c', 'd', 'e']) sure(await hers.write({ kind: 'note', body }));
	const all = async (order: 'newest' | 'oldest'): Promise<unknown[]> => {
		const pages: unknown[] = [];
		for (let after: string | undefined, more = true; more; more = after !== undefined) {
			const page = sure(await hers.list('note', { limit: 2, order, after }));
			pages.push(page.records.map((record) => record.ok && record.body));
			after = page.next;
		}
		return pages;
	};

	expect(await all('newest')).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
	expect(await all('oldest')).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
	expect(sure(await hers.list('paper')).records).toEqual([]);
});

test('a paper of thirty thousand words in a script of three bytes a letter fits, and one that is larger is refused before it is sent', async () => {
	const [ana] = await people('Ana');
	const [hers] = await circleOf(ana);
	const text = 'क'.repeat(255_000);

	const { written } = sure(await hers.writePaper({ title: '', text, basedOn: [] }));
	const before = line.asked.length;
	const outcome = await hers.writePaper({ title: '', text: text + text, basedOn: [] });

	expect(sure(await hers.paper(written.record)).paper.versions[0]?.paper.text).toBe(text);
	expect(outcome).toEqual({ ok: false, reason: 'too-large' });
	expect(line.asked.slice(before, before + 1)).toEqual([`GET /api/circles/${hers.id}/records/${written.record}?after=0`]);
});
