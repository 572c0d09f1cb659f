import { sql } from 'kysely';
import type { Db } from '#lib/platform/db/database.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { LanguageWord } from './lexemes.ts';

/**
 * Note: Misspelt words.
 * Two words that are one edit apart become the same when one letter is left out of each, whatever the edit was (a
 * letter missing, added, wrong or changed places with the next): so each known word is kept with hashes of itself with
 * letters left out, and a misspelt one is looked up by its own (Wolf Garbe's symmetric deletes, SymSpell, 2012). Words
 * of four to seven letters may be one edit away, longer ones two; of those only the first seven letters have
 * deletions, which finds the same words with far fewer hashes. The real distance is then measured. Shorter words and
 * words with digits are taken as typed: their neighbours are other words.
 */
const prefixLength = 7;
const longWord = 8;
const shortestCorrected = 4;
/** A bound on what one look-up reads. Words of a language seldom have a hundred neighbours. */
const mostNeighbours = 5000;

/** How many edits a word may be away from what is meant. */
function reachOf(word: string): 0 | 1 | 2 {
	if (word.length < shortestCorrected || /\d/.test(word)) return 0;
	return word.length < longWord ? 1 : 2;
}

/** 32-bit hashes of the word and of its beginning with as many letters left out as it may have wrong. */
export function deletionsOf(word: string): number[] {
	const reach = reachOf(word);
	if (reach === 0) return [];
	let shortened = new Set([word.slice(0, prefixLength)]);
	const all = new Set(shortened);
	for (let edit = 0; edit < reach; edit++) {
		shortened = new Set([...shortened].flatMap((form) => Array.from(form, (_, index) => form.slice(0, index) + form.slice(index + 1))));
		for (const form of shortened) all.add(form);
	}
	return [...new Set(Array.from(all, hashOf))];
}

/** FNV-1a over UTF-16 units: any hash would do, a collision only costs one measured distance more. */
function hashOf(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	return hash | 0;
}

/** Edits between two words; two neighbours that changed places are one (optimal string alignment, Damerau 1964). */
function editsBetween(a: string, b: string): number {
	let before: number[] = [];
	let above = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1] ? 0 : 1;
			let edits = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, before[j - 2]! + 1);
			row.push(edits);
		}
		before = above;
		above = row;
	}
	return above[b.length]!;
}

export interface Neighbour {
	readonly language: Language;
	/** What was asked for. */
	readonly asked: string;
	/** A word of the record in lower case, with its accents. */
	readonly written: string;
	readonly edits: number;
}

/** For each word and language the known word that was most likely meant: fewest edits, then commonest. Two queries. */
export async function neighboursOf(db: Db, words: readonly string[]): Promise<Neighbour[]> {
	const hashes = new Set(words.flatMap(deletionsOf));
	if (hashes.size === 0) return [];
	// Measured here before anything is joined: of a thousand that share a hash, few are really near.
	const { rows } = await sql<LanguageWord>`
		select language, word from search_misspelling where deletions && ${[...hashes]}::integer[] limit ${mostNeighbours}`.execute(db);
	const near = words.flatMap((asked) => rows.flatMap(({ language, word }) => nearBy({ language, word, asked })));
	const { rows: known } = await sql<LanguageWord & { written: string; entries: number }>`
		select language, word, written, entries
		from unnest(${near.map(({ language }) => language)}::text[], ${near.map(({ word }) => word)}::text[]) as near (language, word) join search_word using (language, word)
		order by entries desc, word`.execute(db);
	const best = new Map<string, Neighbour>();
	for (const { language, word, written } of known) {
		for (const { asked, edits } of near.filter((one) => one.language === language && one.word === word)) {
			const key = `${language} ${asked}`;
			// The commonest come first, so only fewer edits are better.
			if (edits < (best.get(key)?.edits ?? Infinity)) best.set(key, { language, asked, written, edits });
		}
	}
	return [...best.values()];
}

interface Near extends LanguageWord {
	readonly asked: string;
	readonly edits: number;
}

function nearBy({ language, word, asked }: Omit<Near, 'edits'>): Near[] {
	const reach = reachOf(asked);
	if (Math.abs(word.length - asked.length) > reach) return [];
	const edits = editsBetween(asked, word);
	return edits > 0 && edits <= reach ? [{ language, word, asked, edits }] : [];
}
