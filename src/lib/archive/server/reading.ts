import { sql } from 'kysely';
import type { House } from '#lib/platform/house.ts';
import type { Figure, Forum, ForumDocument, KeptQuestion, Programme, Quotation, Revisions } from '../forum.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { forumTag } from './records.ts';

/** Where the record is read: from memory until a publication changes it (recall.ts), else from the database. */
export type Reading = Pick<House, 'db' | 'recall'>;

/** What lists show of a forum. */
export type ForumLine = Pick<Forum, 'slug' | 'title' | 'subject' | 'startsOn' | 'endsOn' | 'precision' | 'place'>;

/** What lists show of a document. */
export type DocumentLine = Pick<ForumDocument, 'forum' | 'slug' | 'kind' | 'title' | 'publishedOn'> & { readonly forumTitle: Text };

export async function programme({ db, recall }: Reading): Promise<Programme | undefined> {
	return recall.remember('programme', ['record'], async () => (await db.selectFrom('archive_programme').select('content').executeTakeFirst())?.content);
}

/** All forums, the latest first. */
export async function forumLines({ db, recall }: Reading): Promise<ForumLine[]> {
	return recall.remember('forumLines', ['record'], async () => {
		const rows = await db
			.selectFrom('archive_forum')
			.select(sql<ForumLine>`content - array['summary', 'agenda', 'coverage', 'themes', 'people', 'quotations', 'figures', 'hosts', 'recordings', 'photo']`.as('line'))
			.orderBy('starts_on', 'desc')
			.orderBy('slug')
			.execute();
		return rows.map(({ line }) => line);
	});
}

/** The year of the earliest forum in the record; undefined for an empty one. */
export async function firstYear({ db, recall }: Reading): Promise<number | undefined> {
	return recall.remember('firstYear', ['record'], async () => {
		const row = await db.selectFrom('archive_forum').select('starts_on').orderBy('starts_on').limit(1).executeTakeFirst();
		return row && Number(row.starts_on.slice(0, 4));
	});
}

export async function forum({ db, recall }: Reading, slug: string): Promise<Forum | undefined> {
	return recall.remember(`forum ${slug}`, [forumTag(slug)], async () => (await db.selectFrom('archive_forum').select('content').where('slug', '=', slug).executeTakeFirst())?.content);
}

/** Lines of the documents of one forum, or of all, the latest forum first; statements lead. */
export async function documentLines({ db, recall }: Reading, { ofForum, kind, most = 1000 }: { ofForum?: string; kind?: ForumDocument['kind']; most?: number } = {}): Promise<DocumentLine[]> {
	return recall.remember(`documentLines ${ofForum ?? ''} ${kind ?? ''} ${most}`, ['record'], async () => {
		let query = db
			.selectFrom('archive_document')
			.innerJoin('archive_forum', 'archive_forum.slug', 'archive_document.forum_slug')
			.select(sql<DocumentLine>`archive_document.content - 'body' || jsonb_build_object('forumTitle', archive_forum.content -> 'title')`.as('line'))
			.orderBy('archive_forum.starts_on', 'desc')
			.orderBy(sql`archive_document.content ->> 'kind' <> 'statement'`)
			.orderBy('archive_document.slug')
			.limit(most);
		if (ofForum !== undefined) query = query.where('archive_document.forum_slug', '=', ofForum);
		if (kind !== undefined) query = query.where(sql`archive_document.content ->> 'kind'`, '=', kind);
		return (await query.execute()).map(({ line }) => line);
	});
}

/** A document with the forum it belongs to. */
export async function documentOf({ db, recall }: Reading, { forumSlug, slug }: { forumSlug: string; slug: string }): Promise<{ document: ForumDocument; forum: Forum; changedAt: Date } | undefined> {
	return recall.remember(`document ${forumSlug} ${slug}`, [forumTag(forumSlug)], async () => {
		const row = await db
			.selectFrom('archive_document')
			.innerJoin('archive_forum', 'archive_forum.slug', 'archive_document.forum_slug')
			.select(['archive_document.content as document', 'archive_forum.content as forum', 'archive_document.changed_at as changedAt'])
			.where('archive_document.forum_slug', '=', forumSlug)
			.where('archive_document.slug', '=', slug)
			.executeTakeFirst();
		return row;
	});
}

/** A person of the record and the forums at which they took part in public. */
export interface NamedPerson {
	readonly name: string;
	readonly office: Text | undefined;
	readonly forums: readonly Pick<Forum, 'slug' | 'title' | 'startsOn'>[];
}

/** Everybody named in the record, by name, with the office of their latest forum; and all quotations, latest first. */
export async function peopleAndQuotations({ db, recall }: Reading): Promise<{ people: NamedPerson[]; quotations: { quotation: Quotation; forum: ForumLine | undefined }[] }> {
	return recall.remember('peopleAndQuotations', ['record'], async () => {
		const rows = await db.selectFrom('archive_forum').select('content').orderBy('starts_on', 'desc').execute();
		const people = new Map<string, { office: Text | undefined; forums: NamedPerson['forums'][number][] }>();
		for (const { content } of rows) {
			for (const { name, office } of content.people) {
				const known = people.get(name) ?? { office: undefined, forums: [] };
				known.office ??= office;
				known.forums.push({ slug: content.slug, title: content.title, startsOn: content.startsOn });
				people.set(name, known);
			}
		}
		const own = (await programme({ db, recall }))?.quotations ?? [];
		return {
			people: [...people].map(([name, known]) => ({ name, ...known })).sort((a, b) => a.name.localeCompare(b.name)),
			quotations: [
				...own.map((quotation) => ({ quotation, forum: undefined })),
				...rows.flatMap(({ content }) => content.quotations.map((quotation) => ({ quotation, forum: content })))
			]
		};
	});
}

/** The figures of the programme and of all forums, each once, the latest year first. */
export async function allFigures({ db, recall }: Reading): Promise<Figure[]> {
	return recall.remember('allFigures', ['record'], async () => {
		const own = (await programme({ db, recall }))?.figures ?? [];
		const rows = await db
			.selectFrom('archive_forum')
			.select(sql<Figure[]>`content -> 'figures'`.as('figures'))
			.execute();
		const all = [...own, ...rows.flatMap(({ figures }) => figures)];
		const once = new Map(all.map((figure) => [JSON.stringify([figure.value, figure.year, figure.source.name, figure.countries]), figure]));
		return [...once.values()].sort((a, b) => b.year - a.year || b.value - a.value);
	});
}

/** What the public asked at an item, as the record keeps it; by number. */
export async function questionsOf({ db, recall }: Reading, { forum: slug, item }: { readonly forum: string; readonly item: string }): Promise<KeptQuestion[]> {
	return recall.remember(`questions ${slug} ${item}`, [forumTag(slug)], async () => (await db.selectFrom('archive_question').select('content').where('forum_slug', '=', slug).where('item_id', '=', item).orderBy('number').execute()).map(({ content }) => content));
}

/** What calendars were told last of each agenda item, and of the forum under ''. */
export async function revisionsOf({ db }: Pick<Reading, 'db'>, forumSlug: string): Promise<Revisions> {
	const rows = await db.selectFrom('archive_revision').select(['item_id', 'sequence', 'changed_at']).where('forum_slug', '=', forumSlug).execute();
	return Object.fromEntries(rows.map(({ item_id, sequence, changed_at }) => [item_id, { sequence, changedAt: changed_at }]));
}

export async function photo({ db }: Pick<Reading, 'db'>, sha256: string): Promise<{ type: string; bytes: Buffer } | undefined> {
	return db.selectFrom('archive_photo').select(['type', 'bytes']).where('sha256', '=', sha256).executeTakeFirst();
}

/** Every forum and document with the time of its last change, for the sitemap and the feeds; the latest change first. */
export async function changes({ db }: Pick<Reading, 'db'>): Promise<{ forum: Forum; document: ForumDocument | undefined; changedAt: Date }[]> {
	const forums = await db.selectFrom('archive_forum').select(['content', 'changed_at']).execute();
	const documents = await db
		.selectFrom('archive_document')
		.innerJoin('archive_forum', 'archive_forum.slug', 'archive_document.forum_slug')
		.select(['archive_forum.content as forum', 'archive_document.content as document', 'archive_document.changed_at as changedAt'])
		.execute();
	return [...forums.map(({ content, changed_at }) => ({ forum: content, document: undefined, changedAt: changed_at })), ...documents].sort(
		(a, b) => b.changedAt.getTime() - a.changedAt.getTime() || b.forum.startsOn.localeCompare(a.forum.startsOn)
	);
}
