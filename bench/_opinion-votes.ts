import { ballotsFrom, type Ballots, type Vote } from '../src/lib/statement/opinion/index.ts';

/** Numbers from 0 up to 1, the same each time (xorshift). */
function dice(): () => number {
	let state = 88172645;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 4294967296;
	};
}

/** Made-up votes of three camps, a hundred a person and a tenth of them more than once. */
export function* madeVotes({ votes, people, propositions }: { readonly votes: number; readonly people: number; readonly propositions: number }): Generator<Vote, void> {
	const chance = dice();
	for (let cast = 0; cast < votes; cast++) {
		const person = Math.floor((cast / votes) * people);
		const proposition = Math.floor(chance() * propositions);
		const agrees = (proposition * 7 + (person % 3) * 5) % 9 < 4 ? 0.85 : 0.2;
		const drawn = chance();
		yield { person: `p${person}`, proposition: `q${proposition}`, choice: drawn < 0.08 ? 0 : chance() < agrees ? 1 : -1 };
	}
}

/** Names of so many propositions, as `madeVotes` uses them. */
export const named = (propositions: number): string[] => Array.from({ length: propositions }, (_, at) => `q${at}`);

/** Ballots on which everybody voted on everything. */
export function fullBallots(people: number, propositions: number): Ballots {
	const chance = dice();
	const all = function* (): Generator<Vote, void> {
		for (let person = 0; person < people; person++) for (let at = 0; at < propositions; at++) yield { person: `p${person}`, proposition: `q${at}`, choice: chance() < 0.08 ? 0 : chance() < ((at + (person % 3)) % 3 === 0 ? 0.85 : 0.25) ? 1 : -1 };
	};
	return ballotsFrom(all(), { propositions: named(propositions) });
}
