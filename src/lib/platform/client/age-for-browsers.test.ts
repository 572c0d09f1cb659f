import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ageForBrowsersIn } from './age-for-browsers.ts';

const files = ['node_modules/age-encryption/dist/index.js', 'node_modules/@noble/post-quantum/hybrid.js'];

test('the libraries’ files are as they were when it was decided what browsers do not need of them', () => {
	for (const file of files) expect(ageForBrowsersIn(readFileSync(file, 'utf8'), `/${file}`)).not.toBe(readFileSync(file, 'utf8'));
});

test('a library that changed stops the build', () => {
	for (const file of files) expect(() => ageForBrowsersIn(readFileSync(file, 'utf8').replaceAll(/TagRecipient|QSF/g, 'Other'), `/${file}`)).toThrow('should have this');
});
