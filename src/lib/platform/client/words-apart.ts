import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { languages, type Language } from '../i18n/language.ts';

/** The address of the words of each language. */
export type WordFiles = Readonly<Record<Language, string>>;

const inBrowsers = `export { m } from ${JSON.stringify(resolve('src/lib/platform/client/words.svelte.ts'))};\n`;
/** All that browsers need of Paraglide: which language it is. */
const runtime = `let locale = () => 'en';\nexport const getLocale = () => locale();\nexport const overwriteGetLocale = (next) => { locale = next; };\n`;

/** See *One language at a time*: in what browsers get, a message is looked up by its key. Pages that the server makes have them compiled. */
export function wordsApart(): Plugin {
	return {
		name: 'steadfast-words-apart',
		enforce: 'pre',
		apply: 'build',
		applyToEnvironment: ({ name }) => name === 'client',
		load: { filter: { id: /\/i18n\/compiled\/(?:messages|runtime)\.js$/ }, handler: (id) => (id.endsWith('/messages.js') ? inBrowsers : runtime) }
	};
}

/** The keys of the messages that these scripts may say. */
export function wordsIn(scripts: Iterable<string>): Set<string> {
	const keys = textsOf('en');
	return new Set([...scripts].flatMap((script) => [...script.matchAll(/\.([a-z]\w*)/g)].flatMap(([, key = '']) => (Object.hasOwn(keys, key) ? [key] : []))));
}

/** Writes these words, a file for each language, into a folder of the client's files; `base` is its address. */
export function writeWords({ name, keys, clientDir, base }: { readonly name: string; readonly keys: ReadonlySet<string>; readonly clientDir: string; readonly base: string }): WordFiles {
	const sorted = [...keys].sort();
	const files = languages.map((language): [Language, string] => {
		const texts = textsOf(language);
		const source = `export default ${JSON.stringify(Object.fromEntries(sorted.map((key) => [key, texts[key]])))};\n`;
		const address = `${base}${name}-${language}.${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
		mkdirSync(join(clientDir, base), { recursive: true });
		writeFileSync(join(clientDir, address), source);
		return [language, address];
	});
	return Object.fromEntries(files) as unknown as WordFiles;
}

function textsOf(language: Language): Readonly<Record<string, string>> {
	return JSON.parse(readFileSync(`messages/${language}.json`, 'utf8')) as Readonly<Record<string, string>>;
}
