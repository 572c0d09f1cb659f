import type { Config } from '#lib/platform/config.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { toText } from '#lib/vault/envelope.ts';
import { holdChallenge } from './challenges.ts';
import { opaqueOf } from './opaque.ts';
import { passkeyAlgorithms, relyingParty } from './passkeys.ts';

export type BegunPassphrase = { readonly ok: true; readonly response: string } | { readonly ok: false; readonly reason: 'name-taken' | 'malformed' };

/**
 * OPAQUE's answer to somebody who may make a passphrase (with a link, or for her own account). Tells whether another
 * account signs in by this name: only to those, because it cannot be kept from them.
 */
export async function beginNewPassphrase({ db, config }: { readonly db: Db; readonly config: Pick<Config, 'dataDir'> }, { nameKey, request, account }: { readonly nameKey: Uint8Array; readonly request: string; readonly account?: string }): Promise<BegunPassphrase> {
	const row = await db.selectFrom('account').select('id').where('name_key', '=', Buffer.from(nameKey)).executeTakeFirst();
	if (row && row.id !== account) return { ok: false, reason: 'name-taken' };
	try {
		return { ok: true, response: (await opaqueOf(config)).answerRegistration(toText(nameKey), request) };
	} catch {
		return { ok: false, reason: 'malformed' };
	}
}

export interface BegunPasskey {
	readonly challenge: string;
	readonly party: string;
	readonly algorithms: readonly number[];
}

/** What a browser needs to make a passkey for an account; the challenge is good for that account only. */
export async function beginNewPasskey({ db, config }: { readonly db: Db; readonly config: Pick<Config, 'vaultOrigin'> }, account: string, now: Date): Promise<BegunPasskey> {
	return { challenge: await holdChallenge(db, 'new-passkey', account, now), party: relyingParty(config).id, algorithms: passkeyAlgorithms };
}
