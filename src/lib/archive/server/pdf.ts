import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { directionOf, type Language } from '#lib/platform/i18n/language.ts';
import { plainInlines, type Block, type Inline, type Prose } from '../prose.ts';
import type { Shown } from '../text.ts';
import { documentTemplate } from './document-template.ts';

/** What the PDF says in the reader's words around the document's own. All in the document's `language`. */
export interface PdfLabels {
	/** Before the permanent web address in the footer, e.g. "Permanent address". */
	readonly address: string;
	/** Before the list of the addresses that the text links to, e.g. "Links in this text". */
	readonly links: string;
}

export interface PdfDocument {
	readonly title: Shown;
	/** `by` is also the PDF's author; `date` is in words; `day`, the PDF's own date, counts only as YYYY-MM-DD. */
	readonly byline: { readonly by?: Shown; readonly date?: string; readonly day?: string };
	/** The language that `prose` is written in, with `byline.date`, `notice` and `labels`; it decides the PDF's direction. */
	readonly language: Language;
	readonly prose: Prose;
	/** The line above the title: which forum, where, when. */
	readonly origin: Shown;
	/** The document's permanent web address; links of our own in the prose start from it. */
	readonly address: string;
	/** Set apart before the text, e.g. that it is a summary in the archive's words. */
	readonly notice?: string;
	readonly labels: PdfLabels;
}

/**
 * The document as an A4 PDF, set right to left where its language is. The same input gives the same bytes: the only
 * date in it is the document's own. Takes the thread while it works. Throws where prose is nested deeper than the
 * importer lets through, or where the typesetter refuses the document.
 */
export function documentPdf(document: PdfDocument): Uint8Array {
	const typesetter = compiler();
	try {
		const result = typesetter.compile({ mainFileContent: documentTemplate, inputs: { document: JSON.stringify(asData(document)) } });
		const laidOut = result.result;
		if (laidOut === null) {
			const error = result.takeDiagnostics();
			throw new Error(`the typesetter refused the document: ${JSON.stringify(error && typesetter.fetchDiagnostics(error))}`);
		}
		return new Uint8Array(typesetter.pdf(laidOut, process.env.A ? { pdfStandard: 'a-2b' }: {}));
	} finally {
		typesetter.evictCache(Number(process.env.AGE ?? 0));
	}
}

let loaded: NodeCompiler | undefined;

function compiler(): NodeCompiler {
	if (loaded !== undefined) return loaded;
	const { resolve } = createRequire(import.meta.url);
	loaded = NodeCompiler.create({
		workspace: join(devNull, 'nothing'),
		fontArgs: [
			{
				fontBlobs: [
					resolve('@expo-google-fonts/noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf'),
					resolve('@expo-google-fonts/noto-naskh-arabic/600SemiBold/NotoNaskhArabic_600SemiBold.ttf'),
					resolve('@expo-google-fonts/noto-naskh-arabic/700Bold/NotoNaskhArabic_700Bold.ttf')
				].map((file) => readFileSync(file))
			}
		]
	});
	return loaded;
}

type Run =
	| { kind: 'text'; text: string; strong?: true; emphasis?: true; code?: true }
	| { kind: 'break' }
	| { kind: 'link'; href: string; note?: number; runs: Run[] };

type Style = Pick<Extract<Run, { kind: 'text' }>, 'strong' | 'emphasis'>;

type Laid =
	| { kind: 'paragraph'; runs: Run[]; clause?: number }
	| { kind: 'heading'; level: number; runs: Run[] }
	| { kind: 'list'; ordered: boolean; start: number; items: Laid[][] }
	| { kind: 'clause'; clause: number; blocks: Laid[] }
	| { kind: 'quote'; blocks: Laid[] }
	| { kind: 'preformatted'; text: string }
	| { kind: 'rule' };

/** What the template reads. Inlines are flat runs here, so that how deep they were nested costs the typesetter nothing. */
function asData({ title, byline, language, prose, origin, address, notice, labels }: PdfDocument): object {
	const own = (words: string) => line({ words, language });
	const { by, date, day } = byline;
	const calendarDay = day === undefined ? null : dayOf(day);
	const links: Links = { from: address, numbers: new Map() };
	const blocks = blocksOf(prose, links, 0);
	return {
		language,
		direction: directionOf(language),
		title: line(title),
		running: line({ ...title, words: cut(title.words) }),
		origin: line(origin),
		...(by && { by: line(by) }),
		...(date !== undefined && { date: own(date) }),
		...(calendarDay && { day: calendarDay }),
		...(notice !== undefined && { notice: own(notice) }),
		labels: { address: literal(labels.address), links: literal(labels.links) },
		address: web(address),
		blocks,
		notes: [...links.numbers.keys()].map(web)
	};
}

function line({ words, language }: Shown) {
	return { words: literal(words), language, direction: directionOf(language) };
}

function web(href: string) {
	return { href, words: literal(href.replace(/^(https:\/\/|mailto:)/, '')) };
}

const longestRunningTitle = 90;

function cut(words: string): string {
	if (words.length <= longestRunningTitle) return words;
	return `${words.slice(0, longestRunningTitle).replace(/\s+\S*$/u, '')}…`;
}

function dayOf(day: string): [number, number, number] | null {
	const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
	const at = new Date(`${day}T00:00:00Z`);
	if (!parts || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day) return null;
	return [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

/** The importer stops at 8 levels; the typesetter's own limits (80 calls, 72 layouts) are reached at more than 16. */
const deepest = 12;

function guardDepth(depth: number): void {
	if (depth > deepest) throw new Error(`prose is nested deeper than ${deepest} levels`);
}

function blocksOf(blocks: readonly Block[], links: Links, depth: number): Laid[] {
	guardDepth(depth);
	return blocks.map((block): Laid => {
		switch (block.kind) {
			case 'paragraph':
				return {
					kind: 'paragraph',
					runs: runsOf(block.inlines, { links }),
					...(block.clause !== undefined && { clause: block.clause })
				};
			case 'heading':
				return { kind: 'heading', level: block.level, runs: runsOf(block.inlines, { links }) };
			case 'list':
				return {
					kind: 'list',
					ordered: block.ordered,
					start: Number.isSafeInteger(block.start) && block.start >= 0 ? block.start : 1,
					items: block.items.map((item) => blocksOf(item, links, depth + 1))
				};
			case 'clause':
				return { kind: 'clause', clause: block.clause, blocks: blocksOf(block.blocks, links, depth + 1) };
			case 'quote':
				return { kind: 'quote', blocks: blocksOf(block.blocks, links, depth + 1) };
			case 'preformatted':
				return { kind: 'preformatted', text: block.text.toWellFormed().replace(/[^\P{Cc}\n\t]/gu, ' ') };
			case 'rule':
				return { kind: 'rule' };
		}
	});
}

/** The addresses linked to so far, each with the number under which the last page prints it; links start at `from`. */
interface Links {
	readonly from: string;
	readonly numbers: Map<string, number>;
}

interface Around {
	readonly links: Links;
	readonly style?: Style;
	readonly inLink?: boolean;
	readonly depth?: number;
}

function runsOf(inlines: readonly Inline[], around: Around): Run[] {
	const { links, style = {}, inLink = false, depth = 0 } = around;
	guardDepth(depth);
	const inside = { ...around, depth: depth + 1 };
	return inlines.flatMap((inline): Run[] => {
		switch (inline.kind) {
			case 'text':
				return inline.text === '' ? [] : [{ kind: 'text', text: literal(inline.text), ...style }];
			case 'code':
				return inline.text === '' ? [] : [{ kind: 'text', text: literal(inline.text), ...style, code: true }];
			case 'break':
				return [{ kind: 'break' }];
			case 'emphasis':
			case 'strong':
				return runsOf(inline.inlines, { ...inside, style: { ...style, [inline.kind]: true } });
			case 'link': {
				const runs = runsOf(inline.inlines, { ...inside, inLink: true });
				const href = inLink ? null : target(inline.href, links.from);
				if (href === null || runs.length === 0) return runs;
				const { words } = web(href);
				if (plainInlines(inline.inlines).endsWith(words)) return [{ kind: 'link', href, runs }];
				const note = links.numbers.get(href) ?? links.numbers.size + 1;
				links.numbers.set(href, note);
				return [{ kind: 'link', href, note, runs }];
			}
		}
	});
}

/** Typst refuses addresses of more than 8,000 bytes; nobody needs a quarter of that. */
const longestAddress = 2000;

/** The full address of a link, or null where it is not one to print: then its words stay, without a link. */
function target(href: string, address: string): string | null {
	if (!URL.canParse(href, address)) return null;
	const url = new URL(href, address);
	return ['https:', 'http:', 'mailto:'].includes(url.protocol) && url.href.length <= longestAddress ? url.href : null;
}

/** A string that the typesetter can set as it is: no control characters, no half characters, no word without an end. */
function literal(text: string): string {
	return text
		.toWellFormed()
		.replace(/[\p{Cc}\u2028\u2029 ]+/gu, ' ')
		.replace(/[^\s/?-]{61,}/gu, (word) => word.replace(/.{60}(?!\p{M})/gu, '$&\u200b'));
}
