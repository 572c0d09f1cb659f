import * as v from 'valibot';
import { isAccepted, wakeMembers } from '#lib/circles/server/index.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import type { JobKind } from '#lib/platform/jobs/jobs.ts';
import type { Limit } from '#lib/platform/limits/limits.ts';
import type { Outcome } from './guests.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		forum_watch: { circle_id: string; wake_at: Date };
	}
}

/**
 * Note: An hour at which somebody is woken.
 * Who is on the way, and when somebody should have been heard of, is known to browsers of the circle alone. Whichever of them looks
 * tells the server one full hour: the first at which anybody would be missed. If nobody has looked and said another by then, all members
 * who asked for notices get one, whose words are those of every notice, and again each hour until somebody has looked, for
 * a day. The server learns an hour of a circle: no person, no journey, no number of them. A browser that had not seen what others
 * keep is refused (`moved-on`), so that no stale page takes away an hour that is needed. What is true of the hour only members know,
 * so one who wants to wear the others out could name one after the other: a circle is woken twelve times in a day, and then every third hour. It is
 * never silenced, for whoever wants somebody missed would use up its wakings first.
 */
export const watchShape = v.strictObject({
	/** Null: nobody is on the way. */
	wakeAt: v.nullable(v.pipe(v.string(), v.isoTimestamp(), v.transform((text) => new Date(text)), v.check((at) => at.getTime() % hourMs === 0))),
	/** The sum of all versions of what the browser had read: of the circle's records of travellers, and of what they sent. */
	seen: v.pipe(v.number(), v.integer(), v.minValue(0))
});

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
/** Counted in the process alone: nothing is written of it. A little less than three hours, because no job is on time to the second. */
const wakings = { name: 'forum.watch', most: 12, perMs: dayMs } as const satisfies Limit;
const furtherWakings = { name: 'forum.watch.further', most: 1, perMs: 2.5 * hourMs } as const satisfies Limit;
/** No journey is planned for longer ahead. */
const mostDays = 1100;

/** Keeps the hour at which the members of a circle are to be woken, in the place of the one before. */
export async function keepWatch(db: Db, { account, circle, wakeAt, seen, now }: v.InferOutput<typeof watchShape> & { readonly account: string; readonly circle: string; readonly now: Date }): Promise<Outcome> {
	if (wakeAt !== null && (wakeAt <= now || wakeAt.getTime() > now.getTime() + mostDays * dayMs)) return { ok: false, reason: 'malformed' };
	return db.transaction().execute(async (tx) => {
		if (!(await isAccepted(tx, { account, circle }))) return { ok: false, reason: 'not-found' };
		// Whoever writes a record holds this row, too.
		await tx.selectFrom('circle').select('id').where('id', '=', circle).forUpdate().execute();
		const records = await tx.selectFrom('circle_record').select(({ fn }) => fn.sum<string | null>('version').as('sum')).where('circle_id', '=', circle).where('kind', '=', 'forum-traveller').where('newest', '=', true).executeTakeFirstOrThrow();
		const letters = await tx.selectFrom('forum_guest').select(({ fn }) => fn.sum<string | null>('version').as('sum')).where('logistics_id', '=', circle).executeTakeFirstOrThrow();
		if (Number(records.sum ?? 0) + Number(letters.sum ?? 0) !== seen) return { ok: false, reason: 'moved-on' };
		if (wakeAt === null) await tx.deleteFrom('forum_watch').where('circle_id', '=', circle).execute();
		else await tx.insertInto('forum_watch').values({ circle_id: circle, wake_at: wakeAt }).onConflict((conflict) => conflict.column('circle_id').doUpdateSet({ wake_at: wakeAt })).execute();
		return { ok: true };
	});
}

const watch: JobKind<object> = { name: 'forum.watch', parse: (found) => (typeof found === 'object' && found !== null ? {} : undefined) };

/** Declares the job of each hour. */
export function registerWatch(house: Pick<House, 'db' | 'jobs' | 'limiter'>): void {
	house.jobs.register(watch, () => wakeWhoIsDue(house, new Date()), { hour: 'each' });
}

/** Wakes the members of every circle whose hour has come, and forgets hours that are a day old. */
export async function wakeWhoIsDue({ db, jobs, limiter }: Pick<House, 'db' | 'jobs' | 'limiter'>, now: Date): Promise<void> {
	await db.deleteFrom('forum_watch').where('wake_at', '<=', new Date(now.getTime() - dayMs)).execute();
	const due = await db.selectFrom('forum_watch').select('circle_id').where('wake_at', '<=', now).execute();
	for (const { circle_id } of due) if (limiter.allows(wakings, circle_id, now) || limiter.allows(furtherWakings, circle_id, now)) await db.transaction().execute((tx) => wakeMembers(tx, jobs, circle_id));
}
