import { expect, test } from 'vitest';
import { languages } from '#lib/platform/i18n/language.ts';
import { affectedLabel, affectedPersons } from './affected.ts';
import { labelsIn } from './labels.ts';
import { rightLabels } from './right-labels.ts';
import { instrumentName, instrumentOf, instruments, instrumentShort, isRight, rightLabel, rights, rightShort, sameRight } from './rights.ts';
import { byTarget, goalOf, goalsAndTargets, isGoalOrTarget, targetLabel } from './targets.ts';

test('each instrument has its articles of substance, all of them and none twice', () => {
	const found = Object.fromEntries(instruments.map((instrument) => [instrument, rights().filter((right) => instrumentOf(right) === instrument).map((right) => Number(right.split('-')[1]))]));

	// The last article of substance of each, as the instruments were adopted.
	const last = { UDHR: 30, ICCPR: 27, ICESCR: 15, CEDAW: 16, CAT: 16, CRC: 42, CRPD: 33, ICERD: 7, CED: 25, CMW: 71, DHRD: 20 };
	expect(found).toEqual(Object.fromEntries(Object.entries(last).map(([instrument, most]) => [instrument, Array.from({ length: most }, (_, at) => at + 1).filter((article) => instrument !== 'CMW' || article >= 7)])));
	expect(['ICCPR-28', 'ICCPR-0', 'ECHR-10', 'ICCPR', 'ICCPR-19a', ''].filter(isRight)).toEqual([]);
});

test('whoever reads Arabic, Spanish or French is not shown an English label, and no label is left over', () => {
	for (const language of languages) {
		const labels = labelsIn(rightLabels, language);
		for (const right of rights()) {
			const label = rightLabel(right, language);
			const [key] = [...labels].find(([, words]) => words === label) ?? [];
			expect(key, `${right} in ${language}`).toBeDefined();
			if (language === 'ar') expect(label).toMatch(/^[\p{Script=Arabic}\p{M}\p{P}\s]+$/u);
		}
	}
	const isSaid = (words: string): boolean => rights().some((right) => rightLabel(right, 'en') === words);
	expect([...labelsIn(rightLabels, 'en')].filter(([, words]) => !isSaid(words))).toEqual([]);
	expect(instruments.flatMap((one) => languages.flatMap((language) => [instrumentName(one, language), instrumentShort(one, language)])).filter((words) => words === '')).toEqual([]);
	expect(affectedPersons.flatMap((one) => languages.map((language) => affectedLabel(one, language))).filter((words) => words === '')).toEqual([]);
});

test('an article says what that article is about, and where else the same stands', () => {
	expect(['ICCPR-19', 'ICCPR-21', 'ICESCR-8', 'ICESCR-12', 'CAT-3', 'CEDAW-7', 'CRC-38', 'CRPD-21', 'CED-17', 'CMW-22', 'DHRD-12', 'UDHR-14'].map((right) => (isRight(right) ? rightLabel(right, 'en') : ''))).toEqual([
		'Opinion and expression',
		'Peaceful assembly',
		'Unions and strike',
		'Health',
		'No return into danger',
		'Political and public life',
		'Children in armed conflict',
		'Expression and information',
		'No secret detention',
		'No collective expulsion',
		'Protest, and protection from attacks',
		'Asylum'
	]);
	expect([rightShort('ICCPR-19', 'fr'), rightShort('ICESCR-11', 'es')]).toEqual(['PIDCP 19', 'PIDESC 11']);
	expect(sameRight('ICCPR-19')).toEqual(['UDHR-19', 'CRC-13', 'CMW-13']);
});

test('there are 17 goals and 169 targets, each named in every language, and 16.10 comes after 16.2', () => {
	const numbered = [5, 5, 9, 7, 6, 6, 3, 10, 5, 7, 7, 8, 3, 7, 9, 10, 19];
	const lettered = [2, 3, 4, 3, 3, 2, 2, 2, 3, 3, 3, 3, 2, 3, 3, 2, 0];
	const expected = numbered.flatMap((count, at) => [`${at + 1}`, ...Array.from({ length: count }, (_, nth) => `${at + 1}.${nth + 1}`), ...Array.from({ length: lettered[at] ?? 0 }, (_, nth) => `${at + 1}.${'abcd'[nth]}`)]);

	expect(goalsAndTargets()).toEqual(expected);
	expect(expected).toHaveLength(17 + 169);
	expect(languages.flatMap((language) => expected.filter((target) => targetLabel(target, language) === ''))).toEqual([]);
	expect(expected.filter((target) => !/^[\p{Script=Arabic}\p{M}\p{P}\s]+$/u.test(targetLabel(target, 'ar')))).toEqual([]);
	expect(['16.10', '16.a', '5.5', '16.2', '16'].sort(byTarget)).toEqual(['5.5', '16', '16.2', '16.10', '16.a']);
	expect([goalOf('16.a'), isGoalOrTarget('18'), isGoalOrTarget('16.1'), isGoalOrTarget('16.01')]).toEqual([16, false, true, false]);
});
