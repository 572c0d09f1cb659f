import type { Language } from '#lib/platform/i18n/language.ts';

/**
 * Note: Lines of a calendar.
 * How RFC 5545 writes a property, whatever the calendar is about.
 */

/** Words for a property; `language` is not there where they are in more than one. */
export interface Words {
	readonly words: string;
	readonly language: Language | undefined;
}

/** `NAME;LANGUAGE=fr:words` */
export function textLine(name: string, { words, language }: Words): string {
	return `${name}${language === undefined ? '' : `;LANGUAGE=${language}`}:${escapeText(words)}`;
}

/**
 * A value of type TEXT (section 3.3.11). Every kind of line break becomes `\n`, also those that only some programs take
 * for one (Python's splitlines: U+0085, U+2028 and others), because behind a real one a property of somebody else's
 * making would begin. Other control characters have no place in a calendar.
 */
export function escapeText(text: string): string {
	return (
		text
			.toWellFormed()
			.replace(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/g, '\n')
			.replace(/[\p{Cc}--[\t\n]]/gv, '')
			.replace(/[\\;,]/g, '\\$&')
			.replaceAll('\n', '\\n')
	);
}

/** One content line in lines of at most 75 octets (section 3.1), never broken within a character. */
function fold(line: string): string {
	let folded = '';
	let octets = 0;
	for (const character of line) {
		const size = octetsOf(character);
		if (octets + size > 75) {
			folded += '\r\n ';
			octets = 1;
		}
		folded += character;
		octets += size;
	}
	return folded;
}

/** How many octets UTF-8 takes for a character. */
function octetsOf(character: string): number {
	const codePoint = character.codePointAt(0) ?? 0;
	return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

/** An instant as `20260430T115959Z` (section 3.3.5, form 2). */
export function utcTime(instant: Date): string {
	return `${compact(instant.toISOString().slice(0, 19))}Z`;
}

/** A date or time of ISO 8601 without its signs. */
export function compact(iso: string): string {
	return iso.replace(/[-:]/g, '');
}

/** A whole calendar of these lines, each folded and ended as section 3.1 wants. */
export function calendarText(lines: readonly string[]): string {
	return lines.map((line) => `${fold(line)}\r\n`).join('');
}
