import type { JSONColumnType } from 'kysely';
import * as v from 'valibot';
import { isAccepted } from '#lib/circles/server/index.ts';
import type { Actor } from '#lib/people/account.ts';
import { hourOf } from '#lib/people/login-session.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { isId } from '#lib/vault/envelope.ts';
import { reportShape, type ForumReport } from '../report.ts';
import { minuteOf } from './public-items.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		forum_report: { slug: string; content: JSONColumnType<ForumReport>; release_at: Date };
	}
}

export const forumReportShape = v.strictObject({
	circle: v.pipe(v.string(), v.check(isId)),
	report: reportShape,
	/** Null: now. */
	releaseAt: v.nullable(v.pipe(v.string(), v.isoTimestamp(), v.transform((text) => new Date(text))))
});

export type ForumReportRequest = v.InferOutput<typeof forumReportShape>;

/** Keeps a report until its time of release, in the place of an earlier one: by a keeper or somebody of the staff, of the circle that released the forum. */
export async function keepReport(tx: Tx, actor: Actor, { circle, report, releaseAt }: ForumReportRequest, now: Date): Promise<{ readonly ok: true; readonly releaseAt: Date } | { readonly ok: false; readonly reason: 'not-found' }> {
	const { slug } = report;
	const forum = await tx.selectFrom('forum').select('circle_id').where('slug', '=', slug).executeTakeFirst();
	if (actor.role === 'member' || forum?.circle_id !== circle || !(await isAccepted(tx, { account: actor.account, circle }))) return { ok: false, reason: 'not-found' };
	const values = { content: JSON.stringify(report), release_at: releaseAt !== null && releaseAt > now ? minuteAfter(releaseAt) : minuteOf(now) };
	await tx
		.insertInto('forum_report')
		.values({ slug, ...values })
		.onConflict((conflict) => conflict.column('slug').doUpdateSet(values))
		.execute();
	await recordDeed(tx, { actor: actor.account, action: 'forum.report', subject: slug }, hourOf(now));
	return { ok: true, releaseAt: values.release_at };
}

/** The report of a forum if its time has come. */
export async function dueReport(db: Db | Tx, slug: string, now: Date): Promise<{ readonly report: ForumReport; readonly releasedAt: Date } | undefined> {
	const row = await db.selectFrom('forum_report').select(['content', 'release_at']).where('slug', '=', slug).where('release_at', '<=', now).executeTakeFirst();
	return row && { report: row.content, releasedAt: row.release_at };
}

/** Never before the time that was asked for. */
function minuteAfter(instant: Date): Date {
	return minuteOf(new Date(instant.getTime() + 59_999));
}
