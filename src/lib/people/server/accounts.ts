import { createHash } from 'node:crypto';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { foldAccount, follow, type Actor, type Role } from '#lib/people/account.ts';
import { oweNotice, switchOff } from '#lib/notices/server/index.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Config } from '#lib/platform/config.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { errorCode } from '#lib/platform/start/refusal.ts';
import { fromText, isLetter, sha256, toText, type SignedEntry } from '#lib/vault/envelope.ts';
import { takeChallenge } from './challenges.ts';
import { refusalOf, tokenHash, type Looked } from './invitations.ts';
import { beginSession, endOtherSessions, type BegunSession } from './login-sessions.ts';
import { newPasskey, type NewPasskey } from './passkeys.ts';
import { dayOf } from './tables.ts';

/** A way of unlocking as its browser hands it in, checked for shape. */
export type NewWay =
	| { readonly kind: 'passphrase'; readonly nameKey: Uint8Array; readonly record: string }
	| { readonly kind: 'passkey'; readonly challenge: string; readonly response: RegistrationResponseJSON; readonly sealedLabel: Uint8Array | undefined };

/** The public side of a recovery kit. */
export interface NewKit {
	/** 16 bytes as base64url; its hash is kept. */
	readonly lookup: string;
	/** Raw Ed25519 key. */
	readonly signing: Uint8Array;
}

/** The unlock envelope and the entry of the account's log that puts it in force. */
export interface NewUnlock {
	readonly entry: SignedEntry;
	readonly envelope: Uint8Array;
}

export interface Joining {
	readonly token: string;
	readonly account: string;
	readonly found: SignedEntry;
	readonly unlock: NewUnlock;
	readonly way: NewWay;
	readonly kit: NewKit;
	/** A letter to oneself with one's own name. */
	readonly profile: Uint8Array;
	/** A letter to the inviter; undefined where nobody is introduced to. */
	readonly introduction: { readonly id: string; readonly letter: Uint8Array } | undefined;
}

type LinkRefusal = Extract<Looked, { ok: false }>['reason'];
export type Joined = { readonly ok: true; readonly session: BegunSession; readonly role: Role } | { readonly ok: false; readonly reason: LinkRefusal | 'already-joined' | 'name-taken' | 'against-the-rules' | 'passkey-refused' };

/**
 * Makes an account from an invitation and begins its first session: invitation, row, log, way of unlocking, introduction
 * and audit entry in one transaction. Asked again by the same account it says `already-joined`: an answer that was lost
 * on the way leaves nobody outside.
 */
export async function join(db: Db, config: Pick<Config, 'vaultOrigin'>, joining: Joining, now: Date): Promise<Joined> {
	const log = [joining.found, joining.unlock.entry];
	const folded = await foldAccount(joining.account, log);
	if (!folded.ok || !(await isInForce(folded.state.unlock, joining.unlock.envelope)) || !isLetter(joining.profile)) return { ok: false, reason: 'against-the-rules' };
	const { state } = folded;
	return inOneTransaction(db, async (tx) => {
		const invitation = await tx.selectFrom('invitation').selectAll().where('token_hash', '=', tokenHash(joining.token)).forUpdate().executeTakeFirst();
		const refusal = invitation?.used_by === joining.account ? 'already-joined' : refusalOf(invitation, now);
		if (invitation === undefined || refusal !== undefined) return { ok: false, reason: refusal ?? 'link-unknown' };
		const today = dayOf(now);
		const added = await tx
			.insertInto('account')
			.values({
				id: joining.account,
				role: invitation.role,
				signing: Buffer.from(state.signing),
				name_key: null,
				opaque_record: null,
				kit_hash: kitHash(joining.kit.lookup),
				kit_signing: Buffer.from(joining.kit.signing),
				sealed_unlock: Buffer.from(joining.unlock.envelope),
				unlock_version: 1,
				sealed_profile: Buffer.from(joining.profile),
				created_on: today,
				ended_on: null
			})
			.onConflict((conflict) => conflict.doNothing())
			.executeTakeFirst();
		if (added.numInsertedOrUpdatedRows !== 1n) return { ok: false, reason: 'against-the-rules' };
		for (const [seq, entry] of log.entries()) await appendEntry(tx, { account: joining.account, seq, entry });
		const refused = await setWay(tx, config, { account: joining.account, way: joining.way }, now);
		if (refused !== undefined) return { ok: false, reason: refused };
		await tx.updateTable('invitation').set({ used_by: joining.account, used_on: today }).where('id', '=', invitation.id).execute();
		if (joining.introduction && invitation.by_account !== null) {
			if (!isLetter(joining.introduction.letter)) return { ok: false, reason: 'against-the-rules' };
			await tx
				.insertInto('introduction')
				.values({ id: joining.introduction.id, to_account: invitation.by_account, invitation_id: invitation.id, from_account: joining.account, sealed_letter: Buffer.from(joining.introduction.letter), made_on: today })
				.execute();
			await oweNotice(tx, [invitation.by_account]);
		}
		await recordDeed(tx, { actor: joining.account, action: 'people.join', subject: invitation.id }, hourOf(now));
		return { ok: true, session: await beginSession(tx, joining.account, now), role: invitation.role };
	});
}

/** What changes together with the unlock envelope. */
export type UnlockChange = NewWay | { readonly kind: 'no-passphrase' } | { readonly kind: 'no-passkey'; readonly id: string } | { readonly kind: 'kit'; readonly kit: NewKit };

export type Changed = { readonly ok: true } | { readonly ok: false; readonly reason: 'moved-on' | 'against-the-rules' | 'name-taken' | 'passkey-refused' | 'last-way' };

/**
 * Puts another unlock envelope in force together with what it belongs to: a way of unlocking, or a new kit. Log entry,
 * envelope, the way and the audit entry in one transaction; `moved-on` when the log has gone on in the meantime. Where
 * something is taken away all other sessions end: whoever lost a phone takes its passkey away for that.
 */
export async function changeUnlock(db: Db, config: Pick<Config, 'vaultOrigin'>, { actor, unlock, change }: { readonly actor: Actor; readonly unlock: NewUnlock; readonly change: UnlockChange }, now: Date): Promise<Changed> {
	return inOneTransaction(db, async (tx) => {
		const appended = await append(tx, actor.account, unlock.entry);
		if (!appended.ok) return appended;
		if (!(await isInForce(appended.state.unlock, unlock.envelope))) return { ok: false, reason: 'against-the-rules' };
		await tx.updateTable('account').set({ sealed_unlock: Buffer.from(unlock.envelope), unlock_version: appended.state.unlock?.version ?? 0 }).where('id', '=', actor.account).execute();
		const refused = await applyChange(tx, config, { account: actor.account, change }, now);
		if (refused !== undefined) return { ok: false, reason: refused };
		if (change.kind === 'no-passkey' || change.kind === 'no-passphrase') {
			if (!(await hasDailyWay(tx, actor.account))) return { ok: false, reason: 'last-way' };
			await endOtherSessions(tx, { account: actor.account, but: actor.session });
		}
		await recordDeed(tx, { actor: actor.account, action: `people.unlock-${change.kind}`, subject: actor.account }, hourOf(now));
		return { ok: true };
	});
}

/** The kit is for bad days: somebody who removed everything else would have to take it out of its drawer every time. */
async function hasDailyWay(tx: Tx, account: string): Promise<boolean> {
	const passphrase = await tx.selectFrom('account').select('id').where('id', '=', account).where('name_key', 'is not', null).executeTakeFirst();
	return passphrase !== undefined || (await tx.selectFrom('passkey').select('credential_id').where('account_id', '=', account).limit(1).executeTakeFirst()) !== undefined;
}

async function applyChange(tx: Tx, config: Pick<Config, 'vaultOrigin'>, { account, change }: { account: string; change: UnlockChange }, now: Date): Promise<'name-taken' | 'passkey-refused' | undefined> {
	switch (change.kind) {
		case 'kit':
			await tx.updateTable('account').set({ kit_hash: kitHash(change.kit.lookup), kit_signing: Buffer.from(change.kit.signing) }).where('id', '=', account).execute();
			return undefined;
		case 'no-passphrase':
			await tx.updateTable('account').set({ name_key: null, opaque_record: null }).where('id', '=', account).execute();
			return undefined;
		case 'no-passkey':
			await tx.deleteFrom('passkey').where('account_id', '=', account).where('credential_id', '=', change.id).execute();
			return undefined;
		case 'passphrase':
		case 'passkey':
			return setWay(tx, config, { account, way: change }, now);
	}
}

async function setWay(tx: Tx, config: Pick<Config, 'vaultOrigin'>, { account, way }: { account: string; way: NewWay }, now: Date): Promise<'name-taken' | 'passkey-refused' | undefined> {
	if (way.kind === 'passphrase') {
		const name_key = Buffer.from(way.nameKey);
		const other = await tx.selectFrom('account').select('id').where('name_key', '=', name_key).where('id', '!=', account).executeTakeFirst();
		if (other) return 'name-taken';
		await tx.updateTable('account').set({ name_key, opaque_record: way.record }).where('id', '=', account).execute();
		return undefined;
	}
	const held = await takeChallenge(tx, 'new-passkey', way.challenge, now);
	const made = held === account ? await newPasskey(config, way.response, way.challenge) : undefined;
	return made === undefined ? 'passkey-refused' : addPasskey(tx, { account, made, sealedLabel: way.sealedLabel }, now);
}

async function addPasskey(tx: Tx, { account, made, sealedLabel }: { account: string; made: NewPasskey; sealedLabel: Uint8Array | undefined }, now: Date): Promise<'passkey-refused' | undefined> {
	const today = dayOf(now);
	const added = await tx
		.insertInto('passkey')
		.values({ credential_id: made.id, account_id: account, public_key: Buffer.from(made.publicKey), counter: made.counter, transports: [...made.transports], sealed_label: sealedLabel === undefined ? null : Buffer.from(sealedLabel), created_on: today, used_on: today })
		.onConflict((conflict) => conflict.doNothing())
		.executeTakeFirst();
	return added.numInsertedOrUpdatedRows === 1n ? undefined : 'passkey-refused';
}

/**
 * Ends an account: what unlocks it, its sessions, names, kits and letters that wait are deleted, links that it made are
 * taken back. Its id, role and log stay, because the logs of circles name it.
 */
export async function endAccount(db: Db, { actor, entry }: { readonly actor: Actor; readonly entry: SignedEntry }, now: Date): Promise<Changed> {
	return inOneTransaction(db, async (tx) => {
		const appended = await append(tx, actor.account, entry);
		if (!appended.ok) return appended;
		if (!appended.state.ended) return { ok: false, reason: 'against-the-rules' };
		const { account } = actor;
		await tx
			.updateTable('account')
			.set({ name_key: null, opaque_record: null, kit_hash: null, kit_signing: null, sealed_unlock: null, sealed_profile: null, ended_on: dayOf(now) })
			.where('id', '=', account)
			.execute();
		await tx.deleteFrom('passkey').where('account_id', '=', account).execute();
		await tx.deleteFrom('login_session').where('account_id', '=', account).execute();
		await switchOff(tx, account);
		await tx.deleteFrom('introduction').where('to_account', '=', account).execute();
		await tx.updateTable('invitation').set({ withdrawn_on: dayOf(now) }).where('by_account', '=', account).where('used_by', 'is', null).where('withdrawn_on', 'is', null).execute();
		await recordDeed(tx, { actor: account, action: 'people.end', subject: account }, hourOf(now));
		return { ok: true };
	});
}

type Appended = { readonly ok: true; readonly state: Extract<Awaited<ReturnType<typeof foldAccount>>, { ok: true }>['state'] } | { readonly ok: false; readonly reason: 'moved-on' | 'against-the-rules' };

/** Adds an entry to an account's log if it follows the newest one: compare and set, under a lock on the account. */
async function append(tx: Tx, account: string, entry: SignedEntry): Promise<Appended> {
	await tx.selectFrom('account').select('id').where('id', '=', account).forUpdate().executeTakeFirstOrThrow();
	const folded = await foldAccount(account, await entriesOf(tx, account));
	if (!folded.ok) throw new Error('The log of an account that was kept does not follow its own rules.');
	const next = await follow(folded.state, entry);
	if (typeof next === 'string') return { ok: false, reason: seqOf(entry) <= folded.state.head.seq ? 'moved-on' : 'against-the-rules' };
	await appendEntry(tx, { account, seq: next.head.seq, entry });
	return { ok: true, state: next };
}

function seqOf({ body }: SignedEntry): number {
	return Number(/"seq":(\d{1,9})[,}]/.exec(body)?.[1] ?? Number.NaN);
}

async function appendEntry(tx: Tx, { account, seq, entry }: { account: string; seq: number; entry: SignedEntry }): Promise<void> {
	const hash = createHash('sha256').update(`steadfast/entry/1\n${entry.body}`).digest('base64url');
	await tx.insertInto('account_entry').values({ account_id: account, seq, body: entry.body, signature: entry.signature, hash }).execute();
}

/** An account's log from its first entry; empty for one that is not there. */
export function entriesOf(db: Db | Tx, account: string): Promise<SignedEntry[]> {
	return db.selectFrom('account_entry').select(['body', 'signature']).where('account_id', '=', account).orderBy('seq').execute();
}

async function isInForce(said: { readonly hash: string } | undefined, envelope: Uint8Array): Promise<boolean> {
	return isLetter(envelope) && said?.hash === toText(await sha256(envelope));
}

export function kitHash(lookup: string): Buffer {
	return createHash('sha256').update(fromText(lookup) ?? '').digest();
}

/** A refusal takes back everything that the transaction had done. */
async function inOneTransaction<T extends { readonly ok: boolean }>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T | { readonly ok: false; readonly reason: 'name-taken' | 'against-the-rules' }> {
	let refusal: T | undefined;
	try {
		return await db.transaction().execute(async (tx) => {
			const outcome = await work(tx);
			if (!outcome.ok) {
				refusal = outcome;
				throw new Error('taken back');
			}
			return outcome;
		});
	} catch (error) {
		if (refusal !== undefined) return refusal;
		// Two at once with the same name, or something random that was not: PostgreSQL's unique_violation.
		if (errorCode(error) === '23505') return { ok: false, reason: error instanceof Error && error.message.includes('name_key') ? 'name-taken' : 'against-the-rules' };
		throw error;
	}
}
