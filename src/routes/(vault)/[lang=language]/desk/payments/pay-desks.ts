import { linkNow, openCircles } from '#lib/circles/client/circles.ts';
import type { ListedCircle, OpenCircle } from '#lib/circles/client/open-circle.ts';
import { circleAsItIs, holdCircle } from '#lib/circles/ui/opened.ts';
import type { DeskOutcome } from '#lib/grants/client/desk.ts';
import { PayDesk } from '#lib/grants/client/paying.ts';

/** A circle that pays. */
export interface OpenPayDesk {
	readonly desk: PayDesk;
	readonly circle: OpenCircle;
}

/** Every circle of the account as a desk that pays; and those that did not open. */
export async function payDesks(): Promise<DeskOutcome<{ readonly desks: readonly OpenPayDesk[]; readonly unopened: readonly Exclude<ListedCircle, { readonly ok: true }>[] }>> {
	const found = await openCircles();
	const link = linkNow();
	if (!found.ok) return found;
	if (link === undefined) return { ok: false, reason: 'locked' };
	const desks = found.circles.flatMap((one) => (one.ok && one.circle.me.accepted ? [{ circle: one.circle, desk: new PayDesk(link, one.circle) }] : []));
	for (const { circle } of desks) holdCircle(circle);
	return { ok: true, desks, unopened: found.circles.filter((one) => !one.ok) };
}

/** The desk of one circle. */
export async function payDesk(id: string): Promise<DeskOutcome<OpenPayDesk>> {
	const opened = await circleAsItIs(id);
	const link = linkNow();
	if (!opened.ok) return opened;
	return link === undefined ? { ok: false, reason: 'locked' } : { ok: true, circle: opened.circle, desk: new PayDesk(link, opened.circle) };
}
