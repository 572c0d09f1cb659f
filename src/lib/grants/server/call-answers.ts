import { json } from '@sveltejs/kit';
import * as v from 'valibot';
import { isHash } from '#lib/vault/envelope.ts';
import type { CallProblem } from '../call-log.ts';
import type { TimeProblem } from '../call-standing.ts';

/** Why the server refuses what is done to a call; `not-found` is also what who may not is told. */
export type CallReason =
	| 'not-found'
	| 'moved-on'
	/** An address once given is never given to another call. */
	| 'slug-taken'
	/** Not the inbox of the circle's newest epoch. */
	| 'stale-inbox'
	| 'rotation-due'
	| 'circle-closed'
	| CallProblem
	| TimeProblem;

export type CallResult<T extends object = object> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: CallReason };

const statuses: Readonly<Partial<Record<CallReason, number>>> = { 'not-found': 404, 'moved-on': 409, 'slug-taken': 409, 'stale-inbox': 409, 'rotation-due': 409, 'circle-closed': 409, malformed: 400, 'clock-unsure': 503 };

/** An outcome as the answer of `/api`: its value as JSON, or the reason with its status (403 for what the rules refuse). */
export function callAnswer({ ok, ...rest }: CallResult): Response {
	if (ok) return json(rest);
	const { reason } = rest as { reason: CallReason };
	return json({ reason }, { status: statuses[reason] ?? 403, headers: reason === 'clock-unsure' ? { 'retry-after': '300' } : {} });
}

const entry = v.strictObject({ body: v.pipe(v.string(), v.maxLength(512 * 1024)), signature: v.pipe(v.string(), v.length(86)) });

export const callEntryShape = v.strictObject({ entry });

export const lateLinkShape = v.strictObject({ hash: v.pipe(v.string(), v.check((text) => isHash(text))) });
