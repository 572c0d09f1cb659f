import { createContext } from 'svelte';
import type { OpenRound } from '../client/rounds.ts';

/** The round that the layout opened, for the pages below it. */
export const [shownRound, setShownRound] = createContext<{ readonly round: OpenRound }>();
