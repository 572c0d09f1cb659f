import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { failureOf, flipped, someBytes } from '../../../tests/sealing.ts';
import { canonical, isLetter, joined, largestLetter, randomId, utf8, type Json } from './envelope.ts';
import { frame } from './frame.ts';
import { newAccount, openLetter, sealLetter, type AccountKeys, type LetterHeader } from './index.ts';

let author: AccountKeys;
let reader: AccountKeys;
let second: AccountKeys;
let stranger: AccountKeys;
let header: LetterHeader;

beforeAll(async () => {
	[author, reader, second, stranger] = await Promise.all([newAccount(), newAccount(), newAccount(), newAccount()]);
	header = { kind: 'introduction', circle: randomId(), about: randomId(), author: author.account, at: 1_790_000_000_000 };
});

const sealed = (body: Uint8Array, recipients: readonly string[] = [reader.recipient]): Promise<Uint8Array> => sealLetter({ header, body, recipients, signing: author.signing });
const open = (letter: Uint8Array, { identity = reader, expected = header, publicKey = author.signing.publicKey }: { identity?: AccountKeys; expected?: Omit<LetterHeader, 'author' | 'at'>; publicKey?: Uint8Array | undefined } = {}) =>
	openLetter({ letter, identity, expected: { ...expected, authorKey: () => publicKey } });
/** An age file around any bytes, as anybody can make one with a public recipient. */
const ageFile = async (bytes: Uint8Array, recipients: readonly string[]): Promise<Uint8Array> => {
	const encrypter = new Encrypter();
	for (const recipient of recipients) encrypter.addRecipient(recipient);
	return encrypter.encrypt(bytes);
};

test('whatever is sealed opens again for everybody whom it was sealed to, body and header, byte by byte', async () => {
	const anyHeader = fc.record({ kind: fc.string(), circle: fc.option(fc.string()), about: fc.string(), author: fc.string(), at: fc.integer({ min: -8.64e15, max: 8.64e15 }) });

	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), anyHeader, async (body, header) => {
			const letter = await sealLetter({ header, body, recipients: [reader.recipient, second.recipient], signing: author.signing });

			expect(isLetter(letter)).toBe(true);
			for (const identity of [reader, second]) {
				expect(await openLetter({ letter, identity, expected: { ...header, authorKey: () => author.signing.publicKey } })).toEqual({ header, body: new Uint8Array(body) });
			}
		}),
		{ numRuns: 20 }
	);
});

test('one flipped bit anywhere keeps a letter shut', async () => {
	const letter = await sealed(utf8('what nobody else may read'));
	const kinds = new Set<unknown>();

	// Of the long encapsulated key every seventh byte, of all else every byte; each bit as often as the others.
	for (let at = 0; at < letter.length; at += at > 50 && at < 1500 ? 7 : 1) kinds.add(await failureOf(() => open(flipped(letter, at * 8 + (at % 8)))));

	expect(kinds).toEqual(new Set(['unknown-format', 'damaged', 'not-for-you', 'weak-recipient']));
});

test('a letter that was cut off anywhere, or that something was added to, stays shut', async () => {
	const letter = await sealed(utf8('x'));
	const headerEnd = new TextDecoder('latin1').decode(letter).indexOf('\n---');
	const lengths = [0, 1, 21, 22, 23, 100, headerEnd, headerEnd + 4, headerEnd + 49, headerEnd + 60, letter.length - 273, letter.length - 17, letter.length - 1];

	for (const length of lengths) expect([length, await failureOf(() => open(letter.subarray(0, length)))]).toEqual([length, length < 22 ? 'unknown-format' : 'damaged']);
	for (const more of [1, 16, 70_000]) expect(await failureOf(() => open(joined(letter, new Uint8Array(more))))).toBe('damaged');
});

test('whoever it was not sealed to cannot open it', async () => {
	const letter = await sealed(utf8('not for strangers'), [reader.recipient, second.recipient]);

	expect(await failureOf(() => open(letter, { identity: stranger }))).toBe('not-for-you');
	expect(await failureOf(() => open(letter, { identity: author }))).toBe('not-for-you');
});

test('a letter of another kind, circle or matter is refused', async () => {
	const letter = await sealed(utf8('x'));

	for (const expected of [{ ...header, circle: randomId() }, { ...header, circle: null }, { ...header, about: randomId() }]) {
		expect(await failureOf(() => open(letter, { expected }))).toBe('wrong-place');
	}
	expect(await failureOf(() => open(letter, { expected: { ...header, kind: 'unlock' } }))).toBe('wrong-place');
});

test('a reader cannot hand a letter on as if it had been written to somebody else', async () => {
	const inside: Json = [header.kind, header.circle, header.about, header.author, header.at, ['0000000000000000000000']];
	const framed = await frame({ format: 'steadfast/letter/1', place: canonical(header.kind), header: inside, body: utf8('for the reader'), signing: author.signing, largest: 10_000 });
	const letter = await sealed(utf8('for the reader'), [second.recipient]);
	expect(await failureOf(() => open(letter, { identity: second }))).toBe('opened');

	const handedOn = await ageFile(framed, [reader.recipient]);

	expect(await failureOf(() => open(handedOn))).toBe('wrong-place');
});

test('a letter is believed by the key of its author and by no other', async () => {
	const letter = await sealed(utf8('x'));

	expect(await failureOf(() => open(letter, { publicKey: stranger.signing.publicKey }))).toBe('forged');
	expect(await failureOf(() => openLetter({ letter, identity: reader, expected: { ...header, authorKey: () => undefined } }))).toBe('foreign-key');
});

test('what was signed as a record, or as a letter of another kind, is not believed as this letter', async () => {
	const opened = await openLetter({ letter: await sealed(utf8('x')), identity: reader, expected: { ...header, authorKey: () => author.signing.publicKey } });
	const shortOf = await toOf(reader.recipient);
	const inside: Json = [header.kind, header.circle, header.about, header.author, header.at, [shortOf]];

	for (const [format, place, kind] of [
		['steadfast/letter/1', canonical(header.kind), 'opened'],
		['steadfast/record/1', canonical(header.kind), 'forged'],
		['steadfast/letter/1', canonical('unlock'), 'forged']
	] as const) {
		const framed = await frame({ format, place, header: inside, body: opened.body, signing: author.signing, largest: 10_000 });
		expect(await failureOf(async () => open(await ageFile(framed, [reader.recipient])))).toBe(kind);
	}
});

test('nothing is sealed to a recipient that is not hybrid, alone or among others, or to nobody', async () => {
	const plain = await identityToRecipient(await generateX25519Identity());
	const mistyped = reader.recipient.replace(/.$/, reader.recipient.endsWith('q') ? 'p' : 'q');

	for (const recipients of [[], [plain], [reader.recipient, plain], [plain, reader.recipient], [reader.recipient, ''], [mistyped], [reader.identity]]) {
		expect(await failureOf(() => sealed(utf8('x'), recipients))).toBe('weak-recipient');
	}
});

test('a letter with a recipient of another kind beside ours is refused, and so are letters to a plain key or a password', async () => {
	const identity = await generateX25519Identity();
	const plain = await identityToRecipient(identity);
	const whole = await frameOf(utf8('x'));
	const locked = new Encrypter();
	locked.setPassphrase('a long enough passphrase');
	locked.setScryptWorkFactor(2);

	expect(await failureOf(async () => open(await ageFile(whole, [reader.recipient])))).toBe('opened');
	for (const recipients of [[reader.recipient, plain], [plain, reader.recipient], [plain]]) {
		expect(await failureOf(async () => open(await ageFile(whole, recipients)))).toBe('weak-recipient');
	}
	expect(await failureOf(async () => open(await locked.encrypt(whole)))).toBe('weak-recipient');
});

test('what is no letter is named as such', async () => {
	for (const bytes of [new Uint8Array(), utf8('SFR1'), someBytes(3000), utf8('-----BEGIN AGE ENCRYPTED FILE-----\n')]) expect(await failureOf(() => open(bytes))).toBe('unknown-format');
	expect(await failureOf(() => open(joined(utf8('age-encryption.org/v1\n'), someBytes(3000))))).toBe('damaged');
});

test('a header of another shape is named as such', async () => {
	const shapes: Json[] = [[], [header.kind, header.circle, header.about, header.author, header.at], [header.kind, header.circle, header.about, header.author, 1e300, []], [1, header.circle, header.about, header.author, header.at, []]];

	for (const shape of shapes) {
		const framed = await frame({ format: 'steadfast/letter/1', place: canonical(header.kind), header: shape, body: utf8('x'), signing: author.signing, largest: 10_000 });
		expect(await failureOf(async () => open(await ageFile(framed, [reader.recipient])))).toBe('unknown-format');
	}
});

test('a body may be empty; what is larger than a letter may be is neither sealed nor opened', async () => {
	const most = 47 * 16_384 - 70 - 2000;
	const large = await sealed(someBytes(most));

	expect((await open(await sealed(new Uint8Array()))).body).toEqual(new Uint8Array());
	expect((await open(large)).body).toEqual(someBytes(most));
	expect(isLetter(large)).toBe(true);
	expect(await failureOf(() => sealed(new Uint8Array(largestLetter)))).toBe('too-large');
	// Here the body fits and the stanzas of its readers do not.
	expect(await failureOf(() => sealed(someBytes(most), Array.from({ length: 20 }, () => reader.recipient)))).toBe('too-large');
	expect(await failureOf(() => open(joined(large, new Uint8Array(largestLetter))))).toBe('too-large');
});

test('a name longer than a header can be is refused, instead of being cut off', async () => {
	expect(await failureOf(() => sealLetter({ header: { ...header, about: 'x'.repeat(70_000) }, body: utf8('x'), recipients: [reader.recipient], signing: author.signing }))).toBe('too-large');
});

async function frameOf(body: Uint8Array): Promise<Uint8Array> {
	const inside: Json = [header.kind, header.circle, header.about, header.author, header.at, [await toOf(reader.recipient)]];
	return frame({ format: 'steadfast/letter/1', place: canonical(header.kind), header: inside, body, signing: author.signing, largest: 10_000 });
}

async function toOf(recipient: string): Promise<string> {
	return Buffer.from(await crypto.subtle.digest('SHA-256', utf8(recipient))).subarray(0, 16).toString('base64url');
}
