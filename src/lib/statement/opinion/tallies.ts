import type { Count } from './counts.ts';
import { smallestGroup } from './partition.ts';

/**
 * Note: Counts under five.
 * No count from 0 to 4 is given out, and none that another would give away: what one group's cell holds back, every group's
 * cell of that proposition holds back, since the total is known. So a row of groups is as detailed as its smallest cell
 * allows. That nearly all agree is said of everybody, as that and not by a number. Results of two moments differ by who
 * voted between them: give out one when a round is over, and none before.
 */
export interface Tally {
	readonly seen: number;
	/** Null where it is held back. */
	readonly agrees: number | null;
	readonly disagrees: number | null;
	readonly passes: number | null;
}

export interface Tallies {
	/** Null where fewer than five people have seen it. */
	readonly everyone: Tally | null;
	/** Fewer than five of all who have seen it said anything else. */
	readonly nearlyAll: 'agree' | 'disagree' | 'pass' | null;
	/** In the order of the groups; null where fewer than five of some group have seen it, or there are no groups. */
	readonly groups: readonly Tally[] | null;
}

type Detail = 'all three' | 'agrees' | 'seen';

/** What may be given out of how everybody, and each group, voted on a proposition. */
export function talliesOf(groups: readonly Count[]): Tallies {
	const everyone = groups.reduce((sum, { agrees, disagrees, seen }) => ({ agrees: sum.agrees + agrees, disagrees: sum.disagrees + disagrees, seen: sum.seen + seen }), { agrees: 0, disagrees: 0, seen: 0 });
	if (everyone.seen < smallestGroup) return { everyone: null, nearlyAll: null, groups: null };
	const details = groups.map(detailOf);
	const detail = details.includes('seen') ? 'seen' : details.includes('agrees') ? 'agrees' : 'all three';
	const apart = groups.length > 1 && groups.every(({ seen }) => seen >= smallestGroup);
	return { everyone: tallyOf(everyone, detailOf(everyone)), nearlyAll: nearlyAllOf(everyone), groups: apart ? groups.map((group) => tallyOf(group, detail)) : null };
}

function detailOf({ agrees, disagrees, seen }: Count): Detail {
	if (agrees < smallestGroup || seen - agrees < smallestGroup) return 'seen';
	return disagrees < smallestGroup || seen - agrees - disagrees < smallestGroup ? 'agrees' : 'all three';
}

function tallyOf({ agrees, disagrees, seen }: Count, detail: Detail): Tally {
	const three = detail === 'all three';
	return { seen, agrees: detail === 'seen' ? null : agrees, disagrees: three ? disagrees : null, passes: three ? seen - agrees - disagrees : null };
}

function nearlyAllOf({ agrees, disagrees, seen }: Count): Tallies['nearlyAll'] {
	if (seen - agrees < smallestGroup) return 'agree';
	if (seen - disagrees < smallestGroup) return 'disagree';
	return agrees + disagrees < smallestGroup ? 'pass' : null;
}
