import type { Addressee, DocumentFollowup } from '#lib/followup/recommendation.ts';
import type { Forum, ForumDocument, KeptQuestion, Photo, Programme } from './forum.ts';

/** The public record as a whole: what a folder of files, and the database, hold. */
export interface ArchiveRecord {
	readonly programme: Programme;
	/** By slug. */
	readonly forums: readonly Forum[];
	/** By forum, then by slug. */
	readonly documents: readonly ForumDocument[];
	/** By forum and item, then by number. */
	readonly questions: readonly KeptQuestion[];
	/** To whom recommendations speak, by id. */
	readonly addressees: readonly Addressee[];
	/** What became of them, by forum and document; a statement of which nothing is recorded has none. */
	readonly followups: readonly DocumentFollowup[];
	/** Cleaned photographs by the SHA-256 (hex) of their bytes. */
	readonly photos: ReadonlyMap<string, StoredPhoto>;
}

export interface StoredPhoto {
	readonly bytes: Uint8Array;
	readonly type: Photo['type'];
}

/** What is wrong in one file of the record, in words for the editor. Without a line the whole file is meant. */
export interface Problem {
	readonly file: string;
	readonly line?: number;
	readonly message: string;
}
