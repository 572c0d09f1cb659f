import { canonical, entryHash, entryMessage, fromCanonical, fromText, idOfHash, isHybridRecipient, isSignedBy, type Bytes, type Json, type SignedEntry } from '#lib/vault/envelope.ts';

/** What the server lets an account do. Everything finer is membership of a circle. */
export type Role = 'keeper' | 'staff' | 'member';

export const roles = ['keeper', 'staff', 'member'] as const satisfies readonly Role[];

/** Who makes a request. */
export interface Actor {
	/** The account's id. */
	readonly account: string;
	readonly role: Role;
	/** The public tag of the login session, which each signed request names. */
	readonly session: string;
	/** Raw Ed25519 key of the account. */
	readonly signing: Uint8Array;
}

/** What an account's log says. */
export interface AccountState {
	readonly account: string;
	/** Raw Ed25519 key. */
	readonly signing: Bytes;
	/** `age1pq1…`, what letters to this account are sealed to. */
	readonly recipient: string;
	/** The unlock envelope in force: its version, and SHA-256 as base64url. Undefined before the first. */
	readonly unlock: { readonly version: number; readonly hash: string } | undefined;
	readonly ended: boolean;
	/** The newest entry: the next one names it. */
	readonly head: { readonly seq: number; readonly hash: string };
}

export type FoldedAccount =
	| { readonly ok: true; readonly state: AccountState }
	/** `foreign-key`: the first entry belongs to another id. `forged`: a signature of another key. */
	| { readonly ok: false; readonly reason: 'foreign-key' | 'forged' | 'against-the-rules'; readonly seq: number };

/**
 * Follows an account's log from its first entry. Both sides do: the server before it keeps an entry, a client before it
 * believes one. Every entry is signed by the account's own key and names the hash of the one before.
 */
export async function foldAccount(account: string, entries: readonly SignedEntry[]): Promise<FoldedAccount> {
	let state: AccountState | undefined;
	for (const [seq, entry] of entries.entries()) {
		const next = state === undefined ? await begin(account, entry) : await follow(state, entry);
		if (typeof next === 'string') return { ok: false, reason: next, seq };
		state = next;
	}
	return state === undefined ? { ok: false, reason: 'against-the-rules', seq: 0 } : { ok: true, state };
}

/** Whether an entry may follow a log, and what the log then says. */
export async function follow(state: AccountState, entry: SignedEntry): Promise<AccountState | 'forged' | 'against-the-rules'> {
	const seq = state.head.seq + 1;
	const act = actOf(entry.body, { of: state.account, seq, previous: state.head.hash, by: state.account });
	if (act === undefined || state.ended) return 'against-the-rules';
	const changed = applied(state, act);
	if (changed === undefined) return 'against-the-rules';
	if (!(await isSigned(entry, state.signing))) return 'forged';
	return { ...changed, head: { seq, hash: await entryHash(entry.body) } };
}

async function begin(account: string, entry: SignedEntry): Promise<AccountState | 'foreign-key' | 'forged' | 'against-the-rules'> {
	const hash = await entryHash(entry.body);
	if (idOfHash(hash) !== account) return 'foreign-key';
	const act = actOf(entry.body, { of: null, seq: 0, previous: null, by: null });
	const signing = typeof act?.['signing'] === 'string' ? fromText(act['signing']) : undefined;
	const recipient = act?.['recipient'];
	if (act?.['do'] !== 'found' || Object.keys(act).length !== 3 || signing?.length !== 32 || typeof recipient !== 'string' || !isHybridRecipient(recipient)) return 'against-the-rules';
	if (!(await isSigned(entry, signing))) return 'forged';
	return { account, signing, recipient, unlock: undefined, ended: false, head: { seq: 0, hash } };
}

type Act = { readonly [field: string]: Json };

function applied(state: AccountState, act: Act): AccountState | undefined {
	if (act['do'] === 'end') return Object.keys(act).length === 1 ? { ...state, ended: true } : undefined;
	if (act['do'] !== 'unlock' || Object.keys(act).length !== 3) return undefined;
	const { version, hash } = act;
	if (version !== (state.unlock?.version ?? 0) + 1 || typeof hash !== 'string' || fromText(hash)?.length !== 32) return undefined;
	return { ...state, unlock: { version, hash } };
}

/** What an entry does, if it is exactly an account's entry of this place. */
function actOf(body: string, place: { of: string | null; seq: number; previous: string | null; by: string | null }): Act | undefined {
	const value = fromCanonical(body);
	if (typeof value !== 'object' || value === null || !('act' in value)) return undefined;
	const { act } = value;
	if (typeof act !== 'object' || act === null || Array.isArray(act)) return undefined;
	return canonical({ v: 1, log: 'account', ...place, act }) === body ? (act as Act) : undefined;
}

async function isSigned({ body, signature }: SignedEntry, key: Uint8Array): Promise<boolean> {
	return isSignedBy(key, entryMessage(body), fromText(signature) ?? new Uint8Array());
}
