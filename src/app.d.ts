import type { Actor } from '#lib/people/account.ts';
import type { Built } from '#lib/platform/client/built.ts';
import type { House } from '#lib/platform/house.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { Shown } from '#lib/platform/i18n/text.ts';

declare global {
	namespace App {
		interface Platform {
			readonly house: House;
			/** What the build made for the vault. */
			readonly built: Built;
			/** By the hook: the route's pattern, for the log, the whole page where the answer is one of the record, and until when it is true. */
			readonly noted: { route: string; page?: string; trueUntil?: number; frames?: readonly string[] };
			/** What the answer shows, set by the page: without any it is not kept in the page cache. */
			readonly tags: Set<string>;
			/** Only where a part of a file is sent: the body, which the request has not; undefined for a longer one than may be. */
			readonly filePart?: () => Promise<Uint8Array<ArrayBuffer> | undefined>;
			/** Only where the front refused a request before it was read, and a page is to say so. */
			readonly refused?: 400 | 405 | 413 | 414;
		}
		interface Locals {
			readonly house: House;
			readonly language: Language;
			/** Lets the page cache keep this answer until a publication changes one of these. */
			readonly shows: (...tags: string[]) => void;
			/** The page tells of time: from this instant on it has to be made anew. The soonest of several counts. */
			readonly trueUntil: (instant: Date) => void;
			/** The page runs the script that follows, and may frame these origins. */
			readonly follows: (frames: readonly string[]) => void;
			/** Who is signed in; asked of the database only when called, which pages of the record never do. */
			readonly actor: () => Promise<Actor | undefined>;
		}
		interface Error {
			message: string;
			/** The programme's name, for the head of the page; none where the database could not be asked for it. */
			name?: Shown | undefined;
		}
	}
}
