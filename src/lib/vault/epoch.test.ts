import { beforeAll, expect, test } from 'vitest';
import { failureOf } from '../../../tests/sealing.ts';
import { canonical, randomId, toText, utf8, type Json } from './envelope.ts';
import { epochOf, newAccount, newEpoch, openEpochKeys, sealEpochKeys, sealLetter, type AccountKeys, type AnnouncedEpoch, type EpochKeys } from './index.ts';

const at = new Date('2026-11-25T10:00:00Z');
const circle = randomId();
let steward: AccountKeys;
let member: AccountKeys;
let former: AccountKeys;
let epochs: EpochKeys[];
let announced: ReadonlyMap<number, AnnouncedEpoch>;

beforeAll(async () => {
	[steward, member, former] = await Promise.all([newAccount(), newAccount(), newAccount()]);
	epochs = await Promise.all([1, 2, 3].map(newEpoch));
	announced = new Map(epochs.map((keys) => [keys.epoch, keys.announced]));
});

const cardOf = ({ account, recipient, signing }: AccountKeys) => ({ account, recipient, signing: signing.publicKey });
const sealed = (some = epochs): Promise<Uint8Array> => sealEpochKeys({ circle, epochs: some, members: [cardOf(steward), cardOf(member)], by: steward, at });
const open = (letter: Uint8Array, more: Partial<Parameters<typeof openEpochKeys>[0]> = {}) =>
	openEpochKeys({ letter, circle, upTo: 3, announced, account: member, authorKey: (author) => (author === steward.account ? steward.signing.publicKey : undefined), ...more });
/** A letter as a malicious steward makes it. */
const letterOf = (pairs: Json, about = '3'): Promise<Uint8Array> =>
	sealLetter({ header: { kind: 'epoch-keys', circle, about, author: steward.account, at: at.getTime() }, body: utf8(canonical(pairs)), recipients: [member.recipient], signing: steward.signing });

test('every member opens the keys of every epoch, and they are the same keys', async () => {
	const letter = await sealed();

	for (const account of [steward, member]) {
		const opened = await open(letter, { account });
		expect(opened.map(({ epoch, secret, announced, inbox }) => ({ epoch, secret, announced, inbox }))).toEqual(epochs.map(({ epoch, secret, announced, inbox }) => ({ epoch, secret, announced, inbox })));
	}
});

test('who left before the letter was written opens none of its keys', async () => {
	expect(await failureOf(async () => open(await sealed(), { account: former }))).toBe('not-for-you');
});

test('a letter with keys opens for no other circle and no other epoch, and not by anybody but whom the log allows', async () => {
	const letter = await sealed();

	expect(await failureOf(() => open(letter, { circle: randomId() }))).toBe('wrong-place');
	expect(await failureOf(() => open(letter, { upTo: 2 }))).toBe('wrong-place');
	expect(await failureOf(() => open(letter, { authorKey: () => undefined }))).toBe('foreign-key');
	expect(await failureOf(() => open(letter, { authorKey: () => former.signing.publicKey }))).toBe('forged');
});

test('a steward who hands one member another key than everybody else is found out', async () => {
	const other = await newEpoch(3);

	expect(await failureOf(async () => open(await sealed([...epochs.slice(0, 2), other])))).toBe('foreign-key');
	expect(await failureOf(async () => open(await sealed(), { announced: new Map([...announced, [3, { ...other.announced, check: announced.get(3)!.check }]]) }))).toBe('foreign-key');
	expect(await failureOf(async () => open(await sealed(), { announced: new Map([...announced].slice(1)) }))).toBe('foreign-key');
});

test('the keys of two epochs cannot be exchanged, repeated or put out of order', async () => {
	const [one, two, three] = epochs.map(({ secret }) => toText(secret)) as [string, string, string];

	expect(await failureOf(async () => open(await letterOf([[1, one], [2, two], [3, three]])))).toBe('opened');
	expect(await failureOf(async () => open(await letterOf([[2, two], [3, three]])))).toBe('opened');
	expect(await failureOf(async () => open(await letterOf([[1, two], [2, one], [3, three]])))).toBe('foreign-key');
	for (const pairs of [[], [[2, two], [1, one], [3, three]], [[3, three], [3, three]], [[1, one], [2, two]], [[0, one], [3, three]], [[1.5, one], [3, three]], 'x', [1], [[3, 'short']], [['3', three]]] as Json[]) {
		expect(await failureOf(async () => open(await letterOf(pairs)))).toBe('unknown-format');
	}
});

test('no keys, or keys out of order, are not sealed at all', async () => {
	await expect(async () => sealed([])).rejects.toThrow('out of order');
	await expect(async () => sealed(epochs.toReversed())).rejects.toThrow('out of order');
});

test('one secret always leads to the same keys, and two secrets to none in common', async () => {
	const [first, second] = epochs as [EpochKeys, EpochKeys];
	const again = await epochOf(1, first.secret);

	expect(again.announced).toEqual(first.announced);
	expect(again.records.extractable).toBe(false);
	expect(first.announced.check).not.toBe(second.announced.check);
	expect(first.inbox.recipient).not.toBe(second.inbox.recipient);
});
