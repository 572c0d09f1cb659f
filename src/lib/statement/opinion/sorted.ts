import type { Ballots } from './ballots.ts';

/**
 * These people by what they voted, so that nothing computed from it depends on the order in which ballots came: who voted alike
 * in everything stands side by side, and it is the same which of them is first.
 */
export function sortedPeople(ballots: Ballots, people: readonly number[]): Uint32Array {
	const { starts, columns, choices } = ballots;
	const marks = Uint32Array.from(ballots.people, (_, person) => markOf(ballots, person));
	return Uint32Array.from(people).sort((a, b) => {
		const byMark = (marks[a] ?? 0) - (marks[b] ?? 0);
		if (byMark !== 0) return byMark;
		const fromA = starts[a] ?? 0;
		const fromB = starts[b] ?? 0;
		const lengthA = (starts[a + 1] ?? 0) - fromA;
		const byLength = lengthA - ((starts[b + 1] ?? 0) - fromB);
		if (byLength !== 0) return byLength;
		for (let at = 0; at < lengthA; at++) {
			const difference = (columns[fromA + at] ?? 0) - (columns[fromB + at] ?? 0) || (choices[fromA + at] ?? 0) - (choices[fromB + at] ?? 0);
			if (difference !== 0) return difference;
		}
		return 0;
	});
}

/** A number of a ballot's content, FNV-1a over its votes. Two ballots with one are compared vote by vote. */
function markOf({ starts, columns, choices }: Ballots, person: number): number {
	let mark = 0x811c9dc5;
	const end = starts[person + 1] ?? 0;
	for (let at = starts[person] ?? 0; at < end; at++) mark = Math.imul(mark ^ ((columns[at] ?? 0) * 3 + (choices[at] ?? 0) + 1), 0x01000193);
	return mark >>> 0;
}
