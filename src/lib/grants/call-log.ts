import * as v from 'valibot';
import type { Text } from '#lib/platform/i18n/text.ts';
import { canonical, entryHash, entryMessage, fromCanonical, fromText, idOfHash, isHash, isHybridRecipient, isId, isSignedBy, type Json, type SignedEntry } from '#lib/vault/envelope.ts';
import { callContentShape, deadlineShape, slugShape, type CallContent, type CallInboxes, type CallKind, type Deadline } from './call.ts';

/**
 * Note: A call has a log of its own.
 * Whoever applies has no account and no circle, and must know to whom the form is sealed without believing the server.
 * So a call is a signed chain like an account's: its id is made from the first entry, which holds the key that signs the
 * rest, and stands on the call document and in links that are handed on. What the inboxes are, what the form asks and
 * when the deadline is, are entries. The log of the circle behind it is not shown to the world, because it tells how many
 * officers there are and when one left; officers' browsers compare the two each time they open the desk.
 */
export type CallAct =
	| { readonly do: 'publish'; readonly slug: string; readonly kind: CallKind; readonly signing: string; readonly content: CallContent; readonly inboxes: CallInboxes; readonly deadline: Deadline | null }
	/** New words, or a new form, whose version then rises. */
	| { readonly do: 'revise'; readonly content: CallContent }
	/** Later, and never sooner; in the open. */
	| { readonly do: 'extend'; readonly deadline: Deadline; readonly why: Text }
	/** A circle began a new epoch: what is sealed from now on goes to the new inbox, and another key signs. */
	| { readonly do: 'renew'; readonly inboxes: CallInboxes; readonly signing: string }
	| { readonly do: 'close' }
	| { readonly do: 'decide' }
	| { readonly do: 'archive' };

/** One line of a call's log, read and not yet believed. */
export interface CallEntry {
	readonly of: string | null;
	readonly seq: number;
	readonly previous: string | null;
	/** Milliseconds since 1970: the hour in which it was signed, by the signer's clock. */
	readonly at: number;
	readonly act: CallAct;
	readonly hash: string;
}

/** A draft is not here: it is a sealed record of its circle. */
export type CallStage = 'published' | 'extended' | 'closed' | 'decided' | 'archived';

export interface Extension {
	readonly from: Deadline;
	readonly to: Deadline;
	readonly why: Text;
	readonly at: Date;
}

export interface CallState {
	readonly call: string;
	readonly slug: string;
	readonly kind: CallKind;
	readonly stage: CallStage;
	readonly content: CallContent;
	/** Every version of the form, by its number: an application keeps the one it was written in. */
	readonly forms: ReadonlyMap<number, CallContent['form']>;
	readonly inboxes: CallInboxes;
	/** Raw Ed25519 key that signs the next entry, base64url. */
	readonly signing: string;
	/** Null for a rapid call. */
	readonly deadline: Deadline | null;
	readonly extensions: readonly Extension[];
	readonly publishedAt: Date;
	readonly changedAt: Date;
	readonly head: { readonly seq: number; readonly hash: string };
	/** The hash of every entry, by its place: which history somebody saw is compared with it. */
	readonly hashes: readonly string[];
	/** The inboxes after every entry, and the key that signed from then on. */
	readonly history: readonly { readonly inboxes: CallInboxes; readonly signing: string }[];
}

export type CallProblem =
	| 'malformed'
	| 'wrong-log'
	| 'wrong-place'
	| 'forged'
	/** A rapid call has no deadline, and a call has one. */
	| 'wrong-kind'
	| 'not-later'
	| 'same-form-version'
	/** Not what may follow: what was archived stays so. */
	| 'wrong-stage'
	| 'as-it-is';

export type FoldedCall = { readonly ok: true; readonly state: CallState } | { readonly ok: false; readonly seq: number; readonly problem: CallProblem };

/** What a whole log comes to, every signature and rule checked; or the first entry that is refused. */
export async function foldCall(entries: readonly SignedEntry[]): Promise<FoldedCall> {
	let state: CallState | undefined;
	for (const [seq, entry] of entries.entries()) {
		const next = await appendedToCall(state, entry);
		if (!next.ok) return { ok: false, seq, problem: next.problem };
		({ state } = next);
	}
	return state === undefined ? { ok: false, seq: 0, problem: 'malformed' } : { ok: true, state };
}

export type AppendedToCall = { readonly ok: true; readonly state: CallState; readonly entry: CallEntry } | { readonly ok: false; readonly problem: CallProblem };

/** The state after one more entry; `state` is undefined before the first. Each entry is signed by the key in force before it. */
export async function appendedToCall(state: CallState | undefined, signed: SignedEntry): Promise<AppendedToCall> {
	const entry = await readCallEntry(signed);
	if (entry === undefined) return { ok: false, problem: 'malformed' };
	const problem = placeProblem(state, entry) ?? actProblem(state, entry.act);
	if (problem !== undefined) return { ok: false, problem };
	const signing = state?.signing ?? (entry.act.do === 'publish' ? entry.act.signing : '');
	const by = fromText(signing) ?? new Uint8Array();
	if (!(await isSignedBy(by, entryMessage(signed.body), fromText(signed.signature) ?? new Uint8Array()))) return { ok: false, problem: 'forged' };
	return { ok: true, state: state === undefined ? begun(entry) : after(state, entry), entry };
}

function placeProblem(state: CallState | undefined, { seq, of, previous }: CallEntry): CallProblem | undefined {
	if (state === undefined) return seq === 0 && of === null && previous === null ? undefined : 'wrong-place';
	if (of !== state.call) return 'wrong-log';
	return seq === state.head.seq + 1 && previous === state.head.hash ? undefined : 'wrong-place';
}

/** Why this may not be done now; undefined if it may. What pages ask before they offer it. */
export function actProblem(state: CallState | undefined, act: CallAct): CallProblem | undefined {
	if (act.do === 'publish') {
		if (state !== undefined) return 'wrong-stage';
		if ((act.kind === 'rapid') !== (act.deadline === null)) return 'wrong-kind';
		return act.content.form.version === 1 ? undefined : 'same-form-version';
	}
	if (state === undefined) return 'wrong-place';
	if (state.stage === 'archived') return 'wrong-stage';
	switch (act.do) {
		case 'revise':
			return isOpenStage(state.stage) ? formProblem(state, act.content) : 'wrong-stage';
		case 'extend':
			if (state.deadline === null) return 'wrong-kind';
			if (!isOpenStage(state.stage)) return 'wrong-stage';
			return Date.parse(act.deadline.at) > Date.parse(state.deadline.at) ? undefined : 'not-later';
		case 'renew':
			// Applications that came in time go on arriving, and messages too: a closed call is still written to.
			return act.signing === state.signing ? 'as-it-is' : undefined;
		case 'close':
			return isOpenStage(state.stage) ? undefined : 'wrong-stage';
		case 'decide':
			return state.stage === 'closed' ? undefined : 'wrong-stage';
		case 'archive':
			return state.stage === 'closed' || state.stage === 'decided' ? undefined : 'wrong-stage';
	}
}

function formProblem({ content, forms }: CallState, revised: CallContent): CallProblem | undefined {
	return revised.form.version === nextFormVersion({ content, forms }, revised.form.questions) ? undefined : 'same-form-version';
}

/** The version that a form of these questions has from now on: the one it has if they are the same, or the next. */
export function nextFormVersion({ content, forms }: Pick<CallState, 'content' | 'forms'>, questions: CallContent['form']['questions']): number {
	// In the one form of what was signed: a page's own objects have their fields in another order.
	const said = (found: typeof questions): string => canonical(found as unknown as Json);
	return said(questions) === said(content.form.questions) ? content.form.version : forms.size + 1;
}

/** Whether applications may still begin, but for the deadline. */
export function isOpenStage(stage: CallStage): boolean {
	return stage === 'published' || stage === 'extended';
}

function begun({ act, hash, at }: CallEntry): CallState {
	if (act.do !== 'publish') throw new Error('A call begins by being published.');
	const { slug, kind, content, inboxes, signing, deadline } = act;
	const moment = new Date(at);
	return {
		call: idOfHash(hash), slug, kind, stage: 'published', content, forms: new Map([[1, content.form]]), inboxes, signing, deadline, extensions: [],
		publishedAt: moment, changedAt: moment, head: { seq: 0, hash }, hashes: [hash], history: [{ inboxes, signing }]
	};
}

function after(state: CallState, { act, seq, hash, at }: CallEntry): CallState {
	const { inboxes, signing } = act.do === 'renew' ? act : state;
	const moved: CallState = { ...state, changedAt: new Date(at), head: { seq, hash }, hashes: [...state.hashes, hash], inboxes, signing, history: [...state.history, { inboxes, signing }] };
	switch (act.do) {
		case 'publish':
			throw new Error('A call is published once.');
		case 'revise':
			return { ...moved, content: act.content, forms: new Map([...state.forms, [act.content.form.version, act.content.form]]) };
		case 'extend':
			if (state.deadline === null) throw new Error('A rapid call has no deadline.');
			return { ...moved, stage: 'extended', deadline: act.deadline, extensions: [...state.extensions, { from: state.deadline, to: act.deadline, why: act.why, at: new Date(at) }] };
		case 'renew':
			return moved;
		case 'close':
			return { ...moved, stage: 'closed' };
		case 'decide':
			return { ...moved, stage: 'decided' };
		case 'archive':
			return { ...moved, stage: 'archived' };
	}
}

/** A form of eighty questions in four languages, with room. */
const longestBody = 512 * 1024;

const text43 = v.pipe(v.string(), v.check((found) => fromText(found)?.length === 32));
const inbox = v.strictObject({ circle: v.pipe(v.string(), v.check(isId)), epoch: v.pipe(v.number(), v.integer(), v.minValue(1)), recipient: v.pipe(v.string(), v.check(isHybridRecipient)) });
const inboxesShape = v.strictObject({ core: inbox, identity: inbox, payee: inbox });

const actShape = v.variant('do', [
	v.strictObject({ do: v.literal('publish'), slug: slugShape, kind: v.picklist(['call', 'rapid']), signing: text43, content: callContentShape, inboxes: inboxesShape, deadline: v.nullable(deadlineShape) }),
	v.strictObject({ do: v.literal('revise'), content: callContentShape }),
	v.strictObject({ do: v.literal('extend'), deadline: deadlineShape, why: callContentShape.entries.title }),
	v.strictObject({ do: v.literal('renew'), inboxes: inboxesShape, signing: text43 }),
	v.strictObject({ do: v.literal('close') }),
	v.strictObject({ do: v.literal('decide') }),
	v.strictObject({ do: v.literal('archive') })
]);

const hourMs = 60 * 60 * 1000;

const entryShape = v.strictObject({
	v: v.literal(1),
	log: v.literal('call'),
	of: v.nullable(v.pipe(v.string(), v.check(isId))),
	seq: v.pipe(v.number(), v.integer(), v.minValue(0)),
	previous: v.nullable(v.pipe(v.string(), v.check((text) => isHash(text)))),
	by: v.null(),
	at: v.pipe(v.number(), v.integer(), v.minValue(0), v.multipleOf(hourMs), v.maxValue(8.64e15)),
	act: actShape
});

/** The entry that a text says; undefined for any other text. */
export async function readCallEntry({ body }: SignedEntry): Promise<CallEntry | undefined> {
	if (body.length > longestBody) return undefined;
	const found: Json | undefined = fromCanonical(body);
	const { success, output } = v.safeParse(entryShape, found);
	if (!success) return undefined;
	// What the shape trims or leaves out was not what was signed.
	const { of, seq, previous, at, act } = output;
	if (canonical(act as unknown as Json) !== canonical((found as { readonly act: Json }).act)) return undefined;
	return { of, seq, previous, at, act: act as CallAct, hash: await entryHash(body) };
}
