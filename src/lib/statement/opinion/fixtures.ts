import { chanceFrom } from './chance.ts';
import { ballotsFrom, type Ballots, type Choice, type Vote } from './ballots.ts';
import { commonGround, wholeOf, type CommonGround } from './common-ground.ts';

interface Made {
	readonly people: number;
	readonly propositions: number;
	/** How much of all cells is voted on. */
	readonly seen?: number;
	/** How likely somebody agrees, by their camp and the proposition. */
	readonly agrees: (camp: number, proposition: number) => number;
	readonly camps?: number;
	readonly seed?: number;
}

/** Votes as chance gives them; the person `p7` is of the camp 7 % camps. */
export function madeVotes({ people, propositions, seen = 1, agrees, camps = 2, seed = 1 }: Made): Vote[] {
	const chance = chanceFrom(seed);
	const votes: Vote[] = [];
	for (let person = 0; person < people; person++) {
		for (let proposition = 0; proposition < propositions; proposition++) {
			if (chance() >= seen) continue;
			const choice: Choice = chance() < 0.05 ? 0 : chance() < agrees(person % camps, proposition) ? 1 : -1;
			votes.push({ person: `p${person}`, proposition: `q${proposition}`, choice });
		}
	}
	return votes;
}

/** Two camps who agree on every third proposition and are against each other on the rest. */
export const twoCamps = (camp: number, proposition: number): number => (proposition % 3 === 0 ? 0.92 : proposition % 2 === camp ? 0.88 : 0.12);

/** Names of propositions, as `madeVotes` uses them. */
export const named = (propositions: number): string[] => Array.from({ length: propositions }, (_, at) => `q${at}`);

/** The ballots of made votes. */
export const madeBallots = (made: Made): Ballots => ballotsFrom(madeVotes(made), { propositions: named(made.propositions) });

/** Runs it to its end. */
export const groundOf = (ballots: Ballots, rounds = 30): CommonGround => wholeOf(commonGround(ballots, { rounds }));
