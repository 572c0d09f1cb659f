import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lightened } from './lighter-pages.ts';

const file = 'node_modules/@sveltejs/kit/src/runtime/server/page/csp.js';

test('no random number is drawn for a page that has no script', () => {
	const code = lightened(readFileSync(file, 'utf8'), file);

	expect(code).not.toContain('= generate_nonce()');
});

test('an update of SvelteKit cannot bring the work back unnoticed: the build refuses a file that it does not know', () => {
	expect(() => lightened('class Csp { nonce = another(); }', file)).toThrow("SvelteKit's csp.js should have this once: nonce = generate_nonce();");
});
