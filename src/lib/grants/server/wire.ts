import { json } from '@sveltejs/kit';
import * as v from 'valibot';
import { answerParts } from '../form.ts';
import { fromText, isLetter, isRecord } from '#lib/vault/envelope.ts';

/** Why the server refuses something, in words for a program. `not-found` is also what is said to who may not. */
export type ApplyingReason = 'malformed' | 'not-found' | 'conflict' | 'moved-on' | 'renewed' | 'too-late' | 'closed' | 'gone' | 'circle-full' | 'disk-full' | 'too-many' | 'slow-down';

export type Applied<T extends object = object> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: ApplyingReason };

const statuses: Readonly<Record<ApplyingReason, number>> = {
	malformed: 400, 'not-found': 404, conflict: 403, 'moved-on': 409, renewed: 409, 'too-late': 403, closed: 403, gone: 403, 'circle-full': 507, 'disk-full': 507, 'too-many': 429, 'slow-down': 429
};

/** An outcome as the answer of `/api`: its value as JSON, or the reason with its status. */
export function applyingAnswer({ ok, ...rest }: Applied): Response {
	if (ok) return json(rest);
	const { reason } = rest as { reason: ApplyingReason };
	return json({ reason }, { status: statuses[reason], headers: reason === 'slow-down' ? { 'retry-after': '60' } : {} });
}

const bytes = (isOne: (bytes: Uint8Array) => boolean) =>
	v.pipe(
		v.string(),
		v.transform((text): Uint8Array => fromText(text) ?? new Uint8Array()),
		v.check(isOne)
	);
const token = v.pipe(v.string(), v.check((text) => fromText(text)?.length === 16));
const count = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** The shapes in which applicants' browsers send what this server takes. */
export const applyingShapes = {
	commit: v.strictObject({ manifest: v.pipe(v.string(), v.maxLength(64 * 1024)), signature: v.pipe(v.string(), v.length(86)), late: v.optional(token) }),
	body: v.strictObject({ parts: v.record(v.picklist(answerParts), bytes(isRecord)), letters: v.record(v.string(), bytes(isLetter)) }),
	message: v.strictObject({ seq: count(1, 10_000), generation: count(1, 100_000), envelope: bytes(isRecord) })
};

export type CommitInput = v.InferOutput<typeof applyingShapes.commit>;
export type BodyInput = v.InferOutput<typeof applyingShapes.body>;
export type MessageInput = v.InferOutput<typeof applyingShapes.message>;

/** What a body says in this shape; undefined for any other. */
export function readAs<Shape extends v.GenericSchema>(shape: Shape, body: Uint8Array): v.InferOutput<Shape> | undefined {
	try {
		const { success, output } = v.safeParse(shape, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
		return success ? output : undefined;
	} catch {
		return undefined;
	}
}
