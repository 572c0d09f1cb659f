import { expect, test } from 'vitest';
import { takesAName } from './acquaintance.ts';

const known = [
	{ account: 'first', name: 'Ana Ortiz' },
	{ account: 'second', name: 'منى' }
];

test.each(['Ana Ortiz', 'ana ortiz', ' Ana\u00a0 Ortiz', '\uff21na Ortiz', 'Ana \u200bOrtiz', 'منى'])('another account that calls itself “%s” takes a name that we know', (name) => {
	expect(takesAName({ account: 'third', name }, known)).toBe(true);
});

test('neither the same account nor another name is taken for a change', () => {
	expect(takesAName({ account: 'first', name: 'Ana Ortiz' }, known)).toBe(false);
	expect(takesAName({ account: 'third', name: 'Ana' }, known)).toBe(false);
	expect(takesAName({ account: 'third', name: '' }, [...known, { account: 'fourth', name: ' ' }])).toBe(false);
});
