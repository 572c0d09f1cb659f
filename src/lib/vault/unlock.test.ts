import { beforeAll, expect, test } from 'vitest';
import { failureOf, flipped, someBytes } from '../../../tests/sealing.ts';
import { canonical, toText, utf8, type Json } from './envelope.ts';
import { newAccount, newKit, openUnlock, sealLetter, sealUnlock, unlockHash, unlockIdentity, type AccountKeys, type Kit, type Unlocker, type KeyIdentity } from './index.ts';

const at = new Date('2026-11-25T10:00:00Z');
let account: AccountKeys;
let other: AccountKeys;
let kit: Kit;
let passphrase: KeyIdentity;
let passkey: KeyIdentity;
let unlockers: Unlocker[];

beforeAll(async () => {
	[account, other, kit, passphrase, passkey] = await Promise.all([newAccount(), newAccount(), newKit(), unlockIdentity('passphrase', someBytes(64)), unlockIdentity('passkey', someBytes(32))]);
	unlockers = [
		{ kind: 'kit', id: '', recipient: kit.recipient },
		{ kind: 'passphrase', id: '', recipient: passphrase.recipient },
		{ kind: 'passkey', id: 'Y3JlZGVudGlhbA', recipient: passkey.recipient }
	];
});

const sealed = (some = unlockers): Promise<Uint8Array> => sealUnlock({ account, unlockers: some, version: 4, at });
const open = (envelope: Uint8Array, more: Partial<Parameters<typeof openUnlock>[0]> = {}) => openUnlock({ envelope, identity: kit, account: account.account, version: 4, ...more });

test('each way of unlocking leads to the same account, and tells of the others', async () => {
	const envelope = await sealed();

	for (const identity of [kit, passphrase, passkey]) {
		const opened = await open(envelope, { identity });
		expect([opened.keys.account, opened.keys.recipient, opened.keys.root, opened.unlockers]).toEqual([account.account, account.recipient, account.root, unlockers]);
	}
});

test('a way that was taken away opens nothing sealed later', async () => {
	const later = await sealed(unlockers.slice(0, 2));

	expect(await failureOf(() => open(later, { identity: passkey }))).toBe('not-for-you');
	expect(await failureOf(() => open(later, { identity: passphrase }))).toBe('opened');
});

test('a server cannot hand out an unlock envelope of another version, or of another account', async () => {
	const envelope = await sealed();
	const foreign = await sealUnlock({ account: other, unlockers, version: 4, at });

	expect(await failureOf(() => open(envelope, { version: 5 }))).toBe('wrong-place');
	expect(await failureOf(() => open(foreign))).toBe('foreign-key');
	expect(await failureOf(() => open(envelope, { account: other.account }))).toBe('foreign-key');
	expect(await unlockHash(envelope)).not.toBe(await unlockHash(await sealed()));
});

test('nobody who knows the recipients can make an envelope with a root of their choice for somebody else', async () => {
	const forged = (root: Uint8Array, author: string): Promise<Uint8Array> =>
		sealLetter({
			header: { kind: 'unlock', circle: null, about: '4', author, at: at.getTime() },
			body: utf8(canonical({ root: toText(root), unlockers: unlockers.map((one): Json => ({ ...one })) })),
			recipients: [kit.recipient],
			signing: other.signing
		});

	expect(await failureOf(async () => open(await forged(other.root, account.account)))).toBe('foreign-key');
	expect(await failureOf(async () => open(await forged(other.root, other.account)))).toBe('foreign-key');
	expect(await failureOf(async () => open(await forged(account.root, account.account)))).toBe('forged');
});

test('a body of another shape is named as such', async () => {
	const bodies: Json[] = [null, {}, { root: 'x', unlockers: [] }, { root: toText(someBytes(31)), unlockers: [] }, { root: toText(account.root), unlockers: [{ kind: 'magic', id: '', recipient: kit.recipient }] }, { root: toText(account.root), unlockers: [{ kind: 'kit', id: '', recipient: 'age1' }] }];

	for (const body of bodies) {
		const envelope = await sealLetter({ header: { kind: 'unlock', circle: null, about: '4', author: account.account, at: 0 }, body: utf8(canonical(body)), recipients: [kit.recipient], signing: account.signing });
		expect(await failureOf(() => open(envelope))).toBe('unknown-format');
	}
});

test('a damaged envelope opens by no way', async () => {
	const envelope = await sealed();

	for (const identity of [kit, passphrase, passkey]) expect(await failureOf(() => open(flipped(envelope, envelope.length * 8 - 100), { identity }))).toBe('damaged');
});

test('a passkey that gives nothing, or too little, unlocks nothing: else everybody could', async () => {
	for (const secret of [new Uint8Array(), new Uint8Array(15)]) await expect(unlockIdentity('passkey', secret)).rejects.toThrow('a secret of');
});

test('the same bytes as passphrase, passkey and kit are three different keys', async () => {
	const identities = await Promise.all((['passphrase', 'passkey', 'kit'] as const).map((kind) => unlockIdentity(kind, kit.secret)));

	expect(new Set(identities.map(({ recipient }) => recipient)).size).toBe(3);
	expect(identities[2]?.recipient).toBe(kit.recipient);
});
