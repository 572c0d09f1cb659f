import * as v from 'valibot';
import type { OpenedRecord, OpenNote, Outcome } from '#lib/circles/client/open-circle.ts';
import type { VaultTrouble } from '#lib/circles/client/trouble.ts';
import type { Change } from '#lib/circles/difference.ts';
import { rarely } from '#lib/circles/client/rarely.ts';
import type { TextChange } from '#lib/circles/note-text.ts';
import { amendmentShape, commentShape, decisionShape, draftKinds, groundsShape, supportShape, type Amendment, type Decision, type Grounds } from '../draft.ts';
import { bodyOf, singleRecord } from '../round.ts';
import type { OpenDraft } from './drafts.ts';
import { everyRecord, newestBy, wasSteward } from './rounds.ts';

export interface OpenComment {
	readonly id: string;
	readonly clause: string;
	readonly text: string;
	readonly by: string;
	readonly at: Date;
}

/** What somebody wants to be changed, who supports it, and what became of it. */
export interface OpenAmendment extends Amendment {
	readonly id: string;
	readonly by: string;
	readonly at: Date;
	/** Accounts. */
	readonly supporters: readonly string[];
	readonly decision: (Decision & { readonly by: string; readonly at: Date }) | undefined;
}

/** Everything that was said of a draft's clauses. */
export interface Discussion {
	readonly comments: readonly OpenComment[];
	readonly amendments: readonly OpenAmendment[];
	/** By clause. */
	readonly grounds: ReadonlyMap<string, Grounds['propositions']>;
	/** Those that stand now, by what they are of: a next version is based on them. */
	readonly records: ReadonlyMap<string, OpenedRecord>;
	readonly troubles: readonly VaultTrouble[];
}

const discussed = [draftKinds.comment, draftKinds.amendment, draftKinds.support, draftKinds.decision, draftKinds.grounds];

export async function discussionOf(draft: OpenDraft): Promise<Outcome<{ readonly discussion: Discussion }>> {
	const all = await everyRecord(draft.circle, discussed);
	if (!all.ok) return all;
	const records = new Map(all.records.flatMap((opened) => (opened.ok ? [[opened.record, opened] as const] : [])));
	const said = <Shape extends v.GenericSchema<unknown, { readonly draft: string }>>(kind: string, shape: Shape): { readonly opened: OpenedRecord; readonly says: v.InferOutput<Shape> }[] =>
		[...records.values()].flatMap((opened) => {
			const { success, output } = v.safeParse(shape, opened.body);
			return opened.kind === kind && success && output.draft === draft.id ? [{ opened, says: output }] : [];
		});
	const comments = said(draftKinds.comment, commentShape).flatMap(({ opened, says }) => (opened.version === 1 ? [{ id: opened.record, clause: says.clause, text: says.text, by: opened.author, at: opened.at }] : []));
	const supports = said(draftKinds.support, supportShape);
	const grounds = new Map<string, Grounds['propositions']>();
	for (const { opened, says } of said(draftKinds.grounds, groundsShape)) if (opened.record === (await singleRecord(draft.secret, 'grounds', says.clause))) grounds.set(says.clause, says.propositions);
	const amendments: OpenAmendment[] = [];
	for (const { opened, says } of said(draftKinds.amendment, amendmentShape)) {
		if (opened.version !== 1) continue;
		const { record: id } = opened;
		const own = await Promise.all(supports.filter((one) => one.says.amendment === id && one.says.supports).map(async (one) => ((await supportRecord(draft, id, one.opened.author)) === one.opened.record ? [one.opened.author] : [])));
		const decided = await newestBy(draft.circle, records.get(await singleRecord(draft.secret, 'decision', id)), (author) => wasSteward(draft.circle, author));
		const { success, output } = v.safeParse(decisionShape, decided?.body);
		const decision = decided && success && output.amendment === id ? { ...output, by: decided.author, at: decided.at } : undefined;
		amendments.push({ ...says, id, by: opened.author, at: opened.at, supporters: own.flat(), decision });
	}
	return { ok: true, discussion: { comments, amendments, grounds, records, troubles: all.records.flatMap((opened) => (opened.ok ? [] : [opened.trouble])) } };
}

async function supportRecord({ secret }: OpenDraft, amendment: string, account: string): Promise<string> {
	return singleRecord(secret, 'support', `${amendment} ${account}`);
}

export async function comment(draft: OpenDraft, { clause, text }: Pick<OpenComment, 'clause' | 'text'>): Promise<Outcome<object>> {
	const written = await draft.circle.write({ kind: draftKinds.comment, body: bodyOf({ v: 1, draft: draft.id, clause, text: text.trim() }), basedOn: undefined });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Proposes other words for a clause; no words at all: that it goes. */
export async function amend(draft: OpenDraft, { clause, base, text, reason }: Pick<Amendment, 'clause' | 'base' | 'text' | 'reason'>): Promise<Outcome<object>> {
	const written = await draft.circle.write({ kind: draftKinds.amendment, body: bodyOf({ v: 1, draft: draft.id, clause, base, text: text.trim(), reason: reason.trim() }), basedOn: undefined });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Supports an amendment, or not any longer. */
export async function support(draft: OpenDraft, { records }: Discussion, { amendment, supports }: { readonly amendment: string; readonly supports: boolean }): Promise<Outcome<object>> {
	const record = await supportRecord(draft, amendment, draft.circle.me.account);
	const written = await draft.circle.write({ kind: draftKinds.support, record, body: bodyOf({ v: 1, draft: draft.id, amendment, supports }), basedOn: records.get(record) });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Decides on an amendment, or decides anew; a steward. The text is another matter: see `applyAmendment`. */
export async function decide(draft: OpenDraft, { records }: Pick<Discussion, 'records'>, { amendment, decision, reason, round = null }: Pick<Decision, 'amendment' | 'decision' | 'reason'> & { readonly round?: string | null }): Promise<Outcome<object>> {
	const record = await singleRecord(draft.secret, 'decision', amendment);
	const written = await draft.circle.write({ kind: draftKinds.decision, record, body: bodyOf({ v: 1, draft: draft.id, amendment, decision, reason: reason.trim(), round }), basedOn: records.get(record) });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Keeps on which propositions a clause rests, in place of what was there. */
export async function rest(draft: OpenDraft, { records }: Pick<Discussion, 'records'>, { clause, propositions }: Pick<Grounds, 'clause' | 'propositions'>): Promise<Outcome<object>> {
	const record = await singleRecord(draft.secret, 'grounds', clause);
	const written = await draft.circle.write({ kind: draftKinds.grounds, record, body: bodyOf({ v: 1, draft: draft.id, clause, propositions }), basedOn: records.get(record) });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

/** Writes what an amendment asks for into the text: only the words that differ, so that whoever types in the clause meanwhile keeps theirs. */
export async function applyAmendment(note: OpenNote, { clause, text }: Pick<Amendment, 'clause' | 'text'>): Promise<Outcome<object>> {
	return withComparing(async ({ comparedWords }) => {
		const changes = changesOf(comparedWords(note.text.textOf(clause), text));
		if (changes.length > 0) note.text.type(clause, changes);
		return note.send();
	});
}

/** Two texts of a clause, with the words that differ. */
export async function compared(older: string, newer: string): Promise<Outcome<{ readonly pieces: readonly Change<string>[] }>> {
	return withComparing(({ comparedWords }) => Promise.resolve({ ok: true, pieces: comparedWords(older, newer) }));
}

/** Loaded when it is wanted: what pages of papers and this one share would else be loaded with every circle. */
const withComparing = rarely(() => import('#lib/circles/difference.ts'));

/** The changes that make one text of the other, one after the other. */
export function changesOf(pieces: readonly Change<string>[]): readonly TextChange[] {
	let at = 0;
	const changes: TextChange[] = [];
	for (const { kind, items } of pieces) {
		const words = items.join('');
		if (kind === 'gone') changes.push({ at, remove: words.length, insert: '' });
		else {
			if (kind === 'new') changes.push({ at, remove: 0, insert: words });
			at += words.length;
		}
	}
	return changes;
}
