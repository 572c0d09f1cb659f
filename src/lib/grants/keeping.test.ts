import { expect, test } from 'vitest';
import { isToldToday, paymentShreddedOn, shreddedOn, soonShredded } from './keeping.ts';

const call = { kind: 'call', keepMonths: 12, decidedOn: '2026-08-31' } as const;
const rapid = { kind: 'rapid', keepMonths: 6, decidedOn: null } as const;

test('an application of a decided call is kept for as long as was promised, also when nobody closed it', () => {
	expect(shreddedOn(call, { state: 'done', endedOn: '2026-05-01' })).toEqual({ on: '2027-08-31', why: 'time' });
	expect(shreddedOn(call, { state: 'us', endedOn: null })).toEqual({ on: '2027-08-31', why: 'time' });
	expect(shreddedOn({ ...call, decidedOn: null }, { state: 'done', endedOn: '2026-05-01' })).toBeUndefined();
});

test('of a rapid call each application has a time of its own, and none while it is worked on', () => {
	expect(shreddedOn(rapid, { state: 'done', endedOn: '2026-08-31' })).toEqual({ on: '2027-02-28', why: 'time' });
	expect(shreddedOn(rapid, { state: 'us', endedOn: null })).toBeUndefined();
	expect(shreddedOn({ ...rapid, decidedOn: '2026-09-30' }, { state: 'us', endedOn: null })).toEqual({ on: '2027-03-30', why: 'time' });
});

test('what was withdrawn is gone after thirty days, or sooner where its time is over', () => {
	expect(shreddedOn(call, { state: 'gone', endedOn: '2028-02-01' })).toEqual({ on: '2027-08-31', why: 'time' });
	expect(shreddedOn(rapid, { state: 'gone', endedOn: '2028-02-01' })).toEqual({ on: '2028-03-02', why: 'withdrawn' });
});

test('a payment of a call goes with its applications, and one of an always open call by its own month', () => {
	const settled = { month: '2026-08-01', settled: true };

	expect(paymentShreddedOn(call, settled)).toBe('2027-08-31');
	expect(paymentShreddedOn(call, { month: '2027-08-01', settled: false })).toBe('2027-08-31');
	expect(paymentShreddedOn({ ...call, decidedOn: null }, settled)).toBeUndefined();
	// From the end of August on: whether it was settled on its first or its last day cannot be told.
	expect(paymentShreddedOn(rapid, settled)).toBe('2027-03-01');
	expect(paymentShreddedOn({ ...rapid, decidedOn: '2026-09-30' }, settled)).toBe('2027-03-30');
});

test('what is still to be paid is not forgotten after the month or two that some calls promise', () => {
	expect(paymentShreddedOn({ ...rapid, keepMonths: 1 }, { month: '2026-08-01', settled: false })).toBe('2027-09-01');
	expect(paymentShreddedOn({ ...rapid, keepMonths: 24 }, { month: '2026-08-01', settled: false })).toBe('2028-09-01');
	expect(paymentShreddedOn({ ...rapid, keepMonths: 1 }, { month: '2026-08-01', settled: true })).toBe('2026-10-01');
});

test('somebody who is away on one of the days is told on another, and a desk shows it from the first on until it happens', () => {
	const on = '2027-03-31';
	const told = Array.from({ length: 40 }, (_, at) => new Date(Date.UTC(2027, 1, 20 + at)).toISOString().slice(0, 10)).filter((day) => isToldToday(on, day));

	expect(told).toEqual(['2027-03-01', '2027-03-24', '2027-03-30']);
	expect(soonShredded([on, '2027-04-01', on], '2027-02-28')).toBeNull();
	expect(soonShredded(['2027-04-01', on, on], '2027-03-01')).toEqual({ on, count: 2 });
	// A server that stood still on the day has it before it still.
	expect(soonShredded([on], '2027-04-05')).toEqual({ on, count: 1 });
	expect(soonShredded([], '2027-03-01')).toBeNull();
});
