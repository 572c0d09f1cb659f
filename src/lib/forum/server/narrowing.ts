import type { Tx } from '#lib/platform/db/database.ts';
import { isWithin } from '../consent.ts';
import { holdRecordings, isRecorded } from './closing.ts';
import { isOfGuest, type GuestRequest } from './guests.ts';
import { isPermit, note, type Narrowing } from './permits.ts';
import { takeOut } from './releases.ts';

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
	if (permit.shown === null) {
		await tx.deleteFrom('forum_shown_person').where('slug', '=', slug).where('person', '=', person).execute();
		await takeOut(tx, slug, [person]);
	} else await one.set({ name: permit.shown.name, office: permit.shown.office && JSON.stringify(permit.shown.office), permit: permit.version }).execute();
	return { ok: true, changed: true };
}
