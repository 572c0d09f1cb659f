import { m } from '#lib/platform/i18n/compiled/messages.js';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { StatementWords } from '#lib/statement/draft.ts';
import type { ForumDocument, Writing } from './forum.ts';
import { proseFrom } from './markdown.ts';
import { plainProse } from './prose.ts';
import { escaped } from './releasing.ts';

interface AdoptedWords {
	readonly words: StatementWords;
	readonly translations: readonly { readonly words: StatementWords }[];
}

/**
 * An adopted statement as the record shows it, in every language of which a translation belongs to exactly this text: each clause has its
 * number for an address, and a heading where another part begins. Undefined for one that is too long to be a page.
 */
export function statementFrom(forum: string, { words, translations }: AdoptedWords, publishedOn: Date): ForumDocument | undefined {
	const all = [words, ...translations.map((one) => one.words)];
	const written = all.map((one) => [one.language, writingOf(one)] as const);
	if (written.some(([, writing]) => writing === undefined)) return undefined;
	return {
		forum,
		slug: 'statement',
		kind: 'statement',
		language: words.language,
		title: { original: words.language, in: Object.fromEntries(all.map(({ language, title }) => [language, title])) },
		text: 'full',
		publishedOn: publishedOn.toISOString().slice(0, 10),
		body: { original: words.language, in: Object.fromEntries(written) }
	};
}

/** What the record shows of a statement, as plain words in each of its languages: for whoever compares it with what was adopted. */
export function shownWords({ title, body }: Pick<ForumDocument, 'title' | 'body'>): readonly { readonly language: Language; readonly title: string; readonly clauses: readonly string[] }[] {
	return languages.flatMap((language) => {
		const writing = body.in[language];
		return writing ? [{ language, title: title.in[language] ?? '', clauses: writing.prose.flatMap((block) => (block.kind === 'clause' ? [plainProse([block])] : [])) }] : [];
	});
}

function writingOf({ language, clauses }: StatementWords): Writing | undefined {
	const markdown = clauses.map(({ kind, text }, at) => `${clauses[at - 1]?.kind === kind ? '' : `## ${partName(kind, language)}\n\n`}${at + 1}. ${escaped(text)}`).join('\n\n');
	const result = proseFrom(markdown, { numberAs: 'clauses' });
	return result.ok ? { markdown, prose: result.prose } : undefined;
}

function partName(kind: StatementWords['clauses'][number]['kind'], language: Language): string {
	const locale = { locale: language };
	return kind === 'preamble' ? m.adoption_part_preamble({}, locale) : kind === 'finding' ? m.adoption_part_finding({}, locale) : m.adoption_part_recommendation({}, locale);
}
