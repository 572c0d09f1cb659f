import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Addressee } from '#lib/followup/recommendation.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { lineOfKey, type FieldsFile, type Read } from './fields.ts';
import { byNumber, type Body, type Forum, type ForumDocument, type KeptQuestion, type Photo, type Programme, type Writing } from './forum.ts';
import { addresseesShape, followupFileShape, followupFrom, type ReadFollowup } from './followup-shapes.ts';
import { beginsFacts, readFrontMatter, splitFrontMatter, trimBody } from './front-matter.ts';
import { cleanLines, cleanText } from '#lib/platform/text/clean.ts';
import { proseFrom, type Numbering } from './markdown.ts';
import { cleanPhoto } from '#lib/platform/photo/photo.ts';
import { photoPath, placed, type Group } from './places.ts';
import { plainProse } from './prose.ts';
import type { ArchiveRecord, Problem, StoredPhoto } from './record.ts';
import { documentShape, forumShape, precisionOf, programmeShape, questionsShape, type ForumFacts } from './shapes.ts';

/** The largest files that are read, in bytes. */
export const maxFileBytes = { text: 1_000_000, photo: 5_000_000 } as const;

const maxProblems = 200;

export type RecordResult =
	| { readonly ok: true; readonly record: ArchiveRecord }
	/** At most 200, by file and line; `more` counts those that are not listed. */
	| { readonly ok: false; readonly problems: readonly Problem[]; readonly more: number };

/**
 * The record that a folder of files holds, as archive/README.md describes them, or everything that is wrong with it: never
 * a part. `files` are bytes by path (`forums/<slug>/forum.md`); README.md and names that begin with a dot are left alone.
 * Photographs come out cleaned (see `cleanPhoto`). The same files give equal records, in whatever order they come.
 */
export function recordFrom(files: ReadonlyMap<string, Uint8Array>): RecordResult {
	const problems: Problem[] = [];
	// File names come from outside too: nothing in them may steer a terminal.
	const reading: Reading = { files, photos: new Map(), named: new Set(), refuse: ({ file, ...rest }) => problems.push({ file: cleanText(file), ...rest }) };
	const { groups, pictures } = placed([...files.keys()], (file, message) => reading.refuse({ file, message }));

	if (!files.has('programme.md')) reading.refuse({ file: 'programme.md', message: 'This file is missing.' });
	const programmes: Programme[] = [];
	const forums: Forum[] = [];
	const documents: ForumDocument[] = [];
	const questions: KeptQuestion[] = [];
	const addressees: Addressee[] = [];
	const followed: ReadFollowup[] = [];
	for (const group of groups) {
		if (group.kind === 'programme') programmes.push(...programmeFrom(group, reading));
		else if (group.kind === 'forum') forums.push(...forumFrom(group, reading));
		else if (group.kind === 'addressees') addressees.push(...(factsOf(group, addresseesShape, reading)?.facts?.addressees ?? []));
		else if (group.kind === 'followup') followed.push(...followupIn(group, reading));
		else if (group.kind === 'questions') questions.push(...questionsFrom(group, reading));
		else documents.push(...documentFrom(group, reading));
	}
	for (const file of pictures) if (!reading.named.has(file)) reading.refuse({ file, message: 'No forum.md beside this file names it as its photo.' });

	refuseQuestions(questions, forums, reading);
	const ids = new Set(addressees.map(({ id }) => id));
	const followups = followed.flatMap((one) => followupFrom(one, { documents, addressees: ids, refuse: reading.refuse }));
	const [programme] = programmes;
	if (problems.length === 0 && programme !== undefined) return { ok: true, record: { programme, forums, documents, questions: questions.toSorted(byNumber), addressees: addressees.toSorted((a, b) => (a.id < b.id ? -1 : 1)), followups, photos: reading.photos } };
	problems.sort((a, b) => (a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1));
	return { ok: false, problems: problems.slice(0, maxProblems), more: Math.max(0, problems.length - maxProblems) };
}

interface Reading {
	readonly files: ReadonlyMap<string, Uint8Array>;
	readonly photos: Map<string, StoredPhoto>;
	/** Paths of pictures that a forum.md names. */
	readonly named: Set<string>;
	refuse(problem: Problem): void;
}

// Each of these gives back one value, or none after it reported why.

function programmeFrom(group: Group, reading: Reading): Programme[] {
	const parts = partsOf(group, programmeShape, reading);
	const introduction = bodyOf(group, parts, 'none', reading);
	return parts?.facts === undefined || introduction === undefined ? [] : [{ ...parts.facts, introduction }];
}

function documentFrom(group: Group & { readonly kind: 'document' }, reading: Reading): ForumDocument[] {
	const parts = partsOf(group, documentShape, reading);
	const body = bodyOf(group, parts, parts?.facts?.kind === 'statement' ? 'clauses' : 'paragraphs', reading);
	return parts?.facts === undefined || body === undefined ? [] : [{ ...parts.facts, forum: group.forum, slug: group.slug, body }];
}

function questionsFrom(group: Group & { readonly kind: 'questions' }, reading: Reading): KeptQuestion[] {
	return (factsOf(group, questionsShape, reading)?.facts?.questions ?? []).map((question) => ({ ...question, forum: group.forum, item: group.slug }));
}

function followupIn(group: Group & { readonly kind: 'followup' }, reading: Reading): ReadFollowup[] {
	const parts = factsOf(group, followupFileShape, reading);
	return parts?.facts === undefined ? [] : [{ forum: group.forum, document: group.slug, path: group.path, facts: parts.facts, file: parts.fields }];
}

/** The facts of a file that has nothing else. */
function factsOf<T>(group: Group, read: Read<T>, reading: Reading): Parts<T> | undefined {
	const parts = partsOf(group, read, reading);
	if (parts?.markdown) reading.refuse({ file: group.path, line: parts.line, message: 'This file holds facts alone; there is no place for a text below them.' });
	return parts;
}

/** Each stands under an item of its forum, and once. */
function refuseQuestions(questions: readonly KeptQuestion[], forums: readonly Forum[], { refuse }: Reading): void {
	const known = new Set(forums.flatMap(({ slug, agenda }) => agenda.filter(({ public: isPublic }) => isPublic).map(({ id }) => `${slug}/${id}`)));
	const seen = new Set<string>();
	for (const { forum, item, number } of questions) {
		const [file, one] = [`forums/${forum}/questions/${item}`, `${forum}/${item}/${number}`];
		if (forums.some(({ slug }) => slug === forum) && !known.has(`${forum}/${item}`)) refuse({ file, message: `The agenda of this forum has no public item "${item}".` });
		if (seen.has(one)) refuse({ file, message: `The question ${number} stands here twice.` });
		seen.add(one);
	}
}

function forumFrom(group: Group & { readonly kind: 'forum' }, reading: Reading): Forum[] {
	const parts = partsOf(group, forumShape, reading);
	const summary = bodyOf(group, parts, 'none', reading);
	if (parts?.facts === undefined) {
		// Which photo it names cannot be known yet.
		for (const path of reading.files.keys()) if (path.startsWith(photoPath(group.slug, ''))) reading.named.add(path);
		return [];
	}
	const { startsOn, endsOn = startsOn, photo, ...facts } = parts.facts;
	const named = photo === undefined ? undefined : photoFrom(group, photo, (message) => parts.fields.report(lineOfKey(parts.fields, photo, 'file'), message), reading);
	if (summary === undefined) return [];
	return [{ ...facts, slug: group.slug, summary, startsOn: padded(startsOn), endsOn: padded(endsOn), precision: precisionOf(startsOn), ...(named === undefined ? {} : { photo: named }) }];
}

interface Parts<T> {
	/** Absent after its problems were reported. */
	readonly facts?: T;
	readonly fields: FieldsFile;
	readonly markdown: string;
	readonly line: number;
}

/** The facts and the text of a group's own file. */
function partsOf<T>(group: Group, read: Read<T>, reading: Reading): Parts<T> | undefined {
	const content = contentOf(group.path, reading);
	if (content === undefined) return undefined;
	const split = splitFrontMatter(content);
	if (split === undefined) {
		reading.refuse({ file: group.path, line: 1, message: 'The file must begin with a line of three hyphens, the facts, and another line of three hyphens.' });
		return undefined;
	}
	const { facts, file } = readFrontMatter(split.yaml, read, (line, message) => reading.refuse({ file: group.path, line, message }));
	return { ...(facts === undefined ? {} : { facts }), fields: file, markdown: split.body, line: split.bodyLine };
}

/** A file's characters (see `cleanLines`). */
function contentOf(file: string, { files, refuse }: Reading): string | undefined {
	const bytes = files.get(file) ?? new Uint8Array();
	if (bytes.length > maxFileBytes.text) {
		refuse({ file, message: `This file is larger than ${maxFileBytes.text} bytes.` });
		return undefined;
	}
	if (isUtf8(bytes)) return cleanLines(new TextDecoder().decode(bytes));
	refuse({ file, line: firstBadLine(bytes), message: 'This line is not UTF-8: save the file again with the encoding UTF-8.' });
	return undefined;
}

/** No character of UTF-8 but the line feed itself has the byte 0x0A in it, so lines can be tried one by one. */
function firstBadLine(bytes: Uint8Array): number {
	let line = 1;
	for (let at = 0; ; line += 1) {
		const end = bytes.indexOf(0x0a, at);
		if (end === -1 || !isUtf8(bytes.subarray(at, end))) return line;
		at = end + 1;
	}
}

/** The text of a group in all its languages. Every one is read, so that every problem is found. */
function bodyOf<T extends { readonly language: Language }>(group: Group, parts: Parts<T> | undefined, numberAs: Numbering, reading: Reading): Body | undefined {
	const own = parts === undefined ? undefined : writingFrom({ file: group.path, markdown: parts.markdown, line: parts.line, numberAs }, reading);
	const translated = [...group.translations].map(([language, file]) => ({ language, file, writing: translationFrom(file, numberAs, reading) }));
	const original = parts?.facts?.language;
	const written: Partial<Record<Language, Writing>> = {};
	for (const { language, file, writing } of translated) {
		if (language === original) reading.refuse({ file, message: `${group.path} itself is written in this language.` });
		if (own !== undefined && writing !== undefined) refuseOtherClauses({ file, own, writing }, reading);
		if (writing !== undefined) written[language] = writing;
	}
	if (original === undefined || own === undefined) return undefined;
	written[original] = own;
	return { original, in: written };
}

function translationFrom(file: string, numberAs: Numbering, reading: Reading): Writing | undefined {
	const content = contentOf(file, reading);
	if (content === undefined) return undefined;
	if (beginsFacts(content)) {
		reading.refuse({ file, line: 1, message: 'A translation has no facts, only its text: they stand in the file without a language in its name.' });
		return undefined;
	}
	const { body, skippedLines } = trimBody(content);
	return writingFrom({ file, markdown: body, line: skippedLines + 1, numberAs }, reading);
}

function writingFrom({ file, markdown, line, numberAs }: { file: string; markdown: string; line: number; numberAs: Numbering }, { refuse }: Reading): Writing | undefined {
	const result = proseFrom(markdown, { numberAs });
	if (!result.ok) {
		for (const problem of result.problems) refuse({ file, line: line + problem.line - 1, message: problem.message });
		return undefined;
	}
	if (plainProse(result.prose) !== '') return { markdown, prose: result.prose };
	refuse({ file, line, message: 'The text is missing.' });
	return undefined;
}

/** A clause's number is its address in every language. */
function refuseOtherClauses({ file, own, writing }: { file: string; own: Writing; writing: Writing }, { refuse }: Reading): void {
	const [wanted, found] = [own, writing].map(({ prose }) => prose.filter(({ kind }) => kind === 'clause').length);
	if (found !== wanted) refuse({ file, message: `This translation has ${found} numbered clauses, the original has ${wanted}: each clause keeps its number in every language.` });
}

function padded(date: string): string {
	return `${date}-01-01`.slice(0, 10);
}

function photoFrom(group: Group & { readonly kind: 'forum' }, { file, caption, credit, alternative }: NonNullable<ForumFacts['photo']>, refuseName: (message: string) => void, reading: Reading): Photo | undefined {
	const path = photoPath(group.slug, file);
	const bytes = reading.files.get(path);
	reading.named.add(path);
	if (bytes === undefined) refuseName(`There is no file "${file}" beside this one.`);
	if (bytes === undefined) return undefined;
	const clean = bytes.length > maxFileBytes.photo ? ({ ok: false, message: `This file is larger than ${maxFileBytes.photo} bytes.` } as const) : cleanPhoto(bytes);
	if (!clean.ok) {
		reading.refuse({ file: path, message: clean.message });
		return undefined;
	}
	const { type, width, height } = clean;
	if (!endings[type].test(file)) reading.refuse({ file: path, message: `This is ${type} by its content: name it so.` });
	const sha256 = createHash('sha256').update(clean.bytes).digest('hex');
	reading.photos.set(sha256, { bytes: clean.bytes, type });
	return { file, sha256, type, width, height, caption, credit, alternative };
}

const endings: Readonly<Record<Photo['type'], RegExp>> = { 'image/jpeg': /\.jpe?g$/i, 'image/png': /\.png$/i, 'image/webp': /\.webp$/i };
