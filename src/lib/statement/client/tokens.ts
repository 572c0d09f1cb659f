import type { AccountKeys } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenedRecord, Outcome } from '#lib/circles/client/open-circle.ts';
import type { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { ballotKeysOf, blinded, blindSigned, fitsBlinded, unblinded, type BallotKeys } from '#vault/blind';
import { toText, type Bytes } from '#lib/vault/envelope.ts';
import { tokenMessage } from '../ballot.ts';
import { bodyOf, issueShape, requestShape, roundKinds, singleRecord } from '../round.ts';
import { issuingSecret, type IssuingSecret } from './issuing-keys.ts';
import { everyRecord, saidIn, wasSteward, type OpenRound } from './rounds.ts';

/**
 * Note: One member, one ballot.
 * A member's browser asks in a record that it signs, under an id of which there is one for each member; a steward's browser
 * answers in another. What was asked is blinded and what is sent later is not, so nobody can say whose ballot it is; that there
 * are no more ballots than members who asked, everybody can count. A steward who gives away what nobody asked for is so found
 * out as soon as there are more ballots than requests, and not before: who asks and does not vote leaves room for one.
 */
export interface Voter {
	readonly keys: BallotKeys;
	/** Of the ballot: base64url. */
	readonly key: string;
	readonly prefix: string;
	readonly message: Bytes;
}

/** The ballot of an account in a round, which follows from the account alone. */
export async function voterOf({ root }: Pick<AccountKeys, 'root'>, { id, issuing }: Pick<OpenRound, 'id' | 'issuing'>): Promise<Voter> {
	const keys = await ballotKeysOf(root, { of: id, issuing });
	const { publicKey } = keys.signing;
	return { keys, key: toText(publicKey), prefix: toText(keys.prefix), message: tokenMessage({ round: id, key: publicKey, prefix: keys.prefix }) };
}

/**
 * Note: Another key.
 * A ballot is nobody's in particular because all of a round are given under one key, the one that its record names. Were each
 * member given theirs under a key of its own, whoever made the keys could tell the ballots apart. So a member's browser refuses
 * what a steward signed under another key, and to vote where its own account once asked under another one: then a server has
 * shown two rounds under one name. A steward's browser gives nothing with a key that is not the round's. Whoever reads all
 * requests, a steward while it is open and everybody who counts, is told how many name another key.
 */

/** Where somebody stands: has not asked; has asked, and no steward was there since; has a ballot; something was written in their place; or see *Another key*. */
export type Standing = { readonly kind: 'none' | 'waits' | 'spoilt' | 'another-key' } | { readonly kind: 'has'; readonly voter: Voter; readonly token: string };

/** Asks for a ballot, once; asked again it is the same. */
export async function askForBallot({ keys }: Link, round: OpenRound): Promise<Outcome<object>> {
	const voter = await voterOf(keys, round);
	const record = await singleRecord(round.secret, 'request', keys.account);
	const before = await round.circle.read(record);
	if (!before.ok && before.reason !== 'not-found') return before;
	const body = bodyOf({ v: 1, round: round.id, issuing: round.issuing, blinded: await blinded({ issuing: round.issuing, message: voter.message, keys: voter.keys }) });
	if (before.ok && before.opened.ok && before.opened.author === keys.account) return { ok: true };
	// Somebody else wrote here first; theirs does not count, and ours is the next version.
	const basedOn = before.ok && before.opened.ok ? before.opened : undefined;
	const written = await round.circle.write({ kind: roundKinds.request, record, body, basedOn });
	return written.ok ? { ok: true } : { ok: false, reason: written.reason };
}

export async function standingOf({ keys }: Link, round: OpenRound): Promise<Outcome<{ readonly standing: Standing }>> {
	const { circle, issuing } = round;
	const asked = await circle.read(await singleRecord(round.secret, 'request', keys.account));
	if (!asked.ok) return asked.reason === 'not-found' ? { ok: true, standing: { kind: 'none' } } : asked;
	if (!asked.opened.ok) throw asked.opened.trouble;
	const request = await requestIn(round, asked.opened);
	if (!request.ok) return request;
	const voter = await voterOf(keys, round);
	const own = await blinded({ issuing, message: voter.message, keys: voter.keys });
	if (request.namesAnother) return { ok: true, standing: { kind: 'another-key' } };
	if (request.request === undefined) return { ok: true, standing: { kind: 'none' } };
	if (request.request.blinded !== own) return { ok: true, standing: { kind: 'spoilt' } };
	const given = await circle.read(await singleRecord(round.secret, 'issue', keys.account));
	if (!given.ok) return given.reason === 'not-found' ? { ok: true, standing: { kind: 'waits' } } : given;
	if (!given.opened.ok) throw given.opened.trouble;
	const said = saidIn(issueShape, round, given.opened);
	// What anybody else wrote there a steward's browser writes over.
	if (said === undefined || !wasSteward(circle, given.opened.author)) return { ok: true, standing: { kind: 'waits' } };
	if (!fitsBlinded({ issuing, blinded: own, signature: said.signature })) return { ok: true, standing: { kind: 'another-key' } };
	return { ok: true, standing: { kind: 'has', voter, token: await unblinded({ issuing, message: voter.message, keys: voter.keys, signature: said.signature }) } };
}

interface Request {
	readonly account: string;
	readonly blinded: string;
	/** Asked again for another one, which is not given. */
	readonly twice: boolean;
}

/** The request that counts in a record: the first that the member whom its id is of has signed; and whether they signed one under another key. */
async function requestIn(round: OpenRound, newest: OpenedRecord): Promise<Outcome<{ readonly request: Request | undefined; readonly namesAnother: boolean }>> {
	const versions = newest.version === 1 ? { ok: true as const, versions: [newest] } : await round.circle.versions(newest.record);
	if (!versions.ok) return versions;
	const own: Omit<Request, 'twice'>[] = [];
	let namesAnother = false;
	for (const opened of versions.versions) {
		if (!opened.ok || opened.kind !== roundKinds.request || opened.record !== (await singleRecord(round.secret, 'request', opened.author))) continue;
		const said = saidIn(requestShape, round, opened);
		if (said?.issuing === round.issuing) own.push({ account: opened.author, blinded: said.blinded });
		else if (said !== undefined) namesAnother = true;
	}
	const [first] = own;
	return { ok: true, request: first && { ...first, twice: own.length > 1 }, namesAnother };
}

/** Who asked, and who was given a ballot; everybody in the circle can count. */
export interface Issuing {
	readonly requests: readonly (Request & { readonly issued: boolean; readonly before: OpenedRecord | undefined })[];
	/** How many members asked under another key than the round's. */
	readonly underAnother: number;
	readonly troubles: readonly VaultTrouble[];
}

export async function issuingOf(round: OpenRound): Promise<Outcome<{ readonly issuing: Issuing }>> {
	const all = await everyRecord(round.circle, [roundKinds.request, roundKinds.issue]);
	if (!all.ok) return all;
	const records = new Map(all.records.flatMap((opened) => (opened.ok ? [[opened.record, opened] as const] : [])));
	const requests: Issuing['requests'][number][] = [];
	let underAnother = 0;
	for (const opened of records.values()) {
		if (opened.kind !== roundKinds.request) continue;
		const found = await requestIn(round, opened);
		if (!found.ok) return found;
		if (found.namesAnother) underAnother += 1;
		if (found.request === undefined) continue;
		const before = records.get(await singleRecord(round.secret, 'issue', found.request.account));
		const given = before && saidIn(issueShape, round, before);
		requests.push({ ...found.request, before, issued: given !== undefined && fitsBlinded({ issuing: round.issuing, blinded: found.request.blinded, signature: given.signature }) });
	}
	return { ok: true, issuing: { requests, underAnother, troubles: all.records.flatMap((opened) => (opened.ok ? [] : [opened.trouble])) } };
}

/**
 * Gives a ballot to each member who asked and has none. `not-a-steward`: the key was not sealed to us, or not yet. `another-key`:
 * what was is not the round's. What was given before an interruption stays given.
 */
export async function giveBallots(link: Link, round: OpenRound, onProgress: (share: number) => void = () => undefined): Promise<Outcome<{ readonly given: number }> | Extract<IssuingSecret, { ok: false }>> {
	const found = await issuingOf(round);
	if (!found.ok) return found;
	const waiting = found.issuing.requests.filter(({ issued }) => !issued);
	if (waiting.length === 0) return { ok: true, given: 0 };
	const key = await issuingSecret(link, round);
	if (!key.ok) return key;
	for (const [at, { account, blinded: asked, before }] of waiting.entries()) {
		const body = bodyOf({ v: 1, round: round.id, account, signature: blindSigned(key.secret, asked) });
		const written = await round.circle.write({ kind: roundKinds.issue, record: await singleRecord(round.secret, 'issue', account), body, basedOn: before });
		// Another steward was faster: the next look finds it.
		if (!written.ok && written.reason !== 'moved-on') return { ok: false, reason: written.reason };
		onProgress((at + 1) / waiting.length);
	}
	return { ok: true, given: waiting.length };
}
