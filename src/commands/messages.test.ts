import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { messageProblems } from './messages.ts';

const source = ['<p>{m.greeting({ name })}</p>'];

test('complete messages that are used raise no problem', () => {
	const byLanguage = new Map([
		['en', { $schema: 'x', greeting: 'Hello {name}' }],
		['ar', { $schema: 'x', greeting: 'مرحبا {name}' }]
	]);

	expect(messageProblems(byLanguage, source)).toEqual([]);
});

test('a message that one language lacks, or has empty, is found', () => {
	const byLanguage = new Map([
		['en', { greeting: 'Hello {name}' }],
		['es', {}],
		['ar', { greeting: ' ' }]
	]);

	expect(messageProblems(byLanguage, source)).toEqual(['greeting: messages/es.json has no text for it.', 'greeting: messages/ar.json has no text for it.']);
});

test('a message that nothing uses is found', () => {
	const byLanguage = new Map([['en', { greeting: 'Hello {name}', forgotten: 'Old' }]]);

	expect(messageProblems(byLanguage, source)).toEqual(['forgotten: no source uses this message.']);
});

test('a translation that lost a placeholder is found', () => {
	const byLanguage = new Map([
		['en', { greeting: 'Hello {name}' }],
		['fr', { greeting: 'Bonjour' }]
	]);

	expect(messageProblems(byLanguage, source)).toEqual(['greeting: messages/fr.json has the placeholders (none) where another language has name.']);
});

test('Spanish speaks to people in one way everywhere, as to somebody whom it does not know: usted', () => {
	const familiar = /(?<!\p{L})(?:tú|tus?|te|ti|contigo|tuy[oa]s?|vosotr[oa]s|vuestr[oa]s?|os|puedes|tienes|quieres|eres|estás|debes|sabes|podéis|tenéis|queréis|sois)(?!\p{L})/iu;
	const spanish = JSON.parse(readFileSync('messages/es.json', 'utf8')) as Record<string, string>;

	const found = Object.entries(spanish).filter(([, words]) => familiar.test(words)).map(([key]) => key);

	expect(found).toEqual([]);
});
