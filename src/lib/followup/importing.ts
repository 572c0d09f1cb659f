import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { cleanText } from '#lib/platform/text/clean.ts';
import { fold } from '#lib/platform/text/fold.ts';
import { sha256, utf8 } from '#lib/vault/envelope.ts';
import { affectedLabel, affectedPersons, type Affected } from './affected.ts';
import { answers, inOrder, isDate, type Addressee, type Answer, type FollowupRequest, type Recommendation } from './recommendation.ts';
import { isRight, type Right } from './rights.ts';
import { stateName } from './say.ts';
import { isGoalOrTarget } from './targets.ts';

/** What a column of a table of recommendations can say. */
export const importColumns = ['clause', 'addressees', 'rights', 'targets', 'themes', 'affected', 'answer', 'on'] as const;
export type ImportColumn = (typeof importColumns)[number];
/** Which column of the table says what; null: none does. */
export type Mapping = Readonly<Record<ImportColumn, number | null>>;

export const noMapping: Mapping = { clause: null, addressees: null, rights: null, targets: null, themes: null, affected: null, answer: null, on: null };

/**
 * Why a row says nothing that could be recorded. `unknown-clause`: the statement has none of this number. `answer-of-whom`: a response
 * needs exactly one addressee, and a date.
 */
export type RowProblem = 'no-clause' | 'unknown-clause' | 'unknown-answer' | 'answer-of-whom' | 'bad-date';

export interface ImportedRow {
	/** In the table, from 1; the first may be the heading. */
	readonly row: number;
	readonly clause: number;
	readonly addressees: readonly string[];
	readonly rights: readonly Right[];
	readonly targets: readonly string[];
	readonly themes: readonly string[];
	readonly affected: readonly Affected[];
	readonly response: { readonly answer: Answer; readonly on: string } | undefined;
	/** Words of the row that are nothing that we know, as they stand there. */
	readonly leftOut: readonly string[];
	readonly problem: RowProblem | undefined;
}

const headings: Readonly<Record<ImportColumn, RegExp>> = {
	clause: /^(?:clause|paragraph|para\b|no\.?$|number|cl[aá]usula|p[aá]rrafo|n[uú]mero|paragraphe|num[eé]ro|البند|الفقرة|الرقم)/iu,
	addressees: /^(?:addressees?|countr|states?|state under review|destinatari|pa[ií]s|estados?|destinataires?|pays|[eé]tats?|الجهة|الدول|البلد)/iu,
	rights: /^(?:rights?|articles?|instruments?|derechos?|art[ií]culos?|droits?|الحق|المادة)/iu,
	targets: /^(?:sdgs?|sustainable development|goals?|targets?|ods|objetivos?|metas?|odd|objectifs?|cibles?|أهداف|الهدف|الغاية)/iu,
	themes: /^(?:themes?|topics?|temas?|th[eè]mes?|المواضيع|الموضوع)/iu,
	affected: /^(?:affected|concerned|groups?|personas? afectadas?|grupos?|personnes? concern|groupes?|الفئات|الأشخاص)/iu,
	answer: /^(?:response|answer|position|reply|respuesta|posici[oó]n|r[eé]ponse|الرد|الموقف)/iu,
	on: /^(?:date|response date|answered on|fecha|التاريخ)/iu
};

/** What the first row promises, by the words that indexes of recommendations have there; the rest is mapped by hand. */
export function guessedMapping(heading: readonly string[]): Mapping {
	const mapped = importColumns.map((column): [ImportColumn, number | null] => {
		const at = heading.findIndex((cell) => headings[column].test(cell.trim()));
		return [column, at < 0 ? null : at];
	});
	return { ...noMapping, ...Object.fromEntries(mapped) };
}

interface Importing {
	readonly mapping: Mapping;
	readonly skipFirst: boolean;
	/** Of the statement. */
	readonly clauses: ReadonlySet<number>;
	readonly addressees: readonly Addressee[];
	/** What responses are called in the language of the page, beside the words of the Universal Periodic Review. */
	readonly answerWords: (answer: Answer) => string;
}

/** Every row as what it says of a clause, or with what is wrong. */
export function importedRows(rows: readonly (readonly string[])[], { mapping, skipFirst, clauses, addressees, answerWords }: Importing): ImportedRow[] {
	const named = addresseesByName(addressees);
	const affectedByName = new Map(affectedPersons.flatMap((one) => [[one, one] as const, ...languages.map((language) => [fold(affectedLabel(one, language)), one] as const)]));
	const answersByWord = new Map([...usualAnswers, ...answers.flatMap((one) => [[one, one] as const, [fold(answerWords(one)), one] as const])]);
	return rows.flatMap((cells, at): ImportedRow[] => {
		if (at === 0 && skipFirst) return [];
		const cell = (column: ImportColumn): string => cells[mapping[column] ?? -1]?.trim() ?? '';
		const leftOut: string[] = [];
		const known = <T>(column: ImportColumn, read: (word: string) => T | undefined, alsoAt: RegExp = /$^/): T[] =>
			wordsOf(cell(column), alsoAt).flatMap((word) => {
				const found = read(word);
				if (found === undefined) leftOut.push(word);
				return found === undefined ? [] : [found];
			});
		const to = unique(known('addressees', (word) => named.get(fold(word))));
		const [said, on] = [cell('answer'), cell('on')];
		const answer = answersByWord.get(fold(said));
		const number = /\d+/.exec(fold(cell('clause')))?.[0];
		const clause = number === undefined ? 0 : Number(number);
		return [
			{
				row: at + 1,
				clause,
				addressees: to,
				rights: unique(known('rights', rightOf, /,/)),
				targets: unique(known('targets', targetOf, /,/)),
				themes: unique(wordsOf(cell('themes')).map((word) => word.slice(0, 300))),
				affected: unique(known('affected', (word) => affectedByName.get(fold(word)))),
				response: answer === undefined || on === '' ? undefined : { answer, on },
				leftOut,
				problem: number === undefined ? 'no-clause' : !clauses.has(clause) ? 'unknown-clause' : said === '' ? undefined : answer === undefined ? 'unknown-answer' : on !== '' && !isDate(on) ? 'bad-date' : on === '' || to.length !== 1 ? 'answer-of-whom' : undefined
			}
		];
	});
}

/** As the Universal Periodic Review calls them. */
const usualAnswers = [['partially supported', 'supported-in-part'], ['accepted', 'supported'], ['not supported', 'rejected'], ['not accepted', 'rejected']] as const satisfies readonly (readonly [string, Answer])[];

/** Lists stand in one cell, with semicolons, upright lines or line breaks between. */
function wordsOf(cell: string, alsoAt = /$^/): string[] {
	return cell.split(/[;|\n\r؛]/).flatMap((part) => part.split(alsoAt)).map((word) => cleanText(word).replaceAll(/\s+/gu, ' ').replace(/^[-–•*]\s*/u, '').trim()).filter((word) => word !== '');
}

/** By id, by name and, of states, by the country's letters and name, in every language. */
function addresseesByName(addressees: readonly Addressee[]): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	const add = (name: string, id: string): unknown => found.has(fold(name)) || found.set(fold(name), id);
	for (const { id, name } of addressees) for (const one of [id, ...Object.values(name.in)]) add(one, id);
	for (const { id, kind, state } of addressees) if (kind === 'state' && state !== undefined) for (const one of [state, ...languages.map((language) => stateName(state, language))]) add(one, id);
	return found;
}

/** `ICCPR-19`, `ICCPR 19` and `ICCPR art. 19`. */
function rightOf(word: string): Right | undefined {
	const [, instrument = '', article = ''] = /^([a-z]+)\W*(?:articles?|art)?\W*(\d+)/i.exec(word) ?? [];
	const found = `${instrument.toUpperCase()}-${article}`;
	return isRight(found) ? found : undefined;
}

/** `16.10`, `SDG 16.10` and `16 - Peace, justice`. */
function targetOf(word: string): string | undefined {
	const found = /\b(\d{1,2}(?:\.(?:\d{1,2}|[a-z]))?)(?![\w.])/i.exec(word)?.[1]?.toLowerCase();
	return found !== undefined && isGoalOrTarget(found) ? found : undefined;
}

interface Requesting {
	readonly forum: string;
	readonly document: string;
	/** In which themes are written. */
	readonly language: Language;
	/** What was decided of the statement's clauses before: nothing of it is taken away. */
	readonly decided: readonly Recommendation[];
}

/**
 * What is sent for the rows without a problem: one decision for each clause, with what was decided before, and one entry for each
 * response. An entry's id follows from what it says, so that a table that is brought in twice records nothing twice.
 */
export async function requestsFor(rows: readonly ImportedRow[], { forum, document, language, decided }: Requesting): Promise<FollowupRequest[]> {
	const good = rows.filter(({ problem }) => problem === undefined);
	const decisions = [...Map.groupBy(good, ({ clause }) => clause)].toSorted(([a], [b]) => a - b).map(([clause, of]): FollowupRequest => {
		const before = decided.find((one) => one.clause === clause) ?? { clause, addressees: [], rights: [], targets: [], themes: [], affected: [] };
		const themes = unique(of.flatMap((one) => one.themes)).filter((theme) => !before.themes.some(({ in: said }) => Object.values(said).includes(theme)));
		const together = inOrder({
			...before,
			addressees: [...before.addressees, ...of.flatMap((one) => one.addressees)],
			rights: [...before.rights, ...of.flatMap((one) => one.rights)],
			targets: [...before.targets, ...of.flatMap((one) => one.targets)],
			themes: [...before.themes, ...themes.map((theme) => ({ original: language, in: { [language]: theme } }))],
			affected: [...before.affected, ...of.flatMap((one) => one.affected)]
		});
		// Plain copies of what is read-only.
		const { suggested, ...rest } = together;
		return { what: 'recommendation', forum, document, recommendation: { ...rest, addressees: [...rest.addressees], rights: [...rest.rights], targets: [...rest.targets], themes: [...rest.themes], affected: [...rest.affected], ...(suggested === undefined ? {} : { suggested: suggested.map(({ of: one, words }) => ({ of: one, words: [...words] })) }) } };
	});
	const responses = await Promise.all(
		good.flatMap(({ clause, addressees: [from = ''], response }) => (response === undefined ? [] : [{ clause, from, ...response }])).map(async ({ clause, from, answer, on }): Promise<FollowupRequest> => {
			const said = await sha256(utf8(JSON.stringify([forum, document, clause, from, answer, on])));
			const id = Array.from(said.subarray(0, 10), (byte) => byte.toString(16).padStart(2, '0')).join('');
			return { what: 'entry', forum, document, id, clauses: [clause], happening: { kind: 'response', from, on, answer } };
		})
	);
	return [...decisions, ...new Map(responses.map((one) => [one.what === 'entry' ? one.id : '', one])).values()];
}

function unique<T>(all: readonly T[]): T[] {
	return [...new Set(all)];
}
