import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, OpenedRecord, OpenNote, Outcome, Refused } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { derivedRecord } from '#lib/circles/limits.ts';
import type { Json } from '#lib/vault/envelope.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { ForumReport } from '../report.ts';
import { readKeptNotes, readPoints, readWorkshop, readWorkshopCircles, type KeptParagraph, type Point, type Workshop, type WorkshopCircle, type WorkshopPart } from '../workshop.ts';
import { only, type Kept } from './only-record.ts';
import type { KeptPlan } from './plans.ts';

/** A workshop whose circle is open. */
export interface OpenWorkshop {
	readonly circle: OpenCircle;
	readonly workshop: Kept<Workshop>;
}

/** The workshop that a circle is; undefined for a circle that is none. */
export async function workshopOf(circle: OpenCircle): Promise<Outcome<{ readonly workshop: OpenWorkshop | undefined }>> {
	const found = await only(circle, { kind: 'workshop', of: circle.id, read: readWorkshop });
	return found.ok ? { ok: true, workshop: found.kept && { circle, workshop: found.kept } } : found;
}

/** Which circles are workshops of a plan, as its convenors noted. */
export async function workshopCircles(convenors: OpenCircle, plan: string): Promise<Outcome<{ readonly workshops: readonly WorkshopCircle[] }>> {
	const found = await only(convenors, { kind: 'forum-workshops', of: plan, read: readWorkshopCircles, anybody: true });
	return found.ok ? { ok: true, workshops: found.kept?.says.workshops ?? [] } : found;
}

interface NewWorkshop {
	readonly convenors: OpenCircle;
	readonly plan: KeptPlan;
	readonly theme: string;
	readonly workshop: string;
	readonly chathamHouse: boolean;
	readonly language: Language;
	/** Founds a circle: `foundCircle` of the open account. */
	readonly found: (about: { readonly name: string; readonly purpose: string }) => Promise<Outcome<{ readonly circle: OpenCircle }>>;
}

/** Makes the circle of a workshop and notes it beside the plan. Where two convenors do so at once, the first is noted and the other's circle is none. */
export async function makeWorkshop({ convenors, plan, theme, workshop, chathamHouse, language, found }: NewWorkshop): Promise<Outcome<{ readonly circle: OpenCircle }>> {
	const planned = plan.plan.themes.find(({ id }) => id === theme);
	const title = planned?.workshops.find(({ id }) => id === workshop)?.title;
	if (planned === undefined || title === undefined) return { ok: false, reason: 'not-found' };
	const founded = await found({ name: shown(title, language).words.trim().slice(0, 100) || workshop, purpose: '' });
	if (!founded.ok) return founded;
	const { circle } = founded;
	const says: Workshop = { forum: plan.plan.title, slug: plan.plan.slug, theme: planned.title, title, chathamHouse, parts: {} };
	const written = await circle.write({ kind: 'workshop', record: await derivedRecord('workshop', circle.id), body: bodyOf(says) });
	if (!written.ok) return { ok: false, reason: written.reason };
	const noted = await noteWorkshop(convenors, plan.record.record, { theme, workshop, circle: circle.id });
	return noted.ok ? { ok: true, circle } : noted;
}

async function noteWorkshop(convenors: OpenCircle, plan: string, one: WorkshopCircle): Promise<Outcome<object>> {
	for (let tries = 0; tries < mostTries; tries++) {
		const known = await only(convenors, { kind: 'forum-workshops', of: plan, read: readWorkshopCircles, anybody: true });
		if (!known.ok) return known;
		const before = known.kept?.says.workshops ?? [];
		if (before.some(({ theme, workshop }) => theme === one.theme && workshop === one.workshop)) return { ok: false, reason: 'moved-on' };
		const written = await convenors.write({ kind: 'forum-workshops', record: known.id, body: bodyOf({ workshops: [...before, one] }), basedOn: known.kept?.record });
		if (written.ok) return { ok: true };
		if (written.reason !== 'moved-on') return { ok: false, reason: written.reason };
	}
	return { ok: false, reason: 'moved-on' };
}

const mostTries = 5;

/** Gives somebody a part, which makes them a steward of the circle, or takes it back. */
export async function givePart({ circle, workshop }: OpenWorkshop, account: string, part: WorkshopPart | undefined): Promise<Outcome<object>> {
	const isSteward = circle.members.find((member) => member.account === account)?.steward;
	const { [account]: _, ...others } = workshop.says.parts;
	const parts = part === undefined ? others : { ...others, [account]: part };
	const written = await circle.write({ kind: 'workshop', record: workshop.record.record, body: bodyOf({ ...workshop.says, parts }), basedOn: workshop.record });
	if (!written.ok) return { ok: false, reason: written.reason };
	return isSteward === (part !== undefined) || account === circle.me.account ? { ok: true } : circle.makeSteward(account, part !== undefined);
}

/**
 * Note: What the Chatham House Rule changes.
 * Notes never say who wrote what: no update has an author, and their writers have numbers that are random for each opening. When they are closed,
 * a rapporteur's browser makes a fresh text of the plain words, and the server deletes everything from which it came. Who stands in the list
 * of speakers is in a note of its own, so that a writer's number there is another one, and goes with it. What is left names the
 * steward who closed it and nobody else. That is so for every workshop: the Rule adds that the page says so, and that nobody shows there
 * that they are here.
 */
export async function notesOf(circle: OpenCircle): Promise<Outcome<{ readonly note: OpenNote }>> {
	return circle.note(await derivedRecord('workshop-note', circle.id));
}

/** The list of speakers and the clock: a note as well, which is closed with nothing left of it. */
export async function floorOf(circle: OpenCircle): Promise<Outcome<{ readonly note: OpenNote }>> {
	return circle.note(await derivedRecord('workshop-floor', circle.id));
}

/** What the notes of a closed workshop say; undefined where none was kept. */
export async function keptNotes(circle: OpenCircle): Promise<Outcome<{ readonly paragraphs: readonly KeptParagraph[] | undefined }>> {
	const found = await only(circle, { kind: 'workshop-notes', of: circle.id, read: readKeptNotes });
	return found.ok ? { ok: true, paragraphs: found.kept?.says.paragraphs } : found;
}

/** Closes the notes for good: what is left is their plain words. The list of speakers goes first. */
export async function closeNotes(circle: OpenCircle, notes: OpenNote): Promise<Outcome<object>> {
	const floor = await floorOf(circle);
	if (!floor.ok) return floor;
	const ended = await floor.note.close();
	// It was closed the last time that somebody tried this.
	if (!ended.ok && ended.reason !== 'closed') return ended;
	return notes.close({ kind: 'workshop-notes', record: await derivedRecord('workshop-notes', circle.id), bodyOf: (text) => bodyOf({ paragraphs: text.paragraphs.filter((one) => one.text.trim() !== '') }) });
}

export interface KeptPoints {
	readonly points: readonly Point[];
	readonly record: OpenedRecord | undefined;
}

/** The points that a rapporteur stands by. */
export async function pointsOf(circle: OpenCircle): Promise<Outcome<KeptPoints>> {
	const found = await only(circle, { kind: 'workshop-points', of: circle.id, read: readPoints });
	return found.ok ? { ok: true, points: found.kept?.says.points ?? [], record: found.kept?.record } : found;
}

/** Keeps them as the next version. `moved-on` where another rapporteur was faster: read again, and decide again. */
export async function keepPoints(circle: OpenCircle, before: KeptPoints, points: readonly Point[]): Promise<Outcome<KeptPoints>> {
	const written = await circle.write({ kind: 'workshop-points', record: await derivedRecord('workshop-points', circle.id), body: bodyOf({ points }), basedOn: before.record });
	return written.ok ? { ok: true, points, record: written.written } : { ok: false, reason: written.reason };
}

/** What of a workshop could not be read for the report. */
export interface Unread {
	readonly workshop: string;
	readonly why: VaultTrouble | Refused;
}

/**
 * The points of all workshops of a plan, in its order, as a report. `open` opens a circle; whoever is not in one of them cannot read its
 * points, and is told.
 */
export async function reportOf({ convenors, plan, language, open }: { readonly convenors: OpenCircle; readonly plan: KeptPlan; readonly language: Language; readonly open: (circle: string) => Promise<Outcome<{ readonly circle: OpenCircle }>> }): Promise<Outcome<{ readonly sections: ForumReport['sections']; readonly unread: readonly Unread[] }>> {
	const circles = await workshopCircles(convenors, plan.record.record);
	if (!circles.ok) return circles;
	const unread: Unread[] = [];
	const sections = [];
	for (const theme of plan.plan.themes) {
		const workshops = [];
		for (const workshop of theme.workshops) {
			const known = circles.workshops.find((one) => one.theme === theme.id && one.workshop === workshop.id);
			if (known === undefined) continue;
			const title = shown(workshop.title, language).words;
			const read = await pointsIn(known.circle, open);
			if ('why' in read) unread.push({ workshop: title, why: read.why });
			else if (read.points.length > 0) workshops.push({ title, points: read.points.map(({ text }) => text) });
		}
		if (workshops.length > 0) sections.push({ theme: shown(theme.title, language).words, workshops });
	}
	return { ok: true, sections, unread };
}

async function pointsIn(circle: string, open: (circle: string) => Promise<Outcome<{ readonly circle: OpenCircle }>>): Promise<{ readonly points: readonly Point[] } | { readonly why: VaultTrouble | Refused }> {
	try {
		const opened = await open(circle);
		if (!opened.ok) return { why: opened.reason };
		const points = await pointsOf(opened.circle);
		return points.ok ? points : { why: points.reason };
	} catch (error) {
		if (error instanceof VaultTrouble) return { why: error };
		throw error;
	}
}

/** Releases the report to everybody, now or at a time; until when it is. `not-found` where the forum itself was not released by this circle. */
export async function releaseReport(link: Link, circle: OpenCircle, report: ForumReport, at: Date | undefined): Promise<Outcome<{ readonly releasedAt: Date }>> {
	// Plain JSON by its shape.
	const answer = await link.send('POST', `/api/forums/${report.slug}/report`, { circle: circle.id, report, releaseAt: at?.toISOString() ?? null } as unknown as Json);
	if (!answer.ok) return { ok: false, reason: answer.reason as Refused };
	const { value } = answer;
	const told = typeof value === 'object' && value !== null && 'releaseAt' in value ? new Date(String(value.releaseAt)) : new Date(NaN);
	if (Number.isNaN(told.getTime())) return { ok: false, reason: 'failed' };
	return { ok: true, releasedAt: told };
}

function bodyOf(says: object): Json {
	return { v: 1, ...says };
}
