import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import { Circles } from '#lib/circles/client/opening.ts';
import type { OpenCircle, Outcome, Refused } from '#lib/circles/client/open-circle.ts';
import { canonical, isId, type Json } from '#lib/vault/envelope.ts';
import type { Inbox, Invitation } from '../guest.ts';
import { readLogistics, type LogisticsOf } from '../traveller.ts';
import { only } from './only-record.ts';

/**
 * Note: Whose key an invitation names.
 * A guest seals to what the invitation names and can check nothing of it. So one convenor alone must not choose: neither who
 * drafts, nor who approves, nor who notes which circle receives guests. Both browsers, the drafting and the approving one, check.
 * Whoever is in the logistics circle, and has accepted to be, compares with that circle's own log: that it is one of this kind, for this plan, and
 * that the key is the newest that its log announces. Whoever is not cannot open that log, and believes only what two
 * convenors have noted and signed one after the other, of whom one at least is honest where one is not. A convenor who is
 * in both circles signs in opening the list of who is invited, and only what the log says.
 */
export type InboxTrouble = 'other-inbox' | 'unchecked-inbox';

type Noted = NonNullable<Invitation['logistics']>;

const notedShape = v.strictObject({ v: v.literal(1), circle: v.pipe(v.string(), v.check(isId)), epoch: v.pipe(v.number(), v.integer(), v.minValue(1)), recipient: v.pipe(v.string(), v.startsWith('age1pq1'), v.maxLength(4000)) });

function readNoted(found: unknown): Noted | undefined {
	const { success, output } = v.safeParse(notedShape, found);
	return success ? { circle: output.circle, epoch: output.epoch, recipient: output.recipient } : undefined;
}

/** To what somebody outside seals to a circle now. */
export function inboxOf({ state }: OpenCircle): Inbox {
	const newest = state.epochs.at(-1);
	if (newest === undefined) throw new Error('A circle without an epoch.');
	const { epoch, inbox } = newest.announced;
	return { epoch, recipient: inbox };
}

/** To what forum a circle sees; undefined for a circle that is no logistics circle. */
export async function logisticsOf(circle: OpenCircle): Promise<Outcome<{ readonly of: LogisticsOf | undefined }>> {
	const found = await only(circle, { kind: 'logistics', of: circle.id, read: readLogistics });
	return found.ok ? { ok: true, of: found.kept?.says } : found;
}

const noteOf = (convenors: OpenCircle, plan: string) => only(convenors, { kind: 'forum-logistics', of: plan, read: readNoted, anybody: true });

/** Which circle sees to the journeys of a plan, and its inbox as a convenor last noted it, unchecked; null where there is none. */
export async function notedLogistics(convenors: OpenCircle, plan: string): Promise<Outcome<{ readonly noted: Noted | null }>> {
	const found = await noteOf(convenors, plan);
	return found.ok ? { ok: true, noted: found.kept?.says ?? null } : found;
}

/**
 * Notes for the convenors to what guests are to seal from now on, where that has changed or nobody but one other has said so. `moved-on`:
 * another circle was made meanwhile.
 */
export async function noteInbox(convenors: OpenCircle, plan: string, logistics: OpenCircle): Promise<Outcome<{ readonly noted: Noted }>> {
	const found = await noteOf(convenors, plan);
	if (!found.ok) return found;
	const { kept, id } = found;
	if (kept !== undefined && kept.says.circle !== logistics.id) return { ok: false, reason: 'moved-on' };
	const now = { circle: logistics.id, ...inboxOf(logistics) };
	if (kept !== undefined && isSame(kept.says, now)) {
		const said = await saidBy(convenors, id, now);
		if (!said.ok) return said;
		if (said.authors.size > 1 || said.authors.has(convenors.me.account)) return { ok: true, noted: now };
	}
	const written = await convenors.write({ kind: 'forum-logistics', record: id, body: { v: 1, ...now }, basedOn: kept?.record });
	return written.ok ? { ok: true, noted: now } : { ok: false, reason: written.reason };
}

/** Who has said so one after the other, up to now. What was said before something else counts no more: it may be the key of somebody who is gone. */
async function saidBy(convenors: OpenCircle, record: string, noted: Noted): Promise<Outcome<{ readonly authors: ReadonlySet<string> }>> {
	const read = await convenors.versions(record);
	if (!read.ok) return read;
	const newestFirst = read.versions.toReversed();
	const other = newestFirst.findIndex((one) => !one.ok || !isSame(readNoted(one.body), noted));
	return { ok: true, authors: new Set((other === -1 ? newestFirst : newestFirst.slice(0, other)).flatMap((one) => (one.ok ? [one.author] : []))) };
}

function isSame(one: Noted | null | undefined, other: Noted | null | undefined): boolean {
	return canonical(jsonOf(one)) === canonical(jsonOf(other));
}

function jsonOf(noted: Noted | null | undefined): Json {
	return noted ? [noted.circle, noted.epoch, noted.recipient] : null;
}

/**
 * Whether an invitation to a plan's forum names the keys that it has to, as *Whose key an invitation names* says. `other-inbox`: it
 * names another circle, or a key that its circle does not have now. `unchecked-inbox`: we are not in the logistics circle, and one convenor alone has said which it is.
 */
export async function checkedInboxes({ circle, link }: { readonly circle: OpenCircle; readonly link: Link }, plan: string, { inbox, circle: convenors, logistics }: Pick<Invitation, 'inbox' | 'circle' | 'logistics'>): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: Refused | InboxTrouble }> {
	const now = await circle.refresh();
	if (!now.ok) return now;
	const ours = inboxOf(now.circle);
	if (convenors !== circle.id || inbox.epoch !== ours.epoch || inbox.recipient !== ours.recipient) return { ok: false, reason: 'other-inbox' };
	const found = await noteOf(now.circle, plan);
	if (!found.ok) return found;
	if (!isSame(found.kept?.says ?? null, logistics)) return { ok: false, reason: 'other-inbox' };
	if (logistics === null) return { ok: true };
	const opened = await new Circles(link).openCircle(logistics.circle);
	if (!opened.ok && opened.reason !== 'not-found' && opened.reason !== 'removed') return opened;
	// Whoever was only added, by somebody who wants to be believed, has not said that this is a circle of theirs.
	if (!opened.ok || !opened.circle.me.accepted) {
		const said = await saidBy(now.circle, found.id, logistics);
		if (!said.ok) return said;
		return said.authors.size > 1 ? { ok: true } : { ok: false, reason: 'unchecked-inbox' };
	}
	const known = await logisticsOf(opened.circle);
	if (!known.ok) return known;
	const isTheirs = known.of?.plan === plan && known.of.convenors === circle.id && isSame(logistics, { circle: opened.circle.id, ...inboxOf(opened.circle) });
	return isTheirs ? { ok: true } : { ok: false, reason: 'other-inbox' };
}
