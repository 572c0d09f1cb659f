import type { GuestDesk } from '../client/guests.ts';
import type { KeptPlan } from '../client/plans.ts';

/** A plan with its circle, as `PlanPage` gives them to the pages about it. */
export interface OpenedPlan {
	readonly desk: GuestDesk;
	readonly kept: KeptPlan;
	/** Opens and reads everything anew. */
	reload(): Promise<void>;
}
