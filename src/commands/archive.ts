import { resolve } from 'node:path';
import { importRecord, readRecord, wholeRecord, writeRecord } from '#lib/archive/server/index.ts';
import { openDatabase } from '#lib/platform/db/database.ts';
import { reachDatabase } from '#lib/platform/start/reach.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { run } from '#lib/platform/start/run.ts';

const usage = `Use:
  npm run archive -- import <folder>             takes a folder of files into the record: all of it or nothing
  npm run archive -- import <folder> --replace   and removes the forums that the folder does not hold
  npm run archive -- export <folder>             writes the record into a new folder`;

await run(async () => {
	const words = process.argv.slice(2);
	const replace = words.includes('--replace');
	const [verb, folderName, ...more] = words.filter((word) => word !== '--replace');
	if ((verb !== 'import' && verb !== 'export') || folderName === undefined || more.length > 0) throw new Refusal(usage);
	// A relative path means the folder that the person stands in; bin/steadfast.mjs left it for the project's.
	const folder = resolve(process.env['STEADFAST_CALLED_FROM'] ?? process.cwd(), folderName);
	if (verb === 'import') await importFrom(folder, replace);
	else await exportTo(folder);
});

async function importFrom(folder: string, replace: boolean): Promise<void> {
	const record = await readRecord(folder);
	const database = await reachDatabase({ newToo: true });
	const db = openDatabase(database.address, { connections: 1 });
	try {
		const { added, changed, removed, unchanged, keptForums } = await importRecord({ db, record, now: new Date(), replace });
		console.log(`Imported ${folder}: ${added} added, ${changed} changed, ${removed} removed, ${unchanged} as they were.`);
		if (keptForums.length > 0) {
			console.log(`The record also holds forums that are not in this folder; they were kept: ${keptForums.join(', ')}. With --replace they are removed.`);
		}
	} finally {
		await db.destroy();
		await database.close();
	}
}

async function exportTo(folder: string): Promise<void> {
	const database = await reachDatabase();
	const db = openDatabase(database.address, { connections: 1 });
	try {
		const record = await wholeRecord(db);
		if (!record) throw new Refusal('The record is empty: nothing was imported yet, so nothing was written.');
		await writeRecord(folder, record);
		console.log(`Wrote ${record.forums.length} forums and ${record.documents.length} documents to ${folder}.`);
	} finally {
		await db.destroy();
		await database.close();
	}
}
