import { standingOf, type GuestRecord, type GuestStanding } from './guest.ts';
import type { ForumPlan, PlannedItem } from './plan.ts';
import type { ReleaseChange } from './released.ts';

/**
 * Note: Whom a release is told.
 * Whoever was handed an invitation and has not said no, and is in an item that changes for those who read; everybody of
 * them where the forum itself does. They are told by the way by which they were invited, by a convenor, in words that name
 * neither forum nor change: our server does not know where they are reached. Nobody else is told, and whoever
 * was withdrawn or is kept from coming least of all: a message about a meeting could be what betrays them.
 */
const told: ReadonlySet<GuestStanding> = new Set<GuestStanding>(['handed-over', 'accepted', 'undecided']);

/** Of these guests those whom these changes touch. `deleted`: items that the plan has no more, as it had them last. */
export function guestsToTell({ changes, plan, deleted, guests }: { readonly changes: readonly ReleaseChange[]; readonly plan: ForumPlan; readonly deleted: readonly PlannedItem[]; readonly guests: readonly GuestRecord[] }): GuestRecord[] {
	const isOfAll = changes.some((change) => change.kind === 'forum');
	const items = new Set(changes.flatMap((change) => (change.kind === 'forum' ? [] : [change.item.id])));
	const touched = new Set([...plan.items, ...deleted].filter(({ id }) => items.has(id)).flatMap(({ people }) => people.map(({ id }) => id)));
	return guests.filter((guest) => told.has(standingOf(guest)) && (isOfAll || touched.has(guest.invitation.person)));
}
