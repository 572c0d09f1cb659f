/** An account and how it is called. */
interface Named {
	readonly account: string;
	readonly name: string;
}

/**
 * Note: What can change behind a name.
 * Never the keys of an account: its id certifies them, so a server that hands out others is caught without any memory.
 * What can happen is that *another account* comes under the name of somebody we know: the same person after a loss, who
 * had to begin anew, or somebody who wants to be taken for her. No program can tell the two apart, so such an account is
 * `changed`: nothing is confided to it, and nothing written where it reads, until the safety words were compared.
 */
export function takesAName({ account, name }: Named, known: Iterable<Named>): boolean {
	const own = foldedName(name);
	return own !== '' && [...known].some((other) => other.account !== account && foldedName(other.name) === own);
}

/** Capitals, width of letters, invisible characters and the number of spaces make no other name. */
function foldedName(name: string): string {
	return name.normalize('NFKC').toLowerCase().replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
}
