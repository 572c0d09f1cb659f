import { decodeText, openRecord, refereeLinkOf, sealLetter, VaultFailure, type RefereeLink } from '#vault';
import { canonical, filled, fromCanonical, fromText, sha256, toText, type Bytes } from '#lib/vault/envelope.ts';
import { answerStep, questionsPlace, readQuestions, readRefereeFragment, refereeRequestMessage } from '../reference.ts';
import { entriesOf, seenCall, type SeenCall } from './call.ts';
import { jsonBytes, persist, type Line } from '#lib/circles/client/line.ts';

/** Questions to a referee, opened, and the call whose team asks. */
export interface OpenedQuestions {
	readonly link: RefereeLink;
	readonly call: SeenCall;
	readonly questions: readonly string[];
	/** The link works until then, the server says. */
	readonly expiresAt: Date;
}

/**
 * `gone`: the link was used, taken back, has expired or never was; which of them is told to nobody. `another-call`: the
 * server shows another call than the link names. `broken`: what it shows does not hold together.
 */
export type RefereeTrouble = 'gone' | 'offline' | 'slow-down' | 'another-call' | 'broken';

export type QuestionsAnswer = { readonly ok: true; readonly opened: OpenedQuestions } | { readonly ok: false; readonly reason: RefereeTrouble };

const path = '/api/reference';

/**
 * The questions behind a link, the call's whole log verified first. The history that the officer saw who made the link has
 * to be part of the one that is shown, so that no older inbox is shown to the referee.
 */
export async function openQuestions(line: Line, fragment: string): Promise<QuestionsAnswer> {
	const read = readRefereeFragment(fragment);
	const secret = read && fromText(read.secret);
	if (!read || !secret) return { ok: false, reason: 'gone' };
	const link = await refereeLinkOf(secret);
	const answer = await line.ask({ method: 'GET', path, headers: { 'steadfast-reference': link.id } });
	if (!answer.ok) return { ok: false, reason: answer.status === 404 ? 'gone' : answer.status === 429 ? 'slow-down' : 'offline' };
	const given = givenOf(answer.value);
	const seen = given && (await seenCall(given.entries, { id: read.call, slug: undefined, aheadMs: given.now.getTime() - line.now().getTime() }));
	if (!given || !seen) return { ok: false, reason: 'broken' };
	if (!seen.ok) return { ok: false, reason: seen.reason === 'another-call' ? 'another-call' : 'broken' };
	const questions = await opened(seen.call, link, given.envelope);
	return questions === undefined ? { ok: false, reason: 'broken' } : { ok: true, opened: { link, call: seen.call, questions, expiresAt: given.expiresAt } };
}

/** What the team asked, signed with one of the call's keys; undefined where it does not open, or is not believed. */
async function opened({ state, teamKeys }: SeenCall, { id, questions: key }: RefereeLink, envelope: Bytes): Promise<readonly string[] | undefined> {
	for (const teamKey of teamKeys) {
		try {
			const { seal, body } = await openRecord({ envelope, place: questionsPlace({ call: state.call, link: id }), key, authorKey: (author) => (author === state.call ? teamKey : undefined) });
			return state.hashes[seal.head.seq] === seal.head.hash ? readQuestions(fromCanonical(decodeText(body).trimEnd())) : undefined;
		} catch (error) {
			// A call has had several keys, and which of them signed the envelope does not say.
			if (!(error instanceof VaultFailure)) throw error;
			if (error.kind !== 'forged') return undefined;
		}
	}
	return undefined;
}

function givenOf(found: unknown): { readonly entries: NonNullable<ReturnType<typeof entriesOf>>; readonly envelope: Bytes; readonly expiresAt: Date; readonly now: Date } | undefined {
	if (typeof found !== 'object' || found === null || !('call' in found) || !('envelope' in found) || !('expiresAt' in found) || !('now' in found)) return undefined;
	const { call, envelope, expiresAt, now } = found;
	const entries = typeof call === 'object' && call !== null && 'entries' in call ? entriesOf(call.entries) : undefined;
	const bytes = typeof envelope === 'string' ? fromText(envelope) : undefined;
	return entries && bytes && typeof expiresAt === 'string' && typeof now === 'string' ? { entries, envelope: bytes, expiresAt: new Date(expiresAt), now: new Date(now) } : undefined;
}

export type AnswerSent = { readonly ok: true } | { readonly ok: false; readonly reason: 'gone' | 'refused' | 'cancelled' };

/**
 * Seals an answer to the inbox of the team as the call announces it, and sends it until it has arrived. Afterwards the
 * link is used up. `onWaiting` is told when the connection is gone.
 */
export async function answerQuestions(line: Line, { link, call }: OpenedQuestions, answers: readonly string[], { onWaiting = () => undefined, signal }: { readonly onWaiting?: () => void; readonly signal?: AbortSignal } = {}): Promise<AnswerSent> {
	const { core } = call.state.inboxes;
	const at = Math.floor(line.now().getTime() / 3_600_000) * 3_600_000;
	const header = { kind: 'reference-answer', circle: core.circle, about: link.id, author: link.id, at };
	const letter = await sealLetter({ header, body: filled(canonical({ v: 1, answers }), answerStep), recipients: [core.recipient], signing: link.signing });
	const body = jsonBytes({ letter: toText(letter) });
	const signature = toText(await link.signing.sign(refereeRequestMessage({ method: 'POST', path, bodyHash: toText(await sha256(body)) })));
	const answer = await persist(line, { method: 'POST', path, body, headers: { 'content-type': 'application/json', 'steadfast-reference': link.id, 'steadfast-signature': signature }, signal }, onWaiting);
	if (answer.ok) return { ok: true };
	return { ok: false, reason: answer.status === 404 ? 'gone' : answer.reason === 'cancelled' ? 'cancelled' : 'refused' };
}
