import * as v from 'valibot';
import { sealLetter } from '#vault';
import { refusedBy } from '#lib/circles/client/answers.ts';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, Opened, OpenedRecord, Outcome } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { newIssuingKey } from '#vault/blind';
import { randomId, toText, utf8 } from '#lib/vault/envelope.ts';
import { bodyOf, roundKinds, roundShape, type Round } from '../round.ts';

/** A round of a circle, opened and judged. */
export interface OpenRound extends Round {
	readonly id: string;
	readonly circle: OpenCircle;
	/** The epoch in which it was begun: no ballot is older. */
	readonly epoch: number;
}

/** Whether somebody is, or ever was, a steward of the circle. */
export function wasSteward({ state }: OpenCircle, account: string): boolean {
	return state.moments.some(({ members }) => members.get(account)?.steward === true);
}

/**
 * The round that a record holds. Throws a `VaultTrouble`: `unknown-format` where it says something else, `against-the-rules`
 * where nobody who may begin one wrote it, or where it was changed afterwards.
 */
function roundOf(circle: OpenCircle, opened: Opened): OpenRound {
	if (!opened.ok) throw opened.trouble;
	const place = { part: 'record', circle: circle.id, record: opened.record, version: opened.version } as const;
	const { success, output } = v.safeParse(roundShape, opened.body);
	if (opened.kind !== roundKinds.round || !success) throw new VaultTrouble('unknown-format', place, { found: 'a record that is no round' });
	if (opened.version !== 1 || !wasSteward(circle, opened.author)) throw new VaultTrouble('against-the-rules', place, { found: 'a round that was changed, or that its author could not begin' });
	return { ...output, id: opened.record, circle, epoch: opened.epoch };
}

/** Every record of some kinds, in the order in which they changed. */
export async function everyRecord(circle: OpenCircle, kinds: readonly string[]): Promise<Outcome<{ readonly records: readonly Opened[] }>> {
	const records: Opened[] = [];
	for (let after: string | undefined; ; ) {
		const page = await circle.list(kinds, { limit: 200, after, order: 'oldest' });
		if (!page.ok) return page;
		records.push(...page.records);
		if (page.next === undefined) return { ok: true, records };
		after = page.next;
	}
}

/** The newest version of a record that was written by whose it is: what others write there counts for nothing. */
export async function newestBy(circle: OpenCircle, newest: OpenedRecord | undefined, isWriter: (author: string) => boolean): Promise<OpenedRecord | undefined> {
	if (newest === undefined || isWriter(newest.author)) return newest;
	const versions = await circle.versions(newest.record);
	return versions.ok ? versions.versions.findLast((one): one is OpenedRecord => one.ok && isWriter(one.author)) : undefined;
}

export type ListedRound = { readonly ok: true; readonly round: OpenRound } | { readonly ok: false; readonly id: string; readonly trouble: VaultTrouble };

/** The rounds of a circle, the newest first, or why one could not be believed. */
export async function roundsIn(circle: OpenCircle): Promise<Outcome<{ readonly rounds: readonly ListedRound[] }>> {
	const all = await everyRecord(circle, [roundKinds.round]);
	if (!all.ok) return all;
	const rounds = all.records.map((opened): ListedRound => {
		try {
			return { ok: true, round: roundOf(circle, opened) };
		} catch (error) {
			if (error instanceof VaultTrouble) return { ok: false, id: opened.record, trouble: error };
			throw error;
		}
	});
	return { ok: true, rounds: rounds.toReversed() };
}

export async function openRound(circle: OpenCircle, id: string): Promise<Outcome<{ readonly round: OpenRound }>> {
	const read = await circle.read(id);
	return read.ok ? { ok: true, round: roundOf(circle, read.opened) } : read;
}

export type NewRound = Pick<Round, 'question' | 'languages' | 'opensAt' | 'closesAt' | 'proposals'>;

/**
 * Begins a round. The key under which ballots are allowed is made here; its private half goes in a letter to those who are
 * stewards now, so that each of them can give ballots, and nobody else.
 */
export async function beginRound(link: Link, circle: OpenCircle, { question, languages, opensAt, closesAt, proposals }: NewRound): Promise<Outcome<{ readonly round: OpenRound }>> {
	const id = randomId();
	const { issuing, secret: issuingSecret } = await newIssuingKey();
	const recipients = circle.members.flatMap(({ account, steward }) => {
		const card = circle.cards.get(account);
		return steward && card ? [card.recipient] : [];
	});
	const header = { kind: letterKind, circle: circle.id, about: id, author: link.keys.account, at: link.now().getTime() };
	const letter = await sealLetter({ header, body: utf8(issuingSecret), recipients, signing: link.keys.signing });
	const begun = await link.send('POST', `/api/circles/${circle.id}/rounds`, { id, issuing, opensAt, closesAt });
	if (!begun.ok) return { ok: false, reason: refusedBy(begun) };
	const secret = toText(crypto.getRandomValues(new Uint8Array(16)));
	const round: Round = { v: 1, question, languages: [...languages], opensAt, closesAt, proposals, issuing, key: toText(letter), secret };
	const written = await circle.write({ kind: roundKinds.round, record: id, body: bodyOf(round), basedOn: undefined });
	return written.ok ? { ok: true, round: roundOf(circle, written.written) } : { ok: false, reason: written.reason };
}

/** The kind of the letter in which stewards get the key that issues. */
export const letterKind = 'round-key';

/** What a record of a round says, in a shape that names its round; undefined for any other. */
export function saidIn<Shape extends v.GenericSchema<unknown, { readonly round: string }>>(shape: Shape, round: OpenRound, opened: OpenedRecord): v.InferOutput<Shape> | undefined {
	const { success, output } = v.safeParse(shape, opened.body);
	return success && output.round === round.id ? output : undefined;
}
