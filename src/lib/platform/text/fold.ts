/**
 * Note: Folding.
 * Readers leave out accents, diacritics and hamzas, and write apostrophes and digits in several ways. Both the record
 * and what is asked are folded before they are compared; what is shown is always the original.
 */

/** A folded word and where it stands in the original text (UTF-16 units, `end` exclusive). */
export interface FoldedWord {
	readonly word: string;
	readonly start: number;
	readonly end: number;
}

/** Letters that Unicode does not take apart, and typographic signs, each with what a reader types instead. */
const replacements: Readonly<Record<string, string>> = {
	ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ħ: 'h', ı: 'i', ł: 'l', ŋ: 'n', þ: 'th', ŧ: 't', ς: 'σ',
	'ٱ': 'ا', 'ى': 'ي', 'ی': 'ي', 'ے': 'ي', 'ة': 'ه', 'ہ': 'ه', 'ە': 'ه', 'ھ': 'ه', 'ک': 'ك',
	'‘': "'", '’': "'", '‚': "'", '‛': "'", 'ʼ': "'", '′': "'", '`': "'",
	'“': '"', '”': '"', '„': '"', '‟': '"', '«': '"', '»': '"'
};
const replaced = new RegExp(`[${Object.keys(replacements).join('')}]`, 'g');

/**
 * Marks that readers leave out: Latin, Greek and Cyrillic accents, Hebrew points, Arabic harakat and the signs of the
 * Quran, tatweel; and what cannot be seen at all (soft hyphens, joiners, directions). Marks of other scripts stay: in
 * Devanagari they are vowels.
 */
const omitted = /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff\p{Cf}]/gu;
/** Arabic-Indic digits, and the Persian ones. */
const easternDigits = /[\u0660-\u0669\u06f0-\u06f9]/g;
const nothingToFold = /^[a-z0-9 ]*$/;

/**
 * The text in lower case without accents, Arabic diacritics, tatweel and invisible characters; alef, hamza, yeh and
 * teh marbuta in one form each; ligatures as letters, digits as 0 to 9, quotation marks and apostrophes straight.
 * Folding twice changes nothing more. Its length differs from the original's: for places see `foldedWords`.
 */
export function fold(text: string): string {
	if (nothingToFold.test(text)) return text;
	const bare = text.normalize('NFKD').replace(omitted, '').toLowerCase();
	return bare
		.replace(replaced, (character) => replacements[character] ?? character)
		.replace(easternDigits, (digit) => String(digit.charCodeAt(0) & 0xf));
}

/** Invisible characters inside of a word belong to it: a soft hyphen does not make two words of one. */
const run = /[\p{L}\p{N}][\p{L}\p{M}\p{N}\p{Cf}]*/gu;
const wordsOfRun = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;
/** Nobody types longer words; PostgreSQL refuses lexemes above 2046 bytes. */
const longestWord = 50;

/**
 * The words of a text, folded, in their order, each with its place in the original, so that a found word can be marked
 * there. `d’expression` is the two words `d` and `expression`. Words are letters and digits only, whatever the text:
 * no sign of SQL, tsquery or HTML, no NUL and no lone surrogate passes.
 */
export function* foldedWords(text: string): Generator<FoldedWord, void> {
	for (const match of text.matchAll(run)) {
		const [original] = match;
		const start = match.index;
		const end = start + original.length;
		if (nothingToFold.test(original) && original.length <= longestWord) {
			yield { word: original, start, end };
			continue;
		}
		for (const [word] of fold(original).matchAll(wordsOfRun)) yield { word: shortened(word), start, end };
	}
}

function shortened(word: string): string {
	return word.length <= longestWord ? word : Array.from(word).slice(0, longestWord).join('');
}
