import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { CallState } from '../call-log.ts';
import { askShaped, type DeskOutcome } from './desk.ts';

const keepingShape = v.object({
	applications: v.array(v.object({ application: v.string(), on: v.pipe(v.string(), v.isoDate()), why: v.picklist(['withdrawn', 'time']) })),
	shredded: v.number()
});

/** What of a call will be shredded, the next first, and how many were. */
export type CallKeeping = v.InferOutput<typeof keepingShape>;

export function callKeeping(link: Link, call: CallState): Promise<DeskOutcome<{ readonly value: CallKeeping }>> {
	return askShaped(link, `/api/desk/calls/${call.call}/keeping`, keepingShape);
}

/** Has an application that was withdrawn shredded now. */
export async function shredNow(link: Link, application: string): Promise<DeskOutcome<object>> {
	const sent = await link.send('POST', `/api/desk/applications/${application}/shred`, {});
	return sent.ok ? { ok: true } : { ok: false, reason: sent.reason };
}
