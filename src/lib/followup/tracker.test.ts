import { expect, test } from 'vitest';
import { madeUpStates, someLine } from './fixtures.ts';
import { pictureOf, pressPictureOf } from './picture.ts';
import { assessmentsOf, facetsOf, fits, meetingsOf, parseTracker, progressOf, rightsBeside, trackerQuery } from './tracker.ts';

const addressees = new Map(madeUpStates.map((one) => [one.id, one]));
const standing = (of: object) => ({ answers: {}, assessments: {}, coverage: 0, ...of });
const lines = [
	someLine({ clause: 1, madeOn: '2016', rights: ['ICCPR-19', 'ICESCR-12', 'ICESCR-6'], standing: standing({ deliveredOn: '2017-12-10', actedOn: '2019' }) }),
	someLine({ clause: 2, madeOn: '2016', rights: ['ICCPR-19', 'ICCPR-21'], targets: ['16.3', '16.10', '5'], addressees: [], standing: standing({ assessments: { government: 'full', programme: 'regression' } }) }),
	someLine({ clause: 3, forum: '2019-solidarity', madeOn: '2019-11-18', rights: ['UDHR-19'], targets: [], addressees: ['made-up-council'] })
];

test('a filter that is no filter is left out, and an address gives the same request again', () => {
	const asked = { right: 'ICCPR-19', goal: '16.10', state: 'AQ', year: '2016', step: 'acted', page: 2 } as const;

	expect(parseTracker(new URLSearchParams(trackerQuery(asked)))).toEqual(asked);
	expect(parseTracker(new URLSearchParams('right=<script>&goal=18&state=xx&forum=../x&year=20&step=won&page=-1&addressee=%27'))).toEqual({ page: 1 });
	expect(trackerQuery({ page: 1 })).toBe('');
});

test('each filter finds what it names and nothing else, alone and with others', () => {
	const found = (query: string): number[] => lines.filter((line) => fits(line, parseTracker(new URLSearchParams(query)), { addressees })).map(({ clause }) => clause);

	expect(['', 'right=ICCPR-19', 'right=ICESCR', 'goal=16', 'goal=16.3', 'goal=5', 'state=AQ', 'addressee=made-up-council', 'forum=2019-solidarity', 'year=2016', 'step=acted', 'step=made&year=2016', 'right=ICCPR-1'].map(found)).toEqual([[1, 2, 3], [1, 2], [1], [1, 2], [2], [2], [1], [3], [3], [1, 2], [1], [2], []]);
});

test('counts beside the choices say what each of them would find', () => {
	const request = parseTracker(new URLSearchParams('right=ICCPR-19'));
	const facets = facetsOf(lines, request, addressees);

	expect(Object.fromEntries(Object.entries(facets).map(([name, counts]) => [name, Object.fromEntries(counts)]))).toEqual({
		addressee: { 'made-up-north': 1 },
		right: { 'ICCPR-19': 2, 'ICESCR-12': 1, 'ICESCR-6': 1, 'ICCPR-21': 1, 'UDHR-19': 1 },
		goal: { 16: 2, 5: 1 },
		state: { AQ: 1 },
		forum: { '2016-a-time-for-peace': 2 },
		year: { 2016: 2 },
		step: { acted: 1, made: 1 }
	});
});

test('progress counts each recommendation once in each year, and nothing before it was made', () => {
	const progress = progressOf(lines, { thisYear: 2020 });

	expect(progress.map(({ year, steps: { made, delivered, answered, acted } }) => [year, made, delivered, answered, acted])).toEqual([
		[2016, 2, 0, 0, 0],
		[2017, 1, 1, 0, 0],
		[2018, 1, 1, 0, 0],
		[2019, 2, 0, 0, 1],
		[2020, 2, 0, 0, 1]
	]);
	expect(progressOf([], { thisYear: 2020 })).toEqual([]);
	expect(progressOf(lines, { thisYear: 2060, most: 3 }).map(({ year }) => year)).toEqual([2058, 2059, 2060]);
});

test('the picture has no column beyond its edge, no label over another, and goes from right to left in Arabic', () => {
	const progress = progressOf(lines, { thisYear: 2045 });
	for (const rightToLeft of [false, true]) {
		const { width, bars, labels, years } = pictureOf(progress, { rightToLeft });
		expect(bars.filter(({ x, y, width: wide, height }) => x < 0 || x + wide > width || y < 0 || y + height > 201)).toEqual([]);
		expect(labels.map(({ step }) => step)).toEqual(['made', 'acted']);
		expect(Math.min(...labels.flatMap(({ y }, at) => labels.slice(at + 1).map((other) => Math.abs(other.y - y))))).toBeGreaterThanOrEqual(22);
		expect(years.map(({ x }) => x)).toEqual(years.map(({ x }) => x).toSorted((a, b) => (rightToLeft ? b - a : a - b)));
	}
});

test('the assessments of three stand beside each other, and who said nothing is counted as nothing', () => {
	const { government, programme, others } = assessmentsOf(lines);

	expect([government.full, government.none, programme.regression, programme.full, others.none]).toEqual([1, 2, 1, 0, 3]);
});

test('rights of the two Covenants are found where they meet in one recommendation, and only there', () => {
	expect(meetingsOf(lines)).toEqual([
		{ civil: 'ICCPR-19', social: 'ICESCR-6', count: 1 },
		{ civil: 'ICCPR-19', social: 'ICESCR-12', count: 1 }
	]);
	expect(rightsBeside(lines, 'ICCPR-19')).toEqual(['ICCPR-21', 'ICESCR-6', 'ICESCR-12'].map((right) => ({ right, count: 1 })));
});

test('the picture of the press has a column for each year with any and none for the others, inside the picture, and runs the other way in Arabic', () => {
	const years = [{ year: 2022, count: 2 }, { year: 2023, count: 0 }, { year: 2024, count: 5 }];
	for (const rightToLeft of [false, true]) {
		const { width, height, columns, years: labels } = pressPictureOf(years, { rightToLeft });

		expect(columns.map(({ count }) => count)).toEqual([2, 5]);
		for (const { x, y, width: wide, height: tall } of columns) expect(x >= 0 && y >= 20 && x + wide <= width && y + tall <= height).toBe(true);
		expect(columns[0]!.x < columns[1]!.x).toBe(!rightToLeft);
		expect(columns[1]!.height / columns[0]!.height).toBeCloseTo(2.5, 1);
		expect(labels.map(({ year }) => year)).toEqual([2022, 2023, 2024]);
	}
});
