import { expect, test } from 'vitest';
import { canonical, toText, type Json } from '#lib/vault/envelope.ts';
import { newReceipt, type Receipt } from '../vault/index.ts';
import { applicantKey, applicationId, authorOf, mailboxHashOf, manifestMessage, mostFileBytes, mostFiles, readManifest, type Manifest, type ReceiptCard } from './application.ts';

const hash = 'A'.repeat(43);
const id = (letter: string): string => `${letter.repeat(21)}A`;

async function cardOf({ mailbox, recipient, signing }: Receipt): Promise<ReceiptCard> {
	return { mailboxHash: await mailboxHashOf(mailbox), recipient, signing: toText(signing.publicKey) };
}

const [receipt, other] = await Promise.all([newReceipt(), newReceipt()]);
const [card, second] = await Promise.all([cardOf(receipt), cardOf(other)]);

async function manifest(more: Partial<Manifest> = {}): Promise<Manifest> {
	const base = { call: id('C'), receipt: card, ...more };
	return {
		application: await applicationId(base), head: { seq: 0, hash }, second: null,
		parts: (['core', 'identity', 'payee', 'references'] as const).map((part) => ({ part, hash })),
		letters: [{ to: id('D'), hash }, { to: 'receipt', hash }],
		files: [],
		...base
	};
}

async function read(found: unknown, by: Receipt = receipt): Promise<Manifest | undefined> {
	const text = canonical(found as Json);
	return readManifest({ manifest: text, signature: toText(await by.signing.sign(manifestMessage(text))) });
}

const file = (blob: string, sizeBytes = 1000) => ({ blob, sizeBytes, hashes: [hash] });

test('a manifest is read as it was signed, with and without a second receipt and files', async () => {
	const plain = await manifest();
	const full = await manifest({ second, letters: [{ to: id('D'), hash }, { to: 'receipt', hash }, { to: 'second', hash }], files: [file(id('E')), file(id('F'))] });

	expect([await read(plain), await read(full)]).toEqual([plain, full]);
});

test('a manifest that another key signed, or under an id that does not belong to its receipt, is none', async () => {
	const [good, theirs] = [await manifest(), await manifest({ receipt: second })];

	expect(await read(good, other)).toBeUndefined();
	expect(await read({ ...good, application: theirs.application })).toBeUndefined();
	expect(await read({ ...good, receipt: { ...card, recipient: second.recipient } })).toBeUndefined();
	expect(await read({ ...good, receipt: { ...card, mailboxHash: second.mailboxHash } })).toBeUndefined();
	expect(await readManifest({ manifest: canonical(good as unknown as Json), signature: 'A'.repeat(86) })).toBeUndefined();
	expect(await readManifest({ manifest: 'x'.repeat(64 * 1024 + 1), signature: '' })).toBeUndefined();
});

test('a manifest that leaves out a part, repeats something or promises more than there may be is none', async () => {
	const good = await manifest();
	const [core, ...others] = good.parts;
	const wrong: Partial<Record<keyof Manifest, unknown>>[] = [
		{ parts: others },
		{ parts: [...others, core] },
		{ parts: [core, core, ...others.slice(1)] },
		{ letters: [{ to: id('D'), hash }] },
		{ letters: [{ to: id('D'), hash }, { to: id('D'), hash }, { to: 'receipt', hash }] },
		{ letters: [{ to: id('D'), hash }, { to: 'receipt', hash }, { to: 'second', hash }] },
		{ second },
		{ second: card, letters: [{ to: id('D'), hash }, { to: 'receipt', hash }, { to: 'second', hash }] },
		{ files: Array.from({ length: mostFiles + 1 }, (_, at) => file(id(String.fromCodePoint(97 + at)))) },
		{ files: [file(id('E')), file(id('E'))] },
		{ files: [file(id('E'), mostFileBytes), file(id('F'), 1)] },
		{ files: [file(id('E'), 0)] },
		{ head: { seq: -1, hash } },
		{ more: 1 } as object
	];

	expect(await Promise.all(wrong.map((one) => read({ ...good, ...one })))).toEqual(wrong.map(() => undefined));
	expect(await read(good)).toEqual(good);
});

test('of the applicant’s side there are two authors and no third', async () => {
	const full = await manifest({ second });

	expect(applicantKey(full, full.application)).toEqual(receipt.signing.publicKey);
	expect(applicantKey(full, authorOf(full.application, 'second'))).toEqual(other.signing.publicKey);
	expect(applicantKey({ ...full, second: null }, authorOf(full.application, 'second'))).toBeUndefined();
	expect(applicantKey(full, id('X'))).toBeUndefined();
});
