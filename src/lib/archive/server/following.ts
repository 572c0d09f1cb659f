import { sql } from 'kysely';
import * as v from 'valibot';
import type { OpenPlan } from '#lib/followup/deliveries.ts';
import { followupShape, type Addressee, type Entry, type FollowupRequest, type Recommendation } from '#lib/followup/recommendation.ts';
import { addresseesById, followupTag, keepAddressees, keepFollowup, plannedDeliveries, toldRecommendations, type KeepingProblem, type Statement } from '#lib/followup/server/index.ts';
import type { ToldEntry } from '#lib/followup/story.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Tx } from '#lib/platform/db/database.ts';
import { announcePublication } from '#lib/platform/db/publications.ts';
import type { House } from '#lib/platform/house.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { cleanText } from '#lib/platform/text/clean.ts';
import type { Forum, ForumDocument } from '../forum.ts';
import { clauseNumbers, plainProse } from '../prose.ts';
import { lockRecord } from './records-lock.ts';
import { entriesOfRecommendation } from './search-entries.ts';
import { replaceEntries } from './search-index.ts';

/** A statement as its follow-up needs it: when it was made, and the words of its clauses in each language. */
function statementOf(document: ForumDocument, forum: Pick<Forum, 'startsOn' | 'precision'>): Statement {
	const { body } = document;
	const original = document.kind === 'statement' ? clauseNumbers(body.in[body.original]?.prose ?? []) : [];
	const clauses = new Map<number, Text>();
	for (const clause of original) {
		const said = languages.flatMap((language): [string, string][] => {
			const block = body.in[language]?.prose.find((one) => (one.kind === 'clause' || one.kind === 'paragraph') && one.clause === clause);
			const words = block ? plainProse([block]) : '';
			return words === '' ? [] : [[language, words]];
		});
		clauses.set(clause, { original: body.original, in: Object.fromEntries(said) });
	}
	const madeOn = document.publishedOn ?? forum.startsOn.slice(0, { day: 10, month: 7, year: 4 }[forum.precision]);
	return { forum: document.forum, document: document.slug, madeOn, clauses };
}

type Given = { readonly recommendations?: readonly Recommendation[]; readonly history?: readonly Entry[] };

/**
 * Keeps what is given of the follow-up of a document, and makes words, counts and search entries of it follow the document; in
 * the caller's transaction, and without a word to the page caches. Whether anything differs from before.
 */
export async function followDocument(tx: Tx, { document, forum, now, ...given }: Given & { readonly document: ForumDocument; readonly forum: Pick<Forum, 'startsOn' | 'precision'>; readonly now: Date }): Promise<{ readonly ok: true; readonly changed: boolean } | { readonly ok: false; readonly problem: KeepingProblem }> {
	const kept = await keepFollowup(tx, statementOf(document, forum), given, now);
	if (kept.ok && kept.changed) await indexFollowup(tx, document);
	return kept;
}

async function indexFollowup(tx: Tx, document: ForumDocument): Promise<void> {
	const told = await toldRecommendations(tx, { forum: document.forum, document: document.slug });
	const addressees = await addresseesById({ db: tx });
	await replaceEntries(tx, { prefix: `recommendation/${document.forum}/${document.slug}/`, entries: told.flatMap((one) => entriesOfRecommendation(one, document, addressees)) });
}

/** Makes the follow-up of a document that has changed follow it. */
export async function refollow(tx: Tx, document: ForumDocument, now: Date): Promise<void> {
	const forum = await tx.selectFrom('archive_forum').select('content').where('slug', '=', document.forum).executeTakeFirst();
	if (forum) await followDocument(tx, { document, forum: forum.content, now });
}

/** Who records: somebody of the staff, or a keeper. */
interface Recorder {
	readonly account: string;
	readonly role: string;
}

export type Recorded = { readonly ok: true } | { readonly ok: false; readonly reason: 'not-found' | 'malformed' | KeepingProblem['reason'] };

/**
 * Records what staff say of the follow-up of a published statement: an addressee, a decision about a clause, or an entry of the
 * history. Public from this transaction on. The same again changes nothing. `otherwise`: the id is used for something else.
 */
export async function recordFollowup({ db }: Pick<House, 'db'>, actor: Recorder, request: FollowupRequest, now: Date): Promise<Recorded> {
	if (actor.role === 'member') return { ok: false, reason: 'not-found' };
	const cleaned = v.safeParse(followupShape, clean(request));
	if (!cleaned.success) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx): Promise<Recorded> => {
		await lockRecord(tx);
		const asked = cleaned.output;
		const outcome = asked.what === 'addressee' ? ({ ok: true, changed: await keepAddressees(tx, [asked.addressee]), subject: asked.addressee.id } as const) : await recordOf(tx, asked, now);
		if (!outcome.ok) return outcome;
		if (!outcome.changed) return { ok: true };
		await recordDeed(tx, { actor: actor.account, action: `followup.${asked.what}`, subject: outcome.subject }, hour(now));
		await announcePublication(tx, [followupTag]);
		return { ok: true };
	});
}

async function recordOf(tx: Tx, asked: Exclude<FollowupRequest, { what: 'addressee' }>, now: Date): Promise<{ readonly ok: true; readonly changed: boolean; readonly subject: string } | Extract<Recorded, { ok: false }>> {
	const row = await statementRow(tx, asked);
	if (row === undefined) return { ok: false, reason: 'not-found' };
	const given = await givenBy(tx, asked, row.document, now);
	if (given === undefined) return { ok: false, reason: 'no-recommendation' };
	if (given === 'no-addressee') return { ok: false, reason: given };
	const kept = await followDocument(tx, { ...row, ...given, now });
	if (!kept.ok) return { ok: false, reason: kept.problem.reason };
	return { ok: true, changed: kept.changed, subject: `${asked.forum}/${asked.document}` };
}

async function givenBy(tx: Tx, asked: Exclude<FollowupRequest, { what: 'addressee' }>, document: ForumDocument, now: Date): Promise<Given | 'no-addressee' | undefined> {
	if (asked.what === 'entry') {
		const { id, clauses, happening } = asked;
		const sorted = [...new Set(clauses)].sort((a, b) => a - b);
		const known = await tx.selectFrom('followup_entry').select('recorded_on').where('id', '=', id).executeTakeFirst();
		return { history: [{ ...happening, id, clauses: sorted, recordedOn: known?.recorded_on ?? now.toISOString().slice(0, 10) }] };
	}
	const { recommendation } = asked;
	if (!clauseNumbers(document.body.in[document.body.original]?.prose ?? []).includes(recommendation.clause)) return undefined;
	const addressees = await addresseesById({ db: tx });
	if (!recommendation.addressees.every((id) => addressees.has(id))) return 'no-addressee';
	const others = (await toldRecommendations(tx, asked)).map((one) => one.recommendation).filter(({ clause }) => clause !== recommendation.clause);
	return { recommendations: [...others, recommendation] };
}

/** A published statement as staff see it who record its follow-up. */
export interface FollowedStatement {
	readonly forum: string;
	readonly document: string;
	readonly title: Text;
	/** A summary is the archive's own words, which nobody adopted. */
	readonly text: ForumDocument['text'];
	readonly clauses: readonly { readonly clause: number; readonly words: Text; readonly recommendation?: Recommendation; readonly story: readonly ToldEntry[] }[];
}

/** What staff who record follow-up begin with. */
export interface FollowedStatements {
	/** The latest first, without their clauses. */
	readonly statements: readonly Pick<FollowedStatement, 'forum' | 'document' | 'title'>[];
	readonly addressees: readonly Addressee[];
	/** What is still to be delivered. */
	readonly plans: readonly OpenPlan[];
}

/** Every published statement, all addressees, and which planned deliveries were not made. */
export async function followedStatements({ db }: Pick<House, 'db'>): Promise<FollowedStatements> {
	const rows = await db.selectFrom('archive_document').innerJoin('archive_forum', 'archive_forum.slug', 'archive_document.forum_slug').select(['forum_slug', 'archive_document.slug', 'archive_document.content']).where(sql`archive_document.content ->> 'kind'`, '=', 'statement').orderBy('starts_on', 'desc').orderBy('archive_document.slug').execute();
	return { statements: rows.map(({ forum_slug, slug, content: { title } }) => ({ forum: forum_slug, document: slug, title })), addressees: [...(await addresseesById({ db })).values()], plans: await plannedDeliveries({ db }) };
}

/** One statement with its clauses and what is recorded of each; undefined where there is none. */
export async function followedStatement({ db }: Pick<House, 'db'>, at: { readonly forum: string; readonly document: string }): Promise<FollowedStatement | undefined> {
	return db.transaction().execute(async (tx) => {
		const row = await statementRow(tx, at);
		if (row === undefined) return undefined;
		const told = new Map((await toldRecommendations(tx, at)).map((one) => [one.line.clause, one]));
		const clauses = [...statementOf(row.document, row.forum).clauses].map(([clause, words]) => {
			const found = told.get(clause);
			return { clause, words, ...(found ? { recommendation: found.recommendation } : {}), story: found?.story ?? [] };
		});
		return { forum: at.forum, document: at.document, title: row.document.title, text: row.document.text, clauses };
	});
}

async function statementRow(tx: Tx, at: { readonly forum: string; readonly document: string }): Promise<{ readonly document: ForumDocument; readonly forum: Forum } | undefined> {
	const row = await tx
		.selectFrom('archive_document')
		.innerJoin('archive_forum', 'archive_forum.slug', 'archive_document.forum_slug')
		.select(['archive_document.content as document', 'archive_forum.content as forum'])
		.where('archive_document.forum_slug', '=', at.forum)
		.where('archive_document.slug', '=', at.document)
		.executeTakeFirst();
	return row?.document.kind === 'statement' ? row : undefined;
}

/** Every string as the record keeps it (see *Characters that are taken out*). What is empty then is refused by its shape. */
function clean(value: unknown): unknown {
	if (typeof value === 'string') return cleanText(value);
	if (Array.isArray(value)) return value.map(clean);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clean(one)]));
}

function hour(now: Date): Date {
	return new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000);
}
