import type { MarkdownProblem } from './markdown.ts';

/**
 * Note: What Markdown costs.
 * micromark's time grows with the square of three things: containers (quotations, list items) that open, emphasis and
 * bracket characters in one paragraph, and lines of one paragraph. Measured with micromark 4 on Node 24, two cores: 5,000
 * nested list markers in one line (10 kB) take 6 s, 3,000 one-line quotations 1 s, 8,500 asterisks in one paragraph
 * 2.4 s, 400 lists nested by indentation 1.7 s. So a text is weighed by counting characters before micromark sees it.
 * Everything within these limits parses in less than a second; an honest text of 100 pages is far below them all.
 */
export const markdownLimits = {
	characters: 500_000,
	/** Quotation and list markers at the start of one line. */
	markersInLine: 32,
	markersInText: 2_000,
	/** Columns of white space before a line's words. */
	indent: 64,
	/** Two columns of indentation, line by line, added up: each may be a list that has to be continued. */
	indentInText: 40_000,
	/** Squares of a paragraph's lines and of its delimiter characters, added up. */
	effort: 9_000_000,
	links: 2_000,
	addressCharacters: 2_000
} as const;

/** The first reason not to parse this text (whose lines end with \n), or undefined. Takes time in proportion to its length. */
export function refusedForItsCost(markdown: string): MarkdownProblem | undefined {
	if (markdown.length > markdownLimits.characters) {
		return { line: 1, message: `This text has ${markdown.length} characters; at most ${markdownLimits.characters} are allowed.` };
	}
	let markers = 0;
	let indents = 0;
	let effort = 0;
	let paragraph = { firstLine: 1, lines: 0, delimiters: 0 };

	for (const [index, line] of markdown.split('\n').entries()) {
		const opening = openingOf(line);
		const delimiters = delimitersIn(line);
		markers += opening.markers;
		indents += Math.floor(opening.indent / 2);
		// A paragraph grows; the squares of its counts are taken as they grow, n² - (n - m)², so that the line that is too much is named.
		if (opening.blank) paragraph = { firstLine: index + 2, lines: 0, delimiters: 0 };
		else {
			effort += 2 * paragraph.lines + 1 + delimiters * (2 * paragraph.delimiters + delimiters);
			paragraph.lines += 1;
			paragraph.delimiters += delimiters;
		}
		const message = tooMuch({ ...opening, delimiters: paragraph.delimiters, markersInText: markers, indents, effort });
		if (message !== undefined) return { line: index + 1, message };
	}
	return undefined;
}

function tooMuch(found: { markers: number; indent: number; delimiters: number; markersInText: number; indents: number; effort: number }): string | undefined {
	if (found.markers > markdownLimits.markersInLine) return `Lists and quotations are nested too deep: at most ${markdownLimits.markersInLine} marks may begin a line.`;
	if (found.indent > markdownLimits.indent) return `This line is indented too far: at most ${markdownLimits.indent} columns.`;
	if (found.markersInText > markdownLimits.markersInText) return `One text may have at most ${markdownLimits.markersInText} list items and lines of quotation.`;
	if (found.indents > markdownLimits.indentInText) return 'Too many lines of this text are indented.';
	if (found.effort > markdownLimits.effort) return 'This text has too many * _ [ ] ` < or lines without an empty line between them.';
	return undefined;
}

const marker = /[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$))/y;
/** Three or more - * or _ alone in a line, which are no list. */
const rule = /^[ \t>]*([-*_])[ \t]*(?:\1[ \t]*){2,}$/;

function openingOf(line: string): { markers: number; indent: number; blank: boolean } {
	const blank = /^[ \t]*$/.test(line);
	const white = /^[ \t]*/.exec(line)?.[0] ?? '';
	const indent = blank ? 0 : white.length + 3 * white.split('\t').length - 3;
	if (rule.test(line)) return { markers: line.split('>').length - 1, indent, blank };
	let markers = 0;
	marker.lastIndex = 0;
	// A sticky expression that finds nothing forgets its place: the loop ends there.
	while (markers <= markdownLimits.markersInLine && marker.test(line)) markers += 1;
	marker.lastIndex = 0;
	return { markers, indent, blank };
}

function delimitersIn(line: string): number {
	let count = 0;
	for (const character of line) if ('*_[]`<&!\\'.includes(character)) count += 1;
	return count;
}
