// What it costs to draft together: twenty people who type for ten minutes in the clauses of one statement, two in each clause, through the real
// server. Time is counted and not waited for, as for notes. Beside it a bare relay: the same bytes as often, to and from a `node:http` server
// that keeps them in memory, seals, signs, orders and writes nothing.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Link } from '../src/lib/circles/client/link.ts';
import { Circles } from '../src/lib/circles/client/opening.ts';
import { openDatabase } from '../src/lib/platform/db/database.ts';
import { clausesOf, draftNote, openDraft, setClauseKind } from '../src/lib/statement/client/drafts.ts';
import { sure } from '../tests/desk-officers.ts';
import { circleOf } from '../tests/rounds.ts';
import { freePort, startServer, until } from '../tests/server.ts';
import { noteOf, writtenDraft } from '../tests/statements.ts';
import { printTable } from './_figures.ts';
import { bareBytes, countedLink, isSameForAll, keysOf, people, totalOf, typeTogether, writerOf, type Writer } from './_typing.ts';

const atMost = 7;
const clauses = people / 2;

/** What went over the line, in its order: so many bytes up, or what came after so many pieces down. */
type Passed = { readonly up: Uint8Array<ArrayBuffer> } | { readonly after: number };

const passed: Passed[] = [];

/** Remembers what it sends of the text and when it asks for more, to be done again bare. */
function remembered(link: Link): Link {
	return {
		...link,
		ask: (path) => {
			const after = /\/notes\/[\w-]+\?after=(\d+)/.exec(path)?.[1];
			if (after !== undefined) passed.push({ after: Number(after) });
			return link.ask(path);
		},
		send: (method, path, body) => {
			if (body instanceof Uint8Array && path.includes('/notes/')) passed.push({ up: new Uint8Array(body) });
			return link.send(method, path, body);
		}
	};
}

const server = await startServer();
const db = openDatabase({ host: join(server.dataDir, 'socket'), user: 'steadfast', database: 'steadfast' }, { connections: 2 });
const relayPort = await freePort();
const relay = spawn(process.execPath, ['bench/_bare-relay.ts', String(relayPort)], { stdio: 'inherit' });
try {
	const all = await circleOf(db, server.origin, { members: people });
	const [steward] = all;
	if (steward === undefined) throw new Error('Nobody writes.');
	const draft = await writtenDraft(steward, { clauses: Array.from({ length: clauses }, (_, at) => [at === 0 ? 'preamble' : 'recommendation', `${at + 1}.`]) });
	const begun = clausesOf((await noteOf(draft)).text);
	const writers: Writer[] = [];
	for (const [at, { who }] of all.entries()) {
		const { link, sent } = countedLink(remembered(who.link(server.origin)));
		const own = sure(await openDraft(sure(await new Circles(link).openCircle(steward.circle.id)).circle, draft.id)).draft;
		const { note } = sure(await draftNote(own));
		sure(await note.bring());
		// Nobody takes back what another wrote at the same place meanwhile: then every letter that was typed has to be there.
		writers.push(writerOf(note, { keys: keysOf(at, 0), sent, paragraph: begun[at % clauses]?.id ?? '' }));
	}
	const before = wordsOf(writers).length;
	passed.length = 0;

	// In the clause that is there, with somebody else; after some hundreds of signs a clause of one's own behind it, which is a finding.
	const seconds = await typeTogether(writers, (writer, at) => {
		if (writer.next === 0) return writer.paragraph;
		const clause = writer.note.text.split(writer.paragraph, at);
		setClauseKind(writer.note.text, clause, 'finding');
		return clause;
	});

	await until(() => fetch(`http://127.0.0.1:${relayPort}/?after=0`).then(() => true, () => false));
	const relayed = await bareSeconds(`http://127.0.0.1:${relayPort}`);
	const total = totalOf(writers);
	const perKey = (bytes: number): number => bytes / total.keys;
	const isSame = isSameForAll(writers);
	const words = wordsOf(writers);
	const typed = writers.flatMap(({ keys }) => keys.flatMap(({ letter }) => letter ?? []));
	const isWhole = words.length - before === typed.length && sorted(words.slice()) === sorted([...typed.join(''), ...begunWords()].join(''));
	printTable(
		['what', 'figure', 'claimed'],
		[
			[`keys pressed by ${people} people in ${clauses} clauses in 10 minutes`, total.keys.toLocaleString('en'), ''],
			['clauses in the end', String(clausesOf(writers[0]!.note.text).length), ''],
			['updates, each sealed', total.updates.toLocaleString('en'), ''],
			['bytes sent per key, the whole body', perKey(total.bytes).toFixed(2), `<= ${atMost}${perKey(total.bytes) <= atMost ? '' : '  NOT REACHED'}`],
			['the same with snapshots', perKey(total.bytes + total.snapshotBytes).toFixed(2), ''],
			['bare: all keys in one difference, per key', perKey(bareBytes(writers)).toFixed(2), ''],
			['everybody has the same clauses in the end', isSame ? 'yes' : 'NO', 'yes'],
			['every letter that was typed is there, and none twice', isWhole ? 'yes' : 'NO', 'yes'],
			['real seconds that sealing, sending, reading and opening took', seconds.toFixed(1), ''],
			['bare relay of the same bytes, seconds', relayed.toFixed(1), ''],
			['ratio to the bare relay', (seconds / relayed).toFixed(1), '']
		]
	);
	if (!isSame || !isWhole || perKey(total.bytes) > atMost) process.exitCode = 1;

	function begunWords(): string[] {
		return begun.flatMap(({ text }) => [...text]);
	}
} finally {
	relay.kill();
	await db.destroy();
	await server[Symbol.asyncDispose]();
}

function wordsOf(writers: readonly Writer[]): string {
	return writers[0]?.note.text.paragraphs.map(({ text }) => text).join('') ?? '';
}

function sorted(words: string): string {
	return [...words].toSorted().join('');
}

/** The same bytes up and down, one after the other as they were. */
async function bareSeconds(origin: string): Promise<number> {
	const begun = performance.now();
	for (const one of passed) {
		const answer = 'up' in one ? await fetch(origin, { method: 'POST', body: one.up }) : await fetch(`${origin}/?after=${one.after}`);
		await answer.arrayBuffer();
	}
	return (performance.now() - begun) / 1000;
}
