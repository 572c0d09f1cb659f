import type { CallState } from '#lib/grants/call-log.ts';
import type { Deadline } from '#lib/grants/deadline.ts';
import { deadlineWords } from '#lib/grants/deadline-words.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Language } from '#lib/platform/i18n/language.ts';
import { shown } from '#lib/platform/i18n/text.ts';
import { calendarText, escapeText, textLine, utcTime, type Words } from '#lib/platform/text/calendar-lines.ts';
import { callPath, pageUrl, recordDomain } from './sitemap.ts';

interface DeadlinesRequest {
	readonly calls: readonly CallState[];
	/** The calendar's name. */
	readonly name: Words;
	readonly language: Language;
	/** `https://record.example`, without a slash at its end. */
	readonly origin: string;
}

/**
 * The deadlines of calls as an iCalendar file (RFC 5545): a moment in UTC for each, which no program can read in two
 * ways. Its UID is made from the call's id, and SEQUENCE rises with each extension, so that calendars move what they
 * have. What is over stays, because a calendar keeps what merely disappears. Null without a deadline: a calendar without
 * an event is not valid.
 */
export function deadlinesCalendar({ calls, name, language, origin }: DeadlinesRequest): string | null {
	const events = calls.flatMap((call) => (call.deadline === null ? [] : eventLines(call, call.deadline, { language, origin })));
	if (events.length === 0) return null;
	return calendarText([
		'BEGIN:VCALENDAR',
		'VERSION:2.0',
		'PRODID:-//Steadfast//Public record//EN',
		'CALSCALE:GREGORIAN',
		'METHOD:PUBLISH',
		textLine('NAME', name),
		`X-WR-CALNAME:${escapeText(name.words)}`,
		...events,
		'END:VCALENDAR'
	]);
}

function eventLines({ call, slug, content, extensions, changedAt }: CallState, deadline: Deadline, { language, origin }: Pick<DeadlinesRequest, 'language' | 'origin'>): string[] {
	const changed = utcTime(changedAt);
	return [
		'BEGIN:VEVENT',
		`UID:${escapeText(`${call}.call@${recordDomain}`)}`,
		`DTSTAMP:${changed}`,
		`LAST-MODIFIED:${changed}`,
		`SEQUENCE:${extensions.length}`,
		`DTSTART:${utcTime(new Date(deadline.at))}`,
		'STATUS:CONFIRMED',
		// Nobody is busy at a deadline.
		'TRANSP:TRANSPARENT',
		textLine('SUMMARY', { words: m.grants_deadline_event({ call: shown(content.title, language).words }, { locale: language }), language: undefined }),
		textLine('DESCRIPTION', { words: deadlineWords(deadline, language), language }),
		`URL:${pageUrl({ origin, language, path: callPath(slug) })}`,
		'END:VEVENT'
	];
}
