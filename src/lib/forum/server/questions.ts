import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import * as v from 'valibot';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import type { Limit } from '#lib/platform/limits/limits.ts';
import { fold } from '#lib/platform/text/fold.ts';
import { randomId } from '#lib/vault/envelope.ts';
import { isShown, movedQuestion, questionLanguages, questionWords, type QuestionLane } from '../question.ts';
import { isFound, searches, spanOf, workText } from '../work.ts';
import { minuteOf, raise, sha256Of, topicOf, type ItemPlace, type QuestionRow } from './public-items.ts';

/**
 * Note: How many questions somebody may ask.
 * A hall asks through one address, and so does everybody who comes by the onion service, so the limits leave room. Without
 * script nothing was worked for, and they are tighter. The same words from the same network within ten minutes are a form
 * that was sent twice. What comes faster into a lane than people write is kept, as one burst that moderators see as one line.
 */
const withWork = { name: 'question.worked', most: 120, perMs: 600_000 } as const satisfies Limit;
const withoutWork = { name: 'question.plain', most: 15, perMs: 600_000 } as const satisfies Limit;
const plainOfAll = { name: 'question.plain-of-all', most: 600, perMs: 600_000 } as const satisfies Limit;
const byPress = { name: 'question.press', most: 30, perMs: 3_600_000 } as const satisfies Limit;
const votesPace = { name: 'question.vote', most: 120, perMs: 600_000 } as const satisfies Limit;
const sameAgain = { name: 'question.same', most: 1, perMs: 600_000 } as const satisfies Limit;
const burst = { name: 'question.burst', most: 30, perMs: 10_000 } as const satisfies Limit;
/** Nobody reads more, and the disk ends. */
const mostArrivals = 20_000;

export interface Asking extends ItemPlace {
	readonly words: string;
	readonly language: string;
	readonly lane: QuestionLane;
	/** Of the browser's own making where there is script; else we make it. */
	readonly token?: string | undefined;
	readonly work?: string | undefined;
	/** For limits only. */
	readonly address: string;
	/** The number of a pass that was shown. */
	readonly pass?: number | undefined;
}

type Asked = { readonly ok: true; readonly token: string } | { readonly ok: false; readonly reason: 'words' | 'closed' | 'too-often' | 'same-again' | 'work' };

/** Takes a question. The same token again changes nothing and is answered as before. */
export async function askQuestion({ db, limiter }: Pick<House, 'db' | 'limiter'>, asking: Asking, now: Date): Promise<Asked> {
	const { forum, item, lane, address, pass } = asking;
	const words = questionWords(asking.words);
	if (words === undefined) return { ok: false, reason: 'words' };
	const language = questionLanguages.find((one) => one === asking.language) ?? 'und';
	const isWorked = asking.token !== undefined;
	const token = asking.token ?? randomBytes(16).toString('base64url');
	if (isWorked && (await isAsked(db, token))) return { ok: true, token };
	if (isWorked && !isWorkDone({ about: topicOf(asking), token, work: asking.work ?? '' }, now)) return { ok: false, reason: 'work' };
	const same = fold(words).replaceAll(/[^\p{L}\p{N}]+/gu, '');
	const cluster = sha256Of(same).toString('base64url').slice(0, 16);
	if (pass === undefined ? !limiter.allows(isWorked ? withWork : withoutWork, address, now) : !limiter.allows(byPress, `${forum} ${pass}`, now)) return { ok: false, reason: 'too-often' };
	if (!isWorked && pass === undefined && !limiter.allows(plainOfAll, topicOf(asking), now)) return { ok: false, reason: 'too-often' };
	if (!limiter.allows({ ...sameAgain, name: `${sameAgain.name} ${topicOf(asking)} ${cluster}` }, address, now)) return { ok: false, reason: 'same-again' };
	const isBurst = !limiter.allows(burst, `${topicOf(asking)} ${lane}`, now);
	const kept = await sql<{ id: string }>`
		with counted as (
			update forum_public_item set arrivals = arrivals + 1, desk_version = desk_version + 1
			where forum = ${forum} and item = ${item} and is_open and arrivals < ${mostArrivals}
			returning arrivals
		)
		insert into forum_question (id, forum, item, number, lane, language, words, cluster, token_hash, state, place, arrived_at, settled_at)
		select ${randomId()}, ${forum}, ${item}, arrivals, ${lane}, ${language}, ${words}, ${isBurst ? `burst ${lane} ${Math.floor(now.getTime() / burst.perMs)}` : cluster}, ${sha256Of(token)}, 'waiting', arrivals, ${minuteOf(now)}, ${minuteOf(now)}
		from counted
		on conflict (token_hash) do nothing
		returning id`.execute(db);
	if (kept.rows.length === 0 && !(await isAsked(db, token))) return { ok: false, reason: 'closed' };
	return { ok: true, token };
}

async function isAsked(db: Db, token: string): Promise<boolean> {
	return (await db.selectFrom('forum_question').select('id').where('token_hash', '=', sha256Of(token)).executeTakeFirst()) !== undefined;
}

/** What a browser sends of its work: the span, then the numbers that it found. */
const workShape = v.pipe(
	v.string(),
	v.regex(/^\d{1,9}(?: \d{1,9}){8}$/),
	v.transform((text): { readonly span: number; readonly found: readonly number[] } => {
		const [span = 0, ...found] = text.split(' ').map(Number);
		return { span, found };
	})
);

/** Whether the work was done for exactly this, in these ten minutes or the ones before. */
function isWorkDone({ about, token, work }: { readonly about: string; readonly token: string; readonly work: string }, now: Date): boolean {
	const { success, output } = v.safeParse(workShape, work);
	if (!success || !isToken(token) || output.found.length !== searches) return false;
	if (output.span > spanOf(now) + 1 || output.span < spanOf(now) - 1) return false;
	return output.found.every((found, search) => isFound(sha256Of(workText({ about, span: output.span, token, search, found }))));
}

/** Sixteen bytes as base64url. */
export function isToken(text: string): boolean {
	return /^[\w-]{21}[AQgw]$/.test(text);
}

/** What an author sees of their question. */
interface OwnQuestion extends Pick<QuestionRow, 'number' | 'lane' | 'language' | 'words' | 'state' | 'reason' | 'votes'> {
	readonly forum: string;
	readonly item: string;
	/** The number of the question that says the same. */
	readonly joined: number | null;
}

/** The question of a token; undefined for none, or for one that was forgotten. */
export async function ownQuestion(db: Db, { forum, item }: ItemPlace, token: string): Promise<OwnQuestion | undefined> {
	return db
		.selectFrom('forum_question')
		.leftJoin('forum_question as other', 'other.id', 'forum_question.merged_into')
		.select(['forum_question.forum', 'forum_question.item', 'forum_question.number', 'forum_question.lane', 'forum_question.language', 'forum_question.words', 'forum_question.state', 'forum_question.reason', 'forum_question.votes', 'other.number as joined'])
		.where('forum_question.token_hash', '=', sha256Of(token))
		.where('forum_question.forum', '=', forum)
		.where('forum_question.item', '=', item)
		.executeTakeFirst();
}

/** Takes an author's question back, wherever it stands: its words, their translations and an answer to them are deleted at once. */
export async function withdrawQuestion(tx: Tx, { forum, item }: ItemPlace, token: string, now: Date): Promise<boolean> {
	const row = await tx.selectFrom('forum_question').select(['id', 'state']).where('token_hash', '=', sha256Of(token)).where('forum', '=', forum).where('item', '=', item).forUpdate().executeTakeFirst();
	if (!row) return false;
	const state = movedQuestion(row.state, 'withdraw');
	if (state === undefined) return row.state === 'withdrawn';
	await tx.updateTable('forum_question').set({ state, words: null, translations: '{}', answer: null, tag: null, cluster: '', settled_at: minuteOf(now) }).where('id', '=', row.id).execute();
	await raise(tx, { forum, item }, { isShown: isShown(row.state), atOnce: true });
	return true;
}

type Voted = { readonly ok: true } | { readonly ok: false; readonly reason: 'not-found' | 'too-often' | 'work' };

/**
 * A vote for a question that is shown, once for each token: of a question of the same item, or any other that was worked
 * for. Votes are told at the next change, or half a minute later.
 */
export async function voteForQuestion({ db, limiter }: Pick<House, 'db' | 'limiter'>, { forum, item, question, token, work, address }: ItemPlace & { readonly question: string; readonly token: string; readonly work?: string | undefined; readonly address: string }, now: Date): Promise<Voted> {
	if (!limiter.allows(votesPace, address, now)) return { ok: false, reason: 'too-often' };
	const about = `${topicOf({ forum, item })} ${question}`;
	if (!(work === undefined ? await ownQuestion(db, { forum, item }, token) : isWorkDone({ about, token, work }, now))) return { ok: false, reason: 'work' };
	return db.transaction().execute(async (tx): Promise<Voted> => {
		const row = await tx.selectFrom('forum_question').innerJoin('forum_public_item', (join) => join.onRef('forum_public_item.forum', '=', 'forum_question.forum').onRef('forum_public_item.item', '=', 'forum_question.item')).select('forum_question.id').where('id', '=', question).where('forum_question.forum', '=', forum).where('forum_question.item', '=', item).where('state', '=', 'approved').where('is_open', '=', true).executeTakeFirst();
		if (!row) return { ok: false, reason: 'not-found' };
		const kept = await tx.insertInto('forum_question_vote').values({ question_id: question, voter: sha256Of(`vote ${question} ${token}`) }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
		if ((kept.numInsertedOrUpdatedRows ?? 0n) > 0n) {
			await tx.updateTable('forum_question').set((eb) => ({ votes: eb('votes', '+', 1) })).where('id', '=', question).execute();
			await raise(tx, { forum, item }, { isShown: false });
		}
		return { ok: true };
	});
}

const dayMs = 24 * 60 * 60 * 1000;

/** Forgets what is due: see the comments on the tables (migration 0017). */
export async function sweepQuestions(db: Db, now: Date): Promise<void> {
	const before = (days: number) => new Date(now.getTime() - days * dayMs);
	const gone = { words: null, translations: '{}', tag: null, cluster: '' } as const;
	await db.updateTable('forum_question').set(gone).where('state', 'in', ['refused', 'merged']).where('words', 'is not', null).where('settled_at', '<', before(1)).execute();
	const closedBefore = (days: number) => sql<boolean>`exists (select from forum_public_item where forum_public_item.forum = forum_question.forum and forum_public_item.item = forum_question.item and not is_open and closed_at < ${before(days)})`;
	await db.updateTable('forum_question').set(gone).where('state', 'in', ['waiting', 'held']).where('words', 'is not', null).where(closedBefore(7)).execute();
	await db.updateTable('forum_question').set({ token_hash: null }).where('token_hash', 'is not', null).where(closedBefore(30)).execute();
	await db.deleteFrom('forum_question_vote').where('question_id', 'in', (eb) => eb.selectFrom('forum_question').select('id').where(closedBefore(0))).execute();
}
