import { isWithin, type Permit, type Shown } from './consent.ts';
import type { GuestRecord } from './guest.ts';
import type { ForumPlan } from './plan.ts';

/**
 * Why somebody may not be shown as a plan has it. `nobody-vouches`: there is no invitation, and no convenor says that it is
 * public knowledge. `no-answer`: they have not said yet what they allow. `withheld`: they allow nothing. `other-words`: they
 * allow something else.
 */
export interface NotAllowed {
	/** By the id of the plan. */
	readonly person: string;
	readonly why: 'nobody-vouches' | 'no-answer' | 'withheld' | 'other-words';
	readonly allowed: Shown;
}

/** Of whom a plan would show more than they allow themselves. */
export function notAllowedIn({ people }: ForumPlan, guests: readonly GuestRecord[]): NotAllowed[] {
	return people.flatMap(({ id: person, shownAs }): NotAllowed[] => {
		if (shownAs === null || shownAs.name.trim() === '') return [];
		const guest = guestOf(guests, person);
		if (guest === undefined) return shownAs.known ? [] : [{ person, why: 'nobody-vouches', allowed: null }];
		if (guest.answer === null) return [{ person, why: 'no-answer', allowed: null }];
		const { shown: allowed } = guest.answer.permit;
		if (isWithin({ name: shownAs.name.trim(), office: shownAs.office }, allowed)) return [];
		return [{ person, why: allowed === null ? 'withheld' : 'other-words', allowed }];
	});
}

/** What everybody who was invited has signed, by the id of the plan. */
export function permitsOf(guests: readonly GuestRecord[]): Map<string, Permit> {
	return new Map(guests.flatMap(({ invitation: { person }, answer }) => (answer === null ? [] : [[person, answer.permit] as const])));
}

/** Somebody may have been invited twice by mistake: then the one who answered counts. */
function guestOf(guests: readonly GuestRecord[], person: string): GuestRecord | undefined {
	const all = guests.filter(({ invitation }) => invitation.person === person);
	return all.find(({ answer }) => answer !== null) ?? all[0];
}
