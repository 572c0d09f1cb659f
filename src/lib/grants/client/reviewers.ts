import { sealLetter, VaultFailure, type AccountCard } from '#vault';
import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { wasMemberIn } from '#lib/circles/circle-log.ts';
import { canonical, fromText, isSignedBy, toText, utf8 } from '#lib/vault/envelope.ts';
import type { CallState } from '../call-log.ts';
import { hourOf, type Case } from '../case.ts';
import { declarationMessage, invitationBody, isLate, takingBackMessage, type InvitedReviewer, type Review, type ReviewablePart } from '../review.ts';
import { askShaped, type DeskOutcome, type OpenApplication } from './desk.ts';
import type { OpenDesk } from './desks.ts';
import { accountCard, believedReview, keptReviewShape, openOwnReview } from './reviewing.ts';

/** What the server hands an officer of the reviews of one application. */
const reviewsShape = v.object({
	me: v.nullable(v.string()),
	reviewers: v.array(v.object({ account: v.string(), outside: v.boolean(), state: v.picklist(['invited', 'ready', 'looks', 'conflict', 'ended']), generation: v.nullable(v.number()), invitationHash: v.nullable(v.string()), declaration: v.nullable(v.string()), takenBack: v.nullable(v.string()) })),
	reviews: v.array(keptReviewShape)
});

/** Somebody who reviews an application, or was asked to. */
export interface Reviewer {
	readonly account: string;
	readonly name: string | undefined;
	readonly outside: boolean;
	/** `unsent`: the case names them, and the server has no invitation. `forged`: a declaration that they did not sign. */
	readonly state: 'unsent' | 'invited' | 'ready' | 'looks' | 'conflict' | 'ended' | 'forged';
	readonly dueOn: string | null;
	readonly late: boolean;
	/** Newest version that is there, read or withheld; 0 without one. */
	readonly written: number;
	/** Declared a conflict once and took it back, signed. */
	readonly tookBack: boolean;
	/** May read and has keys of an earlier generation: they have to be handed new ones. */
	readonly stale: boolean;
}

export interface ReceivedReview {
	readonly account: string;
	readonly name: string | undefined;
	/** The version that counts; undefined where it could not be opened or believed, for which see `trouble`. */
	readonly review: Review | undefined;
	readonly trouble: VaultTrouble | undefined;
	/** A newer version came after the determination. */
	readonly changedLater: boolean;
	/** The author has declared a conflict of interest meanwhile. */
	readonly conflict: boolean;
}

export interface OpenReviews {
	/** What we are in these reviews; undefined until we chose. */
	readonly me: 'ready' | 'looks' | undefined;
	readonly reviewers: readonly Reviewer[];
	/** Those that we may compare by now. */
	readonly reviews: readonly ReceivedReview[];
	/** How many people's reviews the server withholds until ours is in. */
	readonly withheld: number;
	/** Our own newest one. */
	readonly mine: Review | undefined;
	readonly myVersion: number;
}

export interface Inviting {
	readonly card: AccountCard;
	readonly name: string;
	readonly words: string;
	readonly dueOn: string | null;
	readonly parts: readonly ReviewablePart[];
}

type AtDesk = Pick<OpenDesk, 'desk' | 'circle' | 'link'> & { readonly call: CallState; readonly opened: OpenApplication };

/**
 * Invites somebody from outside to review one application: first the case names them, so that the others of the desk know
 * whose review to believe, then both letters go. Again with the same person, it sends what did not arrive.
 * `on-hold`: nothing is handed out during a safety hold.
 */
export async function inviteReviewer({ desk, circle, link, call, opened }: AtDesk, { card, name, words, dueOn, parts }: Inviting): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
	const { now } = opened.case;
	const { application } = opened;
	if (now.standing.state === 'on-hold') return { ok: false, reason: 'on-hold' };
	const keys = await sealKeys({ circle, link, opened, card, parts });
	const entry: InvitedReviewer = { account: card.account, name, parts, generation: now.secrets.generation, dueOn, ended: false };
	const noted = await desk.note(call, opened, { reviewers: [...now.reviewers.filter(({ account }) => account !== card.account), entry] });
	if (!noted.ok) return noted;
	const invitation = await sealLetter({
		header: { kind: 'review-invitation', circle: circle.id, about: application, author: link.keys.account, at: hourOf(link.now()) },
		body: utf8(canonical(invitationBody({ application, call: call.call, head: call.head, words, dueOn, parts: [...parts] }))),
		recipients: [card.recipient],
		signing: link.keys.signing
	});
	const sent = await link.send('PUT', `/api/desk/applications/${application}/reviewers/${card.account}`, { invitation: toText(invitation), keys: toText(keys), generation: now.secrets.generation, parts: [...parts] });
	return sent.ok ? noted : { ok: false, reason: sent.reason };
}

/** Hands a reviewer the keys of the newest generation. */
export async function handKeys({ desk, circle, link, call, opened }: AtDesk, account: string): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
	const { now } = opened.case;
	const invited = now.reviewers.find((reviewer) => reviewer.account === account);
	const card = invited && (await accountCard(link, account));
	if (invited === undefined || card === undefined) return { ok: false, reason: 'not-found' };
	const keys = await sealKeys({ circle, link, opened, card, parts: invited.parts });
	const { generation } = now.secrets;
	const sent = await link.send('POST', `/api/desk/applications/${opened.application}/reviewers/${account}`, { keys: toText(keys), generation });
	if (!sent.ok) return { ok: false, reason: sent.reason };
	return desk.note(call, opened, { reviewers: now.reviewers.map((reviewer) => (reviewer.account === account ? { ...reviewer, generation } : reviewer)) });
}

/** The secrets of the core and of these parts alone, for one account. */
async function sealKeys({ circle, link, opened, card, parts }: Pick<AtDesk, 'circle' | 'link' | 'opened'> & { readonly card: AccountCard; readonly parts: readonly ReviewablePart[] }): Promise<Uint8Array> {
	const { generation, core, ...others } = opened.case.now.secrets;
	const secrets = { core, ...Object.fromEntries(parts.map((part) => [part, others[part]])) };
	return sealLetter({
		header: { kind: 'review-keys', circle: circle.id, about: opened.application, author: link.keys.account, at: hourOf(link.now()) },
		body: utf8(canonical({ v: 1, generation, secrets, former: opened.former })),
		recipients: [card.recipient],
		signing: link.keys.signing
	});
}

/** Ends somebody's access: at the server at once, then in the case. */
export async function endReviewer({ desk, link, call, opened }: AtDesk, account: string): Promise<DeskOutcome<{ readonly opened: OpenApplication }>> {
	const ended = await link.send('DELETE', `/api/desk/applications/${opened.application}/reviewers/${account}`, {});
	if (!ended.ok && ended.reason !== 'not-found') return { ok: false, reason: ended.reason };
	return desk.note(call, opened, { reviewers: opened.case.now.reviewers.map((reviewer) => (reviewer.account === account ? { ...reviewer, ended: true } : reviewer)) });
}

/** Says what we are in the reviews of an application: see *Who sees which review*. A conflict is signed. */
export async function takeRole(link: Link, application: string, as: 'ready' | 'looks' | 'conflict'): Promise<DeskOutcome<object>> {
	const { account, signing } = link.keys;
	const signature = as === 'conflict' ? { signature: toText(await signing.sign(declarationMessage({ application, account, conflict: true, invitationHash: null }))) } : {};
	const answer = await link.send('POST', `/api/desk/applications/${application}/reviews`, { as, ...signature });
	return answer.ok ? { ok: true } : { ok: false, reason: answer.reason };
}

/** Takes back a conflict that was declared by mistake, signed. `moved-on`: somebody has worked on the application since. */
export async function takeBackConflict(link: Link, application: string): Promise<DeskOutcome<object>> {
	const { account, signing } = link.keys;
	const answer = await link.send('DELETE', `/api/reviews/${application}/declaration`, { signature: toText(await signing.sign(takingBackMessage({ application, account }))) });
	return answer.ok ? { ok: true } : { ok: false, reason: answer.reason };
}

/**
 * Who reviews an application and what they wrote, as far as we may compare it by now. A review counts only by an officer
 * of the circle or by somebody whom the case names, so that the server can invite nobody.
 */
export async function openReviews({ circle, link, opened }: Pick<AtDesk, 'circle' | 'link' | 'opened'>): Promise<DeskOutcome<{ readonly reviews: OpenReviews }>> {
	const { application } = opened;
	const { now } = opened.case;
	const answer = await askShaped(link, `/api/desk/applications/${application}/reviews`, reviewsShape);
	if (!answer.ok) return answer;
	const found = answer.value;
	const today = link.now();
	const nameOf = (account: string): string | undefined => now.reviewers.find((reviewer) => reviewer.account === account)?.name ?? circle.nameOf(account);
	const newest = newestOf(found.reviews);
	const cards = new Map<string, AccountCard | undefined>();
	const keyOf = async (account: string): Promise<Uint8Array | undefined> => {
		if (account === link.keys.account) return link.keys.signing.publicKey;
		if (!cards.has(account)) cards.set(account, await accountCard(link, account));
		return cards.get(account)?.signing;
	};

	const reviewers: Reviewer[] = [];
	for (const { account, outside, state, generation, invitationHash, declaration, takenBack } of found.reviewers) {
		const invited = now.reviewers.find((reviewer) => reviewer.account === account);
		// Whom nobody of the desk invited has no place here, whatever the server says.
		if (outside && invited === undefined) continue;
		const declares = state === 'conflict' || (outside && state === 'ready');
		const key = declares || takenBack !== null ? await keyOf(account) : undefined;
		const message = declarationMessage({ application, account, conflict: state === 'conflict', invitationHash });
		const isSigned = async (what: Uint8Array<ArrayBuffer>, signature: string | null): Promise<boolean> => key !== undefined && isSignedBy(key, what, fromText(signature ?? '') ?? new Uint8Array());
		const tookBack = takenBack !== null && (await isSigned(takingBackMessage({ application, account }), takenBack));
		const believed = (!declares || (await isSigned(message, declaration))) && (takenBack === null || tookBack);
		const written = newest.get(account) ?? 0;
		const waits = state === 'invited' || state === 'ready';
		reviewers.push({
			account, name: nameOf(account), outside, state: believed ? state : 'forged', dueOn: invited?.dueOn ?? null, written, tookBack,
			late: waits && written === 0 && isLate(invited?.dueOn ?? null, today),
			stale: waits && outside && generation !== now.secrets.generation
		});
	}
	for (const { account, name, dueOn, ended } of now.reviewers) {
		if (!reviewers.some((reviewer) => reviewer.account === account)) reviewers.push({ account, name, outside: true, state: ended ? 'ended' : 'unsent', dueOn, written: 0, late: false, tookBack: false, stale: false });
	}

	const reviews: ReceivedReview[] = [];
	let withheld = 0;
	for (const [account, last] of newest) {
		const counted = now.counted === null ? last : now.counted.find((one) => one.account === account)?.version;
		const kept = found.reviews.find((review) => review.account === account && review.version === (counted ?? last));
		if (kept?.letter === null) withheld += 1;
		if (kept === undefined || kept.letter === null) continue;
		const { letter, epoch, version } = kept;
		const isReviewer = now.reviewers.some((reviewer) => reviewer.account === account) || wasMemberIn(circle.state, account, epoch);
		const bare = { account, name: nameOf(account), changedLater: counted !== last, conflict: found.reviewers.some((reviewer) => reviewer.account === account && reviewer.state === 'conflict') };
		try {
			const { body } = await circle.openInbox({ letter, epoch, kind: 'grant-review', about: application, authorKey: await only(account, isReviewer ? keyOf : undefined) });
			reviews.push({ ...bare, review: counted === undefined ? undefined : believedReview(body, { application, version }), trouble: undefined });
		} catch (error) {
			if (!(error instanceof VaultFailure)) throw error;
			reviews.push({ ...bare, review: undefined, trouble: new VaultTrouble(error.kind, { part: 'answer', path: `/api/desk/applications/${application}/reviews` }, { found: error.message }) });
		}
	}

	const own = found.reviews.findLast((review) => review.account === link.keys.account);
	return {
		ok: true,
		reviews: {
			me: found.me === 'ready' || found.me === 'looks' ? found.me : undefined,
			reviewers,
			reviews,
			withheld,
			mine: own && (await openOwnReview(link, own, { application, circle: circle.id })),
			myVersion: own?.version ?? 0
		}
	};
}

/** Lets nobody but one account be the author of a letter. */
async function only(account: string, keyOf: ((account: string) => Promise<Uint8Array | undefined>) | undefined): Promise<(author: string) => Uint8Array | undefined> {
	const key = await keyOf?.(account);
	return (author) => (author === account ? key : undefined);
}

/** The reviews that count if an application is determined now. What is withheld counts, too: nobody need read it for that. */
export async function countedReviews(link: Link, application: string): Promise<DeskOutcome<{ readonly counted: NonNullable<Case['counted']> }>> {
	const answer = await askShaped(link, `/api/desk/applications/${application}/reviews`, reviewsShape);
	if (!answer.ok) return answer;
	return { ok: true, counted: [...newestOf(answer.value.reviews)].map(([account, version]) => ({ account, version })) };
}

/** Each author's newest version. */
function newestOf(reviews: readonly { readonly account: string; readonly version: number }[]): ReadonlyMap<string, number> {
	const newest = new Map<string, number>();
	for (const { account, version } of reviews) newest.set(account, Math.max(version, newest.get(account) ?? 0));
	return newest;
}
