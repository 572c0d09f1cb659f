import { VaultFailure, type FailureKind } from '#vault';
import { AccountSeenOtherwise } from './seen.ts';

/** Why something did not come about: the server's word, a browser's, or what the vault did not believe. */
export type Trouble = { readonly ok: false; readonly reason: string; readonly failure?: FailureKind };

/**
 * A promise that may end in a `VaultFailure`, as a value: `unbelieved` with its kind, or `account-rewound` and
 * `account-forked` for what contradicts this browser's memory. Everything else is thrown on.
 */
export async function believing<T extends { readonly ok: boolean }>(work: () => Promise<T>): Promise<T | Trouble> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof AccountSeenOtherwise) return { ok: false, reason: `account-${error.kind}`, failure: error.kind };
		if (error instanceof VaultFailure) return { ok: false, reason: 'unbelieved', failure: error.kind };
		throw error;
	}
}
