import { expect, test } from 'vitest';
import { sameInAnotherLanguage } from './addresses.ts';

const shown = new URL('https://vault.example.org/en/apply/rapid-help#AAAA');

test('only the same page in another language is shown without a load, with what stands behind the #', () => {
	const followed = (href: string): string | undefined => sameInAnotherLanguage(href, shown)?.href;

	expect(followed('https://vault.example.org/ar/apply/rapid-help#AAAA')).toBe('https://vault.example.org/ar/apply/rapid-help#AAAA');
	expect(
		[
			'https://vault.example.org/en/apply/rapid-help#AAAA',
			'https://vault.example.org/ar/apply/rapid-help#BBBB',
			'https://vault.example.org/ar/apply/rapid-help',
			'https://vault.example.org/ar/apply/other#AAAA',
			'https://vault.example.org/ar/receipt',
			'https://vault.example.org/xx/apply/rapid-help#AAAA',
			'https://other.example.org/ar/apply/rapid-help#AAAA',
			'javascript:alert(1)',
			''
		].map(followed)
	).toEqual(Array.from({ length: 9 }, () => undefined));
});
