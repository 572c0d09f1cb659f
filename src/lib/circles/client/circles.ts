import type { About, ListedCircle, OpenCircle, Outcome, OwnCircle } from './open-circle.ts';

/** Every circle that the open account belongs to, but for its own; each opened and verified, or why it could not be. */
export function openCircles(): Promise<Outcome<{ readonly circles: readonly ListedCircle[] }>> {
	throw new Error('Not built yet.');
}

/** One circle, opened and verified. Rejects with a `VaultTrouble` when the server is not to be believed. */
export function openCircle(id: string): Promise<Outcome<{ readonly circle: OpenCircle }>> {
	throw new Error(`Not built yet: ${id}`);
}

/** Founds a circle; keepers and staff. */
export function foundCircle(about: About): Promise<Outcome<{ readonly circle: OpenCircle }>> {
	throw new Error(`Not built yet: ${about.name.length}`);
}

/** Our own circle; founded when it is not there yet, so that joining ends with this. */
export function openOwnCircle(): Promise<Outcome<{ readonly own: OwnCircle }>> {
	throw new Error('Not built yet.');
}

/** Forgets everything that this browser remembers of circles, of every account; quick exit deletes it too. */
export function forgetMemory(): Promise<void> {
	throw new Error('Not built yet.');
}
