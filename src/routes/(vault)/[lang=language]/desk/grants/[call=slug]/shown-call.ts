import { createContext } from 'svelte';
import type { CallState } from '#lib/grants/call-log.ts';
import type { OpenDesk } from '#lib/grants/client/desks.ts';

/** The call that the layout opened, for the pages below it. */
export interface ShownCall {
	readonly now: OpenDesk & { readonly call: CallState };
	/** Opens it anew after a change. */
	reload(): Promise<void>;
}

export const [shownCall, setShownCall] = createContext<ShownCall>();
