import { expect, test } from 'vitest';
import { entryHash, type SignedEntry } from '#lib/vault/envelope.ts';
import { newAccount, signEntry, type AccountKeys, type UnsignedEntry } from '../vault/index.ts';
import { foldAccount } from './account.ts';

const hash = 'A'.repeat(43);
const unlock = (version: number) => ({ do: 'unlock', version, hash });

/** A log of the first entry and these acts, each after the other unless `change` says otherwise of its entry. */
async function logOf(keys: AccountKeys, acts: readonly UnsignedEntry['act'][], change: (entry: UnsignedEntry) => UnsignedEntry = (entry) => entry): Promise<SignedEntry[]> {
	const log = [keys.found];
	for (const act of acts) {
		const previous = await entryHash(log.at(-1)?.body ?? '');
		log.push(await signEntry(change({ log: 'account', of: keys.account, seq: log.length, previous, by: keys.account, act }), keys.signing));
	}
	return log;
}

test('a log says whose keys they are, which unlock envelope is in force, and whether it has ended', async () => {
	const keys = await newAccount();
	const log = await logOf(keys, [unlock(1), unlock(2), { do: 'end' }]);

	const folded = await foldAccount(keys.account, log);

	expect(folded).toEqual({
		ok: true,
		state: { account: keys.account, signing: keys.signing.publicKey, recipient: keys.recipient, unlock: { version: 2, hash }, ended: true, head: { seq: 3, hash: await entryHash(log[3]?.body ?? '') } }
	});
});

test('what the rules do not allow is refused at its place', async () => {
	const keys = await newAccount();
	const stranger = await newAccount();
	const reasonOf = async (log: readonly SignedEntry[]) => {
		const folded = await foldAccount(keys.account, log);
		return folded.ok ? 'believed' : `${folded.reason} at ${folded.seq}`;
	};
	const good = await logOf(keys, [unlock(1)]);
	const other = await logOf(stranger, [unlock(1)]);

	const told = {
		nothing: await reasonOf([]),
		anotherAccount: await reasonOf(other),
		anotherFirstSignature: await reasonOf([{ ...keys.found, signature: stranger.found.signature }]),
		anotherSignature: await reasonOf([keys.found, { body: good[1]?.body ?? '', signature: other[1]?.signature ?? '' }]),
		aVersionLeftOut: await reasonOf(await logOf(keys, [unlock(2)])),
		aVersionAgain: await reasonOf(await logOf(keys, [unlock(1), unlock(1)])),
		afterTheEnd: await reasonOf(await logOf(keys, [{ do: 'end' }, unlock(1)])),
		anotherPrevious: await reasonOf(await logOf(keys, [unlock(1)], (entry) => ({ ...entry, previous: hash }))),
		anotherPlace: await reasonOf(await logOf(keys, [unlock(1)], (entry) => ({ ...entry, seq: 2 }))),
		inAnothersName: await reasonOf(await logOf(keys, [unlock(1)], (entry) => ({ ...entry, by: stranger.account }))),
		ofACircle: await reasonOf(await logOf(keys, [unlock(1)], (entry) => ({ ...entry, log: 'circle' }))),
		anUnknownAct: await reasonOf(await logOf(keys, [{ do: 'promote', role: 'keeper' }])),
		somethingMore: await reasonOf(await logOf(keys, [{ ...unlock(1), more: 1 }])),
		spacesInBetween: await reasonOf([keys.found, { body: good[1]?.body.replace('{', '{ ') ?? '', signature: good[1]?.signature ?? '' }])
	};

	expect(told).toEqual({
		nothing: 'against-the-rules at 0',
		anotherAccount: 'foreign-key at 0',
		anotherFirstSignature: 'forged at 0',
		anotherSignature: 'forged at 1',
		aVersionLeftOut: 'against-the-rules at 1',
		aVersionAgain: 'against-the-rules at 2',
		afterTheEnd: 'against-the-rules at 2',
		anotherPrevious: 'against-the-rules at 1',
		anotherPlace: 'against-the-rules at 1',
		inAnothersName: 'against-the-rules at 1',
		ofACircle: 'against-the-rules at 1',
		anUnknownAct: 'against-the-rules at 1',
		somethingMore: 'against-the-rules at 1',
		spacesInBetween: 'against-the-rules at 1'
	});
});
