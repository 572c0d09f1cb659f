import { expect, test } from 'vitest';
import * as absent from './absent.ts';
import * as vault from './index.ts';

test('the stub has every name of the vault, so that a forgotten one cannot fall back to the real thing', () => {
	expect(Object.keys(absent).sort()).toEqual(Object.keys(vault).sort());
});

test('on the server every function of the vault refuses', async () => {
	const here = await import('#vault');

	for (const refuse of Object.values(here)) expect(refuse).toThrow('the server can neither seal nor open');
});
