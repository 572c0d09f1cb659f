import { directionOf, languages, type Language } from '../i18n/language.ts';
import type { Area } from './areas.ts';
import type { LeanFiles } from './lean.ts';
import type { WordFiles } from './words-apart.ts';

/**
 * Note: One shell for all pages of the vault.
 * SvelteKit's client finds out by itself which page an address means, so the HTML around it need not know. It is made
 * once, by the build, for each language: the same bytes for every person, page and request, so that a stranger can
 * compare them with what the source gives. SvelteKit writes the start as an inline script; here it is a file, named by
 * its hash, and the policy needs neither hash nor nonce.
 */
export interface ShellParts {
	/** The start, as a classic script: SvelteKit finds the place to mount by `document.currentScript`. */
	readonly script: string;
	/** The HTML before and after the place for the script's element. */
	readonly html: readonly [before: string, after: string];
}

/** SvelteKit's fallback page, taken apart, with `entry` in the place of its own first files. Throws where it is not shaped as expected: then nothing is built. */
export function takeApart(fallback: string, entry: string): ShellParts {
	const scripts = [...fallback.matchAll(/<script>([^<]*)<\/script>/g)];
	const [found] = scripts;
	if (found === undefined || fallback.split('<script').length !== 2) throw new Error("SvelteKit's fallback page should have one inline script and no other.");
	if (/<style|<[^>]*\s(?:style|on[a-z]+)=/.test(fallback)) throw new Error("SvelteKit's fallback page carries an inline style or handler, which the vault's policy refuses.");
	const start = (found[1] ?? '').replaceAll(/^\t+/gm, '').trim();
	if (start.match(/import\("/g)?.length !== 2) throw new Error("SvelteKit's fallback page should begin with two files.");
	return {
		script: `${start.replaceAll(/import\("[^"]+"\)/g, `import("${entry}")`)}\n`,
		html: [fallback.slice(0, found.index), fallback.slice(found.index + found[0].length)]
	};
}

export interface ShellOptions {
	/** The address of the script that `takeApart` gave. */
	readonly scriptPath: string;
	/** The addresses of what every page of the vault needs: asked for at once, not one after the other. */
	readonly style: string;
	readonly module: string;
	/** The words of all areas; those that every page needs are asked for at once. */
	readonly words: ReadonlyMap<Area, WordFiles>;
	/** What a browser without JavaScript shows: a heading, sentences and the words of the link to the record. */
	readonly withoutScript: Readonly<Record<Language, WithoutScript>>;
}

export interface WithoutScript {
	readonly title: string;
	readonly sentences: readonly string[];
	/** Path without its language, `/grants`; empty for the start of the record. */
	readonly path: string;
	readonly link: string;
}

/** The finished HTML for each language. */
export function shellsOf({ html: [before, after] }: ShellParts, { scriptPath, style, module, words, withoutScript }: ShellOptions): Record<Language, string> {
	// SvelteKit would ask for its own files, which were put together to others.
	const head = before.replaceAll(/\n[\t ]*<link [^>]*rel="(?:modulepreload|stylesheet)"[^>]*>/g, '');
	const make = (language: Language): string => {
		const links = [
			'<link rel="icon" type="image/svg+xml" href="/icon.svg" />',
			`<link rel="stylesheet" href="${style}" />`,
			`<link rel="modulepreload" href="${module}" />`,
			...[...words].flatMap(([area, files]) => languages.map((other) => `<link rel="${area === 'vault' && other === language ? 'modulepreload' : 'alternate'}" data-words="${area}-${other}" href="${files[other]}" />`))
		];
		return `${head}${noscript(language, withoutScript[language])}\n\t\t<script src="${scriptPath}"></script>${after}`
			.replace('%steadfast.lang%', language)
			.replace('%steadfast.dir%', directionOf(language))
			.replace('</head>', `\t${links.join('\n\t\t')}\n\t</head>`);
	};
	return Object.fromEntries(languages.map((language) => [language, make(language)])) as Record<Language, string>;
}

/**
 * The HTML of a lean page for each language (see *Lean pages*): style, words and script are asked for at once. The
 * addresses of the other languages' words stand in it and are not fetched.
 */
export function leanShellsOf({ ahead, script, modules, style, words }: LeanFiles, withoutScript: ShellOptions['withoutScript']): Record<Language, string> {
	const make = (language: Language): string => {
		const links = [
			'<link rel="icon" type="image/svg+xml" href="/icon.svg" />',
			// Before the style, which a script would wait for.
			...(ahead === undefined ? [] : [`<script src="${ahead}"></script>`]),
			`<link rel="stylesheet" href="${style}" />`,
			...[script, ...modules].map((href) => `<link rel="modulepreload" href="${href}" />`),
			...languages.map((other) => `<link rel="${other === language ? 'modulepreload' : 'alternate'}" data-words="${other}" href="${words[other]}" />`)
		];
		const head = ['<meta charset="utf-8" />', '<meta name="viewport" content="width=device-width, initial-scale=1" />', '<meta name="color-scheme" content="light dark" />', ...links];
		return `<!doctype html>\n<html lang="${language}" dir="${directionOf(language)}">\n\t<head>\n\t\t${head.join('\n\t\t')}\n\t</head>\n\t<body>\n\t\t${noscript(language, withoutScript[language])}\n\t\t<script type="module" src="${script}"></script>\n\t</body>\n</html>\n`;
	};
	return Object.fromEntries(languages.map((language) => [language, make(language)])) as Record<Language, string>;
}

function noscript(language: Language, { title, sentences, path, link }: WithoutScript): string {
	const words = [`<h1>${escaped(title)}</h1>`, ...sentences.map((sentence) => `<p>${escaped(sentence)}</p>`), `<p><a href="/${language}${path}">${escaped(link)}</a></p>`];
	return `<noscript><main class="without-script">${words.join('')}</main></noscript>`;
}

function escaped(words: string): string {
	return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
