import { createContext } from 'svelte';
import { session, type Unlocked } from '#lib/people/client/session.svelte.ts';
import { openCircle } from '../client/circles.ts';
import type { OpenCircle, Outcome } from '../client/open-circle.ts';

/** Circles that were opened in this tab, as long as the account that opened them is. */
const opened = new WeakMap<Unlocked, Map<string, OpenCircle>>();

/** The circle as it is now; what was verified before is not asked for again. Throws as `openCircle` does. */
export async function circleAsItIs(id: string): Promise<Outcome<{ readonly circle: OpenCircle }>> {
	const known = heldCircle(id);
	const found = known === undefined ? await openCircle(id) : await known.refresh();
	if (found.ok) holdCircle(found.circle);
	else if (found.reason === 'removed') forgetCircle(id);
	return found;
}

/** What this tab knows of a circle already, to be shown at once. */
export function heldCircle(id: string): OpenCircle | undefined {
	return session.current === undefined ? undefined : opened.get(session.current)?.get(id);
}

export function holdCircle(circle: OpenCircle): void {
	if (session.current === undefined) return;
	const held = opened.get(session.current) ?? new Map<string, OpenCircle>();
	opened.set(session.current, held.set(circle.id, circle));
}

function forgetCircle(id: string): void {
	if (session.current !== undefined) opened.get(session.current)?.delete(id);
}

/** The circle that the layout opened, for the pages below it. `show` takes it as it is after a change. */
export interface ShownCircle {
	readonly circle: OpenCircle;
	show(circle: OpenCircle): void;
}

export const [shownCircle, setShownCircle] = createContext<ShownCircle>();
