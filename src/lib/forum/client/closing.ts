import * as v from 'valibot';
import type { Refused } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import type { Json } from '#lib/vault/envelope.ts';
import { closingStateShape, type ClosedRecording, type ClosingPlan, type ClosingState, type PressCoverage } from '../closing.ts';
import type { GuestRecord } from '../guest.ts';
import { guestsOf, type GuestDesk } from './guests.ts';
import { nextRelease, type KeptPlan, type NextRelease, type PlanOutcome } from './plans.ts';

/** What convenors look at before a forum is closed. */
export interface ClosingDesk {
	readonly state: ClosingState;
	readonly guests: readonly GuestRecord[];
	readonly guestRecords: readonly string[];
	/** What the next release would be: nothing else than what is released, where all is ready. */
	readonly next: NextRelease;
}

/**
 * Everything that closing a forum is planned from. `not-found`: it was never released. Throws a `VaultTrouble` where a record
 * of a guest cannot be opened: what somebody allows would not be known, nor what is to be destroyed.
 */
export async function lookAtClosing(desk: GuestDesk, { plan, record }: KeptPlan): Promise<PlanOutcome<ClosingDesk>> {
	const path = `/api/forums/${plan.slug}/closing`;
	const answer = await desk.link.ask(path);
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused };
	const read = v.safeParse(closingStateShape, answer.value);
	if (!read.success) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'an answer of another shape' });
	const found = await guestsOf(desk, record.record);
	if (!found.ok) return found;
	const trouble = found.unopened[0]?.trouble ?? found.guests.find((guest) => guest.trouble !== undefined)?.trouble;
	if (trouble) throw trouble;
	const looked = await nextRelease(desk.link, plan);
	if (!looked.ok) return looked;
	return { ok: true, state: read.output, guests: found.guests.map(({ of }) => of), guestRecords: found.guests.map((guest) => guest.record.record), next: looked.next };
}

/** Why the server does not close a forum, beside what circles refuse. */
export type ClosingRefusal = Refused | 'too-early';

/** Closes a forum as planned, or says anew what is recorded of it. What is held back does not leave this browser. */
export async function closeForum({ circle, link }: GuestDesk, { slug, version, plan, participantsAbout }: { readonly slug: string; readonly version: number; readonly plan: ClosingPlan; readonly participantsAbout: number | null }): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: ClosingRefusal }> {
	const recordings = plan.recordings.flatMap(({ verdict }): ClosedRecording[] => (verdict.ok ? [verdict.recording] : []));
	// Plain JSON by their shapes.
	const answer = await link.send('POST', `/api/forums/${slug}/closing`, { circle: circle.id, version, participantsAbout, recordings, shreds: plan.shreds } as unknown as Json);
	return answer.ok ? { ok: true } : { ok: false, reason: answer.reason as ClosingRefusal };
}

/** Says anew what the press has said of a forum. */
export async function keepCoverage({ circle, link }: GuestDesk, slug: string, coverage: readonly PressCoverage[]): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: Refused }> {
	const answer = await link.send('PUT', `/api/forums/${slug}/coverage`, { circle: circle.id, coverage } as unknown as Json);
	return answer.ok ? { ok: true } : { ok: false, reason: answer.reason as Refused };
}
