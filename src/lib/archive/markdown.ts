import { fromMarkdown } from 'mdast-util-from-markdown';
import type { List, Nodes, PhrasingContent, Root, RootContent } from 'mdast';
import { cleanLines } from '#lib/platform/text/clean.ts';
import { markdownLimits, refusedForItsCost, type MarkdownProblem } from './markdown-cost.ts';
import type { Block, Inline, Prose } from './prose.ts';

/**
 * Which numbers a text's parts get. `clauses`: a statement, whose numbered list is its clauses, and whose paragraphs are
 * numbered where it has no such list. `paragraphs`: any other document. `none`: a summary or introduction.
 */
export type Numbering = 'clauses' | 'paragraphs' | 'none';

export type ProseResult =
	| { readonly ok: true; readonly prose: Prose }
	| { readonly ok: false; readonly problems: readonly MarkdownProblem[] };

/**
 * The tree of a Markdown text (CommonMark, no extensions), which is all that pages are ever made from; see "Prose is a
 * tree, never a string of HTML". HTML stays the characters that it was written in, a picture becomes its alternative
 * text, and a link that `safeHref` refuses becomes its words. Refused, with the line: a text that would cost too much
 * (see "What Markdown costs"), and clauses whose written numbers do not run 1, 2, 3 through the whole text.
 */
export function proseFrom(markdown: string, { numberAs }: { readonly numberAs: Numbering }): ProseResult {
	const source = cleanLines(markdown);
	const refused = refusedForItsCost(source);
	if (refused !== undefined) return { ok: false, problems: [refused] };

	const root = fromMarkdown(source);
	const reading: Reading = { source, urls: urlsOfDefinitions(root), links: 0, problems: [] };
	const prose = numbered(root, numberAs, reading);
	return reading.problems.length === 0 ? { ok: true, prose } : { ok: false, problems: reading.problems };
}

/**
 * The address as it may stand in `href`, or undefined where a link must not be made of it. Allowed are `https:`, `http:`
 * and `mailto:` without a password, a path of this site and a fragment. What comes back went through the URL parser
 * of the WHATWG standard, the one that browsers use, so that a browser reads in it what was checked here.
 */
export function safeHref(address: string): string | undefined {
	// Browsers drop tabs and line ends anywhere in an address and read \ as /: none of them has a place in an honest one.
	if (address.length > markdownLimits.addressCharacters || /[\s\p{C}\\]/u.test(address)) return undefined;
	if (/^[/#]/.test(address)) return ownAddress(address);
	const scheme = /^(https?:\/\/|mailto:)/i.exec(address)?.[1]?.toLowerCase();
	const url = scheme === undefined ? null : URL.parse(address);
	if (url === null || url.username !== '' || url.password !== '') return undefined;
	if (scheme === 'mailto:') return /^[^@]+@[^@]+$/.test(url.pathname) ? url.href : undefined;
	return url.href;
}

const nowhere = 'https://nowhere.invalid';

function ownAddress(address: string): string | undefined {
	const url = URL.parse(address, nowhere);
	// The parser's `/.//evil.example` is the path `//evil.example`, which in an href would be another host.
	if (url === null || url.origin !== nowhere || url.pathname.startsWith('//')) return undefined;
	if (!address.startsWith('#')) return `${url.pathname}${url.search}${url.hash}`;
	return url.hash === '' ? undefined : url.hash;
}

/** Quotations and lists inside each other, or emphasis inside emphasis, beyond this become plain words. */
const maxDepth = 8;

interface Reading {
	readonly source: string;
	/** Addresses of `[name]: address` lines by their normalised name. */
	readonly urls: ReadonlyMap<string, string>;
	links: number;
	readonly problems: MarkdownProblem[];
}

function urlsOfDefinitions(root: Root): Map<string, string> {
	const urls = new Map<string, string>();
	for (const node of nodesOf(root)) {
		if (node.type === 'definition' && !urls.has(node.identifier)) urls.set(node.identifier, node.url);
	}
	return urls;
}

/** Every node below this one in reading order; without recursion, so that no depth is too deep. */
function* nodesOf(node: Nodes): Generator<Nodes> {
	const waiting: Nodes[] = [node];
	for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
		yield next;
		if ('children' in next) waiting.push(...next.children.toReversed());
	}
}

function numbered(root: Root, numberAs: Numbering, reading: Reading): Block[] {
	if (numberAs === 'clauses' && root.children.some(isNumberedList)) return clausesFrom(root, reading);
	const blocks = blocksFrom(root.children, 1, reading);
	if (numberAs === 'none') return blocks;
	let clause = 0;
	return blocks.map((block) => (block.kind === 'paragraph' ? { ...block, clause: (clause += 1) } : block));
}

function isNumberedList(node: RootContent): node is List {
	return node.type === 'list' && node.ordered === true;
}

/** CommonMark counts a list's items from its first number whatever the others say: so the written numbers are read again. */
function clausesFrom(root: Root, reading: Reading): Block[] {
	let next = 1;
	return root.children.flatMap((node) => {
		if (!isNumberedList(node)) {
			refuseSwallowedClause(node, next, reading);
			return blocksFrom([node], 1, reading);
		}
		return node.children.map((item): Block => {
			const clause = Number(/^\d+/.exec(reading.source.slice(offsetOf(item), offsetOf(item) + 10))?.[0] ?? next);
			if (clause !== next) refuse(reading, lineOf(item), `This clause is numbered ${clause}, but clause ${next} comes here: clauses count 1, 2, 3 through the whole text.`);
			next = clause + 1;
			const indented = item.children.find((child) => isNumberedList(child) && child.start === next);
			if (indented !== undefined) refuse(reading, lineOf(indented), `Number ${next} is indented into clause ${clause}: begin it where the line begins.`);
			for (const child of item.children) refuseSwallowedClause(child, next, reading);
			const blocks = blocksFrom(item.children, 2, reading);
			if (blocks.length === 0) refuse(reading, lineOf(item), `Clause ${clause} has no words.`);
			return { kind: 'clause', clause, blocks };
		});
	});
}

/** In CommonMark a number other than 1 does not end a paragraph: without an empty line before it, a clause would vanish into it. */
function refuseSwallowedClause(node: RootContent, next: number, reading: Reading): void {
	if (node.type !== 'paragraph' || node.position === undefined) return;
	const lines = reading.source.slice(node.position.start.offset, node.position.end.offset).split('\n');
	const swallowed = lines.findIndex((line, index) => index > 0 && Number(/^\s*(\d{1,9})[.)]\s/.exec(line)?.[1]) === next);
	if (swallowed > 0) refuse(reading, lineOf(node) + swallowed, `Number ${next} is read as part of the paragraph above it: leave an empty line before it and no space.`);
}

function refuse(reading: Reading, line: number, message: string): void {
	reading.problems.push({ line, message });
}

function lineOf(node: Nodes): number {
	return node.position?.start.line ?? 1;
}

function offsetOf(node: Nodes): number {
	return node.position?.start.offset ?? 0;
}

function blocksFrom(nodes: readonly RootContent[], depth: number, reading: Reading): Block[] {
	return nodes.flatMap((node) => blockFrom(node, depth, reading));
}

function blockFrom(node: RootContent, depth: number, reading: Reading): Block[] {
	switch (node.type) {
		case 'paragraph':
			return paragraph(inlinesFrom(node.children, 1, reading));
		case 'heading': {
			const inlines = trimmed(inlinesFrom(node.children, 1, reading));
			const level = node.depth <= 2 ? 2 : node.depth === 3 ? 3 : 4;
			return inlines.length === 0 ? [] : [{ kind: 'heading', level, inlines }];
		}
		case 'thematicBreak':
			return [{ kind: 'rule' }];
		case 'code':
			return [{ kind: 'preformatted', text: cleanLines(node.value) }];
		case 'html':
			return paragraph(linesOf(node.value));
		case 'definition':
			return [];
		case 'blockquote': {
			if (depth > maxDepth) return paragraph(text(wordsOf(node)));
			const blocks = blocksFrom(node.children, depth + 1, reading);
			return blocks.length === 0 ? [] : [{ kind: 'quote', blocks }];
		}
		case 'list': {
			if (depth > maxDepth) return paragraph(text(wordsOf(node)));
			const items = node.children.map((item) => blocksFrom(item.children, depth + 1, reading));
			return [{ kind: 'list', ordered: node.ordered === true, start: node.start ?? 1, items }];
		}
		default:
			return paragraph(text(wordsOf(node)));
	}
}

function paragraph(inlines: readonly Inline[]): Block[] {
	const words = trimmed(inlines);
	return words.length === 0 ? [] : [{ kind: 'paragraph', inlines: words }];
}

function inlinesFrom(nodes: readonly PhrasingContent[], depth: number, reading: Reading): Inline[] {
	return joined(nodes.flatMap((node) => inlineFrom(node, depth, reading)));
}

function inlineFrom(node: PhrasingContent, depth: number, reading: Reading): Inline[] {
	switch (node.type) {
		case 'text':
		case 'html':
			return text(node.value);
		case 'inlineCode':
			return text(node.value).map((inline) => ({ ...inline, kind: 'code' }));
		case 'break':
			return [{ kind: 'break' }];
		case 'image':
		case 'imageReference':
			return text(node.alt ?? '');
		case 'emphasis':
		case 'strong': {
			if (depth > maxDepth) return text(wordsOf(node));
			const inlines = inlinesFrom(node.children, depth + 1, reading);
			return inlines.length === 0 ? [] : [{ kind: node.type, inlines }];
		}
		case 'link':
			return linkTo(node.url, node, depth, reading);
		case 'linkReference':
			return linkTo(reading.urls.get(node.identifier) ?? '', node, depth, reading);
		default:
			return text(wordsOf(node));
	}
}

function linkTo(address: string, node: Extract<PhrasingContent, { children: PhrasingContent[] }>, depth: number, reading: Reading): Inline[] {
	const inlines = depth > maxDepth ? text(wordsOf(node)) : inlinesFrom(node.children, depth + 1, reading);
	const href = safeHref(address);
	if (href === undefined || inlines.length === 0) return inlines;
	reading.links += 1;
	if (reading.links === markdownLimits.links + 1) refuse(reading, lineOf(node), `One text may have at most ${markdownLimits.links} links.`);
	return [{ kind: 'link', href, inlines }];
}

/** All the words below a node, a space between them where a block ends. */
function wordsOf(node: Nodes): string {
	const words: string[] = [];
	for (const each of nodesOf(node)) {
		if (each.type === 'break' || each.type === 'paragraph' || each.type === 'heading') words.push(' ');
		if ('value' in each) words.push(each.value);
		else if ('alt' in each) words.push(each.alt ?? '');
	}
	return words.join('');
}

/** Cleaned again, because a character reference (`&#x202E;`) is a character only after parsing. A line's end is a space. */
function text(words: string): { readonly kind: 'text'; readonly text: string }[] {
	const clean = cleanLines(words).replaceAll('\n', ' ');
	return clean === '' ? [] : [{ kind: 'text', text: clean }];
}

function linesOf(words: string): Inline[] {
	return words.split('\n').flatMap((line, index): Inline[] => [...(index === 0 ? [] : [{ kind: 'break' } as const]), ...text(line)]);
}

function joined(inlines: readonly Inline[]): Inline[] {
	const result: Inline[] = [];
	for (const inline of inlines) {
		const last = result.at(-1);
		if (inline.kind === 'text' && last?.kind === 'text') result[result.length - 1] = { kind: 'text', text: last.text + inline.text };
		else result.push(inline);
	}
	return result;
}

function trimmed(inlines: readonly Inline[]): Inline[] {
	const last = inlines.length - 1;
	return inlines
		.map((inline, index) => {
			if (inline.kind !== 'text') return inline;
			const rest = index === 0 ? inline.text.trimStart() : inline.text;
			return { kind: inline.kind, text: index === last ? rest.trimEnd() : rest };
		})
		.filter((inline) => inline.kind !== 'text' || inline.text !== '');
}
