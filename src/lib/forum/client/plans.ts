import * as v from 'valibot';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle, Opened, OpenedRecord, Refused } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import type { Json } from '#lib/vault/envelope.ts';
import type { Permit } from '../consent.ts';
import { mergedPlans } from '../merging.ts';
import { planProblems, readPlan, type ForumPlan, type PlannedItem } from '../plan.ts';
import { changesBetween, releasedShape, releaseOf, shownShape, type ReleaseChange, type ReleasedForum, type ShownPerson } from '../released.ts';

/** What a convenor does that may be refused: as by circles, or why a release is. */
export type PlanOutcome<T extends object> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: Refused | 'slug-taken' | 'not-ready' };

/** A plan that is kept in its circle. */
export interface KeptPlan {
	readonly record: OpenedRecord;
	readonly plan: ForumPlan;
}

/** The plan that a record holds. Throws a `VaultTrouble` of the kind `unknown-format` where it says something else. */
export function planOf(circle: OpenCircle, opened: Opened): KeptPlan {
	if (!opened.ok) throw opened.trouble;
	const { body } = opened;
	const plan = typeof body === 'object' && body !== null && 'plan' in body ? readPlan(body.plan) : undefined;
	if (opened.kind !== 'forum-plan' || plan === undefined) throw new VaultTrouble('unknown-format', { part: 'record', circle: circle.id, record: opened.record, version: opened.version }, { found: 'a record that is no plan of a forum' });
	return { record: opened, plan };
}

/** Every plan of a circle, or why one could not be opened; the newest first. */
export async function plansIn(circle: OpenCircle): Promise<PlanOutcome<{ readonly plans: readonly (KeptPlan | { readonly trouble: VaultTrouble; readonly record: string })[] }>> {
	const page = await circle.list('forum-plan', { limit: 200 });
	if (!page.ok) return page;
	const plans = page.records.map((opened) => {
		try {
			return planOf(circle, opened);
		} catch (error) {
			if (error instanceof VaultTrouble) return { trouble: error, record: opened.record };
			throw error;
		}
	});
	return { ok: true, plans };
}

export async function openPlan(circle: OpenCircle, record: string): Promise<PlanOutcome<KeptPlan>> {
	const read = await circle.read(record);
	return read.ok ? { ok: true, ...planOf(circle, read.opened) } : read;
}

/**
 * Items that are in none of the plan's newest version though these changes speak of them: deleted outright, each as it was planned last, so that it is
 * still known who was in them. Versions that cannot be opened are passed over.
 */
export async function deletedItems(circle: OpenCircle, { plan, record }: KeptPlan, changes: readonly ReleaseChange[]): Promise<PlanOutcome<{ readonly deleted: readonly PlannedItem[] }>> {
	const missing = new Set(changes.flatMap((change) => (change.kind === 'forum' || plan.items.some(({ id }) => id === change.item.id) ? [] : [change.item.id])));
	if (missing.size === 0) return { ok: true, deleted: [] };
	const read = await circle.versions(record.record);
	if (!read.ok) return read;
	const deleted: PlannedItem[] = [];
	for (const version of read.versions.toReversed()) {
		if (!version.ok) continue;
		for (const item of planOf(circle, version).plan.items) if (missing.delete(item.id)) deleted.push(item);
		if (missing.size === 0) break;
	}
	return { ok: true, deleted };
}

/** A plan that nobody has kept yet, as a new record of the circle. */
export async function keepNewPlan(circle: OpenCircle, plan: ForumPlan): Promise<PlanOutcome<KeptPlan>> {
	const written = await circle.write({ kind: 'forum-plan', body: bodyOf(plan), basedOn: undefined });
	return written.ok ? { ok: true, record: written.written, plan } : { ok: false, reason: written.reason };
}

const mostTries = 5;

/**
 * Keeps our edits as the next version. Where another convenor was faster, theirs and ours become one plan, and what both
 * changed is told: `clashes`, as `mergedPlans` names them. `based` is what our edits began with.
 */
export async function keepPlan(circle: OpenCircle, { plan, based }: { readonly plan: ForumPlan; readonly based: KeptPlan }): Promise<PlanOutcome<KeptPlan & { readonly clashes: readonly string[] }>> {
	let [ours, base] = [plan, based];
	const clashes = new Set<string>();
	for (let tries = 0; tries < mostTries; tries++) {
		const written = await circle.write({ kind: 'forum-plan', record: base.record.record, body: bodyOf(ours), basedOn: base.record });
		if (written.ok) return { ok: true, record: written.written, plan: ours, clashes: [...clashes] };
		if (written.reason !== 'moved-on') return { ok: false, reason: written.reason };
		const theirs = await openPlan(circle, base.record.record);
		if (!theirs.ok) return theirs;
		const merged = mergedPlans({ base: base.plan, ours, theirs: theirs.plan });
		for (const clash of merged.clashes) clashes.add(clash);
		[ours, base] = [merged.plan, theirs];
	}
	return { ok: false, reason: 'moved-on' };
}

function bodyOf(plan: ForumPlan): Json {
	// A plan is plain JSON by its shape.
	return { v: 1, plan } as unknown as Json;
}

/** What would be released of a plan, beside what is. */
export interface NextRelease {
	readonly version: number;
	readonly released: ReleasedForum;
	readonly shown: readonly ShownPerson[];
	/** Since the last one; null before the first. */
	readonly changes: readonly ReleaseChange[] | null;
	/** Nothing would differ from what is released, not even what is no announced change, such as who is in an item. */
	readonly isSame: boolean;
	/** Who is shown and was not, and the other way round: for the convenor's eyes alone. */
	readonly newlyShown: readonly ShownPerson[];
	readonly shownNoMore: readonly ShownPerson[];
}

const currentShape = v.strictObject({ version: v.pipe(v.number(), v.integer(), v.minValue(1)), released: releasedShape, shown: v.array(shownShape) });

/** What the next release would be. `not-ready`: words are missing that the public needs. */
export async function nextRelease(link: Link, plan: ForumPlan): Promise<PlanOutcome<{ readonly next: NextRelease }>> {
	const path = `/api/forums/${plan.slug}`;
	const answer = await link.ask(path);
	if (!answer.ok && answer.status !== 404) return { ok: false, reason: answer.reason as Refused };
	const { success, output } = v.safeParse(currentShape, answer.ok ? answer.value : undefined);
	if (answer.ok && !success) throw new VaultTrouble('unknown-format', { part: 'answer', path }, { found: 'an answer of another shape' });
	const before = success ? output : undefined;
	const shown = plan.people.flatMap(({ id, shownAs }): ShownPerson[] => (shownAs === null || shownAs.name.trim() === '' ? [] : [{ id, name: shownAs.name.trim(), office: shownAs.office }]));
	const released = releaseOf(plan, { shown: new Set(shown.map(({ id }) => id)), before: before?.released });
	const parsed = v.safeParse(releasedShape, released);
	if (planProblems(plan).length > 0 || !parsed.success) return { ok: false, reason: 'not-ready' };
	const [was, is] = [before?.shown ?? [], shown].map((all) => new Map(all.map((person) => [person.id, person])));
	return {
		ok: true,
		next: {
			version: (before?.version ?? 0) + 1,
			released,
			shown,
			isSame: before !== undefined && JSON.stringify([parsed.output, inOrder(shown)]) === JSON.stringify([before.released, inOrder(before.shown)]),
			changes: before ? changesBetween(before.released, released) : null,
			newlyShown: shown.filter(({ id }) => !was?.has(id)),
			shownNoMore: (before?.shown ?? []).filter(({ id }) => !is?.has(id))
		}
	};
}

function inOrder(shown: readonly ShownPerson[]): ShownPerson[] {
	return v.parse(v.array(shownShape), shown).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Releases it, with what everybody who is shown has signed (`permits`, by the id of the plan). `moved-on`: another version
 * came in between, or somebody allows less meanwhile; look at the changes again.
 */
export async function release(link: Link, circle: OpenCircle, { version, released, shown }: NextRelease, permits: ReadonlyMap<string, Permit> = new Map()): Promise<PlanOutcome<{ readonly version: number }>> {
	// All of it is plain JSON by its shape.
	const permitted = shown.map((one) => ({ ...one, ...(permits.has(one.id) && { permit: permits.get(one.id) }) }));
	const answer = await link.send('POST', '/api/forums', { circle: circle.id, version, released, shown: permitted } as unknown as Json);
	return answer.ok ? { ok: true, version } : { ok: false, reason: answer.reason as Refused | 'slug-taken' };
}
