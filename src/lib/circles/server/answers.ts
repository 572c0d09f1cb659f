import { error, json } from '@sveltejs/kit';
import * as v from 'valibot';
import { fromText, isId, isLetter, isRecord } from '#lib/vault/envelope.ts';
import type { LogProblem } from '../circle-log.ts';
import { mostParts, partBytes } from '../limits.ts';

/** Why the server refuses something, in words for a program; `not-found` is also what who may not is told. */
export type Reason = 'not-found' | 'moved-on' | 'new-epoch' | 'circle-full' | 'disk-full' | LogProblem;

export type Result<T extends object = object> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: Reason };

const statuses: Readonly<Partial<Record<Reason, number>>> = { 'not-found': 404, 'moved-on': 409, 'new-epoch': 409, 'rotation-due': 409, closed: 409, 'circle-full': 507, 'disk-full': 507, malformed: 400 };

/** An outcome as the answer of `/api`: its value as JSON, or the reason with its status (403 for what the log's rules refuse). */
export function answer({ ok, ...rest }: Result): Response {
	if (ok) return json(rest);
	const { reason } = rest as { reason: Reason };
	return json({ reason }, { status: statuses[reason] ?? 403 });
}

/** What a request says, in this shape. Throws SvelteKit's error 400 for any other. */
export function readBody<Shape extends v.GenericSchema>(shape: Shape, body: Uint8Array): v.InferOutput<Shape> {
	try {
		return readShape(shape, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
	} catch (thrown) {
		if (thrown instanceof SyntaxError || thrown instanceof TypeError) error(400, 'malformed');
		throw thrown;
	}
}

/** The same for parts of an address. */
export function readQuery<Shape extends v.GenericSchema>(shape: Shape, { searchParams }: URL): v.InferOutput<Shape> {
	return readShape(shape, Object.fromEntries(searchParams));
}

function readShape<Shape extends v.GenericSchema>(shape: Shape, found: unknown): v.InferOutput<Shape> {
	const { success, output } = v.safeParse(shape, found);
	return success ? output : error(400, 'malformed');
}

const id = v.pipe(v.string(), v.check(isId));

function bytes(isOne: (bytes: Uint8Array) => boolean) {
	return v.pipe(
		v.string(),
		v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()),
		v.check(isOne)
	);
}

const entry = v.strictObject({ body: v.pipe(v.string(), v.maxLength(4096)), signature: v.pipe(v.string(), v.length(86)) });
const count = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const versionNumber = count(1, 1_000_000);

/** Which kinds of records there are is for the domains; here they are words. */
const kind = v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,31}$/));

const record = { kind, epoch: versionNumber, version: versionNumber, envelope: bytes(isRecord) };

export const recordShape = v.strictObject(record);

/** Records that come with something else. */
export const accompanying = v.pipe(v.array(v.strictObject({ record: id, ...record })), v.maxLength(4));

export const foundShape = v.strictObject({ found: entry, letter: bytes(isLetter), records: accompanying });

export const appendShape = v.strictObject({ entry, letter: v.optional(bytes(isLetter)), records: v.optional(accompanying, []) });

const hash = v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32));

export const beginBlobShape = v.strictObject({ circle: id, sizeBytes: count(1, mostParts * partBytes), parts: count(1, mostParts) });

export const wholeShape = v.strictObject({ hashes: v.pipe(v.array(hash), v.minLength(1), v.maxLength(mostParts)) });

/** 16 bytes: the token that is derived from a link's secret. */
export const invitationShape = v.strictObject({ token: id });

/** A whole number in an address. */
export const number = (least: number, most: number) => v.pipe(v.string(), v.regex(/^-?\d{1,15}$/), v.transform(Number), v.minValue(least), v.maxValue(most));

export const logQuery = v.strictObject({ after: v.optional(number(-1, 1_000_000), '-1') });

export const listQuery = v.strictObject({
	kind: v.pipe(
		v.string(),
		v.transform((text) => text.split(',')),
		v.array(kind),
		v.maxLength(8)
	),
	limit: v.optional(number(1, 200), '50'),
	after: v.optional(number(0, Number.MAX_SAFE_INTEGER)),
	before: v.optional(number(1, Number.MAX_SAFE_INTEGER))
});

/** What changed after a number, a page of it. */
export const changesQuery = v.strictObject({ after: v.optional(number(0, Number.MAX_SAFE_INTEGER), '0'), limit: v.optional(number(1, 500), '200') });

export const versionsQuery = v.strictObject({ after: v.optional(number(0, 1_000_000), '0'), newest: v.optional(v.literal('1')) });

export type SealedRecordInput = v.InferOutput<typeof recordShape>;
export type AccompanyingRecord = v.InferOutput<typeof accompanying>[number];
export type FoundInput = v.InferOutput<typeof foundShape>;
export type AppendInput = v.InferOutput<typeof appendShape>;
