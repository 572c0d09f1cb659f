import type { Actor } from '#lib/people/account.ts';
import { invite } from '#lib/people/server/index.ts';
import type { Db } from '#lib/platform/db/database.ts';
import type { Result } from './answers.ts';
import './tables.ts';

/** Keeps an invitation into a circle by one of its stewards; who answers it becomes a member of the programme, no more. */
export async function inviteInto(db: Db, actor: Actor, { circle, token }: { readonly circle: string; readonly token: string }, now: Date): Promise<Result<{ readonly id: string }>> {
	const steward = await db
		.selectFrom('circle_member')
		.innerJoin('circle', 'circle.id', 'circle_id')
		.select('steward')
		.where('circle_id', '=', circle)
		.where('account_id', '=', actor.account)
		.where('left_seq', 'is', null)
		.where('steward', '=', true)
		.where('closed_on', 'is', null)
		.where('own_of', 'is', null)
		.executeTakeFirst();
	if (!steward) return { ok: false, reason: 'not-found' };
	const invited = await invite(db, { actor, token, role: 'member', circle }, now);
	if (invited.ok) return invited;
	return { ok: false, reason: invited.reason === 'too-many' ? 'too-many' : invited.reason === 'taken' ? 'moved-on' : 'not-found' };
}
