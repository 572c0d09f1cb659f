import { sql } from 'kysely';
import * as v from 'valibot';
import { forgetRecords, isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { announcePublication } from '#lib/platform/db/publications.ts';
import { isId } from '#lib/vault/envelope.ts';
import { closedUntil, coverageShape, recordingShape, type ClosedRecording, type ClosingState, type PressCoverage, type Shred } from '../closing.ts';
import { documentsAt, type TimedDocument } from '../public-item.ts';
import { forgetInvitations } from './guests.ts';
import { countsOf, noteAct, publicItem, publicItemsTag, raise, type PublicQuestion, type QuestionCount } from './public-items.ts';
import { currentRelease, type CurrentRelease } from './releases.ts';

const id = v.pipe(v.string(), v.check(isId));

export const forumClosingShape = v.strictObject({
	circle: id,
	/** The version of the release that goes into the record. */
	version: v.pipe(v.number(), v.integer(), v.minValue(1)),
	participantsAbout: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(20), v.maxValue(100_000), v.multipleOf(10))),
	recordings: v.pipe(v.array(recordingShape), v.maxLength(300)),
	shreds: v.pipe(v.array(v.strictObject({ kind: v.picklist(['forum-plan', 'forum-guest']), id })), v.maxLength(6000))
});

export const forumCoverageShape = v.strictObject({ circle: id, coverage: coverageShape });

export interface ForumClosing {
	readonly slug: string;
	readonly circle: string;
	readonly version: number;
	readonly participantsAbout: number | null;
	readonly recordings: readonly ClosedRecording[];
	readonly shreds: readonly Shred[];
}

export interface ForumCoverage {
	readonly slug: string;
	readonly circle: string;
	readonly coverage: readonly PressCoverage[];
}

export type Closed = { readonly ok: true } | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'too-early' };

/**
 * Closes a forum, or says anew what is recorded of one that is closed: by a keeper or somebody of the staff who is an
 * accepted member of the circle that released it. Nothing is asked of its public items any more. `moved-on`: another
 * version was released, an item is gone, or somebody took back what they allowed. `too-early`: it is not over, or a
 * document is not public yet.
 */
export async function keepClosing(tx: Tx, actor: Actor, { slug, circle, version, participantsAbout, recordings, shreds }: ForumClosing, now: Date): Promise<Closed> {
	const row = await convened(tx, actor, { slug, circle });
	const current = row && (await currentRelease(tx, slug));
	if (!row || !current) return { ok: false, reason: 'not-found' };
	const { released } = current;
	if (current.version !== version) return { ok: false, reason: 'moved-on' };
	if (row.closed_at === null && !isOver(released, now)) return { ok: false, reason: 'too-early' };
	const items = new Set(released.items.filter((item) => item.public && !item.cancelled).map((item) => item.id));
	if (!recordings.every(({ item }) => items.has(item)) || !(await areAllowed(tx, slug, recordings))) return { ok: false, reason: 'moved-on' };
	const open = await tx.selectFrom('forum_public_item').select(['item', 'content', 'is_open']).where('forum', '=', slug).execute();
	if (open.some(({ content }) => documentsAt(content.documents, { timeZone: released.timeZone, now }).next !== undefined)) return { ok: false, reason: 'too-early' };
	await tx
		.updateTable('forum')
		.set({
			participants_about: participantsAbout,
			recordings: JSON.stringify(recordings.map((one) => ({ ...one, held: false }))),
			...(row.closed_at === null ? { closed_at: hourOf(now), kept_until: closedUntil(released.endsOn, dayOf(now)), shreds: JSON.stringify(shreds) } : {})
		})
		.where('slug', '=', slug)
		.execute();
	for (const { item } of open.filter(({ is_open }) => is_open)) {
		await tx.updateTable('forum_public_item').set({ is_open: false, closed_at: hourOf(now) }).where('forum', '=', slug).where('item', '=', item).execute();
		await noteAct(tx, { forum: slug, item }, { act: 'close', actor }, now);
		await raise(tx, { forum: slug, item }, { isShown: true, atOnce: true });
	}
	await recordDeed(tx, { actor: actor.account, action: 'forum.close', subject: slug }, hourOf(now));
	return { ok: true };
}

/** Says anew what the press has said of a forum, before or after it is closed. Others as `keepClosing`. */
export async function keepCoverage(tx: Tx, actor: Actor, { slug, circle, coverage }: ForumCoverage, now: Date): Promise<Closed> {
	if (!(await convened(tx, actor, { slug, circle }))) return { ok: false, reason: 'not-found' };
	await tx.updateTable('forum').set({ coverage: JSON.stringify(coverage) }).where('slug', '=', slug).execute();
	await recordDeed(tx, { actor: actor.account, action: 'forum.coverage', subject: slug }, hourOf(now));
	return { ok: true };
}

/** The row of a forum for who may release it, locked. */
export async function convened(tx: Tx, actor: Actor, { slug, circle }: { readonly slug: string; readonly circle: string }) {
	const row = await tx.selectFrom('forum').selectAll().where('slug', '=', slug).where('circle_id', '=', circle).forUpdate().executeTakeFirst();
	return row && actor.role !== 'member' && (await isAccepted(tx, { account: actor.account, circle })) ? row : undefined;
}

/** Whether its last day is over where it meets; one that was cancelled is. */
function isOver({ standing, endsOn, timeZone }: CurrentRelease['released'], now: Date): boolean {
	return standing === 'cancelled' || new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now) > endsOn;
}

/** No permit was taken back with a higher number than that by which a recording is shown. */
async function areAllowed(tx: Tx, slug: string, recordings: readonly ClosedRecording[]): Promise<boolean> {
	const known = new Map((await tx.selectFrom('forum_permit').select(['key', 'version']).where('slug', '=', slug).execute()).map(({ key, version }) => [key, version]));
	return recordings.every(({ permits }) => permits.every(({ key, version }) => version >= (known.get(key) ?? 0)));
}

/** Takes every recording off that is shown by this key; whether there was one. */
export function holdRecordings(tx: Tx, slug: string, key: string): Promise<boolean> {
	return holdThose(tx, slug, (one) => isShownBy(one, key));
}

/** Takes these recordings off; whether one of them was in the record. */
export async function holdThose(tx: Tx, slug: string, isOne: (recording: ClosedRecording) => boolean): Promise<boolean> {
	const row = await tx.selectFrom('forum').select('recordings').where('slug', '=', slug).executeTakeFirst();
	if (!row?.recordings.some((one) => !one.held && isOne(one))) return false;
	const touched = row.recordings.map((one) => (isOne(one) ? { ...one, held: true } : one));
	await tx.updateTable('forum').set({ recordings: JSON.stringify(touched) }).where('slug', '=', slug).execute();
	return true;
}

/** Whether somebody with this key is in a recording of the forum. */
export async function isRecorded(tx: Tx, slug: string, key: string): Promise<boolean> {
	const row = await tx.selectFrom('forum').select('recordings').where('slug', '=', slug).executeTakeFirst();
	return row?.recordings.some((one) => isShownBy(one, key)) ?? false;
}

function isShownBy({ permits }: ClosedRecording, key: string): boolean {
	return permits.some((permit) => permit.key === key);
}

/** What the record keeps of a public item. */
interface HeldItem {
	readonly item: string;
	readonly documents: readonly TimedDocument[];
	readonly questions: readonly PublicQuestion[];
	readonly counts: readonly QuestionCount[];
}

/** A forum as everybody may know it: its release, and what closing adds. */
export interface HeldForum extends CurrentRelease {
	readonly isClosed: boolean;
	readonly participantsAbout: number | null;
	readonly recordings: readonly ClosedRecording[];
	readonly coverage: readonly PressCoverage[];
	/** What editors' files have for a photograph was taken out. */
	readonly withoutPhotograph: boolean;
	/** Of a closed forum, those whose questions still lie here; the record has the others, and they do not change any more. */
	readonly items: readonly HeldItem[];
}

/** What everybody may know of a released forum at this moment; undefined where none was released. */
export async function heldForum(tx: Tx, slug: string, now: Date): Promise<HeldForum | undefined> {
	const current = await currentRelease(tx, slug);
	const row = current && (await tx.selectFrom('forum').selectAll().where('slug', '=', slug).executeTakeFirst());
	if (!row || !current) return undefined;
	const { released } = current;
	const shown = new Set(released.items.filter((item) => item.public && !item.cancelled).map((item) => item.id));
	const rows = row.closed_at === null ? [] : await tx.selectFrom('forum_public_item').select('item').where('forum', '=', slug).orderBy('item').execute();
	const items: HeldItem[] = [];
	for (const { item } of rows) {
		const found = await publicItem(tx, { forum: slug, item });
		if (found && released.items.some((one) => one.id === item && one.public)) items.push({ item, documents: documentsAt(found.content.documents, { timeZone: released.timeZone, now }).released, questions: found.questions, counts: found.counts ?? [] });
	}
	return {
		...current,
		isClosed: row.closed_at !== null,
		participantsAbout: row.participants_about,
		recordings: row.recordings.filter(({ item, held }) => !held && shown.has(item)),
		coverage: row.coverage,
		withoutPhotograph: row.without_photograph,
		items
	};
}

/** How a forum stands on its way into the record, for those who may release it; undefined for anybody else. */
export async function closingState(db: Db, actor: Actor, slug: string, now: Date): Promise<ClosingState | undefined> {
	const row = await db.selectFrom('forum').selectAll().where('slug', '=', slug).executeTakeFirst();
	const current = row && (await currentRelease(db, slug));
	if (!row || !current || !(await isAccepted(db, { account: actor.account, circle: row.circle_id }))) return undefined;
	const items = await db.selectFrom('forum_public_item').select(['item', 'content', 'is_blanked']).where('forum', '=', slug).orderBy('item').execute();
	const report = await db.selectFrom('forum_report').select('release_at').where('slug', '=', slug).executeTakeFirst();
	const counted = await Promise.all(items.map(async ({ item }) => ({ item, counts: await countsOf(db, { forum: slug, item }) })));
	const sum = (item: string, states: readonly string[]): number => (counted.find((one) => one.item === item)?.counts ?? []).filter(({ state }) => states.includes(state)).reduce((all, { count }) => all + Number(count), 0);
	return {
		version: row.version,
		closedAt: row.closed_at?.toISOString() ?? null,
		keptUntil: row.kept_until,
		isShredded: row.closed_at !== null && row.shreds === null,
		participantsAbout: row.participants_about,
		recordings: row.recordings,
		coverage: row.coverage,
		items: items.map(({ item, content, is_blanked }) => {
			const { released, next } = documentsAt(content.documents, { timeZone: current.released.timeZone, now });
			return { item, shown: sum(item, ['approved', 'asked', 'answered']), unshown: sum(item, ['waiting', 'held', 'refused', 'merged']), isBlanked: is_blanked, documents: released.length, embargoUntil: next?.toISOString() ?? null };
		}),
		reportAt: report?.release_at.toISOString() ?? null
	};
}

/**
 * Once an hour: of closed forums whose keeping time is over, the convenors' plan and every invitation. What was public stays,
 * and so does the figure in tens, if it was told.
 */
export async function shredForums(db: Db, now: Date): Promise<void> {
	const due = await db.selectFrom('forum').select('slug').where('shreds', 'is not', null).where('kept_until', '<', dayOf(now)).execute();
	for (const { slug } of due) {
		await db.transaction().execute(async (tx) => {
			const row = await tx.selectFrom('forum').select(['circle_id', 'shreds']).where('slug', '=', slug).forUpdate().executeTakeFirst();
			if (!row?.shreds) return;
			const shreds: readonly Shred[] = row.shreds;
			const named = (kind: Shred['kind']): string[] => shreds.flatMap((one) => (one.kind === kind ? [one.id] : []));
			await forgetInvitations(tx, row.circle_id, named('forum-guest'));
			await forgetRecords(tx, { circle: row.circle_id, kind: 'forum-plan', records: named('forum-plan') });
			await tx.updateTable('forum').set({ shreds: null }).where('slug', '=', slug).execute();
			await recordDeed(tx, { actor: 'server', action: 'forum.shred', subject: slug }, hourOf(now));
		});
	}
}

/** Thirty days after a closed forum takes no questions any more nobody can take one back: from then on only the record has them. */
export async function leaveQuestionsToTheRecord(db: Db, now: Date): Promise<void> {
	const before = new Date(now.getTime() - 30 * dayMs);
	const due = await db.selectFrom('forum').select('slug').where('closed_at', '<', before).where(({ exists, selectFrom }) => exists(selectFrom('forum_public_item').select('item').whereRef('forum_public_item.forum', '=', 'forum.slug'))).execute();
	for (const { slug } of due) {
		await db.transaction().execute(async (tx) => {
			await tx.selectFrom('forum').select('slug').where('slug', '=', slug).forUpdate().execute();
			// Only what moderators show is in the record; what they have blanked is for them to show first.
			const items = await tx.selectFrom('forum_public_item').select('item').where('forum', '=', slug).where('is_blanked', '=', false).where('is_open', '=', false).execute();
			if (items.length === 0) return;
			const of = items.map(({ item }) => item);
			await sql`delete from forum_question_vote where question_id in (select id from forum_question where forum = ${slug} and item = any(${of}))`.execute(tx);
			await tx.deleteFrom('forum_question').where('forum', '=', slug).where('item', 'in', of).execute();
			await tx.deleteFrom('forum_public_item').where('forum', '=', slug).where('item', 'in', of).execute();
			await tx.deleteFrom('forum_press_pass').where('forum', '=', slug).execute();
			await announcePublication(tx, [publicItemsTag, `forum:${slug}`]);
		});
	}
}

const dayMs = 86_400_000;

function dayOf(instant: Date): string {
	return instant.toISOString().slice(0, 10);
}
