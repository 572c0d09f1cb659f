// What it costs to write notes together: twenty people who type in one note for ten minutes, through the real server. Time is
// counted and not waited for: keys come as people type them, and are sent as the page sends them. Beside it what lies below: the same
// keys in one document, as the difference that Yjs makes of all of them.
import { join } from 'node:path';
import { Circles } from '../src/lib/circles/client/opening.ts';
import { openDatabase } from '../src/lib/platform/db/database.ts';
import { randomId } from '../src/lib/vault/envelope.ts';
import { sure } from '../tests/desk-officers.ts';
import { startServer } from '../tests/server.ts';
import { somebody } from '../tests/somebody.ts';
import { printTable } from './_figures.ts';
import { bareBytes, countedLink, isSameForAll, keysOf, people, totalOf, typeTogether, writerOf, type Writer } from './_typing.ts';

const atMost = 6;

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
		const { link, sent } = countedLink(one.link(server.origin));
		let opened = sure(await new Circles(link).openCircle(circle.id)).circle;
		if (!opened.me.accepted) opened = sure(await opened.accept()).circle;
		const mine = sure(await opened.note(note)).note;
		sure(await mine.bring());
		writers.push(writerOf(mine, { keys: keysOf(at), sent }));
	}

	// A paragraph of one's own before the first key, and another one after some hundreds of signs.
	const seconds = await typeTogether(writers, (writer, at) => writer.note.text.split(writer.paragraph, at));

	const isSame = isSameForAll(writers);
	const words = writers[0]?.note.text.paragraphs.map(({ text }) => text).join('') ?? '';
	const letters = (letter: string): number => words.split(letter).length - 1;
	const expected = writers.flatMap(({ keys }) => keys).filter(({ letter }) => letter === 'e').length;
	const total = totalOf(writers);
	const perKey = (bytes: number): number => bytes / total.keys;
	const worst = Math.max(...writers.map(({ sent, keys }) => sent.bytes / keys.length));
	printTable(
		['what', 'figure', 'claimed'],
		[
			['keys pressed by 20 people in 10 minutes', total.keys.toLocaleString('en'), ''],
			['updates, each sealed', total.updates.toLocaleString('en'), ''],
			['bytes sent per key, the whole body', perKey(total.bytes).toFixed(2), `<= ${atMost}${perKey(total.bytes) <= atMost ? '' : '  NOT REACHED'}`],
			['the same with snapshots', perKey(total.bytes + total.snapshotBytes).toFixed(2), ''],
			['the same for who sent most per key', worst.toFixed(2), ''],
			['bare: all keys in one difference, per key', perKey(bareBytes(writers)).toFixed(2), ''],
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
