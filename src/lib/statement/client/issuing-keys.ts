import { decodeText, openLetter, sealLetter, VaultFailure } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, Outcome } from '#lib/circles/client/open-circle.ts';
import { issuingOf } from '#vault/blind';
import { fromText, toText, utf8 } from '#lib/vault/envelope.ts';
import { bodyOf, keyShape, roundKinds, singleRecord } from '../round.ts';
import { letterKind, newestBy, saidIn, wasSteward, type OpenRound } from './rounds.ts';

/**
 * Note: A steward who comes later.
 * The key that gives ballots is sealed to those who were stewards when the round began. Who becomes one while it is open gets it
 * from a steward's browser that has it, as soon as that opens the round: a record of one letter for each account. It is
 * believed only where a steward wrote it and where it is the private half of the key that the round names: whoever passes on
 * another one would make later stewards give ballots that can be told apart.
 */
export type IssuingSecret = Outcome<{ readonly secret: string }> | { readonly ok: false; readonly reason: 'another-key' };

/** The key that gives ballots, as it was sealed to us. `not-a-steward`: it was not. `another-key`: it is not the round's. */
export async function issuingSecret({ keys }: Link, round: OpenRound): Promise<IssuingSecret> {
	const first = await opened(keys, round, round.key);
	const secret = first ?? (await passedOn(keys, round));
	if (typeof secret === 'object') return secret;
	if (secret === undefined) return { ok: false, reason: 'not-a-steward' };
	return issuingOf(secret) === round.issuing ? { ok: true, secret } : { ok: false, reason: 'another-key' };
}

/** What a letter says; undefined where it is to others. */
async function opened(keys: Link['keys'], { circle, id }: OpenRound, letter: string): Promise<string | undefined> {
	try {
		const { body } = await openLetter({ letter: fromText(letter) ?? new Uint8Array(), identity: keys, expected: { kind: letterKind, circle: circle.id, about: id, authorKey: (author) => stewardKey(circle, author) } });
		return decodeText(body);
	} catch (error) {
		if (error instanceof VaultFailure && error.kind === 'not-for-you') return undefined;
		throw error;
	}
}

async function passedOn(keys: Link['keys'], round: OpenRound): Promise<string | Extract<Outcome<object>, { ok: false }> | undefined> {
	const read = await round.circle.read(await singleRecord(round.secret, 'key', keys.account));
	if (!read.ok) return read.reason === 'not-found' ? undefined : read;
	if (!read.opened.ok) throw read.opened.trouble;
	const written = await newestBy(round.circle, read.opened, (author) => wasSteward(round.circle, author));
	const said = written && saidIn(keyShape, round, written);
	return said?.account === keys.account ? opened(keys, round, said.letter) : undefined;
}

function stewardKey(circle: OpenCircle, author: string): Uint8Array | undefined {
	return wasSteward(circle, author) ? circle.cards.get(author)?.signing : undefined;
}

/** Seals the key that gives ballots to those who became stewards since the round began and have it not yet. */
export async function passIssuingKey(link: Link, round: OpenRound): Promise<Outcome<{ readonly passed: number }> | Extract<IssuingSecret, { ok: false }>> {
	const { circle } = round;
	const { account: me } = link.keys;
	// Who was a steward all through the epoch in which it began was one at that moment, too.
	const then = circle.state.moments.filter(({ epoch }) => epoch === round.epoch);
	const later = circle.members.filter(({ account, steward }) => steward && account !== me && !then.every(({ members }) => members.get(account)?.steward === true));
	let passed = 0;
	for (const { account } of later) {
		const record = await singleRecord(round.secret, 'key', account);
		const before = await circle.read(record);
		if (!before.ok && before.reason !== 'not-found') return before;
		const newest = before.ok && before.opened.ok ? before.opened : undefined;
		const card = circle.cards.get(account);
		if (card === undefined || (newest && wasSteward(circle, newest.author) && saidIn(keyShape, round, newest)?.account === account)) continue;
		const found = await issuingSecret(link, round);
		if (!found.ok) return found;
		const header = { kind: letterKind, circle: circle.id, about: round.id, author: me, at: link.now().getTime() };
		const letter = await sealLetter({ header, body: utf8(found.secret), recipients: [card.recipient], signing: link.keys.signing });
		const written = await circle.write({ kind: roundKinds.key, record, body: bodyOf({ v: 1, round: round.id, account, letter: toText(letter) }), basedOn: newest });
		// Another steward was faster: the same key.
		if (!written.ok && written.reason !== 'moved-on') return { ok: false, reason: written.reason };
		passed += 1;
	}
	return { ok: true, passed };
}
