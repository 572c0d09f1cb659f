import { expect, test } from 'vitest';
import { crossings, dietCounts, languageMatrix, noNeeds, type Comer } from './needs.ts';

const comer = (name: string, of: Partial<Comer['needs']>): Comer => ({ name, needs: { ...noNeeds(), ...of } });

const all = [
	comer('Made-up Zoe', { arrives: { day: '2027-10-12', time: '', by: '' }, diet: ['halal', 'no-nuts'], languages: ['ar'] }),
	comer('Made-up Ana', { diet: ['halal'] }),
	comer('Made-up Ben', { arrives: { day: '2027-10-11', time: '23:30', by: 'XX 12' }, languages: ['es', 'en'] }),
	comer('Made-up Cem', { arrives: { day: '2027-10-12', time: '06:00', by: '' } })
];

test('whoever meets people at the airport has them in the order in which they come, and misses nobody who has not said when', () => {
	expect(crossings(all, 'arrives').map(({ name }) => name)).toEqual(['Made-up Ben', 'Made-up Cem', 'Made-up Zoe', 'Made-up Ana']);
	expect(crossings(all, 'leaves').map(({ name }) => name)).toEqual(['Made-up Ana', 'Made-up Ben', 'Made-up Cem', 'Made-up Zoe']);
});

test('the kitchen counts each need, and interpreters see who wants which language', () => {
	expect(dietCounts(all)).toEqual([{ diet: 'halal', count: 2 }, { diet: 'no-nuts', count: 1 }]);
	expect(languageMatrix(all)).toEqual([{ name: 'Made-up Zoe', wants: [false, false, false, true] }, { name: 'Made-up Ben', wants: [true, true, false, false] }]);
});
