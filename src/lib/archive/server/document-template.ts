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
	((name: "Noto Naskh Arabic", covers: regex("[\u{0600}-\u{06FF}\u{0750}-\u{077F}\u{08A0}-\u{08FF}\u{FB50}-\u{FDFF}\u{FE70}-\u{FEFF}]")), "Libertinus Serif")
} else {
	("Libertinus Serif", "Noto Naskh Arabic")
}
#let pitch(language) = if language == "ar" { 0.78em } else { 0.44em }

// Words in a language of their own, on the side where the document begins.
#let said(shown, ..style) = {
	set text(lang: shown.language, dir: if shown.direction == "rtl" { std.rtl } else { std.ltr }, font: faces(shown.language), ..style)
	set par(leading: pitch(shown.language) * 0.75, justify: false)
	align(near, par(shown.words))
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

#set par(leading: pitch(it.language), spacing: pitch(it.language) + 0.5em, justify: true)
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
	quotation.body,
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
		blocks(one.blocks, number: one.clause)
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
#heading(level: 1, said(it.title))
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
