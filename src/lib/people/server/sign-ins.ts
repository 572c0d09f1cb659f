import { randomBytes } from 'node:crypto';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Actor, Role } from '#lib/people/account.ts';
import { kitMessage } from '#lib/people/sign-in.ts';
import type { Config } from '#lib/platform/config.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { Limit, Limiter } from '#lib/platform/limits/limits.ts';
import { fromText, isSignedBy, toText, type SignedEntry } from '#lib/vault/envelope.ts';
import { entriesOf, kitHash } from './accounts.ts';
import { holdChallenge, takeChallenge } from './challenges.ts';
import { beginSession, endSession, type BegunSession } from './login-sessions.ts';
import { opaqueOf } from './opaque.ts';
import { passkeyAccount, relyingParty } from './passkeys.ts';

/**
 * Note: Nobody is locked out by somebody else's guessing.
 * A network may try 100 times in a quarter of an hour, and 12 times at one name. All networks together may try 300 times
 * an hour at one name; beyond that the name is under attack, and then each network has three tries an hour at it instead
 * of none: whoever owns the name still gets in from her own, and ten thousand guessing machines get 30,000 guesses an
 * hour at a passphrase of which the weakest that we take stands 10^10.
 */
const quarterMs = 15 * 60 * 1000;
const hourMs = 60 * 60 * 1000;
const perNetwork: Limit = { name: 'sign-in.network', most: 100, perMs: quarterMs };
const perName: Limit = { name: 'sign-in.name', most: 300, perMs: hourMs };
const pairLimit = (name: string): Limit => ({ name: `sign-in.pair ${name}`, most: 12, perMs: quarterMs });
const attackedPairLimit = (name: string): Limit => ({ name: `sign-in.attacked ${name}`, most: 3, perMs: hourMs });
/** Other beginnings of a ceremony that anybody may ask for. */
const perNetworkOther: Limit = { name: 'sign-in.other', most: 100, perMs: quarterMs };

export interface Asker {
	readonly limiter: Limiter;
	/** The visitor's address, which only the limiter sees. */
	readonly address: string;
}

export function mayTry({ limiter, address }: Asker, name: string, now: Date): boolean {
	const ofNetwork = limiter.allows(perNetwork, address, now);
	const ofPair = limiter.allows(pairLimit(name), address, now);
	if (!ofNetwork || !ofPair) return false;
	return limiter.allows(perName, name, now) || limiter.allows(attackedPairLimit(name), address, now);
}

export function mayBegin({ limiter, address }: Asker, now: Date): boolean {
	return limiter.allows(perNetworkOther, address, now);
}

/** What somebody who just signed in needs to open her account; all that is in it is sealed or public. */
export interface SignedIn {
	readonly session: BegunSession;
	readonly account: string;
	readonly role: Role;
}

interface HeldLogin {
	readonly state: string;
	readonly account: string | null;
}

/**
 * The first half of signing in with a passphrase. For a name that is known and for one that is not the same work is
 * done, and the answers have the same form and length. `malformed` when the request is none.
 */
export async function beginPassphrase(db: Db, config: Pick<Config, 'dataDir'>, { nameKey, request }: { readonly nameKey: Uint8Array; readonly request: string }, now: Date): Promise<{ readonly challenge: string; readonly response: string } | 'malformed'> {
	const opaque = await opaqueOf(config);
	const row = await db.selectFrom('account').select(['id', 'opaque_record']).where('name_key', '=', Buffer.from(nameKey)).executeTakeFirst();
	const begun = opaque.beginLogin(toText(nameKey), row?.opaque_record ?? undefined, request);
	if (begun === undefined) return 'malformed';
	const held: HeldLogin = { state: begun.state, account: row?.id ?? null };
	return { challenge: await holdChallenge(db, 'passphrase', JSON.stringify(held), now), response: begun.response };
}

/** The name key of the account whose session a browser still has, so that unlocking asks for the passphrase alone. */
export async function nameKeyOf(db: Db, account: string): Promise<Uint8Array | undefined> {
	const row = await db.selectFrom('account').select('name_key').where('id', '=', account).executeTakeFirst();
	return row?.name_key ?? undefined;
}

/** The second half: a session if the passphrase was known. A challenge is good for one try. */
export async function finishPassphrase(db: Db, config: Pick<Config, 'dataDir'>, { challenge, finish, before }: { readonly challenge: string; readonly finish: string; readonly before: Actor | undefined }, now: Date): Promise<SignedIn | undefined> {
	const opaque = await opaqueOf(config);
	const held = await takeChallenge(db, 'passphrase', challenge, now);
	if (held === undefined) return undefined;
	// Only `beginPassphrase` writes these.
	const { state, account } = JSON.parse(held) as HeldLogin;
	return opaque.finishLogin(state, finish) && account !== null ? signIn(db, { account, before }, now) : undefined;
}

/** What a browser has to be told to ask for a passkey, whichever it has for us. */
export async function beginPasskey(db: Db, config: Pick<Config, 'vaultOrigin'>, now: Date): Promise<{ readonly challenge: string; readonly party: string }> {
	return { challenge: await holdChallenge(db, 'passkey', '', now), party: relyingParty(config).id };
}

export async function finishPasskey(db: Db, config: Pick<Config, 'vaultOrigin'>, { challenge, response, before }: { readonly challenge: string; readonly response: AuthenticationResponseJSON; readonly before: Actor | undefined }, now: Date): Promise<SignedIn | undefined> {
	if ((await takeChallenge(db, 'passkey', challenge, now)) === undefined) return undefined;
	const account = await passkeyAccount(db, config, { response, challenge }, now);
	return account === undefined ? undefined : signIn(db, { account, before }, now);
}

/** A challenge for the kit's key; for a kit that nobody has the same. */
export async function beginKit(db: Db, lookup: string, now: Date): Promise<string> {
	const row = await db.selectFrom('account').select('id').where('kit_hash', '=', kitHash(lookup)).executeTakeFirst();
	return holdChallenge(db, 'kit', row?.id ?? '', now);
}

export async function finishKit(db: Db, config: Pick<Config, 'vaultOrigin'>, { challenge, signature, before }: { readonly challenge: string; readonly signature: string; readonly before: Actor | undefined }, now: Date): Promise<SignedIn | undefined> {
	const account = await takeChallenge(db, 'kit', challenge, now);
	if (account === undefined) return undefined;
	const row = await db.selectFrom('account').select('kit_signing').where('id', '=', account).executeTakeFirst();
	const key = row?.kit_signing ?? randomBytes(32);
	const signed = await isSignedBy(new Uint8Array(key), kitMessage(config.vaultOrigin, challenge), fromText(signature) ?? new Uint8Array());
	return signed && row?.kit_signing != null ? signIn(db, { account, before }, now) : undefined;
}

/** A new session; the one that the browser came with ends. */
async function signIn(db: Db, { account, before }: { account: string; before: Actor | undefined }, now: Date): Promise<SignedIn | undefined> {
	const row = await db.selectFrom('account').select('role').where('id', '=', account).where('ended_on', 'is', null).executeTakeFirst();
	if (!row) return undefined;
	if (before) await endSession(db, { account: before.account, tag: before.session });
	return { session: await beginSession(db, account, now), account, role: row.role };
}

/** What opens an account, and its log, which says which unlock envelope is in force. */
export interface AccountMaterial {
	readonly sealedUnlock: Uint8Array;
	readonly version: number;
	readonly sealedProfile: Uint8Array | null;
	readonly log: readonly SignedEntry[];
}

export async function materialOf(db: Db, account: string): Promise<AccountMaterial> {
	// One snapshot: an envelope and a log of two different moments would look like a server that lies.
	return db.transaction().setIsolationLevel('repeatable read').execute(async (tx) => {
		const row = await tx.selectFrom('account').select(['sealed_unlock', 'unlock_version', 'sealed_profile']).where('id', '=', account).executeTakeFirstOrThrow();
		return { sealedUnlock: row.sealed_unlock ?? Buffer.alloc(0), version: row.unlock_version, sealedProfile: row.sealed_profile, log: await entriesOf(tx, account) };
	});
}
