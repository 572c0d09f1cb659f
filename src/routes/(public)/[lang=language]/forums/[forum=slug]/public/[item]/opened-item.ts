import { error } from '@sveltejs/kit';
import { forum, forumTag } from '#lib/archive/server/index.ts';
import type { AgendaItem, Forum } from '#lib/archive/forum.ts';
import { documentsAt, type TimedDocument } from '#lib/forum/public-item.ts';
import { publicItem, topicOf } from '#lib/forum/server/index.ts';
import { shownItem, type ShownItem } from '#lib/forum/shown-questions.ts';
import type { PublicItemContent } from '#lib/forum/public-item.ts';
import { Unsent } from '#lib/platform/http/unsent.ts';
import { liveTag } from '#lib/platform/live/live.ts';

/** What every page of a public item shows. */
export interface OpenedItem {
	readonly forum: Forum;
	readonly item: AgendaItem;
	/** `forum/item`, what is followed live. */
	readonly topic: string;
	readonly streams: PublicItemContent['streams'];
	readonly documents: readonly TimedDocument[];
	/** When the next document is released. */
	readonly nextRelease: Date | undefined;
	readonly shown: ShownItem;
	readonly counts: NonNullable<Awaited<ReturnType<typeof publicItem>>>['counts'];
}

/** Votes are told no later than this while questions are taken. */
const votesMs = 30_000;

/**
 * The item of an address as the public knows it; throws SvelteKit's error 404 where none was opened. `isShared`: everybody
 * is shown the same, so that the page may be kept until something changes.
 */
export async function openedItem({ locals, params, isShared }: { readonly locals: App.Locals; readonly params: { readonly forum: string; readonly item: string }; readonly isShared: boolean }): Promise<OpenedItem> {
	const place = { forum: params.forum, item: params.item };
	const [found, opened] = await Promise.all([forum(locals.house, place.forum), publicItem(locals.house.db, place)]);
	const item = found?.agenda.find(({ id }) => id === place.item);
	if (!found || !opened || !item?.public) error(404, 'not found');
	const now = new Date();
	const { released, next } = documentsAt(opened.content.documents, { timeZone: found.timeZone, now });
	if (isShared) {
		locals.shows(forumTag(found.slug), liveTag(topicOf(place)));
		if (next) locals.trueUntil(next);
		if (opened.isOpen) locals.trueUntil(new Date(now.getTime() + votesMs));
	}
	return { forum: found, item, topic: topicOf(place), streams: opened.content.streams, documents: released, nextRelease: next, shown: shownItem(opened, locals.language), counts: opened.counts };
}

/** The data of a page without a script. */
export async function itemPage(asked: Parameters<typeof openedItem>[0]): Promise<{ readonly opened: Unsent<OpenedItem> }> {
	return { opened: new Unsent(await openedItem(asked)) };
}
