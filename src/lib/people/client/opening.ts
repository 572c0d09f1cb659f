import { decodeText, openLetter, openUnlock, sealLetter, unlockHash, VaultFailure, type AccountKeys, type KeyIdentity } from '#vault';
import { foldAccount, type AccountState } from '#lib/people/account.ts';
import { canonical, fromCanonical, utf8, type Bytes, type SignedEntry } from '#lib/vault/envelope.ts';
import type { AnswerOf } from './answers.ts';
import { memoryOf } from './device-memory.ts';
import { goesOn } from './seen.ts';
import { unlock, type Profile, type Unlocked } from './session.svelte.ts';

/**
 * Follows the log and holds the envelope against it. Throws a `VaultFailure`: what the log's rules refuse, and `rewound`
 * where the server handed out another unlock envelope than the one in force (an old one, with ways that were taken away).
 */
export async function believedState({ account, unlock: envelope, version, log }: { readonly account: string; readonly unlock: Uint8Array; readonly version: number; readonly log: readonly SignedEntry[] }): Promise<AccountState> {
	const folded = await foldAccount(account, log);
	if (!folded.ok) throw new VaultFailure(folded.reason, `entry ${folded.seq} of an account's log`);
	const { unlock: inForce } = folded.state;
	if (inForce?.version !== version || inForce.hash !== (await unlockHash(envelope))) throw new VaultFailure('rewound', 'an unlock envelope that is not the one in force');
	return folded.state;
}

/** Opens the account of somebody who just signed in, and holds it in this tab. Throws a `VaultFailure`. */
export async function openSignedIn(signedIn: AnswerOf<'signedIn'>, identity: KeyIdentity): Promise<Unlocked> {
	const { head } = await believedState(signedIn);
	const { keys, unlockers } = await openUnlock({ envelope: signedIn.unlock, identity, account: signedIn.account, version: signedIn.version });
	// Only now: what this browser remembers opens with the account's own keys.
	await goesOn(memoryOf(keys), signedIn.account, { log: signedIn.log, head });
	if (signedIn.profile === null) throw new VaultFailure('damaged', 'an account without its profile');
	const profile = await openProfile(signedIn.profile, keys);
	const unlocked = { keys, role: signedIn.role, tag: signedIn.tag, name: profile.name, profile, unlockers, version: signedIn.version };
	unlock(unlocked);
	return unlocked;
}

export function sealProfile(profile: Profile, keys: AccountKeys, at: Date): Promise<Bytes> {
	return sealToSelf({ kind: 'profile', about: keys.account, text: canonical({ ...profile }), keys, at });
}

async function openProfile(letter: Uint8Array, keys: AccountKeys): Promise<Profile> {
	const value = fromCanonical(await openOwn({ kind: 'profile', about: keys.account, letter, keys }));
	if (typeof value === 'object' && value !== null && 'name' in value) {
		const { name, installation, by } = value;
		if (typeof name === 'string' && typeof installation === 'string' && (by === null || typeof by === 'string')) return { name, installation, by };
	}
	throw new VaultFailure('unknown-format', 'a profile of another shape');
}

/** The name of a passkey or session, as a letter to oneself about its id. */
export function sealLabel({ about, label, keys, at }: { readonly about: string; readonly label: string; readonly keys: AccountKeys; readonly at: Date }): Promise<Bytes> {
	return sealToSelf({ kind: 'label', about, text: label, keys, at });
}

/** Undefined where there is none. Throws a `VaultFailure`. */
export async function openLabel({ about, letter, keys }: { readonly about: string; readonly letter: Uint8Array | null; readonly keys: AccountKeys }): Promise<string | undefined> {
	return letter === null ? undefined : openOwn({ kind: 'label', about, letter, keys });
}

function sealToSelf({ kind, about, text, keys, at }: { kind: string; about: string; text: string; keys: AccountKeys; at: Date }): Promise<Bytes> {
	return sealLetter({ header: { kind, circle: null, about, author: keys.account, at: at.getTime() }, body: utf8(text), recipients: [keys.recipient], signing: keys.signing });
}

async function openOwn({ kind, about, letter, keys }: { kind: string; about: string; letter: Uint8Array; keys: AccountKeys }): Promise<string> {
	const authorKey = (author: string) => (author === keys.account ? keys.signing.publicKey : undefined);
	const { body } = await openLetter({ letter, identity: keys, expected: { kind, circle: null, about, authorKey } });
	return decodeText(body);
}
