import { expect, test } from 'vitest';
import { isDue } from './notice.ts';

test.each([
	['has news and was never told', { owed: true, told: false, toldOn: null }, true],
	['has no news', { owed: false, told: false, toldOn: null }, false],
	['was told and has not been here since', { owed: true, told: true, toldOn: '2026-11-20' }, false],
	['was told today, was here, and has news again', { owed: true, told: false, toldOn: '2026-11-25' }, false],
	['was told yesterday, was here, and has news again', { owed: true, told: false, toldOn: '2026-11-24' }, true]
])('somebody who %s is told: %o', (_, waiting, due) => {
	expect(isDue(waiting, '2026-11-25')).toBe(due);
});
