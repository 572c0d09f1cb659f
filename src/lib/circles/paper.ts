import type { Json } from '#lib/vault/envelope.ts';

/** What a version of a paper holds. */
export interface Paper {
	readonly title: string;
	/** Plain text with light formatting. */
	readonly text: string;
	/**
	 * The versions that these words were made from: none for the first, one for an edit, two or more for a merge. Not
	 * always the version before: see `branches`.
	 */
	readonly basedOn: readonly number[];
	/** The older version whose words were brought back; null for any other change. */
	readonly restores: number | null;
}

/** The paper of a body that somebody sealed; undefined for another shape. `version` is the one that the body stands in. */
export function readPaper(body: Json, version: number): Paper | undefined {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
	const { title, text, basedOn, restores, ...more } = body as { readonly [key: string]: Json };
	if (Object.keys(more).length > 0 || typeof title !== 'string' || typeof text !== 'string' || !Array.isArray(basedOn)) return undefined;
	const parents = basedOn as readonly Json[];
	const isEarlier = (found: Json | undefined): found is number => typeof found === 'number' && Number.isSafeInteger(found) && found >= 1 && found < version;
	if (!parents.every(isEarlier) || new Set(parents).size !== parents.length) return undefined;
	if (restores !== null && !isEarlier(restores)) return undefined;
	return { title, text, basedOn: parents, restores };
}

export interface Branches {
	/**
	 * The versions that nothing was made from yet, oldest first. One: this is the paper. Several: they were written side
	 * by side, and a page shows each until somebody merges them.
	 */
	readonly tips: readonly number[];
	/** The newest version that all tips come from: what a comparison is made with. Undefined where they share none. */
	readonly common: number | undefined;
	/** The newest version that brought several together; undefined where nobody had to. */
	readonly merged: number | undefined;
}

/**
 * What to show of a paper that several people may have edited at once. The server keeps versions in one row of numbers;
 * whoever came second has their words in the next number, based on the version that they had before their eyes.
 */
export function branches(versions: readonly { readonly version: number; readonly basedOn: readonly number[] }[]): Branches {
	const known = new Map(versions.map(({ version, basedOn }) => [version, basedOn]));
	const parents = new Set(versions.flatMap(({ basedOn }) => basedOn));
	const tips = [...known.keys()].filter((version) => !parents.has(version)).sort((a, b) => a - b);
	const shared = tips.map((tip) => ancestors(tip, known)).reduce<ReadonlySet<number> | undefined>((all, own) => (all === undefined ? own : new Set([...all].filter((version) => own.has(version)))), undefined);
	const merges = versions.filter(({ basedOn }) => basedOn.length > 1).map(({ version }) => version);
	return { tips, common: newestOf(shared ?? []), merged: newestOf(merges) };
}

/** A version and all that it comes from. */
function ancestors(version: number, known: ReadonlyMap<number, readonly number[]>): ReadonlySet<number> {
	const found = new Set<number>();
	for (let next = [version]; next.length > 0; next = next.flatMap((one) => known.get(one) ?? []).filter((one) => !found.has(one))) for (const one of next) found.add(one);
	return found;
}

function newestOf(versions: Iterable<number>): number | undefined {
	const newest = Math.max(...versions);
	return Number.isFinite(newest) ? newest : undefined;
}
