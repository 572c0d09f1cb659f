import { beforeAll, expect, test } from 'vitest';
import { canonical, entryHash, entryMessage, fromText, isSignedBy, type SignedEntry } from './envelope.ts';
import { continuation, headOf, newAccount, signEntry, type AccountKeys } from './index.ts';

let account: AccountKeys;
let entries: SignedEntry[];

beforeAll(async () => {
	account = await newAccount();
	entries = await logOf(['a', 'b', 'c']);
});

test('an entry is one canonical text under the signature of its author', async () => {
	const [first] = entries as [SignedEntry];

	expect(first.body).toBe(canonical({ v: 1, log: 'circle', of: null, seq: 0, previous: null, by: account.account, act: { do: 'a' } }));
	expect(await isSignedBy(account.signing.publicKey, entryMessage(first.body), fromText(first.signature)!)).toBe(true);
	expect(await isSignedBy(account.signing.publicKey, entryMessage(entries[1]!.body), fromText(first.signature)!)).toBe(false);
});

test('a log that goes on is believed; one that is shorter, or has another past, is not', async () => {
	const seen = await headOf(entries.slice(0, 2));
	const otherPast = await logOf(['a', 'x', 'c']);

	expect(await continuation(entries, seen)).toBe('goes-on');
	expect(await continuation(entries.slice(0, 2), seen)).toBe('goes-on');
	expect(await continuation(entries, undefined)).toBe('goes-on');
	expect(await continuation(entries.slice(0, 1), seen)).toBe('rewound');
	expect(await continuation([], seen)).toBe('rewound');
	expect(await continuation(otherPast, seen)).toBe('forked');
});

test('the head of a log is its last entry, and an empty log has none', async () => {
	expect(await headOf(entries)).toEqual({ seq: 2, hash: await entryHash(entries[2]!.body) });
	expect(await headOf([])).toBeUndefined();
});

async function logOf(acts: readonly string[]): Promise<SignedEntry[]> {
	const log: SignedEntry[] = [];
	for (const [seq, act] of acts.entries()) {
		const previous = log.at(-1);
		log.push(await signEntry({ log: 'circle', of: seq === 0 ? null : 'id', seq, previous: previous === undefined ? null : await entryHash(previous.body), by: account.account, act: { do: act } }, account.signing));
	}
	return log;
}
