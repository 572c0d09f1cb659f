import fc from 'fast-check';
import { expect, test } from 'vitest';
import { madeUpStates, someEntry, someRecommendation } from './fixtures.ts';
import { assessors, verdicts, type Entry } from './recommendation.ts';
import { entryProblem, standingOf, stepOf, storyOf } from './story.ts';

const addressees = new Set(madeUpStates.map(({ id }) => id));
const sent = someEntry({ kind: 'sent', to: 'made-up-north', on: '2020-12-09', channel: 'session', by: 'The secretariat' });
const silent = someEntry({ kind: 'response', from: 'made-up-north', on: '2021-06', answer: 'no-reply' });
const acted = someEntry({ kind: 'action', on: '2022', what: { original: 'en', in: { en: 'A made-up law.' } }, evidence: [] });
const assessed = (by: 'government' | 'programme', verdict: Entry & { kind: 'assessment' } extends { verdict: infer V } ? V : never, on: string): Entry => someEntry({ kind: 'assessment', by, verdict, on, evidence: [] }, { id: `made-up-${by}-${on}` });

test('a story stands in the order in which things happened, whenever somebody got to record them', () => {
	const late = someEntry({ kind: 'planned', to: 'made-up-north', session: 'A made-up session' }, { id: 'planned', recordedOn: '2020-06-01' });

	expect(storyOf([acted, silent, sent, late], 1).map(({ entry }) => entry.kind)).toEqual(['planned', 'sent', 'response', 'action']);
	expect(storyOf([acted], 2)).toEqual([]);
});

test('silence is not taken for an answer, nor a plan for a delivery', () => {
	const planned = someEntry({ kind: 'planned', to: 'made-up-north', on: '2020-12-09' });

	expect([stepOf(standingOf(storyOf([], 1))), stepOf(standingOf(storyOf([planned], 1))), stepOf(standingOf(storyOf([planned, sent, silent], 1))), stepOf(standingOf(storyOf([sent, silent, acted], 1)))]).toEqual(['made', 'made', 'delivered', 'acted']);
	expect(standingOf(storyOf([sent, silent], 1))).toEqual({ deliveredOn: '2020-12-09', answers: { 'made-up-north': 'no-reply' }, assessments: {}, coverage: 0 });
	expect(stepOf(standingOf(storyOf([sent, acted], 1)), '2021')).toBe('delivered');
});

test('what a government says of itself does not cover what others say of it, and a later word does not wipe out the earlier', () => {
	const history = [assessed('government', 'full', '2022-05-01'), assessed('programme', 'no-progress', '2022-06-01'), assessed('programme', 'regression', '2023-06-01')];
	const story = storyOf(history, 1);

	expect(standingOf(story).assessments).toEqual({ government: 'full', programme: 'regression' });
	expect(story.map(({ entry }) => entry.kind === 'assessment' && entry.verdict)).toEqual(['full', 'no-progress', 'regression']);
});

test('what was taken back is read still and counts no more', () => {
	const back = someEntry({ kind: 'taken-back', of: acted.id, on: '2023-01-01', why: { original: 'en', in: { en: 'A made-up mistake.' } }, blank: false });
	const story = storyOf([sent, acted, back], 1);

	expect(story).toEqual([{ entry: sent }, { entry: acted, takenBack: back }]);
	expect(stepOf(standingOf(story))).toBe('delivered');
});

test('whatever is recorded in whatever order, an assessment of one never changes what another said', () => {
	const entry = fc.record({ by: fc.constantFrom(...assessors), verdict: fc.constantFrom(...verdicts), on: fc.constantFrom('2020', '2021-05', '2022-01-01') });
	fc.assert(
		fc.property(fc.array(entry, { maxLength: 12 }), fc.constantFrom(...assessors), (all, only) => {
			const history = all.map((one, at) => someEntry({ kind: 'assessment', evidence: [], ...one }, { id: `made-up-${at}` }));
			const own = history.filter((one) => one.kind === 'assessment' && one.by === only);

			expect(standingOf(storyOf(history, 1)).assessments[only]).toBe(standingOf(storyOf(own, 1)).assessments[only]);
			expect(storyOf(history, 1)).toHaveLength(all.length);
		})
	);
});

test('an entry about nobody, of nothing, or that takes back what is not there, is not taken', () => {
	const ground = { recommendations: [someRecommendation({ clause: 1 })], addressees, history: [sent] };
	const back = someEntry({ kind: 'taken-back', of: sent.id, on: '2023-01-01', why: { original: 'en', in: { en: 'Why' } }, blank: false }, { id: 'back' });
	const problem = (entry: Entry, history: readonly Entry[] = ground.history): unknown => entryProblem(entry, { ...ground, history });

	expect([
		problem(sent),
		problem({ ...sent, clauses: [1, 2] }),
		problem({ ...silent, from: 'nobody' } as Entry),
		problem(someEntry({ kind: 'planned', to: 'made-up-north' })),
		problem(someEntry({ kind: 'assessment', by: 'others', on: '2022', verdict: 'partial', evidence: [] })),
		problem(back),
		problem(back, []),
		problem({ ...back, id: 'again' }, [sent, back])
	]).toEqual([undefined, 'no-recommendation', 'no-addressee', 'no-day', 'no-name', undefined, 'no-entry', 'taken-back-already']);
});
