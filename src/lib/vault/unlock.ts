import { accountOf, type AccountKeys } from './account.ts';
import { canonical, fromCanonical, fromText, isHybridRecipient, sha256, toText, type Bytes, type Json, utf8 } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import { decodeText } from './frame.ts';
import { identityOf, type KeyIdentity } from './keys.ts';
import { openLetter, sealLetter } from './letter.ts';

/** One way of unlocking an account: the recipient that the root secret is sealed to for it. */
export interface Unlocker {
	readonly kind: 'passphrase' | 'passkey' | 'kit';
	/** Of a passkey the credential's id as base64url; of the others nothing. */
	readonly id: string;
	readonly recipient: string;
}

/** From OPAQUE's export key, a passkey's PRF output (32 bytes) or the kit's 32 bytes. */
export function unlockIdentity(kind: Unlocker['kind'], secret: Uint8Array): Promise<KeyIdentity> {
	return identityOf(secret, kind === 'passphrase' ? 'unlock/passphrase' : kind === 'passkey' ? 'unlock/passkey' : 'kit/identity');
}

/**
 * The unlock envelope: the root secret, sealed to each way of unlocking. `version` rises with each change and is noted in
 * the account's log with `unlockHash`, so that a server cannot hand out an old one, with ways that were taken away.
 */
export function sealUnlock({ account, unlockers, version, at }: { account: AccountKeys; unlockers: readonly Unlocker[]; version: number; at: Date }): Promise<Bytes> {
	const body = utf8(canonical({ root: toText(account.root), unlockers: unlockers.map(({ kind, id, recipient }): Json => ({ kind, id, recipient })) }));
	return sealLetter({
		header: { kind: 'unlock', circle: null, about: String(version), author: account.account, at: at.getTime() },
		body,
		recipients: unlockers.map(({ recipient }) => recipient),
		signing: account.signing
	});
}

/** The account and its ways of unlocking. Throws what `openLetter` throws; `foreign-key` when it holds another account's root. */
export async function openUnlock({ envelope, identity, account, version }: { envelope: Uint8Array; identity: KeyIdentity; account: string; version: number }): Promise<{ keys: AccountKeys; unlockers: readonly Unlocker[] }> {
	let opened: { keys: AccountKeys; unlockers: readonly Unlocker[] } | undefined;
	await openLetter({
		letter: envelope,
		identity,
		expected: {
			kind: 'unlock',
			circle: null,
			about: String(version),
			// The root inside leads to the key that must have signed, and to the account that it must be.
			authorKey: async (author, body) => {
				opened = await rootOf(body);
				return opened.keys.account === account && author === account ? opened.keys.signing.publicKey : undefined;
			}
		}
	});
	if (opened === undefined) throw new VaultFailure('unknown-format', 'an unlock envelope without a root');
	return opened;
}

export async function unlockHash(envelope: Uint8Array): Promise<string> {
	return toText(await sha256(envelope));
}

async function rootOf(body: Uint8Array): Promise<{ keys: AccountKeys; unlockers: readonly Unlocker[] }> {
	const value = fromCanonical(decodeText(body));
	if (typeof value === 'object' && value !== null && 'root' in value && 'unlockers' in value && typeof value.root === 'string' && Array.isArray(value.unlockers)) {
		const root = fromText(value.root);
		const unlockers = (value.unlockers as readonly Json[]).map(unlockerOf);
		if (root?.length === 32) return { keys: await accountOf(root), unlockers };
	}
	throw new VaultFailure('unknown-format', 'an unlock envelope of another shape');
}

function unlockerOf(found: Json): Unlocker {
	if (typeof found === 'object' && found !== null && 'kind' in found) {
		const { kind, id, recipient } = found;
		if ((kind === 'passphrase' || kind === 'passkey' || kind === 'kit') && typeof id === 'string' && typeof recipient === 'string' && isHybridRecipient(recipient)) return { kind, id, recipient };
	}
	throw new VaultFailure('unknown-format', 'a way of unlocking of another shape');
}
