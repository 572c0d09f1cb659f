import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '#lib/platform/db/database.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { inOrder, type Addressee, type Entry, type Recommendation } from '../recommendation.ts';
import { entryProblem, standingOf, storyOf } from '../story.ts';
import type { TrackerLine } from '../tracker.ts';
import { historyOf } from './reading.ts';
import './tables.ts';

/** A published statement, as its follow-up needs it. */
export interface Statement {
	readonly forum: string;
	readonly document: string;
	/** YYYY, YYYY-MM or YYYY-MM-DD. */
	readonly madeOn: string;
	/** The words of each clause. */
	readonly clauses: ReadonlyMap<number, Text>;
}

/** Why follow-up is not taken. `otherwise`: an entry with this id is in the record, and says something else. */
export interface KeepingProblem {
	readonly reason: NonNullable<ReturnType<typeof entryProblem>> | 'otherwise';
	readonly entry: string;
}

export type KeptFollowup = { readonly ok: true; readonly changed: boolean } | { readonly ok: false; readonly problem: KeepingProblem };

/** Keeps these addressees as they are now; whether any differs from before. Others stay. */
export async function keepAddressees(tx: Tx, addressees: readonly Addressee[]): Promise<boolean> {
	const known = new Map((await tx.selectFrom('followup_addressee').selectAll().execute()).map(({ id, content }) => [id, content]));
	const fresh = addressees.filter((one) => !isSame(known.get(one.id), one));
	for (const one of fresh) {
		const content = JSON.stringify(one);
		await tx.insertInto('followup_addressee').values({ id: one.id, content }).onConflict((conflict) => conflict.column('id').doUpdateSet({ content })).execute();
	}
	return fresh.length > 0;
}

/**
 * Keeps the follow-up of a statement, in the caller's transaction: its recommendations as given, or as they were where none are
 * given; and of the history what is not there yet. Words and counts follow the statement. Doing it twice changes nothing.
 */
export async function keepFollowup(tx: Tx, statement: Statement, { recommendations, history = [] }: { readonly recommendations?: readonly Recommendation[] | undefined; readonly history?: readonly Entry[] }, now: Date): Promise<KeptFollowup> {
	const { forum, document, clauses } = statement;
	const rows = await tx.selectFrom('followup_recommendation').selectAll().where('forum_slug', '=', forum).where('document_slug', '=', document).execute();
	const all = (recommendations ?? rows.map(({ content }) => content)).filter(({ clause }) => clauses.has(clause)).map(inOrder).toSorted((a, b) => a.clause - b.clause);
	const addressees = new Set((await tx.selectFrom('followup_addressee').select('id').execute()).map(({ id }) => id));

	const before = await historyOf(tx, { forum, document });
	// Whoever takes a clause out of the recommendations would take what is recorded of it off every page.
	const held = before.find((entry) => entry.clauses.some((clause) => clauses.has(clause) && !all.some((one) => one.clause === clause)));
	if (held !== undefined) return { ok: false, problem: { reason: 'no-recommendation', entry: held.id } };
	const added = await addEntries(tx, { statement, history: before, fresh: history, recommendations: all, addressees });
	if (!added.ok) return added;

	let changed = added.count > 0;
	const gone = new Set(rows.map(({ clause }) => clause));
	for (const content of all) {
		gone.delete(content.clause);
		const row = rows.find(({ clause }) => clause === content.clause);
		const words = clauses.get(content.clause);
		const { clause, rights, targets } = content;
		const line: TrackerLine = { forum, document, clause, madeOn: statement.madeOn, addressees: content.addressees, rights, targets, standing: standingOf(storyOf(added.history, clause)) };
		if (row && isSame(row.content, content) && isSame(row.words, words) && isSame(row.line, line) && !added.touched.has(clause)) continue;
		changed = true;
		const values = { content: JSON.stringify(content), words: JSON.stringify(words), line: JSON.stringify(line), changed_at: now };
		await tx
			.insertInto('followup_recommendation')
			.values({ forum_slug: forum, document_slug: document, clause, ...values })
			.onConflict((conflict) => conflict.columns(['forum_slug', 'document_slug', 'clause']).doUpdateSet(values))
			.execute();
	}
	for (const clause of gone) {
		changed = true;
		await tx.deleteFrom('followup_recommendation').where('forum_slug', '=', forum).where('document_slug', '=', document).where('clause', '=', clause).execute();
	}
	return { ok: true, changed };
}

type Added = { readonly ok: true; readonly count: number; readonly history: readonly Entry[]; readonly touched: ReadonlySet<number> } | { readonly ok: false; readonly problem: KeepingProblem };

interface Adding {
	readonly statement: Statement;
	readonly history: readonly Entry[];
	readonly fresh: readonly Entry[];
	readonly recommendations: readonly Recommendation[];
	readonly addressees: ReadonlySet<string>;
}

/** See *History only grows*. An entry that was blanked here stays blanked, whatever older files say of it. */
async function addEntries(tx: Tx, { statement: { forum, document }, history, fresh, recommendations, addressees }: Adding): Promise<Added> {
	let known = history;
	const touched = new Set<number>();
	let count = 0;
	for (const entry of fresh) {
		const same = known.find(({ id }) => id === entry.id);
		if (same?.kind === 'blanked' || isSame(same, entry)) continue;
		if (same !== undefined) return { ok: false, problem: { reason: 'otherwise', entry: entry.id } };
		const reason = entryProblem(entry, { recommendations, addressees, history: known });
		if (reason !== undefined) return { ok: false, problem: { reason, entry: entry.id } };
		const { id, clauses, recordedOn, ...content } = entry;
		const added = await tx
			.insertInto('followup_entry')
			.values({ id, forum_slug: forum, document_slug: document, clauses: [...clauses], content: JSON.stringify(content), recorded_on: recordedOn })
			.onConflict((conflict) => conflict.column('id').doNothing())
			.returning('id')
			.executeTakeFirst();
		// Ids are for the whole record: another statement has this one.
		if (!added) return { ok: false, problem: { reason: 'otherwise', entry: id } };
		if (entry.kind === 'taken-back' && entry.blank) {
			const of = known.find((one) => one.id === entry.of);
			const blanked = { kind: 'blanked', on: of?.on ?? of?.recordedOn ?? recordedOn } as const;
			await tx.updateTable('followup_entry').set({ content: JSON.stringify(blanked) }).where('id', '=', entry.of).execute();
			known = known.map((one) => (one.id === entry.of ? { id: one.id, clauses: one.clauses, recordedOn: one.recordedOn, ...blanked } : one));
		}
		known = [...known, entry];
		for (const clause of clauses) touched.add(clause);
		count += 1;
	}
	return { ok: true, count, history: known, touched };
}

/** jsonb keeps no order of keys and no absent ones, so both sides are compared as JSON values. */
function isSame(found: unknown, wanted: unknown): boolean {
	return found !== undefined && isDeepStrictEqual(found, JSON.parse(JSON.stringify(wanted)));
}
