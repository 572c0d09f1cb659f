import * as v from 'valibot';
import { refusedBy } from '#lib/circles/client/answers.ts';
import type { Link } from '#lib/circles/client/link.ts';
import type { Outcome } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { sha256, utf8 } from '#lib/vault/envelope.ts';
import { ballotShape, isAllowed, isSignedBallot, type Ballot } from '../ballot.ts';
import { ballotsFrom, type Ballots, type Vote } from '../opinion/index.ts';
import { roundStanding } from '../round.ts';
import { openedBallot } from './casting.ts';
import type { Proposition } from './propositions.ts';
import type { OpenRound } from './rounds.ts';
import { issuingOf, voterOf } from './tokens.ts';

/** The ballots of a round that is over, opened, each checked, and what there is to say of them. */
export interface Count {
	readonly ballots: Ballots;
	/** How many count, and how many were refused: not allowed by the round's key, not signed by their own, a second time, or not to be opened. */
	readonly counted: number;
	readonly refused: number;
	readonly asked: number;
	readonly issued: number;
	/** There are more ballots than members who asked for one: somebody who gives ballots gave away some. */
	readonly tooMany: boolean;
	/** How many members asked under another key: see *Another key*. */
	readonly underAnother: number;
	/** Whether our own is among them; undefined where we had none. */
	readonly own: { readonly answers: number } | 'missing' | undefined;
	/** Votes on propositions that this server has not shown us. */
	readonly unknownVotes: number;
	/** Twelve signs, by which members compare that they were shown the same ballots. */
	readonly fingerprint: string;
}

const answerShape = v.strictObject({ over: v.boolean(), ballots: v.array(ballotShape) });

/** Counts, or says that the round is not over yet, by the server's clock or by ours: a server that hands out ballots sooner is not obeyed. */
export async function countBallots(link: Link, round: OpenRound, propositions: readonly Proposition[]): Promise<Outcome<{ readonly count: Count | 'not-over' }>> {
	if (roundStanding(round, link.now()) !== 'over') return { ok: true, count: 'not-over' };
	const path = `/api/rounds/${round.id}/ballots`;
	const [answer, found] = await Promise.all([link.ask(path), issuingOf(round)]);
	if (!answer.ok) return { ok: false, reason: refusedBy(answer) };
	if (!found.ok) return found;
	const { success, output } = v.safeParse(answerShape, answer.value);
	if (!success) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'ballots of another shape' });
	if (!output.over) return { ok: true, count: 'not-over' };
	const { requests, underAnother } = found.issuing;
	const mine = (await voterOf(link.keys, round)).key;
	const believed = await believedBallots(round, output.ballots);
	const names = new Map(propositions.map(({ id, short }) => [short, id]));
	const votes = believed.flatMap(({ ballot, votes: own }) => [...own].map(([short, choice]): Vote => ({ person: ballot.key, proposition: names.get(short) ?? '', choice })));
	const own = believed.find(({ ballot }) => ballot.key === mine);
	const issued = requests.filter((one) => one.issued);
	return {
		ok: true,
		count: {
			ballots: ballotsFrom(votes, { propositions: propositions.map(({ id }) => id), moderated: new Set(propositions.flatMap(({ id, takenOut }) => (takenOut === undefined ? [] : [id]))) }),
			counted: believed.length,
			refused: output.ballots.length - believed.length,
			asked: requests.length,
			issued: issued.length,
			tooMany: believed.length > requests.length,
			underAnother,
			own: own ? { answers: own.votes.size } : issued.some(({ account }) => account === link.keys.account) ? 'missing' : undefined,
			unknownVotes: votes.filter(({ proposition }) => proposition === '').length,
			fingerprint: await fingerprintOf(believed.map(({ ballot }) => ballot))
		}
	};
}

/** Those that are allowed, signed, there once and open; what each says. */
async function believedBallots(round: OpenRound, ballots: readonly Ballot[]) {
	const times = new Map<string, number>();
	for (const { key } of ballots) times.set(key, (times.get(key) ?? 0) + 1);
	const opened = await Promise.all(
		ballots.map(async (ballot) => {
			if (times.get(ballot.key) !== 1 || !(await isAllowed(ballot, { round: round.id, issuing: round.issuing })) || !(await isSignedBallot(ballot, round.id))) return [];
			const votes = await openedBallot(round, ballot);
			return votes ? [{ ballot, votes }] : [];
		})
	);
	return opened.flat();
}

async function fingerprintOf(ballots: readonly Ballot[]): Promise<string> {
	const lines = ballots.map(({ key, signature }) => `${key} ${signature}`).sort();
	const digits = Array.from(await sha256(utf8(lines.join('\n'))), (byte) => byte.toString(16).padStart(2, '0')).join('');
	return digits.slice(0, 12).replaceAll(/(.{4})(?=.)/g, '$1 ');
}
