import * as v from 'valibot';
import { circlesOf } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { fromText, isId, isLetter, isRecord, isSignedBy, sha256, toText, type SignedEntry } from '#lib/vault/envelope.ts';
import { linkEnd, mostLinkDays, refereeRequestMessage } from '../reference.ts';
import { lockedApplication } from './applications.ts';
import { hasConflict, lockedFor } from './access.ts';
import './tables.ts';

/** Why the server refuses; `not-found` is also what is said of a link that was used, taken back or has expired. */
type Refused = { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'malformed' };

type Outcome<T extends object = object> = ({ readonly ok: true } & T) | Refused;

const bytes = (isOne: (found: Uint8Array) => boolean) => v.pipe(v.string(), v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()), v.check(isOne));

export const referenceShape = v.strictObject({
	id: v.pipe(v.string(), v.check(isId)),
	signing: v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32)),
	days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostLinkDays)),
	envelope: bytes(isRecord)
});
export const refereeAnswerShape = v.strictObject({ letter: bytes(isLetter) });

/** At most so many links of one application, used ones among them. */
const mostLinks = 40;

/** Keeps questions behind a link, of which the server is told what is made from its secret. The same again succeeds. */
export async function makeReference(db: Db, actor: Actor, { application, id, signing, days, envelope, now }: v.InferOutput<typeof referenceShape> & { readonly application: string; readonly now: Date }): Promise<Outcome<{ readonly expiresAt: string }>> {
	return db.transaction().execute(async (tx) => {
		const row = await lockedFor(tx, actor, application);
		if (!row) return { ok: false, reason: 'not-found' };
		if (row.state === 'gone' || row.state === 'held') return { ok: false, reason: 'moved-on' };
		const links = await tx.selectFrom('grant_reference').select(['id', 'signing', 'expires_at']).where('application_id', '=', application).execute();
		const there = links.find((link) => link.id === id);
		if (there) return there.signing === signing ? { ok: true, expiresAt: there.expires_at.toISOString() } : { ok: false, reason: 'moved-on' };
		if (links.length >= mostLinks) return { ok: false, reason: 'moved-on' };
		const expires_at = linkEnd(now, days);
		const kept = await tx.insertInto('grant_reference').values({ id, application_id: application, signing, expires_at, sealed_questions: Buffer.from(envelope), sealed_answer: null }).onConflict((conflict) => conflict.doNothing()).returning('id').executeTakeFirst();
		return kept ? { ok: true, expiresAt: expires_at.toISOString() } : { ok: false, reason: 'moved-on' };
	});
}

export interface ListedReference {
	readonly id: string;
	readonly expiresAt: string;
	/** The sealed answer; null while there is none. */
	readonly letter: string | null;
}

/** The links of an application that are there, for whoever reads its core. One that ended unanswered is not. */
export async function references(db: Db, { account, application, now }: { readonly account: string; readonly application: string; readonly now: Date }): Promise<Outcome<{ readonly references: readonly ListedReference[] }>> {
	const row = await db.selectFrom('grant_application').innerJoin('grant_call', 'grant_call.id', 'call_id').select('core_circle').where('grant_application.id', '=', application).executeTakeFirst();
	if (!row || !(await circlesOf(db, account)).some(({ id }) => id === row.core_circle) || (await hasConflict(db, { account, application }))) return { ok: false, reason: 'not-found' };
	const rows = await db.selectFrom('grant_reference').select(['id', 'expires_at', 'sealed_answer']).where('application_id', '=', application).where((row) => row.or([row('sealed_answer', 'is not', null), row('expires_at', '>', now)])).orderBy('id').execute();
	return { ok: true, references: rows.map(({ id, expires_at, sealed_answer }) => ({ id, expiresAt: expires_at.toISOString(), letter: sealed_answer && toText(sealed_answer) })) };
}

/** Takes a link back: it leads to nothing any more. What was answered stays. The same again succeeds. */
export async function takeReferenceBack(db: Db, actor: Actor, { application, reference }: { readonly application: string; readonly reference: string }): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		if (!(await lockedFor(tx, actor, application))) return { ok: false, reason: 'not-found' };
		const row = await tx.selectFrom('grant_reference').select('sealed_answer').where('id', '=', reference).where('application_id', '=', application).forUpdate().executeTakeFirst();
		if (row && row.sealed_answer !== null) return { ok: false, reason: 'moved-on' };
		await tx.deleteFrom('grant_reference').where('id', '=', reference).where('application_id', '=', application).execute();
		return { ok: true };
	});
}

/** What a referee's browser is handed: the call's log, which is public, and questions that its link opens. */
export interface RefereeQuestions {
	readonly call: { readonly entries: readonly SignedEntry[] };
	readonly envelope: string;
	readonly expiresAt: string;
	readonly now: string;
}

/** The questions of a link; `not-found` alike for one that is unknown, used, taken back, expired, or of an application that was withdrawn. */
export async function refereeQuestions(db: Db, link: string, now: Date): Promise<Outcome<{ readonly found: RefereeQuestions }>> {
	const row = await db
		.selectFrom('grant_reference')
		.innerJoin('grant_application', 'grant_application.id', 'application_id')
		.select(['sealed_questions', 'grant_reference.expires_at', 'call_id'])
		.where('grant_reference.id', '=', link)
		.where('sealed_questions', 'is not', null)
		.where('grant_reference.expires_at', '>', now)
		.where('state', '!=', 'gone')
		.executeTakeFirst();
	if (!row?.sealed_questions) return { ok: false, reason: 'not-found' };
	const entries = await db.selectFrom('grant_call_entry').select(['body', 'signature']).where('call_id', '=', row.call_id).orderBy('seq').execute();
	return { ok: true, found: { call: { entries }, envelope: toText(row.sealed_questions), expiresAt: row.expires_at.toISOString(), now: new Date(Math.floor(now.getTime() / 1000) * 1000).toISOString() } };
}

/** A request of somebody who has a link, and the signature of the link's key over it. */
export interface RefereeRequest {
	readonly link: string;
	readonly method: string;
	readonly path: string;
	readonly body: Uint8Array;
	readonly signature: string;
}

/**
 * Keeps an answer and forgets the questions: the link leads to nothing any more. The same letter again succeeds, because
 * the first answer to it may have been lost; every other one is told that there is no such link.
 */
export async function takeRefereeAnswer(db: Db, { link, method, path, body, signature }: RefereeRequest, { letter }: v.InferOutput<typeof refereeAnswerShape>, now: Date): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		const named = await tx.selectFrom('grant_reference').select(['application_id', 'signing']).where('id', '=', link).executeTakeFirst();
		const message = refereeRequestMessage({ method, path, bodyHash: toText(await sha256(body)) });
		const isSigned = await isSignedBy(fromText(named?.signing ?? '') ?? new Uint8Array(), message, fromText(signature) ?? new Uint8Array());
		// Locked after the application, as everything that belongs to one.
		const application = named && isSigned ? await lockedApplication(tx, named.application_id) : undefined;
		const row = application && (await tx.selectFrom('grant_reference').selectAll().where('id', '=', link).forUpdate().executeTakeFirst());
		if (!row || application.state === 'gone') return { ok: false, reason: 'not-found' };
		const sealed_answer = Buffer.from(letter);
		if (row.sealed_answer !== null) return sealed_answer.equals(row.sealed_answer) ? { ok: true } : { ok: false, reason: 'not-found' };
		if (row.expires_at <= now) return { ok: false, reason: 'not-found' };
		await tx.updateTable('grant_reference').set({ sealed_questions: null, sealed_answer }).where('id', '=', link).execute();
		return { ok: true };
	});
}

/** Once an hour: what nobody answered in time goes, also that it was asked. */
export async function forgetReferences(db: Db, now: Date): Promise<void> {
	await db.deleteFrom('grant_reference').where('sealed_answer', 'is', null).where('expires_at', '<=', now).execute();
}
