import { beforeAll, expect, test } from 'vitest';
import { inEnglish, publishedCall, someDeadline, type TestCall } from '../../../tests/calls.ts';
import { randomId } from '#lib/vault/envelope.ts';
import { newEpoch } from '#lib/vault/index.ts';
import { foldCall, type CallAct, type CallState } from './call-log.ts';
import { callStanding, timeProblem, type ClockWord } from './call-standing.ts';
import { deadlineOf } from './deadline.ts';

let call: TestCall;
beforeAll(async () => {
	call = await publishedCall({ inbox: { circle: randomId(), epoch: 1, recipient: (await newEpoch(1)).inbox.recipient } });
});

async function stateOf({ entries }: TestCall): Promise<CallState> {
	const folded = await foldCall(entries);
	if (!folded.ok) throw new Error(folded.problem);
	return folded.state;
}

const at = (iso: string, clock: ClockWord = 'synchronised') => ({ now: new Date(iso), clock });
const lastMoment = '2027-05-01T11:59:59.999Z';
const tooLate = '2027-05-01T12:00:00.000Z';

test('a call is over by the server’s clock alone, and is so before an officer closes it', async () => {
	const state = await stateOf(call);

	expect([callStanding(state, at(lastMoment)), callStanding(state, at(tooLate)), callStanding(state, at(tooLate, 'unknown'))]).toEqual(['open', 'over', 'over']);
	expect(callStanding(await stateOf(await call.and({ do: 'close' })), at(lastMoment))).toBe('closed');
});

test('while the server knows that its clock is wrong, nobody is told that they are too late', async () => {
	expect(callStanding(await stateOf(call), at('2030-01-01T00:00:00.000Z', 'adrift'))).toBe('open');
});

test('after two extensions the last deadline counts, and the first two end nothing', async () => {
	const later = (day: string): CallAct => ({ do: 'extend', deadline: deadlineOf({ day, time: '23:59', zone: 'Etc/GMT+12' }), why: inEnglish('Lines were cut.') });
	const state = await stateOf(await (await call.and(later('2027-05-15'))).and(later('2027-05-31')));

	expect(state.extensions.map(({ from, to }) => [from.at, to.at])).toEqual([
		[someDeadline.at, '2027-05-16T11:59:00.000Z'],
		['2027-05-16T11:59:00.000Z', '2027-06-01T11:59:00.000Z']
	]);
	expect(['2027-05-01T12:00:00Z', '2027-05-16T12:00:00Z', '2027-06-01T11:59:59Z', '2027-06-01T12:00:00Z'].map((now) => callStanding(state, at(now)))).toEqual(['open', 'open', 'open', 'over']);
});

test('a rapid call is never over by itself', async () => {
	const state = await stateOf(await publishedCall({ inbox: { circle: randomId(), epoch: 1, recipient: (await newEpoch(1)).inbox.recipient }, kind: 'rapid' }));

	expect(callStanding(state, at('2100-01-01T00:00:00Z'))).toBe('open');
});

test.each([
	['closing one millisecond too early', { do: 'close' }, at(lastMoment), 'too-early'],
	['closing when it is over', { do: 'close' }, at(tooLate), undefined],
	['closing with a clock that nobody vouches for', { do: 'close' }, at(tooLate, 'unknown'), 'clock-unsure'],
	['closing with a clock that is wrong', { do: 'close' }, at(tooLate, 'adrift'), 'clock-unsure'],
	['extending to a minute that has passed', { do: 'extend', deadline: someDeadline, why: inEnglish('Late.') }, at(tooLate), 'already-over'],
	['extending after the deadline to one that is to come', { do: 'extend', deadline: { ...someDeadline, at: '2027-05-02T11:59:00.000Z' }, why: inEnglish('Late.') }, at(tooLate), undefined]
] as const)('the server’s clock says its word on %s', async (_what, act, moment, problem) => {
	expect(timeProblem(await stateOf(call), { act, at: Date.parse(tooLate) - 3_600_000 }, moment)).toBe(problem);
});
