import { createHash } from 'node:crypto';
import { sql, type Generated, type JSONColumnType, type Selectable } from 'kysely';
import { isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { announcePublication } from '#lib/platform/db/publications.ts';
import type { House } from '#lib/platform/house.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { announceLive } from '#lib/platform/live/live.ts';
import { inTurn } from '../lanes.ts';
import type { PublicItemContent } from '../public-item.ts';
import type { QuestionLane, QuestionState, RefusalReason } from '../question.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		forum_public_item: {
			forum: string;
			item: string;
			content: JSONColumnType<PublicItemContent>;
			is_open: Generated<boolean>;
			is_blanked: Generated<boolean>;
			version: Generated<number>;
			desk_version: Generated<number>;
			arrivals: Generated<number>;
			closed_at: Date | null;
		};
		forum_question: QuestionTable;
		forum_question_vote: { question_id: string; voter: Buffer };
		forum_question_act: { id: number; forum: string; item: string; question_id: string | null; act: string; reason: string | null; actor: string; at: Date };
		forum_press_pass: { forum: string; number: number; secret_hash: Buffer | null };
	}
}

interface QuestionTable {
	id: string;
	forum: string;
	item: string;
	number: number;
	lane: QuestionLane;
	language: string;
	words: string | null;
	cluster: string;
	token_hash: Buffer | null;
	state: QuestionState;
	reason: RefusalReason | null;
	merged_into: string | null;
	place: number;
	turn: number | null;
	tag: string | null;
	translations: JSONColumnType<Partial<Record<Language, string>>>;
	answer: JSONColumnType<Text> | null;
	votes: number;
	arrived_at: Date;
	settled_at: Date;
}

/** A question as it lies in its table. */
export type QuestionRow = Selectable<QuestionTable>;

/** A public item by its forum's slug and its own id. */
export interface ItemPlace {
	readonly forum: string;
	readonly item: string;
}

/** What everybody follows of an item: see *Following live*. */
export function topicOf({ forum, item }: ItemPlace): string {
	return `${forum}/${item}`;
}

/** What a page shows that links to public items. */
export const publicItemsTag = 'public-items';

/**
 * Note: Who moderates.
 * Of a forum that was released from a plan: the accepted members of the circle that releases it, whatever their role, and
 * keepers. Of a forum that the record has from files: staff and keepers. Nobody names moderators one by one: whoever may
 * see the plan is trusted with its questions, and a moderator for a day is taken into the circle for it.
 */
export async function mayModerate(tx: Db | Tx, { account, role }: Actor, forum: string): Promise<boolean> {
	if (role === 'keeper') return true;
	const row = await tx.selectFrom('forum').select('circle_id').where('slug', '=', forum).executeTakeFirst();
	return row ? isAccepted(tx, { account, circle: row.circle_id }) : role === 'staff';
}

export type Moderated<T extends object = object> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' };

/**
 * Opens a public item for questions, or changes what is said of one. That the forum has it, and that it is public, is for
 * whoever calls to know. Only keepers and staff open the first; who moderates changes it. `moved-on`: the forum is closed.
 */
export async function keepPublicItem({ db }: Pick<House, 'db'>, actor: Actor, { forum, item, content }: ItemPlace & { readonly content: PublicItemContent }, now: Date): Promise<Moderated> {
	return db.transaction().execute(async (tx): Promise<Moderated> => {
		if (!(await mayModerate(tx, actor, forum))) return { ok: false, reason: 'not-found' };
		if (await isClosed(tx, forum)) return { ok: false, reason: 'moved-on' };
		const known = await tx.selectFrom('forum_public_item').select('item').where('forum', '=', forum).where('item', '=', item).executeTakeFirst();
		if (known === undefined && actor.role === 'member') return { ok: false, reason: 'not-found' };
		await tx
			.insertInto('forum_public_item')
			.values({ forum, item, content: JSON.stringify(content) })
			.onConflict((conflict) => conflict.columns(['forum', 'item']).doUpdateSet({ content: JSON.stringify(content) }))
			.execute();
		await noteAct(tx, { forum, item }, { act: known ? 'change' : 'open', actor }, now);
		await recordDeed(tx, { actor: actor.account, action: known ? 'public-item.change' : 'public-item.open', subject: topicOf({ forum, item }) }, hourOf(now));
		if (!known) await announcePublication(tx, [publicItemsTag]);
		await raise(tx, { forum, item }, { isShown: true });
		return { ok: true };
	});
}

export const steerings = ['close', 'reopen', 'blank', 'unblank'] as const;
type Steering = (typeof steerings)[number];

/** Ends the taking of questions or begins it again (`moved-on` once the forum is closed); blanks every list and display at once or shows them again. */
export async function steerPublicItem(tx: Tx, actor: Actor, { place, steering }: { readonly place: ItemPlace; readonly steering: Steering }, now: Date): Promise<Moderated> {
	if (!(await mayModerate(tx, actor, place.forum))) return { ok: false, reason: 'not-found' };
	if (steering === 'reopen' && (await isClosed(tx, place.forum))) return { ok: false, reason: 'moved-on' };
	const change = { close: { is_open: false, closed_at: hourOf(now) }, reopen: { is_open: true, closed_at: null }, blank: { is_blanked: true }, unblank: { is_blanked: false } }[steering];
	const changed = await tx.updateTable('forum_public_item').set(change).where('forum', '=', place.forum).where('item', '=', place.item).executeTakeFirst();
	if (changed.numUpdatedRows === 0n) return { ok: false, reason: 'not-found' };
	await noteAct(tx, place, { act: steering, actor }, now);
	await recordDeed(tx, { actor: actor.account, action: `public-item.${steering}`, subject: topicOf(place) }, hourOf(now));
	await raise(tx, place, { isShown: true, atOnce: true });
	return { ok: true };
}

/** Whether a forum has gone into the record, so that nothing of it is opened any more. Waits for a closing that is under way. */
export async function isClosed(tx: Tx, forum: string): Promise<boolean> {
	return (await tx.selectFrom('forum').select('closed_at').where('slug', '=', forum).forShare().executeTakeFirst())?.closed_at instanceof Date;
}

/** One more version: for moderators, and where everybody sees the change for who follows. */
export async function raise(tx: Tx, { forum, item }: ItemPlace, { isShown, atOnce = false }: { readonly isShown: boolean; readonly atOnce?: boolean }): Promise<void> {
	const { version } = await tx
		.updateTable('forum_public_item')
		.set((eb) => ({ desk_version: eb('desk_version', '+', 1), ...(isShown ? { version: eb('version', '+', 1) } : {}) }))
		.where('forum', '=', forum)
		.where('item', '=', item)
		.returning('version')
		.executeTakeFirstOrThrow();
	if (isShown) await announceLive(tx, { topic: topicOf({ forum, item }), version, atOnce });
}

/** Adds what a moderator did to the acts of an item. */
export async function noteAct(tx: Tx, { forum, item }: ItemPlace, { act, actor, questions = [null], reason = null }: { readonly act: string; readonly actor: Actor; readonly questions?: readonly (string | null)[]; readonly reason?: RefusalReason | null }, now: Date): Promise<void> {
	if (questions.length === 0) return;
	// Through JSON, because a burst may have more questions than a statement may have values.
	await sql`insert into forum_question_act (forum, item, question_id, act, reason, actor, at)
		select ${forum}, ${item}, one #>> '{}', ${act}, ${reason}, ${actor.account}, ${minuteOf(now)}
		from jsonb_array_elements(${JSON.stringify(questions)}::jsonb) as one`.execute(tx);
}

/** Seconds tell more of somebody than anybody needs. */
export function minuteOf(instant: Date): Date {
	return new Date(Math.floor(instant.getTime() / 60_000) * 60_000);
}

/** A question as everybody sees it. */
export interface PublicQuestion {
	readonly id: string;
	readonly number: number;
	readonly lane: QuestionLane;
	readonly language: string;
	readonly words: string;
	readonly translations: Partial<Record<Language, string>>;
	readonly state: 'approved' | 'asked' | 'answered';
	readonly turn: number | null;
	readonly answer: Text | null;
	readonly votes: number;
}

/** How many questions came, and what became of them. */
export interface QuestionCount {
	readonly lane: QuestionLane;
	readonly state: QuestionState;
	readonly reason: RefusalReason | null;
	readonly count: number;
}

/** A public item as everybody sees it. */
interface PublicItem {
	readonly content: PublicItemContent;
	readonly isOpen: boolean;
	readonly isBlanked: boolean;
	readonly version: number;
	/** What waits for the stage in the order of turns; then what was asked, the latest first. Nothing while it is blanked. */
	readonly questions: readonly PublicQuestion[];
	/** Once no questions are taken any more. */
	readonly counts: readonly QuestionCount[] | undefined;
}

/** What everybody may know of a public item; undefined where none was opened. */
export async function publicItem(db: Db | Tx, { forum, item }: ItemPlace): Promise<PublicItem | undefined> {
	const row = await db.selectFrom('forum_public_item').selectAll().where('forum', '=', forum).where('item', '=', item).executeTakeFirst();
	if (!row) return undefined;
	const { content, version, is_open: isOpen, is_blanked: isBlanked } = row;
	const found = isBlanked
		? []
		: await db
				.selectFrom('forum_question')
				.select(['id', 'number', 'lane', 'language', 'words', 'translations', 'state', 'turn', 'answer', 'votes', 'place'])
				.where('forum', '=', forum)
				.where('item', '=', item)
				.where('state', 'in', ['approved', 'asked', 'answered'])
				.where('words', 'is not', null)
				.orderBy('number')
				.limit(mostShown)
				.execute();
	const of = (isOne: (state: QuestionState) => boolean) => found.filter(({ state }) => isOne(state));
	const done = of((state) => state !== 'approved').toSorted((a, b) => (b.turn ?? 0) - (a.turn ?? 0) || a.number - b.number);
	const inOrder = [...inTurn(of((state) => state === 'approved'), done), ...done];
	return {
		content,
		isOpen,
		isBlanked,
		version,
		// By the query these are their states, and there are words.
		questions: inOrder.map(({ id, number, lane, language, words, translations, state, turn, answer, votes }) => ({ id, number, lane, language, words: words ?? '', translations, state: state as PublicQuestion['state'], turn, answer, votes })),
		counts: isOpen ? undefined : await countsOf(db, { forum, item })
	};
}

const mostShown = 1000;

/** By lane, state and reason. */
export async function countsOf(db: Db | Tx, { forum, item }: ItemPlace): Promise<QuestionCount[]> {
	return db
		.selectFrom('forum_question')
		.select(({ fn }) => ['lane', 'state', 'reason', fn.countAll<number>().as('count')])
		.where('forum', '=', forum)
		.where('item', '=', item)
		.groupBy(['lane', 'state', 'reason'])
		.orderBy('lane')
		.orderBy('state')
		.orderBy('reason')
		.execute();
}

/** The items that take questions, or took them. Kept under `publicItemsTag`. */
export async function openedItems({ db, recall }: Pick<House, 'db' | 'recall'>): Promise<readonly ItemPlace[]> {
	return recall.remember('openedItems', [publicItemsTag], () => db.selectFrom('forum_public_item').select(['forum', 'item']).orderBy('forum').orderBy('item').execute());
}

export function sha256Of(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}
