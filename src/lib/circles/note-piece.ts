import { fromText, joined, sha256, toText, utf8, type Bytes } from '#lib/vault/envelope.ts';

/**
 * Note: How a note's readers notice what a server leaves out.
 * The server puts updates in an order. Whoever reads them reckons a hash over all of them so far, from envelope to envelope.
 * Each update says, under its seal, up to where its writer had read and which hash came out there; another hash, or one further
 * on than the update itself stands, shows every reader that the server told two of them different things. And each session
 * counts its own updates: a number that is missing was left out. A snapshot says the hash of what it replaces, and how far
 * each session had counted. So hiding, changing the order and mixing in something old is noticed as soon as somebody writes who was
 * told otherwise; who alone is told nothing at all any more notices it by nothing.
 */
export interface NoteSeen {
	/** The number of the last update that was read; 0 before the first. */
	readonly seq: number;
	/** The hash over all of them, or its first 16 bytes. */
	readonly hash: Bytes;
}

export interface NoteUpdate {
	/** Random for each opening of a note, and nothing about who opened it: 8 bytes as text. */
	readonly session: string;
	/** Which update of its session it is, from 1. */
	readonly count: number;
	readonly seen: NoteSeen;
	readonly change: Bytes;
}

export interface NoteSnapshot {
	/** Up to which update it replaces them, and their hash. */
	readonly at: NoteSeen;
	readonly counts: ReadonlyMap<string, number>;
	readonly whole: Bytes;
}

const seenBytes = 16;
const sessionBytes = 8;

export function newNoteSession(): string {
	return toText(crypto.getRandomValues(new Uint8Array(sessionBytes)));
}

/** What comes out before the first update. */
export async function firstHash(circle: string, note: string): Promise<Bytes> {
	return sha256(utf8(`steadfast/note/1\n${circle}\n${note}`));
}

/** What comes out with one more envelope. */
export async function nextHash(before: Bytes, envelope: Uint8Array): Promise<Bytes> {
	return sha256(joined(before, await sha256(envelope)));
}

/** Whether two are the same as far as both are told. */
export function isSameHash(one: Bytes, other: Bytes): boolean {
	for (let at = 0; at < seenBytes; at++) if (one[at] !== other[at]) return false;
	return true;
}

export function updateBytes({ session, count, seen, change }: NoteUpdate): Bytes {
	return joined(sessionBytesOf(session), whole(count), whole(seen.seq), seen.hash.subarray(0, seenBytes), change);
}

/** Undefined for what is no update. */
export function readUpdate(bytes: Bytes): NoteUpdate | undefined {
	return read(bytes, (reading) => ({ session: toText(reading.take(sessionBytes)), count: reading.whole(), seen: { seq: reading.whole(), hash: reading.take(seenBytes) }, change: reading.rest() }));
}

export function snapshotBytes({ at, counts, whole: text }: NoteSnapshot): Bytes {
	return joined(whole(at.seq), at.hash, whole(counts.size), ...[...counts].flatMap(([session, count]) => [sessionBytesOf(session), whole(count)]), text);
}

/** Undefined for what is no snapshot. */
export function readSnapshot(bytes: Bytes): NoteSnapshot | undefined {
	return read(bytes, (reading) => {
		const at = { seq: reading.whole(), hash: reading.take(32) };
		const counts = new Map<string, number>();
		for (let left = reading.whole(); left > 0 && !reading.isOver(); left--) counts.set(toText(reading.take(sessionBytes)), reading.whole());
		return { at, counts, whole: reading.rest() };
	});
}

function sessionBytesOf(session: string): Bytes {
	const bytes = fromText(session);
	if (bytes?.length !== sessionBytes) throw new Error('a session of a note that is none');
	return bytes;
}

/** A whole number in as few bytes as it needs, seven bits in each, the lowest first. */
export function whole(number: number): Bytes {
	const bytes: number[] = [];
	let left = number;
	while (left > 127) {
		bytes.push(128 + (left % 128));
		left = Math.floor(left / 128);
	}
	return new Uint8Array([...bytes, left]);
}

interface Reading {
	take(length: number): Bytes;
	whole(): number;
	rest(): Bytes;
	/** Nothing is left. */
	isOver(): boolean;
}

function read<T>(bytes: Bytes, work: (reading: Reading) => T): T | undefined {
	let at = 0;
	let isShort = false;
	const take = (length: number): Bytes => {
		isShort ||= at + length > bytes.length;
		return bytes.slice(at, (at += length));
	};
	const found = work({
		take,
		whole() {
			let number = 0;
			for (let factor = 1; factor < 2 ** 49; factor *= 128) {
				const [byte = 0] = take(1);
				number += (byte % 128) * factor;
				if (byte < 128) return number;
			}
			isShort = true;
			return 0;
		},
		rest: () => take(Math.max(0, bytes.length - at)),
		isOver: () => at >= bytes.length
	});
	return isShort ? undefined : found;
}
