import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { derivedRecord } from '#lib/circles/limits.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { giveBallots, issuingOf } from '#lib/statement/client/tokens.ts';
import { startApi, type ApiServer } from '../api-server.ts';
import { sure } from '../desk-officers.ts';
import { asks, begunRound, castingOf, circleOf, roundOf, votes, type RoundMember } from '../rounds.ts';

let database: TestDatabase;
let api: ApiServer;
let members: RoundMember[];
let round: string;
/** By member: the key of their ballot, in the order in which they asked, were given and sent. */
const keys: string[] = [];

const people = 12;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	members = await circleOf(database.db, api.origin, { members: people });
	const [steward] = members;
	if (!steward) throw new Error('Nobody.');
	({ id: round } = await begunRound(steward));
	for (const member of members) await asks(member, round);
	sure(await giveBallots(steward.link, await roundOf(steward, round)));
	// One after the other, each with more answers than the one before, and the first once more at the end.
	for (const [at, member] of members.entries()) {
		await votes(member, round, new Map(Array.from({ length: at * 20 }, (_, number) => [String(number).padStart(8, 'p'), 1])));
		keys.push((await castingOf(member, round)).voter.key);
	}
	await votes(steward, round, new Map([['lastlast', 0]]));
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

interface Row {
	readonly ctid: string;
	readonly key: string;
	readonly sequence: number;
	readonly bytes: number;
	readonly values: string;
}

async function dumped(): Promise<readonly Row[]> {
	const { rows } = await sql<Row>`select ctid::text, key, sequence, length(sealed_ballot) as bytes, statement_ballot::text as values from statement_ballot where round_id = ${round} order by ctid`.execute(database.db);
	return rows;
}

test('who takes the database cannot tell by their order whose ballots are whose: they lie in the order of keys that chance drew', async () => {
	const rows = await dumped();

	const inTable = rows.map(({ key }) => key);
	expect(inTable).toHaveLength(people);
	expect(inTable).toEqual([...keys].sort());
	// The order that the attacker hopes for is another one: the test would be blind if chance had drawn the same.
	expect(inTable).not.toEqual(keys);
	const bySequence = rows.toSorted((a, b) => a.sequence - b.sequence).map(({ key }) => key);
	expect(bySequence).not.toEqual(keys);
	expect(bySequence.at(-1) === keys[0] && bySequence[0] === keys[1]).toBe(false);
});

test('nor by their size, nor by any time, which none of their columns has', async () => {
	const rows = await dumped();
	const { rows: columns } = await sql<{ table_name: string; data_type: string }>`select table_name, data_type from information_schema.columns where table_name = 'statement_ballot' order by data_type`.execute(database.db);

	expect(new Set(rows.map(({ bytes }) => bytes)).size).toBe(1);
	expect([...new Set(columns.map(({ data_type }) => data_type))]).toEqual(['bytea', 'integer', 'text']);
});

test('nor by anything that stands in both: no value of a ballot is anywhere else in the database, and no account in a ballot', async () => {
	const rows = await dumped();
	const { rows: tables } = await sql<{ name: string }>`select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname in ('public', 'job_queue') and tablename <> 'statement_ballot'`.execute(database.db);
	let rest = '';
	for (const { name } of tables) rest += (await sql<{ text: string }>`select t::text from ${sql.raw(name)} t`.execute(database.db)).rows.map((row) => Object.values(row).join()).join('\n');
	const traces = (text: string): string[] => [text, Buffer.from(text, 'base64url').toString('hex'), Buffer.from(text, 'base64url').toString('base64')];

	const ballots = await sql<{ key: string; prefix: string; token: string; signature: string }>`select key, prefix, token, signature from statement_ballot`.execute(database.db);
	const found = ballots.rows.flatMap((row) => Object.entries(row).filter(([, value]) => traces(value).some((trace) => rest.includes(trace))).map(([column]) => column));

	// It would find: accounts of members are there, in more than one table.
	expect(members.every(({ who }) => rest.split(who.account).length > 3)).toBe(true);
	expect(found).toEqual([]);
	expect(members.filter(({ who }) => rows.some(({ values }) => values.includes(who.account)))).toEqual([]);
});

test('nor with the keys of the circle and all that a steward’s browser ever saw: what was asked and given has nothing in common with what was sent', async () => {
	const [steward] = members;
	const seen = JSON.stringify(sure(await issuingOf(await roundOf(steward!, round))).issuing);
	const ballots = await sql<{ key: string; prefix: string; token: string; signature: string }>`select key, prefix, token, signature from statement_ballot`.execute(database.db);

	expect(members.every(({ who }) => seen.includes(who.account))).toBe(true);
	expect(ballots.rows.flatMap((row) => Object.values(row)).filter((value) => seen.includes(value))).toEqual([]);
});

test('and the records of who asked do not say of whom they are without the circle’s keys', async () => {
	const { rows } = await sql<{ id: string; text: string }>`select id, (to_jsonb(r) - 'sealed_envelope')::text as text from circle_record r where kind in ('round-request', 'round-issue')`.execute(database.db);

	expect(rows).toHaveLength(2 * people);
	expect(rows.filter(({ text }) => members.some(({ who }) => text.includes(who.account)))).toEqual([]);
	for (const { who } of members) {
		for (const kind of ['round-request', 'round-issue', 'request', 'issue']) {
			expect(rows.map(({ id }) => id)).not.toContain(await derivedRecord(kind, who.account));
		}
	}
});
