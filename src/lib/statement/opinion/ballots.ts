/** Agree, disagree, pass. */
export type Choice = 1 | -1 | 0;

export interface Vote {
	/** Who voted, under any name that is the same each time; here it only tells one ballot from another. */
	readonly person: string;
	readonly proposition: string;
	readonly choice: Choice;
}

/**
 * What everybody voted, one row for each person and only what was voted on: person `at` voted `choices[from..to]` on the
 * propositions `columns[from..to]`, where `from` is `starts[at]` and `to` is `starts[at + 1]`. Columns rise within a row.
 */
export interface Ballots {
	readonly people: readonly string[];
	readonly propositions: readonly string[];
	/** By proposition: 1 where it was taken out by moderation. Its column is then 0 for everybody; see `valuesOf`. */
	readonly moderated: Uint8Array;
	readonly starts: Uint32Array;
	readonly columns: Uint32Array;
	readonly choices: Int8Array;
}

/**
 * The ballots that votes come to, in their order: the last vote of a person on a proposition counts, and votes on
 * propositions that are not listed are left out. People stand in the order of their first vote. One pass over the votes,
 * three over what they come to.
 */
export function ballotsFrom(votes: Iterable<Vote>, { propositions, moderated = new Set() }: { readonly propositions: readonly string[]; readonly moderated?: ReadonlySet<string> }): Ballots {
	const columnOf = new Map(propositions.map((proposition, at) => [proposition, at]));
	const rowOf = new Map<string, number>();
	let cast = { rows: new Uint32Array(1024), columns: new Uint32Array(1024), choices: new Int8Array(1024) };
	let count = 0;
	for (const { person, proposition, choice } of votes) {
		const column = columnOf.get(proposition);
		if (column === undefined) continue;
		let row = rowOf.get(person);
		if (row === undefined) rowOf.set(person, (row = rowOf.size));
		if (count === cast.rows.length) cast = { rows: twice(cast.rows, Uint32Array), columns: twice(cast.columns, Uint32Array), choices: twice(cast.choices, Int8Array) };
		cast.rows[count] = row;
		cast.columns[count] = column;
		cast.choices[count] = choice;
		count++;
	}
	const people = [...rowOf.keys()];
	return {
		people,
		propositions,
		moderated: Uint8Array.from(propositions, (proposition) => (moderated.has(proposition) ? 1 : 0)),
		...lastOnes(byColumnThenRow({ ...cast, count }, propositions.length, people.length), people.length)
	};
}

function twice<Numbers extends Uint32Array | Int8Array>(numbers: Numbers, Kind: new (length: number) => Numbers): Numbers {
	const more = new Kind(numbers.length * 2);
	more.set(numbers);
	return more;
}

interface Cast {
	readonly rows: Uint32Array;
	readonly columns: Uint32Array;
	readonly choices: Int8Array;
	readonly count: number;
}

/** Votes by row, within it by column, within that in the order in which they came: counted into place, twice. */
function byColumnThenRow(cast: Cast, columns: number, rows: number): Cast {
	return placedBy('rows', placedBy('columns', cast, columns), rows);
}

function placedBy(key: 'rows' | 'columns', { rows, columns, choices, count }: Cast, kinds: number): Cast {
	const keys = key === 'rows' ? rows : columns;
	const next = new Uint32Array(kinds + 1);
	for (let at = 0; at < count; at++) next[(keys[at] ?? 0) + 1] = (next[(keys[at] ?? 0) + 1] ?? 0) + 1;
	for (let kind = 0; kind < kinds; kind++) next[kind + 1] = (next[kind + 1] ?? 0) + (next[kind] ?? 0);
	const placed = { rows: new Uint32Array(count), columns: new Uint32Array(count), choices: new Int8Array(count), count };
	for (let at = 0; at < count; at++) {
		const kind = keys[at] ?? 0;
		const to = next[kind] ?? 0;
		next[kind] = to + 1;
		placed.rows[to] = rows[at] ?? 0;
		placed.columns[to] = columns[at] ?? 0;
		placed.choices[to] = choices[at] ?? 0;
	}
	return placed;
}

function lastOnes({ rows, columns, choices, count }: Cast, people: number): Pick<Ballots, 'starts' | 'columns' | 'choices'> {
	const starts = new Uint32Array(people + 1);
	let kept = 0;
	for (let at = 0; at < count; at++) {
		if (at + 1 < count && rows[at] === rows[at + 1] && columns[at] === columns[at + 1]) continue;
		columns[kept] = columns[at] ?? 0;
		choices[kept] = choices[at] ?? 0;
		kept++;
		starts[(rows[at] ?? 0) + 1] = kept;
	}
	return { starts, columns: columns.slice(0, kept), choices: choices.slice(0, kept) };
}

/** How many propositions a person voted on. */
function votesCast({ starts }: Ballots, person: number): number {
	return (starts[person + 1] ?? 0) - (starts[person] ?? 0);
}

/** The ballots of some people, in the order in which they are named. */
export function ballotsOf(ballots: Ballots, people: readonly number[] | Uint32Array): Ballots {
	const starts = new Uint32Array(people.length + 1);
	for (let at = 0; at < people.length; at++) starts[at + 1] = (starts[at] ?? 0) + votesCast(ballots, people[at] ?? 0);
	const columns = new Uint32Array(starts[people.length] ?? 0);
	const choices = new Int8Array(columns.length);
	for (let at = 0; at < people.length; at++) {
		const person = people[at] ?? 0;
		columns.set(ballots.columns.subarray(ballots.starts[person], ballots.starts[person + 1]), starts[at]);
		choices.set(ballots.choices.subarray(ballots.starts[person], ballots.starts[person + 1]), starts[at]);
	}
	return { ...ballots, people: Array.from(people, (person) => ballots.people[person] ?? ''), starts, columns, choices };
}

/**
 * Note: Who enters.
 * A person enters with at least 7 votes, or all of them where there are fewer propositions. While fewer than 15 do, the
 * most active of the rest come in, too. Of those with as many votes the compatible pipeline takes who stands first;
 * everywhere else all of them come in, so that nothing depends on the order.
 */
export function entering(ballots: Ballots, ties: 'first' | 'all'): number[] {
	const usual = Math.min(enoughVotes, ballots.propositions.length);
	const byActivity = Array.from(ballots.people, (_, person) => person).sort((a, b) => votesCast(ballots, b) - votesCast(ballots, a) || a - b);
	const last = byActivity[Math.min(fewestPeople, byActivity.length) - 1];
	const threshold = Math.min(usual, last === undefined ? usual : votesCast(ballots, last));
	const entered = byActivity.filter((person, at) => (ties === 'first' && threshold < usual ? at < fewestPeople : votesCast(ballots, person) >= threshold));
	return entered.sort((a, b) => a - b);
}

const enoughVotes = 7;
const fewestPeople = 15;
