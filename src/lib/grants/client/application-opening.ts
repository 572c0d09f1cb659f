import { decodeText, openRecord, partRecords, steppedLength, VaultFailure } from '#vault';
import * as v from 'valibot';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { languages } from '#lib/platform/i18n/language.ts';
import { fromCanonical, fromText, sha256, toText, type Bytes } from '#lib/vault/envelope.ts';
import { applicantKey, coarseStates, type Applicant, type Manifest } from '../application.ts';
import type { CallState } from '../call-log.ts';
import type { Case } from '../case.ts';
import type { AnswerPart, Answers, AttachedFile } from '../form.ts';
import { readDeed, type ReferenceDeed } from '../reference.ts';
import { byAnyOf, teamKeysOf } from './part-keys.ts';
import { partPlace } from './sealing.ts';

/** Which part, or which message of the thread, and why. */
export interface DeskTrouble {
	readonly part: AnswerPart | 'thread';
	readonly seq: number | undefined;
	readonly trouble: VaultTrouble;
}

export interface ThreadMessage {
	readonly seq: number;
	readonly byApplicant: boolean;
	readonly at: Date;
	readonly text: string;
	readonly status: { readonly state: string; readonly nextBy: string | null } | undefined;
	/** Whether it is the applicant's report. */
	readonly report: boolean;
	/** Sealed with the core's secret, as those of the application. */
	readonly files: readonly AttachedFile[];
	readonly deed: ReferenceDeed | undefined;
}

const stamp = v.nullable(v.pipe(v.string(), v.isoTimestamp()));
const bytes = v.union([v.instance(Uint8Array<ArrayBuffer>), v.pipe(v.string(), v.transform((text) => fromText(text) ?? new Uint8Array()))]);
/** An application as the server hands it out. */
export const applicationShape = v.object({
	manifest: v.string(),
	signature: v.string(),
	state: v.picklist(coarseStates),
	generation: v.number(),
	wholeAt: stamp,
	inTime: v.boolean(),
	keysGeneration: v.number(),
	receipts: v.array(v.picklist(['receipt', 'second'])),
	cards: v.array(v.object({ attested: v.string(), signature: v.string() })),
	parts: v.array(v.object({ part: v.string(), version: v.number(), generation: v.number(), written: v.number(), byApplicant: v.boolean(), envelope: bytes })),
	letters: v.array(v.object({ to: v.string(), generation: v.number(), letter: bytes })),
	messages: v.array(v.object({ seq: v.number(), generation: v.number(), written: v.number(), byApplicant: v.boolean(), envelope: bytes }))
});
/** An application as the server hands it out, nothing of it believed yet. */
export type Found = v.InferOutput<typeof applicationShape>;

const partShape = v.strictObject({ v: v.literal(1), form: v.pipe(v.number(), v.integer(), v.minValue(1)), language: v.optional(v.picklist(languages)), role: v.optional(v.picklist(['self', 'other'])), answers: v.record(v.string(), v.any()) });
const messageShape = v.object({ v: v.literal(1), text: v.string(), status: v.optional(v.object({ state: v.string(), nextBy: v.nullable(v.string()) })), files: v.optional(v.array(v.object({ name: v.string(), type: v.string(), sizeBytes: v.number(), blob: v.string(), hashes: v.array(v.string()) })), []), deed: v.optional(v.unknown()), report: v.optional(v.array(v.string())) });

interface Opening {
	readonly applicant: Applicant;
	readonly manifest: Manifest;
	readonly call: CallState;
	/** Null for a part that is for others. */
	readonly secrets: { readonly core: string; readonly identity: string | null; readonly references: string | null };
	readonly troubles: DeskTrouble[];
}

type OpenPart = { readonly form: number; readonly language: (typeof languages)[number]; readonly role: 'self' | 'other'; readonly answers: Answers };

/** The parts that these secrets open; what does not open is told. */
export async function openParts(found: Pick<Found, 'parts'>, { secrets, troubles, ...opening }: Opening): Promise<Map<AnswerPart, OpenPart>> {
	const opened = new Map<AnswerPart, OpenPart>();
	for (const part of ['core', 'identity', 'references'] as const) {
		const secret = secrets[part];
		if (secret === null) continue;
		try {
			const answers = await openPart(found, { part, secret, ...opening });
			if (answers !== undefined) opened.set(part, answers);
		} catch (error) {
			if (!(error instanceof VaultFailure)) throw error;
			const { circle } = opening.call.inboxes[part === 'identity' ? 'identity' : 'core'];
			const { version = 1 } = found.parts.findLast((one) => one.part === part) ?? {};
			troubles.push({ part, seq: undefined, trouble: new VaultTrouble(error.kind, { part: 'record', circle, record: opening.manifest.application, version }, { found: error.message }) });
		}
	}
	return opened;
}

/** One part, by its secret; undefined where the server has none for us. Rejects with a `VaultFailure`. */
export async function openPart(found: Pick<Found, 'parts'>, { part, secret, applicant, manifest, call }: Omit<Opening, 'secrets' | 'troubles'> & { readonly part: AnswerPart; readonly secret: string }): Promise<OpenPart | undefined> {
	const sealed = found.parts.findLast((one) => one.part === part);
	if (sealed === undefined) return undefined;
	// Sealed again it is another envelope, and what the applicant signed inside is all that tells.
	const isFirst = sealed.version === 1 && sealed.generation === 1;
	if (isFirst && toText(await sha256(sealed.envelope)) !== manifest.parts.find((one) => one.part === part)?.hash) throw new VaultFailure('damaged', 'a part that is not the one that the applicant sent');
	const { body } = await openRecord({
		envelope: sealed.envelope,
		place: { ...partPlace(part, { inboxes: call.inboxes, application: manifest.application, generation: sealed.generation, version: sealed.version }), written: sealed.written },
		key: await partRecords(fromText(secret) ?? new Uint8Array()),
		authorKey: (author) => applicantKey(applicant, author),
		lengths: steppedLength
	});
	return answersOf(body);
}

function answersOf(body: Bytes): OpenPart {
	const read = v.safeParse(partShape, fromCanonical(decodeText(body)));
	if (!read.success) throw new VaultFailure('unknown-format', 'a part that says something else than its kind');
	const { form, language = 'en', role = 'self', answers } = read.output;
	return { form, language, role, answers };
}

/** The thread, as far as it opens and is believed. */
export async function openMessages(found: Pick<Found, 'messages'>, { applicant, manifest, call, secrets, troubles }: Omit<Opening, 'secrets'> & { readonly secrets: Pick<Case['secrets'], 'thread'> }): Promise<ThreadMessage[]> {
	const key = await partRecords(fromText(secrets.thread) ?? new Uint8Array());
	const teamKeys = teamKeysOf(call);
	const messages: ThreadMessage[] = [];
	for (const { seq, generation, written, byApplicant, envelope } of found.messages) {
		const open = (authorKey: (author: string) => Uint8Array | undefined) =>
			openRecord({ envelope, place: { kind: 'application-message', circle: call.inboxes.core.circle, record: manifest.application, epoch: generation, version: seq, written }, key, authorKey, lengths: steppedLength });
		try {
			const { seal, body } = byApplicant ? await open((author) => applicantKey(applicant, author)) : await byAnyOf(teamKeys, (teamKey) => open((author) => (author === call.call ? teamKey : undefined)));
			const read = v.safeParse(messageShape, fromCanonical(decodeText(body)));
			if (!read.success) throw new VaultFailure('unknown-format', 'a message that says something else than its kind');
			const { text, status, files, deed, report } = read.output;
			messages.push({ seq, byApplicant, at: new Date(seal.at), text, status, files, report: byApplicant && report !== undefined, deed: readDeed(deed, byApplicant ? 'applicant' : 'team') });
		} catch (error) {
			if (!(error instanceof VaultFailure)) throw error;
			troubles.push({ part: 'thread', seq, trouble: new VaultTrouble(error.kind, { part: 'record', circle: call.inboxes.core.circle, record: manifest.application, version: seq }, { found: error.message }) });
		}
	}
	return messages;
}
