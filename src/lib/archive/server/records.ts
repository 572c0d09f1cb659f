import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JSONColumnType } from 'kysely';
import { sql } from 'kysely';
import { followupTag, keepAddressees, wholeFollowup } from '#lib/followup/server/index.ts';
import { problemWords } from '#lib/followup/story.ts';
import { heldForum } from '#lib/forum/server/index.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import type { Db, Tx } from '#lib/platform/db/database.ts';
import { announcePublication } from '#lib/platform/db/publications.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { byNumber, type AgendaItem, type Forum, type ForumDocument, type KeptQuestion, type Photo, type Programme } from '../forum.ts';
import type { ArchiveRecord } from '../record.ts';
import { quotationsOfShown } from '../releasing.ts';
import { followDocument, refollow } from './following.ts';
import { lockRecord } from './records-lock.ts';
import { replaceEntries } from './search-index.ts';
import { entriesOfDocument, entriesOfForum, entriesOfQuestion } from './search-entries.ts';

declare module '#lib/platform/db/database.ts' {
	interface Tables {
		archive_programme: { only_one: boolean; content: JSONColumnType<Programme>; changed_at: Date };
		archive_forum: { slug: string; starts_on: string; content: JSONColumnType<Forum>; changed_at: Date };
		archive_document: { forum_slug: string; slug: string; content: JSONColumnType<ForumDocument>; changed_at: Date };
		archive_question: { forum_slug: string; item_id: string; number: number; content: JSONColumnType<KeptQuestion> };
		archive_photo: { sha256: string; type: Photo['type']; bytes: Buffer };
		archive_revision: { forum_slug: string; item_id: string; fingerprint: string; sequence: number; changed_at: Date };
	}
}

/** What an import did, in numbers of forums and documents; the programme counts as one more. */
export interface ImportReport {
	readonly added: number;
	readonly changed: number;
	readonly removed: number;
	readonly unchanged: number;
	/** Forums of the record that the folder does not hold; kept unless replacing was asked for. */
	readonly keptForums: readonly string[];
}

/**
 * Takes a record in, in one transaction: all of it or nothing. What is already so stays untouched (the same folder a
 * second time changes nothing), a document that its forum's folder no longer holds is removed, and a forum that the
 * folder does not hold is kept unless `replace` is set. Calendars' numbers, the search index, the audit entry and the
 * word to the page caches belong to the same transaction.
 */
export async function importRecord({ db, record, now, replace = false }: { db: Db; record: ArchiveRecord; now: Date; replace?: boolean }): Promise<ImportReport> {
	return db.transaction().execute(async (tx) => {
		await lockRecord(tx);
		const counts = { added: 0, changed: 0, removed: 0, unchanged: 0 };
		const changedForums = new Set<string>();

		const programme = await keepProgramme(tx, record.programme, now);
		counts[programme] += 1;
		const forums = await Promise.all(record.forums.map((forum) => asAllowed(tx, forum, now)));
		for (const forum of forums) {
			const outcome = await keepForum(tx, forum, now);
			counts[outcome] += 1;
			if (outcome !== 'unchanged') changedForums.add(forum.slug);
		}
		for (const forum of forums) {
			if (await keepQuestions(tx, forum, await questionsAllowed(tx, forum.slug, record.questions))) changedForums.add(forum.slug);
		}
		for (const document of record.documents) {
			const outcome = await keepDocument(tx, document, now);
			counts[outcome] += 1;
			if (outcome !== 'unchanged') changedForums.add(document.forum);
		}
		for (const forum of await removeMissingDocuments(tx, record)) {
			counts.removed += 1;
			changedForums.add(forum);
		}
		for (const forum of await keepFollowups(tx, record, now)) changedForums.add(forum);
		const missing = await missingForums(tx, record);
		if (replace) {
			for (const slug of missing) {
				await removeForum(tx, slug);
				counts.removed += 1;
				changedForums.add(slug);
			}
		}
		await keepPhotos(tx, record);
		if (counts.added + counts.changed + counts.removed + changedForums.size > 0) {
			const subject = `${counts.added} added, ${counts.changed} changed, ${counts.removed} removed`;
			await recordDeed(tx, { actor: 'operator', action: 'archive.import', subject }, now);
			// The programme's name stands on every page.
			const shown = programme === 'unchanged' ? changedForums : record.forums.map(({ slug }) => slug).concat(missing);
			await announcePublication(tx, ['record', followupTag, ...[...shown].map(forumTag)]);
		}
		return { ...counts, keptForums: replace ? [] : missing };
	});
}

/**
 * Note: Old files bring nobody back.
 * Of a forum that convenors released here it is theirs, and each person's own, to say who is named and recorded. Files that
 * were exported before somebody took something back still have it: what is not allowed today is left out of what they say,
 * without a word about it. So it is with a question that its author or a moderator has taken back.
 */
async function asAllowed(tx: Tx, forum: Forum, now: Date): Promise<Forum> {
	const held = await heldForum(tx, forum.slug, now);
	if (!held) return forum;
	const [names, recorded] = [new Set(held.shown.map(({ name }) => name)), new Set(held.recordings.map(({ item, url }) => `${item} ${url}`))];
	const { photo, ...facts } = forum;
	return {
		...facts,
		...(photo && !held.withoutPhotograph && { photo }),
		people: forum.people.filter(({ name }) => names.has(name)),
		quotations: quotationsOfShown(forum, names),
		agenda: forum.agenda.map(({ people = [], ...item }) => {
			const allowed = people.filter(({ name }) => names.has(name));
			return allowed.length > 0 ? { ...item, people: allowed } : item;
		}),
		recordings: forum.recordings.filter(({ item, url }) => item === undefined || recorded.has(`${item} ${url}`))
	};
}

async function questionsAllowed(tx: Tx, slug: string, questions: readonly KeptQuestion[]): Promise<KeptQuestion[]> {
	const own = questions.filter((one) => one.forum === slug);
	if (own.length === 0 || !(await tx.selectFrom('forum').select('slug').where('slug', '=', slug).executeTakeFirst())) return own;
	const there = new Set((await tx.selectFrom('archive_question').select(['item_id', 'number']).where('forum_slug', '=', slug).execute()).map(({ item_id, number }) => `${item_id}/${number}`));
	return own.filter(({ item, number }) => there.has(`${item}/${number}`));
}

/** The tag of pages that show this forum; pages that list or count forums carry `record`. */
export function forumTag(slug: string): string {
	return `forum:${slug}`;
}

type Outcome = 'added' | 'changed' | 'unchanged';

async function keepProgramme(tx: Tx, programme: Programme, now: Date): Promise<Outcome> {
	const found = await tx.selectFrom('archive_programme').select('content').executeTakeFirst();
	if (found && isSame(found.content, programme)) return 'unchanged';
	const content = JSON.stringify(programme);
	await tx
		.insertInto('archive_programme')
		.values({ only_one: true, content, changed_at: now })
		.onConflict((conflict) => conflict.column('only_one').doUpdateSet({ content, changed_at: now }))
		.execute();
	return found ? 'changed' : 'added';
}

/**
 * Keeps one forum as it is now, and the questions of these items of it, with its calendars' numbers, search entries and the
 * word to the page caches. `quietly`: the time of its last change stays, where telling that something has changed
 * would tell that somebody is gone.
 */
export async function publishForum(tx: Tx, forum: Forum, now: Date, { questions, quietly = false }: { readonly questions?: { readonly of: readonly string[]; readonly all: readonly KeptQuestion[] }; readonly quietly?: boolean } = {}): Promise<void> {
	await lockRecord(tx);
	const before = quietly ? await tx.selectFrom('archive_forum').select('changed_at').where('slug', '=', forum.slug).executeTakeFirst() : undefined;
	const isKept = (await keepForum(tx, forum, before?.changed_at ?? now)) !== 'unchanged';
	const areKept = questions !== undefined && (await keepQuestions(tx, forum, questions.all, questions.of));
	if (isKept) await dropPhotos(tx);
	if (isKept || areKept) await announcePublication(tx, ['record', forumTag(forum.slug)]);
}

/** Keeps exactly these questions of a forum, or of some of its items; whether anything differs from before. */
async function keepQuestions(tx: Tx, forum: Forum, questions: readonly KeptQuestion[], items?: readonly string[]): Promise<boolean> {
	let found = tx.selectFrom('archive_question').select('content').where('forum_slug', '=', forum.slug);
	if (items !== undefined) found = found.where('item_id', 'in', items.length === 0 ? [''] : items);
	const before = (await found.execute()).map(({ content }) => content).toSorted(byNumber);
	const wanted = questions.toSorted(byNumber);
	if (isSame(before, wanted)) return false;
	const key = ({ item, number }: KeptQuestion): string => `${item}/${number}`;
	const known = new Map(before.map((one) => [key(one), one]));
	const gone = new Set(known.keys());
	for (const one of wanted) {
		const was = known.get(key(one));
		gone.delete(key(one));
		if (was !== undefined && isSame(was, one)) continue;
		const content = JSON.stringify(one);
		await tx
			.insertInto('archive_question')
			.values({ forum_slug: forum.slug, item_id: one.item, number: one.number, content })
			.onConflict((conflict) => conflict.columns(['forum_slug', 'item_id', 'number']).doUpdateSet({ content }))
			.execute();
	}
	for (const one of before.filter((each) => gone.has(key(each)))) await tx.deleteFrom('archive_question').where('forum_slug', '=', forum.slug).where('item_id', '=', one.item).where('number', '=', one.number).execute();
	const touched = new Set([...before, ...wanted].map(({ item }) => item));
	for (const item of touched) await replaceEntries(tx, { prefix: `question/${forum.slug}/${item}/`, entries: wanted.filter((one) => one.item === item).flatMap((one) => entriesOfQuestion(one, forum)) });
	return true;
}

/** Keeps one document of a forum as it is now, with its search entries and the word to the page caches. */
export async function publishDocument(tx: Tx, document: ForumDocument, now: Date): Promise<void> {
	await lockRecord(tx);
	if ((await keepDocument(tx, document, now)) !== 'unchanged') await announcePublication(tx, ['record', followupTag, forumTag(document.forum)]);
}

async function keepForum(tx: Tx, forum: Forum, now: Date): Promise<Outcome> {
	const found = await tx.selectFrom('archive_forum').select('content').where('slug', '=', forum.slug).executeTakeFirst();
	if (found && isSame(found.content, forum)) return 'unchanged';
	const values = { starts_on: forum.startsOn, content: JSON.stringify(forum), changed_at: now };
	await tx
		.insertInto('archive_forum')
		.values({ slug: forum.slug, ...values })
		.onConflict((conflict) => conflict.column('slug').doUpdateSet(values))
		.execute();
	await raiseRevisions(tx, forum, now);
	await replaceEntries(tx, { prefix: `forum/${forum.slug}/`, entries: entriesOfForum(forum) });
	return found ? 'changed' : 'added';
}

async function keepDocument(tx: Tx, document: ForumDocument, now: Date): Promise<Outcome> {
	const found = await tx
		.selectFrom('archive_document')
		.select('content')
		.where('forum_slug', '=', document.forum)
		.where('slug', '=', document.slug)
		.executeTakeFirst();
	if (found && isSame(found.content, document)) return 'unchanged';
	const values = { content: JSON.stringify(document), changed_at: now };
	await tx
		.insertInto('archive_document')
		.values({ forum_slug: document.forum, slug: document.slug, ...values })
		.onConflict((conflict) => conflict.columns(['forum_slug', 'slug']).doUpdateSet(values))
		.execute();
	// By its day and not by its address, which may begin with no year.
	const { content: forum } = await tx.selectFrom('archive_forum').select('content').where('slug', '=', document.forum).executeTakeFirstOrThrow();
	await replaceEntries(tx, { prefix: `document/${document.forum}/${document.slug}/`, entries: entriesOfDocument(document, forum) });
	if (found) await refollow(tx, document, now);
	return found ? 'changed' : 'added';
}

/** Gives back the forum of each document removed. */
async function removeMissingDocuments(tx: Tx, record: ArchiveRecord): Promise<string[]> {
	const kept = new Set(record.documents.map((document) => `${document.forum}/${document.slug}`));
	const found = await tx.selectFrom('archive_document').select(['forum_slug', 'slug']).execute();
	const forums = new Set(record.forums.map(({ slug }) => slug));
	const missing = found.filter((row) => forums.has(row.forum_slug) && !kept.has(`${row.forum_slug}/${row.slug}`));
	for (const { forum_slug, slug } of missing) {
		await tx.deleteFrom('archive_document').where('forum_slug', '=', forum_slug).where('slug', '=', slug).execute();
		await replaceEntries(tx, { prefix: `document/${forum_slug}/${slug}/`, entries: [] });
		await replaceEntries(tx, { prefix: `recommendation/${forum_slug}/${slug}/`, entries: [] });
	}
	return missing.map(({ forum_slug }) => forum_slug);
}

/**
 * Keeps addressees and follow-up as files say; gives back the forums whose follow-up is another than before. Of a statement without a
 * file of follow-up everything stays: staff record it here.
 */
async function keepFollowups(tx: Tx, record: ArchiveRecord, now: Date): Promise<string[]> {
	const changed: string[] = [];
	const renamed = await keepAddressees(tx, record.addressees);
	for (const { forum, document: slug, recommendations, history } of record.followups) {
		const [document, of] = [record.documents.find((one) => one.forum === forum && one.slug === slug), record.forums.find((one) => one.slug === forum)];
		if (!document || !of) continue;
		const kept = await followDocument(tx, { document, forum: of, recommendations, history, now });
		if (!kept.ok) {
			const { reason, entry } = kept.problem;
			throw new Refusal(`Nothing was imported: forums/${forum}/followup/${slug}.md, entry "${entry}". ${reason === 'otherwise' ? 'The record has an entry with this id that says something else. History only grows: write another entry, which takes this one back.' : problemWords[reason]}`);
		}
		if (kept.changed || renamed) changed.push(forum);
	}
	return changed;
}

async function missingForums(tx: Tx, record: ArchiveRecord): Promise<string[]> {
	const inFolder = new Set(record.forums.map(({ slug }) => slug));
	const found = await tx.selectFrom('archive_forum').select('slug').orderBy('slug').execute();
	return found.map(({ slug }) => slug).filter((slug) => !inFolder.has(slug));
}

async function removeForum(tx: Tx, slug: string): Promise<void> {
	await tx.deleteFrom('archive_forum').where('slug', '=', slug).execute();
	await replaceEntries(tx, { prefix: `forum/${slug}/`, entries: [] });
	await replaceEntries(tx, { prefix: `document/${slug}/`, entries: [] });
	await replaceEntries(tx, { prefix: `question/${slug}/`, entries: [] });
	await replaceEntries(tx, { prefix: `recommendation/${slug}/`, entries: [] });
}

async function keepPhotos(tx: Tx, record: ArchiveRecord): Promise<void> {
	for (const [sha256, { type, bytes }] of record.photos) {
		await tx.insertInto('archive_photo').values({ sha256, type, bytes: Buffer.from(bytes) }).onConflict((conflict) => conflict.doNothing()).execute();
	}
	await dropPhotos(tx);
}

/** Of which no forum speaks any more. */
async function dropPhotos(tx: Tx): Promise<void> {
	await sql`delete from archive_photo where not exists (select 1 from archive_forum where content -> 'photo' ->> 'sha256' = archive_photo.sha256)`.execute(tx);
}

/**
 * Raises the calendar number of each agenda item, and of the forum (under ''), whose time, place, title or state
 * differs from what calendars were told last (RFC 5545, section 3.8.7.4).
 */
async function raiseRevisions(tx: Tx, forum: Forum, now: Date): Promise<void> {
	const known = await tx.selectFrom('archive_revision').select(['item_id', 'fingerprint']).where('forum_slug', '=', forum.slug).execute();
	const wanted = new Map(forum.agenda.map((item) => [item.id, fingerprint([forum.timeZone, forum.place, ...whatCalendarsTell(item), ...(forum.standing === undefined ? [] : [forum.standing])])]));
	wanted.set('', fingerprint([forum.title, forum.startsOn, forum.endsOn, forum.precision, forum.timeZone, forum.place, [...wanted], ...(forum.standing === undefined ? [] : [forum.standing])]));
	for (const [item_id, print] of wanted) {
		if (known.some((row) => row.item_id === item_id && row.fingerprint === print)) continue;
		await tx
			.insertInto('archive_revision')
			.values({ forum_slug: forum.slug, item_id, fingerprint: print, sequence: 0, changed_at: now })
			.onConflict((conflict) =>
				conflict.columns(['forum_slug', 'item_id']).doUpdateSet({
					fingerprint: print,
					sequence: sql`archive_revision.sequence + 1`,
					changed_at: now
				})
			)
			.execute();
	}
}

function whatCalendarsTell(item: AgendaItem): unknown[] {
	return [item.day, item.starts ?? '', item.ends ?? '', item.title, item.room ?? '', item.cancelled];
}

function fingerprint(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}

/** jsonb keeps no order of keys and no absent ones, so both sides are compared as JSON values. */
function isSame(found: unknown, wanted: unknown): boolean {
	return isDeepStrictEqual(found, JSON.parse(JSON.stringify(wanted)));
}

/** Whether nothing has ever been imported: then the first start takes in the archive folder. */
export async function isRecordEmpty(db: Db): Promise<boolean> {
	const { rows } = await sql<{ empty: boolean }>`select not exists (select 1 from archive_programme) and not exists (select 1 from archive_forum) as empty`.execute(db);
	return rows[0]?.empty ?? true;
}

/** The whole record as it was imported, for export; undefined before the first import. */
export async function wholeRecord(db: Db): Promise<ArchiveRecord | undefined> {
	const programme = await db.selectFrom('archive_programme').select('content').executeTakeFirst();
	if (!programme) return undefined;
	const forums = await db.selectFrom('archive_forum').select('content').orderBy('slug').execute();
	const documents = await db.selectFrom('archive_document').select('content').orderBy('forum_slug').orderBy('slug').execute();
	const questions = await db.selectFrom('archive_question').select('content').orderBy('forum_slug').orderBy('item_id').orderBy('number').execute();
	const photos = await db.selectFrom('archive_photo').selectAll().execute();
	return {
		programme: programme.content,
		forums: forums.map(({ content }) => content),
		documents: documents.map(({ content }) => content),
		questions: questions.map(({ content }) => content).toSorted(byNumber),
		...(await wholeFollowup(db)),
		photos: new Map(photos.map(({ sha256, type, bytes }) => [sha256, { type, bytes }]))
	};
}
