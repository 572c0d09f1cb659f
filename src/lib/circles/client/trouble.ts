import { VaultFailure, type FailureKind } from '#vault';

/** Where something could not be opened or believed: a page says it there, and never shows a gap instead. */
export type Place =
	| { readonly part: 'log'; readonly circle: string; readonly seq?: number }
	| { readonly part: 'keys'; readonly circle: string }
	| { readonly part: 'card'; readonly account: string }
	| { readonly part: 'record'; readonly circle: string; readonly record: string; readonly version: number }
	| { readonly part: 'file'; readonly circle: string; readonly blob: string; readonly piece: number }
	| { readonly part: 'answer'; readonly path: string };

/**
 * A `VaultFailure` together with where it happened. Its `kind` has a sentence of its own on the screen. It stops what was
 * being done: nothing of what the server said in the same breath is believed.
 */
export class VaultTrouble extends VaultFailure {
	readonly place: Place;
	/** For entries of a log that are refused: which rule (`LogProblem`). */
	readonly rule: string | undefined;

	constructor(kind: FailureKind, place: Place, { found = place.part, rule }: { readonly found?: string; readonly rule?: string | undefined } = {}) {
		super(kind, found);
		this.name = 'VaultTrouble';
		this.place = place;
		this.rule = rule;
	}
}

/** Does something and says of a `VaultFailure` where it happened. */
export async function at<T>(place: Place, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof VaultFailure && !(error instanceof VaultTrouble)) throw new VaultTrouble(error.kind, place, { found: error.message });
		throw error;
	}
}
