import * as v from 'valibot';
import type { CommonGround, RankedProposition } from './opinion/index.ts';

const figure = v.pipe(v.number(), v.integer(), v.minValue(0));
const tally = v.strictObject({ seen: figure, agrees: v.nullable(figure), disagrees: v.nullable(figure), passes: v.nullable(figure) });

/** Aggregate figures of one proposition, as far as *Counts under five* lets them out. */
export const talliesShape = v.strictObject({ everyone: v.nullable(tally), nearlyAll: v.nullable(v.picklist(['agree', 'disagree', 'pass'])), groups: v.nullable(v.array(tally)) });

/** What a clause keeps of a proposition: how it stands, and how widely. Never who, and no figure that the results hold back. */
export function keptFigures({ standing, tallies: { everyone, nearlyAll, groups } }: Pick<RankedProposition, 'standing' | 'tallies'>): { readonly standing: RankedProposition['standing']; readonly tallies: v.InferOutput<typeof talliesShape> } {
	return { standing, tallies: { everyone, nearlyAll, groups: groups && [...groups] } };
}

/** The propositions of a result that a clause can rest on: those of which enough is known. */
export function citable({ propositions }: Pick<CommonGround, 'propositions'>): readonly RankedProposition[] {
	return propositions.filter(({ standing, tallies }) => standing !== 'too few votes' && tallies.everyone !== null);
}
