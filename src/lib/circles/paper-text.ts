import { cleanLines } from '#lib/platform/text/clean.ts';
import { partsOf, type Part } from './paper-words.ts';

/**
 * Note: A paper is a tree, never a string of HTML.
 * Papers are plain text with a little formatting: `# heading`, `- list`, `1. list`, `> quotation`, `*emphasis*`,
 * `**strong**`, and links. Whatever somebody wrote becomes this tree; there is no node for markup, scripts or pictures,
 * so none can reach the page. The archive's Markdown would be four times as heavy as everything else on the page.
 */
export type Block =
	| { readonly kind: 'paragraph'; readonly lines: readonly (readonly Part[])[] }
	/** `level` is 2 to 4: the paper's title is the only level 1. */
	| { readonly kind: 'heading'; readonly level: 2 | 3 | 4; readonly parts: readonly Part[] }
	| { readonly kind: 'list'; readonly ordered: boolean; readonly start: number; readonly items: readonly (readonly Block[])[] }
	| { readonly kind: 'quote'; readonly blocks: readonly Block[] }
	| { readonly kind: 'rule' }
	/** What is beyond `paperLimits`, as it was written: shown without formatting, but shown. */
	| { readonly kind: 'plain'; readonly text: string };

/** What formatting is made of at most, so that no text can hold a phone: an honest paper of 100 pages is far below. */
const paperLimits = { depth: 5, lines: 10_000, parts: 20_000 } as const;

/**
 * The tree of a paper's text, in a time that grows with its length whatever it holds. No word is lost: what is no
 * formatting stays the characters that were written. Taken out are only the characters that deceive; see
 * "Characters that are taken out".
 */
export function paperBlocks(text: string): readonly Block[] {
	const reading: Reading = { lines: 0, parts: 0 };
	return blocksOf(cleanLines(text).split('\n'), 1, reading);
}

/** The text without the signs of its formatting, for extracts. */
export function plainWords(text: string): string {
	return text.replace(/^[ \t]{0,9}(?:#{1,6}|>|[-*+•])[ \t]+/gm, '').replace(/\*\*?|__/g, '');
}

interface Reading {
	lines: number;
	parts: number;
}

const heading = /^(#{1,6})[ \t]+(.*)$/;
const quoted = /^ {0,3}>[ \t]?/;
const item = /^( {0,3})([-*+•]|\d{1,9}[.)])[ \t]+(?=\S)/;
const ruled = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;

function blocksOf(lines: readonly string[], depth: number, reading: Reading): Block[] {
	const blocks: Block[] = [];
	for (let at = 0; at < lines.length; ) {
		const line = lines[at] ?? '';
		if (reading.lines > paperLimits.lines || reading.parts > paperLimits.parts) {
			const rest = lines.slice(at).join('\n');
			if (rest.trim() !== '') blocks.push({ kind: 'plain', text: rest });
			return blocks;
		}
		reading.lines += 1;
		const isDeep = depth >= paperLimits.depth;
		const found = line.trim() === '' ? blank : (headingAt(line, reading) ?? ruleAt(line) ?? (isDeep ? undefined : (quoteAt(lines, at, depth, reading) ?? listAt(lines, at, depth, reading))) ?? paragraphAt(lines, at, isDeep, reading));
		if (found.block !== undefined) blocks.push(found.block);
		at += found.lines;
	}
	return blocks;
}

/** A block and how many lines it took. */
interface Found {
	readonly block: Block | undefined;
	readonly lines: number;
}

const blank: Found = { block: undefined, lines: 1 };

function headingAt(line: string, reading: Reading): Found | undefined {
	const [, marks = '', words = ''] = heading.exec(line) ?? [];
	const title = words.trim();
	if (marks === '' || title === '') return undefined;
	return { block: { kind: 'heading', level: marks.length === 1 ? 2 : marks.length === 2 ? 3 : 4, parts: counted(title, reading) }, lines: 1 };
}

function ruleAt(line: string): Found | undefined {
	return line.length < 200 && ruled.test(line) ? { block: { kind: 'rule' }, lines: 1 } : undefined;
}

function quoteAt(lines: readonly string[], at: number, depth: number, reading: Reading): Found | undefined {
	const inner: string[] = [];
	for (let next = at; quoted.test(lines[next] ?? ''); next += 1) inner.push((lines[next] ?? '').replace(quoted, ''));
	return inner.length === 0 ? undefined : { block: { kind: 'quote', blocks: blocksOf(inner, depth + 1, reading) }, lines: inner.length };
}

/** Items of one kind; what is indented under an item belongs to it, also behind an empty line. */
function listAt(lines: readonly string[], at: number, depth: number, reading: Reading): Found | undefined {
	const first = item.exec(lines[at] ?? '');
	if (first === null) return undefined;
	const ordered = /\d/.test(first[2] ?? '');
	const items: Block[][] = [];
	let next = at;
	for (let begun = first; ; ) {
		const inner = [(lines[next] ?? '').slice(begun[0].length)];
		next += 1;
		const indent = (begun[1] ?? '').length + 2;
		while (next < lines.length && belongs(lines, next, indent)) {
			inner.push(unindented(lines[next] ?? '', begun[0].length));
			next += 1;
		}
		items.push(blocksOf(inner, depth + 1, reading));
		const following = item.exec(lines[next] ?? '');
		if (following === null || /\d/.test(following[2] ?? '') !== ordered || reading.lines > paperLimits.lines) break;
		begun = following;
	}
	return { block: { kind: 'list', ordered, start: ordered ? Number.parseInt(first[2] ?? '1', 10) : 1, items }, lines: next - at };
}

function belongs(lines: readonly string[], at: number, indent: number): boolean {
	const line = lines[at] ?? '';
	if (line.trim() === '') return startsIndented(lines[at + 1] ?? '', indent);
	return startsIndented(line, indent);
}

function startsIndented(line: string, indent: number): boolean {
	return line.startsWith('\t') || (line.startsWith(' '.repeat(indent)) && line.trim() !== '');
}

function unindented(line: string, most: number): string {
	if (line.startsWith('\t')) return line.slice(1);
	let spaces = 0;
	while (spaces < most && line[spaces] === ' ') spaces += 1;
	return line.slice(spaces);
}

/** Lines stay lines: whoever presses Enter in plain text means it. */
function paragraphAt(lines: readonly string[], at: number, isDeep: boolean, reading: Reading): Found {
	const written: (readonly Part[])[] = [];
	let next = at;
	do {
		written.push(counted((lines[next] ?? '').trim(), reading));
		next += 1;
		reading.lines += 1;
	} while (next < lines.length && !endsParagraph(lines[next] ?? '', isDeep) && reading.lines <= paperLimits.lines && reading.parts <= paperLimits.parts);
	return { block: { kind: 'paragraph', lines: written }, lines: next - at };
}

function endsParagraph(line: string, isDeep: boolean): boolean {
	return line.trim() === '' || heading.test(line) || (line.length < 200 && ruled.test(line)) || (!isDeep && (quoted.test(line) || item.test(line)));
}

function counted(words: string, reading: Reading): readonly Part[] {
	const { parts, count } = partsOf(words, paperLimits.parts - reading.parts);
	reading.parts += count;
	return parts;
}
