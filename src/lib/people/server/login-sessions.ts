import { createHash, randomBytes } from 'node:crypto';
import type { Actor } from '#lib/people/account.ts';
import { wasHere } from '#lib/notices/server/index.ts';
import { absoluteMs, hourOf, idleMs, isAlive, sessionCookie } from '#lib/people/login-session.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import './tables.ts';

export interface BegunSession {
	/** What the cookie holds: 32 random bytes as base64url. Only its hash is kept. */
	readonly token: string;
	readonly tag: string;
}

/** Begins a session. Its identifier is new at every sign-in, whatever cookie the browser brought. */
export async function beginSession(tx: Tx | Db, account: string, now: Date): Promise<BegunSession> {
	const begun = { token: randomBytes(32).toString('base64url'), tag: randomBytes(16).toString('base64url') };
	await forgetSessions(tx, now);
	await tx.insertInto('login_session').values({ token_hash: hashOf(begun.token), tag: begun.tag, account_id: account, begun_at: hourOf(now), seen_at: hourOf(now), sealed_label: null }).execute();
	return begun;
}

/** Who the cookie's session belongs to; undefined without one, after its time, and once the account has ended. Notes the hour, and that no notice is needed of what came before. */
export async function sessionActor(db: Db, cookies: string | null, now: Date): Promise<Actor | undefined> {
	const token = tokenOf(cookies);
	if (token === undefined) return undefined;
	const token_hash = hashOf(token);
	const row = await db
		.selectFrom('login_session')
		.innerJoin('account', 'account.id', 'login_session.account_id')
		.select(['tag', 'account_id', 'begun_at', 'seen_at', 'role', 'signing'])
		.where('token_hash', '=', token_hash)
		.where('ended_on', 'is', null)
		.executeTakeFirst();
	if (!row || !isAlive({ begunAt: row.begun_at, seenAt: row.seen_at }, now)) return undefined;
	const hour = hourOf(now);
	if (row.seen_at < hour) await db.updateTable('login_session').set({ seen_at: hour }).where('token_hash', '=', token_hash).execute();
	await wasHere(db, row.account_id);
	return { account: row.account_id, role: row.role, session: row.tag, signing: new Uint8Array(row.signing) };
}

export interface ListedSession {
	readonly tag: string;
	readonly begunAt: Date;
	readonly seenAt: Date;
	readonly sealedLabel: Buffer | null;
}

/** The sessions of an account that are still alive, the newest first. */
export async function sessionsOf(db: Db, account: string, now: Date): Promise<ListedSession[]> {
	const rows = await db.selectFrom('login_session').select(['tag', 'begun_at', 'seen_at', 'sealed_label']).where('account_id', '=', account).orderBy('begun_at', 'desc').orderBy('tag').execute();
	return rows.map((row) => ({ tag: row.tag, begunAt: row.begun_at, seenAt: row.seen_at, sealedLabel: row.sealed_label })).filter((session) => isAlive(session, now));
}

/** Ends one session of an account by its tag; one that is not there, or another's, is the same. */
export async function endSession(db: Db, { account, tag }: { readonly account: string; readonly tag: string }): Promise<void> {
	await db.deleteFrom('login_session').where('account_id', '=', account).where('tag', '=', tag).execute();
}

/** Ends all sessions of an account but one. */
export async function endOtherSessions(tx: Tx | Db, { account, but }: { readonly account: string; readonly but: string }): Promise<void> {
	await tx.deleteFrom('login_session').where('account_id', '=', account).where('tag', '!=', but).execute();
}

/** Keeps what the person's own browser sealed about a session: which device it is. */
export async function labelSession(db: Db, { account, tag, sealedLabel }: { readonly account: string; readonly tag: string; readonly sealedLabel: Uint8Array }): Promise<void> {
	await db.updateTable('login_session').set({ sealed_label: Buffer.from(sealedLabel) }).where('account_id', '=', account).where('tag', '=', tag).execute();
}

/** Deletes the sessions whose time is over. Every sign-in does it on the way; call it hourly besides. */
export async function forgetSessions(db: Tx | Db, now: Date): Promise<void> {
	await db
		.deleteFrom('login_session')
		.where((where) => where.or([where('seen_at', '<=', new Date(now.getTime() - idleMs)), where('begun_at', '<=', new Date(now.getTime() - absoluteMs))]))
		.execute();
}

function tokenOf(cookies: string | null): string | undefined {
	const found = (cookies ?? '').split(';').map((pair) => pair.trim()).filter((pair) => pair.startsWith(`${sessionCookie}=`));
	const token = found[0]?.slice(sessionCookie.length + 1);
	return found.length === 1 && token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token) ? token : undefined;
}

function hashOf(token: string): Buffer {
	return createHash('sha256').update(token).digest();
}
