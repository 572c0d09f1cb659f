import { continuation, VaultFailure, type LogHead } from '#vault';
import type { SignedEntry } from '#lib/vault/envelope.ts';
import type { Memory } from './memory.ts';

/** The log of an account is older than what this browser has seen of it, or another one. */
export class AccountSeenOtherwise extends VaultFailure {
	constructor(kind: 'rewound' | 'forked') {
		super(kind, 'an account as it was before, or never');
		this.name = 'AccountSeenOtherwise';
	}
}

/**
 * Holds the verified log of an account against what this browser remembers of it, and remembers it. Without this a server
 * could show a whole account as it was: before a passkey was taken away, before it ended.
 */
export async function goesOn(memory: Memory, account: string, { log, head }: { readonly log: readonly SignedEntry[]; readonly head: LogHead }): Promise<void> {
	await memory.load();
	const how = await continuation(log, memory.head(account));
	if (how !== 'goes-on') throw new AccountSeenOtherwise(how);
	await remember(memory, account, head);
}

/** What we added ourselves is seen, too. */
export async function remember(memory: Memory, account: string, head: LogHead): Promise<void> {
	memory.keepHead(account, head);
	await memory.save();
}
