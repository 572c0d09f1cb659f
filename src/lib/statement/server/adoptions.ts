import type { JSONColumnType } from 'kysely';
import * as v from 'valibot';
import { isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { fromText, isSignedBy } from '#lib/vault/envelope.ts';
import { hexHash, readCanonical, textHash, type StatementWords } from '../draft.ts';
import { readRecord, signatureHash, verifiedPublication, withdrawalMessage, type AdoptionRecord, type Publication, type Signature } from '../signature.ts';

/** A signature as it is shown: of one that was taken back nothing but its hash and the day. */
export type ShownSignature = { readonly hash: string; readonly signature: Signature; readonly withdrawnOn: null } | { readonly hash: string; readonly signature: null; readonly withdrawnOn: string };

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		statement_adoption: { forum_slug: string; version: number; body: string; signature: string; adopted_text: string; translations: JSONColumnType<string[]>; signatures: JSONColumnType<ShownSignature[]>; release_at: Date };
		statement_withdrawal: { forum_slug: string; key: string; withdrawn_on: string };
	}
}

const raw = (bytes: number) => v.pipe(v.string(), v.check((text) => fromText(text)?.length === bytes));

export const withdrawalShape = v.strictObject({ hash: hexHash, key: raw(32), signature: raw(64) });
export type Withdrawal = v.InferOutput<typeof withdrawalShape>;

type Kept = { readonly ok: true; readonly releaseAt: Date } | { readonly ok: false; readonly reason: 'not-found' | 'forged' | 'moved-on' | 'malformed' };

/**
 * Keeps what was adopted as the next version of a forum's statement, until its time of release and for good: by a keeper or somebody of the
 * staff, of the circle that released the forum. `forged`: some part of it does not fit another. `moved-on`: it does not follow the newest
 * version. The same again changes nothing. Whoever took a signature back is not in it, whatever was sent.
 */
export async function keepAdoption(tx: Tx, actor: Actor, { slug, publication }: { readonly slug: string; readonly publication: Publication }, now: Date): Promise<Kept> {
	const forum = await tx.selectFrom('forum').select('circle_id').where('slug', '=', slug).forUpdate().executeTakeFirst();
	if (actor.role === 'member' || forum === undefined || !(await isAccepted(tx, { account: actor.account, circle: forum.circle_id }))) return { ok: false, reason: 'not-found' };
	const record = await verifiedPublication(publication);
	if (record === undefined) return { ok: false, reason: 'forged' };
	if (record.forum !== slug) return { ok: false, reason: 'malformed' };
	const newest = await tx.selectFrom('statement_adoption').select(['version', 'body', 'release_at']).where('forum_slug', '=', slug).orderBy('version', 'desc').executeTakeFirst();
	if (newest?.body === publication.body) return { ok: true, releaseAt: newest.release_at };
	if (record.version !== (newest?.version ?? 0) + 1 || record.previous !== (newest ? await textHash(newest.body) : null) || (record.correction === null) !== (newest === undefined)) return { ok: false, reason: 'moved-on' };
	const releaseAt = minuteOfRelease(publication, now);
	const gone = new Map((await tx.selectFrom('statement_withdrawal').select(['key', 'withdrawn_on']).where('forum_slug', '=', slug).execute()).map(({ key, withdrawn_on }) => [key, withdrawn_on]));
	const signatures = await Promise.all(publication.signatures.map(async (signature): Promise<ShownSignature> => {
		const [hash, withdrawnOn] = [await signatureHash(signature), gone.get(signature.key)];
		return withdrawnOn === undefined ? { hash, signature, withdrawnOn: null } : { hash, signature: null, withdrawnOn };
	}));
	await tx
		.insertInto('statement_adoption')
		.values({ forum_slug: slug, version: record.version, body: publication.body, signature: publication.signature, adopted_text: publication.text, translations: JSON.stringify(publication.translations), signatures: JSON.stringify(signatures.toSorted((a, b) => (a.hash < b.hash ? -1 : 1))), release_at: releaseAt })
		.execute();
	await recordDeed(tx, { actor: actor.account, action: 'statement.publish', subject: slug }, hourOf(now));
	return { ok: true, releaseAt };
}

const minuteMs = 60_000;

/** Never before the time that was asked for, and never to the second. */
function minuteOfRelease({ releaseAt }: Publication, now: Date): Date {
	const asked = releaseAt === null ? 0 : Date.parse(releaseAt);
	return new Date((asked > now.getTime() ? Math.ceil(asked / minuteMs) : Math.floor(now.getTime() / minuteMs)) * minuteMs);
}

/** Every version that was kept, the newest first, for who publishes the next. */
export async function keptAdoptions(db: Db, actor: Actor, slug: string): Promise<{ readonly ok: true; readonly versions: readonly { readonly body: string }[] } | { readonly ok: false; readonly reason: 'not-found' }> {
	const forum = await db.selectFrom('forum').select('circle_id').where('slug', '=', slug).executeTakeFirst();
	if (actor.role === 'member' || forum === undefined || !(await isAccepted(db, { account: actor.account, circle: forum.circle_id }))) return { ok: false, reason: 'not-found' };
	return { ok: true, versions: await db.selectFrom('statement_adoption').select('body').where('forum_slug', '=', slug).orderBy('version', 'desc').execute() };
}

/**
 * Takes a signature out of every version: for whoever signs with its key, at once. What is left is its hash and the day. Whether there was one is
 * told, because the record is public; `forged` for what its key did not sign.
 */
export async function withdrawSignature(tx: Tx, { slug, withdrawal: { hash, key, signature } }: { readonly slug: string; readonly withdrawal: Withdrawal }, now: Date): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: 'not-found' | 'forged' }> {
	if (!(await isSignedBy(fromText(key) ?? new Uint8Array(), withdrawalMessage(hash), fromText(signature) ?? new Uint8Array()))) return { ok: false, reason: 'forged' };
	await tx.selectFrom('forum').select('slug').where('slug', '=', slug).forUpdate().execute();
	const rows = await tx.selectFrom('statement_adoption').select(['version', 'signatures']).where('forum_slug', '=', slug).execute();
	const isThere = rows.some(({ signatures }) => signatures.some((one) => one.signature?.key === key));
	const isGone = await tx.selectFrom('statement_withdrawal').select('key').where('forum_slug', '=', slug).where('key', '=', key).executeTakeFirst();
	if (!isThere) return isGone ? { ok: true } : { ok: false, reason: 'not-found' };
	const withdrawnOn = now.toISOString().slice(0, 10);
	await tx.insertInto('statement_withdrawal').values({ forum_slug: slug, key, withdrawn_on: withdrawnOn }).onConflict((conflict) => conflict.doNothing()).execute();
	for (const { version, signatures } of rows) {
		const left = signatures.map((one): ShownSignature => (one.signature?.key === key ? { hash: one.hash, signature: null, withdrawnOn } : one));
		await tx.updateTable('statement_adoption').set({ signatures: JSON.stringify(left) }).where('forum_slug', '=', slug).where('version', '=', version).execute();
	}
	return { ok: true };
}

/** A version as everybody may know it. */
export interface PublicAdoption {
	readonly record: AdoptionRecord;
	readonly body: string;
	readonly signature: string;
	readonly text: string;
	readonly words: StatementWords;
	/** Of exactly this text. */
	readonly translations: readonly { readonly text: string; readonly words: StatementWords }[];
	readonly signatures: readonly ShownSignature[];
	readonly releasedAt: Date;
}

/** The versions of a forum's statement whose time has come, the newest first. */
export async function publicAdoptions(db: Db | Tx, slug: string, now: Date): Promise<readonly PublicAdoption[]> {
	const rows = await db.selectFrom('statement_adoption').selectAll().where('forum_slug', '=', slug).where('release_at', '<=', now).orderBy('version', 'desc').execute();
	return rows.map(({ body, signature, adopted_text: text, translations, signatures, release_at: releasedAt }) => {
		const [record, words] = [readRecord(body), readCanonical(text)];
		if (record === undefined || words === undefined) throw new Error('an adoption that was kept and does not read');
		return { record, body, signature, text, words, translations: translations.flatMap((one) => translationFrom(one)), signatures, releasedAt };
	});
}

/** Forums of which a statement is public. */
export async function forumsWithAdoptions(db: Db, now: Date): Promise<readonly string[]> {
	return (await db.selectFrom('statement_adoption').select('forum_slug').distinct().where('release_at', '<=', now).execute()).map((row) => row.forum_slug);
}

function translationFrom(text: string): PublicAdoption['translations'] {
	const words = readCanonical(text);
	return words ? [{ text, words }] : [];
}
