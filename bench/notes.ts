// What it costs to write notes together: twenty people who type in one note for ten minutes, through the real server. Time is
// counted and not waited for: keys come as people type them, and are sent as the page sends them. Beside it what lies below: the same
// keys in one document, as the difference that Yjs makes of all of them.
import { join } from 'node:path';
import * as Y from 'yjs';
import type { Link } from '../src/lib/circles/client/link.ts';
import type { OpenNote } from '../src/lib/circles/client/open-circle.ts';
import { Circles } from '../src/lib/circles/client/opening.ts';
import { NoteText } from '../src/lib/circles/note-text.ts';
import { batchMs, pauseMs } from '../src/lib/circles/note-pace.ts';
import { openDatabase } from '../src/lib/platform/db/database.ts';
import { randomId } from '../src/lib/vault/envelope.ts';
import { sure } from '../tests/desk-officers.ts';
import { startServer } from '../tests/server.ts';
import { somebody } from '../tests/somebody.ts';
import { printTable } from './_figures.ts';

const people = 20;
const minutes = 10;
const readEveryMs = 3000;
const atMost = 6;
const scripts = ['the rights of everybody who defends the rights of others are ours and need time and friends', 'حقوق كل من يدافع عن حقوق غيره هي حقوقنا وتحتاج إلى وقت وأصدقاء', 'los derechos de quien defiende los derechos de otras personas son también nuestros'].map((words) => words.split(' '));

/** Always the same keys: a small generator of numbers between 0 and 1. */
let seed = 20191012;
function chance(): number {
	seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
	return seed / 2 ** 32;
}

interface Key {
	readonly at: number;
	/** Undefined: takes the last sign back. */
	readonly letter: string | undefined;
}

/** What somebody types in that time: words at some 250 keys a minute, a slip now and then, and pauses to listen between sentences. */
function keysOf(words: readonly string[]): Key[] {
	const keys: Key[] = [];
	let at = chance() * 10_000;
	const press = (letter: string | undefined): void => {
		at += 120 + chance() * 200;
		keys.push({ at, letter });
	};
	while (at < minutes * 60_000) {
		for (let left = 6 + chance() * 10; left > 0; left--) {
			for (const letter of `${words[Math.floor(chance() * words.length)]} `) {
				if (chance() < 0.02) for (const slip of ['x', undefined]) press(slip);
				press(letter);
			}
		}
		at += 1000 + chance() * 6000;
	}
	return keys.filter((key) => key.at < minutes * 60_000);
}

interface Writer {
	readonly note: OpenNote;
	readonly keys: readonly Key[];
	readonly sent: { updates: number; bytes: number; snapshots: number; snapshotBytes: number };
	next: number;
	unsentSince: number | undefined;
	lastKey: number;
	readAt: number;
	paragraph: string;
}

const server = await startServer();
const db = openDatabase({ host: join(server.dataDir, 'socket'), user: 'steadfast', database: 'steadfast' }, { connections: 2 });
try {
	const all = await Promise.all(Array.from({ length: people }, (_, at) => somebody(db, { name: `Writer ${at + 1}`, role: at === 0 ? 'staff' : 'member' })));
	const [first, ...others] = all;
	if (first === undefined) throw new Error('Nobody writes.');
	let circle = sure(await first.circles(server.origin).foundCircle({ name: 'A workshop', purpose: '' })).circle;
	for (const one of others) circle = sure(await circle.add({ account: one.account, name: one.name })).circle;
	const note = randomId();
	const writers: Writer[] = [];
	for (const [at, one] of all.entries()) {
		const sent = { updates: 0, bytes: 0, snapshots: 0, snapshotBytes: 0 };
		const link = one.link(server.origin);
		const counted: Link = {
			...link,
			send: (method, path, body) => {
				if (body instanceof Uint8Array && method === 'POST') [sent.updates, sent.bytes] = [sent.updates + 1, sent.bytes + body.length];
				if (body instanceof Uint8Array && method === 'PUT') [sent.snapshots, sent.snapshotBytes] = [sent.snapshots + 1, sent.snapshotBytes + body.length];
				return link.send(method, path, body);
			}
		};
		let opened = sure(await new Circles(counted).openCircle(circle.id)).circle;
		if (!opened.me.accepted) opened = sure(await opened.accept()).circle;
		const mine = sure(await opened.note(note)).note;
		sure(await mine.bring());
		writers.push({ note: mine, keys: keysOf(scripts[at % scripts.length] ?? []), sent, next: 0, unsentSince: undefined, lastKey: 0, readAt: 0, paragraph: 'first' });
	}

	const begun = performance.now();
	for (let now = 0; now <= minutes * 60_000 + batchMs; now += 100) {
		for (const writer of writers) await step(writer, now);
	}
	for (const { note: one } of writers) sure(await one.send());
	for (const { note: one } of writers) sure(await one.bring());
	const seconds = (performance.now() - begun) / 1000;

	const texts = writers.map(({ note: one }) => JSON.stringify(one.text.paragraphs));
	const typed = writers.reduce((sum, { keys }) => sum + keys.length, 0);
	const isSame = texts.every((text) => text === texts[0]);
	const words = writers[0]?.note.text.paragraphs.map(({ text }) => text).join('') ?? '';
	const letters = (letter: string): number => words.split(letter).length - 1;
	const expected = writers.flatMap(({ keys }) => keys).filter(({ letter }) => letter === 'e').length;
	const total = writers.reduce((sum, { sent }) => ({ updates: sum.updates + sent.updates, bytes: sum.bytes + sent.bytes, snapshots: sum.snapshots + sent.snapshots, snapshotBytes: sum.snapshotBytes + sent.snapshotBytes }), { updates: 0, bytes: 0, snapshots: 0, snapshotBytes: 0 });
	const perKey = (bytes: number): number => bytes / typed;
	const worst = Math.max(...writers.map(({ sent, keys }) => sent.bytes / keys.length));
	printTable(
		['what', 'figure', 'claimed'],
		[
			['keys pressed by 20 people in 10 minutes', typed.toLocaleString('en'), ''],
			['updates, each sealed', total.updates.toLocaleString('en'), ''],
			['bytes sent per key, the whole body', perKey(total.bytes).toFixed(2), `<= ${atMost}${perKey(total.bytes) <= atMost ? '' : '  NOT REACHED'}`],
			['the same with snapshots', perKey(total.bytes + total.snapshotBytes).toFixed(2), ''],
			['the same for who sent most per key', worst.toFixed(2), ''],
			['bare: all keys in one difference, per key', perKey(bare(writers)).toFixed(2), ''],
			['everybody has the same text in the end', isSame ? 'yes' : 'NO', 'yes'],
			['of one letter there are as many as were typed', letters('e') === expected ? 'yes' : `NO, ${letters('e')} of ${expected}`, 'yes'],
			['real seconds that sealing, sending, reading and opening took', seconds.toFixed(1), '']
		]
	);
	if (!isSame || letters('e') !== expected || perKey(total.bytes) > atMost) process.exitCode = 1;
} finally {
	await db.destroy();
	await server[Symbol.asyncDispose]();
}

async function step(writer: Writer, now: number): Promise<void> {
	const { note, keys } = writer;
	for (let key = keys[writer.next]; key !== undefined && key.at <= now; key = keys[++writer.next]) {
		const end = note.text.textOf(writer.paragraph).length;
		// A paragraph of one's own before the first key, and another one after some hundreds of signs.
		if (writer.next === 0 || (end > 400 && key.letter === ' ')) writer.paragraph = note.text.split(writer.paragraph, end);
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

function bare(writers: readonly Writer[]): number {
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
