import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { QuestionLane, QuestionState, RefusalReason } from '#lib/forum/question.ts';
import type { PhotoType } from '#lib/platform/photo/photo.ts';
import type { Prose } from './prose.ts';
import type { Text } from '#lib/platform/i18n/text.ts';

/** How exactly a date is known: a month is shown as a month, never as its first day. */
export type DatePrecision = 'day' | 'month' | 'year';

/** Markdown as the editor wrote it (kept for export) and the tree that everything else is made from. */
export interface Writing {
	readonly markdown: string;
	readonly prose: Prose;
}

/** A text body in several languages. `original` as in `Text`. */
export interface Body {
	readonly original: Language;
	readonly in: Readonly<Partial<Record<Language, Writing>>>;
}

/** Somebody who took part in public and by name, in what part. Nobody else is ever in the record. */
export interface PublicPerson {
	readonly name: string;
	readonly office?: Text;
	readonly part: 'chair' | 'present' | 'speaker' | 'moderator' | 'facilitator';
}

export interface Theme {
	readonly title: Text;
	readonly workshops: readonly Text[];
}

/**
 * A slot of the programme in the venue's wall time: `day` is YYYY-MM-DD, `starts` and `ends` HH:MM.
 * Without times it fills the day. An `ends` at or before `starts` is on the next day.
 */
export interface AgendaItem {
	/** Stable within its forum, kept when the title or the time changes: calendars know the item by it. */
	readonly id: string;
	readonly day: string;
	readonly starts?: string;
	readonly ends?: string;
	readonly title: Text;
	readonly room?: Text;
	readonly public: boolean;
	readonly cancelled: boolean;
	/** Minutes kept for written questions, where known. */
	readonly questionsMinutes?: number;
	/** Who is shown in this item. */
	readonly people?: readonly PublicPerson[];
	/** What was handed out with it. */
	readonly documents?: readonly LinkedDocument[];
	/** How many questions the public asked in writing, and what became of them. With it, or with documents, the item has a page of its own. */
	readonly counts?: readonly QuestionCount[];
}

/** A document that lies elsewhere. */
export interface LinkedDocument {
	readonly title: string;
	readonly url: string;
}

/** Of one lane, how many questions came to one end. */
export interface QuestionCount {
	readonly lane: QuestionLane;
	readonly state: QuestionState;
	readonly reason?: RefusalReason;
	readonly count: number;
}

/** A question that somebody put in writing, as everybody saw it. Of its author nothing is known. */
export interface KeptQuestion {
	readonly forum: string;
	readonly item: string;
	/** In the order of coming. */
	readonly number: number;
	readonly lane: QuestionLane;
	/** As its author said it is: a language tag, or `und`. */
	readonly language: string;
	readonly words: string;
	readonly translations?: Readonly<Partial<Record<Language, string>>>;
	/** `asked`: on the stage; `answered`: with an answer that was written afterwards; `approved`: shown and not reached. */
	readonly state: 'approved' | 'asked' | 'answered';
	/** Its number in the order in which questions were put on the stage. */
	readonly turn?: number;
	readonly votes?: number;
	readonly answer?: Text;
}

/** By forum and item, then by number. */
export function byNumber(a: KeptQuestion, b: KeptQuestion): number {
	const [left, right] = [a, b].map(({ forum, item }) => `${forum}\0${item}`);
	return left === right ? a.number - b.number : (left ?? '') < (right ?? '') ? -1 : 1;
}

/** What a paper or a station said of the forum. */
export interface Coverage {
	/** YYYY-MM-DD. */
	readonly on: string;
	/** The paper or station. */
	readonly medium: string;
	readonly title: string;
	/** A language tag. */
	readonly language: string;
	readonly url: string;
}

/** `verbatim` words stand in quotation marks; `reported` ones tell what somebody said, and are shown so. */
export interface Quotation {
	readonly form: 'verbatim' | 'reported';
	readonly words: Text;
	readonly by: string;
	readonly office?: Text;
	/** When it was said: YYYY, YYYY-MM or YYYY-MM-DD. */
	readonly saidOn?: string;
	readonly source?: Source;
}

export interface Source {
	readonly name: string;
	readonly url?: string;
}

/** A figure somebody cited, always with who counted it. */
export interface Figure {
	readonly value: number;
	readonly unit: Text;
	readonly year: number;
	readonly countries?: number;
	readonly source: Source;
}

export interface Photo {
	/** File beside the forum's text, e.g. `opening.jpg`. */
	readonly file: string;
	/** SHA-256 of the cleaned bytes, hex: the name under which the server hands it out. */
	readonly sha256: string;
	readonly type: PhotoType;
	readonly width: number;
	readonly height: number;
	readonly caption: Text;
	readonly credit: string;
	readonly alternative: Text;
}

export interface Recording {
	readonly title: Text;
	readonly url: string;
	/** What was recorded: an id of the agenda. */
	readonly item?: string;
}

/** One forum as the public record keeps it. */
export interface Forum {
	readonly slug: string;
	readonly language: Language;
	readonly title: Text;
	/** One sentence for lists. */
	readonly subject: Text;
	readonly summary: Body;
	/** YYYY-MM-DD; with a coarser precision the rest is 01 and never shown. */
	readonly startsOn: string;
	readonly endsOn: string;
	readonly precision: DatePrecision;
	readonly place: Text;
	readonly timeZone: string;
	/** What became of it, where it is not held as it was announced. A postponed forum keeps its days until it has new ones. */
	readonly standing?: 'postponed' | 'online' | 'cancelled';
	readonly ordinal?: number;
	readonly hosts: readonly Text[];
	readonly people: readonly PublicPerson[];
	readonly countries?: number;
	readonly participantsAbout?: number;
	readonly hashtag?: string;
	readonly themes: readonly Theme[];
	readonly agenda: readonly AgendaItem[];
	readonly quotations: readonly Quotation[];
	readonly figures: readonly Figure[];
	readonly photo?: Photo;
	readonly recordings: readonly Recording[];
	readonly coverage?: readonly Coverage[];
}

export const documentKinds = ['statement', 'overview-report', 'press-release', 'concept-note', 'speech'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** A document of a forum. */
export interface ForumDocument {
	readonly forum: string;
	readonly slug: string;
	readonly kind: DocumentKind;
	readonly language: Language;
	readonly title: Text;
	/** `full`: the document's own words. `summary`: the archive's words about it, and the page says so. */
	readonly text: 'full' | 'summary';
	/** YYYY, YYYY-MM or YYYY-MM-DD, where known. */
	readonly publishedOn?: string;
	readonly by?: Text;
	readonly source?: Source;
	readonly body: Body;
}

/** What is said once, of the programme and not of one forum. */
export interface Programme {
	readonly language: Language;
	readonly name: Text;
	readonly host: string;
	readonly place: Text;
	readonly timeZone: string;
	readonly firstYear: number;
	readonly introduction: Body;
	readonly figures: readonly Figure[];
	readonly quotations: readonly Quotation[];
}

/** When the record last changed what calendars and feeds say of a forum, and how often (iCalendar SEQUENCE). */
export interface Revision {
	readonly changedAt: Date;
	readonly sequence: number;
}
/** Revision of each agenda item by its id, and of the forum as a whole under ''. */
export type Revisions = Readonly<Record<string, Revision>>;

/** The body for a reader of `language`, chosen as `shown` does; undefined for a body without any text. */
export function bodyFor(body: Body, language: Language): { readonly prose: Prose; readonly language: Language } | undefined {
	const chosen = body.in[language] === undefined ? body.original : language;
	const writing = body.in[chosen];
	return writing && { prose: writing.prose, language: chosen };
}

/** The languages in which a body exists, in the interface's order. */
export function languagesOfBody(body: Body): Language[] {
	return languages.filter((language) => body.in[language] !== undefined);
}
