import type { Addressee, Entry, Happening, Recommendation } from './recommendation.ts';
import type { TrackerLine } from './tracker.ts';

/**
 * Note: Follow-up to test with.
 * Made up, all of it: no government of the world answered, acted or was assessed so. Only tests import this file.
 */
export const madeUpStates: readonly Addressee[] = [
	{ id: 'made-up-north', kind: 'state', name: { original: 'en', in: { en: 'A made-up state of the north', ar: 'دولة شمالية متخيلة' } }, state: 'AQ' },
	{ id: 'made-up-council', kind: 'united-nations', name: { original: 'en', in: { en: 'A made-up council' } } }
];

export function someRecommendation(of: Partial<Recommendation> & Pick<Recommendation, 'clause'>): Recommendation {
	return { addressees: ['made-up-north'], rights: ['ICCPR-19', 'ICESCR-12'], targets: ['16.10'], themes: [], affected: ['defenders'], ...of };
}

export function someEntry(happening: Happening, of: Partial<Pick<Entry, 'id' | 'clauses' | 'recordedOn'>> = {}): Entry {
	return { id: `made-up-${happening.kind}`, clauses: [1], recordedOn: '2026-11-30', ...of, ...happening };
}

export function someLine(of: Partial<TrackerLine> = {}): TrackerLine {
	return { forum: '2016-a-time-for-peace', document: 'statement', clause: 1, madeOn: '2016', addressees: ['made-up-north'], rights: ['ICCPR-19'], targets: ['16.10'], standing: { answers: {}, assessments: {}, coverage: 0 }, ...of };
}
