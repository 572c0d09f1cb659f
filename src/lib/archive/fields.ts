import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { isLanguage, languages, type Language } from '#lib/platform/i18n/language.ts';
import { cleanLines, cleanText } from '#lib/platform/text/clean.ts';
import { safeHref } from './markdown.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { isTimeZone } from '#lib/platform/time/zones.ts';

/**
 * Note: Reading front matter.
 * Each value is read from YAML's own tree and never turned into an object first: so every problem knows its line, and
 * a key such as `__proto__` is only an unknown word. A reader gives back the value, or undefined after it reported why not.
 */
export type Read<T> = (node: Node | null, place: Place) => T | undefined;

/** Where a value stands: under which key (for messages), on which line, in whose file. */
export interface Place {
	readonly key: string;
	readonly line: number;
	readonly file: FieldsFile;
}

/** One file while it is read. */
export interface FieldsFile {
	/** What its texts are written in. */
	readonly language: Language;
	report(line: number, message: string): void;
	lineOf(node: Node): number;
	/** Lines of the keys of each value that `shape` gave back, for rules between values. */
	readonly lines: WeakMap<object, ReadonlyMap<string, number>>;
}

/** The line of a key of something that `shape` gave back, or, where the key is missing, of its first key. */
export function lineOfKey(file: FieldsFile, owner: object, property: string): number {
	const lines = file.lines.get(owner);
	return lines?.get(property) ?? lines?.get('') ?? 1;
}

/** Whether a key stands there at all, be its value right or wrong. */
export function stands(file: FieldsFile, owner: object, property: string): boolean {
	return file.lines.get(owner)?.has(property) ?? false;
}

interface Present<T> {
	readonly read: Read<T>;
	readonly missing: 'problem' | { readonly value: T };
}
interface Optional<T> {
	readonly read: Read<T>;
	readonly missing: 'absent';
}
type Fields = Readonly<Record<string, Present<unknown> | Optional<unknown>>>;
type Value<F> = F extends { readonly read: Read<infer T> } ? T : never;
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K]['missing'] extends 'absent' ? K : never }[keyof F];
/** What a shape gives back: optional fields are absent, never undefined. */
export type Shaped<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Value<F[K]> } & {
	readonly [K in OptionalKeys<F>]?: Value<F[K]>;
};

export function required<T>(read: Read<T>): Present<T> {
	return { read, missing: 'problem' };
}

export function optional<T>(read: Read<T>): Optional<T> {
	return { read, missing: 'absent' };
}

export function orElse<T>(read: Read<T>, value: NoInfer<T>): Present<T> {
	return { read, missing: { value } };
}

/** A list that may be missing, which is an empty list. */
export function listOf<T>(read: Read<T>): Present<readonly T[]> {
	return {
		missing: { value: [] },
		read(node, place) {
			if (!isSeq<Node | null>(node)) return refuse(node, place, 'a list: one line with a dash for each');
			const values = node.items.map((item) => read(item, { ...place, line: item === null ? place.line : place.file.lineOf(item) }));
			const good = values.filter((value) => value !== undefined);
			return good.length === values.length ? good : undefined;
		}
	};
}

/**
 * A map with exactly these keys: `startsOn` here is `starts_on` in the file. `rule` checks values against each other; it
 * is asked also when some are missing or wrong, so that an editor hears of everything at once.
 */
export function shape<F extends Fields>(fields: F, rule?: (found: Partial<Shaped<F>>, file: FieldsFile) => void): Read<Shaped<F>> {
	const properties = new Map(Object.keys(fields).map((property) => [inFile(property), property]));
	return (node, place) => {
		const entries = entriesOf(node, place, [...properties.keys()]);
		if (entries === undefined) return undefined;
		const found: Record<string, unknown> = {};
		const lines = new Map([['', place.line]]);
		let complete = true;
		for (const [property, field] of Object.entries(fields)) {
			const entry = entries.get(inFile(property));
			if (entry !== undefined) {
				lines.set(property, entry.line);
				const value = field.read(entry.node, { key: inFile(property), line: entry.line, file: place.file });
				if (value === undefined) complete = false;
				else found[property] = value;
			} else if (field.missing === 'problem') {
				place.file.report(place.line, `"${inFile(property)}" is missing${place.key === '' ? '' : ` in "${place.key}"`}.`);
				complete = false;
			} else if (field.missing !== 'absent') found[property] = field.missing.value;
		}
		place.file.lines.set(found, lines);
		// The loop above filled only keys of F, each from its own reader, and all of them where it is complete.
		const values = found as Shaped<F>;
		rule?.(values, place.file);
		return complete ? values : undefined;
	};
}

function inFile(property: string): string {
	return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

type Entries = ReadonlyMap<string, { readonly node: Node | null; readonly line: number }>;

/** The entries of a map; reports unknown and repeated keys and leaves them out. */
function entriesOf(node: Node | null, place: Place, allowed: readonly string[]): Entries | undefined {
	if (!isMap<Node, Node | null>(node)) return refuse(node, place, `a map with ${allowed.join(', ')}`);
	const entries = new Map<string, { node: Node | null; line: number }>();
	let reported = 0;
	for (const { key, value } of node.items) {
		const line = place.file.lineOf(key);
		const name = isScalar(key) ? String(key.value) : undefined;
		if (name === undefined || !allowed.includes(name)) {
			reported += 1;
			place.file.report(line, unknownKey(name ?? 'a map or a list', allowed));
		} else if (entries.has(name)) {
			reported += 1;
			place.file.report(line, `"${name}" stands here twice.`);
		} else entries.set(name, { node: value, line });
	}
	return reported === 0 || entries.size > 0 ? entries : undefined;
}

function unknownKey(name: string, allowed: readonly string[]): string {
	const [near] = allowed
		.map((key) => ({ key, far: distance(key, name.slice(0, 60).toLowerCase()) }))
		.filter(({ key, far }) => far <= (key.length < 5 ? 1 : 2))
		.sort((a, b) => a.far - b.far);
	return `"${excerpt(name)}" is not known here${near === undefined ? '.' : `; did you mean "${near.key}"?`} Allowed are ${allowed.join(', ')}.`;
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (const [i, letter] of [...a].entries()) {
		const next = [i + 1];
		for (let j = 1; j <= b.length; j += 1) {
			next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1)));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}

function refuse(node: Node | null, { key, line, file }: Place, wanted: string): undefined {
	const empty = node === null || (isScalar(node) && node.value === null);
	const comment = isScalar(node) && empty && node.comment ? '; a # begins a comment unless it stands in quotation marks' : '';
	file.report(empty ? line : file.lineOf(node), `${key === '' ? 'This' : `"${key}"`} must be ${wanted}; ${empty ? 'nothing stands here' : `found ${described(node)}`}${comment}.`);
	return undefined;
}

function described(node: Node): string {
	if (isMap(node)) return 'a map';
	if (isSeq(node)) return 'a list';
	if (!isScalar(node)) return 'something else';
	return typeof node.value === 'string' ? `"${excerpt(node.value)}"` : `${typeof node.value} ${excerpt(String(node.source ?? node.value))}`;
}

/** The beginning of what was found, safe to print in a terminal. */
export function excerpt(found: string): string {
	const clean = cleanText(found.slice(0, 200));
	return clean.length > 60 ? `${clean.slice(0, 60)}…` : clean;
}

const maxCharacters = { line: 500, text: 5_000 } as const;

function words(node: Node | null, place: Place, limit: number, cleaned = cleanText): string | undefined {
	if (!isScalar(node) || typeof node.value !== 'string') {
		const needsQuotes = isScalar(node) && node.value !== null;
		return refuse(node, place, needsQuotes ? 'text; put it in quotation marks' : 'text');
	}
	const clean = cleaned(node.value);
	if (!/[^\s\p{Cf}]/u.test(clean)) return refuse(null, place, 'text');
	if (clean.length > limit) return refuse(node, place, `text of at most ${limit} characters`);
	return clean;
}

/** One string without a language: a name. */
export const line: Read<string> = (node, place) => words(node, place, maxCharacters.line);

/** One longer string without a language, all on one line. */
export const sentence: Read<string> = (node, place) => words(node, place, maxCharacters.text);

/**
 * One string in the file's language, or a map of languages. The original of a map is the file's language, or the first
 * where that one is not there; a key `original` says otherwise, for words that were said in one language in a file that is
 * written in another.
 */
export const text: Read<Text> = (node, place) => textOf(node, place, cleanText);

/** The same with its lines kept. */
export const lines: Read<Text> = (node, place) => textOf(node, place, (found) => cleanLines(found).trim());

function textOf(node: Node | null, place: Place, cleaned: (found: string) => string): Text | undefined {
	if (!isMap(node)) {
		const only = words(node, place, maxCharacters.text, cleaned);
		return only === undefined ? undefined : { original: place.file.language, in: { [place.file.language]: only } };
	}
	const entries = entriesOf(node, place, [...languages, 'original']);
	if (entries === undefined) return undefined;
	const found: Partial<Record<Language, string>> = {};
	let first: Language | undefined;
	for (const [key, entry] of entries) {
		if (!isLanguage(key)) continue;
		const value = words(entry.node, { key: `${place.key}: ${key}`, line: entry.line, file: place.file }, maxCharacters.text, cleaned);
		if (value === undefined) return undefined;
		found[key] = value;
		first ??= key;
	}
	const said = entries.get('original');
	if (said !== undefined) {
		const original = oneOf(languages)(said.node, { key: 'original', line: said.line, file: place.file });
		if (original === undefined) return undefined;
		if (found[original] === undefined) return refuse(said.node, { ...place, key: 'original' }, 'one of the languages that stand beside it');
		return { original, in: found };
	}
	if (first === undefined) return refuse(null, place, 'text');
	return { original: found[place.file.language] === undefined ? first : place.file.language, in: found };
}

export function oneOf<const T extends string>(allowed: readonly T[]): Read<T> {
	return (node, place) => {
		const found = isScalar(node) ? allowed.find((value) => value === node.value) : undefined;
		return found ?? refuse(node, place, `one of ${allowed.join(', ')}`);
	};
}

export const yesOrNo: Read<boolean> = (node, place) =>
	isScalar(node) && typeof node.value === 'boolean' ? node.value : refuse(node, place, 'true or false');

function wholeNumber(least: number, most: number): Read<number> {
	return (node, place) => {
		const value = isScalar(node) && typeof node.value === 'number' && /^[1-9]\d*$/.test(node.source ?? '') ? node.value : NaN;
		return value >= least && value <= most ? value : refuse(node, place, `a whole number from ${least} to ${most}`);
	};
}

/** A language tag as browsers know them, such as `sw` or `pt-BR`; `und` where nobody knows. */
export const languageTag = matching(/^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$/, 'a language tag as sw or pt-BR, or und where nobody knows');

export const count = wholeNumber(1, 1_000_000_000);
export const year = wholeNumber(1800, 2199);

/** YYYY, YYYY-MM or YYYY-MM-DD: a date that the calendar has. */
export const date: Read<string> = (node, place) => {
	const found = isScalar(node) ? (typeof node.value === 'string' ? node.value : node.source) : undefined;
	const [, y, m = '01', d = '01'] = /^((?:18|19|20|21)\d\d)(?:-(\d\d)(?:-(\d\d))?)?$/.exec(found ?? '') ?? [];
	const instant = new Date(`${y}-${m}-${d}T00:00:00Z`);
	// A day that a month does not have is no date at all, or the next month's first: both differ from what was written.
	const exists = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(`${y}-${m}-${d}`);
	return found !== undefined && exists ? found : refuse(node, place, 'a date of the calendar as 2017-05-08, 2017-05 or 2017');
};

/** A string of a certain form; `wanted` says which, for the editor. */
function matching(form: RegExp, wanted: string): Read<string> {
	return (node, place) => (isScalar(node) && typeof node.value === 'string' && form.test(node.value) ? node.value : refuse(node, place, wanted));
}

export const time = matching(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time as "13:30", from "00:00" to "23:59"');
/** The form of a slug and, in words, what it is. */
export const slugForm = /^(?=.{1,80}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const slugWords = 'small letters a to z, digits and single hyphens, at most 80';
export const slug = matching(slugForm, slugWords);
export const pictureFile = matching(/^(?=.{1,100}$)[A-Za-z0-9][A-Za-z0-9_-]*\.(?:jpe?g|png|webp)$/i, 'the name of a .jpg, .png or .webp file beside this one, in letters a to z, digits, - and _');
export const hashtag: Read<string> = (node, place) => {
	const found = words(node, place, maxCharacters.line);
	if (found === undefined) return undefined;
	return /^#[\p{L}\p{M}\p{N}_]{1,100}$/u.test(found) ? found : refuse(node, place, 'a # with letters, digits or _ after it, in quotation marks');
};

export const timeZone: Read<string> = (node, place) =>
	isScalar(node) && typeof node.value === 'string' && isTimeZone(node.value) ? node.value : refuse(node, place, 'a time zone by its IANA name, as America/New_York');

export const webAddress: Read<string> = (node, place) => {
	const href = isScalar(node) && typeof node.value === 'string' && /^https?:/i.test(node.value) ? safeHref(node.value) : undefined;
	return href ?? refuse(node, place, 'an address that begins with https:// or http:// and has no password in it');
};
