/** A piece of a text beside another: in both, only in the older, or only in the newer. */
export interface Change<Item> {
	readonly kind: 'same' | 'gone' | 'new';
	readonly items: readonly Item[];
}

/** So many differences are looked for between two texts; beyond them all of the middle is shown as replaced. */
const mostDifferences = 1_000;

/**
 * The shortest way from one list to the other (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986), in
 * pieces as long as possible, what is gone before what is new. Lists that differ in more than 1,000 places are compared
 * by their beginnings and ends only, so that no two texts hold the page.
 */
export function differences<Item>(older: readonly Item[], newer: readonly Item[]): Change<Item>[] {
	let start = 0;
	while (start < older.length && start < newer.length && older[start] === newer[start]) start += 1;
	let end = 0;
	while (end < older.length - start && end < newer.length - start && older[older.length - 1 - end] === newer[newer.length - 1 - end]) end += 1;
	const middle = changesOf(older.slice(start, older.length - end), newer.slice(start, newer.length - end));
	return gathered([{ kind: 'same', items: older.slice(0, start) }, ...middle, { kind: 'same', items: older.slice(older.length - end) }]);
}

function changesOf<Item>(older: readonly Item[], newer: readonly Item[]): Change<Item>[] {
	const trail = older.length === 0 || newer.length === 0 ? undefined : trailOf(older, newer);
	if (trail === undefined) return [{ kind: 'gone', items: older }, { kind: 'new', items: newer }];
	const backwards: Change<Item>[] = [];
	let x = older.length;
	let y = newer.length;
	for (let d = trail.length - 1; d >= 0; d -= 1) {
		const furthest = trail[d] as Int32Array;
		const k = x - y;
		const isDown = k === -d || (k !== d && at(furthest, k - 1) < at(furthest, k + 1));
		const beforeX = d === 0 ? 0 : at(furthest, isDown ? k + 1 : k - 1);
		const beforeY = d === 0 ? 0 : beforeX - (isDown ? k + 1 : k - 1);
		const from = d === 0 ? 0 : isDown ? beforeX : beforeX + 1;
		if (x > from) backwards.push({ kind: 'same', items: older.slice(from, x) });
		if (d > 0) backwards.push(isDown ? { kind: 'new', items: newer.slice(beforeY, beforeY + 1) } : { kind: 'gone', items: older.slice(beforeX, beforeX + 1) });
		x = beforeX;
		y = beforeY;
	}
	return backwards.map((_, index) => backwards[backwards.length - 1 - index] as Change<Item>);
}

/** How far each diagonal reached before each step; undefined where the two differ too much. */
function trailOf<Item>(older: readonly Item[], newer: readonly Item[]): Int32Array[] | undefined {
	const most = Math.min(older.length + newer.length, mostDifferences);
	const furthest = new Int32Array(2 * most + 3);
	const trail: Int32Array[] = [];
	for (let d = 0; d <= most; d += 1) {
		// Only the diagonals from -d-1 to d+1 are ever read of it.
		trail.push(furthest.slice(most + 1 - (d + 1), most + 1 + (d + 1) + 1));
		for (let k = -d; k <= d; k += 2) {
			const centre = most + 1 + k;
			const isDown = k === -d || (k !== d && (furthest[centre - 1] ?? 0) < (furthest[centre + 1] ?? 0));
			let x = d === 0 ? 0 : isDown ? (furthest[centre + 1] ?? 0) : (furthest[centre - 1] ?? 0) + 1;
			let y = x - k;
			while (x < older.length && y < newer.length && older[x] === newer[y]) {
				x += 1;
				y += 1;
			}
			furthest[centre] = x;
			if (x >= older.length && y >= newer.length) return trail;
		}
	}
	return undefined;
}

/** The value of diagonal `k` in a piece of a trail, whose middle is diagonal 0. */
function at(furthest: Int32Array, k: number): number {
	return furthest[(furthest.length - 1) / 2 + k] ?? 0;
}

/** Neighbours of one kind in one piece, and between two that are the same first what is gone, then what is new. */
function gathered<Item>(changes: readonly Change<Item>[]): Change<Item>[] {
	const result: Change<Item>[] = [];
	let gone: Item[] = [];
	let fresh: Item[] = [];
	let same: Item[] = [];
	const end = (): void => {
		if (same.length > 0) result.push({ kind: 'same', items: same });
		if (gone.length > 0) result.push({ kind: 'gone', items: gone });
		if (fresh.length > 0) result.push({ kind: 'new', items: fresh });
		[gone, fresh, same] = [[], [], []];
	};
	for (const { kind, items } of changes) {
		if (items.length === 0) continue;
		if (kind === 'same' && (gone.length > 0 || fresh.length > 0)) end();
		if (kind !== 'same' && same.length > 0) end();
		const into = kind === 'same' ? same : kind === 'gone' ? gone : fresh;
		for (const item of items) into.push(item);
	}
	end();
	return result;
}

/** One line of a comparison: unchanged, or old and new with their words told apart. */
export type ComparedLine =
	| { readonly kind: 'same'; readonly text: string }
	| { readonly kind: 'gone' | 'new'; readonly words: readonly Change<string>[] };

/**
 * Two versions of a text line by line. Lines that were changed rather than exchanged stand below each other, with the
 * words that differ named.
 */
export function comparedLines(older: string, newer: string): ComparedLine[] {
	const changes = differences(older.split('\n'), newer.split('\n'));
	return changes.flatMap(({ kind, items }, index): ComparedLine[] => {
		if (kind === 'same') return items.map((text) => ({ kind, text }));
		const other = changes[kind === 'gone' ? index + 1 : index - 1];
		const partner = other !== undefined && other.kind === (kind === 'gone' ? 'new' : 'gone') && other.items.length === items.length ? other.items : undefined;
		return items.map((text, line) => {
			const beside = partner?.[line];
			if (beside === undefined) return { kind, words: [{ kind, items: [text] }] };
			const words = kind === 'gone' ? differences(wordsOf(text), wordsOf(beside)) : differences(wordsOf(beside), wordsOf(text));
			return { kind, words: words.filter((word) => word.kind === 'same' || word.kind === kind) };
		});
	});
}

/** Two texts of one paragraph, with the words that differ. */
export function comparedWords(older: string, newer: string): Change<string>[] {
	return differences(wordsOf(older), wordsOf(newer));
}

/**
 * Words, and what stands between them: joined again they are the text. Of scripts that write no spaces between words each sign with
 * its marks counts as one.
 */
function wordsOf(text: string): string[] {
	return text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tibetan}]\p{M}*|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tibetan}])[\p{L}\p{M}\p{N}])+|\s+|[^\p{L}\p{M}\p{N}\s]/gu) ?? [];
}
