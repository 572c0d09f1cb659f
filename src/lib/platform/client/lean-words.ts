import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Plugin, Rollup } from 'vite';
import { languages, type Language } from '../i18n/language.ts';

/** The addresses of the words of each language, by entry. */
export type WordFiles = Readonly<Record<Language, string>>;

/**
 * See *One language at a time*: makes of each compiled message a call, and for each entry one file a language with the
 * words that it and what it loads may say. `made` is filled by the build.
 */
export function wordsApart({ base, made }: { readonly base: string; readonly made: Map<string, WordFiles> }): Plugin {
	return {
		name: 'steadfast-words-apart',
		enforce: 'pre',
		load: {
			filter: { id: /\/i18n\/compiled\/messages\/[a-z][\w]*\.js$/ },
			handler(id) {
				const key = basename(id, '.js');
				return `import { words } from ${JSON.stringify(resolve('src/lib/platform/client/lean/words.svelte.ts'))};\nexport const ${key} = (inputs) => words('${mark}${key}', inputs);\n`;
			}
		},
		generateBundle(_options, bundle) {
			const texts = Object.fromEntries(languages.map((language) => [language, JSON.parse(readFileSync(`messages/${language}.json`, 'utf8')) as Readonly<Record<string, string>>])) as Record<Language, Readonly<Record<string, string>>>;
			for (const chunk of Object.values(bundle)) {
				if (chunk.type !== 'chunk' || !chunk.isEntry) continue;
				const keys = [...new Set(chunksFrom(bundle, chunk).flatMap(({ code }) => [...code.matchAll(marked)].map(([, key = '']) => key)))].sort();
				const files = languages.map((language): [Language, string] => {
					const source = `export default ${JSON.stringify(Object.fromEntries(keys.map((key) => [key, texts[language][key]])))};\n`;
					const fileName = `${base}${chunk.name}-${language}.${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
					this.emitFile({ type: 'asset', fileName, source });
					return [language, `/${fileName}`];
				});
				made.set(chunk.name, Object.fromEntries(files) as unknown as WordFiles);
			}
			for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk') chunk.code = chunk.code.replaceAll(marked, '$1');
		}
	};
}

/** By this a key of a message is known in what the build wrote; it is taken out again. */
const mark = '@words:';
const marked = /@words:(\w+)/g;

function chunksFrom(bundle: Rollup.OutputBundle, entry: Rollup.OutputChunk): Rollup.OutputChunk[] {
	const seen = new Map<string, Rollup.OutputChunk>();
	const visit = (chunk: Rollup.OutputBundle[string] | undefined): void => {
		if (chunk?.type !== 'chunk' || seen.has(chunk.fileName)) return;
		seen.set(chunk.fileName, chunk);
		for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(bundle[next]);
	};
	visit(entry);
	return [...seen.values()];
}
