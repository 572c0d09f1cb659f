import * as v from 'valibot';
import { forgetRecords, isAccepted, oweMembers } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { fromText, isId, isLetter, isRecord, isSignedBy, sha256, toText } from '#lib/vault/envelope.ts';
import { guestRequestMessage } from '../guest.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		forum_guest: {
			id: string;
			circle_id: string;
			link: string | null;
			link_signing: string | null;
			sealed_letter: Buffer | null;
			drafted_by: string | null;
			mailbox_hash: string | null;
			signing: string | null;
			sealed_own: Buffer | null;
			version: number;
			sealed_answer: Buffer | null;
			sealed_travel: Buffer | null;
			withdrawn: boolean;
			kept_until: string;
			/** To whose members alone what is for travel is handed; null: to those of `circle_id`. */
			logistics_id: string | null;
			/** By which the guest knows that the newest answer was opened. */
			read_hash: string | null;
		};
	}
}

/** Why the server refuses; `not-found` is also what is said of a link that was used, replaced, withdrawn or never was. */
export type Outcome<T extends object = object> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'malformed' };

const bytes = (isOne: (found: Uint8Array) => boolean) => v.pipe(v.string(), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(isOne));
const id = v.pipe(v.string(), v.check(isId));
const key = v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32));

/** More than any forum invites. */
const mostGuests = 5000;

/** The shapes in which browsers send what belongs to an invitation. */
export const guestShapes = {
	draft: v.strictObject({ id, link: id, signing: key, letter: bytes(isRecord), keptUntil: v.pipe(v.string(), v.isoDate()), logistics: v.nullable(id) }),
	keeping: v.strictObject({ guests: v.pipe(v.array(id), v.minLength(1), v.maxLength(mostGuests)), keptUntil: v.pipe(v.string(), v.isoDate()) }),
	approval: v.strictObject({ link: id }),
	reading: v.strictObject({ read: key }),
	opening: v.strictObject({ mailbox: id, signing: key, own: bytes(isRecord) }),
	answer: v.strictObject({ version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)), own: bytes(isRecord), answer: bytes(isLetter), travel: bytes(isLetter) })
};

type Draft = v.InferOutput<typeof guestShapes.draft>;
type Opening = v.InferOutput<typeof guestShapes.opening>;
type AnswerInput = v.InferOutput<typeof guestShapes.answer>;

/** Nothing is kept for longer than so many days from now on, whatever a browser says. */
const mostDays = 1100;
const dayMs = 86_400_000;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/**
 * Keeps an invitation that a member drafted, or a fresh link of one that is there. Either leads anywhere only when a second
 * member has approved it. A link that nobody has opened is replaced at once; keys of a guest who opened one go on until the
 * approval, so that no single member puts anybody else, or nobody, in a guest's place. The same again succeeds.
 */
export async function keepGuest(db: Db, actor: Actor, { circle, id: guest, link, signing, letter, keptUntil, logistics, now }: Draft & { readonly circle: string; readonly now: Date }): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		if (!(await isAccepted(tx, { account: actor.account, circle }))) return { ok: false, reason: 'not-found' };
		if (!mayKeepUntil(keptUntil, now)) return { ok: false, reason: 'malformed' };
		const row = await tx.selectFrom('forum_guest').select(['circle_id', 'link', 'logistics_id']).where('id', '=', guest).forUpdate().executeTakeFirst();
		if (row && row.circle_id !== circle) return { ok: false, reason: 'moved-on' };
		if (logistics !== null && !(await mayHandTo(tx, { account: actor.account, circle, logistics }))) return { ok: false, reason: 'not-found' };
		if (row?.link === link) return { ok: true };
		const fresh = { link, link_signing: signing, sealed_letter: Buffer.from(letter), drafted_by: actor.account, kept_until: keptUntil, logistics_id: logistics };
		if (row) {
			await tx.updateTable('forum_guest').set(fresh).where('id', '=', guest).execute();
			await noteDeed(tx, actor, { action: 'guest.draft', circle, now });
			return { ok: true };
		}
		const { count } = await tx.selectFrom('forum_guest').select(({ fn }) => fn.countAll<string>().as('count')).where('circle_id', '=', circle).executeTakeFirstOrThrow();
		if (Number(count) >= mostGuests) return { ok: false, reason: 'moved-on' };
		const kept = await tx.insertInto('forum_guest').values({ id: guest, circle_id: circle, mailbox_hash: null, signing: null, sealed_own: null, version: 0, sealed_answer: null, sealed_travel: null, withdrawn: false, read_hash: null, ...fresh }).onConflict((conflict) => conflict.doNothing()).returning('id').executeTakeFirst();
		if (!kept) return { ok: false, reason: 'moved-on' };
		await noteDeed(tx, actor, { action: 'guest.draft', circle, now });
		return { ok: true };
	});
}

function mayKeepUntil(day: string, now: Date): boolean {
	return day >= dayOf(now) && day <= dayOf(new Date(now.getTime() + mostDays * dayMs));
}

/** Keeps invitations of a forum that was put off for as long as it needs them now; never for less, so that nobody's is lost by this. The same again succeeds. */
export async function keepGuestsUntil(db: Db, { account, circle, guests, keptUntil, now }: v.InferOutput<typeof guestShapes.keeping> & { readonly account: string; readonly circle: string; readonly now: Date }): Promise<Outcome> {
	if (!(await isAccepted(db, { account, circle }))) return { ok: false, reason: 'not-found' };
	if (!mayKeepUntil(keptUntil, now)) return { ok: false, reason: 'malformed' };
	await db.updateTable('forum_guest').set({ kept_until: keptUntil }).where('circle_id', '=', circle).where('id', 'in', guests).where('kept_until', '<', keptUntil).execute();
	return { ok: true };
}

/** Nobody has letters handed to a circle in which they are not, but where somebody who is in both has begun. */
async function mayHandTo(tx: Tx, { account, circle, logistics }: { readonly account: string; readonly circle: string; readonly logistics: string }): Promise<boolean> {
	if (await isAccepted(tx, { account, circle: logistics })) return true;
	return (await tx.selectFrom('forum_guest').select('id').where('circle_id', '=', circle).where('logistics_id', '=', logistics).executeTakeFirst()) !== undefined;
}

/** By circle and hour: not which invitation, so that the entry outlives it without telling of it. */
function noteDeed(tx: Tx, { account: actor }: Actor, { action, circle, now }: { readonly action: `guest.${'draft' | 'approve' | 'withdraw'}`; readonly circle: string; readonly now: Date }): Promise<void> {
	return recordDeed(tx, { actor, action, subject: circle }, hourOf(now));
}

/**
 * A second member approves the very link that was drafted: only then does it lead anywhere, and keys that an earlier link
 * was opened with lead to nothing. Whoever drafted it is refused (`moved-on`).
 */
export async function approveGuest(db: Db, actor: Actor, { circle, guest, link, now }: { readonly circle: string; readonly guest: string; readonly link: string; readonly now: Date }): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		const row = (await isAccepted(tx, { account: actor.account, circle })) ? await tx.selectFrom('forum_guest').select(['drafted_by', 'link']).where('id', '=', guest).where('circle_id', '=', circle).forUpdate().executeTakeFirst() : undefined;
		if (!row) return { ok: false, reason: 'not-found' };
		if (row.drafted_by === null) return { ok: true };
		if (row.drafted_by === actor.account || row.link !== link) return { ok: false, reason: 'moved-on' };
		await tx.updateTable('forum_guest').set({ drafted_by: null, mailbox_hash: null, signing: null, sealed_own: null, withdrawn: false }).where('id', '=', guest).execute();
		await noteDeed(tx, actor, { action: 'guest.approve', circle, now });
		return { ok: true };
	});
}

/**
 * Takes an invitation away: its link leads to nothing, what was answered is deleted, and nothing more is taken. What the
 * guest reads again stays where it was opened, so that they can still take back what they allowed. The same again succeeds.
 */
export async function withdrawGuest(db: Db, actor: Actor, { circle, guest, now }: { readonly circle: string; readonly guest: string; readonly now: Date }): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		if (!(await isAccepted(tx, { account: actor.account, circle }))) return { ok: false, reason: 'not-found' };
		const row = await tx.selectFrom('forum_guest').select(['link', 'sealed_own', 'withdrawn', 'logistics_id']).where('id', '=', guest).where('circle_id', '=', circle).forUpdate().executeTakeFirst();
		if (!row || (row.withdrawn && row.link === null)) return { ok: true };
		if (row.sealed_own) await tx.updateTable('forum_guest').set({ link: null, link_signing: null, sealed_letter: null, drafted_by: null, sealed_answer: null, sealed_travel: null, withdrawn: true }).where('id', '=', guest).execute();
		else {
			if (row.logistics_id !== null) await forgetRecords(tx, { circle: row.logistics_id, kind: 'forum-traveller', records: [guest] });
			await tx.deleteFrom('forum_guest').where('id', '=', guest).execute();
		}
		await noteDeed(tx, actor, { action: 'guest.withdraw', circle, now });
		return { ok: true };
	});
}

/** An invitation as the server has it, for the convenors. */
export interface ListedGuest {
	readonly id: string;
	/** Of a link that nobody has opened; null afterwards. */
	readonly link: string | null;
	readonly letter: string | null;
	readonly approved: boolean;
	readonly keptUntil: string;
	readonly version: number;
	readonly answer: string | null;
	readonly travel: string | null;
	/** What the guest is told of the answer that was opened last. */
	readonly read: string | null;
}

/** Tells a guest that a convenor's browser has opened an answer (*How a guest knows that an answer was read*). */
export async function noteRead(db: Db, { account, circle, guest, read }: v.InferOutput<typeof guestShapes.reading> & { readonly account: string; readonly circle: string; readonly guest: string }): Promise<Outcome> {
	if (!(await isAccepted(db, { account, circle }))) return { ok: false, reason: 'not-found' };
	const row = await db.updateTable('forum_guest').set({ read_hash: read }).where('id', '=', guest).where('circle_id', '=', circle).returning('id').executeTakeFirst();
	return row ? { ok: true } : { ok: false, reason: 'not-found' };
}

/** All invitations of a circle. */
export async function listedGuests(db: Db, { account, circle }: { readonly account: string; readonly circle: string }): Promise<Outcome<{ readonly guests: readonly ListedGuest[] }>> {
	if (!(await isAccepted(db, { account, circle }))) return { ok: false, reason: 'not-found' };
	const rows = await db.selectFrom('forum_guest').select(['id', 'link', 'sealed_letter', 'drafted_by', 'kept_until', 'version', 'sealed_answer', 'sealed_travel', 'logistics_id', 'read_hash']).where('circle_id', '=', circle).orderBy('id').execute();
	const text = (sealed: Buffer | null): string | null => sealed && toText(sealed);
	return { ok: true, guests: rows.map((row) => ({ id: row.id, link: row.link, letter: text(row.sealed_letter), approved: row.drafted_by === null, keptUntil: row.kept_until, version: row.version, answer: text(row.sealed_answer), travel: row.logistics_id === null ? text(row.sealed_travel) : null, read: row.read_hash })) };
}

/** What is for travel, for the members of the circle that sees to it: of all guests, and when by our clock. */
export async function travelLetters(db: Db, { account, circle, now }: { readonly account: string; readonly circle: string; readonly now: Date }): Promise<Outcome<{ readonly letters: readonly { readonly id: string; readonly version: number; readonly travel: string | null }[]; readonly now: string }>> {
	if (!(await isAccepted(db, { account, circle }))) return { ok: false, reason: 'not-found' };
	const rows = await db.selectFrom('forum_guest').select(['id', 'version', 'sealed_travel']).where('logistics_id', '=', circle).orderBy('id').execute();
	return { ok: true, letters: rows.map(({ id: guest, version, sealed_travel }) => ({ id: guest, version, travel: sealed_travel && toText(sealed_travel) })), now: now.toJSON() };
}

/** The letter behind a link that nobody has opened yet, and how many answers there were by an earlier link. */
export async function guestLetter(db: Db, link: string): Promise<Outcome<{ readonly letter: string; readonly version: number }>> {
	const row = await db.selectFrom('forum_guest').select(['sealed_letter', 'version']).where('link', '=', link).where('drafted_by', 'is', null).executeTakeFirst();
	return row?.sealed_letter ? { ok: true, letter: toText(row.sealed_letter), version: row.version } : { ok: false, reason: 'not-found' };
}

/** A request of somebody who has a link or a mailbox, and the signature over it. */
export interface GuestRequest {
	/** The link's id, or the mailbox. */
	readonly named: string;
	readonly path: string;
	readonly body: Uint8Array;
	readonly signature: string;
}

async function isSigned({ path, body, signature }: GuestRequest, signing: string | null | undefined): Promise<boolean> {
	const message = guestRequestMessage({ path, bodyHash: toText(await sha256(body)) });
	return isSignedBy(fromText(signing ?? '') ?? new Uint8Array(), message, fromText(signature) ?? new Uint8Array());
}

async function hashOf(mailbox: string): Promise<string> {
	return toText(await sha256(fromText(mailbox) ?? new Uint8Array()));
}

/** The first opening: binds an invitation to the guest's own keys, and forgets link and letter. */
export async function openGuest(db: Db, request: GuestRequest, { mailbox, signing, own }: Opening): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		const row = await tx.selectFrom('forum_guest').select(['id', 'link_signing']).where('link', '=', request.named).where('drafted_by', 'is', null).forUpdate().executeTakeFirst();
		if (!row || !(await isSigned(request, row.link_signing))) return { ok: false, reason: 'not-found' };
		const mailbox_hash = await hashOf(mailbox);
		if (await tx.selectFrom('forum_guest').select('id').where('mailbox_hash', '=', mailbox_hash).executeTakeFirst()) return { ok: false, reason: 'not-found' };
		await tx.updateTable('forum_guest').set({ link: null, link_signing: null, sealed_letter: null, mailbox_hash, signing, sealed_own: Buffer.from(own) }).where('id', '=', row.id).execute();
		return { ok: true };
	});
}

/** What a guest reads again, until when, and what a convenor's browser says of the answer that it opened last. */
export async function guestOwn(db: Db, mailbox: string): Promise<Outcome<{ readonly version: number; readonly own: string; readonly keptUntil: string; readonly read: string | null }>> {
	const row = await db.selectFrom('forum_guest').select(['version', 'sealed_own', 'kept_until', 'read_hash']).where('mailbox_hash', '=', await hashOf(mailbox)).executeTakeFirst();
	return row?.sealed_own ? { ok: true, version: row.version, own: toText(row.sealed_own), keptUntil: row.kept_until, read: row.read_hash } : { ok: false, reason: 'not-found' };
}

/** Keeps what a guest answers as the next version, in place of the one before. The same again succeeds. To whoever was withdrawn nobody listens (`not-found`). */
export async function keepAnswer(db: Db, request: GuestRequest, { version, own, answer, travel }: AnswerInput): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		const row = await tx.selectFrom('forum_guest').select(['id', 'circle_id', 'logistics_id', 'signing', 'version', 'sealed_own', 'withdrawn']).where('mailbox_hash', '=', await hashOf(request.named)).forUpdate().executeTakeFirst();
		if (!row || row.withdrawn || !(await isSigned(request, row.signing))) return { ok: false, reason: 'not-found' };
		const sealed_own = Buffer.from(own);
		if (version === row.version && row.sealed_own?.equals(sealed_own)) return { ok: true };
		if (version !== row.version + 1) return { ok: false, reason: 'moved-on' };
		await tx.updateTable('forum_guest').set({ version, sealed_own, sealed_answer: Buffer.from(answer), sealed_travel: Buffer.from(travel) }).where('id', '=', row.id).execute();
		for (const circle of [row.circle_id, row.logistics_id]) if (circle !== null) await oweMembers(tx, { circle, but: '' });
		return { ok: true };
	});
}

/** Whether a guest sent it, withdrawn or not: of the circle that plans this forum, where one has released it already. */
export async function isOfGuest(tx: Tx, request: GuestRequest, slug: string): Promise<boolean> {
	const row = await tx.selectFrom('forum_guest').select(['circle_id', 'signing']).where('mailbox_hash', '=', await hashOf(request.named)).executeTakeFirst();
	if (!row || !(await isSigned(request, row.signing))) return false;
	const forum = await tx.selectFrom('forum').select('circle_id').where('slug', '=', slug).executeTakeFirst();
	return forum === undefined || forum.circle_id === row.circle_id;
}

/** Once an hour: everything of an invitation whose time is over, the convenors' sealed record with it, and permits that nobody needs. */
export async function forgetGuests(db: Db, now: Date): Promise<void> {
	const today = dayOf(now);
	const over = await db.selectFrom('forum_guest').select(['id', 'circle_id']).where('kept_until', '<', today).execute();
	for (const circle of new Set(over.map(({ circle_id }) => circle_id))) {
		const gone = over.flatMap((one) => (one.circle_id === circle ? [one.id] : []));
		await db.transaction().execute((tx) => forgetInvitations(tx, circle, gone));
	}
	await db.deleteFrom('forum_permit').where('kept_until', '<', today).execute();
}

/** Everything of some invitations: the convenors' records, also of those that were withdrawn, and what the logistics circle noted. */
export async function forgetInvitations(tx: Tx, circle: string, records: string[]): Promise<void> {
	if (records.length === 0) return;
	await forgetRecords(tx, { circle, kind: 'forum-guest', records });
	const gone = await tx.deleteFrom('forum_guest').where('circle_id', '=', circle).where('id', 'in', records).returning(['id', 'logistics_id']).execute();
	for (const logistics of new Set(gone.flatMap(({ logistics_id }) => logistics_id ?? []))) await forgetRecords(tx, { circle: logistics, kind: 'forum-traveller', records: gone.filter(({ logistics_id }) => logistics_id === logistics).map(({ id }) => id) });
}
