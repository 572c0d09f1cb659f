import { currentRelease, keepNarrowing, keepRelease, type Convenor, type ForumRelease, type GuestRequest, type Narrowing } from '#lib/forum/server/index.ts';
import type { House } from '#lib/platform/house.ts';
import { forumFrom } from '../releasing.ts';
import { publishForum } from './records.ts';

export type Released = { readonly ok: true; readonly version: number } | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' | 'slug-taken' };

/**
 * Releases a version of a forum: kept, and from then on what the record shows of it, in one transaction. `slug-taken` where
 * the address belongs to a forum of the record that no convenor released. Others as `keepRelease`.
 */
export async function releaseForum({ db }: Pick<House, 'db'>, actor: Convenor, release: ForumRelease, now: Date): Promise<Released> {
	const { released, shown, version } = release;
	return db.transaction().execute(async (tx): Promise<Released> => {
		const known = await tx.selectFrom('archive_forum').select('slug').where('slug', '=', released.slug).executeTakeFirst();
		if (known && (await currentRelease(tx, released.slug)) === undefined) return { ok: false, reason: 'slug-taken' };
		const kept = await keepRelease(tx, actor, release, now);
		if (!kept.ok) return kept;
		if (kept.wasNew) await publishForum(tx, forumFrom(released, shown), now);
		return { ok: true, version };
	});
}

/** Obeys a guest's signed permit that shows less; what is public follows in the same transaction. Others as `keepNarrowing`. */
export async function narrowForum({ db }: Pick<House, 'db'>, { narrowing, request, now }: { readonly narrowing: Narrowing; readonly request: GuestRequest; readonly now: Date }): Promise<{ readonly ok: true; readonly changed: boolean } | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' }> {
	return db.transaction().execute(async (tx) => {
		const narrowed = await keepNarrowing(tx, narrowing, request, now);
		if (!narrowed.ok) return narrowed;
		if (narrowed.now) await publishForum(tx, forumFrom(narrowed.now.released, narrowed.now.shown), now);
		return { ok: true, changed: narrowed.now !== undefined };
	});
}
