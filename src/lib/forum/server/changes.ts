import type { House } from '#lib/platform/house.ts';
import { changesBetween, type ReleaseChange } from '../released.ts';

/** What one release changed for those who read. */
export interface ReleasedChanges {
	readonly releasedAt: Date;
	readonly changes: readonly ReleaseChange[];
}

/**
 * Note: Changes that anybody may read.
 * Compared is what the server has of two releases, from which everybody who is not shown today was taken out. Who is in an
 * item is no change, and a release that changed nothing else is not listed and not counted: no gap tells that somebody came
 * or left. Hence no numbers of versions here.
 */
export async function releasedChanges({ db, recall }: Pick<House, 'db' | 'recall'>, slug: string): Promise<readonly ReleasedChanges[]> {
	return recall.remember(`releasedChanges ${slug}`, [`forum:${slug}`], async () => {
		const versions = await db.selectFrom('forum_release').select(['content', 'released_at']).where('slug', '=', slug).orderBy('version').execute();
		return versions
			.flatMap(({ content, released_at: releasedAt }, at): ReleasedChanges[] => {
				const before = versions[at - 1];
				const changes = before ? changesBetween(before.content, content) : [];
				return changes.length === 0 ? [] : [{ releasedAt, changes }];
			})
			.toReversed();
	});
}

/** On which day a forum was to begin before it was last moved, as a release told; undefined for one that was never moved, and one that nobody released here. */
export async function movedFrom({ db, recall }: Pick<House, 'db' | 'recall'>, slug: string): Promise<string | undefined> {
	return recall.remember(`movedFrom ${slug}`, [`forum:${slug}`], async () => {
		const versions = await db.selectFrom('forum_release').select('content').where('slug', '=', slug).orderBy('version', 'desc').execute();
		const now = versions[0]?.content.startsOn;
		return versions.find(({ content }) => content.startsOn !== now)?.content.startsOn;
	});
}

/** The forums of which there is something to read on the page of changes. */
export async function forumsWithChanges({ db, recall }: Pick<House, 'db' | 'recall'>): Promise<readonly string[]> {
	return recall.remember('forumsWithChanges', ['record'], async () => {
		const slugs = await db.selectFrom('forum').select('slug').where('version', '>', 1).orderBy('slug').execute();
		const found = await Promise.all(slugs.map(async ({ slug }) => ({ slug, changes: await releasedChanges({ db, recall }, slug) })));
		return found.flatMap(({ slug, changes }) => (changes.length > 0 ? [slug] : []));
	});
}
