import type { FollowedStatement } from '#lib/followup/client/recording.ts';
import type { OpenPlan } from '#lib/followup/deliveries.ts';
import type { Addressee, FollowupRequest } from '#lib/followup/recommendation.ts';

/** What pages of follow-up show, and how they record. */
export interface OpenFollowup {
	/** Behind the `#`: the forum, the statement, and what of it. All of it is public. */
	readonly place: readonly string[];
	/** `#forum/statement`. */
	readonly at: string;
	readonly statement: FollowedStatement | undefined;
	readonly addressees: readonly Addressee[];
	readonly plans: readonly OpenPlan[];
	readonly busy: boolean;
	/**
	 * Sends one or several, one after the other, and reads anew what the page shows; false where the server did not take one, which the
	 * page says: those before it are public, and may be sent again.
	 */
	readonly publish: (requests: FollowupRequest | readonly FollowupRequest[], done: string) => Promise<boolean>;
}

type Entry = Extract<FollowupRequest, { what: 'entry' }>;

/** Records an entry for some clauses of the statement that is open. */
export type PublishEntry = (entry: Pick<Entry, 'id' | 'happening' | 'clauses'>, done: string) => Promise<boolean>;
