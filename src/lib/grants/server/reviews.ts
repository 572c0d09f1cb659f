import * as v from 'valibot';
import { inboxEpoch, isAccepted, oweMembers, readOutsidePart } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { fromText, isLetter, toText } from '#lib/vault/envelope.ts';
import { keptManifest, lockedApplication, type ApplyingGround } from './applications.ts';
import { hasConflict } from './access.ts';
import { inText, sealedOf, type ShownApplication } from './desk.ts';
import { reviewerRow } from './reviewers.ts';
import './tables.ts';
import type { ReviewerState } from './tables.ts';
import type { Applied } from './wire.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));

export const reviewShape = v.strictObject({ version: count, epoch: count, letter: v.pipe(v.string(), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(isLetter)) });

/** At most so many versions of a review. */
const mostVersions = 50;

export interface ReviewTask {
	readonly application: string;
	/** Address of the call. */
	readonly call: string;
	readonly outside: boolean;
	readonly state: ReviewerState;
	/** The newest version that they wrote, 0 without one. */
	readonly written: number;
	/** There before and after the declaration, and gone when access has ended. */
	readonly invitation: string | null;
	readonly generation: number | null;
	readonly gone: boolean;
}

/** Every application that an account was asked to review, or has said to review. Of what it says: the invitation alone. */
export async function reviewTasks(db: Db, account: string): Promise<ReviewTask[]> {
	const rows = await db
		.selectFrom('grant_reviewer')
		.innerJoin('grant_application', 'grant_application.id', 'grant_reviewer.application_id')
		.innerJoin('grant_call', 'grant_call.id', 'grant_application.call_id')
		.select(({ selectFrom }) => [
			'application_id', 'slug', 'outside', 'grant_reviewer.state as reviewer_state', 'grant_application.state as coarse_state', 'sealed_invitation', 'grant_reviewer.generation as keys_generation',
			selectFrom('grant_review').whereRef('grant_review.application_id', '=', 'grant_reviewer.application_id').whereRef('grant_review.account_id', '=', 'grant_reviewer.account_id').select(({ fn }) => fn.max('version').as('newest')).as('written')
		])
		.where('account_id', '=', account)
		.where('grant_reviewer.state', '!=', 'looks')
		.where((where) => where.or([where('outside', '=', true), where('grant_reviewer.state', '!=', 'ended')]))
		.orderBy('application_id')
		.execute();
	return rows.map(({ application_id, slug, outside, reviewer_state, coarse_state, sealed_invitation, keys_generation, written }) => ({
		application: application_id, call: slug, outside, state: reviewer_state, written: written ?? 0, invitation: sealed_invitation && toText(sealed_invitation), generation: keys_generation, gone: coarse_state === 'gone'
	}));
}

export interface KeptReview {
	readonly account: string;
	readonly version: number;
	readonly epoch: number;
	/** Null where it is withheld: see *Who sees which review*. */
	readonly letter: string | null;
}

/** What somebody from outside may have once no conflict was declared: the core, and what else the officer chose. `not-found` before and afterwards. */
export async function applicationForReview(db: Db, { account, application }: { readonly account: string; readonly application: string }): Promise<Applied<ShownApplication & { readonly reviews: readonly KeptReview[] }>> {
	const reviewer = await reviewerRow(db, { application, account });
	if (reviewer?.outside !== true || reviewer.state !== 'ready' || reviewer.sealed_keys === null || reviewer.generation === null) return { ok: false, reason: 'not-found' };
	const row = await db.selectFrom('grant_application').selectAll().where('id', '=', application).executeTakeFirstOrThrow();
	if (row.state === 'gone') return { ok: false, reason: 'gone' };
	const shown = (await sealedOf(db, [row], { parts: ['core', ...reviewer.parts.filter((part) => part !== 'thread')], addressees: [], thread: reviewer.parts.includes('thread') })).get(application);
	if (shown === undefined) return { ok: false, reason: 'not-found' };
	const reviews = await reviewsOf(db, application);
	return {
		ok: true,
		...inText(shown),
		letters: [{ to: account, generation: reviewer.generation, letter: toText(reviewer.sealed_keys) }],
		reviews: reviews.filter((review) => review.account === account)
	};
}

/** One sealed part of a file of the application, for who may have its core. */
export async function filePartForReview(ground: ApplyingGround, { account, application, blob, index }: { readonly account: string; readonly application: string; readonly blob: string; readonly index: number }): Promise<Applied<{ readonly bytes: Uint8Array }>> {
	const reviewer = await reviewerRow(ground.db, { application, account });
	const row = await ground.db.selectFrom('grant_application').select(['state', 'manifest']).where('id', '=', application).executeTakeFirst();
	if (!row || row.state === 'gone' || reviewer?.outside !== true || reviewer.state !== 'ready') return { ok: false, reason: 'not-found' };
	// What came with the application; what was sent later belongs to the thread.
	const added = reviewer.parts.includes('thread') ? await ground.db.selectFrom('grant_file').select('blob_id').where('application_id', '=', application).where('blob_id', '=', blob).executeTakeFirst() : undefined;
	if (added === undefined && !keptManifest(row).files.some((file) => file.blob === blob)) return { ok: false, reason: 'not-found' };
	const part = await readOutsidePart(ground, { blob, index });
	return part.ok ? part : { ok: false, reason: 'not-found' };
}

/**
 * Keeps the next version of a review. `renewed`: the circle has another key, to which it has to be sealed. `closed`: it was
 * decided. That nothing counts which came after a determination is for the officers' browsers: of an award the server
 * knows nothing.
 */
export async function keepReview(db: Db, actor: Actor, { application, version, epoch, letter }: v.InferOutput<typeof reviewShape> & { readonly application: string }): Promise<Applied> {
	const { account } = actor;
	return db.transaction().execute(async (tx) => {
		const row = await lockedApplication(tx, application);
		const reviewer = row && (await reviewerRow(tx, { application, account }));
		if (!row || reviewer?.state !== 'ready' || (!reviewer.outside && !(await isAccepted(tx, { account, circle: row.core_circle })))) return { ok: false, reason: 'not-found' };
		if (row.state === 'gone') return { ok: false, reason: 'gone' };
		if (row.state === 'done') return { ok: false, reason: 'closed' };
		if (epoch !== (await inboxEpoch(tx, row.core_circle))) return { ok: false, reason: 'renewed' };
		const newest = await tx.selectFrom('grant_review').select(({ fn }) => fn.max('version').as('version')).where('application_id', '=', application).where('account_id', '=', account).executeTakeFirst();
		if (version !== (newest?.version ?? 0) + 1) return { ok: false, reason: 'moved-on' };
		if (version > mostVersions) return { ok: false, reason: 'too-many' };
		await tx.insertInto('grant_review').values({ application_id: application, account_id: account, version, epoch, sealed_letter: Buffer.from(letter) }).execute();
		await oweMembers(tx, { circle: row.core_circle, but: account });
		return { ok: true };
	});
}

export interface DeskReviews {
	/** What the officer who asks is in these reviews; null for nothing yet. */
	readonly me: ReviewerState | null;
	readonly reviewers: readonly { readonly account: string; readonly outside: boolean; readonly state: ReviewerState; readonly generation: number | null; readonly invitationHash: string | null; readonly declaration: string | null; readonly takenBack: string | null }[];
	readonly reviews: readonly KeptReview[];
}

/**
 * Note: Who sees which review.
 * Reviews are sealed to the circle's inbox, so every officer's keys open them. That an officer does not read the others'
 * before her own is in, the server sees to, by withholding them: until she has sent hers, or has said that she only
 * compares, after which she cannot send one. Reviewers from outside have no key of that inbox: they open their own alone.
 */
export async function deskReviews(db: Db, { account, application }: { readonly account: string; readonly application: string }): Promise<Applied<DeskReviews>> {
	const row = await db.selectFrom('grant_application').innerJoin('grant_call', 'grant_call.id', 'call_id').select('core_circle').where('grant_application.id', '=', application).executeTakeFirst();
	if (!row || !(await isAccepted(db, { account, circle: row.core_circle }))) return { ok: false, reason: 'not-found' };
	if (await hasConflict(db, { account, application })) return { ok: false, reason: 'conflict' };
	const [reviewers, reviews] = await Promise.all([db.selectFrom('grant_reviewer').selectAll().where('application_id', '=', application).orderBy('account_id').execute(), reviewsOf(db, application)]);
	const mine = reviewers.find((reviewer) => reviewer.account_id === account);
	const mayCompare = mine?.state === 'looks' || (mine?.state === 'ready' && reviews.some((review) => review.account === account));
	return {
		ok: true,
		me: mine?.state ?? null,
		reviewers: reviewers.map(({ account_id, outside, state, generation, invitation_hash, declaration, taken_back }) => ({ account: account_id, outside, state, generation, invitationHash: invitation_hash, declaration, takenBack: taken_back })),
		reviews: reviews.map((review) => (mayCompare || review.account === account ? review : { ...review, letter: null }))
	};
}

async function reviewsOf(db: Db | Tx, application: string): Promise<KeptReview[]> {
	const rows = await db.selectFrom('grant_review').selectAll().where('application_id', '=', application).orderBy('account_id').orderBy('version').execute();
	return rows.map(({ account_id, version, epoch, sealed_letter }) => ({ account: account_id, version, epoch, letter: toText(sealed_letter) }));
}
