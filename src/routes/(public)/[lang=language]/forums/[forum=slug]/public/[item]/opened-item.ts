import { error } from '@sveltejs/kit';
import { forum, forumTag, questionsOf } from '#lib/archive/server/index.ts';
import type { AgendaItem, Forum, LinkedDocument, QuestionCount } from '#lib/archive/forum.ts';
import { documentsAt } from '#lib/forum/public-item.ts';
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
	readonly documents: readonly LinkedDocument[];
	/** When the next document is released. */
	readonly nextRelease: Date | undefined;
	readonly shown: ShownItem;
	readonly counts: readonly QuestionCount[] | undefined;
	/** It is over for good, and this is the record of it. */
	readonly isKept: boolean;
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
	const isKept = item?.counts !== undefined || item?.documents !== undefined;
	if (!found || !item?.public || (!opened && !isKept)) error(404, 'not found');
	if (!opened) return keptItem({ locals, isShared, found, item });
	const now = new Date();
	const { released, next } = documentsAt(opened.content.documents, { timeZone: found.timeZone, now });
	if (isShared) {
		locals.shows(forumTag(found.slug), liveTag(topicOf(place)));
		if (next) locals.trueUntil(next);
		if (opened.isOpen) locals.trueUntil(new Date(now.getTime() + votesMs));
	}
	const counts = opened.counts?.map(({ lane, state, reason, count }) => ({ lane, state, ...(reason && { reason }), count: Number(count) }));
	return { forum: found, item, topic: topicOf(place), streams: isKept ? [] : opened.content.streams, documents: released, nextRelease: next, shown: shownItem(opened, locals.language), counts, isKept };
}

/** An item of which only the record knows. */
async function keptItem({ locals, isShared, found, item }: { readonly locals: App.Locals; readonly isShared: boolean; readonly found: Forum; readonly item: AgendaItem }): Promise<OpenedItem> {
	const place = { forum: found.slug, item: item.id };
	const kept = await questionsOf(locals.house, place);
	const asked = kept.map(({ translations = {}, turn = null, votes = 0, answer = null, ...one }) => ({ ...one, id: String(one.number), translations, turn, votes, answer }));
	const last = asked.toSorted((a, b) => (b.turn ?? 0) - (a.turn ?? 0) || a.number - b.number);
	if (isShared) locals.shows(forumTag(found.slug));
	return { forum: found, item, topic: topicOf(place), streams: [], documents: item.documents ?? [], nextRelease: undefined, shown: shownItem({ version: 0, isOpen: false, isBlanked: false, questions: last }, locals.language), counts: item.counts, isKept: true };
}

/** The data of a page without a script. */
export async function itemPage(asked: Parameters<typeof openedItem>[0]): Promise<{ readonly opened: Unsent<OpenedItem> }> {
	return { opened: new Unsent(await openedItem(asked)) };
}
