import { canonical, entryHash, entryMessage, fromCanonical, fromText, idOfHash, isHybridRecipient, isSignedBy, toText, type Bytes, type SignedEntry } from './envelope.ts';
import { VaultFailure } from './failure.ts';
import { derive, identityOf, randomSecret, signingKeyOf, type KeyIdentity, type SigningKey } from './keys.ts';
import { signEntry } from './log.ts';

/** The public half of an account, as its first log entry says it and its id certifies it. */
export interface AccountCard {
	readonly account: string;
	/** Raw Ed25519 key. */
	readonly signing: Bytes;
	/** `age1pq1…`, what letters to this account are sealed to. */
	readonly recipient: string;
}

/** An unlocked account. Lives in the memory of one tab. */
export interface AccountKeys extends KeyIdentity {
	readonly account: string;
	readonly root: Bytes;
	readonly signing: SigningKey;
	/** The first entry of the account's log: the same root always gives the same text, and so the same id. */
	readonly found: SignedEntry;
	/** AES-256-GCM, for what this browser remembers for itself; cannot be read out. */
	readonly deviceKey: CryptoKey;
}

/** A new account: a random root secret and everything that follows from it. */
export function newAccount(): Promise<AccountKeys> {
	return accountOf(randomSecret());
}

/** The account of a root secret of 32 bytes. */
export async function accountOf(root: Uint8Array): Promise<AccountKeys> {
	if (root.length !== 32) throw new Error(`a root secret of ${root.length} bytes`);
	const [keys, signing, deviceSecret] = await Promise.all([identityOf(root, 'account/identity'), signingKeyOf(root, 'account/signing'), derive(root, 'account/device')]);
	const found = await signEntry({ log: 'account', of: null, seq: 0, previous: null, by: null, act: { do: 'found', recipient: keys.recipient, signing: toText(signing.publicKey) } }, signing);
	const account = idOfHash(await entryHash(found.body));
	const deviceKey = await crypto.subtle.importKey('raw', deviceSecret, 'AES-GCM', false, ['encrypt', 'decrypt']);
	return { ...keys, account, root: new Uint8Array(root), signing, found, deviceKey };
}

/**
 * The keys of an account as its first entry tells them. The id certifies the entry, so it does not matter who handed it
 * over. Throws `foreign-key` when the entry does not belong to the id, `forged` when it is not signed by its own key.
 */
export async function openCard(account: string, found: SignedEntry): Promise<AccountCard> {
	if (idOfHash(await entryHash(found.body)) !== account) throw new VaultFailure('foreign-key', 'the keys that were handed out do not belong to the account');
	const card = cardOf(found.body);
	if (card === undefined) throw new VaultFailure('unknown-format', 'a first entry of another shape');
	if (!(await isSignedBy(card.signing, entryMessage(found.body), fromText(found.signature) ?? new Uint8Array()))) throw new VaultFailure('forged', 'a first entry that its own key did not sign');
	return { account, ...card };
}

function cardOf(body: string): { signing: Bytes; recipient: string } | undefined {
	const value = fromCanonical(body);
	if (typeof value !== 'object' || value === null || !('act' in value)) return undefined;
	const { act } = value;
	if (typeof act !== 'object' || act === null || !('signing' in act) || !('recipient' in act)) return undefined;
	const signing = typeof act.signing === 'string' ? fromText(act.signing) : undefined;
	const { recipient } = act;
	if (signing?.length !== 32 || typeof recipient !== 'string' || !isHybridRecipient(recipient)) return undefined;
	return canonical({ act: { do: 'found', recipient, signing: toText(signing) }, by: null, log: 'account', of: null, previous: null, seq: 0, v: 1 }) === body ? { signing, recipient } : undefined;
}
