import { LostConnection, type Refused } from '../client/open-circle.ts';
import { VaultTrouble } from '../client/trouble.ts';

/** What a page can show with `Failure.svelte`. */
export type Failed = VaultTrouble | LostConnection | Refused;

/** A `VaultTrouble` or lost connection that was thrown, to be shown; everything else is a fault of ours and goes on up. */
export function shownError(error: unknown): VaultTrouble | LostConnection {
	if (error instanceof VaultTrouble || error instanceof LostConnection) return error;
	throw error;
}
