import type { CreativeWorkLeaf, DatasetLeaf, EventLeaf, MonetaryGrantLeaf, NewsArticleLeaf, OrganizationLeaf, PlaceLeaf, ReportLeaf, WithContext } from 'schema-dts';
import type { CallState } from '#lib/grants/call-log.ts';
import { closesAt } from '#lib/grants/deadline.ts';
import { decimalText } from '#lib/grants/money.ts';
import { agendaSlot } from '#lib/forum/slot.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { bodyFor, type AgendaItem, type DocumentKind, type Forum, type ForumDocument } from './forum.ts';
import { clauseId, type Prose } from './prose.ts';
import { agendaPath, callPath, documentPath, forumPath, pageUrl } from './sitemap.ts';
import { shown, type Text } from '#lib/platform/i18n/text.ts';
import { isoAt } from '#lib/platform/time/time.ts';

/**
 * Note: What search engines are told.
 * Descriptions in the words of schema.org, typed with schema-dts so that a misspelt property does not compile. (What is
 * only sometimes there is assigned and never spread: the compiler does not look into a spread.) They hold what the page
 * shows and less: no person, and of the agenda the public items only. Search engines keep what they were once told.
 */
interface ForumRequest {
	readonly forum: Forum;
	readonly language: Language;
	/** `https://record.example`, without a slash at its end. */
	readonly origin: string;
	/** The day on which it was to begin before it was moved. */
	readonly movedFrom?: string | undefined;
}

interface DocumentRequest {
	readonly document: ForumDocument;
	readonly language: Language;
	readonly origin: string;
}

type DocumentLeaf = ReportLeaf | NewsArticleLeaf | CreativeWorkLeaf;

/** A forum as an Event, its dates as exactly as they are known; its public agenda items within it. */
export function forumJsonLd({ forum, language, origin, movedFrom }: ForumRequest): WithContext<EventLeaf> {
	const title = shown(forum.title, language);
	const event: WithContext<EventLeaf> = {
		'@context': 'https://schema.org',
		'@type': 'Event',
		name: title.words,
		description: shown(forum.subject, language).words,
		inLanguage: title.language,
		startDate: known(forum.startsOn, forum),
		endDate: known(forum.endsOn, forum),
		eventStatus: statusOf[forum.standing ?? 'planned'],
		location: forum.standing === 'online' ? { '@type': 'VirtualLocation', url: pageUrl({ origin, language, path: forumPath(forum.slug) }) } : placeLeaf(forum.place, forum.place, language),
		url: pageUrl({ origin, language, path: forumPath(forum.slug) })
	};
	if (movedFrom !== undefined && forum.standing === undefined) {
		event.eventStatus = 'https://schema.org/EventRescheduled';
		event.previousStartDate = movedFrom;
	}
	if (forum.standing === 'online') event.eventAttendanceMode = 'https://schema.org/OnlineEventAttendanceMode';
	if (forum.hosts.length > 0) event.organizer = forum.hosts.map((host): OrganizationLeaf => ({ '@type': 'Organization', name: shown(host, language).words }));
	const items = forum.agenda.filter((item) => item.public);
	if (items.length > 0) event.subEvent = items.map((item) => itemLeaf(item, { forum, language, origin }));
	return event;
}

/**
 * A document: a Report, a NewsArticle or a CreativeWork by its kind. A statement in full has its clauses as parts, each
 * at its permanent address. Where the record only tells about a document, the address is the document's own and its
 * language is left out, because it is not known.
 */
export function documentJsonLd({ document, language, origin }: DocumentRequest): WithContext<DocumentLeaf> {
	const page = pageUrl({ origin, language, path: documentPath(document) });
	const work: WithContext<DocumentLeaf> = {
		'@context': 'https://schema.org',
		'@type': typeOf[document.kind],
		name: shown(document.title, language).words,
		mainEntityOfPage: page,
		about: aboutForum({ forumSlug: document.forum, language, origin })
	};
	if (document.publishedOn !== undefined) work.datePublished = document.publishedOn;
	if (document.by !== undefined) work.creditText = shown(document.by, language).words;
	const source = document.source?.url;
	if (document.text === 'summary') {
		if (source !== undefined) work.url = source;
		return work;
	}
	const body = bodyFor(document.body, language);
	const clauses = document.kind === 'statement' && body !== undefined ? clausesOf(body.prose) : [];
	work.url = page;
	work.inLanguage = body?.language ?? document.body.original;
	if (source !== undefined) work.isBasedOn = source;
	if (clauses.length > 0) work.hasPart = clauses.map((clause) => clauseLeaf(clause, page));
	return work;
}

/** A call as a MonetaryGrant; while it is open, applying is an action that ends when its deadline's minute has passed. */
export function callJsonLd({ call, host, open, language, origin }: { readonly call: CallState; readonly host: string | undefined; readonly open: boolean; readonly language: Language; readonly origin: string }): WithContext<MonetaryGrantLeaf> {
	const page = pageUrl({ origin, language, path: callPath(call.slug) });
	const { title, summary, ceiling } = call.content;
	const grant: WithContext<MonetaryGrantLeaf> = {
		'@context': 'https://schema.org',
		'@type': 'MonetaryGrant',
		name: shown(title, language).words,
		description: shown(summary, language).words,
		identifier: call.call,
		url: page
	};
	if (host !== undefined) grant.funder = { '@type': 'Organization', name: host };
	if (ceiling !== null) grant.amount = { '@type': 'MonetaryAmount', currency: ceiling.currency, maxValue: Number(decimalText(ceiling)) };
	if (open) {
		grant.potentialAction = { '@type': 'ApplyAction', target: page };
		if (call.deadline !== null) grant.potentialAction.endTime = closesAt(call.deadline).toISOString();
	}
	return grant;
}

/**
 * A description as JSON text, for a file of its own or, elsewhere, inside a page: no `<`, `>` or `&` is left in it, so
 * that no words of an editor can end the element or begin a comment in it (HTML, section 4.12.1.3); nor are the two
 * line separators that older JavaScript refuses.
 */
export function jsonLdText(description: WithContext<EventLeaf | DocumentLeaf | MonetaryGrantLeaf | DatasetLeaf>): string {
	return JSON.stringify(description).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const typeOf = {
	statement: 'Report',
	'overview-report': 'Report',
	'press-release': 'NewsArticle',
	'concept-note': 'CreativeWork',
	speech: 'CreativeWork'
} as const satisfies Record<DocumentKind, string>;

/** What was cancelled, postponed or moved keeps its days there, as schema.org asks. */
const statusOf = {
	planned: 'https://schema.org/EventScheduled',
	postponed: 'https://schema.org/EventPostponed',
	online: 'https://schema.org/EventMovedOnline',
	cancelled: 'https://schema.org/EventCancelled'
} as const;

function itemLeaf(item: AgendaItem, { forum, language, origin }: ForumRequest): EventLeaf {
	const title = shown(item.title, language);
	const { start, end, allDay } = agendaSlot(item, forum);
	const event: EventLeaf = {
		'@type': 'Event',
		name: title.words,
		inLanguage: title.language,
		startDate: allDay ? item.day : isoAt(start, forum.timeZone),
		eventStatus: statusOf[item.cancelled ? 'cancelled' : (forum.standing ?? 'planned')],
		location: placeLeaf(item.room ?? forum.place, forum.place, language),
		url: pageUrl({ origin, language, path: agendaPath(forum.slug) })
	};
	if (item.people !== undefined && item.people.length > 0) event.performer = item.people.map(({ name }) => ({ '@type': 'Person', name }));
	if (allDay) event.endDate = item.day;
	else if (end > start) event.endDate = isoAt(end, forum.timeZone);
	return event;
}

function aboutForum({ forumSlug, language, origin }: { readonly forumSlug: string; readonly language: Language; readonly origin: string }): EventLeaf {
	return { '@type': 'Event', url: pageUrl({ origin, language, path: forumPath(forumSlug) }) };
}

function placeLeaf(name: Text, address: Text, language: Language): PlaceLeaf {
	return { '@type': 'Place', name: shown(name, language).words, address: shown(address, language).words };
}

function clauseLeaf(clause: number, page: string): CreativeWorkLeaf {
	return { '@type': 'CreativeWork', position: clause, url: `${page}#${clauseId(clause)}` };
}

/** The numbers of a prose's clauses and numbered paragraphs, wherever they stand. */
function clausesOf(prose: Prose): number[] {
	return prose.flatMap((block) => {
		switch (block.kind) {
			case 'paragraph':
				return block.clause === undefined ? [] : [block.clause];
			case 'clause':
				return [block.clause, ...clausesOf(block.blocks)];
			case 'quote':
				return clausesOf(block.blocks);
			case 'list':
				return block.items.flatMap(clausesOf);
			case 'heading':
			case 'preformatted':
			case 'rule':
				return [];
		}
	});
}

/** A date without what is not known of it. */
function known(day: string, { precision }: Pick<Forum, 'precision'>): string {
	return day.slice(0, { day: 10, month: 7, year: 4 }[precision]);
}
