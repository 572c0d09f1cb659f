import type { OpenCircle, Outcome } from '#lib/circles/client/open-circle.ts';
import type { Invitation } from '../guest.ts';
import { guestsOf, keepAsPlanned, type Guest, type GuestDesk, type UnopenedGuest } from './guests.ts';
import { logisticsOf, notedLogistics, noteInbox } from './inboxes.ts';
import { handOver, type LogisticsDesk } from './logistics.ts';
import type { KeptPlan } from './plans.ts';

/** Everybody who is invited, and the circle that sees to their journeys. */
export interface People {
	readonly guests: readonly Guest[];
	readonly unopened: readonly UnopenedGuest[];
	/** To what guests who are invited now seal their needs. */
	readonly noted: Invitation['logistics'];
	/** The logistics circle, where we are in it, too. */
	readonly logistics: LogisticsDesk | undefined;
}

/**
 * Everybody who is invited to the forum of a plan. Whoever is in the logistics circle as well hands over at once what it has to
 * know, and learns from it who is prevented from attending. `open` opens a circle; one that does not open is as if we were not in it.
 */
export async function peopleOf(desk: GuestDesk, { plan: planned, record }: KeptPlan, open: (circle: string) => Promise<Outcome<{ readonly circle: OpenCircle }>>): Promise<Outcome<People>> {
	const plan = record.record;
	const list = await guestsOf(desk, plan);
	if (!list.ok) return list;
	const kept = await keepAsPlanned(desk, planned, list.guests);
	if (!kept.ok) return kept;
	const found = await notedLogistics(desk.circle, plan);
	if (!found.ok) return found;
	const { guests, unopened } = list;
	const alone = { ok: true, guests, unopened, noted: found.noted, logistics: undefined } as const;
	if (found.noted === null) return alone;
	const opened = await open(found.noted.circle).catch(() => undefined);
	if (!opened?.ok || !opened.circle.me.accepted) return alone;
	const known = await logisticsOf(opened.circle);
	if (!known.ok || known.of?.plan !== plan || known.of.convenors !== desk.circle.id) return alone;
	const logistics = { circle: opened.circle, link: desk.link, of: known.of };
	const renewed = await noteInbox(desk.circle, plan, opened.circle);
	const handed = await handOver(desk, logistics, guests);
	return handed.ok ? { ok: true, guests: handed.guests, unopened, noted: renewed.ok ? renewed.noted : found.noted, logistics } : handed;
}
