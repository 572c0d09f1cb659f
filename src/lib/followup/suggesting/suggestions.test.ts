import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { recordsOf } from '../../../../tests/csv.ts';
import { isRight } from '../rights.ts';
import { articleTerms } from './article-terms.ts';
import { goalTerms } from './goal-terms.ts';
import { scoredGoals, suggestedArticles, suggestedGoals, writtenTerms } from './suggestions.ts';

/** Half of the SDG Classification Benchmark (MIT, SDG Classification Expert Group): nothing here was chosen by it. */
const benchmark = join(process.env['PUBLISHED_DATA_DIR'] ?? join(import.meta.dirname, '../../../../../shared/data'), 'sdg/benchmark-half.csv');
const skipped = existsSync(benchmark) ? '' : ' (skipped: no data)';

const about = (text: string): number[] => suggestedGoals(text).map(({ goal }) => goal);

test.skipIf(skipped !== '')(`whether a text is about a goal is told right as often as is claimed, and it is among the best three${skipped}`, () => {
	const rows = recordsOf(readFileSync(benchmark, 'utf8')).map(({ text = '', sdg, label }) => ({ goal: Number(sdg), label: label === 'True', scores: scoredGoals(text) }));

	// As the benchmark counts: each text is asked for one goal only; the mean over goals of what was right.
	const accuracies = Array.from({ length: 17 }, (_, at) => {
		const own = rows.filter(({ goal }) => goal === at + 1);
		return own.filter(({ goal, label, scores }) => label === scores.some((scored) => scored.goal === goal && scored.score >= 1)).length / own.length;
	});
	const positive = rows.filter(({ label }) => label);
	const recalled = positive.filter(({ goal, scores }) => scores.slice(0, 3).some((scored) => scored.goal === goal)).length / positive.length;

	expect(rows).toHaveLength(622);
	expect(accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / 17).toBeGreaterThan(0.85);
	expect(Math.min(...accuracies)).toBeGreaterThan(0.7);
	expect(recalled).toBeGreaterThan(0.9);
});

test('a recommendation gets its goals and targets with the words that spoke for them', () => {
	expect(suggestedGoals('Governments must end impunity for attacks on journalists and repeal laws that close civic space.')).toEqual([
		{ goal: 16, targets: ['16.10', '16.3'], score: 3.35, words: ['civic space', 'impunity', 'journalists', 'laws'] }
	]);
	expect(suggestedGoals('States should give asylum and visas to women human rights defenders at risk.').map(({ goal, targets }) => [goal, targets])).toEqual([[16, ['16.10']], [5, ['5.5']], [10, ['10.7']]]);
});

test('it is found in each of the four languages, whatever the accents, and with what Arabic writes onto a word', () => {
	expect(about('Los gobiernos deben proteger a los periodistas y a las personas defensoras de derechos humanos.')).toContain(16);
	expect(about('Les États doivent mettre fin à l’impunité et garantir la liberté d’expression.')).toContain(16);
	expect(about('يجب حماية حرية التعبير وإنهاء الإفلات من العقاب.')).toContain(16);
	expect(suggestedGoals('حماية الأطباء والصحفيين').map(({ goal, words }) => [goal, words])).toEqual([[16, ['والصحفيين']]]);
	expect(suggestedGoals('Alto a las represalias contra quienes defienden la libertad de asociación y los derechos laborales.').map(({ targets }) => targets)).toEqual([['16.10'], ['8.8']]);
	expect(suggestedGoals('وقف الاعتقال التعسفي وضمان محاكمة عادلة واستقلال القضاء').map(({ targets }) => targets)).toEqual([['16.3']]);
	expect(suggestedGoals('Protéger les lanceurs d’alerte et lutter contre les violences faites aux femmes.').map(({ goal, targets }) => [goal, targets])).toEqual([[5, ['5.2']], [16, ['16.10']]]);
	expect([about('El derecho al agua potable'), about('El derecho al AGUA POTABLE')]).toEqual([[6], [6]]);
});

test('what speaks for no goal gets none, and one weak word is not enough', () => {
	expect([about(''), about('…'), about('We thank the hosts for two days in good company.'), about('The food was good.')]).toEqual([[], [], [], []]);
	expect(scoredGoals('The food was good.').map(({ goal, score }) => [goal, score])).toEqual([[2, 0.35]]);
});

test('the terms name goals and targets that there are, none twice, and weigh less than 60 KB', () => {
	const numbered = [5, 5, 9, 7, 6, 6, 3, 10, 5, 7, 7, 8, 3, 7, 9, 10, 19];
	const lettered = [2, 3, 4, 3, 3, 2, 2, 2, 3, 3, 3, 3, 2, 3, 3, 2, 0];
	const targets = new Set(numbered.flatMap((targetCount, at) => [`${at + 1}`, ...Array.from({ length: targetCount }, (_, nth) => `${at + 1}.${nth + 1}`), ...Array.from({ length: lettered[at] ?? 0 }, (_, nth) => `${at + 1}.${'abcd'[nth]}`)]));
	const terms = writtenTerms(goalTerms);
	const inGoals = terms.map(({ of, words }) => `${Number.parseInt(of, 10)} ${words.join(' ')}`);

	expect(targets.size).toBe(17 + 169);
	expect(terms.filter(({ of }) => !targets.has(of))).toEqual([]);
	expect(terms.filter(({ words }) => words.some((word) => word === '' || word === '*'))).toEqual([]);
	expect(inGoals.filter((term, at) => inGoals.indexOf(term) !== at)).toEqual([]);
	expect(brotliCompressSync(readFileSync(join(import.meta.dirname, 'goal-terms.ts'))).byteLength).toBeLessThan(60_000);
});

test('a recommendation gets its articles, the best three, with the words that spoke for them, in each language', () => {
	const found = (text: string): unknown => suggestedArticles(text).map(({ right, words }) => [right, ...words]);

	expect(found('States must end the surveillance of journalists and lift every travel ban.')).toEqual([['ICCPR-12', 'travel ban'], ['ICCPR-17', 'surveillance'], ['ICCPR-19', 'journalists']]);
	expect(found('Les États doivent garantir la liberté d’association et le droit de tous à la santé.')).toEqual([['ICCPR-22', 'liberté d’association'], ['ICESCR-12', 'santé']]);
	expect(found('El Estado debe poner fin a la tortura.')).toEqual([['ICCPR-7', 'tortura'], ['CAT-2', 'tortura']]);
	expect(found('يجب إنهاء الاختفاء القسري')).toEqual([['CED-1', 'الاختفاء القسري']]);
	expect(found('We thank the hosts.')).toEqual([]);
});

test('the terms of articles name articles that there are, none twice, and all of the model weighs less than 60 KB', () => {
	const terms = writtenTerms(articleTerms);
	const all = terms.map(({ of, words }) => `${of} ${words.join(' ')}`);

	expect(terms.filter(({ of }) => !isRight(of))).toEqual([]);
	expect(terms.filter(({ words }) => words.some((word) => word === '' || word === '*'))).toEqual([]);
	expect(all.filter((term, at) => all.indexOf(term) !== at)).toEqual([]);
	const weigh = (file: string): number => brotliCompressSync(readFileSync(join(import.meta.dirname, file))).byteLength;
	expect(weigh('goal-terms.ts') + weigh('article-terms.ts') + weigh('suggestions.ts') + weigh('../rights.ts') + weigh('../right-labels.ts')).toBeLessThan(60_000);
});
