import { filesFrom } from '../export.ts';
import { recordFrom } from '../files.ts';
import type { ArchiveRecord } from '../record.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { readFolder, writeFolder } from './folder.ts';

/** The record in a folder of files; a `Refusal` that names file, line and what is allowed for everything wrong in it. */
export async function readRecord(folder: string): Promise<ArchiveRecord> {
	const result = recordFrom(await readFolder(folder));
	if (result.ok) return result.record;
	const lines = result.problems.map(({ file, line, message }) => `  ${file}${line === undefined ? '' : `:${line}`}: ${message}`);
	if (result.more > 0) lines.push(`  and ${result.more} more.`);
	throw new Refusal(`Nothing was imported from ${folder}, because of:\n${lines.join('\n')}`);
}

/** Writes a record as files; the folder is there whole or not at all. */
export async function writeRecord(folder: string, record: ArchiveRecord): Promise<void> {
	await writeFolder(folder, filesFrom(record));
}
