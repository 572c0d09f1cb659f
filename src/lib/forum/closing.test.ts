import { describe, expect, test } from 'vitest';
import { aboutHowMany, closedUntil, closingPlan, recordingVerdict, type ClosingState, type WantedRecording } from './closing.ts';
import { someItem, somePlan, words } from './fixtures.ts';
import type { GuestAnswer, GuestRecord, GuestState } from './guest.ts';
import type { Medium } from './consent.ts';
import { releaseOf, type ReleaseChange } from './released.ts';
import { guestsToTell } from './telling.ts';

const id = 'a'.repeat(22);
const guest = (person: string, { media = [], says, state = 'handed-over', key = person }: { media?: readonly Medium[]; says?: GuestAnswer; state?: GuestState; key?: string } = {}): GuestRecord => ({
	plan: id,
	invitation: { id: `${person}-invitation`, circle: id, inbox: { epoch: 1, recipient: 'age1pq1' }, logistics: null, slug: 'a-forum', person, title: words('A forum'), place: words('A town'), timeZone: 'UTC', startsOn: '2019-10-12', endsOn: '2019-10-15', role: 'speaker', name: person, words: '', keptUntil: '2020-01-13' },
	links: [],
	state,
	draftedBy: id,
	approvedBy: id,
	reach: '',
	toldFor: null,
	answer: says === undefined ? null : { version: 1, says, roomName: '', consent: { wording: 1, language: 'en', on: '2019-10-01', name: null, affiliation: null, country: null, media }, permit: { key, version: 2, shown: null, signature: '' }, origin: { region: '', gender: '' } },
	prevented: null
});

const plan = somePlan({ items: [someItem({ id: 'panel', recording: { stream: false, archive: true }, people: [{ id: 'ana', role: 'chair' }, { id: 'ben', role: 'interpreter' }] }), someItem({ id: 'talk', people: [{ id: 'cem', role: 'speaker' }] })] });
const wanted: WantedRecording = { item: 'panel', kind: 'video', url: 'https://video.example/', asked: [] };
const verdict = (of: Partial<WantedRecording>, guests: readonly GuestRecord[]) => recordingVerdict({ ...wanted, ...of }, { plan, guests });

describe('a recording', () => {
	test('is in the record only with the consent of everybody in it, interpreters too, each by their own permit', () => {
		const both = [guest('ana', { says: 'accepted', media: ['video-kept'] }), guest('ben', { says: 'accepted', media: ['video-kept', 'sound'] })];

		expect(verdict({}, both)).toEqual({ ok: true, recording: { item: 'panel', kind: 'video', url: 'https://video.example/', permits: [{ key: 'ana', version: 2 }, { key: 'ben', version: 2 }] } });
		expect(verdict({ kind: 'sound' }, both)).toEqual({ ok: false, held: [{ why: 'not-allowed', person: 'ana' }] });
		expect(verdict({}, [both[0]!, guest('ben')])).toEqual({ ok: false, held: [{ why: 'no-answer', person: 'ben' }] });
		expect(verdict({}, [both[0]!])).toEqual({ ok: false, held: [{ why: 'nobody-asked', person: 'ben' }] });
	});

	test('cannot be vouched for over the head of somebody who was invited', () => {
		const guests = [guest('ana', { says: 'accepted', media: ['video-live'] })];

		expect(verdict({ asked: ['ana', 'ben'] }, guests)).toEqual({ ok: false, held: [{ why: 'not-allowed', person: 'ana' }] });
		expect(verdict({ asked: ['ana', 'ben'] }, []).ok).toBe(true);
	});

	test('is held back where the programme said that nothing is kept, or the address is no https', () => {
		expect(verdict({ item: 'talk', asked: ['cem'] }, [])).toEqual({ ok: false, held: [{ why: 'not-planned' }] });
		expect(verdict({ url: 'http://video.example/', asked: ['ana', 'ben'] }, [])).toEqual({ ok: false, held: [{ why: 'no-address' }] });
		expect(verdict({ item: 'nothing' }, [])).toEqual({ ok: false, held: [{ why: 'not-planned' }] });
	});
});

const state: ClosingState = { version: 1, closedAt: null, keptUntil: null, isShredded: false, participantsAbout: null, recordings: [], coverage: [], items: [{ item: 'panel', shown: 5, unshown: 3, isBlanked: false, documents: 2, embargoUntil: null }, { item: 'talk', shown: 4, unshown: 0, isBlanked: true, documents: 0, embargoUntil: null }], reportAt: '2019-10-15T12:00:00.000Z' };
const released = releaseOf(plan, { shown: new Set(['ana']), before: undefined });
const ground = { plan, planRecord: 'plan', guests: Array.from({ length: 34 }, (_, at) => guest(`guest-${at}`, { says: at < 26 ? 'accepted' : 'declined' })), guestRecords: ['one', 'two'], released, isSame: true, state, wanted: [wanted], today: '2019-10-16' } as const;

describe('what closing does is said before it is done', () => {
	test('what becomes public, what does not, what is destroyed and when', () => {
		expect(closingPlan(ground)).toEqual({
			problems: [],
			becomes: { items: 2, cancelled: 0, people: 1, documents: 3, questions: 5 },
			recordings: [{ wanted, verdict: { ok: false, held: [{ why: 'nobody-asked', person: 'ana' }, { why: 'nobody-asked', person: 'ben' }] } }],
			unshownQuestions: 3,
			blankedItems: ['talk'],
			keptUntil: '2020-01-13',
			shreds: [{ kind: 'forum-plan', id: 'plan' }, { kind: 'forum-guest', id: 'one' }, { kind: 'forum-guest', id: 'two' }],
			participantsAbout: 30
		});
	});

	test('and why it cannot be done yet', () => {
		const embargo = { ...state, items: [{ ...state.items[0]!, embargoUntil: '2019-10-20T10:00:00.000Z' }] };

		expect(closingPlan({ ...ground, today: '2019-10-15', isSame: false, state: embargo }).problems).toEqual([{ kind: 'not-released' }, { kind: 'not-over', until: '2019-10-15' }, { kind: 'embargo', item: 'panel' }]);
		expect(closingPlan({ ...ground, today: '2019-10-01', released: { ...released, standing: 'cancelled' } }).problems).toEqual([]);
	});

	test('a forum that is closed late leaves a week to look, and few people are not counted', () => {
		expect([closedUntil('2019-10-15', '2019-10-16'), closedUntil('2019-10-15', '2021-03-01')]).toEqual(['2020-01-13', '2021-03-08']);
		expect([0, 19, 20, 24, 25, 104].map(aboutHowMany)).toEqual([null, null, 20, 20, 30, 100]);
	});
});

test('a release is told to guests whom it touches and who have the invitation, and never to somebody who was withdrawn, is prevented from coming, declined, waits or was not handed it', () => {
	const states = (['drafted', 'approved', 'handed-over', 'waiting', 'withdrawn'] as const).map((of) => guest('ana', { state: of }));
	const answers = (['accepted', 'declined', 'undecided'] as const).map((says) => guest('ana', { says }));
	const withdrawn = guest('ana', { says: 'accepted', state: 'withdrawn' });
	const prevented: GuestRecord = { ...guest('ana', { says: 'accepted' }), prevented: { by: id, at: '2019-10-11T20:00:00.000Z' } };
	const other = guest('cem', { says: 'accepted' });
	const all = [...states, ...answers, withdrawn, prevented, other];
	const item = released.items.find((one) => one.id === 'panel')!;
	const told = (changes: readonly ReleaseChange[]) => guestsToTell({ changes, plan, deleted: [], guests: all });

	expect(told([{ kind: 'moved', item }])).toEqual([states[2], answers[0], answers[2]]);
	expect(told([{ kind: 'forum', fields: ['days'] }])).toEqual([states[2], answers[0], answers[2], other]);
	expect(told([])).toEqual([]);
});
