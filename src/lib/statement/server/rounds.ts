import * as v from 'valibot';
import { isAccepted, isSteward } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { beginsWith, ageBegin, fromText, isId, toText } from '#lib/vault/envelope.ts';
import { ballotShape, isAllowed, isSignedBallot, sealedBytes, type Ballot } from '../ballot.ts';
import { issuingShape, keptUntil, mostDays, roundStanding } from '../round.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		statement_round: { id: string; circle_id: string; issuing: string; opens_at: Date; closes_at: Date; kept_until: string };
		statement_ballot: BallotRow;
	}
}

interface BallotRow {
	round_id: string;
	key: string;
	prefix: string;
	token: string;
	sequence: number;
	signature: string;
	sealed_ballot: Buffer;
}

type Outcome<T extends object = object> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'malformed' | 'closed' | 'not-a-steward' | 'forged' };

const hourMs = 3_600_000;
const hour = v.pipe(v.number(), v.integer(), v.minValue(0), v.check((at) => at % hourMs === 0));
const id = v.pipe(v.string(), v.check(isId));

/** The shapes in which browsers send what belongs to a round. */
export const roundShapes = { begun: v.strictObject({ id, issuing: issuingShape, opensAt: hour, closesAt: hour }), ballot: ballotShape };

type Begun = v.InferOutput<typeof roundShapes.begun>;

/** More than any circle asks. */
const mostRounds = 200;
/** As many as a circle has members, and those who came and went while a round was open. */
const mostBallots = 600;

/** Readies the server for the ballots of a round that a steward begins. The same again succeeds. */
export async function beginRound(db: Db, actor: Actor, { circle, id: round, issuing, opensAt, closesAt, now }: Begun & { readonly circle: string; readonly now: Date }): Promise<Outcome> {
	return db.transaction().execute(async (tx) => {
		if (!(await isAccepted(tx, { account: actor.account, circle }))) return { ok: false, reason: 'not-found' };
		if (!(await isSteward(tx, { account: actor.account, circle }))) return { ok: false, reason: 'not-a-steward' };
		if (closesAt <= opensAt || closesAt <= now.getTime() || closesAt > now.getTime() + mostDays * 24 * hourMs) return { ok: false, reason: 'malformed' };
		const row = await tx.selectFrom('statement_round').select(['circle_id', 'issuing', 'opens_at', 'closes_at']).where('id', '=', round).executeTakeFirst();
		if (row) return row.circle_id === circle && row.issuing === issuing && row.opens_at.getTime() === opensAt && row.closes_at.getTime() === closesAt ? { ok: true } : { ok: false, reason: 'moved-on' };
		const { count } = await tx.selectFrom('statement_round').select(({ fn }) => fn.countAll<string>().as('count')).where('circle_id', '=', circle).executeTakeFirstOrThrow();
		if (Number(count) >= mostRounds) return { ok: false, reason: 'moved-on' };
		await tx.insertInto('statement_round').values({ id: round, circle_id: circle, issuing, opens_at: new Date(opensAt), closes_at: new Date(closesAt), kept_until: keptUntil({ closesAt }) }).execute();
		await recordDeed(tx, { actor: actor.account, action: 'statement.begin', subject: circle }, new Date(now.getTime() - (now.getTime() % hourMs)));
		return { ok: true };
	});
}

/**
 * Keeps a ballot of somebody who does not say who it is, in place of an earlier one of the same key; the same again succeeds.
 * `forged`: not allowed by the round's key, or not signed by its own. `moved-on`: a later one is there. All ballots of the
 * round are written anew in the order of their keys. Nothing of when, from where or in which order is kept.
 */
export async function castBallot(db: Db, { round, ballot, now }: { readonly round: string; readonly ballot: Ballot; readonly now: Date }): Promise<Outcome> {
	const found = await db.selectFrom('statement_round').select(['issuing', 'opens_at', 'closes_at']).where('id', '=', round).executeTakeFirst();
	if (!found) return { ok: false, reason: 'not-found' };
	if (roundStanding({ opensAt: found.opens_at.getTime(), closesAt: found.closes_at.getTime() }, now) !== 'open') return { ok: false, reason: 'closed' };
	const sealed = fromText(ballot.sealed);
	if (sealed?.length !== sealedBytes || !beginsWith(sealed, ageBegin)) return { ok: false, reason: 'malformed' };
	if (!(await isAllowed(ballot, { round, issuing: found.issuing })) || !(await isSignedBallot(ballot, round))) return { ok: false, reason: 'forged' };
	return db.transaction().execute(async (tx) => {
		await tx.selectFrom('statement_round').select('id').where('id', '=', round).forUpdate().execute();
		const before = await tx.selectFrom('statement_ballot').select(['sequence', 'signature']).where('round_id', '=', round).where('key', '=', ballot.key).executeTakeFirst();
		if (before?.signature === ballot.signature) return { ok: true };
		if (before && before.sequence >= ballot.sequence) return { ok: false, reason: 'moved-on' };
		const others = await tx.deleteFrom('statement_ballot').where('round_id', '=', round).returningAll().execute();
		const { key, prefix, token, sequence, signature } = ballot;
		const rows = [...others.filter((row) => row.key !== key), { round_id: round, key, prefix, token, sequence, signature, sealed_ballot: Buffer.from(sealed) }];
		if (rows.length > mostBallots) throw new Error('More ballots than a round can have.');
		rows.sort((a, b) => (a.key < b.key ? -1 : 1));
		await tx.insertInto('statement_ballot').values(rows).execute();
		return { ok: true };
	});
}

const shown = ({ key, prefix, token, sequence, signature, sealed_ballot }: BallotRow): Ballot => ({ key, prefix, token, sequence, signature, sealed: toText(sealed_ballot) });

/** What lies under a ballot's key, for whoever knows it. */
export async function ballotOf(db: Db, { round, key }: { readonly round: string; readonly key: string }): Promise<Outcome<{ readonly ballot: Ballot }>> {
	const row = await db.selectFrom('statement_ballot').selectAll().where('round_id', '=', round).where('key', '=', key).executeTakeFirst();
	return row ? { ok: true, ballot: shown(row) } : { ok: false, reason: 'not-found' };
}

/** All ballots of a round, for a member of its circle, and none before it is over. */
export async function ballotsIn(db: Db, { account, round, now }: { readonly account: string; readonly round: string; readonly now: Date }): Promise<Outcome<{ readonly over: boolean; readonly ballots: readonly Ballot[] }>> {
	const found = await db.selectFrom('statement_round').select(['circle_id', 'opens_at', 'closes_at']).where('id', '=', round).executeTakeFirst();
	if (!found || !(await isAccepted(db, { account, circle: found.circle_id }))) return { ok: false, reason: 'not-found' };
	const over = roundStanding({ opensAt: found.opens_at.getTime(), closesAt: found.closes_at.getTime() }, now) === 'over';
	const rows = over ? await db.selectFrom('statement_ballot').selectAll().where('round_id', '=', round).orderBy('key').execute() : [];
	return { ok: true, over, ballots: rows.map(shown) };
}

/** Once an hour: rounds whose ballots are not kept any longer. */
export async function forgetRounds(db: Db, now: Date): Promise<void> {
	await db.deleteFrom('statement_round').where('kept_until', '<', now.toISOString().slice(0, 10)).execute();
}
