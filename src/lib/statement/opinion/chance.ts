/**
 * Numbers from 0 up to 1 that look like chance and are the same for the same seed (an additive step and a mixing of 32 bits,
 * as in splitmix). Nothing here is a secret: what must not be guessed comes from Web Crypto.
 */
export function chanceFrom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x9e3779b9) >>> 0;
		let mixed = state;
		mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
		mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
		return ((mixed ^ (mixed >>> 16)) >>> 0) / 4294967296;
	};
}
