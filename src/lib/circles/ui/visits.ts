import { openOwnCircle } from '../client/circles.ts';
import type { OpenCircle, OwnCircle } from '../client/open-circle.ts';

/**
 * Note: News since the last visit.
 * When somebody was last in a circle is a sealed note in her own circle, one record for each circle, so that it is the
 * same on every device and nobody else learns it. What counts as news are papers and files of others, by the time that
 * their authors' clocks told.
 */
const kind = 'settings';
const mostNews = 20;

/** Milliseconds since 1970 of the newest paper or file that was there at the last visit, by circle. */
export async function visitsOf(own: OwnCircle): Promise<ReadonlyMap<string, Visit>> {
	const visits = new Map<string, Visit>();
	for (let after: string | undefined; ; ) {
		const page = await own.circle.list(kind, { limit: 200, after });
		if (!page.ok) return visits;
		for (const opened of page.records) {
			if (!opened.ok || typeof opened.body !== 'object' || opened.body === null || !('circle' in opened.body)) continue;
			const { circle, at } = opened.body;
			if (typeof circle === 'string' && typeof at === 'number') visits.set(circle, { at, noted: { record: opened.record, version: opened.version, hash: opened.hash } });
		}
		if (page.next === undefined) return visits;
		after = page.next;
	}
}

export interface Visit {
	readonly at: number;
	readonly noted: { readonly record: string; readonly version: number; readonly hash: string };
}

/** How many papers and files of others came since; at most 20 are counted. Undefined where it could not be told. */
export async function newsSince(circle: OpenCircle, visit: Visit | undefined): Promise<number | undefined> {
	const page = await circle.list(['paper', 'file'], { limit: mostNews });
	if (!page.ok) return undefined;
	return page.records.filter((opened) => opened.ok && opened.author !== circle.me.account && opened.at.getTime() > (visit?.at ?? 0)).length;
}

/** Notes that the circle was visited, if anything came since the last note. */
export async function noteVisit(circle: OpenCircle): Promise<void> {
	const [newest, found] = await Promise.all([circle.list(['paper', 'file'], { limit: 1 }), openOwnCircle({ known: true })]);
	const [record] = newest.ok ? newest.records : [];
	if (!found.ok || !record?.ok) return;
	const visit = (await visitsOf(found.own)).get(circle.id);
	const at = record.at.getTime();
	if (visit !== undefined && visit.at >= at) return;
	const body = { circle: circle.id, at };
	// Another tab that was faster noted the same.
	await found.own.circle.write(visit === undefined ? { kind, body } : { kind, body, record: visit.noted.record, basedOn: { version: visit.noted.version, hash: visit.noted.hash } });
}
