import { expect, test } from 'vitest';
import { shreddedOn } from './keeping.ts';

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
