/**
 * Note: Prose is a tree, never a string of HTML.
 * Whatever an editor (or somebody who got at the files) wrote as Markdown becomes this tree once, when it is imported.
 * Pages, the PDF, feeds and the search index are all made from the tree, so no markup of theirs can reach a browser:
 * there is no node for raw HTML, for a script or for an image from elsewhere.
 */
export type Inline =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'emphasis'; readonly inlines: readonly Inline[] }
	| { readonly kind: 'strong'; readonly inlines: readonly Inline[] }
	| { readonly kind: 'code'; readonly text: string }
	| { readonly kind: 'break' }
	/** `href` is https:, http:, mailto: or a path or fragment of our own; nothing else passes the parser. */
	| { readonly kind: 'link'; readonly href: string; readonly inlines: readonly Inline[] };

export type Block =
	| { readonly kind: 'paragraph'; readonly inlines: readonly Inline[]; readonly clause?: number }
	/** `level` is 2 to 4: the page's own title is the only level 1. */
	| { readonly kind: 'heading'; readonly level: 2 | 3 | 4; readonly inlines: readonly Inline[] }
	| { readonly kind: 'list'; readonly ordered: boolean; readonly start: number; readonly items: readonly (readonly Block[])[] }
	/** A numbered clause of a statement: its number is part of its permanent address. */
	| { readonly kind: 'clause'; readonly clause: number; readonly blocks: readonly Block[] }
	| { readonly kind: 'quote'; readonly blocks: readonly Block[] }
	| { readonly kind: 'preformatted'; readonly text: string }
	| { readonly kind: 'rule' };

export type Prose = readonly Block[];

/** The fragment that addresses a clause for ever: `#clause-7`. */
export function clauseId(clause: number): string {
	return `clause-${clause}`;
}

/** The numbers of a statement's clauses, or of its paragraphs where those are numbered. */
export function clauseNumbers(prose: Prose): number[] {
	return prose.flatMap((block) => (block.kind === 'clause' || (block.kind === 'paragraph' && block.clause !== undefined) ? [block.clause ?? 0] : []));
}

/** The words of inlines without any markup. */
export function plainInlines(inlines: readonly Inline[]): string {
	return inlines
		.map((inline) => {
			switch (inline.kind) {
				case 'text':
				case 'code':
					return inline.text;
				case 'break':
					return ' ';
				default:
					return plainInlines(inline.inlines);
			}
		})
		.join('');
}

/** The words of a prose, one paragraph a line, for the search index, feeds and descriptions. */
export function plainProse(prose: Prose): string {
	return prose
		.map((block): string => {
			switch (block.kind) {
				case 'paragraph':
				case 'heading':
					return plainInlines(block.inlines);
				case 'clause':
				case 'quote':
					return plainProse(block.blocks);
				case 'list':
					return block.items.map(plainProse).join('\n');
				case 'preformatted':
					return block.text;
				case 'rule':
					return '';
			}
		})
		.filter((line) => line !== '')
		.join('\n');
}
