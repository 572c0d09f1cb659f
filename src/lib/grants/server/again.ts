import * as v from 'valibot';
import { isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { canonical, fromCanonical, fromText, isHash, isId, isLetter, isRecord, isSignedBy } from '#lib/vault/envelope.ts';
import { againHash, attestation, cardMessage, cardShape, type Attested, type ReceiptCard } from '../application.ts';
import { changed, hasConflict, lockedFor } from './access.ts';
import { lockedApplication } from './applications.ts';
import './tables.ts';
import type { Applied } from './wire.ts';

type Refused = { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'malformed' | 'too-early' };
type Outcome<T extends object = object> = ({ readonly ok: true } & T) | Refused;

const hourMs = 60 * 60 * 1000;
/** For so many days a link for a new receipt can be used. */
const linkDays = 7;
/** From when the new card came: of that only the hour is known, so an hour more, and never less than 72. */
const waitMs = 73 * hourMs;

const bytes = (isOne: (found: Uint8Array) => boolean) => v.pipe(v.string(), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(isOne));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));
const signature = v.pipe(v.string(), v.length(86));

/** The hash of a link's secret, and the message that tells the holder of the old words. */
export const againLinkShape = v.strictObject({ hash: v.pipe(v.string(), v.check((text) => isHash(text))), message: v.strictObject({ seq: count, generation: count, envelope: bytes(isRecord) }) });
/** What the new receipt's browser leaves: the link's secret, the card and its signature. */
export const againCardShape = v.strictObject({ link: v.pipe(v.string(), v.check(isId)), card: cardShape, signature });
export const againSealShape = v.strictObject({ number: count, generation: count, attested: v.pipe(v.string(), v.maxLength(8192)), signature, letter: bytes(isLetter) });

/**
 * Note: A new receipt for a lost one.
 * Nobody can read lost words to anybody. Officers, once somebody has vouched, make a link that can be used once and tell
 * the thread in the same breath; whoever opens the link makes new words in her own browser, and leaves their public half.
 * For 72 hours by this server's clock the holder of the old words, if they were stolen and not lost, sees it and can object,
 * which ends it. Then officers' browsers seal the secrets to the new card, attested by the call's key, and the old mailbox is
 * gone. The server holds the delay and the order; that the card is the right person's is for two people on the telephone.
 */
export async function makeAgainLink(db: Db, actor: Actor, { application, hash, message }: v.InferOutput<typeof againLinkShape> & { readonly application: string }, now: Date): Promise<Outcome<{ readonly number: number; readonly expiresAt: string }>> {
	return db.transaction().execute(async (tx) => {
		const row = await lockedFor(tx, actor, application);
		if (!row) return { ok: false, reason: 'not-found' };
		// On a safety hold nothing is sent out, and this would tell the thread.
		if (row.state === 'gone' || row.state === 'held' || row.whole_at === null || (await openOne(tx, application))) return { ok: false, reason: 'moved-on' };
		const newest = await tx.selectFrom('grant_message').select(({ fn }) => fn.max('seq').as('seq')).where('application_id', '=', application).executeTakeFirst();
		if (message.seq !== (newest?.seq ?? 0) + 1 || message.generation !== row.generation) return { ok: false, reason: 'moved-on' };
		const last = await tx.selectFrom('grant_receipt_again').select(({ fn }) => fn.max('number').as('number')).where('application_id', '=', application).executeTakeFirst();
		const number = (last?.number ?? 0) + 1;
		const expires_at = new Date(hourOf(now).getTime() + linkDays * 24 * hourMs);
		await tx.insertInto('grant_receipt_again').values({ application_id: application, number, link_hash: Buffer.from(fromText(hash) ?? []), expires_at, card: null, asked_at: null, attested: null, attested_signature: null }).execute();
		await tx.insertInto('grant_message').values({ application_id: application, seq: message.seq, generation: message.generation, by_applicant: false, sealed_envelope: Buffer.from(message.envelope) }).execute();
		await changed(tx, row, {});
		await recordDeed(tx, { actor: actor.account, action: 'grants.receipt-link', subject: row.call_id }, hourOf(now));
		return { ok: true, number, expiresAt: expires_at.toISOString() };
	});
}

/** Takes the public half of new words, once for each link; the same again succeeds. Gives back when it can be in force. */
export async function leaveCard(db: Db, { link, card, signature }: v.InferOutput<typeof againCardShape>, now: Date): Promise<Applied<{ readonly from: string }>> {
	const signed = await isSignedBy(fromText(card.signing) ?? new Uint8Array(), cardMessage({ link, card }), fromText(signature) ?? new Uint8Array());
	if (!signed) return { ok: false, reason: 'malformed' };
	const link_hash = Buffer.from(fromText(await againHash(link)) ?? []);
	return db.transaction().execute(async (tx) => {
		const named = await tx.selectFrom('grant_receipt_again').select('application_id').where('link_hash', '=', link_hash).executeTakeFirst();
		// In the order in which everybody does it, the application first: else two would wait for each other.
		const application = named && (await lockedApplication(tx, named.application_id));
		const row = application && (await tx.selectFrom('grant_receipt_again').selectAll().where('link_hash', '=', link_hash).executeTakeFirst());
		if (!row || row.stopped || row.expires_at <= now) return { ok: false, reason: 'not-found' };
		const text = cardText(card);
		if (row.card !== null) return row.card === text && row.asked_at ? { ok: true, from: fromOf(row.asked_at).toISOString() } : { ok: false, reason: 'moved-on' };
		if (await isTaken(tx, card.mailboxHash)) return { ok: false, reason: 'moved-on' };
		const asked_at = hourOf(now);
		await tx.updateTable('grant_receipt_again').set({ card: text, asked_at }).where('application_id', '=', row.application_id).where('number', '=', row.number).execute();
		await changed(tx, application, {});
		await recordDeed(tx, { actor: 'visitor', action: 'grants.receipt-card', subject: application.call_id }, hourOf(now));
		return { ok: true, from: fromOf(asked_at).toISOString() };
	});
}

/** How a new receipt stands, for the desk: none, a link that waits, a card that waits until, or what ended it. */
export interface AgainStanding {
	readonly number: number;
	readonly kind: 'link' | 'card' | 'stopped' | 'expired' | 'done';
	readonly card: ReceiptCard | null;
	/** When the card may be in force. */
	readonly from: string | null;
	readonly expiresAt: string;
}

export async function againStanding(db: Db, { account, application }: { readonly account: string; readonly application: string }, now: Date): Promise<Outcome<{ readonly standing: AgainStanding | null }>> {
	const row = await db.selectFrom('grant_application').innerJoin('grant_call', 'grant_call.id', 'call_id').select('core_circle').where('grant_application.id', '=', application).executeTakeFirst();
	if (!row || !(await isAccepted(db, { account, circle: row.core_circle })) || (await hasConflict(db, { account, application }))) return { ok: false, reason: 'not-found' };
	const one = await db.selectFrom('grant_receipt_again').selectAll().where('application_id', '=', application).orderBy('number', 'desc').limit(1).executeTakeFirst();
	if (!one) return { ok: true, standing: null };
	const kind = one.attested !== null ? 'done' : one.stopped ? 'stopped' : one.card !== null ? 'card' : one.expires_at <= now ? 'expired' : 'link';
	const card = one.card === null ? null : (fromCanonical(one.card) as unknown as ReceiptCard);
	return { ok: true, standing: { number: one.number, kind, card, from: one.asked_at === null ? null : fromOf(one.asked_at).toISOString(), expiresAt: one.expires_at.toISOString() } };
}

/**
 * Puts a new receipt in the place of the old one, 72 hours after its card came and unless somebody objected: its letter, and
 * the attestation by the call's key. The old words lead to nothing from then on. `too-early`: by this server's clock.
 */
export async function sealAgain(db: Db, actor: Actor, { application, number, generation, attested, signature, letter }: v.InferOutput<typeof againSealShape> & { readonly application: string }, now: Date): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		const row = await lockedFor(tx, actor, application);
		if (!row) return { ok: false, reason: 'not-found' };
		const one = await openOne(tx, application);
		if (one?.number !== number || one.card === null || one.asked_at === null || row.state === 'gone' || generation !== row.generation) return { ok: false, reason: 'moved-on' };
		if (now < fromOf(one.asked_at)) return { ok: false, reason: 'too-early' };
		const card = fromCanonical(one.card) as unknown as ReceiptCard;
		const before = (await attestedOf(tx, [application])).get(application) ?? [];
		if (attested !== attestation({ application, number: before.length + 1, card })) return { ok: false, reason: 'malformed' };
		if (await isTaken(tx, card.mailboxHash)) return { ok: false, reason: 'moved-on' };
		await tx.updateTable('grant_receipt_again').set({ link_hash: null, attested, attested_signature: signature }).where('application_id', '=', application).where('number', '=', number).execute();
		await tx.deleteFrom('grant_letter').where('application_id', '=', application).where('addressee', '=', 'receipt').execute();
		await tx.insertInto('grant_letter').values({ application_id: application, addressee: 'receipt', generation, sealed_letter: Buffer.from(letter) }).execute();
		await tx.updateTable('grant_application').set({ mailbox_hash: card.mailboxHash }).where('id', '=', application).execute();
		await changed(tx, row, {});
		await recordDeed(tx, { actor: actor.account, action: 'grants.receipt-again', subject: row.call_id }, hourOf(now));
		return { ok: true };
	});
}

/** Ends a new receipt that is not yet in force: by the desk. Nothing open is ended as well. */
export async function takeBackAgain(db: Db, actor: Actor, application: string, now: Date): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		const row = await lockedFor(tx, actor, application);
		if (!row) return { ok: false, reason: 'not-found' };
		if (await stopOpen(tx, application)) {
			await changed(tx, row, {});
			await recordDeed(tx, { actor: actor.account, action: 'grants.receipt-stopped', subject: row.call_id }, hourOf(now));
		}
		return { ok: true };
	});
}

/** Ends it, for who holds the old words: the same again changes nothing. */
export async function stopOpen(tx: Tx, application: string): Promise<boolean> {
	const stopped = await tx.updateTable('grant_receipt_again').set({ stopped: true, link_hash: null }).where('application_id', '=', application).where('attested', 'is', null).where('stopped', '=', false).returning('number').execute();
	return stopped.length > 0;
}

/** What the holder of the old words is told: that there is one, and from when on it counts (null while nobody used the link). */
export async function againNotice(db: Db, application: string, now: Date): Promise<{ readonly until: string | null } | null> {
	const one = await db.selectFrom('grant_receipt_again').select(['asked_at', 'expires_at']).where('application_id', '=', application).where('attested', 'is', null).where('stopped', '=', false).executeTakeFirst();
	if (!one || (one.asked_at === null && one.expires_at <= now)) return null;
	return { until: one.asked_at === null ? null : fromOf(one.asked_at).toISOString() };
}

/** The new receipts that applications have had, in their order; none of one that had none. */
export async function attestedOf(db: Db | Tx, applications: readonly string[]): Promise<ReadonlyMap<string, Attested[]>> {
	const rows = await db.selectFrom('grant_receipt_again').select(['application_id', 'attested', 'attested_signature']).where('application_id', 'in', applications).where('attested', 'is not', null).orderBy('number').execute();
	const found = Map.groupBy(rows, ({ application_id }) => application_id);
	return new Map([...found].map(([application, some]) => [application, some.map(({ attested, attested_signature }) => ({ attested: attested ?? '', signature: attested_signature ?? '' }))]));
}

/** The card that is in force in the place of the manifest's. */
export async function newestCard(db: Db | Tx, application: string): Promise<ReceiptCard | undefined> {
	const row = await db.selectFrom('grant_receipt_again').select('card').where('application_id', '=', application).where('attested', 'is not', null).orderBy('number', 'desc').limit(1).executeTakeFirst();
	return row?.card == null ? undefined : (fromCanonical(row.card) as unknown as ReceiptCard);
}

/** Forgets links that nobody used in their time. */
export async function forgetAgainLinks(db: Db, now: Date): Promise<void> {
	await db.deleteFrom('grant_receipt_again').where('card', 'is', null).where('expires_at', '<=', now).execute();
}

async function openOne(tx: Tx, application: string) {
	return tx.selectFrom('grant_receipt_again').selectAll().where('application_id', '=', application).where('attested', 'is', null).where('stopped', '=', false).executeTakeFirst();
}

async function isTaken(tx: Tx, mailboxHash: string): Promise<boolean> {
	return (await tx.selectFrom('grant_application').select('id').where((row) => row.or([row('mailbox_hash', '=', mailboxHash), row('second_mailbox_hash', '=', mailboxHash)])).executeTakeFirst()) !== undefined;
}

function fromOf(askedAt: Date): Date {
	return new Date(askedAt.getTime() + waitMs);
}

function cardText({ mailboxHash, recipient, signing }: ReceiptCard): string {
	return canonical({ mailboxHash, recipient, signing });
}
