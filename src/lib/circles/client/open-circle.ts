import type { AccountCard, LetterHeader } from '#vault';
import type { Bytes, Json } from '#lib/vault/envelope.ts';
import type { CircleState, LogProblem } from '../circle-log.ts';
import type { NoteText } from '../note-text.ts';
import type { Branches, Paper } from '../paper.ts';
import type { VaultTrouble } from './trouble.ts';

/**
 * Why something did not come about, where a person can act on it. What the server may not be believed in is thrown as a
 * `VaultTrouble` instead.
 * `removed`: the circle log, verified, ends with our own removal or leaving. `not-found`: the server says that there is
 * no such thing for us. `locked`, `signed-out`: unlock and try again. `circle-full`: the circle's quota. `disk-full`: the
 * server's disk. `moved-on`: others were faster again and again. `failed`: the server could not, or said something else.
 * `not-compared`: an account that took a name we know, whose safety words nobody compared yet. `contacts-unread`: our own
 * circle could not be read whole, so that nobody could tell such an account.
 */
export type Refused =
	| 'removed'
	| 'not-found'
	| 'offline'
	| 'locked'
	| 'signed-out'
	| 'slow-down'
	| 'moved-on'
	| 'circle-full'
	| 'disk-full'
	| 'too-large'
	| 'failed'
	| 'not-compared'
	| 'contacts-unread'
	| LogProblem;

export type Outcome<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: Refused };

/** How somebody is known to us. `changed`: see the note in `acquaintance.ts`; blocks until compared. */
export type Acquaintance = 'me' | 'verified' | 'seen' | 'unknown' | 'changed';

export interface Member {
	readonly account: string;
	/** What the person's record in this circle says, or our own contact; undefined where neither is there. */
	readonly name: string | undefined;
	readonly acquaintance: Acquaintance;
	readonly steward: boolean;
	/** False: invited, can already read. */
	readonly accepted: boolean;
	readonly addedBy: string;
	readonly sinceSeq: number;
	/** Set where the record with the name could not be opened or believed. */
	readonly trouble: VaultTrouble | undefined;
}

/** A letter that somebody outside sealed to a circle's inbox, and what is expected of it. */
export interface InboxLetter {
	readonly letter: Uint8Array;
	readonly epoch: number;
	readonly kind: string;
	readonly about: string;
	readonly authorKey: (author: string) => Uint8Array | undefined;
}

/** A record in its newest or one of its versions, opened; or why it could not be. */
export type Opened =
	| {
			readonly ok: true;
			readonly record: string;
			readonly kind: string;
			readonly version: number;
			readonly epoch: number;
			/** Account id of who wrote this version. */
			readonly author: string;
			/** By the author's own clock. */
			readonly at: Date;
			readonly body: Json;
			/** `recordHash` of the envelope, and of the version before. */
			readonly hash: string;
			readonly previous: string | null;
	  }
	| { readonly ok: false; readonly record: string; readonly kind: string; readonly version: number; readonly trouble: VaultTrouble };

export type OpenedRecord = Extract<Opened, { readonly ok: true }>;

export interface Page {
	readonly records: readonly Opened[];
	/** Give it as `after` for the next page; undefined at the end. */
	readonly next: string | undefined;
}

export interface ListOptions {
	/** At most 200; 50 unless told. */
	readonly limit?: number;
	readonly after?: string | undefined;
	/** `newest` first unless told; `oldest` is the order in which everything changed, for indexes. */
	readonly order?: 'newest' | 'oldest';
	/** Told, while a page is still being opened, after what the next one begins. */
	readonly onNext?: (after: string) => void;
}

export interface WriteRecord {
	readonly kind: string;
	/** The record's id; a new one is made without it. */
	readonly record?: string;
	readonly body: Json;
	/** The version that the body was made from; undefined for a new record. */
	readonly basedOn?: { readonly version: number; readonly hash: string } | undefined;
}

export type Written = Outcome<{ readonly written: OpenedRecord }> | { readonly ok: false; readonly reason: 'moved-on'; readonly newest: Opened };

export interface PaperVersion {
	readonly opened: OpenedRecord;
	readonly paper: Paper;
}

/** A paper with all its versions. A version that cannot be opened is in `troubles`, and must be shown. */
export interface OpenPaper {
	readonly record: string;
	readonly versions: readonly PaperVersion[];
	readonly troubles: readonly VaultTrouble[];
	readonly branches: Branches;
}

export type PaperWritten = Outcome<{ readonly written: OpenedRecord; /** Somebody else wrote meanwhile: both are kept, and shown side by side. */ readonly sideBySide: boolean }>;

/** What the record of a file says; the server knows the blob's id, length and parts. */
export interface FileDetails {
	readonly name: string;
	/** Media type as the sender's browser said it: never believed when it is shown. */
	readonly type: string;
	readonly sizeBytes: number;
	readonly blob: string;
	/** The epoch whose inbox it is sealed to. */
	readonly epoch: number;
	/** SHA-256 of each sealed part, base64url. */
	readonly hashes: readonly string[];
}

export interface UploadProgress {
	/** Of the sealed parts. */
	readonly sentBytes: number;
	readonly ofBytes: number;
	/** The connection is lost; it goes on by itself. */
	readonly waiting: boolean;
}

export interface UploadOptions {
	/** Its bytes; read again from the beginning if the circle's key changes meanwhile. */
	readonly file: Blob;
	readonly name: string;
	readonly type?: string;
	/** The file's record of which this is a new version. */
	readonly record?: { readonly record: string; readonly version: number; readonly hash: string };
	readonly onProgress?: (progress: UploadProgress) => void;
	readonly signal?: AbortSignal;
}

export type Uploaded = { readonly ok: true; readonly written: OpenedRecord; readonly details: FileDetails } | { readonly ok: false; readonly reason: Refused | 'cancelled' };

export interface DownloadOptions {
	/** Ends the waiting, too. */
	readonly signal?: AbortSignal;
	/** True each time before it waits for the connection, false with each part that has come. */
	readonly onWaiting?: (waiting: boolean) => void;
}

export interface Download {
	readonly details: FileDetails;
	/** Opened as it arrives. Fails with a `VaultTrouble`, or with a `LostConnection` where waiting does not help. */
	readonly stream: ReadableStream<Uint8Array>;
}

export class LostConnection extends Error {
	readonly reason: Refused;

	constructor(reason: Refused) {
		super(`The file could not be fetched: ${reason}.`);
		this.name = 'LostConnection';
		this.reason = reason;
	}
}

export interface About {
	readonly name: string;
	readonly purpose: string;
}

/**
 * A note of a circle, which several write at once. Its promises can reject with a `VaultTrouble`; what was typed is in `text`
 * all the same.
 */
export interface OpenNote {
	readonly text: NoteText;
	/** What is left of it stands in the record with which it was closed. */
	readonly isClosed: boolean;
	/** Something that was written here has not arrived yet. */
	readonly hasUnsent: boolean;
	/** What has not arrived yet, for a device that is asked to keep it: sealed by whoever keeps it. */
	unsent(): Bytes | undefined;
	/** Takes up again what a device has kept. */
	bringBack(change: Bytes): void;
	/** Reads what is new; `wait`: once there is something, or after half a minute. */
	bring(options?: { readonly wait?: boolean }): Promise<Outcome<object>>;
	/** Sends what was written here. `closed`: it came too late, and is in `text` alone. */
	send(): Promise<Outcome<object>>;
	/** Closes it for good, with a record made of what everybody has written, or with nothing left. A steward. */
	close(left?: { readonly kind: string; readonly record: string; readonly bodyOf: (text: NoteText) => Json }): Promise<Outcome<object>>;
}

/** Done, with the circle as it is now. */
export type Changed = Outcome<{ readonly circle: OpenCircle }>;

/**
 * A circle whose log, keys and names were verified; as it was at one moment. Whatever changes it gives back the circle
 * as it is then. Each of its promises can reject with a `VaultTrouble`.
 */
export interface OpenCircle {
	readonly id: string;
	readonly own: boolean;
	readonly state: CircleState;
	/** Undefined for an own circle, and where `aboutTrouble` says why. */
	readonly about: About | undefined;
	readonly aboutTrouble: VaultTrouble | undefined;
	/** Why our contacts could not be read whole. Everybody whose contact is missing is `unknown` then, and nothing is written. */
	readonly contactsFailed: VaultTrouble | Refused | undefined;
	/** In the order in which they came. */
	readonly members: readonly Member[];
	readonly me: Member;
	/** Who can read what is written here now, for the band: every member, also who has not yet accepted. */
	readonly readers: readonly Member[];
	/** The day after which a closed circle's data are deleted from the server, `2026-12-31`; undefined while it is open. */
	readonly deletedAfter: string | undefined;
	readonly usedBytes: number;
	readonly quotaBytes: number;
	/** Everybody who was ever named in the log, with the name that is known: for the log in words. */
	nameOf(account: string): string | undefined;
	/** The public halves of everybody who was ever named in the log, each certified by its id. */
	readonly cards: ReadonlyMap<string, AccountCard>;

	/** What is new since: log, keys, names. `removed` once our own membership has ended. */
	refresh(): Promise<Changed>;
	list(kind: string | readonly string[], options?: ListOptions): Promise<Outcome<Page>>;
	/** The newest version of one record. */
	read(record: string): Promise<Outcome<{ readonly opened: Opened }>>;
	/** All versions of a record, oldest first, their chain checked. */
	versions(record: string): Promise<Outcome<{ readonly versions: readonly Opened[] }>>;
	write(record: WriteRecord): Promise<Written>;

	paper(record: string): Promise<Outcome<{ readonly paper: OpenPaper }>>;
	/** Never loses words: what lost a race is written as the next version, beside what won. */
	writePaper(paper: { readonly record?: string; readonly title: string; readonly text: string; readonly basedOn: readonly number[]; readonly restores?: number }): Promise<PaperWritten>;

	/** A note by its id, not yet read; one that nobody has written in is empty. */
	note(note: string): Promise<Outcome<{ readonly note: OpenNote }>>;

	/** Opens a letter from outside to the inbox of an epoch. Rejects with a `VaultFailure`; `not-for-you` also where the epoch's key is not ours. */
	openInbox(letter: InboxLetter): Promise<{ readonly header: LetterHeader; readonly body: Bytes }>;

	upload(options: UploadOptions): Promise<Uploaded>;
	download(file: OpenedRecord, options?: DownloadOptions): Promise<Outcome<Download>>;
	/** Takes a file's bytes away from the server; its record stays. The sender or a steward. */
	removeFile(file: OpenedRecord): Promise<Outcome<object>>;

	rename(about: About): Promise<Changed>;
	/** Lets the server take an invitation into this circle whose secret stays here; `token` is that of `newInvitation`. */
	invite(token: string): Promise<Outcome<{ readonly invitation: string }>>;
	/** `name` is how the person is called here until they say it themselves; `invitation` is the link they answered. */
	add(person: { readonly account: string; readonly name: string; readonly invitation?: string }): Promise<Changed>;
	accept(): Promise<Changed>;
	leave(): Promise<Outcome<object>>;
	/** The next epoch begins in the same entry. */
	remove(account: string): Promise<Changed>;
	makeSteward(account: string, is: boolean): Promise<Changed>;
	rotate(): Promise<Changed>;
	close(): Promise<Changed>;
}

/** One line of the list of circles. */
export type ListedCircle =
	| { readonly ok: true; readonly id: string; readonly circle: OpenCircle }
	| { readonly ok: false; readonly id: string; readonly reason: Refused }
	| { readonly ok: false; readonly id: string; readonly trouble: VaultTrouble };

/** Somebody we know, as our own circle keeps it. */
export interface Contact {
	readonly account: string;
	/** Empty for an inviter who was not met in a circle yet. */
	readonly name: string;
	/** `verified`: the safety words were compared. `changed`: another contact, or we ourselves, had the name before. */
	readonly acquaintance: 'verified' | 'seen' | 'changed';
	/** How we came to know them. */
	readonly met: 'introduction' | 'circle' | 'inviter';
	/** The invitation that they answered, and the circle that it was for. */
	readonly invitation: string | null;
	readonly circle: string | null;
}

/** An invitation link that we made: kept sealed, so that its answer can be verified and the link be shown again. */
export interface KeptInvitation {
	readonly id: string;
	/** base64url of 16 bytes, what stands in the link. */
	readonly secret: string;
	readonly role: string;
	readonly circle: string | null;
	/** For whom, in our own words. */
	readonly note: string;
	/** ISO date. */
	readonly expires: string;
}

/** Our own circle: contacts, invitations and labels, which nobody else reads. */
export interface OwnCircle {
	readonly circle: OpenCircle;
	readonly contacts: readonly Contact[];
	readonly invitations: readonly KeptInvitation[];
	/** Names of passkeys and login sessions by their ids. */
	readonly labels: ReadonlyMap<string, string>;
	/** Records that could not be opened or believed, or that this browser has seen and the server left out. */
	readonly troubles: readonly VaultTrouble[];
	/** Refused as `contacts-unread` where there are `troubles`: who takes a name could not be told. */
	saveContact(contact: Contact): Promise<Outcome<{ readonly own: OwnCircle }>>;
	/** Notes people whom we met in a circle as seen before, all of them in one record. */
	saveFellows(circle: string, fellows: readonly { readonly account: string; readonly name: string }[]): Promise<Outcome<{ readonly own: OwnCircle }>>;
	saveInvitation(invitation: KeptInvitation): Promise<Outcome<{ readonly own: OwnCircle }>>;
	saveLabel(id: string, label: string): Promise<Outcome<{ readonly own: OwnCircle }>>;
}
