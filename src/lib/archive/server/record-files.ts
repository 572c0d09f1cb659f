import type { ArchiveRecord } from '../record.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';

// What reads and writes the files is loaded when they are read or written: few starts do.

/** The record in a folder of files; a `Refusal` that names file, line and what is allowed for everything wrong in it. */
export async function readRecord(folder: string): Promise<ArchiveRecord> {
	const [{ recordFrom }, { readFolder }] = await Promise.all([import('../files.ts'), import('./folder.ts')]);
	const result = recordFrom(await readFolder(folder));
	if (result.ok) return result.record;
	const lines = result.problems.map(({ file, line, message }) => `  ${file}${line === undefined ? '' : `:${line}`}: ${message}`);
	if (result.more > 0) lines.push(`  and ${result.more} more.`);
	throw new Refusal(`Nothing was imported from ${folder}, because of:\n${lines.join('\n')}`);
}

/** Writes a record as files; the folder is there whole or not at all. */
export async function writeRecord(folder: string, record: ArchiveRecord): Promise<void> {
	const [{ filesFrom }, { writeFolder }] = await Promise.all([import('../export.ts'), import('./folder.ts')]);
	await writeFolder(folder, filesFrom(record));
}
