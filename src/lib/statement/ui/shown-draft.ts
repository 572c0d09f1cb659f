import { createContext } from 'svelte';
import type { KeptNote } from '#lib/circles/ui/kept-note.svelte.ts';
import type { NoteDesk } from '#lib/circles/ui/note-desk.svelte.ts';
import type { Discussion } from '../client/discussion.ts';
import type { OpenDraft } from '../client/drafts.ts';
import type { Clause } from '../draft.ts';
import type { UnsentWords } from './unsent-words.svelte.ts';

/** The draft that a page shows, for its parts. */
export interface ShownDraft {
	readonly draft: OpenDraft;
	readonly desk: NoteDesk;
	readonly kept: KeptNote;
	/** About its clauses. */
	readonly unsent: UnsentWords;
	/** As they stand now. */
	readonly clauses: readonly Clause[];
	readonly discussion: Discussion;
	/** Its circle is open, and we are in it. */
	readonly mayWrite: boolean;
	/** Reads again what was said of it. */
	reload(): Promise<void>;
}

export const [shownDraft, setShownDraft] = createContext<ShownDraft>();
