// The door of the statement's server side: what routes may use.
import type { House } from '#lib/platform/house.ts';
import type { Limit } from '#lib/platform/limits/limits.ts';
import { countConsultations, countKind } from './consultation-counting.ts';
import { forgetRounds } from './rounds.ts';

export { forumsWithAdoptions, keepAdoption, keptAdoptions, publicAdoptions, withdrawalShape, withdrawSignature, type PublicAdoption, type ShownSignature, type Withdrawal } from './adoptions.ts';
export { answer, newName, proposeTo, standingOf, type Standing } from './answering.ts';
export { consultationsTag } from './consultation-tables.ts';
export { actOnConsultation, beginConsultation, consultationDesk, consultations, publicConsultation, type PublicConsultation } from './consultations.ts';
export { ballotOf, ballotsIn, beginRound, castBallot, roundShapes } from './rounds.ts';

/** For one ballot key: somebody sends a handful of times in a round. Each costs as much as the round has ballots. */
export const ballotPace = { name: 'statement.ballots', most: 60, perMs: 60 * 60 * 1000 } as const satisfies Limit;

/** For one key: whoever takes a signature back does so once, and perhaps again after a lost answer. */
export const withdrawalPace = { name: 'statement.withdrawals', most: 20, perMs: 60 * 60 * 1000 } as const satisfies Limit;

/** Begins the work of rounds and consultations, before `jobs.start`; once, in every process. */
export function registerRounds(house: House): void {
	house.jobs.register(countKind, ({ slug }) => countConsultations(house, slug, new Date()), { hour: 'each' });
	house.everyHour(() => forgetRounds(house.db, new Date()));
}
