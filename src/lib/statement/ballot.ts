import * as v from 'valibot';
import { filled, fromText, isId, isSignedBy, joined, sha256, toText, utf8, type Bytes } from '#lib/vault/envelope.ts';
import type { Choice } from './opinion/ballots.ts';
import { signatureShape } from './round.ts';

/**
 * Note: A ballot.
 * It has a key of its own, which a steward's browser signed without seeing it (*A signature that its maker never saw*): the
 * *token*. What it says is sealed to the circle's inbox, all that somebody answered in a round, at one size whatever it is.
 * Whoever sends it has no session. The server checks token and signature and keeps, for each key, the one with the highest
 * sequence; every browser that counts checks the same again.
 */
export type Votes = ReadonlyMap<string, Choice>;

export function oneVote(proposition: string, choice: Choice): Votes {
	return new Map([[proposition, choice]]);
}

/** All votes of several, of which later ones go before earlier ones. */
export function withVotes(...all: readonly Votes[]): Votes {
	return new Map(all.flatMap((votes) => [...votes]));
}

/** Those of them that are not among others, or are other votes there. */
export function votesWithout(votes: Votes, others: Votes): Votes {
	return new Map([...votes].filter(([proposition, choice]) => others.get(proposition) !== choice));
}

/** How much of a proposition's id a ballot names: of 300, two with the same beginning come once in six billion rounds. */
export const shortLength = 8;

/** What a ballot says, before it is sealed: always as many bytes. Propositions are named by the beginning of their ids. */
export const bodyBytes = 4096;

/** How long every ballot is once it is sealed. */
export const sealedBytes = 6011;

/** The text of a ballot, filled to its one size. */
export function ballotBody(votes: Votes): Bytes {
	const of = (choice: Choice): string => [...votes].flatMap(([proposition, voted]) => (voted === choice ? [proposition.slice(0, shortLength)] : [])).sort().join('');
	const bytes = filled(JSON.stringify([of(1), of(-1), of(0)]), bodyBytes);
	if (bytes.length !== bodyBytes) throw new Error('more votes than a ballot holds');
	return bytes;
}

const bodyShape = v.pipe(v.array(v.string()), v.length(3));
const choices: readonly Choice[] = [1, -1, 0];

/** The votes of such a text, by the beginnings of propositions' ids; undefined for any other text, and where one is twice. */
export function readBallotBody(bytes: Uint8Array): Votes | undefined {
	if (bytes.length !== bodyBytes) return undefined;
	let found: unknown;
	try {
		found = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return undefined;
	}
	const { success, output } = v.safeParse(bodyShape, found);
	if (!success) return undefined;
	const votes = new Map<string, Choice>();
	for (const [at, text] of output.entries()) {
		const names = text.match(new RegExp(`[\\w-]{${shortLength}}`, 'g')) ?? [];
		if (names.length * shortLength !== text.length) return undefined;
		for (const name of names) {
			const choice = choices[at];
			if (choice === undefined || votes.has(name)) return undefined;
			votes.set(name, choice);
		}
	}
	return votes;
}

const key = v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32));

/** As browsers send it, and as the server hands it out. */
export const ballotShape = v.strictObject({
	/** Raw Ed25519 key. */
	key,
	/** The 32 bytes before what was signed blindly. */
	prefix: key,
	token: signatureShape,
	sequence: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31 - 1)),
	sealed: v.pipe(v.string(), v.minLength(1), v.maxLength(16_384)),
	signature: v.pipe(v.string(), v.length(86))
});

export type Ballot = v.InferOutput<typeof ballotShape>;

/** What is signed blindly: the ballot's key, in this round. */
export function tokenMessage({ round, key: ballotKey, prefix }: { readonly round: string; readonly key: Uint8Array; readonly prefix: Uint8Array }): Bytes {
	return joined(prefix, utf8(`steadfast/ballot-token/1\n${round}\n`), ballotKey);
}

/** Whether a ballot's key was allowed in this round by the key that issues. False, never an error, for what is malformed. */
export async function isAllowed({ key: ballotKey, prefix, token }: Pick<Ballot, 'key' | 'prefix' | 'token'>, { round, issuing }: { readonly round: string; readonly issuing: string }): Promise<boolean> {
	const [raw, before, signature] = [ballotKey, prefix, token].map(fromText);
	if (raw?.length !== 32 || before?.length !== 32 || signature?.length !== 256 || !isId(round)) return false;
	const verifying = await crypto.subtle.importKey('jwk', { kty: 'RSA', n: issuing, e: 'AQAB', alg: 'PS384', ext: true }, { name: 'RSA-PSS', hash: 'SHA-384' }, false, ['verify']);
	return crypto.subtle.verify({ name: 'RSA-PSS', saltLength: 48 }, verifying, signature, tokenMessage({ round, key: raw, prefix: before }));
}

/** What the ballot's own key signs of it. */
export async function ballotMessage({ round, key: ballotKey, sequence, sealed }: Pick<Ballot, 'key' | 'sequence' | 'sealed'> & { readonly round: string }): Promise<Bytes> {
	return utf8(`steadfast/ballot/1\n${round}\n${ballotKey}\n${sequence}\n${toText(await sha256(utf8(sealed)))}`);
}

/** Whether it is signed by its own key. */
export async function isSignedBallot(ballot: Ballot, round: string): Promise<boolean> {
	return isSignedBy(fromText(ballot.key) ?? new Uint8Array(), await ballotMessage({ ...ballot, round }), fromText(ballot.signature) ?? new Uint8Array());
}
