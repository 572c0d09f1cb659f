/**
 * Note: Work before a question.
 * Where there is script a browser looks for numbers before it asks: eight of them, each of which makes a SHA-256 with ten zero
 * bits of the question's own secret. That is some eight thousand hashes, two seconds on a weak phone, and always about as
 * long because it is eight small searches and not one. It binds to the item, the ten minutes and the secret, so that it can be used
 * once. A program of its own does it in milliseconds: it makes five thousand questions cost something and no more. What
 * holds a flood is limits, and that a burst is one line for moderators.
 */
export const searches = 8;
const zeroBits = 10;
const spanMs = 10 * 60 * 1000;

/** What the work is done over in one search. */
export function workText({ about, span, token, search, found }: { readonly about: string; readonly span: number; readonly token: string; readonly search: number; readonly found: number }): string {
	return `steadfast-work ${about} ${span} ${token} ${search} ${found}`;
}

/** In which ten minutes a moment is. */
export function spanOf(now: Date): number {
	return Math.floor(now.getTime() / spanMs);
}

/** Whether a hash has the zero bits at its beginning. */
export function isFound(hash: Uint8Array): boolean {
	return hash[0] === 0 && ((hash[1] ?? 255) >> (16 - zeroBits)) === 0;
}
