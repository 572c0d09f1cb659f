import { createContext } from 'svelte';
import type { OpenDesk, WatchedCall } from '#lib/grants/client/desks.ts';

/** The call that the layout opened, for the pages below it. */
export interface ShownCall {
	readonly now: OpenDesk & WatchedCall;
	/** Opens it anew after a change. */
	reload(): Promise<void>;
}

export const [shownCall, setShownCall] = createContext<ShownCall>();
