import { expect, test } from 'vitest';
import { failureOf, someBytes } from '../../../tests/sealing.ts';
import { canonical, entryHash, fromCanonical, idOfHash, isHybridRecipient, isId, toText, type Json, type SignedEntry } from './envelope.ts';
import { accountOf, newAccount, openCard, signEntry, type AccountKeys } from './index.ts';

test('a root secret always leads to the same account, and its first entry to its public half', async () => {
	const account = await newAccount();
	const again = await accountOf(account.root);

	expect(isId(account.account)).toBe(true);
	expect(isHybridRecipient(account.recipient)).toBe(true);
	expect([again.account, again.recipient, again.found.body]).toEqual([account.account, account.recipient, account.found.body]);
	expect(await openCard(account.account, account.found)).toEqual({ account: account.account, recipient: account.recipient, signing: account.signing.publicKey });
	expect(account.deviceKey.extractable).toBe(false);
});

test('a server cannot put the keys of another account under an id, or keys of its own making', async () => {
	const [account, other] = await Promise.all([newAccount(), newAccount()]);
	const swapped = await foundOf(account, { recipient: other.recipient });

	expect(await failureOf(() => openCard(account.account, other.found))).toBe('foreign-key');
	expect(await failureOf(() => openCard(account.account, swapped))).toBe('foreign-key');
	expect(await failureOf(() => openCard(account.account, { ...account.found, body: `${account.found.body} ` }))).toBe('foreign-key');
});

test('an account that its own key did not sign is none', async () => {
	const [account, other] = await Promise.all([newAccount(), newAccount()]);

	for (const signature of [other.found.signature, '', 'not base64url!', account.found.signature.slice(1)]) expect(await failureOf(() => openCard(account.account, { ...account.found, signature }))).toBe('forged');
});

test('a first entry with other fields, or with a recipient that nothing can be sealed to, is none', async () => {
	const account = await newAccount();
	const entries: SignedEntry[] = [
		await foundOf(account, { more: 1 }),
		await foundOf(account, { do: 'founded' }),
		await foundOf(account, { recipient: 'age1pq1' + 'q'.repeat(1952) }),
		await foundOf(account, { recipient: 'age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq' }),
		await foundOf(account, { signing: toText(someBytes(31)) }),
		await signEntry({ log: 'circle', of: null, seq: 0, previous: null, by: null, act: actOf(account) }, account.signing),
		await signEntry({ log: 'account', of: null, seq: 1, previous: null, by: null, act: actOf(account) }, account.signing),
		{ body: ` ${account.found.body}`, signature: account.found.signature },
		{ body: '', signature: '' }
	];

	for (const entry of entries) expect(await failureOf(async () => openCard(idOfHash(await entryHash(entry.body)), entry))).toBe('unknown-format');
});

test('a root secret of another length is refused', async () => {
	for (const length of [0, 16, 31, 33]) await expect(accountOf(someBytes(length))).rejects.toThrow(`a root secret of ${length} bytes`);
});

function actOf({ found }: AccountKeys): { do: string; [field: string]: Json } {
	return (fromCanonical(found.body) as { act: { do: string } }).act;
}

/** A first entry with other facts, signed by the account's own key. */
function foundOf(account: AccountKeys, facts: { [field: string]: Json }): Promise<SignedEntry> {
	expect(canonical(actOf(account))).toContain('found');
	return signEntry({ log: 'account', of: null, seq: 0, previous: null, by: null, act: { ...actOf(account), ...facts } }, account.signing);
}
