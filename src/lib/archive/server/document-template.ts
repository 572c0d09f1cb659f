import { directionOf, type Language } from '#lib/platform/i18n/language.ts';
import { plainInlines, type Block, type Inline, type Prose } from '../prose.ts';
import type { Shown } from '#lib/platform/i18n/text.ts';

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
 * Note: The document's words never become Typst source.
 * The source below is the same for every document. What differs comes in as one JSON string under
 * `sys.inputs.document` and is walked as data, and a string put into content is a text node: Typst does not parse it,
 * so `#read("…")`, `$x$` or `@ref` in a document are letters like any others. Keep it so: no `eval`, no markup made
 * from data, no labels named by data (they are interned for the life of the process).
 *
 * It is a string in a module, not a `.typ` file, so that it is still there after the server's code is bundled.
 *
 * Sizes are one scale of 1.2 from the body's 11 pt. Every line is given the same height whatever its letters (fixed
 * top and bottom edges), so that a Latin name in an Arabic line, or the reverse, leaves the line distances alone.
 */
export const documentTemplate = String.raw`
#let it = json(bytes(sys.inputs.document))
#let rtl = it.direction == "rtl"
#let (near, far) = if rtl { (right, left) } else { (left, right) }
#let on-near(value) = if rtl { (right: value) } else { (left: value) }

#let ink = rgb("#1B1F23")
#let quiet = rgb("#4A5560")
#let blue = rgb("#17324D")
#let marigold = rgb("#E0A100")
#let hairline = 0.5pt + rgb("#C9C5BA")
#let size(step) = (if rtl { 12pt } else { 11pt }) * calc.pow(1.2, step)

#let faces(language) = if language == "ar" {
	((name: "Noto Naskh Arabic", covers: regex("[\u{0600}-\u{06FF}\u{0750}-\u{077F}\u{08A0}-\u{08FF}\u{FB50}-\u{FDFF}\u{FE70}-\u{FEFF}\u{200B}-\u{200F}\u{2060}-\u{2069}]")), "Libertinus Serif")
} else {
	("Libertinus Serif", "Noto Naskh Arabic")
}
#let pitch(language) = if language == "ar" { 0.78em } else { 0.44em }

// Words that may be in another language than the document, on the side where the document begins.
#let said(shown, element: par, ..style) = {
	let direction = if shown.direction == "rtl" { std.rtl } else { std.ltr }
	set text(lang: shown.language, dir: direction, font: faces(shown.language), hyphenate: false, ..style)
	set par(leading: pitch(shown.language) * 0.75, justify: false)
	align(near, element(shown.words))
}

// An address of the web, read from left to right in every language.
#let web(address) = {
	set text(lang: "en", dir: std.ltr, font: faces("en"), fill: blue, hyphenate: false)
	link(address.href, address.words)
}

#set document(
	title: it.title.words,
	author: if "by" in it { it.by.words } else { () },
	date: if "day" in it { datetime(year: it.day.at(0), month: it.day.at(1), day: it.day.at(2)) } else { none },
)

#set text(
	lang: it.language,
	dir: if rtl { std.rtl } else { std.ltr },
	font: faces(it.language),
	size: size(0),
	fill: ink,
	number-type: "lining",
	top-edge: 0.75em,
	bottom-edge: -0.25em,
	hyphenate: not rtl,
)

#set page(
	paper: "a4",
	margin: (top: 32mm, bottom: 34mm, ..if rtl { (right: 46mm, left: 36mm) } else { (left: 46mm, right: 36mm) }),
	header-ascent: 11mm,
	footer-descent: 11mm,
	header: context if here().page() > 1 { said(it.running, size: size(-1), fill: quiet) },
	footer: {
		set text(size: size(-1), fill: quiet, hyphenate: false)
		set par(leading: 0.3em, justify: false)
		line(length: 100%, stroke: hairline)
		v(0.5em, weak: true)
		grid(
			columns: (1fr, auto),
			column-gutter: 8mm,
			align: (near, far),
			{
				it.labels.address
				linebreak()
				web(it.address)
			},
			text(number-width: "tabular", context counter(page).display("1 / 1", both: true)),
		)
	},
)

#let apart = pitch(it.language) + 0.5em
#set par(leading: pitch(it.language), spacing: apart, justify: true)
#set list(tight: false, body-indent: 3mm, marker: text(fill: blue, sym.bullet), spacing: pitch(it.language) + 0.25em)
#set enum(tight: false, body-indent: 3mm, numbering: "1.", spacing: pitch(it.language) + 0.25em)

#show emph: set text(weight: 600) if rtl
#show heading: set text(fill: blue, weight: 600, hyphenate: false)
#show heading: set par(leading: pitch(it.language) * 0.75, justify: false)
#show heading: set block(above: 1.6em, below: 0.8em)
#show heading.where(level: 1): set text(size: size(4))
#show heading.where(level: 1): set block(above: 0.7em, below: 0.6em)
#show heading.where(level: 2): set text(size: size(2))
#show heading.where(level: 3): set text(size: size(1))
#show heading.where(level: 4): set text(size: size(0))
#show quote.where(block: true): quotation => block(
	width: 100%,
	above: 1em,
	below: 1em,
	inset: on-near(6mm),
	stroke: on-near(0.8pt + rgb("#8FA0B0")),
	{
		// Typst gives every block in a quotation the distance that the quotation has.
		set block(spacing: apart)
		quotation.body
	},
)
#show link: set text(fill: blue)
#show raw: set text(font: "DejaVu Sans Mono", size: 0.83em, dir: std.ltr, lang: "en", hyphenate: false)
#show raw.where(block: true): code => block(width: 100%, fill: rgb("#F4F1E9"), inset: 3mm, align(left, code))

#let styled(run) = {
	let words = if run.at("code", default: false) { raw(run.text) } else { run.text }
	if run.at("emphasis", default: false) { words = emph(words) }
	if run.at("strong", default: false) { words = strong(words) }
	words
}
#let inline(run) = {
	if run.kind == "break" { linebreak() }
	else if run.kind == "link" {
		underline(stroke: 0.4pt, offset: 0.18em, link(run.href, run.runs.map(inline).join()))
		if "note" in run { super(text(fill: blue, str(run.note))) }
	}
	else { styled(run) }
}
#let line-of(runs) = runs.map(inline).join()

// A clause's number hangs in the margin from the first line's own baseline, so a page break cannot part the two.
#let hung(number) = box(width: 0pt, height: 0pt, place(
	bottom + far,
	dx: if rtl { 5mm } else { -5mm },
	text(fill: blue, weight: 600, number-width: "tabular", bottom-edge: "baseline", font: faces("en"), str(number)),
))

#let blocks(all, number: none) = for (index, one) in all.enumerate() {
	if one.kind == "paragraph" {
		let own = if index == 0 and number != none { number } else { one.at("clause", default: none) }
		par({
			if own != none { hung(own) }
			line-of(one.runs)
		})
	} else if one.kind == "heading" {
		heading(level: one.level, line-of(one.runs))
	} else if one.kind == "clause" {
		let opens-with-words = one.blocks.len() > 0 and one.blocks.first().kind == "paragraph"
		if opens-with-words { blocks(one.blocks, number: one.clause) } else {
			block(width: 100%, { place(top + near, dy: 0.75em, hung(one.clause)); blocks(one.blocks) })
		}
	} else if one.kind == "list" {
		let items = one.items.map(item => blocks(item))
		if one.ordered { enum(start: one.start, ..items) } else { list(..items) }
	} else if one.kind == "quote" {
		quote(block: true, blocks(one.blocks))
	} else if one.kind == "preformatted" {
		raw(one.text, block: true)
	} else if one.kind == "rule" {
		align(center, block(above: 1.6em, below: 1.6em, line(length: 16mm, stroke: 1.4pt + marigold)))
	}
}

#block(width: 16mm, height: 2.2pt, fill: marigold, below: 4mm)
#said(it.origin, size: size(0), fill: quiet)
#said(it.title, element: heading.with(level: 1))
#if "by" in it { said(it.by, size: size(1)) }
#if "date" in it { said(it.date, size: size(0), fill: quiet) }
#block(width: 100%, height: 0pt, above: 5mm, below: 7mm, stroke: (bottom: hairline))
#if "notice" in it {
	block(width: 100%, below: 7mm, inset: (y: 1mm, ..on-near(4mm)), stroke: on-near(2.2pt + marigold), said(it.notice))
}
#blocks(it.blocks)

// Paper cannot be clicked: each address that the text links to, once, under the number that stands after its links.
#if it.notes.len() > 0 {
	block(width: 16mm, height: 0pt, above: 2.4em, below: 1em, sticky: true, stroke: (bottom: hairline))
	set text(size: size(-1))
	set par(leading: 0.3em, justify: false)
	block(below: 0.6em, sticky: true, text(fill: quiet, it.labels.links))
	enum(spacing: 0.4em, ..it.notes.map(web))
}
`;

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
export function templateData({ title, byline, language, prose, origin, address, notice, labels }: PdfDocument): object {
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
	return { href, words: literal(href.replace(/^(https:\/\/|mailto:)/, '').replace(/\/$/, '')) };
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

/** The importer stops at 8 levels, the typesetter ("maximum PDF grouping depth") at 28. */
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
				return { kind: 'preformatted', text: breakable(directed(block.text.toWellFormed().replace(/[^\P{Cc}\n\t]/gu, ' '))) };
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
				if (web(plainInlines(inline.inlines)).words === web(href).words) return [{ kind: 'link', href, runs }];
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
	return breakable(directed(text.toWellFormed().replace(/[\p{Cc}\u2028\u2029 ]+/gu, ' ')));
}

/**
 * Note: A sign in a run of the other direction.
 * Typst 0.13 aborts where a sign of a right-to-left script stands in a left-to-right run or the reverse, which signs
 * without a direction of their own can do: an Arabic percent sign among Latin words, a vowel mark without its letter.
 * Invisible marks of direction around such a sign keep it in a run of its script. The old controls that turn whole
 * words around are left out.
 */
function directed(text: string): string {
	return text
		.replace(/[\u202a-\u202e]/g, '')
		.replace(arabicSymbols, '\u200f$&\u200f')
		.replace(strayMarksToTheLeft, '\u200f$&\u200f')
		.replace(strayMarksToTheRight, '\u200e$&\u200e');
}

const arabicSymbols = /[\u0606\u0607\u0609\u060a\u060e\u060f\u066a\u06de\u06e9\ufd3e-\ufd4f\ufdcf\ufdfd-\ufdff]+/g;
const toTheLeft = String.raw`[\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}]`;
const strayMarksToTheLeft = new RegExp(String.raw`(?<!${toTheLeft})[\p{M}&&${toTheLeft}]+`, 'gv');
const strayMarksToTheRight = new RegExp(String.raw`(?<![[\p{L}\p{M}\p{N}]--${toTheLeft}])[[\p{M}--\p{sc=Zinh}]--${toTheLeft}]+`, 'gv');

/** A word that would not fit a line may be broken at every 40 characters: at a space without width, that nobody sees. */
function breakable(text: string): string {
	return text.replace(/[^\s/?-]{41,}/gu, (word) => word.replace(/.{40}(?!\p{M})/gu, '$&\u200b'));
}
