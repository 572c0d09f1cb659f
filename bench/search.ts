// How long a search takes over 1,000, 10,000 and 100,000 texts, against one row fetched by its id in the same run.
// `node bench/search.ts [--sizes 1000,10000] [--sorts]`; the last prints each sort of question by itself.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { replaceEntries, search } from '../src/lib/archive/server/search.ts';
import { openDatabase, type Db } from '../src/lib/platform/db/database.ts';
import { startEmbedded } from '../src/lib/platform/db/embedded.ts';
import { migrate } from '../src/lib/platform/db/migrate.ts';
import { entryOf, questions, vocabularyOf, type Asked, type Vocabularies } from './_search-corpus.ts';
import { temporaryFolder } from '../tests/temporary.ts';

const targetMs = 60;
const largest = 100_000;
const asMany = 500;
const batch = 5000;

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '1000,10000,100000' }, sorts: { type: 'boolean', default: false } } });
const sizes = values.sizes.split(',').map(Number).sort((a, b) => a - b);
const vocabularies: Vocabularies = { en: vocabularyOf('en'), es: vocabularyOf('es'), fr: vocabularyOf('fr'), ar: vocabularyOf('ar') };

const dataDir = temporaryFolder('bench-search');
// What a crash would lose does not matter here. All that a search meets is as it is in operation.
const postgres = await startEmbedded({ dataDir, options: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'max_wal_size=4GB'] });
const stop = async () => {
	await postgres.stop();
	rmSync(dataDir, { recursive: true, force: true });
};
let interrupted = false;
process.once('SIGINT', () => {
	interrupted = true;
	process.exitCode = 130;
	void postgres.stop();
});
try {
	await migrate(postgres.address, 'migrations');
	const db = openDatabase(postgres.address);
	const measured: Measured[] = [];
	let present = 0;
	console.log('| texts | filled in s | index MB | by id, median ms | search, median ms | p95 ms | max ms | median / by id | p95 / by id |');
	console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
	for (const size of sizes) {
		const begun = performance.now();
		await fill(db, { from: present, to: size });
		present = size;
		measured.push(await measure(db, { size, filledS: (performance.now() - begun) / 1000 }));
	}
	printGrowth(measured);
	await db.destroy();
} catch (error) {
	if (!interrupted) throw error;
} finally {
	await stop();
}

/** Through the import's own function; the two large indexes are made afterwards: one by one, their entries would take longer than all the rest. */
async function fill(db: Db, { from, to }: { from: number; to: number }): Promise<void> {
	const { rows: indexes } = await sql<{ name: string; definition: string }>`
		select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
		where indexrelid::regclass::text in ('search_entry_vector', 'search_misspelling_deletions')`.execute(db);
	for (const { name } of indexes) await sql`drop index ${sql.ref(name)}`.execute(db);
	for (let first = from; first < to; first += batch) {
		const prefix = `document/bench-${first}/`;
		const entries = Array.from({ length: Math.min(batch, to - first) }, (_, index) => entryOf(vocabularies, { number: first + index, prefix }));
		await db.transaction().execute((tx) => replaceEntries(tx, { prefix, entries }));
	}
	await db.connection().execute(async (connection) => {
		await sql`set maintenance_work_mem = '512MB'`.execute(connection);
		await sql`set statement_timeout = 0`.execute(connection);
		for (const { definition } of indexes) await sql.raw(definition).execute(connection);
		await sql`vacuum (analyze)`.execute(connection);
		await sql`reset all`.execute(connection);
	});
}

interface Measured {
	readonly size: number;
	readonly byIdMs: number;
	readonly medianMs: number;
	readonly p95Ms: number;
}

async function measure(db: Db, { size, filledS }: { size: number; filledS: number }): Promise<Measured> {
	for (const asked of questions(vocabularies, { count: 60, size, seed: 7 })) await ask(db, asked);
	const asked = questions(vocabularies, { count: asMany, size, seed: 2026 });
	const searches: { sort: string; ms: number }[] = [];
	const byId: number[] = [];
	let found = 0;
	for (const [index, question] of asked.entries()) {
		searches.push({ sort: question.sort, ms: await timed(async () => void (found += (await ask(db, question)).results.length > 0 ? 1 : 0)) });
		const prefix = `document/bench-${Math.floor(((index * 7919) % size) / batch) * batch}/`;
		const { id } = entryOf(vocabularies, { number: (index * 7919) % size, prefix });
		byId.push(await timed(() => sql`select number, id, year, dated_on from search_entry where id = ${id}`.execute(db)));
	}
	const { rows } = await sql<{ mb: number }>`
		select round((pg_total_relation_size('search_entry') + pg_total_relation_size('search_text') + pg_total_relation_size('search_word') + pg_total_relation_size('search_misspelling')) / 1e6)::integer as mb`.execute(db);
	const all = searches.map(({ ms }) => ms);
	const result = { size, byIdMs: quantile(byId, 0.5), medianMs: quantile(all, 0.5), p95Ms: quantile(all, 0.95) };
	const cells = [
		size.toLocaleString('en'), filledS.toFixed(0), rows[0]?.mb ?? '', result.byIdMs.toFixed(2), result.medianMs.toFixed(1), result.p95Ms.toFixed(1),
		quantile(all, 1).toFixed(1), `${(result.medianMs / result.byIdMs).toFixed(0)} ×`, `${(result.p95Ms / result.byIdMs).toFixed(0)} ×`
	];
	console.log(`| ${cells.join(' | ')} |`);
	if (values.sorts) printSorts(searches, { found, of: asked.length });
	return result;
}

function ask(db: Db, { request, reader }: Asked) {
	return search(db, request, reader);
}

async function timed(act: () => Promise<unknown>): Promise<number> {
	const begun = performance.now();
	await act();
	return performance.now() - begun;
}

function quantile(numbers: readonly number[], share: number): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

function printSorts(searches: readonly { sort: string; ms: number }[], { found, of }: { found: number; of: number }): void {
	console.log(`\n${found} of ${of} questions had results.`);
	for (const [sort, group] of Object.entries(Object.groupBy(searches, ({ sort }) => sort))) {
		const ms = (group ?? []).map((one) => one.ms);
		console.log(`- ${sort} (${ms.length}): median ${quantile(ms, 0.5).toFixed(1)}, p95 ${quantile(ms, 0.95).toFixed(1)}, max ${quantile(ms, 1).toFixed(1)} ms`);
	}
	console.log();
}

function printGrowth(measured: readonly Measured[]): void {
	for (const [index, { size, medianMs, p95Ms }] of measured.entries()) {
		const before = measured[index - 1];
		if (before) console.log(`\n${before.size.toLocaleString('en')} to ${size.toLocaleString('en')} texts: the median grows ${(medianMs / before.medianMs).toFixed(1)} times, p95 ${(p95Ms / before.p95Ms).toFixed(1)} times.`);
		if (size === largest) console.log(`\np95 at ${largest.toLocaleString('en')}: ${p95Ms.toFixed(1)} ms; at most ${targetMs} ms is wanted on 2 cores: ${p95Ms <= targetMs ? 'held' : 'MISSED'}.`);
	}
}
