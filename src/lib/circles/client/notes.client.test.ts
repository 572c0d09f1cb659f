import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { sure } from '../../../../tests/desk-officers.ts';
import { startHostile, type Hostile, type Tampering } from '../../../../tests/attacks/hostile.ts';
import { openLine } from '../../../../tests/line.ts';
import { memoryStore, somebody, type Somebody } from '../../../../tests/somebody.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { randomId } from '#lib/vault/envelope.ts';
import type { OpenCircle, OpenNote } from './open-circle.ts';
import { VaultTrouble } from './trouble.ts';

let database: TestDatabase;
let api: ApiServer;
let hostile: Hostile;
let ana: Somebody;
let ben: Somebody;
let circle: string;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	hostile = await startHostile(api.origin);
	ana = await somebody(database.db, { name: 'Ana' });
	ben = await somebody(database.db, { name: 'Ben', role: 'member' });
	const hers = sure(await ana.circles(api.origin).foundCircle({ name: 'A workshop', purpose: '' })).circle;
	circle = hers.id;
	sure(await hers.add({ account: ben.account, name: 'Ben' }));
	sure(await sure(await ben.circles(api.origin).openCircle(circle)).circle.accept());
});

afterEach(() => hostile.calm());

afterAll(async () => {
	await hostile[Symbol.asyncDispose]();
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

/** A circle in a tab of its own, whose browser has seen nothing before. */
async function tab(who: Somebody, origin = api.origin): Promise<OpenCircle> {
	return sure(await who.circles(origin, memoryStore()).openCircle(circle)).circle;
}

async function opened(who: Somebody, note: string, origin = api.origin): Promise<OpenNote> {
	const one = sure(await (await tab(who, origin)).note(note)).note;
	sure(await one.bring());
	return one;
}

/** Types at the end of a paragraph, and sends it if told. */
async function write(note: OpenNote, words: string, { paragraph = 'first', send = true } = {}): Promise<void> {
	for (const letter of words) note.text.type(paragraph, [{ at: note.text.textOf(paragraph).length, remove: 0, insert: letter }]);
	if (send) sure(await note.send());
}

const shown = ({ text }: OpenNote): string[] => text.paragraphs.map((one) => one.text);

async function troubleOf(work: Promise<unknown>): Promise<string> {
	return work.then(
		() => 'believed',
		(error: unknown) => {
			if (error instanceof VaultTrouble) return error.kind;
			throw error;
		}
	);
}

test('several people write in one note at once, in two directions of writing, and all of them read all of it', async () => {
	const note = randomId();
	const [hers, his, third] = [await opened(ana, note), await opened(ben, note), await opened(ben, note)];

	const second = hers.text.split('first', 0);
	await write(hers, 'Solidarity is a practice.');
	await write(his, 'التضامن ممارسة.', { paragraph: 'first' });
	await write(hers, 'It needs time.', { paragraph: second });
	for (const one of [hers, his, third]) sure(await one.bring());

	expect(shown(hers)).toEqual(shown(his));
	expect(shown(third)).toEqual(shown(hers));
	expect(shown(hers)[0]).toContain('Solidarity is a practice.');
	expect(shown(hers)[0]).toContain('التضامن ممارسة.');
	expect(shown(hers)[1]).toBe('It needs time.');
});

test('whoever has a note open hears of what others write without asking again', async () => {
	const note = randomId();
	const [hers, his] = [await opened(ana, note), await opened(ben, note)];
	const begun = performance.now();

	const heard = his.bring({ wait: true });
	await write(hers, 'Now.');
	sure(await heard);

	expect(shown(his)).toEqual(['Now.']);
	// Whoever is told nothing is answered after 25 seconds.
	expect(performance.now() - begun).toBeLessThan(20_000);
});

test('an hour without a line loses nothing, though keys were changed and a snapshot took the place of updates meanwhile', async () => {
	const note = randomId();
	await using line = await openLine(api.origin);
	const [hers, his] = [await opened(ana, note), await opened(ben, note, line.origin)];
	await write(his, 'Before. ');
	sure(await hers.bring());

	line.cutAfter({ up: 0 });
	await write(his, 'Written in the dark. ', { send: false });
	const offline = await his.send();
	const kept = his.text.split('first', 8);
	await write(his, 'A paragraph of his. ', { paragraph: kept, send: false });
	for (let at = 0; at < 205; at++) await write(hers, `${at} `);
	sure(await sure(await ana.circles(api.origin).openCircle(circle)).circle.rotate());
	await write(hers, 'After the new key.');
	const rows = await database.db.selectFrom('circle_note').select(['snapshot_seq', 'last_seq']).where('id', '=', note).executeTakeFirstOrThrow();

	line.mend();
	sure(await his.send());
	sure(await his.bring());
	sure(await hers.bring());
	const anew = await opened(ana, note);

	expect(offline).toEqual({ ok: false, reason: 'offline' });
	expect(rows.snapshot_seq).toBeGreaterThan(0);
	expect(shown(his)).toEqual(shown(hers));
	expect(shown(anew)).toEqual(shown(hers));
	const all = shown(anew).join('|');
	for (const words of ['Before. ', 'Written in the dark. ', 'A paragraph of his. ', '204 ', 'After the new key.']) expect(all).toContain(words);
});

test('an update whose answer was lost is kept once', async () => {
	const note = randomId();
	const his = await opened(ben, note, hostile.origin);
	hostile.tamper({ name: 'takes it and says nothing', path: /\/notes\/.*\?epoch=/, method: 'POST', cut: 'after', times: 1 });
	await write(his, 'Once.', { send: false });

	const first = await his.send();
	const again = await his.send();
	sure(await his.bring());

	expect([first.ok, again.ok, hostile.told('takes it and says nothing')]).toEqual([false, true, 1]);
	expect(shown(await opened(ana, note))).toEqual(['Once.']);
	expect(await database.db.selectFrom('circle_note_update').select('seq').where('note_id', '=', note).execute()).toHaveLength(1);
	hostile.calm();
});

test('what a device was asked to keep is sent by the next opening', async () => {
	const note = randomId();
	const before = await opened(ben, note);
	await write(before, 'Arrived. ');
	await write(before, 'Kept on the device.', { send: false });
	const kept = before.unsent();

	const after = await opened(ben, note);
	after.bringBack(kept!);
	expect(after.hasUnsent).toBe(true);
	sure(await after.send());

	expect(shown(await opened(ana, note))).toEqual(['Arrived. Kept on the device.']);
	expect(after.hasUnsent).toBe(false);
});

interface News {
	last: number;
	snapshot: { at: number; envelope: string } | null;
	updates: { epoch: number; envelope: string }[];
}

const path = /\/notes\/[\w-]+\?after=/;

/** What a server can do to a note that several have written in, and what becomes of it. */
const lies: readonly (readonly [Tampering, string])[] = [
	[{ name: 'leaves one update out', path, json: (news: News) => void news.updates.splice(1, 1) }, 'rewound'],
	[{ name: 'changes the order', path, json: (news: News) => void news.updates.splice(1, 2, news.updates[2]!, news.updates[1]!) }, 'rewound'],
	[{ name: 'counts more than it shows', path, json: (news: News) => void (news.last += 1) }, 'rewound'],
	[{ name: 'mixes in one of before', path, json: (news: News) => void news.updates.splice(2, 0, news.updates[0]!) }, 'forked'],
	[{ name: 'puts one under another key', path, json: (news: News) => void (news.updates[1]!.epoch = 99) }, 'rewound'],
	[{ name: 'alters a bit', path, json: (news: News) => void (news.updates[1]!.envelope = news.updates[1]!.envelope.replace(/.(?=.{20}$)/, (letter) => (letter === 'A' ? 'B' : 'A'))) }, 'damaged'],
	[{ name: 'answers in another shape', path, json: () => ({ last: 'three', closed: false, snapshot: null, updates: [] }) }, 'unknown-format']
];

test.each(lies)('a server that $name is noticed', async (lie, kind) => {
	const note = randomId();
	const [hers, his] = [await opened(ana, note), await opened(ben, note)];
	await write(hers, 'One. ');
	sure(await his.bring());
	await write(his, 'Two. ');
	sure(await hers.bring());
	await write(hers, 'Three. ');
	await write(hers, 'Four. ');
	const reader = sure(await (await tab(ben, hostile.origin)).note(note)).note;
	hostile.tamper(lie);

	const found = await troubleOf(reader.bring());

	expect([found, hostile.told(lie.name) > 0]).toEqual([kind, true]);
	hostile.calm();
	expect(await troubleOf((await opened(ben, note)).bring())).toBe('believed');
});

test('a server that keeps updates back from one writer is caught by everybody as soon as that writer writes', async () => {
	const note = randomId();
	const [hers, his] = [await opened(ana, note), await opened(ben, note, hostile.origin)];
	await write(hers, 'One. ');
	await write(hers, 'Two. ');
	hostile.tamper({ name: 'shows the first alone', path, json: (news: News) => Object.assign(news, { last: 1, updates: news.updates.slice(0, 1) }) });
	sure(await his.bring());
	await write(his, 'Three. ');

	// From now on he is told that his own is the second one.
	hostile.calm();
	hostile.tamper({ name: 'shows another second one', path, json: (news: News) => (news.updates.length < 2 ? news : Object.assign(news, { last: 2, updates: [news.updates[1]] })) });
	const found = await troubleOf(his.bring());
	await write(his, 'Four. ');
	const forHer = await troubleOf(hers.bring());

	expect([found, forHer]).toEqual(['believed', 'forked']);
});

test('a browser that has read a note is not shown an older one tomorrow', async () => {
	const note = randomId();
	const store = memoryStore();
	const his = async (origin: string): Promise<OpenNote> => sure(await sure(await ben.circles(origin, store).openCircle(circle)).circle.note(note)).note;
	const hers = await opened(ana, note);
	await write(hers, 'One. ');
	await write(hers, 'Two. ');
	sure(await (await his(api.origin)).bring());
	hostile.tamper({ name: 'shows yesterday', path, json: (news: News) => Object.assign(news, { last: 1, updates: news.updates.slice(0, 1) }) });

	expect(await troubleOf((await his(hostile.origin)).bring())).toBe('rewound');
	hostile.calm();
});

test('nobody outside reads or writes, and whoever was taken out reads nothing that is written afterwards', async () => {
	const note = randomId();
	const eve = await somebody(database.db, { name: 'Eve', role: 'member' });
	const hers = await opened(ana, note);
	await write(hers, 'Among ourselves.');
	const link = eve.link(api.origin);

	expect(await link.ask(`/api/circles/${circle}/notes/${note}?after=0`)).toMatchObject({ ok: false, status: 404 });
	expect(await link.send('POST', `/api/circles/${circle}/notes/${note}?epoch=1`, new Uint8Array(100))).toMatchObject({ ok: false });
	expect(await ben.link(api.origin).send('POST', `/api/circles/${circle}/notes/${note}/close`, { at: 1, record: [] })).toMatchObject({ ok: false, reason: 'not-a-steward' });
	expect(await ben.link(api.origin).send('POST', `/api/circles/${circle}/notes/${note}?epoch=1`, new Uint8Array(100))).toMatchObject({ ok: false, reason: 'malformed' });
});

test('the database holds neither words nor who wrote them', async () => {
	const note = randomId();
	const [hers, his] = [await opened(ana, note), await opened(ben, note)];
	await write(hers, 'Canary-Of-A-Workshop');
	sure(await his.bring());
	await write(his, 'Canary-Of-Another-Hand');

	const rows = [...(await database.db.selectFrom('circle_note').selectAll().where('id', '=', note).execute()), ...(await database.db.selectFrom('circle_note_update').selectAll().where('note_id', '=', note).execute())];

	expect(rows).toHaveLength(3);
	const values = rows.flatMap((row) => Object.values(row)).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value))));
	for (const hidden of ['Canary', ana.account, ben.account, Buffer.from(ana.account, 'base64url'), Buffer.from(ben.account, 'base64url')]) expect(values.some((value) => value.includes(hidden))).toBe(false);
});

test('a closed note leaves its plain words, and nothing of how they came about', async () => {
	const note = randomId();
	const record = randomId();
	const [hers, his] = [await opened(ana, note), await opened(ben, note)];
	await write(his, 'Somebody said this.');
	sure(await hers.bring());
	await write(hers, ' And this.', { send: false });

	const left = { kind: 'workshop-notes', record, bodyOf: (text: OpenNote['text']) => ({ v: 1, paragraphs: text.paragraphs.map((one) => one.text) }) };
	const used = async (): Promise<number> => (await database.db.selectFrom('circle').select('used_bytes').where('id', '=', circle).executeTakeFirstOrThrow()).used_bytes;
	const before = await used();
	sure(await hers.close(left));
	await write(his, ' Too late.', { send: false });
	const late = await his.send();

	const read = sure(await (await tab(ben)).read(record)).opened;
	expect(read.ok && read.body).toEqual({ v: 1, paragraphs: ['Somebody said this. And this.'] });
	expect(await database.db.selectFrom('circle_note_update').selectAll().where('note_id', '=', note).execute()).toEqual([]);
	expect(await database.db.selectFrom('circle_note').selectAll().where('id', '=', note).execute()).toMatchObject([{ is_closed: true, sealed_snapshot: null }]);
	expect([late, his.isClosed, his.hasUnsent]).toEqual([{ ok: false, reason: 'closed' }, true, true]);
	expect((await opened(ben, note)).isClosed).toBe(true);
	expect(await used()).toBeLessThan(before + 400);
});
