import { readFileSync } from 'node:fs';
import { compile } from 'svelte/compiler';
import { expect, test } from 'vitest';
import { lightened, unmarked } from './lighter-pages.ts';

const file = 'node_modules/@sveltejs/kit/src/runtime/server/page/csp.js';

test('no random number is drawn for a page that has no script', () => {
	const code = lightened(readFileSync(file, 'utf8'), file);

	expect(code).not.toContain('= generate_nonce()');
});

test('an update of SvelteKit cannot bring the work back unnoticed: the build refuses a file that it does not know', () => {
	expect(() => lightened('class Csp { nonce = another(); }', file)).toThrow("SvelteKit's csp.js should have this once: nonce = generate_nonce();");
});

test('what Svelte marks for a client is left out, and nothing else: whatever a page says stays as it is', () => {
	const source = '<script>let { all, one } = $props();</script>{#if one}<p title="<b>">{one} <i>&lt;!--</i></p>{:else if all}{#each all as each}{each}{:else}none{/each}{/if}{#key one}<b>{@html all}</b>{/key}';
	const { js } = compile(source, { generate: 'server' });

	const left = unmarked(js.code);

	expect(js.code.match(/<!--/g)?.length).toBeGreaterThan(6);
	expect(left).not.toMatch(/<!--[[\]-]/);
	expect(left.replaceAll(/\s|;/g, '')).toBe(js.code.replaceAll(/<!--[^a-z]*?-->/g, '').replaceAll(/\$\$renderer\.push\((['"`])\1\);/g, '').replaceAll(/\s|;/g, ''));
	expect(left).toContain('&lt;!--');
});
