/** A name inside of a sentence: it keeps its own direction and cannot turn the sentence's. */
export function apart(name: string): string {
	return `\u2068${name.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '')}\u2069`;
}
