import { sql } from 'kysely';
import * as v from 'valibot';
import type { Config } from '#lib/platform/config.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { House } from '#lib/platform/house.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { JobKind, Jobs } from '#lib/platform/jobs/jobs.ts';
import type { Mail, Message } from '#lib/platform/mail/mail.ts';
import type { Push } from '#lib/platform/push/push.ts';
import { isDue, type NoticeWords } from '../notice.ts';
import { noticeKey, openDestination, type Kept } from './destinations.ts';
import { unreadableNotices } from './notices.ts';

export interface NoticePost {
	readonly db: Db;
	readonly jobs: Jobs;
	readonly mail: Mail;
	readonly push: Push;
	readonly config: Pick<Config, 'dataDir' | 'vaultOrigin' | 'noticeHour'>;
	readonly words: (language: Language) => NoticeWords;
	readonly nowIs?: () => Date;
}

const batch: JobKind<object> = { name: 'notices.batch', parse: (found) => (typeof found === 'object' && found !== null ? {} : undefined) };

/** One for each account, so that an address which is refused holds nobody else up; never two for the same. */
const one: JobKind<{ readonly account: string }> = {
	name: 'notices.send',
	parse: (found) => {
		const { success, output } = v.safeParse(v.object({ account: v.string() }), found);
		return success ? output : undefined;
	},
	onlyOne: ({ account }) => account
};

/** Declares the jobs of notices; before `jobs.start`. */
export function registerNoticeJobs(post: NoticePost): void {
	post.jobs.register(batch, () => beginBatch(post), { hour: post.config.noticeHour });
	post.jobs.register(one, ({ account }) => sendNotice(post, account));
}

/** Lets the house send notices, before `jobs.start`, and says if there are some that it cannot send. */
export async function beginNotices(house: House, words: NoticePost['words']): Promise<void> {
	registerNoticeJobs({ ...house, words });
	const unreadable = await unreadableNotices(house);
	if (unreadable > 0) {
		house.log.trouble(`Notices: ${unreadable} people cannot be told of news any more, because the key in secrets/notice-key is not the one of before. Put it back, or let them choose again on their page for notices.`, undefined);
	}
}

/** Makes a job for everybody who is to be told today, in an order by chance; all in one transaction, and so at one time. */
export async function beginBatch({ db, jobs, nowIs = () => new Date() }: Pick<NoticePost, 'db' | 'jobs' | 'nowIs'>): Promise<void> {
	const today = dayOf(nowIs());
	await db.transaction().execute(async (tx) => {
		await tx.updateTable('notice').set({ told_on: null }).where('told_on', '<', today).execute();
		const rows = await tx.selectFrom('notice').select(['account_id', 'owed', 'told', 'told_on']).where('owed', '=', true).orderBy(sql`random()`).execute();
		for (const row of rows) if (isDue(waitingOf(row), today)) await jobs.enqueue(tx, one, { account: row.account_id });
	});
}

/**
 * Tells those of the accounts that asked for notices at once and once more, whenever they were told last: somebody may be in danger. The
 * words are those of every notice. Order by chance, as in a batch.
 */
export async function wakeByNotice(tx: Tx, jobs: Pick<Jobs, 'enqueue'>, accounts: readonly string[]): Promise<void> {
	if (accounts.length === 0) return;
	const rows = await tx.updateTable('notice').set({ owed: true, told: false, told_on: null }).where('account_id', 'in', accounts).returning(['account_id', sql<number>`random()`.as('turn')]).execute();
	for (const { account_id } of rows.toSorted((a, b) => a.turn - b.turn)) await jobs.enqueue(tx, one, { account: account_id });
}

/**
 * Tells one account, if it still is to be told: not if it was here in the meantime, has switched off, or was told by an
 * earlier job. Sent first and noted after: a process that is killed in between tells twice rather than never. A push
 * subscription that has ended is deleted. Throws what mail and push throw, and then still owes it.
 */
export async function sendNotice({ db, mail, push, config, words, nowIs = () => new Date() }: NoticePost, account: string): Promise<void> {
	const today = dayOf(nowIs());
	const row = await db.selectFrom('notice').selectAll().where('account_id', '=', account).executeTakeFirst();
	if (!row || !isDue(waitingOf(row), today)) return;
	const kept = openDestination(await noticeKey(config), account, row.sealed_destination);
	if (!kept) return; // The start has said so, and the person's page asks again.
	if (kept.destination.kind === 'mail') await mail.send(letterOf(kept, { origin: config.vaultOrigin, words }));
	else if ((await push.knock(kept.destination.endpoint, nowIs())) === 'gone') {
		await db.deleteFrom('notice').where('stop_hash', '=', row.stop_hash).execute();
		return;
	}
	// Who came by while it was sent may be told again, and who chose anew is not told here.
	await db.updateTable('notice').set({ owed: false, told: true, told_on: today }).where('stop_hash', '=', row.stop_hash).where('owed', '=', true).execute();
}

/** Names the vault's origin only: the record's own would say more. */
function letterOf({ destination, stopToken }: Kept, { origin, words }: { origin: string; words: NoticePost['words'] }): Message {
	if (destination.kind !== 'mail') throw new Error('Only a mail address gets a letter.');
	const { address, language } = destination;
	const { subject, sentence, signIn, stop } = words(language);
	const stopUrl = `${origin}/${language}/notices/stop/${stopToken}`;
	return {
		to: address,
		subject,
		language,
		paragraphs: [sentence],
		action: { words: signIn, url: `${origin}/${language}/sign-in` },
		leave: { words: stop, url: stopUrl },
		unsubscribeUrl: stopUrl,
		senderName: 'Steadfast'
	};
}

function waitingOf({ owed, told, told_on }: { owed: boolean; told: boolean; told_on: string | null }): Parameters<typeof isDue>[0] {
	return { owed, told, toldOn: told_on };
}

function dayOf(now: Date): string {
	return now.toISOString().slice(0, 10);
}
