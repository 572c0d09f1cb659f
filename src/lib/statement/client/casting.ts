import * as v from 'valibot';
import { sealLetter, VaultFailure } from '#vault';
import { jsonBytes, type Line } from '#lib/circles/client/line.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { fromText, toText } from '#lib/vault/envelope.ts';
import { ballotBody, ballotMessage, ballotShape, isSignedBallot, readBallotBody, withVotes, type Ballot, type Votes } from '../ballot.ts';
import type { OpenRound } from './rounds.ts';
import type { Voter } from './tokens.ts';

/** All that sending a ballot needs. The line has no session, and takes none. */
export interface Casting {
	readonly line: Line;
	readonly round: OpenRound;
	readonly voter: Voter;
	readonly token: string;
}

export type Cast = { readonly ok: true; readonly votes: Votes } | { readonly ok: false; readonly reason: 'offline' | 'slow-down' | 'closed' | 'another-key' | 'failed' };

const letterKind = 'ballot';
const mostTries = 4;

/**
 * Sends what somebody voted, together with what they had voted before, as their one ballot. What was there before is asked for
 * under the ballot's key, on the same line without a session; later votes go before earlier ones.
 */
export async function castBallot(casting: Casting, votes: Votes): Promise<Cast> {
	const { line, round } = casting;
	for (let tries = 0; tries < mostTries; tries++) {
		const before = await earlierBallot(casting);
		if (!before.ok) return before;
		const all = withVotes(before.votes, votes);
		const answer = await line.ask({ method: 'POST', path: `/api/rounds/${round.id}/ballots`, body: jsonBytes(await sealedBallot(casting, { votes: all, after: before.sequence })), headers: { 'content-type': 'application/json' } });
		if (answer.ok) return { ok: true, votes: all };
		// What we send is allowed by the round's key and signed by its own: a server that says otherwise takes another key's.
		if (answer.reason === 'forged') return { ok: false, reason: 'another-key' };
		// Another device of ours was faster, where it has moved on.
		if (answer.reason !== 'moved-on') return { ok: false, reason: reasonOf(answer) };
	}
	return { ok: false, reason: 'failed' };
}

const reasonOf = ({ status, reason }: { readonly status: number; readonly reason: string }): Extract<Cast, { ok: false }>['reason'] => (reason === 'offline' || reason === 'closed' ? reason : status === 429 ? 'slow-down' : 'failed');

/** What lies under our ballot's key; nothing where nothing was sent yet. Throws a `VaultTrouble` where it is not ours. */
export async function earlierBallot({ line, round, voter }: Omit<Casting, 'token'>): Promise<{ readonly ok: true; readonly votes: Votes; readonly sequence: number } | Extract<Cast, { ok: false }>> {
	const path = `/api/rounds/${round.id}/ballots/${voter.key}`;
	const answer = await line.ask({ method: 'GET', path });
	if (!answer.ok) return answer.status === 404 ? { ok: true, votes: new Map(), sequence: 0 } : { ok: false, reason: reasonOf(answer) };
	const { success, output } = v.safeParse(v.strictObject({ ballot: ballotShape }), answer.value);
	const votes = success && output.ballot.key === voter.key && (await isSignedBallot(output.ballot, round.id)) ? await openedBallot(round, output.ballot) : undefined;
	if (!success || votes === undefined) throw new VaultTrouble('forged', { part: 'answer', path }, { found: 'a ballot that is not ours under our key' });
	return { ok: true, votes, sequence: output.ballot.sequence };
}

/** A ballot, sealed to the circle's inbox as it is now and signed by its own key. */
export async function sealedBallot({ round, voter, token }: Omit<Casting, 'line'>, { votes, after }: { readonly votes: Votes; readonly after: number }): Promise<Ballot> {
	const inbox = round.circle.state.epochs.at(-1)?.announced.inbox;
	if (inbox === undefined) throw new Error('A circle without an epoch.');
	// No time: whoever opens ballots would learn when each was made.
	const header = { kind: letterKind, circle: round.circle.id, about: round.id, author: voter.key, at: 0 };
	const sealed = toText(await sealLetter({ header, body: ballotBody(votes), recipients: [inbox], signing: voter.keys.signing }));
	const sequence = nextSequence(after);
	const signature = await voter.keys.signing.sign(await ballotMessage({ round: round.id, key: voter.key, sequence, sealed }));
	return { key: voter.key, prefix: voter.prefix, token, sequence, sealed, signature: toText(signature) };
}

/** Begins anywhere and rises by chance, so that it does not tell how often somebody sent. */
function nextSequence(after: number): number {
	const [first = 0, step = 0] = crypto.getRandomValues(new Uint32Array(2));
	return after === 0 ? 1 + (first >>> 2) : after + 1 + (step >>> 16);
}

/** What a ballot says; undefined where it does not open under any key that the circle had since the round began, or says something else. */
export async function openedBallot({ circle, id, epoch: first }: OpenRound, { key, sealed }: Pick<Ballot, 'key' | 'sealed'>): Promise<Votes | undefined> {
	const letter = fromText(sealed) ?? new Uint8Array();
	for (let epoch = circle.state.epochs.length; epoch >= first; epoch--) {
		try {
			const { body } = await circle.openInbox({ letter, epoch, kind: letterKind, about: id, authorKey: (author) => (author === key ? fromText(key) : undefined) });
			return readBallotBody(body);
		} catch (error) {
			if (!(error instanceof VaultFailure)) throw error;
			if (error.kind !== 'not-for-you' && error.kind !== 'damaged') return undefined;
		}
	}
	return undefined;
}
