import { createContext } from 'svelte';
import type { AdoptionAsItIs } from '../client/adoptions.ts';
import type { Standing } from '../adoption.ts';

/** The adoption that a page shows, for its parts. */
export interface ShownAdoption {
	readonly asItIs: AdoptionAsItIs;
	readonly standing: Standing;
	/** Reads it again. */
	reload(): Promise<void>;
}

export const [shownAdoption, setShownAdoption] = createContext<ShownAdoption>();
