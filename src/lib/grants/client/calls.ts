import { callKeyOf, newCallSecret, signEntry } from '#vault';
import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, OpenedRecord } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { entryHash, fromText, idOfHash, toText, type Bytes, type Json, type SignedEntry } from '#lib/vault/envelope.ts';
import { callContentShape, deadlineShape, slugShape, type CallContent, type CallInbox, type CallInboxes, type CallKind, type Deadline } from '../call.ts';
import { actProblem, type CallAct, type CallState } from '../call-log.ts';
import { hourOf } from '../case.ts';
import { answerParts, questionKinds } from '../form.ts';
import { fetchCallState, type DeskOutcome } from './desk.ts';

/** A call before it is public: a record of its circle, which nobody else reads. */
export interface CallDraft {
	readonly slug: string;
	readonly kind: CallKind;
	readonly deadline: Deadline | null;
	readonly content: CallContent;
}

const draftShape = v.strictObject({ v: v.literal(1), slug: slugShape, kind: v.picklist(['call', 'rapid']), deadline: v.nullable(deadlineShape), content: callContentShape });
const keptSecret = v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32));
/** `next` is the secret that the call's next renewal announces, or has announced: which of the two signs, the call's log says. */
const keptShape = v.strictObject({ v: v.literal(1), call: v.string(), secret: keptSecret, next: v.optional(keptSecret) });

const words = v.optional(v.string());
const keptText = v.strictObject({ original: v.picklist(languages), in: v.pipe(v.strictObject({ en: words, es: words, fr: words, ar: words }), v.transform((found): Text['in'] => Object.fromEntries(Object.entries(found).filter(([, said]) => said !== undefined)))) });

/** The same fields as what can be published, with less asked of each: no text need be there, and no number fit. */
const keptDraftShape = v.pipe(
	v.strictObject({
		v: v.literal(1),
		slug: v.string(),
		kind: v.picklist(['call', 'rapid']),
		deadline: v.nullable(deadlineShape),
		content: v.strictObject({
			title: keptText,
			summary: keptText,
			funded: v.array(keptText),
			notFunded: v.array(keptText),
			eligibility: v.array(v.strictObject({ id: v.string(), question: keptText, needed: v.picklist(['yes', 'no']), otherwise: keptText })),
			criteria: v.array(v.strictObject({ id: v.string(), name: keptText, explanation: v.nullable(keptText), weight: v.number() })),
			ceiling: callContentShape.entries.ceiling,
			clocks: callContentShape.entries.clocks,
			keepMonths: v.number(),
			form: v.strictObject({
				version: v.number(),
				questions: v.array(
					v.strictObject({
						id: v.string(), part: v.picklist(answerParts), kind: v.picklist(questionKinds), label: keptText, help: v.nullable(keptText), required: v.boolean(),
						choices: v.array(v.strictObject({ id: v.string(), label: keptText })), when: v.nullable(v.strictObject({ question: v.string(), is: v.array(v.string()) })), most: v.number()
					})
				)
			})
		})
	}),
	v.transform(({ slug, kind, deadline, content }): CallDraft => ({ slug, kind, deadline, content }))
);

/** Whether a draft could be published as it is: where not, its shape says what is missing. */
export function draftProblems(draft: unknown): readonly string[] {
	const { issues } = v.safeParse(draftShape, { v: 1, ...(draft as object) });
	return issues?.map((issue) => v.getDotPath(issue) ?? '') ?? [];
}

/** The inbox of a circle as it is now, for a call that is sealed to it. */
export function inboxOf({ id, state }: OpenCircle): CallInbox {
	const newest = state.epochs.at(-1);
	if (newest === undefined) throw new Error('A circle without an epoch.');
	const { epoch, inbox } = newest.announced;
	return { circle: id, epoch, recipient: inbox };
}

/**
 * Publishes a call of this circle. Its key is kept in the circle before anything is public, so that no call is ever out of
 * everybody's hands. `slug-taken` where the address belongs to another call.
 */
export async function publishCall(link: Link, circle: OpenCircle, { draft, inboxes }: { readonly draft: CallDraft; readonly inboxes: CallInboxes }): Promise<DeskOutcome<{ readonly call: string }>> {
	const secret = newCallSecret();
	const key = await callKeyOf(secret);
	const { slug, kind, deadline, content } = draft;
	const act: CallAct = { do: 'publish', slug, kind, signing: toText(key.publicKey), content, inboxes, deadline };
	const problem = actProblem(undefined, act);
	if (problem !== undefined) return { ok: false, reason: problem };
	const entry = await signEntry({ log: 'call', of: null, seq: 0, previous: null, by: null, at: hourOf(link.now()), act: act as unknown as SignedAct }, key);
	const call = idOfHash(await entryHash(entry.body));
	const kept = await keepSecret(circle, { call, secret, basedOn: undefined });
	if (!kept.ok) return kept;
	const answer = await link.send('POST', '/api/calls', { entry: wire(entry) });
	if (!answer.ok) return { ok: false, reason: answer.reason };
	await shownToAll(link, slug, await entryHash(entry.body));
	return { ok: true, call };
}

type SignedAct = { readonly do: string; readonly [field: string]: Json };

function wire({ body, signature }: SignedEntry): Json {
	return { body, signature };
}

/** Keeps what signs for a call, and what will: before it is announced, so that no call is ever out of everybody's hands. */
export function keepSecret(circle: OpenCircle, { call, secret, next, basedOn }: { readonly call: string; readonly secret: Bytes; readonly next?: Bytes; readonly basedOn: OpenedRecord | undefined }) {
	return circle.write({ kind: 'grant-call', record: call, body: { v: 1, call, secret: toText(secret), ...(next && { next: toText(next) }) }, basedOn });
}

/**
 * The secret that signs for a call, from the circle that keeps it, and one that is kept for its next renewal, if there is
 * one. Rejects with a `VaultFailure` where it is not to be believed.
 */
export async function callSecret(circle: OpenCircle, call: CallState): Promise<DeskOutcome<{ readonly secret: Bytes; readonly next: Bytes | undefined; readonly record: OpenedRecord }>> {
	const read = await circle.read(call.call);
	if (!read.ok) return read;
	if (!read.opened.ok) throw read.opened.trouble;
	const { success, output } = v.safeParse(keptShape, read.opened.body);
	const kept = success ? [output.secret, output.next ?? ''].map((text) => fromText(text) ?? new Uint8Array()) : [];
	for (const [at, secret] of kept.entries()) {
		if (secret.length !== 32 || toText((await callKeyOf(secret)).publicKey) !== call.signing) continue;
		const next = at === 0 && kept[1]?.length === 32 ? kept[1] : undefined;
		return { ok: true, secret, next, record: read.opened };
	}
	throw new VaultTrouble('foreign-key', { part: 'record', circle: circle.id, record: call.call, version: read.opened.version }, { found: 'a key that does not sign for the call' });
}

/** Adds an entry to a call's log: an extension, new words, its end. `moved-on`: somebody else was faster. */
export async function changeCall(link: Link, circle: OpenCircle, { call, act }: { readonly call: CallState; readonly act: CallAct }): Promise<DeskOutcome<object>> {
	const problem = actProblem(call, act);
	if (problem !== undefined) return { ok: false, reason: problem };
	const kept = await callSecret(circle, call);
	if (!kept.ok) return kept;
	return appendEntry(link, call, { act, secret: kept.secret });
}

/** Signs an entry with the call's secret and sends it. */
export async function appendEntry(link: Link, call: CallState, { act, secret }: { readonly act: CallAct; readonly secret: Bytes }): Promise<DeskOutcome<object>> {
	const at = hourOf(link.now());
	const entry = await signEntry({ log: 'call', of: call.call, seq: call.head.seq + 1, previous: call.head.hash, by: null, at, act: act as unknown as SignedAct }, await callKeyOf(secret));
	const answer = await link.send('POST', `/api/calls/${call.slug}/entries`, { entry: wire(entry) });
	if (!answer.ok) return { ok: false, reason: answer.reason };
	await shownToAll(link, call.slug, await entryHash(entry.body));
	return { ok: true };
}

const mostLooks = 20;

/**
 * Resolves once the server shows everybody an entry that it took: what it shows comes from a memory that it drops a
 * moment after the change. Without it the page that comes next would say that there is no such call.
 */
async function shownToAll(link: Link, slug: string, hash: string): Promise<void> {
	for (let looks = 0; looks < mostLooks; looks++) {
		const found = await fetchCallState(link, slug);
		if (found.ok && found.state.hashes.includes(hash)) return;
		await link.pause(100);
	}
}

/** Keeps a draft as the next version of its record, or of a new one. */
export async function saveDraft(circle: OpenCircle, { draft, basedOn }: { readonly draft: CallDraft; readonly basedOn: OpenedRecord | undefined }): Promise<DeskOutcome<{ readonly record: OpenedRecord }>> {
	const body = { v: 1, ...draft } as unknown as Json;
	const written = await circle.write({ kind: 'grant-draft', body, basedOn, ...(basedOn === undefined ? {} : { record: basedOn.record }) });
	return written.ok ? { ok: true, record: written.written } : { ok: false, reason: written.reason };
}

/** The draft that a record says; undefined for a record of another kind. What is missing is missing: a draft need not be complete. */
export function readDraft({ kind, body }: Pick<OpenedRecord, 'kind' | 'body'>): CallDraft | undefined {
	const { success, output } = v.safeParse(keptDraftShape, body);
	return kind === 'grant-draft' && success ? output : undefined;
}
