import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { deskIn, officer } from '../../../../tests/desk.ts';
import type { DeskAct } from '../desk-act.ts';
import { somePlan } from '../fixtures.ts';
import { releaseOf } from '../released.ts';
import { isFound, searches, spanOf, workText } from '../work.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { Limiter } from '#lib/platform/limits/limits.ts';
import { actOnQuestion, questionDesk, questionsOfCluster } from './moderating.ts';
import { givePressPass, pressPass, takePressPass } from './press.ts';
import { keepPublicItem, publicItem, steerings, steerPublicItem } from './public-items.ts';
import { askQuestion, ownQuestion, sweepQuestions, voteForQuestion, withdrawQuestion, type Asking } from './questions.ts';
import { keepRelease } from './releases.ts';

const now = new Date('2026-12-08T10:20:33Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const place = { forum: 'a-made-up-forum', item: 'closing-panel' };
const content = { streams: [], documents: [] };

function worked(about: string, token: string, at = now): string {
	const span = spanOf(at);
	const numbers = Array.from({ length: searches }, (_, search) => {
		for (let found = 0; ; found++) if (isFound(createHash('sha256').update(workText({ about, span, token, search, found })).digest())) return found;
	});
	return [span, ...numbers].join(' ');
}

const newToken = () => randomBytes(16).toString('base64url');

async function stage() {
	const database = await testDatabase(inject('postgres'));
	const { db } = database;
	const desk = await deskIn(db);
	await db.transaction().execute((tx) => keepRelease(tx, desk.actor, { circle: desk.circle, version: 1, released: releaseOf(somePlan({ slug: place.forum }), { shown: new Set(), before: undefined }), shown: [] }, now));
	const ground = { db, limiter: new Limiter() };
	expect(await keepPublicItem(ground, desk.actor, { ...place, content }, now)).toEqual({ ok: true });
	let networks = 0;
	const ask = async (words: string, of: Partial<Asking> = {}, at = now) => {
		networks += 1;
		return askQuestion(ground, { ...place, words, language: 'en', lane: 'room', address: `198.51.${Math.floor(networks / 250)}.${networks % 250}`, ...of }, at);
	};
	const atDesk = async () => {
		const found = await questionDesk(db, desk.actor, place);
		if (!found.ok || !found.desk) throw new Error('no desk');
		return found.desk;
	};
	const idOf = async (words: string) => (await db.selectFrom('forum_question').select('id').where('words', '=', words).executeTakeFirstOrThrow()).id;
	return {
		db,
		desk,
		ground,
		ask,
		atDesk,
		idOf,
		/** Asks, and gives back the secret. */
		asked: async (words: string, of: Partial<Asking> = {}) => {
			const outcome = await ask(words, of);
			if (!outcome.ok) throw new Error(outcome.reason);
			return outcome.token;
		},
		act: (act: DeskAct, by = desk.actor, at = now) => db.transaction().execute((tx) => actOnQuestion(tx, by, { place, act }, at)),
		steer: (steering: (typeof steerings)[number], by = desk.actor) => db.transaction().execute((tx) => steerPublicItem(tx, by, { place, steering }, now)),
		withdraw: (token: string) => db.transaction().execute((tx) => withdrawQuestion(tx, place, token, now)),
		shown: async () => (await publicItem(db, place))?.questions.map(({ words }) => words),
		[Symbol.asyncDispose]: () => database[Symbol.asyncDispose]()
	};
}

test('what is not approved is in nothing that the public is given, and what is approved is', async () => {
	await using s = await stage();
	for (const words of ['Canary-Waits', 'Canary-Held', 'Canary-Refused', 'Canary-Merged', 'Approved at last']) await s.asked(words);
	await s.act({ do: 'move', move: 'hold', id: await s.idOf('Canary-Held') });
	await s.act({ do: 'refuse', id: await s.idOf('Canary-Refused'), reason: 'off-topic' });
	await s.act({ do: 'move', move: 'approve', id: await s.idOf('Approved at last') });
	await s.act({ do: 'merge', id: await s.idOf('Canary-Merged'), into: await s.idOf('Approved at last') });

	const found = await publicItem(s.db, place);

	expect(found?.questions.map(({ words, state }) => [words, state])).toEqual([['Approved at last', 'approved']]);
	expect(JSON.stringify(found)).not.toContain('Canary');
	expect(JSON.stringify(await s.atDesk())).toContain('Canary-Waits');
});

test('nothing of a question’s row tells who asked, when to the second, or the secret that was given out', async () => {
	await using s = await stage();
	const token = await s.asked('From whom?', { address: '203.0.113.77' });

	const [row] = await s.db.selectFrom('forum_question').selectAll().execute();

	expect(JSON.stringify(row)).not.toMatch(/203\.0\.113|:33/);
	expect(JSON.stringify(row)).not.toContain(token);
	expect(row?.arrived_at).toEqual(new Date('2026-12-08T10:20:00Z'));
	expect(JSON.stringify(await s.atDesk())).not.toContain(createHash('sha256').update(token).digest('base64'));
});

test('an author follows, votes once and takes back by the secret alone; what is taken back is gone at once', async () => {
	await using s = await stage();
	const mine = await s.asked('Mine');
	const other = await s.asked('Of somebody else');
	for (const words of ['Mine', 'Of somebody else']) await s.act({ do: 'move', move: 'approve', id: await s.idOf(words) });
	const vote = async (token: string, work?: string) => voteForQuestion(s.ground, { ...place, question: await s.idOf('Of somebody else'), token, work, address: '192.0.2.1' }, now);

	expect(await vote(mine)).toEqual({ ok: true });
	expect(await vote(mine)).toEqual({ ok: true });
	expect(await vote(newToken())).toEqual({ ok: false, reason: 'work' });
	const bought = newToken();
	expect(await vote(bought, worked(`${place.forum}/${place.item} ${await s.idOf('Of somebody else')}`, bought))).toEqual({ ok: true });
	expect(await ownQuestion(s.db, place, other)).toMatchObject({ state: 'approved', words: 'Of somebody else', votes: 2 });
	expect(await s.withdraw(newToken())).toBe(false);
	expect(await s.withdraw(mine)).toBe(true);
	expect(await s.shown()).toEqual(['Of somebody else']);
	expect(await ownQuestion(s.db, place, mine)).toMatchObject({ state: 'withdrawn', words: null });
	expect(JSON.stringify(await s.db.selectFrom('forum_question').selectAll().execute())).not.toContain('Mine');
});

test('five thousand scripted questions in half a minute are a few lines for moderators, who refuse them with one act and still find the one that was meant', async () => {
	await using s = await stage();
	await s.asked('What is done for those who could not come?');
	await s.asked('And the press?', { lane: 'press', pass: 1 });
	let taken = 0;
	for (let at = 0; at < 5000; at += 20) {
		const when = new Date(now.getTime() + (at / 5000) * 30_000);
		// One in a hundred is sent by a program that works for it.
		const outcomes = await Promise.all(Array.from({ length: 20 }, (_, more) => {
			const token = newToken();
			return s.ask(`Scripted words ${randomBytes(6).toString('hex')}`, { lane: 'stream', ...((at + more) % 100 === 0 ? { token, work: worked(`${place.forum}/${place.item}`, token, when) } : {}) }, when);
		}));
		taken += outcomes.filter(({ ok }) => ok).length;
	}
	// As if all of them had been worked for.
	await sql`insert into forum_question (id, forum, item, number, lane, language, words, cluster, state, place, arrived_at, settled_at)
		select 'scripted' || lpad(n::text, 14, '0'), ${place.forum}, ${place.item}, 10000 + n, 'stream', 'en', 'Scripted words ' || n, 'burst stream ' || n % 3, 'waiting', 10000 + n, ${now}, ${now} from generate_series(1, 4400) n`.execute(s.db);

	const begun = performance.now();
	const { waiting } = await s.atDesk();
	const tookMs = performance.now() - begun;

	expect([taken > 600, taken < 700]).toEqual([true, true]);
	expect(waiting.slice(0, 2).map(({ question }) => question.words)).toEqual(['What is done for those who could not come?', 'And the press?']);
	const bursts = waiting.filter(({ isBurst }) => isBurst);
	expect(bursts.reduce((all, { count }) => all + count, 0)).toBeGreaterThan(4900);
	expect(bursts.length).toBeLessThan(8);
	expect(waiting.length).toBeLessThan(140);
	// Against what grows with the square, and not against a slow machine.
	expect(tookMs).toBeLessThan(20_000);
	for (const { cluster } of bursts) expect(await s.act({ do: 'refuse-all', cluster, reason: 'flood' })).toEqual({ ok: true });
	expect((await s.atDesk()).waiting.every(({ isBurst }) => !isBurst)).toBe(true);
	expect((await s.db.selectFrom('forum_question_act').select('reason').where('act', '=', 'refuse').execute()).length).toBeGreaterThan(4900);
});

test('the same words of many people are one line, in which each can be seen, and one question once it is approved', async () => {
	await using s = await stage();
	for (const words of ['What about water?', 'what about WATER', '¿What, about: water!']) await s.asked(words);

	const [line, ...others] = (await s.atDesk()).waiting;

	expect([line?.count, line?.isBurst, others]).toEqual([3, false, []]);
	expect(await questionsOfCluster(s.db, s.desk.actor, { ...place, cluster: line!.cluster })).toMatchObject({ ok: true, questions: [{ words: 'What about water?' }, { words: 'what about WATER' }, { words: '¿What, about: water!' }] });
	await s.act({ do: 'move', move: 'approve', id: line!.question.id });
	expect((await s.atDesk()).waiting).toEqual([]);
	expect(await s.shown()).toEqual(['What about water?']);
	expect(await s.db.selectFrom('forum_question').select('merged_into').where('state', '=', 'merged').execute()).toEqual([{ merged_into: line!.question.id }, { merged_into: line!.question.id }]);
});

test('one network asks no more than the limits let it, a form sent twice is one question, and work counts once and for its own item', async () => {
	await using s = await stage();
	const address = '192.0.2.9';
	const about = `${place.forum}/${place.item}`;
	const token = newToken();

	expect(await s.ask('Twice', { address })).toMatchObject({ ok: true });
	expect(await s.ask('Twice', { address })).toEqual({ ok: false, reason: 'same-again' });
	for (let at = 0; at < 13; at++) expect(await s.ask(`Plain ${at}`, { address })).toMatchObject({ ok: true });
	expect(await s.ask('One too many', { address })).toEqual({ ok: false, reason: 'too-often' });
	expect(await s.ask('Worked for', { address, token, work: worked(about, token) })).toEqual({ ok: true, token });
	expect(await s.ask('Worked for', { address, token, work: worked(about, token) })).toEqual({ ok: true, token });
	for (const [work, at] of [[worked('another/item', token), now], [worked(about, newToken()), now], [worked(about, token), later(25)], ['', now], ['9'.repeat(50), now]] as const) {
		const fresh = newToken();
		expect(await s.ask('Not worked for', { address, token: fresh, work }, at)).toEqual({ ok: false, reason: 'work' });
	}
	expect((await s.atDesk()).waiting).toHaveLength(15);
});

test('only who is in the circle that released the forum moderates, and keepers; the acts of all stay', async () => {
	await using s = await stage();
	const member = await officer(s.db, 'member');
	const [stranger, keeper] = [await officer(s.db), await officer(s.db, 'keeper')];
	await s.asked('A question');
	const id = await s.idOf('A question');

	for (const { actor } of [stranger, member]) {
		expect(await questionDesk(s.db, actor, place)).toEqual({ ok: false, reason: 'not-found' });
		expect(await s.act({ do: 'move', move: 'approve', id }, actor)).toEqual({ ok: false, reason: 'not-found' });
		expect(await s.steer('blank', actor)).toEqual({ ok: false, reason: 'not-found' });
		expect(await givePressPass(s.ground, actor, place.forum, now)).toEqual({ ok: false, reason: 'not-found' });
		expect(await keepPublicItem(s.ground, actor, { ...place, content }, now)).toEqual({ ok: false, reason: 'not-found' });
	}
	await s.desk.add(member);
	expect(await s.act({ do: 'move', move: 'approve', id }, member.actor)).toEqual({ ok: true });
	expect(await s.act({ do: 'move', move: 'approve', id }, keeper.actor)).toEqual({ ok: false, reason: 'moved-on' });
	expect(await s.act({ do: 'refuse', id, reason: 'endangers' }, keeper.actor)).toEqual({ ok: true });
	expect(await s.db.selectFrom('forum_question_act').select(['act', 'actor', 'reason']).where('question_id', '=', id).orderBy('id').execute()).toEqual([
		{ act: 'approve', actor: member.actor.account, reason: null },
		{ act: 'refuse', actor: keeper.actor.account, reason: 'endangers' }
	]);
	await expect(s.db.deleteFrom('forum_question_act').execute()).rejects.toThrow('stay as they are');
	await expect(s.db.updateTable('forum_question_act').set({ actor: 'nobody' }).execute()).rejects.toThrow('stay as they are');
});

test('the kill switch takes every question from the public at once, and gives them back as they were', async () => {
	await using s = await stage();
	await s.asked('On the screen');
	const id = await s.idOf('On the screen');
	await s.act({ do: 'move', move: 'approve', id });
	await s.act({ do: 'move', move: 'ask', id });

	await s.steer('blank');
	expect(await publicItem(s.db, place)).toMatchObject({ isBlanked: true, questions: [] });
	await s.steer('unblank');
	expect(await publicItem(s.db, place)).toMatchObject({ isBlanked: false, questions: [{ words: 'On the screen', state: 'asked', turn: 1 }] });
	expect((await s.db.selectFrom('audit_entry').select('action').where('action', 'like', 'public-item%').orderBy('id').execute()).map(({ action }) => action)).toEqual(['public-item.open', 'public-item.blank', 'public-item.unblank']);
});

test('moderators order, tag, translate and answer; votes order nothing', async () => {
	await using s = await stage();
	for (const words of ['One', 'Two', 'Three']) {
		await s.asked(words);
		await s.act({ do: 'move', move: 'approve', id: await s.idOf(words) });
	}
	await s.db.updateTable('forum_question').set({ votes: 900 }).where('words', '=', 'Two').execute();

	expect(await s.shown()).toEqual(['One', 'Two', 'Three']);
	await s.act({ do: 'order', id: await s.idOf('Three'), to: 'first' });
	await s.act({ do: 'order', id: await s.idOf('One'), to: 'last' });
	expect(await s.shown()).toEqual(['Three', 'Two', 'One']);
	await s.act({ do: 'tag', id: await s.idOf('One'), tag: 'water' });
	await s.act({ do: 'translate', id: await s.idOf('One'), language: 'fr', words: 'Un' });
	await s.act({ do: 'answer', id: await s.idOf('One'), language: 'en', words: 'Yes.' });
	await s.act({ do: 'answer', id: await s.idOf('One'), language: 'ar', words: 'نعم.' });
	expect((await publicItem(s.db, place))?.questions.at(-1)).toMatchObject({ words: 'One', state: 'answered', translations: { fr: 'Un' }, answer: { original: 'en', in: { en: 'Yes.', ar: 'نعم.' } } });
	await s.act({ do: 'answer', id: await s.idOf('One'), language: 'en', words: '' });
	expect((await publicItem(s.db, place))?.questions.at(-1)).toMatchObject({ answer: { original: 'ar' } });
});

test('after the end no question is taken, the counts by lane and reason are public, and what was never shown is deleted in time', async () => {
	await using s = await stage();
	for (const words of ['Shown', 'Refused', 'Never looked at']) await s.asked(words);
	const token = await s.asked('Press asks', { lane: 'press', pass: 1 });
	await s.act({ do: 'move', move: 'approve', id: await s.idOf('Shown') });
	await s.act({ do: 'refuse', id: await s.idOf('Refused'), reason: 'abusive' });
	await voteForQuestion(s.ground, { ...place, question: await s.idOf('Shown'), token, address: '192.0.2.1' }, now);
	expect((await publicItem(s.db, place))?.counts).toBeUndefined();
	await s.steer('close');

	expect(await s.ask('Too late')).toEqual({ ok: false, reason: 'closed' });
	expect((await publicItem(s.db, place))?.counts).toEqual([
		{ lane: 'press', state: 'waiting', reason: null, count: 1 },
		{ lane: 'room', state: 'approved', reason: null, count: 1 },
		{ lane: 'room', state: 'refused', reason: 'abusive', count: 1 },
		{ lane: 'room', state: 'waiting', reason: null, count: 1 }
	]);
	const left = async () => (await s.db.selectFrom('forum_question').select('words').where('words', 'is not', null).orderBy('number').execute()).map(({ words }) => words);
	await sweepQuestions(s.db, later(23 * 60));
	expect(await left()).toEqual(['Shown', 'Refused', 'Never looked at', 'Press asks']);
	await sweepQuestions(s.db, later(25 * 60));
	expect(await left()).toEqual(['Shown', 'Never looked at', 'Press asks']);
	expect(await s.db.selectFrom('forum_question_vote').selectAll().execute()).toEqual([]);
	await sweepQuestions(s.db, later(8 * 24 * 60));
	expect(await left()).toEqual(['Shown']);
	expect(await ownQuestion(s.db, place, token)).toMatchObject({ state: 'waiting', words: null });
	await sweepQuestions(s.db, later(31 * 24 * 60));
	expect(await ownQuestion(s.db, place, token)).toBeUndefined();
	expect((await publicItem(s.db, place))?.counts).toHaveLength(4);
});

test('a press pass opens its lane until it is taken back, and the database cannot give it away', async () => {
	await using s = await stage();
	const given = await givePressPass(s.ground, s.desk.actor, place.forum, now);
	if (!given.ok) throw new Error(given.reason);
	const { number, secret } = given;

	expect(await pressPass(s.db, { forum: place.forum, secret })).toBe(1);
	expect(await pressPass(s.db, { forum: 'another', secret })).toBeUndefined();
	expect(JSON.stringify(await s.db.selectFrom('forum_press_pass').selectAll().execute())).not.toContain(secret);
	expect((await s.atDesk()).passes).toEqual([1]);
	expect(await takePressPass(s.ground, s.desk.actor, { forum: place.forum, number }, now)).toEqual({ ok: true });
	expect(await pressPass(s.db, { forum: place.forum, secret })).toBeUndefined();
	expect(await takePressPass(s.ground, s.desk.actor, { forum: place.forum, number }, now)).toEqual({ ok: false, reason: 'not-found' });
});
