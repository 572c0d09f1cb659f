/** What is wrong in a Markdown text. `line` counts from 1 in that text. */
export interface MarkdownProblem {
	readonly line: number;
	readonly message: string;
}

/**
 * Note: What Markdown costs.
 * micromark's time grows with the square of several things, so a small file can hold a server for minutes. Measured with
 * micromark 4 on Node 24, two cores: 5,000 list markers in one line (10 kB) 6 s, 400 lists nested by indentation 1.7 s,
 * 5,000 one-line quotations 3 s, 8,500 asterisks in one paragraph 2.4 s, 70,000 paragraphs of three characters 11 s,
 * 5,000 underlined headings 13 s.
 * So a text is weighed by counting characters, in one pass, before micromark sees it. A fuzzer that filled these limits
 * with repeated pieces (4,000 texts) found none that took more than 0.7 s; an honest text of 100 pages is far below all.
 */
export const markdownLimits = {
	characters: 400_000,
	lines: 10_000,
	charactersInParagraph: 50_000,
	/** Quotation and list markers that begin one line. */
	markersInLine: 32,
	markersInText: 5_000,
	/** Quotations and lists that end, or may end, because the next line does not carry on their markers. */
	closings: 500,
	/** Lines of nothing but = or -, which make a heading of the paragraph above them. */
	underlines: 500,
	/** Columns of white space before a line's words. */
	indent: 64,
	/** Two columns of indentation, line by line, added up: each may be a list that has to be carried on. */
	indentInText: 40_000,
	/** Squares of a paragraph's lines and of its delimiter characters, added up. */
	pairing: 4_000_000,
	/** A paragraph's ` (and a tenth of its <) times its characters, added up: each may look for its end in all of it. */
	searching: 5_000_000,
	links: 2_000,
	addressCharacters: 2_000
} as const;

/** The first reason not to parse this text (whose lines end with \n), or undefined. Takes time in proportion to its length. */
export function refusedForItsCost(markdown: string): MarkdownProblem | undefined {
	const whole: Weight = { lines: 0, markers: 0, closings: 0, underlines: 0, indents: 0, pairing: 0, searching: 0 };
	if (markdown.length > markdownLimits.characters) return { line: 1, message: `This text is too long: it has ${markdown.length} characters, and ${markdownLimits.characters} are allowed.` };

	let paragraph = emptyParagraph;
	let before: Opening = { markers: '', indent: 0, blank: true };
	for (const [index, line] of markdown.split('\n').entries()) {
		const opening = openingOf(line);
		paragraph = opening.blank ? emptyParagraph : grown(paragraph, line, whole);
		whole.lines += 1;
		whole.markers += opening.markers.length;
		whole.underlines += /^[ \t>]*(?:=+|-+)[ \t]*$/.test(line) ? 1 : 0;
		whole.indents += Math.floor(opening.indent / 2);
		const carried = carriedOn(before, opening);
		whole.closings += before.markers.length - carried;
		before = opening.blank ? { ...before, markers: before.markers.slice(0, carried) } : opening;
		const message = tooMuchInLine(opening, paragraph) ?? tooMuch(whole);
		if (message !== undefined) return { line: index + 1, message };
	}
	return undefined;
}

interface Weight {
	lines: number;
	markers: number;
	closings: number;
	underlines: number;
	indents: number;
	pairing: number;
	searching: number;
}

function tooMuch(found: Weight): string | undefined {
	if (found.lines > markdownLimits.lines) return `This text is too long: ${markdownLimits.lines} lines are allowed.`;
	if (found.markers > markdownLimits.markersInText) return `This text has too many list items and lines of quotation: ${markdownLimits.markersInText} are allowed.`;
	if (found.closings > markdownLimits.closings) return `This text has too many lists and quotations: ${markdownLimits.closings} are allowed.`;
	if (found.underlines > markdownLimits.underlines) return `This text has too many lines of = or -: ${markdownLimits.underlines} are allowed.`;
	if (found.indents > markdownLimits.indentInText) return 'Too many lines of this text are indented.';
	if (found.pairing > markdownLimits.pairing) return 'Too many * _ [ ] ` < & or too many lines stand here without an empty line between them.';
	if (found.searching > markdownLimits.searching) return 'Too many ` or < stand in long paragraphs.';
	return undefined;
}

function tooMuchInLine({ markers, indent }: Opening, { characters }: Paragraph): string | undefined {
	if (markers.length > markdownLimits.markersInLine) return `Lists and quotations are nested too deep: ${markdownLimits.markersInLine} marks may begin a line.`;
	if (indent > markdownLimits.indent) return `This line is indented too far: ${markdownLimits.indent} columns are allowed.`;
	if (characters > markdownLimits.charactersInParagraph) return `This paragraph is too long: ${markdownLimits.charactersInParagraph} characters are allowed.`;
	return undefined;
}

/** Lines without an empty one between them: what emphasis, links and code can reach across. */
interface Paragraph {
	readonly characters: number;
	readonly lines: number;
	readonly delimiters: number;
	/** What looks for its end: a ` counts 1, a < a tenth, as it was measured. */
	readonly searchers: number;
}

const emptyParagraph: Paragraph = { characters: 0, lines: 0, delimiters: 0, searchers: 0 };

/** The paragraph with one more line. Its share of the whole grows from n² to (n + m)², so that the line which is too much is named. */
function grown(paragraph: Paragraph, line: string, whole: Weight): Paragraph {
	let delimiters = paragraph.delimiters;
	let searchers = paragraph.searchers;
	for (const character of line) {
		if ('*_[]`<&!\\'.includes(character)) delimiters += 1;
		if (character === '`') searchers += 1;
		else if (character === '<') searchers += 0.1;
	}
	const next = { characters: paragraph.characters + line.length + 1, lines: paragraph.lines + 1, delimiters, searchers };
	whole.pairing += pairing(next) - pairing(paragraph);
	whole.searching += next.searchers * next.characters - paragraph.searchers * paragraph.characters;
	return next;
}

function pairing({ lines, delimiters }: Paragraph): number {
	return lines * lines + delimiters * delimiters;
}

/** How a line begins: its markers, `>` or `-` for any list's, and its white space in columns. */
interface Opening {
	readonly markers: string;
	readonly indent: number;
	readonly blank: boolean;
}

const marker = /[ \t]*(?:(>)|(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$))/y;
/** Three or more - * or _ alone in a line, which are no list. */
const rule = /^[ \t>]*([-*_])[ \t]*(?:\1[ \t]*){2,}$/;

function openingOf(line: string): Opening {
	const blank = line.trim() === '';
	const indent = blank ? 0 : columnsIn(/^[ \t>]*/.exec(line)?.[0] ?? '');
	if (rule.test(line)) return { markers: '>'.repeat(line.split('>').length - 1), indent, blank };
	let markers = '';
	// A sticky expression begins where it ended, and at 0 after it found nothing.
	marker.lastIndex = 0;
	for (let found = marker.exec(line); found !== null && markers.length <= markdownLimits.markersInLine; found = marker.exec(line)) markers += found[1] ?? '-';
	return { markers, indent, blank };
}

/**
 * How many of a line's quotations and lists the next one surely carries on. An empty line ends a quotation and no list; a
 * list's next item carries on that list and ends what was inside the item before.
 */
function carriedOn({ markers, indent }: Opening, next: Opening): number {
	const firstQuote = markers.indexOf('>');
	if (next.blank) return firstQuote === -1 ? markers.length : firstQuote;
	if (next.indent < indent) return 0;
	for (const [index, mark] of [...markers].entries()) {
		if (next.markers[index] !== mark) return index;
		if (mark === '-') return index + 1;
	}
	return markers.length;
}

function columnsIn(opening: string): number {
	const tabs = opening.split('\t').length - 1;
	return opening.replaceAll('>', '').length + 3 * tabs;
}
