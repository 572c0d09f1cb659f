import { differences } from './difference.ts';

/**
 * A piece of two texts that were written beside each other from the same earlier one: as it was, changed by one of them,
 * or changed by both. Paragraphs (what stands between empty lines) are never cut.
 */
export type Piece =
	| { readonly kind: 'same'; readonly text: string }
	| { readonly kind: 'one' | 'other'; readonly was: string; readonly text: string }
	| { readonly kind: 'both'; readonly was: string; readonly one: string; readonly other: string };

/** What somebody chose for a piece. */
export type Choice = 'one' | 'other' | 'both' | 'was';

/**
 * The pieces of two texts over the earlier text that both began from (an empty one where there is none): a three-way
 * merge by paragraphs (Khanna, Kunal, Pierce, "A Formal Investigation of Diff3", 2007).
 */
export function piecesOf({ was, one, other }: { was: string; one: string; other: string }): Piece[] {
	const base = paragraphsOf(was);
	const [first, second] = [paragraphsOf(one), paragraphsOf(other)];
	const [toFirst, toSecond] = [matchesOf(base, first), matchesOf(base, second)];
	const pieces: Piece[] = [];
	let [b, f, s] = [0, 0, 0];
	while (b < base.length || f < first.length || s < second.length) {
		let stable = b;
		while (stable < base.length && toFirst[stable] === f + stable - b && toSecond[stable] === s + stable - b) stable += 1;
		if (stable > b) {
			pieces.push({ kind: 'same', text: textOf(base.slice(b, stable)) });
			[f, s, b] = [f + stable - b, s + stable - b, stable];
			continue;
		}
		// The next paragraph that both kept; until there somebody changed something.
		let next = b;
		while (next < base.length && (toFirst[next] === undefined || toSecond[next] === undefined)) next += 1;
		const [nextFirst, nextSecond] = next < base.length ? [toFirst[next] ?? first.length, toSecond[next] ?? second.length] : [first.length, second.length];
		pieces.push(changed(textOf(base.slice(b, next)), textOf(first.slice(f, nextFirst)), textOf(second.slice(s, nextSecond))));
		[b, f, s] = [next, nextFirst, nextSecond];
	}
	return pieces;
}

function changed(was: string, one: string, other: string): Piece {
	if (one === other) return { kind: 'same', text: one };
	if (one === was) return { kind: 'other', was, text: other };
	if (other === was) return { kind: 'one', was, text: one };
	return { kind: 'both', was, one, other };
}

/** What is proposed: a change that only one made is kept, and of two both, so that nobody's words are lost. */
export function proposedChoice(piece: Piece): Choice {
	return piece.kind === 'one' || piece.kind === 'other' ? piece.kind : 'both';
}

/** The text that the choices make; `choices` counts the pieces that are not the same in both, in their order. */
export function joinedText(pieces: readonly Piece[], choices: readonly Choice[]): string {
	let changes = 0;
	const texts = pieces.map((piece) => {
		if (piece.kind === 'same') return piece.text;
		const choice = choices[changes] ?? proposedChoice(piece);
		changes += 1;
		if (choice === 'was') return piece.was;
		if (piece.kind === 'both') return choice === 'both' ? textOf([piece.one, piece.other]) : piece[choice];
		return choice === 'both' || choice === piece.kind ? piece.text : piece.was;
	});
	return textOf(texts);
}

function paragraphsOf(text: string): string[] {
	return text.split(/\n[ \t]*\n/).filter((paragraph) => paragraph.trim() !== '').map((paragraph) => paragraph.replace(/^\n+|\n+$/g, ''));
}

function textOf(paragraphs: readonly string[]): string {
	return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

/** For each paragraph of the earlier text its place in the later one, undefined where it is gone or changed. */
function matchesOf(base: readonly string[], later: readonly string[]): (number | undefined)[] {
	const places: (number | undefined)[] = [];
	let place = 0;
	for (const { kind, items } of differences(base, later)) {
		for (const _ of items) {
			if (kind === 'same') places.push(place);
			if (kind === 'gone') places.push(undefined);
			if (kind !== 'gone') place += 1;
		}
	}
	return places;
}
