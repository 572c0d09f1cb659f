// What benches of writing together share: people who type as people do, and send and read as the page does. Time is counted and not waited for.
import * as Y from 'yjs';
import type { Link } from '../src/lib/circles/client/link.ts';
import type { OpenNote } from '../src/lib/circles/client/open-circle.ts';
import { batchMs, pauseMs } from '../src/lib/circles/note-pace.ts';
import { NoteText } from '../src/lib/circles/note-text.ts';
import { randomId } from '../src/lib/vault/envelope.ts';
import { sure } from '../tests/desk-officers.ts';

export const people = 20;
export const minutes = 10;
const readEveryMs = 3000;
const scripts = ['the rights of everybody who defends the rights of others are ours and need time and friends', 'حقوق كل من يدافع عن حقوق غيره هي حقوقنا وتحتاج إلى وقت وأصدقاء', 'los derechos de quien defiende los derechos de otras personas son también nuestros'].map((words) => words.split(' '));

/** Always the same keys: a small generator of numbers between 0 and 1. */
let seed = 20191012;
function chance(): number {
	seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
	return seed / 2 ** 32;
}

export interface Key {
	readonly at: number;
	/** Undefined: takes the last sign back. */
	readonly letter: string | undefined;
}

/** What somebody types in that time: words at some 250 keys a minute, a slip now and then, and pauses to listen between sentences. `slips`: how often, for each key. */
export function keysOf(writer: number, slips = 0.02): Key[] {
	const words = scripts[writer % scripts.length] ?? [];
	const keys: Key[] = [];
	let at = chance() * 10_000;
	const press = (letter: string | undefined): void => {
		at += 120 + chance() * 200;
		keys.push({ at, letter });
	};
	while (at < minutes * 60_000) {
		for (let left = 6 + chance() * 10; left > 0; left--) {
			for (const letter of `${words[Math.floor(chance() * words.length)]} `) {
				if (chance() < slips) for (const slip of ['x', undefined]) press(slip);
				press(letter);
			}
		}
		at += 1000 + chance() * 6000;
	}
	return keys.filter((key) => key.at < minutes * 60_000);
}

/** What a writer has sent: batches, and the snapshots that take their place. */
export interface Sent {
	updates: number;
	bytes: number;
	snapshots: number;
	snapshotBytes: number;
}

export interface Writer {
	readonly note: OpenNote;
	readonly keys: readonly Key[];
	readonly sent: Sent;
	next: number;
	unsentSince: number | undefined;
	lastKey: number;
	readAt: number;
	paragraph: string;
}

export function writerOf(note: OpenNote, { keys, sent, paragraph = 'first' }: Pick<Writer, 'keys' | 'sent'> & { readonly paragraph?: string }): Writer {
	return { note, keys, sent, next: 0, unsentSince: undefined, lastKey: 0, readAt: 0, paragraph };
}

/** A link that counts what it sends of notes. */
export function countedLink(link: Link): { readonly link: Link; readonly sent: Sent } {
	const sent = { updates: 0, bytes: 0, snapshots: 0, snapshotBytes: 0 };
	const counted: Link = {
		...link,
		send: (method, path, body) => {
			if (body instanceof Uint8Array && method === 'POST') [sent.updates, sent.bytes] = [sent.updates + 1, sent.bytes + body.length];
			if (body instanceof Uint8Array && method === 'PUT') [sent.snapshots, sent.snapshotBytes] = [sent.snapshots + 1, sent.snapshotBytes + body.length];
			return link.send(method, path, body);
		}
	};
	return { link: counted, sent };
}

/** How a writer goes on to a paragraph of their own; gives it back. */
export type NextParagraph = (writer: Writer, at: number) => string;

/** All of them type, send and read until everybody has everything; the real seconds that sealing, sending, reading and opening took. */
export async function typeTogether(writers: readonly Writer[], nextParagraph: NextParagraph): Promise<number> {
	const begun = performance.now();
	for (let now = 0; now <= minutes * 60_000 + batchMs; now += 100) {
		for (const writer of writers) await step(writer, { now, nextParagraph });
	}
	for (const { note } of writers) sure(await note.send());
	for (const { note } of writers) sure(await note.bring());
	return (performance.now() - begun) / 1000;
}

async function step(writer: Writer, { now, nextParagraph }: { readonly now: number; readonly nextParagraph: NextParagraph }): Promise<void> {
	const { note, keys } = writer;
	for (let key = keys[writer.next]; key !== undefined && key.at <= now; key = keys[++writer.next]) {
		const end = note.text.textOf(writer.paragraph).length;
		if (writer.next === 0 || (end > 400 && key.letter === ' ')) writer.paragraph = nextParagraph(writer, end);
		const { paragraph } = writer;
		const length = note.text.textOf(paragraph).length;
		note.text.type(paragraph, [key.letter === undefined ? { at: length - 1, remove: 1, insert: '' } : { at: length, remove: 0, insert: key.letter }]);
		writer.lastKey = key.at;
		writer.unsentSince ??= key.at;
	}
	if (writer.unsentSince !== undefined && (now - writer.unsentSince >= batchMs || now - writer.lastKey >= pauseMs)) {
		writer.unsentSince = undefined;
		sure(await note.send());
	}
	if (now >= writer.readAt) {
		writer.readAt = now + readEveryMs;
		sure(await note.bring());
	}
}

export function totalOf(writers: readonly Writer[]): Sent & { readonly keys: number } {
	return writers.reduce((sum, { sent, keys }) => ({ keys: sum.keys + keys.length, updates: sum.updates + sent.updates, bytes: sum.bytes + sent.bytes, snapshots: sum.snapshots + sent.snapshots, snapshotBytes: sum.snapshotBytes + sent.snapshotBytes }), { keys: 0, updates: 0, bytes: 0, snapshots: 0, snapshotBytes: 0 });
}

/** The bytes of one difference that Yjs makes of all the keys. */
export function bareBytes(writers: readonly Writer[]): number {
	const { doc } = new NoteText();
	for (const { keys } of writers) {
		const text = doc.getText(randomId());
		for (const { letter } of keys) {
			if (letter === undefined) text.delete(text.length - 1, 1);
			else text.insert(text.length, letter);
		}
	}
	return Y.encodeStateAsUpdate(doc).length;
}

/** Whether everybody has the same text in the end. */
export function isSameForAll(writers: readonly Writer[]): boolean {
	const [first, ...others] = writers.map(({ note }) => JSON.stringify(note.text.paragraphs));
	return others.every((text) => text === first);
}
