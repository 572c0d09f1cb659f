import { randomId, type Json } from '#lib/vault/envelope.ts';
import { branches, readPaper } from '../paper.ts';
import type { CircleCore } from './core.ts';
import type { Opened, OpenNote, OpenPaper, Outcome, PaperVersion, PaperWritten } from './open-circle.ts';
import { newestOf } from './newest.ts';
import { rarely } from './rarely.ts';
import { allSealed } from './sealed-records.ts';
import { VaultTrouble } from './trouble.ts';
import { write } from './writing.ts';

/** All versions of a record, oldest first: none is missing, and each names the one before. */
export async function versionsOf(core: CircleCore, record: string): Promise<Outcome<{ readonly versions: readonly Opened[] }>> {
	const page = await allSealed(core.link, core.id, record);
	if (!page.ok) return core.refusal({ ...page, status: 0 });
	const newest = page.sealed.at(-1);
	if (newest === undefined) return { ok: false, reason: 'not-found' };
	const place = { part: 'record', circle: core.id, record, version: newest.version } as const;
	if (!page.sealed.every(({ version }, index) => version === index + 1)) throw new VaultTrouble('rewound', place, { found: 'a version that is missing' });
	const seen = core.link.memory.version(core.id, record);
	if (seen !== undefined && newest.version < seen.version) throw new VaultTrouble('rewound', place, { found: 'versions that end before the newest that this browser has seen' });
	const outcome = await core.open(page.sealed, { older: true });
	if (!outcome.ok) return outcome;
	for (const [index, opened] of outcome.opened.entries()) {
		const before = outcome.opened[index - 1];
		if (opened.ok && before?.ok && opened.previous !== before.hash) throw new VaultTrouble('forked', { ...place, version: opened.version }, { found: 'a version that follows another one' });
	}
	await core.link.memory.save();
	return { ok: true, versions: outcome.opened };
}

/** A paper with all its versions, and what to show of them. */
export async function openPaper(core: CircleCore, record: string): Promise<Outcome<{ readonly paper: OpenPaper }>> {
	const found = await versionsOf(core, record);
	if (!found.ok) return found;
	const versions: PaperVersion[] = [];
	const troubles: VaultTrouble[] = [];
	for (const opened of found.versions) {
		const paper = opened.ok && opened.kind === 'paper' ? readPaper(opened.body, opened.version) : undefined;
		if (opened.ok && paper) versions.push({ opened, paper });
		else troubles.push(opened.ok ? core.strange(opened) : opened.trouble);
	}
	return { ok: true, paper: { record, versions, troubles, branches: branches(versions.map(({ opened, paper }) => ({ version: opened.version, basedOn: paper.basedOn }))) } };
}

export interface PaperToWrite {
	readonly record?: string;
	readonly title: string;
	readonly text: string;
	readonly basedOn: readonly number[];
	readonly restores?: number;
}

const mostTries = 10;

/**
 * Writes a paper. Its number in the row is the next one, whatever came in between; what it was made from stands inside.
 * So two people who write at once both keep their words, and readers see that neither knew of the other's.
 */
export async function writePaper(core: CircleCore, { record = randomId(), title, text, basedOn, restores }: PaperToWrite): Promise<PaperWritten> {
	const body: Json = { title, text, basedOn: [...basedOn], restores: restores ?? null };
	let before = basedOn.length === 0 ? undefined : core.link.memory.version(core.id, record);
	if (basedOn.length > 0 && before === undefined) {
		const newest = await newestOf(core, record);
		if (!newest.ok) return newest;
		if (!newest.opened.ok) throw newest.opened.trouble;
		before = newest.opened;
	}
	for (let tries = 0; tries < mostTries; tries++) {
		const outcome = await write(core, { kind: 'paper', record, body, basedOn: before });
		if (outcome.ok) return { ok: true, written: outcome.written, sideBySide: before !== undefined && !basedOn.includes(before.version) };
		if (!('newest' in outcome)) return outcome;
		if (!outcome.newest.ok) throw outcome.newest.trouble;
		before = outcome.newest;
	}
	return { ok: false, reason: 'moved-on' };
}

const withNotes = rarely(() => import('./note-line.ts'));

/** A note of a circle, not yet read. It stands here because what papers do is loaded when somebody writes; Yjs comes with the first note alone. */
export function openNote(core: CircleCore, note: string): Promise<Outcome<{ readonly note: OpenNote }>> {
	return withNotes((notes) => notes.openNote(core, note));
}
