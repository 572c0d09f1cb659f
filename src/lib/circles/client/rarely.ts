interface NoLine {
	readonly ok: false;
	readonly reason: 'offline';
}

/**
 * What a circle's page rarely does is loaded when it is wanted for the first time, so that the page itself is light.
 * Without a line there is none of it, and then nothing could be done with it either.
 */
export function rarely<Loaded>(load: () => Promise<Loaded>) {
	return async <Outcome extends { readonly ok: boolean }>(work: (loaded: Loaded) => Promise<Outcome>): Promise<Outcome | NoLine> => {
		let loaded: Loaded;
		try {
			loaded = await load();
		} catch {
			return { ok: false, reason: 'offline' };
		}
		return work(loaded);
	};
}

export const withActs = rarely(() => import('./acts.ts'));
