import { decodeText, openLetter, openRecord, partRecords, steppedLength, VaultFailure, type FailureKind, type Receipt } from '#vault';
import { fromCanonical, fromText, toText, type Bytes, type Json } from '#lib/vault/envelope.ts';
import { applicantKey, authorOf, cardNow, readAttested, readManifest, type Applicant, type Attested, type CoarseState, type Manifest } from '../application.ts';
import { applicationStates, type ApplicationState } from '../application-state.ts';
import type { CallInboxes } from '../call.ts';
import { answerParts, type AnswerPart, type Answers, type AttachedFile } from '../form.ts';
import { readDeed, type ReferenceDeed } from '../reference.ts';
import { entriesOf, seenCall, type SeenCall } from './call.ts';
import { type Line } from '#lib/circles/client/line.ts';
import { partPlace, readSecrets, type ApplicantRole, type Secrets } from './sealing.ts';

/** What one part says, or why it cannot be read: never an empty field. */
export type OpenedPart = { readonly ok: true; readonly form: number; readonly answers: Answers } | { readonly ok: false; readonly kind: FailureKind };

/** Where an application stands, as the team said it last. */
export interface PlainStatus {
	readonly state: ApplicationState;
	/** The day by which the team will have done the next thing, YYYY-MM-DD; null where none was said. */
	readonly nextBy: string | null;
}

export type ThreadMessage =
	| { readonly ok: true; readonly seq: number; readonly by: 'applicant' | 'team'; readonly at: Date; readonly text: string; readonly status: PlainStatus | null; readonly files: readonly AttachedFile[]; /** Whether it is the report of what the money did. */ readonly report: boolean; readonly deed: ReferenceDeed | undefined }
	| { readonly ok: false; readonly seq: number; readonly kind: FailureKind };

export interface OpenedReceipt {
	readonly receipt: Receipt;
	readonly which: 'receipt' | 'second';
	readonly manifest: Manifest;
	readonly call: SeenCall;
	/** Those in force when it was sealed. */
	readonly inboxes: CallInboxes;
	readonly state: CoarseState;
	/** As whom these words sign. */
	readonly author: string;
	/** A new receipt that somebody asked for, as long as the holder of these words can object. */
	readonly again: AgainNotice | null;
	/** Undefined once it was withdrawn: nothing opens any more. */
	readonly secrets: Partial<Secrets> | undefined;
	readonly generation: number;
	readonly parts: ReadonlyMap<AnswerPart, OpenedPart>;
	readonly role: ApplicantRole | undefined;
	readonly thread: readonly ThreadMessage[];
	readonly status: PlainStatus | null;
	/** Rounded to hours. */
	readonly committedAt: Date;
	readonly wholeAt: Date | null;
	/** Blobs that have not arrived. */
	readonly missing: readonly string[];
	readonly now: Date;
}

/** `until` is when it takes the place of the old one; null while the link was not used. */
export interface AgainNotice {
	readonly until: Date | null;
}

export type ReceiptAnswer = { readonly ok: true; readonly opened: OpenedReceipt } | { readonly ok: false; readonly reason: 'not-found' | 'offline' | 'slow-down' | 'broken' };

/**
 * What belongs to a receipt, opened. `not-found`: nobody has it, or it was burnt. `broken`: the server shows something
 * that does not belong to these words. A part or message that does not open says so in its place.
 */
export async function openReceipt(line: Line, receipt: Receipt): Promise<ReceiptAnswer> {
	const answer = await line.ask({ method: 'GET', path: '/api/receipt', headers: { 'steadfast-mailbox': receipt.mailbox } });
	if (!answer.ok) return { ok: false, reason: answer.status === 404 ? 'not-found' : answer.status === 429 ? 'slow-down' : 'offline' };
	const given = readAnswer(answer.value);
	const manifest = given && (await readManifest({ manifest: given.manifest, signature: given.signature }));
	const seen = given && (await seenCall(given.entries, { id: manifest?.call, slug: undefined, aheadMs: given.now.getTime() - line.now().getTime() }));
	if (!given || !manifest || !seen?.ok) return { ok: false, reason: 'broken' };
	const again = await readAttested(given.cards, { application: manifest.application, keys: seen.call.teamKeys });
	if (again === undefined) return { ok: false, reason: 'broken' };
	const applicant: Applicant = { ...manifest, again };
	const card = cardNow(applicant, given.which);
	if (card?.signing !== toText(receipt.signing.publicKey) || card.recipient !== receipt.recipient) return { ok: false, reason: 'broken' };
	const { call } = seen;
	// The history in which it was sealed has to be part of the one that is shown now.
	if (call.state.hashes[manifest.head.seq] !== manifest.head.hash) return { ok: false, reason: 'broken' };
	// The circles in force when it was sealed are its places for ever.
	const then = await seenCall(given.entries.slice(0, manifest.head.seq + 1), { id: manifest.call, slug: undefined, aheadMs: 0 });
	if (!then.ok) return { ok: false, reason: 'broken' };
	const { inboxes } = then.call.state;
	const opening: Opening = { receipt, applicant, call, inboxes, secrets: given.letters.length === 0 ? undefined : await openSecrets({ receipt, applicant, call, ...given }) };
	const parts = new Map<AnswerPart, OpenedPart>();
	let role: ApplicantRole | undefined;
	for (const part of answerParts) {
		const sealed = given.parts.find((each) => each.part === part);
		// A receipt that took another's place opens what those who made it could open.
		if (sealed === undefined || opening.secrets === undefined || (again.length > 0 && opening.secrets[part] === undefined)) continue;
		const opened = await openPart(opening, part, sealed);
		parts.set(part, opened);
		if (opened.ok && opened.role !== undefined) role = opened.role;
	}
	const thread: ThreadMessage[] = [];
	if (opening.secrets !== undefined) for (const sealed of given.messages) thread.push(await openMessage(opening, sealed));
	const told = thread.findLast((message) => message.ok && message.status !== null);
	return {
		ok: true,
		opened: {
			receipt, which: given.which, manifest, author: authorOf(manifest.application, given.which, again.length), again: given.again, call, inboxes, state: given.state, secrets: opening.secrets, generation: given.generation, parts, role, thread,
			status: told?.ok ? told.status : null, committedAt: given.committedAt, wholeAt: given.wholeAt, missing: given.missing, now: given.now
		}
	};
}

interface Opening {
	readonly receipt: Receipt;
	readonly applicant: Applicant;
	readonly call: SeenCall;
	readonly inboxes: CallInboxes;
	readonly secrets: Partial<Secrets> | undefined;
}

interface Sealed {
	readonly generation: number;
	/** The generation in which it was signed. */
	readonly written: number;
	readonly envelope: Bytes;
}

/**
 * By the letters to us, a newer one before an older: each is written by ourselves, or by the team with the call's own key,
 * and has the secrets of those parts that were sealed again together.
 */
async function openSecrets({ receipt, applicant, call, letters, generation }: Pick<Opening, 'receipt' | 'applicant' | 'call'> & { readonly letters: readonly { readonly generation: number; readonly letter: Bytes }[]; readonly generation: number }): Promise<Partial<Secrets>> {
	let secrets: Partial<Secrets> = {};
	let thread = 0;
	for (const one of letters.toSorted((a, b) => a.generation - b.generation)) {
		const opened = await byAnyKey(call, applicant, (authorKey) => openLetter({ letter: one.letter, identity: receipt, expected: { kind: 'part-keys', circle: null, about: applicant.application, authorKey } }));
		const read = readSecrets(fromCanonical(decodeText(opened.body)));
		if (read?.generation !== one.generation) throw new VaultFailure('unknown-format', 'keys of another shape');
		if (read.secrets.thread !== undefined) thread = one.generation;
		secrets = { ...secrets, ...read.secrets };
	}
	// Else what we write would be sealed under a key that somebody who was removed has.
	if (thread !== generation) throw new VaultFailure('damaged', 'a letter that was held back');
	return secrets;
}

/**
 * Note: How an applicant knows the team.
 * Of whoever answers she is shown "the team": which officer it was would put the officer at risk, and mean nothing to
 * her. So the team signs with the call's own key, which its log announces and its circle keeps: what opens and bears it
 * was written by somebody who has the application's keys and signs for the call. A call's key changes with its circle's;
 * the newest is tried first.
 */
async function byAnyKey<T>({ state, teamKeys }: SeenCall, applicant: Applicant, open: (authorKey: (author: string) => Uint8Array | undefined) => Promise<T>): Promise<T> {
	let last: unknown;
	for (const key of teamKeys) {
		try {
			return await open((author) => applicantKey(applicant, author) ?? (author === state.call ? key : undefined));
		} catch (error) {
			last = error;
			if (!(error instanceof VaultFailure) || error.kind !== 'forged') throw error;
		}
	}
	throw last;
}

async function openPart({ applicant, call, inboxes, secrets }: Opening, part: AnswerPart, { generation, written, envelope, version }: Sealed & { readonly version: number }): Promise<OpenedPart & { readonly role?: ApplicantRole | undefined }> {
	return orKind(async () => {
		const place = { ...partPlace(part, { inboxes, application: applicant.application, generation, version }), written };
		const body = await openBody({ applicant, call, secret: secrets?.[part], envelope, place });
		if (!isFields(body.found) || typeof body.found['form'] !== 'number' || !isFields(body.found['answers'])) throw new VaultFailure('unknown-format', 'a part of another shape');
		const { form, answers, role } = body.found;
		const known: ApplicantRole | undefined = role === 'self' || role === 'other' ? role : undefined;
		return { ok: true as const, form, answers: answers as unknown as Answers, role: known };
	});
}

/** Where a message stands; the same for who writes it. */
export function messagePlace({ inboxes, application, generation, seq }: { readonly inboxes: CallInboxes; readonly application: string; readonly generation: number; readonly seq: number }) {
	return { kind: 'application-message', circle: inboxes.core.circle, record: application, epoch: generation, version: seq };
}

async function openMessage({ applicant, call, inboxes, secrets }: Opening, { seq, generation, written, envelope }: Sealed & { readonly seq: number }): Promise<ThreadMessage> {
	const opened = await orKind(async () => {
		const place = { ...messagePlace({ inboxes, application: applicant.application, generation, seq }), written };
		const { found, author, at } = await openBody({ applicant, call, secret: secrets?.thread, envelope, place });
		if (!isFields(found) || typeof found['text'] !== 'string') throw new VaultFailure('unknown-format', 'a message of another shape');
		const by = author === call.state.call ? ('team' as const) : ('applicant' as const);
		// The applicant's own words do not say where she stands.
		return { ok: true as const, by, at: new Date(at), text: found['text'], status: by === 'team' ? statusOf(found['status']) : null, files: filesOf(found['files']), report: by === 'applicant' && Array.isArray(found['report']), deed: readDeed(found['deed'], by) };
	});
	return { seq, ...opened };
}

async function openBody({ applicant, call, secret, envelope, place }: { readonly applicant: Applicant; readonly call: SeenCall; readonly secret: Bytes | undefined; readonly envelope: Bytes; readonly place: ReturnType<typeof messagePlace> & { readonly written: number } }): Promise<{ readonly found: Json | undefined; readonly author: string; readonly at: number }> {
	if (secret === undefined) throw new VaultFailure('not-for-you', 'no key of this part');
	const key = await partRecords(secret);
	const { body, seal } = await byAnyKey(call, applicant, (authorKey) => openRecord({ envelope, place, key, authorKey, lengths: steppedLength }));
	return { found: fromCanonical(decodeText(body)), author: seal.author, at: seal.at };
}

async function orKind<T extends { readonly ok: true }>(open: () => Promise<T>): Promise<T | { readonly ok: false; readonly kind: FailureKind }> {
	try {
		return await open();
	} catch (error) {
		if (error instanceof VaultFailure) return { ok: false, kind: error.kind };
		throw error;
	}
}

type Fields = Readonly<Record<string, Json>>;

function isFields(found: unknown): found is Fields {
	return typeof found === 'object' && found !== null && !Array.isArray(found);
}

function statusOf(found: Json | undefined): PlainStatus | null {
	if (!isFields(found)) return null;
	const { state, nextBy } = found;
	const known = applicationStates.find((each) => each === state);
	return known === undefined ? null : { state: known, nextBy: typeof nextBy === 'string' && /^\d{4}-\d\d-\d\d/.test(nextBy) ? nextBy.slice(0, 10) : null };
}

function filesOf(found: Json | undefined): AttachedFile[] {
	return Array.isArray(found) ? (found as readonly Json[]).filter((file): file is Json & AttachedFile => isFields(file) && typeof file['name'] === 'string' && typeof file['sizeBytes'] === 'number') : [];
}

interface Given {
	readonly which: 'receipt' | 'second';
	readonly manifest: string;
	readonly signature: string;
	readonly entries: NonNullable<ReturnType<typeof entriesOf>>;
	readonly parts: readonly (Sealed & { readonly part: string; readonly version: number })[];
	readonly letters: readonly { readonly generation: number; readonly letter: Bytes }[];
	/** New receipts that took the first one's place. */
	readonly cards: readonly Attested[];
	readonly again: AgainNotice | null;
	readonly messages: readonly (Sealed & { readonly seq: number })[];
	readonly state: CoarseState;
	readonly generation: number;
	readonly committedAt: Date;
	readonly wholeAt: Date | null;
	readonly missing: readonly string[];
	readonly now: Date;
}

/** The server's answer in its shape; undefined for any other. What it claims is judged above. */
function readAnswer(found: unknown): Given | undefined {
	if (!isFields(found) || !isFields(found['call'])) return undefined;
	const entries = entriesOf(found['call']['entries']);
	const list = (name: string): readonly Fields[] => (Array.isArray(found[name]) ? (found[name] as readonly Json[]).filter((item): item is Fields => isFields(item)) : []);
	const { receipt, manifest, signature, state, generation, committedAt, wholeAt, missing, again, now } = found;
	if (entries === undefined || (receipt !== 'receipt' && receipt !== 'second') || typeof manifest !== 'string' || typeof signature !== 'string' || typeof generation !== 'number') return undefined;
	const bytes = (text: Json | undefined): Bytes => fromText(typeof text === 'string' ? text : '') ?? new Uint8Array();
	const date = (text: Json | undefined): Date => new Date(typeof text === 'string' ? text : 0);
	return {
		which: receipt, manifest, signature, entries, generation,
		parts: list('parts').map(({ part, version, generation, written, envelope }) => ({ part: typeof part === 'string' ? part : '', version: Number(version), generation: Number(generation), written: Number(written), envelope: bytes(envelope) })),
		letters: list('letters').map(({ generation, letter }) => ({ generation: Number(generation), letter: bytes(letter) })),
		messages: list('messages').map(({ seq, generation, written, envelope }) => ({ seq: Number(seq), generation: Number(generation), written: Number(written), envelope: bytes(envelope) })),
		cards: list('cards').map(({ attested, signature }) => ({ attested: typeof attested === 'string' ? attested : '', signature: typeof signature === 'string' ? signature : '' })),
		again: isFields(again) ? { until: typeof again['until'] === 'string' ? date(again['until']) : null } : null,
		state: state === 'them' || state === 'held' || state === 'done' || state === 'gone' ? state : 'us',
		committedAt: date(committedAt),
		wholeAt: typeof wholeAt === 'string' ? date(wholeAt) : null,
		missing: Array.isArray(missing) ? missing.filter((blob): blob is string => typeof blob === 'string') : [],
		now: date(now)
	};
}
