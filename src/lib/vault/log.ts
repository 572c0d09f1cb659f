import { canonical, entryHash, entryMessage, toText, type Json, type SignedEntry } from './envelope.ts';
import type { SigningKey } from './keys.ts';

/** An entry before it is signed. `of` is the log's id, null in the first entry, whose hash makes the id. */
export interface UnsignedEntry {
	readonly log: 'account' | 'circle' | 'call';
	readonly of: string | null;
	readonly seq: number;
	/** `entryHash` of the entry before. */
	readonly previous: string | null;
	/** Account id of who signs; null where the entry itself makes the account, and in the log of a call, which has a key of its own. */
	readonly by: string | null;
	/** Milliseconds since 1970, in logs that say when something was done. */
	readonly at?: number;
	/** What it does, in the words of the domain whose log it is. */
	readonly act: { readonly do: string; readonly [field: string]: Json };
}

/** Signs an entry: its canonical text, and an Ed25519 signature over it. */
export async function signEntry(entry: UnsignedEntry, signing: SigningKey): Promise<SignedEntry> {
	const body = canonical({ v: 1, ...entry });
	return { body, signature: toText(await signing.sign(entryMessage(body))) };
}

/** The newest entry of a log that somebody has seen: what a fork or a rewind is recognised by. */
export interface LogHead {
	readonly seq: number;
	readonly hash: string;
}

export async function headOf(entries: readonly SignedEntry[]): Promise<LogHead | undefined> {
	const last = entries.at(-1);
	return last === undefined ? undefined : { seq: entries.length - 1, hash: await entryHash(last.body) };
}

/** How the history that a server shows relates to what was seen before: only a history that goes on is believed. */
export async function continuation(entries: readonly SignedEntry[], seen: LogHead | undefined): Promise<'goes-on' | 'rewound' | 'forked'> {
	if (seen === undefined) return 'goes-on';
	const known = entries[seen.seq];
	if (known === undefined) return 'rewound';
	return (await entryHash(known.body)) === seen.hash ? 'goes-on' : 'forked';
}
