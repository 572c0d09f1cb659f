import * as v from 'valibot';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Tx } from '#lib/platform/db/database.ts';
import { isWithin } from '../consent.ts';
import { convened, holdRecordings, holdThose, isRecorded } from './closing.ts';
import { isOfGuest, type GuestRequest } from './guests.ts';
import { isPermit, note, type Narrowing } from './permits.ts';
import { currentRelease, takeOut } from './releases.ts';

/** `changed`: something that is public is to be told otherwise from this moment on. */
export type Narrowed = { readonly ok: true; readonly changed: boolean } | { readonly ok: false; readonly reason: 'not-found' | 'moved-on' };

/**
 * Obeys a signed permit that shows less, without asking anybody: who is shown by its key is shown so from now on, in every
 * version, no recording with them in it is in the record, and no permit with a lower number counts any more, also where nothing was released yet. A key that shows nobody
 * here and never did is obeyed only where a guest's own key signed the request: a stranger leaves nothing (`not-found`).
 * `moved-on`: it shows more, or its number was passed. The same again changes nothing.
 */
export async function keepNarrowing(tx: Tx, { slug, person, permit }: Narrowing, request: GuestRequest, now: Date): Promise<Narrowed> {
	if (!(await isPermit(slug, person, permit))) return { ok: false, reason: 'not-found' };
	// A release that is being made waits, or we wait for it.
	await tx.selectFrom('forum').select('version').where('slug', '=', slug).forUpdate().executeTakeFirst();
	const known = await tx.selectFrom('forum_permit').select('version').where('slug', '=', slug).where('person', '=', person).where('key', '=', permit.key).executeTakeFirst();
	if (known && permit.version < known.version) return { ok: false, reason: 'moved-on' };
	const row = await tx.selectFrom('forum_shown_person').select(['name', 'office']).where('slug', '=', slug).where('person', '=', person).where('key', '=', permit.key).executeTakeFirst();
	if (!known && !row && !(await isRecorded(tx, slug, permit.key)) && !(await isOfGuest(tx, request, slug))) return { ok: false, reason: 'not-found' };
	if (row && !isWithin(permit.shown, row)) return { ok: false, reason: 'moved-on' };
	await note(tx, { slug, person, permit, was_shown: row !== undefined }, now);
	const held = await holdRecordings(tx, slug, permit.key);
	if (!row || isWithin(row, permit.shown)) return { ok: true, changed: held };
	const one = tx.updateTable('forum_shown_person').where('slug', '=', slug).where('person', '=', person);
	if (permit.shown === null) await hide(tx, slug, person);
	else await one.set({ name: permit.shown.name, office: permit.shown.office && JSON.stringify(permit.shown.office), permit: permit.version }).execute();
	return { ok: true, changed: true };
}

/** Shown no more, in whatever version. */
async function hide(tx: Tx, slug: string, person: string): Promise<void> {
	await tx.deleteFrom('forum_shown_person').where('slug', '=', slug).where('person', '=', person).execute();
	await takeOut(tx, slug, [person]);
}

const word = (most: number) => v.pipe(v.string(), v.maxLength(most));

/** What a convenor takes out of what is public of a forum: somebody who is named, one recording, or the photograph. */
export const takingOutShape = v.strictObject({
	what: v.variant('kind', [v.strictObject({ kind: v.literal('person'), person: word(60) }), v.strictObject({ kind: v.literal('recording'), item: word(60), url: word(500) }), v.strictObject({ kind: v.literal('photograph') })])
});
export type TakingOut = v.InferOutput<typeof takingOutShape> & { readonly slug: string; readonly circle: string };

/**
 * Note: Taken out for somebody who asks.
 * Ninety days after a forum a guest's own way of taking something back is gone with their invitation, and whoever was named on the
 * convenors' word never had one. So one convenor alone does it for them, at once and by what a guest's own narrowing does; no second one is
 * needed for showing less. Everything with them goes: name, words they are quoted with, recordings of items in which they are named. What they
 * had signed counts no more, and no word of a convenor brings them back; only they can, by a newer permit. The same again changes nothing.
 */
export async function keepTakenOut(tx: Tx, actor: Actor, { slug, circle, what }: TakingOut, now: Date): Promise<Narrowed> {
	const row = await convened(tx, actor, { slug, circle });
	if (!row) return { ok: false, reason: 'not-found' };
	const changed = await takenOut(tx, { slug, what }, now);
	if (changed) await recordDeed(tx, { actor: actor.account, action: 'forum.take-out', subject: slug }, hourOf(now));
	return { ok: true, changed };
}

async function takenOut(tx: Tx, { slug, what }: Pick<TakingOut, 'slug' | 'what'>, now: Date): Promise<boolean> {
	if (what.kind === 'photograph') {
		const { numUpdatedRows } = await tx.updateTable('forum').set({ without_photograph: true }).where('slug', '=', slug).where('without_photograph', '=', false).executeTakeFirstOrThrow();
		return numUpdatedRows > 0n;
	}
	if (what.kind === 'recording') return holdThose(tx, slug, ({ item, url }) => item === what.item && url === what.url);
	const { person } = what;
	const shown = await tx.selectFrom('forum_shown_person').select(['key', 'permit']).where('slug', '=', slug).where('person', '=', person).executeTakeFirst();
	if (!shown) return false;
	const items = new Set((await currentRelease(tx, slug))?.released.items.flatMap(({ id, people }) => (people.some((one) => one.id === person) ? [id] : [])));
	await holdThose(tx, slug, ({ item, permits }) => items.has(item) || permits.some(({ key }) => key === shown.key));
	const known = await tx.selectFrom('forum_permit').select(({ fn }) => fn.max('version').as('newest')).where('slug', '=', slug).where('person', '=', person).executeTakeFirstOrThrow();
	// Without a key nobody signed it: a row of no key says that no word of a convenor is enough any more.
	await note(tx, { slug, person, permit: { key: shown.key ?? '', version: Math.max(known.newest ?? 0, shown.permit ?? 0) + 1 }, was_shown: true }, now);
	await hide(tx, slug, person);
	return true;
}
