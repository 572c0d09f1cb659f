import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { expect, inject, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../src/lib/platform/db/testing.ts';
import { temporaryFolder } from '../temporary.ts';
import { filesOf, memoryOf, tablesOf } from './seizure.ts';
import { patternsOf, tracesIn } from './traces.ts';

const canary = { what: 'a planted sentence', text: 'Quiet~heron crosses ñandú at dusk' };
const patterns = patternsOf([canary]);

const utf8 = Buffer.from(canary.text);
const disguises: [string, Buffer][] = [
	['UTF-8', utf8],
	['UTF-16LE', Buffer.from(canary.text, 'utf16le')],
	['UTF-16BE', Buffer.from(canary.text, 'utf16le').swap16()],
	['hex', Buffer.from(utf8.toString('hex'))],
	['HEX', Buffer.from(utf8.toString('hex').toUpperCase())],
	['base64 of it alone', Buffer.from(utf8.toString('base64'))],
	['base64 after one byte', Buffer.from(Buffer.concat([Buffer.from('x'), utf8, Buffer.from('yz')]).toString('base64'))],
	['base64 after two bytes', Buffer.from(Buffer.concat([Buffer.from('xx'), utf8, Buffer.from('y')]).toString('base64'))],
	['base64url after 100 bytes', Buffer.from(Buffer.concat([Buffer.alloc(100, 255), utf8, Buffer.alloc(7)]).toString('base64url'))],
	['gzip', gzipSync(utf8)],
	['zlib', deflateSync(utf8)],
	['gzip of JSON with base64', gzipSync(JSON.stringify({ text: utf8.toString('base64') }))]
];

test.each(disguises)('a canary that lies somewhere as %s is found', (_, disguise) => {
	const around = Buffer.concat([Buffer.from('before '), disguise, Buffer.from(' after')]);

	expect(tracesIn(around, 'here', patterns).length).toBeGreaterThan(0);
});

test('nothing is found where nothing was planted', () => {
	expect(tracesIn(Buffer.from('Quiet heron crosses nandu at dawn '.repeat(1000)), 'here', patterns)).toEqual([]);
});

test('a canary in a file, deep in folders, is found with the name of the file', () => {
	const folder = temporaryFolder('seizure');
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	mkdirSync(join(folder, 'blobs', 'ab'), { recursive: true });
	writeFileSync(join(folder, 'blobs', 'ab', '0'), canary.text);

	const found = [...filesOf(folder)].flatMap(({ place, bytes }) => tracesIn(bytes, place, patterns));

	expect(found).toEqual([{ what: canary.what, encoding: 'UTF-8', place: 'file blobs/ab/0' }]);
});

test('a canary in a column of text, of bytes or of JSON is found with the name of its table', async () => {
	await using database = await testDatabase(inject('postgres'));
	await sql`create table planted (words text, bytes bytea, tree jsonb)`.execute(database.db);
	await sql`insert into planted values (${canary.text}, null, null), (null, ${utf8}, null), (null, null, ${JSON.stringify({ deep: [canary.text] })})`.execute(database.db);

	const found = [];
	for await (const { place, bytes } of tablesOf(database.address)) found.push(...tracesIn(bytes, place, patterns));

	expect(new Set(found.map(({ place }) => place))).toEqual(new Set(['table public.planted']));
	expect(new Set(found.map(({ encoding }) => encoding))).toEqual(new Set(['UTF-8', 'hex']));
});

test('a canary that a process holds in memory is found there', async () => {
	const held = spawn(process.execPath, ['-e', 'let text = ""; process.stdin.on("data", (some) => { text += some; console.log("held"); }); setInterval(() => text.length, 1000);'], { stdio: ['pipe', 'pipe', 'ignore'] });
	onTestFinished(() => void held.kill('SIGKILL'));
	held.stdin.write(canary.text);
	await once(held.stdout, 'data');

	const found = [...memoryOf(held.pid ?? 0)].flatMap(({ place, bytes }) => tracesIn(bytes, place, patterns));

	expect(found.map(({ place }) => place)).toContain('memory of the process');
});
