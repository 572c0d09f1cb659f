import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Actor, Role } from '#lib/people/account.ts';
import { invitationMs, invitationState, mayInvite, type InvitationState } from '#lib/people/invitation.ts';
import { writeLink } from '#lib/people/link.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Config } from '#lib/platform/config.ts';
import type { Db, Tables, Tx } from '#lib/platform/db/database.ts';
import { fromText, randomId, type SignedEntry } from '#lib/vault/envelope.ts';
import { opaqueOf } from './opaque.ts';
import { dayOf } from './tables.ts';

/** The least that a new invitation's token, 16 bytes as base64url, can be: the server keeps its hash. */
export function tokenHash(token: string): Buffer {
	return createHash('sha256').update(fromText(token) ?? '').digest();
}

export type Invited = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly reason: 'not-allowed' | 'too-many' | 'taken' };

/** So many links of one person may be open at a time. */
const mostOpen = 100;

/**
 * Keeps an invitation whose secret was made in the inviter's browser. Into a circle: `circle` is its id, and the caller
 * has made sure that the actor is one of its stewards. Role, limit, row and audit entry in one transaction.
 */
export async function invite(db: Db, { actor, token, role, circle }: { readonly actor: Actor; readonly token: string; readonly role: Role; readonly circle?: string }, now: Date): Promise<Invited> {
	if (!mayInvite(actor.role, role, { asSteward: circle !== undefined })) return { ok: false, reason: 'not-allowed' };
	return db.transaction().execute(async (tx) => {
		await tx.selectFrom('account').select('id').where('id', '=', actor.account).forUpdate().executeTakeFirst();
		const open = await tx.selectFrom('invitation').select('id').where('by_account', '=', actor.account).where('used_by', 'is', null).where('withdrawn_on', 'is', null).where('expires_at', '>', now).execute();
		if (open.length >= mostOpen) return { ok: false, reason: 'too-many' };
		const id = await addInvitation(tx, { token, role, by: actor.account, circle: circle ?? null }, now);
		if (id === undefined) return { ok: false, reason: 'taken' };
		await recordDeed(tx, { actor: actor.account, action: 'people.invite', subject: id }, hourOf(now));
		return { ok: true, id };
	});
}

async function addInvitation(tx: Tx, { token, role, by, circle }: { token: string; role: Role; by: string | null; circle: string | null }, now: Date): Promise<string | undefined> {
	const row = await tx
		.insertInto('invitation')
		.values({ id: randomId(), token_hash: tokenHash(token), role, by_account: by, circle_id: circle, made_on: dayOf(now), expires_at: new Date(hourOf(now).getTime() + invitationMs), withdrawn_on: null, used_by: null, used_on: null })
		.onConflict((conflict) => conflict.column('token_hash').doNothing())
		.returning('id')
		.executeTakeFirst();
	return row?.id;
}

/** A link for a keeper, made on the server itself; the one time that the server has a link's secret. It keeps the hash only. */
export async function inviteKeeper(db: Db, config: Pick<Config, 'dataDir' | 'vaultOrigin'>, now: Date): Promise<string> {
	return db.transaction().execute((tx) => keeperLink(tx, config, now));
}

/**
 * The link with which the first keeper takes charge; undefined once there is an account. Takes back the unused ones of
 * before, so that of several starts only the last one's link is good.
 */
export async function inviteFirstKeeper(db: Db, config: Pick<Config, 'dataDir' | 'vaultOrigin'>, now: Date): Promise<string | undefined> {
	return db.transaction().execute(async (tx) => {
		if (await tx.selectFrom('account').select('id').limit(1).executeTakeFirst()) return undefined;
		await tx.updateTable('invitation').set({ withdrawn_on: dayOf(now) }).where('by_account', 'is', null).where('used_by', 'is', null).where('withdrawn_on', 'is', null).execute();
		return keeperLink(tx, config, now);
	});
}

async function keeperLink(tx: Tx, config: Pick<Config, 'dataDir' | 'vaultOrigin'>, now: Date): Promise<string> {
	const secret = randomBytes(16);
	const { fingerprint } = await opaqueOf(config);
	const id = await addInvitation(tx, { token: tokenOfSecret(secret), role: 'keeper', by: null, circle: null }, now);
	if (id === undefined) throw new Error('Two random invitations were the same.');
	await recordDeed(tx, { actor: 'operator', action: 'people.invite', subject: id }, hourOf(now));
	return writeLink({ origin: config.vaultOrigin, language: 'en', link: { secret, by: undefined, circle: undefined, installation: fingerprint } });
}

/** The same as `invitationOf` of the vault, which the server does not have: HKDF-SHA-256 (RFC 5869). */
export function tokenOfSecret(secret: Uint8Array): string {
	return Buffer.from(hkdfSync('sha256', secret, 'steadfast/1', 'invitation/token', 16)).toString('base64url');
}

export interface FoundInvitation {
	readonly id: string;
	readonly role: Role;
	readonly circle: string | null;
	/** The first log entry of who invites: their keys, which the id in the link certifies. Null: the operator. */
	readonly by: { readonly account: string; readonly found: SignedEntry } | null;
}

export type Looked = { readonly ok: true; readonly invitation: FoundInvitation } | { readonly ok: false; readonly reason: 'link-unknown' | 'link-used' | 'link-expired' | 'link-withdrawn' };

/** What an invitation says to whoever has its link. */
export async function lookAtInvitation(db: Db, token: string, now: Date): Promise<Looked> {
	const row = await db.selectFrom('invitation').selectAll().where('token_hash', '=', tokenHash(token)).executeTakeFirst();
	const refusal = refusalOf(row, now);
	if (row === undefined || refusal !== undefined) return { ok: false, reason: refusal ?? 'link-unknown' };
	const found = row.by_account === null ? undefined : await db.selectFrom('account_entry').select(['body', 'signature']).where('account_id', '=', row.by_account).where('seq', '=', 0).executeTakeFirst();
	return { ok: true, invitation: { id: row.id, role: row.role, circle: row.circle_id, by: row.by_account !== null && found ? { account: row.by_account, found } : null } };
}

/** Why an invitation cannot be used; undefined when it can. */
export function refusalOf(row: Selectable<Tables['invitation']> | undefined, now: Date): Extract<Looked, { ok: false }>['reason'] | undefined {
	if (row === undefined) return 'link-unknown';
	const state = invitationState({ usedBy: row.used_by, withdrawnOn: row.withdrawn_on, expiresAt: row.expires_at }, now);
	return state === 'open' ? undefined : `link-${state}`;
}

export interface ListedInvitation {
	readonly id: string;
	readonly role: Role;
	readonly circle: string | null;
	readonly state: InvitationState;
	readonly madeOn: string;
	readonly expiresAt: Date;
	readonly usedBy: string | null;
}

/** The invitations that somebody made, the newest first. */
export async function invitationsOf(db: Db, account: string, now: Date): Promise<ListedInvitation[]> {
	const rows = await db.selectFrom('invitation').selectAll().where('by_account', '=', account).orderBy('expires_at', 'desc').orderBy('id').limit(500).execute();
	return rows.map((row) => ({
		id: row.id,
		role: row.role,
		circle: row.circle_id,
		state: invitationState({ usedBy: row.used_by, withdrawnOn: row.withdrawn_on, expiresAt: row.expires_at }, now),
		madeOn: row.made_on,
		expiresAt: row.expires_at,
		usedBy: row.used_by
	}));
}

/** Takes an unused invitation of one's own back; one that is not there, is used or another's, changes nothing. */
export async function withdrawInvitation(db: Db, { account, id }: { readonly account: string; readonly id: string }, now: Date): Promise<void> {
	await db.updateTable('invitation').set({ withdrawn_on: dayOf(now) }).where('id', '=', id).where('by_account', '=', account).where('used_by', 'is', null).where('withdrawn_on', 'is', null).execute();
}
