import * as v from 'valibot';
import { convened, currentRelease, dueReport, heldForum, keepNarrowing, keepRelease, keepReport, keepTakenOut, type Convenor, type ForumRelease, type ForumReportRequest, type GuestRequest, type Narrowing, type TakingOut } from '#lib/forum/server/index.ts';
import type { Tx } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import type { JobKind } from '#lib/platform/jobs/jobs.ts';
import { reportFrom } from '../releasing.ts';
import type { NamedInForum } from '#lib/forum/named.ts';
import { publishHeld } from './closing.ts';
import { publishDocument } from './records.ts';

export type Released = { readonly ok: true; readonly version: number } | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'slug-taken' };

/**
 * Releases a version of a forum: kept, and from then on what the record shows of it, in one transaction. `slug-taken` where
 * the address belongs to a forum of the record that no convenor released. Others as `keepRelease`.
 */
export async function releaseForum({ db }: Pick<House, 'db'>, actor: Convenor, release: ForumRelease, now: Date): Promise<Released> {
	const { released, version } = release;
	return db.transaction().execute(async (tx): Promise<Released> => {
		const known = await tx.selectFrom('archive_forum').select('slug').where('slug', '=', released.slug).executeTakeFirst();
		if (known && (await currentRelease(tx, released.slug)) === undefined) return { ok: false, reason: 'slug-taken' };
		const kept = await keepRelease(tx, actor, release, now);
		if (!kept.ok) return kept;
		if (kept.wasNew) await publishHeld(tx, released.slug, now);
		return { ok: true, version };
	});
}

/** Obeys a guest's signed permit that shows less; what is public follows in the same transaction. Others as `keepNarrowing`. */
export async function narrowForum({ db }: Pick<House, 'db'>, { narrowing, request, now }: { readonly narrowing: Narrowing; readonly request: GuestRequest; readonly now: Date }): Promise<{ readonly ok: true; readonly changed: boolean } | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' }> {
	return db.transaction().execute(async (tx) => {
		const narrowed = await keepNarrowing(tx, narrowing, request, now);
		if (!narrowed.ok) return narrowed;
		if (narrowed.changed) await publishHeld(tx, narrowing.slug, now, { quietly: true });
		return narrowed;
	});
}

/** Takes out what a convenor says; what is public follows in the same transaction. Others as `keepTakenOut`. */
export async function takeOutOfForum({ db }: Pick<House, 'db'>, actor: Convenor, request: TakingOut, now: Date): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' }> {
	return db.transaction().execute(async (tx) => {
		const taken = await keepTakenOut(tx, actor, request, now);
		if (!taken.ok) return taken;
		if (taken.changed) await publishHeld(tx, request.slug, now, { quietly: true });
		return { ok: true };
	});
}

/** Who and what can be taken out of what is public of a forum, for who may do it. */
export async function namedInForum({ db }: Pick<House, 'db'>, actor: Convenor, place: { readonly slug: string; readonly circle: string }, now: Date): Promise<NamedInForum | undefined> {
	return db.transaction().execute(async (tx) => {
		const held = (await convened(tx, actor, place)) && (await heldForum(tx, place.slug, now));
		if (!held) return undefined;
		const forum = (await tx.selectFrom('archive_forum').select('content').where('slug', '=', place.slug).executeTakeFirst())?.content;
		const titles = new Map(held.released.items.map(({ id, title }) => [id, title]));
		return {
			title: held.released.title,
			people: held.shown.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
			recordings: held.recordings.flatMap(({ item, url }) => {
				const title = titles.get(item);
				return title ? [{ item, url, title }] : [];
			}),
			photograph: forum?.photo?.alternative ?? null
		};
	});
}

const reportJob: JobKind<{ readonly slug: string }> = {
	name: 'forum.report',
	parse: (found) => {
		const { success, output } = v.safeParse(v.object({ slug: v.string() }), found);
		return success ? output : undefined;
	}
};

/** Takes an overview report: it is in the record at its time of release, and at once where that is now. `malformed` for one that is too long to be a page. */
export async function releaseReport({ db, jobs }: Pick<House, 'db' | 'jobs'>, actor: Convenor, request: ForumReportRequest, now: Date): Promise<{ readonly ok: true; readonly releaseAt: Date } | { readonly ok: false; readonly reason: 'not-found' | 'malformed' }> {
	if (reportFrom(request.report, dayOf(now)) === undefined) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx) => {
		const kept = await keepReport(tx, actor, request, now);
		if (!kept.ok) return kept;
		if (!(await publishDueReport(tx, request.report.slug, now))) await jobs.enqueue(tx, reportJob, { slug: request.report.slug }, kept.releaseAt);
		return kept;
	});
}

/** Publishes reports whose time has come; before the jobs are started. */
export function registerReports({ db, jobs }: Pick<House, 'db' | 'jobs'>): void {
	// A report whose time was changed meanwhile has another job.
	jobs.register(reportJob, async ({ slug }) => void (await db.transaction().execute((tx) => publishDueReport(tx, slug, new Date()))));
}

/** Puts the report of a forum into the record if its time has come; whether it has. */
export async function publishDueReport(tx: Tx, slug: string, now: Date): Promise<boolean> {
	const due = await dueReport(tx, slug, now);
	const document = due && reportFrom(due.report, dayOf(due.releasedAt));
	if (document === undefined) return false;
	await publishDocument(tx, document, now);
	return true;
}

function dayOf(instant: Date): string {
	return instant.toISOString().slice(0, 10);
}
