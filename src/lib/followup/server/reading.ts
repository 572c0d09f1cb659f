import { sql } from 'kysely';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { openPlans, planningKinds, type OpenPlan } from '../deliveries.ts';
import type { Addressee, ClauseAt, DocumentFollowup, Entry, Happening, Recommendation } from '../recommendation.ts';
import { storyOf, type ToldEntry } from '../story.ts';
import type { TrackerLine } from '../tracker.ts';
import './tables.ts';

type Reading = Pick<House, 'db' | 'recall'>;

/** What every page that shows follow-up is dropped by. */
export const followupTag = 'followup';

/** Every recommendation as lists and counts need it, the latest statement first; from memory until something changes. */
export async function trackerLines({ db, recall }: Reading): Promise<readonly TrackerLine[]> {
	return recall.remember('trackerLines', [followupTag], async () => {
		const rows = await db.selectFrom('followup_recommendation').select('line').execute();
		return rows.map(({ line }) => line).sort((a, b) => compare(b.madeOn, a.madeOn) || compare(a.forum, b.forum) || compare(a.document, b.document) || a.clause - b.clause);
	});
}

/** By id; within a transaction without a memory. */
export async function addresseesById({ db, recall }: { readonly db: Db | Tx; readonly recall?: House['recall'] }): Promise<ReadonlyMap<string, Addressee>> {
	const read = async (): Promise<ReadonlyMap<string, Addressee>> => new Map((await db.selectFrom('followup_addressee').selectAll().orderBy('id').execute()).map(({ id, content }) => [id, content]));
	return recall === undefined ? read() : recall.remember('addresseesById', [followupTag], read);
}

/** A recommendation with the words of its clause. */
export interface WordedRecommendation {
	readonly recommendation: Recommendation;
	readonly words: Text;
	readonly changedAt: Date;
}

/** The recommendations of these lines, in their order. */
export async function wordedRecommendations({ db }: Pick<Reading, 'db'>, lines: readonly TrackerLine[]): Promise<(WordedRecommendation & { readonly line: TrackerLine })[]> {
	if (lines.length === 0) return [];
	const rows = await db
		.selectFrom('followup_recommendation')
		.selectAll()
		.where(sql<boolean>`(forum_slug, document_slug, clause) in (select * from unnest(${lines.map(({ forum }) => forum)}::text[], ${lines.map(({ document }) => document)}::text[], ${lines.map(({ clause }) => clause)}::integer[]))`)
		.execute();
	const found = new Map(rows.map((row) => [`${row.forum_slug} ${row.document_slug} ${row.clause}`, row]));
	return lines.flatMap((line) => {
		const row = found.get(`${line.forum} ${line.document} ${line.clause}`);
		return row === undefined ? [] : [{ line, recommendation: row.content, words: row.words, changedAt: row.changed_at }];
	});
}

/** A recommendation with its whole story. */
export interface ToldRecommendation extends WordedRecommendation {
	readonly line: TrackerLine;
	readonly story: readonly ToldEntry[];
}

/** One recommendation with its story; undefined where the clause is none. */
export async function toldRecommendation({ db }: Pick<Reading, 'db'>, at: ClauseAt): Promise<ToldRecommendation | undefined> {
	const row = await db.selectFrom('followup_recommendation').selectAll().where('forum_slug', '=', at.forum).where('document_slug', '=', at.document).where('clause', '=', at.clause).executeTakeFirst();
	if (!row) return undefined;
	const history = await historyOf(db, at);
	return { recommendation: row.content, words: row.words, changedAt: row.changed_at, line: row.line, story: storyOf(history, at.clause) };
}

/** Every recommendation of a statement with its story, by clause. */
export async function toldRecommendations(tx: Tx, at: Omit<ClauseAt, 'clause'>): Promise<ToldRecommendation[]> {
	const rows = await tx.selectFrom('followup_recommendation').selectAll().where('forum_slug', '=', at.forum).where('document_slug', '=', at.document).orderBy('clause').execute();
	const history = await historyOf(tx, { forum: at.forum, document: at.document });
	return rows.map((row) => ({ recommendation: row.content, words: row.words, changedAt: row.changed_at, line: row.line, story: storyOf(history, row.clause) }));
}

/** The clauses of a statement that are recommendations, with how they stand. */
export async function recommendationsOf({ db, recall }: Reading, at: Omit<ClauseAt, 'clause'>): Promise<readonly TrackerLine[]> {
	return (await trackerLines({ db, recall })).filter(({ forum, document }) => forum === at.forum && document === at.document);
}

/** The history of a statement, or of one clause of it, in the order of recording. */
export async function historyOf(db: Db | Tx, { forum, document, clause }: { readonly forum: string; readonly document: string; readonly clause?: number }): Promise<Entry[]> {
	let query = db.selectFrom('followup_entry').selectAll().where('forum_slug', '=', forum).where('document_slug', '=', document).orderBy('number');
	if (clause !== undefined) query = query.where(sql<boolean>`clauses @> array[${clause}]::integer[]`);
	return (await query.execute()).map(entryOf);
}

/** Every delivery that was planned and not made, of all statements. */
export async function plannedDeliveries({ db }: Pick<Reading, 'db'>): Promise<OpenPlan[]> {
	const rows = await db.selectFrom('followup_entry').selectAll().where(sql`content ->> 'kind'`, 'in', planningKinds).orderBy('number').execute();
	return [...Map.groupBy(rows, ({ forum_slug, document_slug }) => `${forum_slug} ${document_slug}`).values()].flatMap((of) => {
		const [first] = of;
		return first === undefined ? [] : openPlans({ forum: first.forum_slug, document: first.document_slug, history: of.map(entryOf) });
	});
}

/** An entry, of which statement it is, and the words of its first clause. */
export interface NewsEntry extends Omit<ClauseAt, 'clause'> {
	readonly entry: Entry;
	readonly words: Text;
}

/** What was recorded last, the latest first; what was taken back is not among it, nor that it was. */
export async function latestEntries({ db }: Pick<Reading, 'db'>, { most, kind }: { readonly most: number; readonly kind?: Entry['kind'] }): Promise<NewsEntry[]> {
	const { rows } = await sql<{ id: string; clauses: number[]; content: Happening; recorded_on: string; forum_slug: string; document_slug: string; words: Text }>`
		select entry.id, entry.clauses, entry.content, entry.recorded_on, entry.forum_slug, entry.document_slug, told.words
		from followup_entry entry
		join followup_recommendation told on told.forum_slug = entry.forum_slug and told.document_slug = entry.document_slug and told.clause = entry.clauses[1]
		where entry.content ->> 'kind' not in ('taken-back', 'blanked') and (${kind ?? null}::text is null or entry.content ->> 'kind' = ${kind ?? null}::text)
		and not exists (select 1 from followup_entry back where back.forum_slug = entry.forum_slug and back.document_slug = entry.document_slug and back.content ->> 'of' = entry.id)
		order by entry.number desc limit ${most}`.execute(db);
	return rows.map((row) => ({ forum: row.forum_slug, document: row.document_slug, words: row.words, entry: entryOf(row) }));
}

/** Every recommendation with its words and story, for files; what was blanked is told as blanked. */
export async function wholeTracker(house: Reading): Promise<ToldRecommendation[]> {
	const lines = await trackerLines(house);
	const [worded, rows] = await Promise.all([wordedRecommendations(house, lines), house.db.selectFrom('followup_entry').selectAll().orderBy('number').execute()]);
	const histories = Map.groupBy(rows, ({ forum_slug, document_slug }) => `${forum_slug} ${document_slug}`);
	return worded.map((one) => ({ ...one, story: storyOf((histories.get(`${one.line.forum} ${one.line.document}`) ?? []).map(entryOf), one.line.clause) }));
}

/** All follow-up as files have it: addressees by id, and of each statement what is recorded. */
export async function wholeFollowup(db: Db | Tx): Promise<{ readonly addressees: readonly Addressee[]; readonly followups: readonly DocumentFollowup[] }> {
	const addressees = (await db.selectFrom('followup_addressee').select('content').orderBy('id').execute()).map(({ content }) => content);
	const recommendations = await db.selectFrom('followup_recommendation').select(['forum_slug', 'document_slug', 'clause', 'content']).orderBy('forum_slug').orderBy('document_slug').orderBy('clause').execute();
	const followups: DocumentFollowup[] = [];
	for (const [, rows] of Map.groupBy(recommendations, ({ forum_slug, document_slug }) => `${forum_slug} ${document_slug}`)) {
		const [first] = rows;
		if (first === undefined) continue;
		const at = { forum: first.forum_slug, document: first.document_slug };
		const known = new Set(rows.map(({ clause }) => clause));
		const history = (await historyOf(db, at)).filter(({ clauses }) => clauses.every((clause) => known.has(clause)));
		followups.push({ ...at, recommendations: rows.map(({ content }) => content), history });
	}
	return { addressees, followups };
}

function entryOf({ id, clauses, recorded_on, content }: { readonly id: string; readonly clauses: number[]; readonly recorded_on: string; readonly content: Happening }): Entry {
	return { ...content, id, clauses, recordedOn: recorded_on };
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
