import { linkNow } from '#lib/circles/client/circles.ts';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import type { CallState } from '../call-log.ts';
import { fetchCallState, Desk, type DeskOutcome } from './desk.ts';
import { renewCall, type Renewal } from './renewing.ts';

/** A circle that is open in this tab, as the desk that it is. */
export interface OpenDesk {
	readonly desk: Desk;
	readonly circle: OpenCircle;
	readonly link: Link;
}

/** The desk of an open circle; undefined once the account is locked. */
export function deskOf(circle: OpenCircle): OpenDesk | undefined {
	const link = linkNow();
	return link && { desk: new Desk(link, circle), circle, link };
}

/**
 * The desk of a call and the call. `open` opens the circle that reads the call's core; whoever is not in it is told by
 * the server that there is no such circle. A call whose circles have newer keys is renewed on the way.
 */
export async function deskOfCall(slug: string, open: (circle: string) => Promise<DeskOutcome<{ readonly circle: OpenCircle }>>): Promise<DeskOutcome<OpenDesk & { readonly call: CallState; readonly renewal: Renewal }>> {
	const link = linkNow();
	if (link === undefined) return { ok: false, reason: 'locked' };
	const listed = await fetchCallState(link, slug);
	if (!listed.ok) return listed;
	const { circle: id } = listed.state.inboxes.core;
	const opened = await open(id);
	if (!opened.ok) return opened;
	const desk = new Desk(link, opened.circle);
	const found = await desk.call(slug);
	if (!found.ok) return found;
	if (found.state.inboxes.core.circle !== id) throw new VaultTrouble('forked', { part: 'answer', path: `/api/calls/${slug}` }, { found: 'a call that was another a moment ago' });
	const { call, renewal } = await renewCall(link, opened.circle, { call: found.state, open });
	return { ok: true, desk, circle: opened.circle, link, call, renewal };
}
