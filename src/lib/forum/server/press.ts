import { randomBytes } from 'node:crypto';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import { mayModerate, sha256Of, type Moderated } from './public-items.ts';

/**
 * A new pass for press: its number, and the secret for its link, which is told here and never again. Whom it is given to is
 * not for us to know.
 */
export async function givePressPass({ db }: Pick<House, 'db'>, actor: Actor, forum: string, now: Date): Promise<Moderated<{ readonly number: number; readonly secret: string }>> {
	return db.transaction().execute(async (tx): Promise<Moderated<{ readonly number: number; readonly secret: string }>> => {
		if (!(await mayModerate(tx, actor, forum))) return { ok: false, reason: 'not-found' };
		if (!(await tx.selectFrom('forum_public_item').select('item').where('forum', '=', forum).forUpdate().executeTakeFirst())) return { ok: false, reason: 'not-found' };
		const { last } = await tx.selectFrom('forum_press_pass').select(({ fn }) => fn.max<number | null>('number').as('last')).where('forum', '=', forum).executeTakeFirstOrThrow();
		const number = (last ?? 0) + 1;
		const secret = randomBytes(16).toString('base64url');
		await tx.insertInto('forum_press_pass').values({ forum, number, secret_hash: sha256Of(secret) }).execute();
		await tx.updateTable('forum_public_item').set((eb) => ({ desk_version: eb('desk_version', '+', 1) })).where('forum', '=', forum).execute();
		await recordDeed(tx, { actor: actor.account, action: 'press-pass.give', subject: `${forum}/${number}` }, hourOf(now));
		return { ok: true, number, secret };
	});
}

/** Takes a pass back: its link opens nothing any more. */
export async function takePressPass({ db }: Pick<House, 'db'>, actor: Actor, { forum, number }: { readonly forum: string; readonly number: number }, now: Date): Promise<Moderated> {
	return db.transaction().execute(async (tx): Promise<Moderated> => {
		if (!(await mayModerate(tx, actor, forum))) return { ok: false, reason: 'not-found' };
		const taken = await tx.updateTable('forum_press_pass').set({ secret_hash: null }).where('forum', '=', forum).where('number', '=', number).where('secret_hash', 'is not', null).executeTakeFirst();
		if (taken.numUpdatedRows === 0n) return { ok: false, reason: 'not-found' };
		await tx.updateTable('forum_public_item').set((eb) => ({ desk_version: eb('desk_version', '+', 1) })).where('forum', '=', forum).execute();
		await recordDeed(tx, { actor: actor.account, action: 'press-pass.take', subject: `${forum}/${number}` }, hourOf(now));
		return { ok: true };
	});
}

/** The number of a pass by the secret of its link. */
export async function pressPass(db: Db, { forum, secret }: { readonly forum: string; readonly secret: string }): Promise<number | undefined> {
	return (await db.selectFrom('forum_press_pass').select('number').where('forum', '=', forum).where('secret_hash', '=', sha256Of(secret)).executeTakeFirst())?.number;
}
