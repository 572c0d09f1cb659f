import * as v from 'valibot';
import type { OpenCircle, Opened, OpenNote, Outcome } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { derivedRecord } from '#lib/circles/limits.ts';
import type { NoteText } from '#lib/circles/note-text.ts';
import { toText } from '#lib/vault/envelope.ts';
import { clauseKinds, draftKinds, draftShape, freezeProblem, versionShape, writtenClauses, type Clause, type ClauseKind, type Draft, type Version } from '../draft.ts';
import { bodyOf, singleRecord } from '../round.ts';
import { everyRecord, wasSteward } from './rounds.ts';

/** A draft of a circle, opened and judged. */
export interface OpenDraft extends Draft {
	readonly id: string;
	readonly circle: OpenCircle;
}

export type Listed<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly id: string; readonly trouble: VaultTrouble };

/** What a record says in a shape; throws a `VaultTrouble` where it is of another kind, says something else, was changed, or is none of a steward's. */
export function stewardsOnly<Shape extends v.GenericSchema>(circle: OpenCircle, opened: Opened, { kind, shape }: { readonly kind: string; readonly shape: Shape }): v.InferOutput<Shape> {
	if (!opened.ok) throw opened.trouble;
	const place = { part: 'record', circle: circle.id, record: opened.record, version: opened.version } as const;
	const { success, output } = v.safeParse(shape, opened.body);
	if (opened.kind !== kind || !success) throw new VaultTrouble('unknown-format', place, { found: 'a record that says something else than its kind' });
	if (opened.version !== 1 || !wasSteward(circle, opened.author)) throw new VaultTrouble('against-the-rules', place, { found: 'a record that was changed, or that its author could not write' });
	return output;
}

/** Each record as one of these things, or why it could not be believed. */
export function listedOf<T extends object>(records: readonly Opened[], read: (opened: Opened) => T): readonly Listed<T>[] {
	return records.map((opened): Listed<T> => {
		try {
			return { ok: true, ...read(opened) };
		} catch (error) {
			if (error instanceof VaultTrouble) return { ok: false, id: opened.record, trouble: error };
			throw error;
		}
	});
}

function draftOf(circle: OpenCircle, opened: Opened): OpenDraft {
	return { ...stewardsOnly(circle, opened, { kind: draftKinds.draft, shape: draftShape }), id: opened.record, circle };
}

/** The drafts of a circle, the newest first. */
export async function draftsIn(circle: OpenCircle): Promise<Outcome<{ readonly drafts: readonly Listed<{ readonly draft: OpenDraft }>[] }>> {
	const all = await everyRecord(circle, [draftKinds.draft]);
	return all.ok ? { ok: true, drafts: listedOf(all.records, (opened) => ({ draft: draftOf(circle, opened) })).toReversed() } : all;
}

export async function openDraft(circle: OpenCircle, id: string): Promise<Outcome<{ readonly draft: OpenDraft }>> {
	const read = await circle.read(id);
	return read.ok ? { ok: true, draft: draftOf(circle, read.opened) } : read;
}

/** Begins a draft; a steward. */
export async function beginDraft(circle: OpenCircle, { title, language }: Pick<Draft, 'title' | 'language'>): Promise<Outcome<{ readonly draft: OpenDraft }>> {
	const written = await circle.write({ kind: draftKinds.draft, body: bodyOf({ v: 1, title: title.trim(), language, secret: newSecret() }), basedOn: undefined });
	return written.ok ? { ok: true, draft: draftOf(circle, written.written) } : { ok: false, reason: written.reason };
}

/** 16 random bytes, from which ids follow. */
export function newSecret(): string {
	return toText(crypto.getRandomValues(new Uint8Array(16)));
}

/** The text of a draft, which its members write together. */
export async function draftNote({ circle, id }: OpenDraft): Promise<Outcome<{ readonly note: OpenNote }>> {
	return circle.note(await derivedRecord('draft-note', id));
}

/** The clauses of a text, empty ones too. What nobody said of a clause is as of the one before; a text begins with its preamble. */
export function clausesOf(text: NoteText): readonly Clause[] {
	const kinds = text.doc.getMap<unknown>('kinds');
	let kind: ClauseKind = 'preamble';
	return text.paragraphs.map(({ id, text: words }) => {
		kind = clauseKinds.find((one) => one === kinds.get(id)) ?? kind;
		return { id, kind, text: words };
	});
}

/** Says what a clause is, and with it those after it of which nobody said anything. */
export function setClauseKind({ doc }: NoteText, clause: string, kind: ClauseKind): void {
	doc.getMap<unknown>('kinds').set(clause, kind);
}

/** A version of a draft: as it was frozen, by whom. */
export interface FrozenVersion extends Version {
	readonly by: string;
	readonly at: Date;
}

/** The versions of a draft, the newest first, and the number of the next. */
export async function versionsOf({ circle, id, secret }: OpenDraft): Promise<Outcome<{ readonly versions: readonly FrozenVersion[]; readonly next: number }>> {
	const all = await everyRecord(circle, [draftKinds.version]);
	if (!all.ok) return all;
	const records = new Map(all.records.map((opened) => [opened.record, opened]));
	const versions: FrozenVersion[] = [];
	for (let number = 1; ; number++) {
		const opened = records.get(await singleRecord(secret, 'version', String(number)));
		if (opened === undefined) return { ok: true, versions: versions.toReversed(), next: number };
		if (!opened.ok) throw opened.trouble;
		const { success, output } = v.safeParse(versionShape, opened.body);
		// What a member who is no steward puts there takes a number, and is no version.
		if (success && output.draft === id && output.number === number && opened.version === 1 && wasSteward(circle, opened.author)) versions.push({ ...output, by: opened.author, at: opened.at });
	}
}

export type Frozen = Outcome<{ readonly version: FrozenVersion }> | { readonly ok: false; readonly reason: NonNullable<ReturnType<typeof freezeProblem>> };

/** Freezes a draft as it stands, as its next version; a steward. `moved-on`: somebody was faster. */
export async function freeze(draft: OpenDraft, { title, clauses, next: number }: { readonly title: string; readonly clauses: readonly Clause[]; /** As `versionsOf` gives it. */ readonly next: number }): Promise<Frozen> {
	const written = writtenClauses(clauses);
	const problem = freezeProblem({ title, clauses: written });
	if (problem !== undefined) return { ok: false, reason: problem };
	const version: Version = { v: 1, draft: draft.id, number, language: draft.language, title: title.trim(), clauses: written.map((clause) => ({ ...clause })) };
	const kept = await draft.circle.write({ kind: draftKinds.version, record: await singleRecord(draft.secret, 'version', String(number)), body: bodyOf({ ...version }), basedOn: undefined });
	return kept.ok ? { ok: true, version: { ...version, by: kept.written.author, at: kept.written.at } } : { ok: false, reason: kept.reason };
}
