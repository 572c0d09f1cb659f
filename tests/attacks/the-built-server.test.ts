import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const built = globSync('build/server/**/*.js').map((file) => ({ file, text: readFileSync(file, 'utf8') }));

test('the built server holds no code that could open an envelope', () => {
	// The age format's first line, its hybrid recipient, and our vault's own refusal to be anywhere else.
	const traces = ['age-encryption.org/v1', 'mlkem768x25519', 'AGE-SECRET-KEY'];

	const found = built.flatMap(({ file, text }) => traces.filter((trace) => text.includes(trace)).map((trace) => `${file}: ${trace}`));

	expect(built.length).toBeGreaterThan(10);
	expect(found).toEqual([]);
});
