// What bench/opinion.ts runs in the browser: what a forum's page would compute over opened ballots.
import { commonGround, compatibleGroups, opinionMap } from '../src/lib/statement/opinion/index.ts';
import { densePlaces } from './_opinion-dense.ts';
import { fullBallots } from './_opinion-votes.ts';

/** Milliseconds of each of some rounds. */
export interface Grounds {
	readonly ground: readonly number[];
	readonly compatible: readonly number[];
	readonly dense: readonly number[];
}

/** The whole of common ground with its stability and map, the compatible groups, and the dense baseline, in turn. */
export function grounds({ people, propositions, rounds }: { readonly people: number; readonly propositions: number; readonly rounds: number }): Grounds {
	const ballots = fullBallots(people, propositions);
	const taken = (work: () => unknown): number => {
		const begun = performance.now();
		work();
		return performance.now() - begun;
	};
	const found = Array.from({ length: rounds + 2 }, () => ({
		ground: taken(() => {
			const running = commonGround(ballots);
			for (;;) {
				const next = running.next();
				if (next.done) return opinionMap(next.value);
			}
		}),
		compatible: taken(() => compatibleGroups(ballots)),
		dense: taken(() => densePlaces(ballots))
	})).slice(2);
	return { ground: found.map(({ ground }) => ground), compatible: found.map(({ compatible }) => compatible), dense: found.map(({ dense }) => dense) };
}
