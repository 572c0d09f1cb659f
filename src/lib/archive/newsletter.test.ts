import { expect, test } from 'vitest';
import { mayMailAgain } from './newsletter.ts';

const now = new Date('2026-11-20T12:00:00Z');

test('a clock that was set back sends nobody more mails', () => {
	const later = { mailAskedAt: new Date(now.getTime() + 86_400_000), mailsAsked: 1 };

	expect([mayMailAgain({ ...later, confirmedAt: null }, now), mayMailAgain({ ...later, confirmedAt: now }, now)]).toEqual([false, false]);
});
