import { randomBytes } from 'node:crypto';
import type { Generated, Selectable } from 'kysely';
import * as v from 'valibot';
import { confirmationMs, mayMailAgain } from '#lib/archive/newsletter.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { JobKind, Jobs } from '#lib/platform/jobs/jobs.ts';
import type { Limit } from '#lib/platform/limits/limits.ts';
import type { MailAddress } from '#lib/platform/mail/address.ts';
import type { Mail, Message } from '#lib/platform/mail/mail.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		newsletter_subscription: SubscriptionRow;
	}
}

interface SubscriptionRow {
	id: Generated<string>;
	address: string;
	language: Language;
	confirm_token: string;
	unsubscribe_token: string;
	confirmed_at: Date | null;
	mail_asked_at: Date;
	mails_asked: number;
	mail_owed: boolean;
}

/** Sign-ups from one network; the form's route asks the `Limiter`. */
export const joinLimit: Limit = { name: 'newsletter.join', most: 5, perMs: 60 * 60 * 1000 };

/**
 * Note: Whether an address is known is told to its owner only.
 * A sign-up has the same outcome, runs the same statements and enqueues a job whatever there was before; the difference
 * is in the mail: a question, or the news that the address receives the newsletter already. How often a mail follows is
 * `mayMailAgain`'s to say. A stranger can change the language of a sign-up that waits, not of one that was confirmed.
 */
export async function requestSubscription(
	{ db, jobs }: { readonly db: Db; readonly jobs: Jobs },
	{ address, language }: { readonly address: MailAddress; readonly language: Language },
	now: Date
): Promise<{ readonly ok: true }> {
	await forgetUnconfirmed(db, now);
	await db.transaction().execute(async (tx) => {
		const row = await tx
			.insertInto('newsletter_subscription')
			.values({ address, language, confirm_token: newToken(), unsubscribe_token: newToken(), mail_asked_at: now, mails_asked: 0, mail_owed: false })
			// Changes nothing, but locks the row that is there and gives it back.
			.onConflict((conflict) => conflict.column('address').doUpdateSet({ address }))
			.returningAll()
			.executeTakeFirstOrThrow();
		const mails = mayMailAgain({ confirmedAt: row.confirmed_at, mailAskedAt: row.mail_asked_at, mailsAsked: row.mails_asked }, now);
		await tx
			.updateTable('newsletter_subscription')
			.set({
				language: row.confirmed_at === null ? language : row.language,
				mail_asked_at: mails ? now : row.mail_asked_at,
				mails_asked: row.mails_asked + (mails ? 1 : 0),
				mail_owed: row.mail_owed || mails
			})
			.where('id', '=', row.id)
			.execute();
		await jobs.enqueue(tx, owedMail, { subscription: row.id });
	});
	return { ok: true };
}

export type Confirmed = { readonly ok: true } | { readonly ok: false; readonly reason: 'link-expired' | 'link-unknown' };

/**
 * Confirms the sign-up whose link this is; to do it again changes nothing. `link-unknown` is also the answer once an
 * expired or unsubscribed row is deleted, so the page's words must allow for both.
 */
export async function confirmSubscription(db: Db, token: string, now: Date): Promise<Confirmed> {
	if (!isToken(token)) return { ok: false, reason: 'link-unknown' };
	return db.transaction().execute(async (tx) => {
		const row = await tx.selectFrom('newsletter_subscription').selectAll().where('confirm_token', '=', token).forUpdate().executeTakeFirst();
		if (!row) return { ok: false, reason: 'link-unknown' };
		if (row.confirmed_at !== null) return { ok: true };
		if (row.mail_asked_at <= expiryOf(now)) return { ok: false, reason: 'link-expired' };
		// A second question that still waits for the mail server has its answer now.
		await tx.updateTable('newsletter_subscription').set({ confirmed_at: now, mail_owed: false }).where('id', '=', row.id).execute();
		return { ok: true };
	});
}

/** Deletes the address whose link this is, at once. An unknown token looks the same: mail providers ask again. */
export async function unsubscribe(db: Db, token: string): Promise<{ readonly ok: true }> {
	if (isToken(token)) await db.deleteFrom('newsletter_subscription').where('unsubscribe_token', '=', token).execute();
	return { ok: true };
}

/**
 * Deletes the sign-ups that were not confirmed in time. Every sign-up and every mail does this on the way; call it
 * hourly besides, so that the seven days that the mail speaks of also hold where nobody signs up.
 */
export async function forgetUnconfirmed(db: Db, now: Date): Promise<void> {
	await db
		.deleteFrom('newsletter_subscription')
		// Two of these at once would otherwise wait for each other's rows.
		.where('id', 'in', (rows) =>
			rows
				.selectFrom('newsletter_subscription')
				.select('id')
				.where('confirmed_at', 'is', null)
				.where('mail_asked_at', '<=', expiryOf(now))
				.forUpdate()
				.skipLocked()
		)
		.execute();
}

/** The words of one mail; `action` names the link. */
export interface MailWords {
	readonly subject: string;
	readonly paragraphs: readonly string[];
	readonly action: string;
	readonly afterAction: readonly string[];
}

export interface NewsletterWords {
	readonly confirm: MailWords;
	readonly already: MailWords;
}

export interface NewsletterPost {
	readonly db: Db;
	readonly mail: Mail;
	/** Of the public record: where the links lead. */
	readonly origin: string;
	/** `site` is the origin's host: the mail says who writes. */
	readonly words: (language: Language, values: { readonly site: string }) => NewsletterWords;
	readonly clock?: () => Date;
}

const owedMail: JobKind<{ readonly subscription: string }> = {
	name: 'newsletter.mail',
	parse: (found) => {
		const { success, output } = v.safeParse(v.object({ subscription: v.pipe(v.string(), v.uuid()) }), found);
		return success ? output : undefined;
	}
};

/** Declares the newsletter's jobs; before `jobs.start`, in every process that takes sign-ups. */
export function registerNewsletterJobs({ jobs, ...post }: NewsletterPost & { readonly jobs: Jobs }): void {
	jobs.register(owedMail, ({ subscription }) => sendOwedMail(post, subscription));
}

/** Enqueues every mail that is owed: after a restore, whose backup holds the rows but not the queue. */
export async function enqueueOwedMails(tx: Tx, jobs: Jobs): Promise<void> {
	const owed = await tx.selectFrom('newsletter_subscription').select('id').where('mail_owed', '=', true).execute();
	for (const { id } of owed) await jobs.enqueue(tx, owedMail, { subscription: id });
}

/**
 * Sends the mail that a sign-up led to, if it is still owed: not if the address was deleted, if an earlier job sent it,
 * or if the question expired while the mail server was away. Sent first and noted after: a process that is killed in
 * between sends it twice rather than never. Throws what `Mail.send` throws, and then still owes it.
 */
export async function sendOwedMail({ db, mail, origin, words, clock = () => new Date() }: NewsletterPost, subscription: string): Promise<void> {
	await forgetUnconfirmed(db, clock());
	const row = await db.selectFrom('newsletter_subscription').selectAll().where('id', '=', subscription).where('mail_owed', '=', true).executeTakeFirst();
	if (!row) return;
	await mail.send(letterTo(row, { origin, words: words(row.language, { site: new URL(origin).host }) }));
	await db
		.updateTable('newsletter_subscription')
		.set({ mail_owed: false })
		.where('id', '=', subscription)
		.where('mail_asked_at', '=', row.mail_asked_at)
		.execute();
}

function letterTo(row: Selectable<SubscriptionRow>, { origin, words }: { origin: string; words: NewsletterWords }): Message {
	const unsubscribeUrl = unsubscribeUrlOf(row, origin);
	const { action, ...letter } = row.confirmed_at === null ? words.confirm : words.already;
	const url = row.confirmed_at === null ? `${origin}/${row.language}/newsletter/confirm/${row.confirm_token}` : unsubscribeUrl;
	return { to: row.address, language: row.language, ...letter, action: { words: action, url }, unsubscribeUrl };
}

/** The page that asks, with a button; its POST acts. Scanners that follow every link of a mail unsubscribe nobody. */
function unsubscribeUrlOf({ language, unsubscribe_token }: Pick<SubscriptionRow, 'language' | 'unsubscribe_token'>, origin: string): string {
	return `${origin}/${language}/newsletter/unsubscribe/${unsubscribe_token}`;
}

const pageRows = 1000;

/**
 * Everybody who confirmed, as CSV (RFC 4180, UTF-8, CRLF, with a header line), piece by piece; the deed is in the audit
 * before the first piece is handed out. Rows come in no meaningful order.
 *
 * A cell that a spreadsheet would run as a formula, one that begins with `=`, `+`, `-` or `@`, gets an apostrophe in
 * front; so does one that begins with an apostrophe. Whoever reads the file back takes one leading apostrophe away,
 * and has the very addresses again: `+news@example.org` is one that people do use.
 */
export async function* exportSubscribers(db: Db, origin: string, now: Date = new Date()): AsyncGenerator<string, void> {
	await db.transaction().execute((tx) => recordDeed(tx, { actor: 'operator', action: 'newsletter.export', subject: 'newsletter' }, now));
	yield csvLine(['address', 'language', 'confirmed_at', 'unsubscribe_url']);
	let last = '00000000-0000-0000-0000-000000000000';
	for (;;) {
		const page = await db
			.selectFrom('newsletter_subscription')
			.select(['id', 'address', 'language', 'confirmed_at', 'unsubscribe_token'])
			.where('confirmed_at', 'is not', null)
			.where('id', '>', last)
			.orderBy('id')
			.limit(pageRows)
			.execute();
		const end = page.at(-1);
		if (!end) return;
		yield page.map((row) => csvLine([row.address, row.language, row.confirmed_at?.toISOString().slice(0, 10) ?? '', unsubscribeUrlOf(row, origin)])).join('');
		last = end.id;
	}
}

function csvLine(cells: readonly string[]): string {
	return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string): string {
	const inert = /^[=+\-@'\t\r]/.test(value) ? `'${value}` : value;
	return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** Rows asked about at this instant or before have waited too long. */
function expiryOf(now: Date): Date {
	return new Date(now.getTime() - confirmationMs);
}

/** 256 random bits, base64url. */
function newToken(): string {
	return randomBytes(32).toString('base64url');
}

function isToken(text: string): boolean {
	return /^[A-Za-z0-9_-]{43}$/.test(text);
}
