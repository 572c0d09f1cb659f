import type { Limit, Limiter } from '#lib/platform/limits/limits.ts';

const hourMs = 60 * 60 * 1000;

/**
 * Note: Many people behind one address.
 * A camp, a hostel or a whole network operator may show us one address, and on the last evening of a call they all send.
 * So each limit lets hundreds through in an hour: it is there against a flood that fills the disk, and not against
 * somebody who guesses, because nothing here can be guessed. Whoever meets one is told so, and their browser tries again.
 */
const limits = {
	commit: { name: 'grants.commit', most: 1000, perMs: hourMs },
	/** Requests that bring at most a few hundred kB, or parts of files. */
	arrive: { name: 'grants.arrive', most: 6000, perMs: hourMs },
	receipt: { name: 'grants.receipt', most: 3000, perMs: hourMs }
} satisfies Record<string, Limit>;

/** Counts one more request from an address, of which nothing is kept (*Counting without knowing whom*). */
export function mayApply(limiter: Limiter, kind: keyof typeof limits, address: string, now: Date): boolean {
	return limiter.allows(limits[kind], address, now);
}
