import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Config } from '#lib/platform/config.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { dayOf } from './tables.ts';

/** A quarter of all that a start would load, for certificates that are read nowhere else. */
const ceremonies = () => import('@simplewebauthn/server');

/** What a browser may be told, for a ceremony of WebAuthn. */
export function relyingParty({ vaultOrigin }: Pick<Config, 'vaultOrigin'>): { readonly id: string; readonly origin: string } {
	return { id: new URL(vaultOrigin).hostname, origin: vaultOrigin };
}

/** ES256, EdDSA and RS256: what authenticators in use make (WebAuthn Level 3, section 5.4). */
export const passkeyAlgorithms = [-7, -8, -257];

/** A new passkey's public half, as its row will hold it. */
export interface NewPasskey {
	readonly id: string;
	readonly publicKey: Uint8Array;
	readonly counter: number;
	readonly transports: readonly string[];
}

/** Whether a browser made a passkey for this challenge, here, with the person verified; undefined when not. */
export async function newPasskey(config: Pick<Config, 'vaultOrigin'>, response: RegistrationResponseJSON, challenge: string): Promise<NewPasskey | undefined> {
	const [party, { verifyRegistrationResponse }] = [relyingParty(config), await ceremonies()];
	try {
		const { verified, registrationInfo } = await verifyRegistrationResponse({ response, expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id, requireUserVerification: true, supportedAlgorithmIDs: passkeyAlgorithms });
		if (!verified) return undefined;
		const { credential } = registrationInfo;
		return { id: credential.id, publicKey: credential.publicKey, counter: credential.counter, transports: (response.response.transports ?? []).filter((word) => /^[a-z-]{1,20}$/.test(word)).slice(0, 8) };
	} catch {
		// The library throws for everything that does not fit; which of it is nobody's business but the forger's.
		return undefined;
	}
}

/** The account whose passkey signed this challenge, here, with the person verified; undefined when none did. Notes the counter. */
export async function passkeyAccount(db: Db, config: Pick<Config, 'vaultOrigin'>, { response, challenge }: { readonly response: AuthenticationResponseJSON; readonly challenge: string }, now: Date): Promise<string | undefined> {
	// Before we know whether there is such a passkey, so that the first who asks cannot tell.
	const [party, { verifyAuthenticationResponse }] = [relyingParty(config), await ceremonies()];
	const row = await db.selectFrom('passkey').selectAll().where('credential_id', '=', response.id).executeTakeFirst();
	if (!row) return undefined;
	try {
		const { verified, authenticationInfo } = await verifyAuthenticationResponse({
			response,
			expectedChallenge: challenge,
			expectedOrigin: party.origin,
			expectedRPID: party.id,
			requireUserVerification: true,
			credential: { id: row.credential_id, publicKey: new Uint8Array(row.public_key), counter: row.counter }
		});
		if (!verified) return undefined;
		await db.updateTable('passkey').set({ counter: authenticationInfo.newCounter, used_on: dayOf(now) }).where('credential_id', '=', row.credential_id).execute();
		return row.account_id;
	} catch {
		return undefined;
	}
}
