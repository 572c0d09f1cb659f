import fc from 'fast-check';
import type { KyselyPlugin } from 'kysely';
import { expect, inject, test } from 'vitest';
import type { Db } from '#lib/platform/db/database.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import type { SearchAnswer } from '../search-answer.ts';
import type { SearchRequest } from '../search-request.ts';
import { replaceEntries, search, searchWithin } from './search.ts';
import type { SearchEntry } from './search-entries.ts';
import { deletionsOf } from './spelling.ts';

let entryNumber = 0;

function entry(changes: Partial<SearchEntry> & { body: string }): SearchEntry {
	const { language = 'en', year = 2019 } = changes;
	const slug = `text-${entryNumber++}`;
	return { id: `document/2019-forum/${slug}/${language}`, kind: 'statement', language, year, date: `${year}-10-02`, path: `/forums/2019-forum/${slug}`, title: 'Untitled', ...changes };
}

async function indexed(...entries: SearchEntry[]) {
	const database = await testDatabase(inject('postgres'));
	await put(database.db, '', entries);
	return database;
}

function put(db: Db, prefix: string, entries: readonly SearchEntry[]): Promise<void> {
	return db.transaction().execute((tx) => replaceEntries(tx, { prefix, entries }));
}

function ask(db: Db, query: string, { reader = 'en', ...filters }: Partial<SearchRequest> & { reader?: Language } = {}): Promise<SearchAnswer> {
	return search(db, { page: 1, ...filters, query }, reader);
}

const titles = (answer: SearchAnswer) => answer.results.map(({ title }) => title);
const marked = (answer: SearchAnswer) => answer.results.map(({ extract }) => extract.filter((segment) => segment.marked).map(({ text }) => text));
const extracts = (answer: SearchAnswer) => answer.results.map(({ extract }) => extract.map(({ text, marked }) => (marked ? `[${text}]` : text)).join(''));

const french = entry({ language: 'fr', title: 'Déclaration', body: 'La liberté d’expression des défenseuses menacées.' });
const spanish = entry({ language: 'es', title: 'Declaración', body: 'La libertad de expresión de las organizaciones.' });
const english = entry({ title: 'Declaration', body: 'Freedom of expression for every defender.' });
const arabic = entry({ language: 'ar', title: 'البيان', body: 'المدافعون عن حُقُوقِ الإنسان وحرية التعبير في المؤسسات.' });

test.each([
	['liberte d expression', 'Déclaration'],
	['LIBERTÉ d\'expression', 'Déclaration'],
	['libertad de expresion', 'Declaración'],
	['libertades', 'Declaración'],
	['organizacion libertades', 'Declaración'],
	['organización libertad', 'Declaración'],
	['menacé défenseuse', 'Déclaration'],
	['defenders expressions', 'Declaration'],
	['مدافع', 'البيان'],
	['والمدافعين', 'البيان'],
	['حقوق الانسان', 'البيان'],
	['حُقُوق الأنسان', 'البيان'],
	['الحريات', 'البيان'],
	['بيانات', 'البيان'],
	['مؤسسه', 'البيان']
])('%s finds what it means, whatever its accents, number, article or diacritics', async (query, title) => {
	await using database = await indexed(french, spanish, english, arabic);

	const answer = await ask(database.db, query);

	expect({ titles: titles(answer), total: answer.total, corrected: answer.corrected }).toEqual({ titles: [title], total: 1, corrected: undefined });
});

test('a stop word of one language does not swallow the same word of another', async () => {
	await using database = await indexed(entry({ title: 'UN', body: 'The UN was there.' }), entry({ language: 'fr', title: 'Un', body: 'Un forum, un rapport, pour eux.' }));

	const answer = await ask(database.db, 'un');

	expect(titles(answer)).toEqual(['UN']);
});

test.each([
	['expresion de la lybertad', 'expresion de la libertad'],
	['organziaciones', 'organizaciones'],
	['libetrad expreson', 'libertad expresión'],
	['defendr freedum', 'defender freedom'],
	['freedmo defender', 'freedom defender'],
	['expresssoin freedom', 'expression freedom'],
	['frredum defender', undefined],
	['xpressoinn freedom', undefined],
	['المدافعزن', 'المدافعون'],
	['مدافعو التعببر', undefined]
])('%s, misspelt, is answered as %s, and the answer says so', async (query, corrected) => {
	await using database = await indexed(spanish, english, arabic);

	const answer = await ask(database.db, query);

	expect({ found: answer.results.length, corrected: answer.corrected }).toEqual({ found: corrected === undefined ? 0 : 1, corrected });
});

test('what is misspelt becomes the nearest word, among equally near ones the reader’s and then the commonest', async () => {
	const rare = entry({ body: 'Detention. Forms.' });
	await using database = await indexed(rare, entry({ body: 'Retention.' }), entry({ body: 'Retention.' }), entry({ language: 'fr', body: 'La forme.' }));

	expect((await ask(database.db, 'dettention')).corrected).toBe('detention');
	expect((await ask(database.db, 'xetention')).corrected).toBe('retention');
	expect((await ask(database.db, 'formx')).corrected).toBe('forms');
	expect((await ask(database.db, 'formx', { reader: 'fr' })).corrected).toBe('forme');
});

test('one edit anywhere in a word, and two in a long one, never hide the word that was meant', () => {
	const edit = fc.record({ at: fc.nat(), sort: fc.constantFrom('leave out', 'add', 'change', 'swap'), letter: fc.constantFrom(...'abcdeابت') });
	const edited = (word: string, { at, sort, letter }: { at: number; sort: string; letter: string }) => {
		const place = at % word.length;
		const [before, here, after] = [word.slice(0, place), word.slice(place, place + 1), word.slice(place + 1)];
		if (sort === 'swap') return before + after.slice(0, 1) + here + after.slice(1);
		return before + (sort === 'leave out' ? '' : letter) + (sort === 'add' ? here : '') + after;
	};
	const letters = (minLength: number) => fc.string({ unit: fc.constantFrom(...'abcdefghijklmابتثجح'), minLength, maxLength: 14 });
	const isFound = (meant: string, typed: string) => deletionsOf(typed).some((hash) => deletionsOf(meant).includes(hash));

	fc.assert(fc.property(letters(5), edit, (word, one) => isFound(word, edited(word, one))), { numRuns: 2000 });
	fc.assert(fc.property(letters(10), edit, edit, (word, one, two) => isFound(word, edited(edited(word, one), two))), { numRuns: 2000 });
});

test('a word that the record knows is never replaced by a commoner one', async () => {
	await using database = await indexed(entry({ title: 'Amina', body: 'Amina spoke.' }), ...Array.from({ length: 9 }, () => entry({ body: 'Amani spoke.' })));

	const answer = await ask(database.db, 'Amina');

	expect({ titles: titles(answer), corrected: answer.corrected }).toEqual({ titles: ['Amina'], corrected: undefined });
});

test('known words that stand in no text together find nothing rather than something else', async () => {
	await using database = await indexed(entry({ body: 'A journalist.' }), entry({ body: 'A lawyer.' }), entry({ language: 'fr', body: 'Un journaliste. Lawyers.' }));

	const answer = await ask(database.db, 'journalist lawyer');

	expect(answer).toMatchObject({ total: 0, results: [], empty: 'nothing-found' });
});

test('the beginning of a last word finds the words that begin so', async () => {
	await using database = await indexed(english, spanish);

	expect(titles(await ask(database.db, 'freedom expr'))).toEqual(['Declaration']);
	expect(titles(await ask(database.db, 'expr freedom'))).toEqual([]);
});

test('words in quotation marks must stand next to each other, small words between them included', async () => {
	await using database = await indexed(
		entry({ title: 'Together', body: 'The right to life and to truth.' }),
		entry({ title: 'Apart', body: 'To life belongs every right.' }),
		entry({ title: 'Ends with right to', body: 'Life begins the text.' })
	);

	expect(titles(await ask(database.db, '“right to life”'))).toEqual(['Together']);
	expect(titles(await ask(database.db, '"rights to LIFE" truth'))).toEqual(['Together']);
	expect(titles(await ask(database.db, 'life -"right to life"')).sort()).toEqual(['Apart', 'Ends with right to']);
	expect((await ask(database.db, 'right to life')).total).toBe(3);
	expect(marked(await ask(database.db, '"right to life"'))).toEqual([['right', 'life']]);
});

test('a text with an excluded word is left out, in every form of that word', async () => {
	await using database = await indexed(
		entry({ title: 'Both', body: 'Lawyers and journalists.' }),
		entry({ title: 'One', body: 'Journalists only.' }),
		entry({ title: 'Journalists', body: 'Lawyers too.' })
	);

	expect(titles(await ask(database.db, 'journalist -lawyer'))).toEqual(['One']);
	for (const query of ['journalist -unheardof', 'journalist -lawy']) expect(titles(await ask(database.db, query)).sort()).toEqual(['Both', 'Journalists', 'One']);
});

test('a title that has the words comes first, the reader’s language before others, then the text that is about them, then the newest', async () => {
	const filler = 'Many other things were said about quite different subjects. '.repeat(8);
	await using database = await indexed(
		entry({ title: 'Old', year: 2005, body: `Protection once. ${filler}` }),
		entry({ title: 'New', year: 2018, body: `Protection once. ${filler}` }),
		entry({ title: 'About it', year: 2003, body: 'Protection, protection and protection.' }),
		entry({ title: 'La protection', language: 'fr', year: 2020, body: 'Rapport.' }),
		entry({ title: 'Protection', year: 2001, body: 'Report.' }),
		entry({ title: 'Français', language: 'fr', year: 2021, body: 'La protection, la protection.' })
	);

	expect(titles(await ask(database.db, 'protection'))).toEqual(['Protection', 'La protection', 'About it', 'New', 'Old', 'Français']);
	expect(titles(await ask(database.db, 'protection', { reader: 'fr' }))).toEqual(['La protection', 'Protection', 'Français', 'About it', 'New', 'Old']);
});

test('an extract shows the original spelling and marks what was found in it, around the place that answers best', async () => {
	const far = `An expression by itself. ${'Nothing of note here. '.repeat(40)}The « Défenseurs’ » right to\n  ex\u00adpression was <b>named</b> by all. ${'Nothing more. '.repeat(40)}`;
	await using database = await indexed(entry({ body: far }), arabic, french);

	expect(extracts(await ask(database.db, 'defenseurs expressions'))).toEqual([
		expect.stringMatching(/^… .*The « \[Défenseurs\]’ » right to \[ex\u00adpression\] was <b>named<\/b> by all\. .* …$/)
	]);
	expect(marked(await ask(database.db, 'حقوق مؤسسة'))).toEqual([['حُقُوقِ', 'المؤسسات']]);
	expect(extracts(await ask(database.db, 'expression liberte'))).toEqual(['La [liberté] d’[expression] des défenseuses menacées.']);
	expect(extracts(await ask(database.db, 'declaration'))).toEqual(['La liberté d’expression des défenseuses menacées.']);
});

test('an extract cannot turn the direction of the page that shows it', async () => {
	await using database = await indexed(entry({ body: 'Some \u202eturned\u2066 words.' }));

	expect(extracts(await ask(database.db, 'turned'))).toEqual(['Some [turned] words.']);
});

const kinds = ['statement', 'speech', 'press-release'] as const;
const spread = () =>
	Array.from({ length: 60 }, (_, n) =>
		entry({ title: `T${n}`, kind: kinds[n % 3]!, year: 2015 + (n % 4), language: n % 5 === 0 ? 'fr' : 'en', body: n % 2 === 0 ? 'International solidarity.' : 'International silence.' })
	);

test('each facet’s count is what one finds by choosing it, whatever else is chosen', async () => {
	await using database = await indexed(...spread());

	const choices: Partial<SearchRequest>[] = [{}, { kind: 'speech' }, { year: 2017 }, { language: 'fr' }, { kind: 'statement', year: 2017 }, { kind: 'statement', year: 2015, language: 'en' }];
	for (const filters of choices) {
		for (const query of ['solidarity', '"international solidarity"']) {
			const { facets, total } = await ask(database.db, query, filters);
			for (const name of ['kind', 'year', 'language'] as const) {
				for (const { value, count } of facets[name]) {
					const chosen = await ask(database.db, query, { ...filters, [name]: value });
					expect([name, value, chosen.total]).toEqual([name, value, count]);
				}
				const chosen = facets[name].filter(({ value }) => filters[name] === undefined || value === filters[name]);
				expect(chosen.reduce((sum, { count }) => sum + count, 0)).toBe(total);
			}
		}
	}
});

test('filters combine, and a filter that leaves nothing still says where something is', async () => {
	await using database = await indexed(...spread());

	const combined = await ask(database.db, 'solidarity', { kind: 'statement', year: 2015, language: 'en' });
	const none = await ask(database.db, 'solidarity', { year: 2016 });

	expect(combined.results.map(({ kind, year, language }) => [kind, year, language])).toEqual(Array.from({ length: 4 }, () => ['statement', 2015, 'en']));
	expect(none).toMatchObject({ total: 0, results: [], empty: 'nothing-found', facets: { year: [{ value: 2017, count: 15 }, { value: 2015, count: 15 }] } });
});

test('the pages together show each result once, in the same order each time', async () => {
	await using database = await indexed(...spread());

	const pages = await Promise.all([1, 2, 3, 4].map((page) => ask(database.db, 'international', { page })));
	const again = await ask(database.db, 'international', { page: 2 });

	expect(pages.map(({ results, hasNext, total }) => [results.length, hasNext, total])).toEqual([[20, true, 60], [20, true, 60], [20, false, 60], [0, false, 60]]);
	expect(new Set(pages.flatMap(titles)).size).toBe(60);
	expect(again).toEqual(pages[1]);
});

test('beyond its limits an answer says "more than", and still has titles and the newest first', async () => {
	const old = entry({ title: 'International', year: 1999, body: 'Short.' });
	const newest = entry({ title: 'Newest', year: 2022, body: 'International.' });
	await using database = await indexed(...spread(), old, newest);
	const within = (counted: number, query: string, filters: Partial<SearchRequest> = {}) =>
		searchWithin({ counted, read: 12, ranked: 10 }, { db: database.db, request: { query, page: 1, ...filters }, reader: 'en' });

	const common = await within(1000, 'international');
	const beyond = await within(30, 'international');
	expect({ ...common, results: common.results.map(({ year }) => year) }).toMatchObject({ total: 62, more: false, hasNext: false, results: [1999, 2022, ...Array.from({ length: 8 }, () => 2018)] });
	expect(beyond).toMatchObject({ total: 30, more: true, results: common.results });
});

test('a phrase of common words is looked for in the newest texts only, says "more than", and is found elsewhere by filtering', async () => {
	const phrased = (year: number, body: string) => entry({ title: `Of ${year}`, year, body });
	await using database = await indexed(...Array.from({ length: 20 }, (_, n) => phrased(2000 + n, n % 3 === 0 ? 'Civil society.' : 'A society that is civil.')));
	const within = (filters: Partial<SearchRequest>) =>
		searchWithin({ counted: 1000, read: 6, ranked: 400 }, { db: database.db, request: { query: '"civil society"', page: 1, ...filters }, reader: 'en' });

	const [newest, old, whole] = [await within({}), await within({ year: 2003 }), await ask(database.db, '"civil society"')];

	expect([newest.total, newest.more, titles(newest)]).toEqual([2, true, ['Of 2018', 'Of 2015']]);
	expect([old.total, old.more, titles(old)]).toEqual([1, false, ['Of 2003']]);
	expect([whole.total, whole.more]).toEqual([7, false]);
});

test('an import of one thing again replaces only what it had: no ghost of old words, nothing of others lost', async () => {
	const [one, two] = [entry({ id: 'forum/2019-one/en', title: 'One', body: 'Solidarity everywhere.' }), entry({ id: 'forum/2019-one-more/en', title: 'Two', body: 'Solidarity too.' })];
	await using database = await indexed(one, two);

	await put(database.db, 'forum/2019-one/', [{ ...one, title: 'Renamed', body: 'Courage everywhere.' }]);
	await put(database.db, 'forum/2019-one/', [{ ...one, title: 'Renamed', body: 'Courage everywhere.' }]);

	expect(titles(await ask(database.db, 'everywhere'))).toEqual(['Renamed']);
	expect(titles(await ask(database.db, 'courage'))).toEqual(['Renamed']);
	expect(titles(await ask(database.db, 'solidarity'))).toEqual(['Two']);
	expect((await ask(database.db, 'one')).total).toBe(0);
	expect(await database.db.selectFrom('search_word').select(['word', 'entries']).orderBy('word').execute()).toEqual(
		['courage', 'everywhere', 'renamed', 'solidarity', 'too', 'two'].map((word) => ({ word, entries: 1 }))
	);
});

test('a removed document is found no more, and none of its words is offered as a correction', async () => {
	const removed = entry({ id: 'document/2019-forum/secret/en', body: 'Clandestine.' });
	await using database = await indexed(removed, english);

	await put(database.db, 'document/2019-forum/secret/', []);

	for (const query of ['clandestine', 'clandestin', 'clandesttine', 'clande']) expect(await ask(database.db, query)).toMatchObject({ total: 0, results: [] });
	const left = await Promise.all((['search_text', 'search_word', 'search_misspelling'] as const).map((table) => database.db.selectFrom(table).select((all) => all.fn.countAll().as('rows')).executeTakeFirst()));
	expect(left).toEqual([{ rows: 1 }, { rows: 7 }, { rows: 5 }]);
});

test('an entry of something else than what is replaced is refused', async () => {
	await using database = await indexed();

	await expect(put(database.db, 'forum/2019-one/', [english])).rejects.toThrow('does not begin with forum/2019-one/');
});

test('an answer takes as many queries with thirty results as with one', async () => {
	await using one = await indexed(entry({ body: 'Solidarity.' }));
	await using thirty = await indexed(...spread());

	const counts = await Promise.all([one, thirty].map(({ db }) => queriesOf(db, (counted) => ask(counted, 'solidarity'))));

	expect(counts).toEqual([5, 5]);
});

async function queriesOf(db: Db, act: (db: Db) => Promise<SearchAnswer>): Promise<number> {
	let queries = 0;
	const counter: KyselyPlugin = {
		transformQuery: ({ node }) => {
			queries += 1;
			return node;
		},
		transformResult: ({ result }) => Promise.resolve(result)
	};
	await act(db.withPlugin(counter));
	return queries;
}

test.each([
	["'; drop table search_entry; --", 'nothing-found'],
	['& | ! ( ) : * <-> %', 'no-words'],
	['<script>alert(1)</script>', 'nothing-found'],
	['the of and', 'no-words'],
	['من في إلى', 'no-words'],
	['-freedom', 'no-words'],
	['', 'no-words'],
	['"" " \' \\', 'no-words'],
	['\0', 'no-words'],
	['\ud800 \udfff', 'no-words'],
	['😀 🏳️‍🌈', 'no-words'],
	['\u202e\u2066', 'no-words'],
	['x'.repeat(10_000), 'too-long'],
	['a b '.repeat(90), 'too-long']
] as const)('%j is answered with nothing and a reason, never with an error', async (query, empty) => {
	await using database = await indexed(english, french);

	expect(await ask(database.db, query)).toMatchObject({ results: [], total: 0, empty });
});

test('whatever the signs around them, known words are found', async () => {
	await using database = await indexed(english);

	for (const query of ['freedom & !expression', 'freedom\0expression', '(freedom:*) | expression', 'freedom\ud800 expression😀', '\u202efreedom', '"freedom of', "freedom' or 1=1"]) {
		expect([query, (await ask(database.db, query)).total]).toEqual([query, query.includes('1=1') ? 0 : 1]);
	}
});

test('nothing that can be typed makes a search fail', async () => {
	await using database = await indexed(english, french, spanish, arabic);
	const sign = fc.constantFrom('"', '-', '\'', '\\', '&', '|', '!', '(', ')', ':', '*', '<->', ' ', '\0', '\ud800', '%', '$1', 'freedom', 'حقوق', 'expresion', 'de', '٣', '😀');
	const typed = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(sign, { maxLength: 12 }).map((signs) => signs.join('')));

	await fc.assert(
		fc.asyncProperty(typed, async (query) => {
			const answer = await ask(database.db, query);
			expect(answer.results.length).toBe(answer.total);
		}),
		{ numRuns: 300 }
	);
});

test('no text is too strange or too long to be indexed', async () => {
	const long = `journalist ${Array.from({ length: 40_000 }, (_, n) => `9${n.toString(36)}${'x'.repeat(40)}`).join(' ')} `;
	await using database = await indexed(
		entry({ title: 'Long', body: `journalist ${'and so on '.repeat(6000)}journalists lawyers` }),
		entry({ title: 'Longer', body: `${long} lawyers` }),
		entry({ title: 'Adjacent', body: `${'so '.repeat(16_379)}alpha beta ${'so '.repeat(9)}omega` }),
		entry({ title: 'Strange', body: 'nul\0nul \ud800 lone \\ \' " : ﷺ' }),
		entry({ title: '', body: '' })
	);

	expect(titles(await ask(database.db, 'journalists')).sort()).toEqual(['Long', 'Longer']);
	expect(titles(await ask(database.db, 'lawyer'))).toEqual(['Long']);
	// PostgreSQL would put everything beyond its last position on that one, next to what is before it.
	expect(titles(await ask(database.db, '"alpha beta"'))).toEqual(['Adjacent']);
	expect(titles(await ask(database.db, '"alpha omega"'))).toEqual([]);
	expect(extracts(await ask(database.db, 'lone'))).toEqual(['nul nul \ufffd [lone] \\ \' " : ﷺ']);
});
