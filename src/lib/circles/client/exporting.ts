import { makeZip } from 'client-zip';
import { sealExport } from '#vault';
import { utf8 } from '#lib/vault/envelope.ts';
import { readPaper } from '../paper.ts';
import { readFileDetails } from './file-details.ts';
import type { OpenCircle, Opened, Refused } from './open-circle.ts';

/** The words that stand in an export, in the person's language. */
export interface ExportWords {
	/** `README.txt`: what this is and how it is opened. */
	readonly readme: string;
	/** Title of the plain list, and of the sealed index. */
	readonly contentsTitle: string;
	readonly indexTitle: string;
	readonly paper: string;
	readonly file: string;
	/** Of a version or file that could not be opened: it is named, never left out in silence. */
	readonly notOpened: string;
	/** The circle log, a line for each entry. */
	readonly log: readonly string[];
	dateOf(at: Date): string;
	nameOf(account: string): string;
}

export interface ExportProgress {
	/** Papers and files that are done, and how many are known so far. */
	readonly done: number;
	readonly found: number;
}

interface Exporting {
	readonly circle: OpenCircle;
	readonly recipient: string;
	readonly words: ExportWords;
	readonly onProgress: (progress: ExportProgress) => void;
	/** Whether it waits for the connection now. */
	readonly onWaiting: (waiting: boolean) => void;
	readonly signal: AbortSignal;
}

/** Something that the export needs and the server did not give; nothing half is kept as if it were whole. */
export class ExportStopped extends Error {
	readonly reason: Refused;

	constructor(reason: Refused) {
		super(`The export stopped: ${reason}.`);
		this.name = 'ExportStopped';
		this.reason = reason;
	}
}

/**
 * Note: What an export is.
 * A zip of age files, each sealed to one recipient, in a layout that a person finds her way in without Steadfast:
 * `README.txt` and `contents.txt` are plain and say no title, no name and no word of the papers; `index.txt.age`,
 * `log.txt.age`, `papers/0001-v3.md.age` and `files/0001.age` are sealed. It is made while it is saved: memory does not
 * grow with the circle. The stream fails with `ExportStopped` or a `VaultTrouble`, and then the zip is not whole.
 */
export function exportCircle(exporting: Exporting): ReadableStream<Uint8Array> {
	return makeZip(entriesOf(exporting));
}

interface ZipEntry {
	readonly name: string;
	readonly lastModified: Date;
	readonly input: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
}

async function* entriesOf({ circle, recipient, words, onProgress, onWaiting, signal }: Exporting): AsyncGenerator<ZipEntry> {
	const contents: string[] = [words.contentsTitle, ''];
	const index: string[] = [`${words.indexTitle}: ${circle.about?.name ?? ''}`, circle.about?.purpose ?? '', ''];
	const progress = { done: 0, found: 0 };
	const sealed = async (name: string, at: Date, text: string): Promise<ZipEntry> => {
		const bytes = utf8(text);
		contents.push(`${name}  ${String(bytes.length)}  ${at.toISOString().slice(0, 10)}`);
		return { name, lastModified: at, input: await sealExport(new Blob([bytes]).stream(), recipient) };
	};
	yield { name: 'README.txt', lastModified: new Date(), input: utf8(words.readme) };
	let number = 0;
	for await (const opened of recordsOf(circle, 'paper', signal)) {
		number += 1;
		progress.found = Math.max(progress.found, number);
		const name = `papers/${String(number).padStart(4, '0')}`;
		for (const version of opened.version === 1 ? [opened] : await versionsOf(circle, opened.record)) {
			const paper = version.ok ? readPaper(version.body, version.version) : undefined;
			if (!version.ok || paper === undefined) {
				index.push(`${name}-v${version.version}.md: ${words.notOpened}`);
				continue;
			}
			index.push(`${name}-v${version.version}.md: ${words.paper} “${paper.title}”, ${words.nameOf(version.author)}, ${words.dateOf(version.at)}`);
			yield await sealed(`${name}-v${version.version}.md.age`, version.at, `# ${paper.title}\n\n${paper.text}\n`);
		}
		progress.done += 1;
		onProgress({ ...progress });
	}
	let files = 0;
	for await (const opened of recordsOf(circle, 'file', signal)) {
		files += 1;
		progress.found = Math.max(progress.found, number + files);
		const name = `files/${String(files).padStart(4, '0')}`;
		const details = opened.ok ? readFileDetails(opened.body) : undefined;
		if (!opened.ok || details === undefined) {
			index.push(`${name}: ${words.notOpened}`);
			continue;
		}
		const download = await circle.download(opened, { signal, onWaiting });
		if (!download.ok && download.reason !== 'not-found') throw new ExportStopped(download.reason);
		index.push(`${name}: ${words.file} “${details.name}”, ${words.nameOf(opened.author)}, ${words.dateOf(opened.at)}${download.ok ? '' : `: ${words.notOpened}`}`);
		if (download.ok) {
			contents.push(`${name}.age  ${details.sizeBytes}  ${opened.at.toISOString().slice(0, 10)}`);
			yield { name: `${name}.age`, lastModified: opened.at, input: await sealExport(download.stream, recipient) };
		}
		progress.done += 1;
		onProgress({ ...progress });
	}
	yield await sealed('log.txt.age', new Date(), `${words.log.join('\n')}\n`);
	yield await sealed('index.txt.age', new Date(), `${index.join('\n')}\n`);
	yield { name: 'contents.txt', lastModified: new Date(), input: utf8(`${contents.join('\n')}\n`) };
}

async function* recordsOf(circle: OpenCircle, kind: string, signal: AbortSignal): AsyncGenerator<Opened> {
	let after: string | undefined;
	do {
		signal.throwIfAborted();
		const page = await circle.list(kind, { limit: 100, order: 'oldest', after });
		if (!page.ok) throw new ExportStopped(page.reason);
		yield* page.records;
		after = page.next;
	} while (after !== undefined);
}

async function versionsOf(circle: OpenCircle, record: string): Promise<readonly Opened[]> {
	const found = await circle.versions(record);
	if (!found.ok) throw new ExportStopped(found.reason);
	return found.versions;
}
