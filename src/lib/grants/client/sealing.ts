import { decodeText, newPartSecret, openFile, openLetter, openRecord, partFiles, partHash, partRecords, recordHash, sealedSize, sealFile, sealLetter, sealRecord, steppedLength, VaultFailure, type Receipt } from '#vault';
import { canonical, fromCanonical, fromText, sha256, toText, utf8, type Bytes, type Json } from '#lib/vault/envelope.ts';
import { applicationId, authorOf, mailboxHashOf, manifestMessage, mostFileBytes, mostFiles, type Manifest, type ReceiptCard } from '../application.ts';
import type { CallState } from '../call-log.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { answerParts, answersIn, type AnswerPart, type Answers, type AttachedFile } from '../form.ts';
import { newId } from '#lib/circles/client/line.ts';

/** Whether somebody applies for herself or for another person, who is the one at risk. */
export type ApplicantRole = 'self' | 'other';

/** A file that somebody chose, as it will be sent. */
export interface ChosenFile {
	readonly name: string;
	readonly content: Blob;
}

export interface ToSeal {
	readonly call: CallState;
	readonly language: Language;
	readonly role: ApplicantRole;
	/** Without files: they are given beside, by the question that they answer. */
	readonly answers: Answers;
	readonly files: Readonly<Record<string, readonly ChosenFile[]>>;
	readonly receipt: Receipt;
	readonly second: Receipt | null;
	readonly now: Date;
	/** 0 to 1, of the files. */
	readonly onProgress?: (share: number) => void;
}

export interface SealedFile {
	readonly blob: string;
	readonly parts: readonly Blob[];
}

/** An application as it is sent: nothing of it opens without a receipt or a circle's key. */
export interface SealedApplication {
	readonly application: string;
	readonly manifest: string;
	readonly signature: string;
	readonly parts: Readonly<Record<AnswerPart, Bytes>>;
	readonly letters: Readonly<Record<string, Bytes>>;
	readonly files: readonly SealedFile[];
	/** How much is sent, about. */
	readonly sizeBytes: number;
}

export type Secrets = Readonly<Record<AnswerPart | 'thread', Bytes>>;

/** Each part's place; messages have one of their own. */
export function partPlace(part: AnswerPart, { inboxes, application, generation, version = 1 }: Pick<CallState, 'inboxes'> & { readonly application: string; readonly generation: number; readonly version?: number }) {
	return { kind: `application-${part}`, circle: inboxes[readBy(part)].circle, record: application, epoch: generation, version };
}

/** Which of the call's inboxes reads a part. */
function readBy(part: AnswerPart): 'core' | 'identity' | 'payee' {
	return part === 'references' ? 'core' : part;
}

/**
 * Seals an application and proves that it opens: every part and file is opened again with the receipts' letters and
 * compared with what was written, before anything is sent. Throws a `VaultFailure` (`too-large` where the answers are too
 * long for one envelope), and whatever reading a file throws.
 */
export async function sealApplication(what: ToSeal): Promise<SealedApplication> {
	const { call, receipt, second, now } = what;
	const cards = { receipt: await cardOf(receipt), second: second === null ? null : await cardOf(second) };
	const application = await applicationId({ call: call.call, receipt: cards.receipt });
	const secrets: Secrets = { core: newPartSecret(), identity: newPartSecret(), payee: newPartSecret(), references: newPartSecret(), thread: newPartSecret() };
	const { files, answers } = await sealFiles(what, secrets);
	const bodies = partBodies(what, answers);
	const parts = {} as Record<AnswerPart, Bytes>;
	for (const part of answerParts) {
		const seal = { author: application, at: hourBefore(now), previous: null, head: call.head };
		parts[part] = await sealRecord({ place: partPlace(part, { inboxes: call.inboxes, application, generation: 1 }), seal, body: bodies[part], key: await partRecords(secrets[part]), signing: receipt.signing, lengths: steppedLength });
	}
	const letters = await sealLetters({ application, secrets, ...what });
	const manifest: Manifest = {
		application, call: call.call, head: call.head, ...cards,
		parts: await Promise.all(answerParts.map(async (part) => ({ part, hash: await recordHash(parts[part]) }))),
		letters: await Promise.all(Object.entries(letters).map(async ([to, letter]) => ({ to, hash: toText(await sha256(letter)) }))),
		files: files.map(({ blob, sizeBytes, hashes }) => ({ blob, sizeBytes, hashes }))
	};
	const text = canonical(manifest as unknown as Json);
	const sizeBytes = [...Object.values(parts), ...Object.values(letters)].reduce((sum, { length }) => sum + length, 0) + files.reduce((sum, file) => sum + file.sizeBytes, 0);
	const sealed = { application, manifest: text, signature: toText(await receipt.signing.sign(manifestMessage(text))), parts, letters, files, sizeBytes };
	await proveItOpens({ sealed, bodies, answers, what });
	return sealed;
}

/** The public half of a receipt. */
export async function cardOf({ mailbox, recipient, signing }: Receipt): Promise<ReceiptCard> {
	return { mailboxHash: await mailboxHashOf(mailbox), recipient, signing: toText(signing.publicKey) };
}

/** The hour is enough for everybody who reads it. */
function hourBefore(now: Date): number {
	return Math.max(0, Math.floor(now.getTime() / 3_600_000) * 3_600_000);
}

function partBodies({ call, language, role }: ToSeal, answers: Answers): Record<AnswerPart, Bytes> {
	const { form } = call.content;
	const body = (part: AnswerPart): Bytes => utf8(canonical({ v: 1, form: form.version, ...(part === 'core' && { language, role }), answers: answersIn(part, form, answers) as unknown as Json }));
	return { core: body('core'), identity: body('identity'), payee: body('payee'), references: body('references') };
}

/** To each circle the secrets of the parts that it reads, in one letter; to the receipts all of them. */
async function sealLetters({ application, secrets, call, receipt, second, now }: Pick<ToSeal, 'call' | 'receipt' | 'second' | 'now'> & { application: string; secrets: Secrets }): Promise<Record<string, Bytes>> {
	const { core, identity, payee } = call.inboxes;
	const readers = new Map<string, { recipient: string; parts: (keyof Secrets)[] }>();
	for (const [{ circle, recipient }, parts] of [[core, ['core', 'thread', 'references']], [identity, ['identity']], [payee, ['payee']]] as const) {
		const known = readers.get(circle);
		if (known && known.recipient !== recipient) throw new VaultFailure('foreign-key', 'one circle with two inboxes');
		readers.set(circle, { recipient, parts: [...(known?.parts ?? []), ...parts] });
	}
	const seal = (to: string | null, recipient: string, parts: readonly (keyof Secrets)[]): Promise<Bytes> => {
		const body = utf8(canonical({ generation: 1, secrets: Object.fromEntries(parts.map((part) => [part, toText(secrets[part])])) }));
		return sealLetter({ header: { kind: 'part-keys', circle: to, about: application, author: application, at: hourBefore(now) }, body, recipients: [recipient], signing: receipt.signing });
	};
	const all = [...answerParts, 'thread'] as const;
	const letters: Record<string, Bytes> = {};
	for (const [circle, { recipient, parts }] of readers) letters[circle] = await seal(circle, recipient, parts);
	letters['receipt'] = await seal(null, receipt.recipient, all);
	if (second !== null) letters['second'] = await seal(null, second.recipient, all);
	return letters;
}

interface WithFiles {
	readonly files: readonly (SealedFile & { readonly sizeBytes: number; readonly hashes: readonly string[]; readonly content: Blob })[];
	/** With the details of the files in their place. */
	readonly answers: Answers;
}

async function sealFiles({ files: chosen, answers: written, onProgress }: ToSeal, secrets: Secrets): Promise<WithFiles> {
	const all = Object.values(chosen).flat();
	if (all.length > mostFiles || all.reduce((sum, { content }) => sum + sealedSize(content.size).sizeBytes, 0) > mostFileBytes) throw new VaultFailure('too-large', 'more files than an application has');
	if (all.length === 0) return { files: [], answers: written };
	const { recipient } = await partFiles(secrets.core);
	const wholeBytes = all.reduce((sum, { content }) => sum + sealedSize(content.size).sizeBytes, 0);
	const files: WithFiles['files'][number][] = [];
	const answers: Record<string, Answers[string]> = { ...written };
	let doneBytes = 0;
	for (const [question, some] of Object.entries(chosen)) {
		const details: AttachedFile[] = [];
		for (const { name, content } of some) {
			const file = await sealOne(content, recipient, (bytes) => onProgress?.((doneBytes += bytes) / wholeBytes));
			files.push({ ...file, content });
			details.push({ name, type: content.type, sizeBytes: content.size, blob: file.blob, hashes: file.hashes });
		}
		if (details.length > 0) answers[question] = { kind: 'files', files: details };
	}
	return { files, answers };
}

/** Seals one file; its parts are handed to the browser, which need not keep them in memory. */
export async function sealOne(content: Blob, recipient: string, onPart: (bytes: number) => void = () => undefined): Promise<SealedFile & { readonly sizeBytes: number; readonly hashes: readonly string[] }> {
	const parts: Blob[] = [];
	const hashes: string[] = [];
	for await (const part of sealFile(content.stream(), { sizeBytes: content.size, recipient })) {
		parts.push(new Blob([part]));
		hashes.push(await partHash(part));
		onPart(part.length);
	}
	return { blob: newId(), parts, hashes, sizeBytes: sealedSize(content.size).sizeBytes };
}

/** A letter's secrets, base64url in JSON; undefined for another shape. */
export function readSecrets(found: Json | undefined): { readonly generation: number; readonly secrets: Readonly<Partial<Secrets>> } | undefined {
	if (typeof found !== 'object' || found === null || !('generation' in found) || !('secrets' in found)) return undefined;
	const { generation, secrets } = found as { readonly generation: Json; readonly secrets: Json };
	if (typeof generation !== 'number' || typeof secrets !== 'object' || secrets === null) return undefined;
	const read = Object.entries(secrets).map(([part, text]) => [part, typeof text === 'string' ? fromText(text) : undefined] as const);
	return read.every(([, bytes]) => bytes?.length === 32) ? { generation, secrets: Object.fromEntries(read) } : undefined;
}

interface Proving {
	readonly sealed: SealedApplication;
	readonly bodies: Readonly<Record<AnswerPart, Bytes>>;
	readonly answers: Answers;
	readonly what: ToSeal;
}

/** Opens everything again as the applicant will, from the envelopes alone. Throws where one byte differs. */
async function proveItOpens({ sealed, bodies, answers, what }: Proving): Promise<void> {
	const { application, letters, parts } = sealed;
	for (const [to, receipt] of [['receipt', what.receipt], ['second', what.second]] as const) {
		if (receipt === null) continue;
		const letter = letters[to] ?? new Uint8Array();
		const { body } = await openLetter({ letter, identity: receipt, expected: { kind: 'part-keys', circle: null, about: application, authorKey: () => what.receipt.signing.publicKey } });
		const secrets = readSecrets(fromCanonical(decodeText(body)))?.secrets;
		for (const part of answerParts) {
			const place = partPlace(part, { inboxes: what.call.inboxes, application, generation: 1 });
			const opened = await openRecord({ envelope: parts[part], place, key: await partRecords(secrets?.[part] ?? new Uint8Array(32)), authorKey: (author) => (author === authorOf(application, 'receipt') ? what.receipt.signing.publicKey : undefined), lengths: steppedLength });
			if (!same(opened.body, bodies[part])) throw new VaultFailure('damaged', 'a part that opens to something else');
		}
		if (to === 'receipt') await proveFilesOpen(sealed, { answers, chosen: what.files, core: secrets?.core ?? new Uint8Array(32) });
	}
}

async function proveFilesOpen({ files }: SealedApplication, { answers, chosen, core }: { readonly answers: Answers; readonly chosen: ToSeal['files']; readonly core: Bytes }): Promise<void> {
	if (files.length === 0) return;
	const identity = await partFiles(core);
	for (const [question, some] of Object.entries(chosen)) {
		const details = answers[question]?.kind === 'files' ? answers[question].files : [];
		for (const [at, { content }] of some.entries()) {
			const detail = details[at];
			const sealed = files.find(({ blob }) => blob === detail?.blob);
			if (!detail || !sealed) throw new VaultFailure('damaged', 'a file that was left out');
			const opened = await openFile(new Blob([...sealed.parts]).stream(), { sizeBytes: detail.sizeBytes, parts: detail.hashes, identity });
			if (!(await isSameStream(opened.getReader(), content.stream().getReader()))) throw new VaultFailure('damaged', 'a file that opens to something else');
		}
	}
}

async function isSameStream(one: ReadableStreamDefaultReader<Uint8Array>, other: ReadableStreamDefaultReader<Uint8Array>): Promise<boolean> {
	let [a, b] = [new Uint8Array(), new Uint8Array()] as [Uint8Array, Uint8Array];
	for (;;) {
		if (a.length === 0) a = (await one.read()).value ?? new Uint8Array();
		if (b.length === 0) b = (await other.read()).value ?? new Uint8Array();
		if (a.length === 0 || b.length === 0) return a.length === b.length;
		const length = Math.min(a.length, b.length);
		if (!same(a.subarray(0, length), b.subarray(0, length))) return false;
		[a, b] = [a.subarray(length), b.subarray(length)];
	}
}

function same(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
