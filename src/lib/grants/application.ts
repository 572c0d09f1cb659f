import * as v from 'valibot';
import { canonical, fromCanonical, fromText, isHash, isHybridRecipient, isId, isSignedBy, sha256, toText, utf8 } from '#lib/vault/envelope.ts';
import { fingerprintOf } from './call.ts';
import { answerParts, type AnswerPart } from './form.ts';

/**
 * Note: What the server is told of an application.
 * The manifest, which the applicant's browser signs with the receipt's key before anything else is sent: what belongs to
 * the application, by its hash. Kept before a deadline, it is what counts; the rest may arrive later. Its id is made from
 * the receipt's public keys, so that nobody can put another recipient under it and get the officers' answers.
 */
export interface Manifest {
	readonly application: string;
	readonly call: string;
	/** The newest entry of the call's log that the applicant saw, by its place and hash. */
	readonly head: { readonly seq: number; readonly hash: string };
	readonly receipt: ReceiptCard;
	/** The receipt of somebody whom the applicant trusts; null unless wished. Reads and writes as the first does. */
	readonly second: ReceiptCard | null;
	/** Random, so that two applications of one person have nothing in common. */
	readonly parts: readonly { readonly part: AnswerPart; readonly hash: string }[];
	/** Letters with the parts' secrets: to each circle that reads one, and to the receipts. */
	readonly letters: readonly { readonly to: string; readonly hash: string }[];
	readonly files: readonly { readonly blob: string; readonly sizeBytes: number; readonly hashes: readonly string[] }[];
}

/** The public half of a receipt as the server keeps it. */
export interface ReceiptCard {
	/** SHA-256 of the mailbox, base64url: the words lead to the mailbox, and this leads to no words. */
	readonly mailboxHash: string;
	readonly recipient: string;
	/** Raw Ed25519 key, base64url. */
	readonly signing: string;
}

/** As many applications an officer's browser asks for in one request. */
export const mostAtOnce = 25;
/** So many bytes of envelopes are in one answer at most: what goes beyond is left out, and asked for by itself. */
export const mostPackedBytes = 6 * 1024 * 1024;

/** At most so many files with an application, and so many bytes of all of them sealed. */
export const mostFiles = 10;
export const mostFileBytes = 60 * 1024 * 1024;

/** The one id that belongs to a receipt and a call. */
export async function applicationId({ call, receipt }: Pick<Manifest, 'call' | 'receipt'>): Promise<string> {
	const { mailboxHash, recipient, signing } = receipt;
	return toText((await sha256(utf8(`steadfast/application/1\n${canonical([call, mailboxHash, recipient, signing])}`))).subarray(0, 16));
}

export async function mailboxHashOf(mailbox: string): Promise<string> {
	return toText(await sha256(utf8(`steadfast/mailbox/1\n${mailbox}`)));
}

/**
 * As whom a receipt signs what it seals: the application's id, and for the second receipt, or one that took the place of a
 * lost one, the same with a mark. Whoever opens it so knows that the applicant's side wrote, and by which of the papers.
 */
export function authorOf(application: string, receipt: 'receipt' | 'second', again = 0): string {
	if (receipt === 'second') return `${application}.second`;
	return again === 0 ? application : `${application}.again.${again}`;
}

/** Whoever writes for an application: its manifest's receipts, and those that took the first one's place, in their order. */
export type Applicant = Pick<Manifest, 'application' | 'receipt' | 'second'> & { readonly again?: readonly ReceiptCard[] };

/** The raw Ed25519 key of such an author; undefined for anybody who is not the applicant's side. */
export function applicantKey({ application, receipt, second, again = [] }: Applicant, author: string): Uint8Array | undefined {
	const later = again.find((_, at) => author === authorOf(application, 'receipt', at + 1));
	const card = author === application ? receipt : author === authorOf(application, 'second') ? second : (later ?? null);
	return card === null ? undefined : fromText(card.signing);
}

/** The receipt in its newest form, or the second one. */
export function cardNow({ receipt, second, again = [] }: Applicant, which: 'receipt' | 'second'): ReceiptCard | null {
	return which === 'second' ? second : (again.at(-1) ?? receipt);
}

/** A receipt that took a lost one's place, as the call's key signed it. */
export interface Attested {
	readonly attested: string;
	readonly signature: string;
}

/** The text that the call's key signs of a new receipt; `number` is 1 for the first that took another's place. */
export function attestation({ application, number, card }: { readonly application: string; readonly number: number; readonly card: ReceiptCard }): string {
	return canonical({ v: 1, application, number, card: { mailboxHash: card.mailboxHash, recipient: card.recipient, signing: card.signing } });
}

export function attestedMessage(text: string): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/receipt-again/1\n${text}`);
}

/** The new receipts of an application, each signed by a key of its call; undefined where one is not. */
export async function readAttested(all: readonly Attested[], { application, keys }: { readonly application: string; readonly keys: readonly Uint8Array[] }): Promise<ReceiptCard[] | undefined> {
	const cards: ReceiptCard[] = [];
	for (const [at, { attested, signature }] of all.entries()) {
		const read = v.safeParse(attestedShape, fromCanonical(attested));
		if (!read.success || read.output.application !== application || read.output.number !== at + 1 || attestation(read.output) !== attested) return undefined;
		const signed = await Promise.all(keys.map((key) => isSignedBy(key, attestedMessage(attested), fromText(signature) ?? new Uint8Array())));
		if (!signed.includes(true)) return undefined;
		cards.push(read.output.card);
	}
	return cards;
}

/** What a new receipt's own browser signs: that the link and this card belong together. */
export function cardMessage({ link, card }: { readonly link: string; readonly card: ReceiptCard }): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/receipt-card/1\n${canonical([link, card.mailboxHash, card.recipient, card.signing])}`);
}

/** By what the server finds a link for a new receipt, as base64url: its secret (16 bytes as base64url) is in the link alone. */
export async function againHash(secret: string): Promise<string> {
	return toText(await sha256(utf8(`steadfast/again-link/1\n${secret}`)));
}

/** What two people compare on the telephone before a new receipt counts: four groups of four digits. */
export async function cardDigits({ mailboxHash, recipient, signing }: ReceiptCard): Promise<string> {
	const hash = await sha256(utf8(`steadfast/card-digits/1\n${canonical([mailboxHash, recipient, signing])}`));
	return fingerprintOf(hash.subarray(0, 8));
}

/** What is signed of a manifest. */
export function manifestMessage(manifest: string): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/manifest/1\n${manifest}`);
}

/** What is signed of a request by somebody who holds a receipt. Sent again it finds its place taken. */
export function receiptRequestMessage({ method, path, bodyHash }: { readonly method: string; readonly path: string; readonly bodyHash: string }): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/receipt-request/1\n${method}\n${path}\n${bodyHash}`);
}

const hash = v.pipe(v.string(), v.check((text) => isHash(text)));
const id = v.pipe(v.string(), v.check(isId));
const card = v.strictObject({ mailboxHash: hash, recipient: v.pipe(v.string(), v.check(isHybridRecipient)), signing: v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32)) });

/** The shape of a receipt's public half. */
export const cardShape = card;

const attestedShape = v.strictObject({ v: v.literal(1), application: id, number: v.pipe(v.number(), v.integer(), v.minValue(1)), card });

const manifestShape = v.strictObject({
	application: id,
	call: id,
	head: v.strictObject({ seq: v.pipe(v.number(), v.integer(), v.minValue(0)), hash }),
	receipt: card,
	second: v.nullable(card),
	parts: v.pipe(v.array(v.strictObject({ part: v.picklist(answerParts), hash })), v.length(answerParts.length)),
	letters: v.pipe(v.array(v.strictObject({ to: v.union([id, v.picklist(['receipt', 'second'])]), hash })), v.minLength(2), v.maxLength(5)),
	files: v.pipe(v.array(v.strictObject({ blob: id, sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostFileBytes)), hashes: v.pipe(v.array(hash), v.minLength(1), v.maxLength(40)) })), v.maxLength(mostFiles))
});

/**
 * The manifest that a text says, if it is signed by its own receipt and has the id that belongs to it; undefined for any
 * other text. Every part is in it once, in their order: an empty one is as long as a full one.
 */
export async function readManifest({ manifest, signature }: { readonly manifest: string; readonly signature: string }): Promise<Manifest | undefined> {
	if (manifest.length > 64 * 1024) return undefined;
	const { success, output } = v.safeParse(manifestShape, fromCanonical(manifest));
	if (!success || canonical(output) !== manifest) return undefined;
	const { application, call, receipt, second, parts, letters, files } = output;
	if (!parts.every(({ part }, at) => part === answerParts[at])) return undefined;
	if (new Set(letters.map(({ to }) => to)).size !== letters.length || !letters.some(({ to }) => to === 'receipt')) return undefined;
	if (letters.some(({ to }) => to === 'second') !== (second !== null) || second?.mailboxHash === receipt.mailboxHash) return undefined;
	if (new Set(files.map(({ blob }) => blob)).size !== files.length || files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > mostFileBytes) return undefined;
	if (application !== (await applicationId({ call, receipt }))) return undefined;
	const signed = await isSignedBy(fromText(receipt.signing) ?? new Uint8Array(), manifestMessage(manifest), fromText(signature) ?? new Uint8Array());
	return signed ? output : undefined;
}

/**
 * Note: Five states are all that the server knows.
 * It needs them to order a list and to keep clocks; what they stand for it cannot tell: a refusal and an award that is
 * still to be paid are both `done` or `us`, as the officers' browsers say.
 */
export const coarseStates = ['us', 'them', 'held', 'done', 'gone'] as const;

export type CoarseState = (typeof coarseStates)[number];
