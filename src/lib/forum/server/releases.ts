import type { ColumnType, JSONColumnType } from 'kysely';
import * as v from 'valibot';
import { isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { isId } from '#lib/vault/envelope.ts';
import type { KeptRecording, PressCoverage, Shred } from '../closing.ts';
import { permitShape, type Permit } from '../consent.ts';
import { releasedShape, shownShape, withoutPerson, type ReleasedForum, type ShownPerson } from '../released.ts';
import { isPermitted, notePermits } from './permits.ts';

/** What closing adds to the row of a forum. */
interface ClosingColumns {
	closed_at: Date | null;
	participants_about: number | null;
	recordings: ColumnType<KeptRecording[], string | undefined, string>;
	coverage: ColumnType<PressCoverage[], string | undefined, string>;
	shreds: ColumnType<Shred[] | null, string | null | undefined, string | null>;
	kept_until: string | null;
	without_photograph: ColumnType<boolean, boolean | undefined, boolean>;
}

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		forum: { slug: string; circle_id: string; version: number } & ClosingColumns;
		forum_release: { slug: string; version: number; content: JSONColumnType<ReleasedForum>; released_at: Date };
		forum_shown_person: { slug: string; person: string; name: string; office: JSONColumnType<Text> | null; key: string | null; permit: number | null };
	}
}

export const forumReleaseShape = v.pipe(
	v.strictObject({
		circle: v.pipe(v.string(), v.check(isId)),
		/** The version that this one is to be: one more than the newest. */
		version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
		released: releasedShape,
		shown: v.pipe(v.array(v.strictObject({ ...shownShape.entries, permit: v.optional(permitShape) })), v.maxLength(1000), v.check((shown) => new Set(shown.map(({ id }) => id)).size === shown.length))
	}),
	v.check(({ released, shown }) => {
		const ids = new Set(shown.map(({ id }) => id));
		return released.items.every(({ people }) => people.every(({ id }) => ids.has(id)));
	})
);

/** Somebody who is to be shown, with what they signed; without it where the convenors vouch that it is public knowledge. */
export interface PermittedPerson extends ShownPerson {
	readonly permit?: Permit | undefined;
}

export interface ForumRelease {
	readonly circle: string;
	readonly version: number;
	readonly released: ReleasedForum;
	readonly shown: readonly PermittedPerson[];
}

/** What a forum is to everybody, as it was released last. */
export interface CurrentRelease {
	readonly version: number;
	readonly released: ReleasedForum;
	readonly shown: readonly ShownPerson[];
}

/** Who releases, as the request says. */
export type Convenor = Actor;

export type Kept = { readonly ok: true; readonly wasNew: boolean } | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' };

/**
 * Keeps a release as the next version: by a keeper or somebody of the staff who is an accepted member of the circle that
 * plans the forum. With it who is shown today; whoever is not among them any more is taken out of every version.
 * `moved-on`: somebody was faster, or the address is another circle's, or somebody does not allow it (any more). The same
 * again changes nothing.
 */
export async function keepRelease(tx: Tx, actor: Convenor, { circle, version, released, shown }: ForumRelease, now: Date): Promise<Kept> {
	const { slug } = released;
	if (actor.role === 'member' || !(await isAccepted(tx, { account: actor.account, circle }))) return { ok: false, reason: 'not-found' };
	if (version === 1) await tx.insertInto('forum').values({ slug, circle_id: circle, version: 1 }).onConflict((conflict) => conflict.doNothing()).execute();
	const row = await tx.selectFrom('forum').selectAll().where('slug', '=', slug).forUpdate().executeTakeFirst();
	if (row?.circle_id !== circle) return { ok: false, reason: row === undefined ? 'not-found' : 'moved-on' };
	const same = await tx.selectFrom('forum_release').select('content').where('slug', '=', slug).where('version', '=', version).executeTakeFirst();
	if (same) return JSON.stringify(v.parse(releasedShape, same.content)) === JSON.stringify(released) ? { ok: true, wasNew: false } : { ok: false, reason: 'moved-on' };
	if (version !== row.version + 1 && !(version === 1 && row.version === 1)) return { ok: false, reason: 'moved-on' };
	for (const one of shown) if (!(await isPermitted(tx, slug, one))) return { ok: false, reason: 'moved-on' };
	await tx.insertInto('forum_release').values({ slug, version, content: JSON.stringify(released), released_at: hourOf(now) }).execute();
	await tx.updateTable('forum').set({ version }).where('slug', '=', slug).execute();
	await showOnly(tx, slug, shown);
	await notePermits(tx, slug, shown, now);
	await recordDeed(tx, { actor: actor.account, action: 'forum.release', subject: slug }, hourOf(now));
	return { ok: true, wasNew: true };
}

/** These are shown from now on, and nobody else, in whatever version. */
async function showOnly(tx: Tx, slug: string, shown: readonly PermittedPerson[]): Promise<void> {
	const before = await tx.selectFrom('forum_shown_person').select('person').where('slug', '=', slug).execute();
	await tx.deleteFrom('forum_shown_person').where('slug', '=', slug).execute();
	if (shown.length > 0) await tx.insertInto('forum_shown_person').values(shown.map(({ id, name, office, permit }) => ({ slug, person: id, name, office: office && JSON.stringify(office), key: permit?.key ?? null, permit: permit?.version ?? null }))).execute();
	await takeOut(tx, slug, before.map(({ person }) => person).filter((person) => !shown.some(({ id }) => id === person)));
}

/** Out of every version that was ever released. */
export async function takeOut(tx: Tx, slug: string, gone: readonly string[]): Promise<void> {
	if (gone.length === 0) return;
	for (const { version, content } of await tx.selectFrom('forum_release').select(['version', 'content']).where('slug', '=', slug).execute()) {
		const without = gone.reduce(withoutPerson, content);
		await tx.updateTable('forum_release').set({ content: JSON.stringify(without) }).where('slug', '=', slug).where('version', '=', version).execute();
	}
}

/** The newest release of a forum, for who plans the next. */
export async function currentRelease(db: Db | Tx, slug: string): Promise<CurrentRelease | undefined> {
	const row = await db.selectFrom('forum').innerJoin('forum_release', (join) => join.onRef('forum_release.slug', '=', 'forum.slug').onRef('forum_release.version', '=', 'forum.version')).select(['forum.version', 'content']).where('forum.slug', '=', slug).executeTakeFirst();
	if (!row) return undefined;
	const people = await db.selectFrom('forum_shown_person').select(['person', 'name', 'office']).where('slug', '=', slug).orderBy('person').execute();
	// In the order in which it was sent: PostgreSQL keeps JSON in one of its own, and a calendar would take that for a change.
	return { version: row.version, released: v.parse(releasedShape, row.content), shown: v.parse(v.array(shownShape), people.map(({ person, name, office }) => ({ id: person, name, office }))) };
}

/** The forums that a circle has released, for its members: their addresses, by first day, the newest first. */
export async function releasedBy(db: Db, { account, circle }: { readonly account: string; readonly circle: string }): Promise<{ readonly ok: true; readonly forums: readonly { readonly slug: string; readonly title: Text }[] } | { readonly ok: false; readonly reason: 'not-found' }> {
	if (!(await isAccepted(db, { account, circle }))) return { ok: false, reason: 'not-found' };
	const rows = await db.selectFrom('forum').innerJoin('forum_release', (join) => join.onRef('forum_release.slug', '=', 'forum.slug').onRef('forum_release.version', '=', 'forum.version')).select(['forum.slug', 'content']).where('circle_id', '=', circle).execute();
	return { ok: true, forums: rows.toSorted((a, b) => (a.content.startsOn < b.content.startsOn ? 1 : -1)).map(({ slug, content }) => ({ slug, title: content.title })) };
}
