import { sql } from 'kysely';
import type { Actor } from '#lib/people/account.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { DeskAct } from '../desk-act.ts';
import { inTurn } from '../lanes.ts';
import type { PublicItemContent } from '../public-item.ts';
import { isShown, movedQuestion, questionWords } from '../question.ts';
import { countsOf, mayModerate, minuteOf, noteAct, raise, type ItemPlace, type Moderated, type QuestionCount, type QuestionRow } from './public-items.ts';

/** A question as moderators see it: nothing of its author but the lane and the language that they chose. */
type DeskQuestion = Pick<QuestionRow, 'id' | 'number' | 'lane' | 'language' | 'words' | 'state' | 'reason' | 'tag' | 'turn' | 'translations' | 'answer' | 'votes' | 'arrived_at'>;

/** Questions that wait and say the same, or came in one burst: one line. */
interface Cluster {
	readonly cluster: string;
	readonly isBurst: boolean;
	readonly count: number;
	/** The first of them. */
	readonly question: DeskQuestion;
}

/** What moderators work with. */
interface Desk {
	readonly version: number;
	readonly isOpen: boolean;
	readonly isBlanked: boolean;
	readonly content: PublicItemContent;
	/** The oldest first, bursts last; at most 200. */
	readonly waiting: readonly Cluster[];
	readonly held: readonly DeskQuestion[];
	/** In the order of turns. */
	readonly approved: readonly DeskQuestion[];
	/** The latest first. */
	readonly asked: readonly DeskQuestion[];
	/** Those whose words are still there. */
	readonly refused: readonly DeskQuestion[];
	readonly counts: readonly QuestionCount[];
	readonly passes: readonly number[];
}

const columns = ['id', 'number', 'lane', 'language', 'words', 'state', 'reason', 'tag', 'turn', 'translations', 'answer', 'votes', 'arrived_at'] as const;
const mostListed = 200;

/** The desk of an item; `undefined` as value where it is still in the version that the asker has. */
export async function questionDesk(db: Db, actor: Actor, place: ItemPlace, known?: number): Promise<Moderated<{ readonly desk: Desk | undefined }>> {
	if (!(await mayModerate(db, actor, place.forum))) return { ok: false, reason: 'not-found' };
	const { forum, item } = place;
	const row = await db.selectFrom('forum_public_item').selectAll().where('forum', '=', forum).where('item', '=', item).executeTakeFirst();
	if (!row) return { ok: false, reason: 'not-found' };
	if (row.desk_version === known) return { ok: true, desk: undefined };
	const of = db.selectFrom('forum_question').select(columns).select('place').where('forum', '=', forum).where('item', '=', item).where('words', 'is not', null);
	const [first, held, approved, asked, refused, counts, passes] = await Promise.all([
		db
			.with('waiting', (all) =>
				all
					.selectFrom('forum_question')
					.distinctOn('cluster')
					.select([...columns, 'cluster'])
					.select(sql<number>`count(*) over (partition by cluster)`.as('count'))
					.where('forum', '=', forum)
					.where('item', '=', item)
					.where('state', '=', 'waiting')
					.where('words', 'is not', null)
					.orderBy('cluster')
					.orderBy('number')
			)
			.selectFrom('waiting')
			.selectAll()
			.orderBy(sql`cluster like 'burst %'`)
			.orderBy('number')
			.limit(mostListed)
			.execute(),
		of.where('state', '=', 'held').orderBy('number').limit(mostListed).execute(),
		of.where('state', '=', 'approved').orderBy('number').limit(mostListed).execute(),
		of.where('state', 'in', ['asked', 'answered']).orderBy(sql`turn desc nulls last`).orderBy('number').limit(mostListed).execute(),
		of.where('state', '=', 'refused').orderBy('settled_at', 'desc').orderBy('number', 'desc').limit(50).execute(),
		countsOf(db, place),
		db.selectFrom('forum_press_pass').select('number').where('forum', '=', forum).where('secret_hash', 'is not', null).orderBy('number').execute()
	]);
	return {
		ok: true,
		desk: {
			version: row.desk_version,
			isOpen: row.is_open,
			isBlanked: row.is_blanked,
			content: row.content,
			waiting: first.map(({ cluster, count, ...question }) => ({ cluster, isBurst: cluster.startsWith('burst '), count: Number(count), question })),
			held,
			approved: inTurn(approved, asked),
			asked,
			refused,
			counts,
			passes: passes.map(({ number }) => number)
		}
	};
}

/** The questions of one line, the oldest first; at most 500. */
export async function questionsOfCluster(db: Db, actor: Actor, { forum, item, cluster }: ItemPlace & { readonly cluster: string }): Promise<Moderated<{ readonly questions: readonly DeskQuestion[] }>> {
	if (!(await mayModerate(db, actor, forum))) return { ok: false, reason: 'not-found' };
	const questions = await db.selectFrom('forum_question').select(columns).where('forum', '=', forum).where('item', '=', item).where('state', '=', 'waiting').where('cluster', '=', cluster).orderBy('number').limit(500).execute();
	return { ok: true, questions };
}

/**
 * One act of a moderator. `moved-on`: another one was faster, or the author took it back. What everybody sees less by it is gone
 * at once, what they see more within a second.
 */
export async function actOnQuestion(tx: Tx, actor: Actor, { place, act }: { readonly place: ItemPlace; readonly act: DeskAct }, now: Date): Promise<Moderated> {
	const { forum, item } = place;
	if (!(await mayModerate(tx, actor, forum))) return { ok: false, reason: 'not-found' };
	if (act.do === 'refuse-all') {
		const refused = await tx.updateTable('forum_question').set({ state: 'refused', reason: act.reason, settled_at: minuteOf(now) }).where('forum', '=', forum).where('item', '=', item).where('state', '=', 'waiting').where('cluster', '=', act.cluster).returning('id').execute();
		if (refused.length === 0) return { ok: false, reason: 'moved-on' };
		await noteAct(tx, place, { act: 'refuse', actor, questions: refused.map((one) => one.id), reason: act.reason }, now);
		await raise(tx, place, { isShown: false });
		return { ok: true };
	}
	const row = await tx.selectFrom('forum_question').selectAll().where('id', '=', act.id).where('forum', '=', forum).where('item', '=', item).forUpdate().executeTakeFirst();
	if (!row) return { ok: false, reason: 'not-found' };
	const change = row.words === null ? undefined : await changeBy(tx, row, act);
	if (change === undefined) return { ok: false, reason: 'moved-on' };
	const state = change.state ?? row.state;
	await tx.updateTable('forum_question').set({ ...change, ...(state === row.state ? {} : { settled_at: minuteOf(now) }) }).where('id', '=', row.id).execute();
	if (state === 'approved' && row.state === 'waiting') await joinAlike(tx, row, actor, now);
	await noteAct(tx, place, { act: act.do === 'move' ? act.move : act.do, actor, questions: [row.id], reason: act.do === 'refuse' ? act.reason : null }, now);
	await raise(tx, place, { isShown: isShown(row.state) || isShown(state), atOnce: isShown(row.state) && !isShown(state) });
	return { ok: true };
}

/** What waits with the same words is joined with the one that was approved. */
async function joinAlike(tx: Tx, { id, forum, item, cluster }: QuestionRow, actor: Actor, now: Date): Promise<void> {
	if (cluster.startsWith('burst ')) return;
	const alike = await tx.updateTable('forum_question').set({ state: 'merged', merged_into: id, settled_at: minuteOf(now) }).where('forum', '=', forum).where('item', '=', item).where('state', '=', 'waiting').where('cluster', '=', cluster).where('id', '!=', id).returning('id').execute();
	await noteAct(tx, { forum, item }, { act: 'merge', actor, questions: alike.map((one) => one.id) }, now);
}

type Change = Partial<Pick<QuestionRow, 'state' | 'reason' | 'merged_into' | 'turn' | 'place' | 'tag'>> & { readonly translations?: string; readonly answer?: string | null };

/** What an act changes of a question; undefined where it cannot be done any more. */
async function changeBy(tx: Tx, row: QuestionRow, act: Exclude<DeskAct, { readonly do: 'refuse-all' }>): Promise<Change | undefined> {
	switch (act.do) {
		case 'move': {
			const state = movedQuestion(row.state, act.move);
			if (state === undefined) return undefined;
			if (act.move === 'ask') return { state, turn: ((await extreme(tx, row, 'turn', 'max')) ?? 0) + 1 };
			return { state, reason: null, turn: null, ...(act.move === 'hold' ? { answer: null } : {}) };
		}
		case 'refuse': {
			const state = movedQuestion(row.state, 'refuse');
			return state && { state, reason: act.reason, turn: null, answer: null, translations: '{}' };
		}
		case 'merge': {
			const state = movedQuestion(row.state, 'merge');
			const into = await tx.selectFrom('forum_question').select(['id', 'state']).where('id', '=', act.into).where('id', '!=', row.id).where('forum', '=', row.forum).where('item', '=', row.item).executeTakeFirst();
			return state && into && into.state !== 'merged' && into.state !== 'withdrawn' && into.state !== 'refused' ? { state, merged_into: into.id } : undefined;
		}
		case 'order': {
			const edge = (await extreme(tx, row, 'place', act.to === 'first' ? 'min' : 'max')) ?? row.place;
			return row.state === 'approved' ? { place: act.to === 'first' ? edge - 1 : edge + 1 } : undefined;
		}
		case 'tag':
			return { tag: act.tag === '' ? null : act.tag };
		case 'translate': {
			const said = questionWords(act.words);
			const others = Object.fromEntries(Object.entries(row.translations).filter(([language]) => language !== act.language));
			return { translations: JSON.stringify(said === undefined ? others : { ...others, [act.language]: said }) };
		}
		case 'answer': {
			const state = movedQuestion(row.state, 'answer');
			if (state === undefined) return undefined;
			const others = Object.entries<string>(row.answer?.in ?? {}).filter(([language]) => language !== act.language);
			const all: readonly (readonly [string, string])[] = [...others, ...(act.words === '' ? [] : [[act.language, act.words] as const])];
			if (all.length === 0) return { state: row.turn === null ? 'approved' : 'asked', answer: null };
			const original = row.answer !== null && all.some(([language]) => language === row.answer?.original) ? row.answer.original : all[0]?.[0];
			return { state, answer: JSON.stringify({ original, in: Object.fromEntries<string>(all) }) };
		}
	}
}

/** The least or greatest of a number among the questions of an item; of `place` in the same lane. */
async function extreme(tx: Tx, { forum, item, lane }: QuestionRow, of: 'turn' | 'place', which: 'min' | 'max'): Promise<number | null> {
	const query = tx.selectFrom('forum_question').select(({ fn }) => (which === 'min' ? fn.min<number | null>(of) : fn.max<number | null>(of)).as('edge')).where('forum', '=', forum).where('item', '=', item);
	return (await (of === 'place' ? query.where('lane', '=', lane) : query).executeTakeFirst())?.edge ?? null;
}
