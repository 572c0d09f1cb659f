import { decodeText, openCard, openLetter, sealLetter, VaultFailure, type AccountCard, type LetterHeader } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import { LostConnection } from '#lib/circles/client/open-circle.ts';
import { at, VaultTrouble } from '#lib/circles/client/trouble.ts';
import { foldAccount } from '#lib/people/account.ts';
import { goesOn } from '#lib/people/client/seen.ts';
import { canonical, fromCanonical, fromText, sha256, toText, utf8, type Bytes } from '#lib/vault/envelope.ts';
import { readAttested, readManifest, type Manifest } from '../application.ts';
import type { CallInbox } from '../call.ts';
import type { CallState } from '../call-log.ts';
import { hourOf } from '../case.ts';
import type { AnswerPart, Answers } from '../form.ts';
import { declarationMessage, readInvitation, readReview, reviewBody, type InvitationWords, type Review, type Verdict } from '../review.ts';
import { applicationShape, openMessages, openParts, type DeskTrouble, type ThreadMessage } from './application-opening.ts';
import { askShaped, fetchCallState, type DeskOutcome } from './desk.ts';
import { teamKeysOf } from './part-keys.ts';

/** An invitation to review one application, opened and believed. */
export interface OpenInvitation extends InvitationWords {
	/** Account id of the officer who wrote it. */
	readonly by: string;
	readonly hash: string;
	readonly callState: CallState;
}

/** Something that one was asked to review, or said to review. */
export interface ReviewTask {
	readonly application: string;
	/** Address of the call. */
	readonly slug: string;
	readonly outside: boolean;
	readonly state: 'invited' | 'ready' | 'conflict' | 'ended';
	/** The newest version that one has written, 0 without one. */
	readonly written: number;
	readonly gone: boolean;
	/** Undefined for officers, and where access has ended. */
	readonly invitation: OpenInvitation | undefined;
	/** Why the invitation could not be opened or believed. */
	readonly trouble: VaultTrouble | undefined;
}

/** An application as its reviewer reads it. */
export interface ReviewedApplication {
	readonly task: ReviewTask;
	readonly invitation: OpenInvitation;
	readonly manifest: Manifest;
	/** The version of the form that it was written in. */
	readonly form: number;
	readonly language: string;
	readonly parts: ReadonlyMap<AnswerPart, Answers>;
	readonly messages: readonly ThreadMessage[];
	readonly troubles: readonly DeskTrouble[];
	/** Of the core, base64url, the newest first: what its files open with. */
	readonly coreSecrets: readonly string[];
	/** What one has written oneself, the newest last. */
	readonly mine: readonly Review[];
}

const bytes = v.pipe(v.string(), v.transform((text) => fromText(text) ?? new Uint8Array()));
const tasksShape = v.object({
	tasks: v.array(v.object({ application: v.string(), call: v.string(), outside: v.boolean(), state: v.picklist(['invited', 'ready', 'conflict', 'ended']), written: v.number(), invitation: v.nullable(bytes), gone: v.boolean() }))
});

/** A review as the server hands it out; without a letter where it withholds it. */
export const keptReviewShape = v.object({ account: v.string(), version: v.number(), epoch: v.number(), letter: v.nullable(bytes) });

const forReviewShape = v.object({ ...applicationShape.entries, reviews: v.array(keptReviewShape) });
const logShape = v.object({ log: v.array(v.object({ body: v.string(), signature: v.string() })) });
const secret = v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32));

/** What a letter of keys to a reviewer says. */
const reviewKeysShape = v.strictObject({ v: v.literal(1), generation: v.pipe(v.number(), v.integer(), v.minValue(1)), secrets: v.strictObject({ core: secret, references: v.optional(secret), thread: v.optional(secret) }), former: v.array(secret) });

/** Everything that one was asked to review, each invitation opened or why it could not be. */
export async function reviewTasks(link: Link): Promise<DeskOutcome<{ readonly tasks: readonly ReviewTask[] }>> {
	const answer = await askShaped(link, '/api/reviews', tasksShape);
	if (!answer.ok) return answer;
	const calls = new Map<string, ReturnType<typeof fetchCallState>>();
	const tasks: ReviewTask[] = [];
	for (const { call: slug, invitation: letter, ...task } of answer.value.tasks) {
		const bare = { ...task, slug, invitation: undefined, trouble: undefined };
		if (letter === null) {
			tasks.push(bare);
			continue;
		}
		try {
			const call = calls.get(slug) ?? fetchCallState(link, slug);
			calls.set(slug, call);
			const found = await call;
			if (!found.ok) return found;
			tasks.push({ ...bare, invitation: await openInvitation(link, { letter, application: task.application, call: found.state }) });
		} catch (error) {
			if (!(error instanceof VaultTrouble)) throw error;
			tasks.push({ ...bare, trouble: error });
		}
	}
	return { ok: true, tasks };
}

/** Throws a `VaultTrouble`: an invitation to another application, of another call, by somebody else than it says, or of a call that was another for the officer. */
async function openInvitation(link: Link, { letter, application, call }: { readonly letter: Bytes; readonly application: string; readonly call: CallState }): Promise<OpenInvitation> {
	const place = { part: 'answer', path: '/api/reviews' } as const;
	const { header, body } = await at(place, () => openReviewLetter(link, letter, { kind: 'review-invitation', circle: call.inboxes.core.circle, about: application }));
	const words = readInvitation(fromCanonical(decodeText(body)));
	if (words === undefined) throw new VaultTrouble('unknown-format', place, { found: 'an invitation that says something else than its kind' });
	if (words.application !== application || words.call !== call.call) throw new VaultTrouble('foreign-key', place, { found: 'an invitation to another application' });
	if (call.hashes[words.head.seq] !== words.head.hash) throw new VaultTrouble('forked', place, { found: 'the officer was shown another call than we are' });
	return { ...words, by: header.author, hash: toText(await sha256(letter)), callState: call };
}

/** A letter to our account by whoever its header names, whose id certifies the key. */
function openReviewLetter(link: Link, letter: Bytes, expected: Pick<LetterHeader, 'kind' | 'circle' | 'about'>): Promise<{ readonly header: LetterHeader; readonly body: Bytes }> {
	return openLetter({ letter, identity: link.keys, expected: { ...expected, authorKey: async (author) => (await accountCard(link, author))?.signing } });
}

/**
 * The public half of an account, held against its id, its log and what this browser has seen of it; undefined where there
 * is none. Throws a `LostConnection` where the server could not be asked, so that nobody is taken for a forger for that.
 */
export async function accountCard(link: Link, account: string): Promise<AccountCard | undefined> {
	const place = { part: 'card', account } as const;
	const answer = await askShaped(link, `/api/accounts/${account}`, logShape);
	if (!answer.ok && answer.reason === 'not-found') return undefined;
	if (!answer.ok) throw new LostConnection((['offline', 'slow-down', 'signed-out', 'locked'] as const).find((reason) => reason === answer.reason) ?? 'failed');
	return at(place, async () => {
		const { log } = answer.value;
		const folded = await foldAccount(account, log);
		const [found] = log;
		if (!folded.ok || found === undefined) throw new VaultTrouble(folded.ok ? 'against-the-rules' : folded.reason, place);
		await goesOn(link.memory, account, { log, head: folded.state.head });
		return openCard(account, found);
	});
}

/** Says, signed, whether there is a conflict of interest in what an invitation tells. A conflict ends access at once. */
export async function declare(link: Link, { application, invitation }: Pick<ReviewTask, 'application' | 'invitation'>, conflict: boolean): Promise<DeskOutcome<object>> {
	const { keys } = link;
	const signature = await keys.signing.sign(declarationMessage({ application, account: keys.account, conflict, invitationHash: invitation?.hash ?? null }));
	const answer = await link.send('POST', `/api/reviews/${application}/declaration`, { conflict, signature: toText(signature) });
	return answer.ok ? { ok: true } : { ok: false, reason: answer.reason };
}

/**
 * Opens an application for its reviewer. Keys that do not open what the applicant signed are refused, whoever sent them.
 * `renewed`: the officers have changed its keys, and have to hand on new ones. Rejects with a `VaultTrouble`.
 */
export async function openForReview(link: Link, task: ReviewTask): Promise<DeskOutcome<{ readonly opened: ReviewedApplication }>> {
	const { application, invitation } = task;
	if (invitation === undefined) return { ok: false, reason: 'not-found' };
	const path = `/api/reviews/${application}`;
	const answer = await askShaped(link, path, forReviewShape);
	if (!answer.ok) return answer;
	const found = answer.value;
	const call = invitation.callState;
	const { circle } = call.inboxes.core;
	const manifest = await readManifest(found);
	if (manifest?.application !== application || manifest.call !== call.call) throw new VaultTrouble('foreign-key', { part: 'answer', path }, { found: 'an application that is not the one that was asked for' });
	if (call.hashes[manifest.head.seq] !== manifest.head.hash) throw new VaultTrouble('forked', { part: 'answer', path }, { found: 'the applicant was shown another call than we are' });
	const [letter] = found.letters;
	if (letter === undefined) return { ok: false, reason: 'not-found' };
	if (letter.generation !== found.generation) return { ok: false, reason: 'renewed' };
	const { body } = await at({ part: 'keys', circle }, () => openReviewLetter(link, letter.letter, { kind: 'review-keys', circle, about: application }));
	const read = v.safeParse(reviewKeysShape, fromCanonical(decodeText(body)));
	if (!read.success || read.output.generation !== letter.generation) throw new VaultTrouble('unknown-format', { part: 'keys', circle }, { found: 'a letter of keys of another shape' });
	const { core, references = null, thread } = read.output.secrets;
	const again = await readAttested(found.cards, { application, keys: teamKeysOf(call) });
	if (again === undefined) throw new VaultTrouble('foreign-key', { part: 'answer', path }, { found: 'a new receipt that nobody of the desk attested' });
	const applicant = { ...manifest, again };
	const troubles: DeskTrouble[] = [];
	const parts = await openParts(found, { applicant, manifest, call, secrets: { core, references, identity: null }, troubles });
	const opened = parts.get('core');
	if (opened === undefined) throw troubles[0]?.trouble ?? new VaultTrouble('not-for-you', { part: 'answer', path }, { found: 'no key of the core' });
	const messages = thread === undefined ? [] : await openMessages(found, { applicant, manifest, call, secrets: { thread }, troubles });
	const mine: Review[] = [];
	for (const review of found.reviews) mine.push(await openOwnReview(link, review, { application, circle }));
	return { ok: true, opened: { task, invitation, manifest, form: opened.form, language: opened.language, parts: new Map([...parts].map(([part, { answers }]) => [part, answers])), messages, troubles, coreSecrets: [core, ...read.output.former], mine } };
}

/** Opens a review that one wrote oneself: it is sealed to its author, too. */
export async function openOwnReview(link: Link, { account, version, letter }: v.InferOutput<typeof keptReviewShape>, { application, circle }: { readonly application: string; readonly circle: string }): Promise<Review> {
	const { keys } = link;
	const place = { part: 'answer', path: `/api/reviews/${application}` } as const;
	if (account !== keys.account || letter === null) throw new VaultTrouble('foreign-key', place, { found: 'a review by somebody else' });
	const { body } = await at(place, () => openLetter({ letter, identity: keys, expected: { kind: 'grant-review', circle, about: application, authorKey: (author) => (author === keys.account ? keys.signing.publicKey : undefined) } }));
	return believedReview(body, { application, version });
}

/** Throws a `VaultFailure` for a body that is no review, or one of another application or version than the server says. */
export function believedReview(body: Bytes, { application, version }: { readonly application: string; readonly version: number }): Review {
	const review = readReview(fromCanonical(decodeText(body)));
	if (review === undefined) throw new VaultFailure('unknown-format', 'a review that says something else than its kind');
	if (review.application !== application || review.version !== version) throw new VaultFailure('wrong-place', 'a review of another place');
	return review;
}

/**
 * Sends the next version of one's own review, sealed to the circle's inbox and to oneself, signed by one's account.
 * `moved-on`: another tab of ours was faster; `renewed`: the circle has another key than we know; `decided`: none is taken any more.
 */
export async function sendReview(link: Link, { application, call, inbox, version, verdict }: { readonly application: string; readonly call: string; readonly inbox: CallInbox; readonly version: number; readonly verdict: Verdict }): Promise<DeskOutcome<object>> {
	const { keys } = link;
	const letter = await sealLetter({
		header: { kind: 'grant-review', circle: inbox.circle, about: application, author: keys.account, at: hourOf(link.now()) },
		body: utf8(canonical(reviewBody({ application, call, version, verdict }))),
		recipients: [inbox.recipient, keys.recipient],
		signing: keys.signing
	});
	const answer = await link.send('POST', `/api/reviews/${application}`, { version, epoch: inbox.epoch, letter: toText(letter) });
	if (answer.ok) return { ok: true };
	return { ok: false, reason: answer.reason === 'closed' || answer.reason === 'gone' ? 'decided' : answer.reason };
}
