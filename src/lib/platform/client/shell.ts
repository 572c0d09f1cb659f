import { directionOf, languages, type Language } from '../i18n/language.ts';

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

/** SvelteKit's fallback page, taken apart. Throws where it is not shaped as expected: then nothing is built. */
export function takeApart(fallback: string): ShellParts {
	const scripts = [...fallback.matchAll(/<script>([^<]*)<\/script>/g)];
	const [found] = scripts;
	if (found === undefined || fallback.split('<script').length !== 2) throw new Error("SvelteKit's fallback page should have one inline script and no other.");
	if (/<style|<[^>]*\s(?:style|on[a-z]+)=/.test(fallback)) throw new Error("SvelteKit's fallback page carries an inline style or handler, which the vault's policy refuses.");
	return {
		script: `${(found[1] ?? '').replaceAll(/^\t+/gm, '').trim()}\n`,
		html: [fallback.slice(0, found.index), fallback.slice(found.index + found[0].length)]
	};
}

export interface ShellOptions {
	/** The address of the script that `takeApart` gave. */
	readonly scriptPath: string;
	/** Addresses of what every page of the vault needs: asked for at once, not one after the other. */
	readonly styles: readonly string[];
	readonly modules: readonly string[];
	/** What a browser without JavaScript shows: a heading, sentences and the words of the link to the record. */
	readonly withoutScript: Readonly<Record<Language, { readonly title: string; readonly sentences: readonly string[]; readonly link: string }>>;
}

/** The finished HTML for each language. */
export function shellsOf({ html: [before, after] }: ShellParts, { scriptPath, styles, modules, withoutScript }: ShellOptions): Record<Language, string> {
	const known = new Set([...before.matchAll(/href="([^"]+)"/g)].map(([, href]) => href));
	const links = [
		'<link rel="icon" type="image/svg+xml" href="/icon.svg" />',
		...styles.map((href) => `<link rel="stylesheet" href="${href}" />`),
		...modules.filter((href) => !known.has(href)).map((href) => `<link rel="modulepreload" href="${href}" />`)
	];
	const make = (language: Language): string => {
		const { title, sentences, link } = withoutScript[language];
		const words = [`<h1>${escaped(title)}</h1>`, ...sentences.map((sentence) => `<p>${escaped(sentence)}</p>`), `<p><a href="/${language}">${escaped(link)}</a></p>`];
		return `${before}<noscript><main class="without-script">${words.join('')}</main></noscript>\n\t\t<script src="${scriptPath}"></script>${after}`
			.replace('%steadfast.lang%', language)
			.replace('%steadfast.dir%', directionOf(language))
			.replace('</head>', `\t${links.join('\n\t\t')}\n\t</head>`);
	};
	return Object.fromEntries(languages.map((language) => [language, make(language)])) as Record<Language, string>;
}

function escaped(words: string): string {
	return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
