import { linkNow } from '#lib/circles/client/circles.ts';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import type { CallState } from '../call-log.ts';
import { watchCanary, type CanaryOutcome } from './canary.ts';
import { fetchCallState, Desk, type DeskOutcome } from './desk.ts';
import { lineTo } from '#lib/circles/client/line.ts';
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
 * the server that there is no such circle. A call whose circles have newer keys is renewed on the way, and
 * its canary of the day opened.
 */
export async function deskOfCall(slug: string, open: (circle: string) => Promise<DeskOutcome<{ readonly circle: OpenCircle }>>): Promise<DeskOutcome<OpenDesk & { readonly call: CallState } & WatchedCall>> {
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
	return { ok: true, desk, circle: opened.circle, link, ...(await watchedCall({ link, circle: opened.circle }, found.state, open)) };
}

/** A call as it is after its keys were looked at, and what came of that and of its canary. */
export interface WatchedCall {
	readonly call: CallState;
	readonly renewal: Renewal;
	readonly canary: CanaryOutcome;
}

/** What an officer's browser does for a call whenever its desk is opened: announces newer keys, and opens the day's canary. */
export async function watchedCall({ link, circle }: Pick<OpenDesk, 'link' | 'circle'>, seen: CallState, open: (circle: string) => Promise<DeskOutcome<{ readonly circle: OpenCircle }>>): Promise<WatchedCall> {
	const { call, renewal } = await renewCall(link, circle, { call: seen, open });
	return { call, renewal, canary: await watchCanary({ link, line: lineTo(), circle, call }) };
}
