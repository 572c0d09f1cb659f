// The door of the computation: from votes to common ground. Pure, for both sides; see *From votes to common ground* in
// ARCHITECTURE.md.
export { ballotsFrom, type Ballots, type Choice, type Vote } from './ballots.ts';
export { commonGround, wholeOf, type CommonGround, type OpinionGroup, type RankedProposition, type Stability } from './common-ground.ts';
export { compatibleGroups, type Grouping } from './compatible.ts';
export { countOf, countsOf, groupInformedConsensus, type Counts } from './counts.ts';
export { commonGroundCsv, polisFiles } from './exports.ts';
export { likenessFinder, type LikenessFinder, type NearDuplicate } from './near-duplicates.ts';
export { knownOf, nextProposition, type Known } from './next-proposition.ts';
export { opinionMap, type OpinionMap, type Place } from './opinion-map.ts';
export { sayingsOf, type Saying } from './representativeness.ts';
