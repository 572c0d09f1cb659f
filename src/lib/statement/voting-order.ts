import type { Known } from './opinion/index.ts';

/**
 * Note: Which proposition comes next.
 * While a round is open nobody knows how others voted, and so not what is least known or tells most: no browser opens a ballot
 * before the end. What everybody knows is how long each proposition has been there. Those who had answered everything before it
 * came have not seen it, so the newest draw most; the rest is chance, so that of two people not both get the same.
 */
export function knownByAge(propositions: readonly { readonly short: string; readonly at: Date }[], { opensAt, now }: { readonly opensAt: number; readonly now: Date }): Known {
	const since = Math.max(1, now.getTime() - opensAt);
	return {
		propositions: propositions.map(({ short }) => short),
		pull: Float64Array.from(propositions, ({ at }) => 1 / (0.1 + Math.min(1, Math.max(0, now.getTime() - at.getTime()) / since)))
	};
}
