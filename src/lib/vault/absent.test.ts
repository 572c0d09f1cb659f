import { expect, test } from 'vitest';
import * as absentBlind from './absent-blind.ts';
import * as absent from './absent.ts';
import * as blind from './blind.ts';
import * as vault from './index.ts';

test('the stub has every name of the vault, so that a forgotten one cannot fall back to the real thing', () => {
	expect(Object.keys(absent).sort()).toEqual(Object.keys(vault).sort());
	expect(Object.keys(absentBlind).sort()).toEqual(Object.keys(blind).sort());
});

test('on the server every function of the vault refuses', async () => {
	const here = [...Object.values(await import('#vault')), ...Object.values(await import('#vault/blind'))];

	expect(here.length).toBeGreaterThan(50);
	for (const refuse of here) expect(refuse).toThrow('the server can neither seal nor open');
});
