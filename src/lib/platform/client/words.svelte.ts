import { isLanguage, type Language } from '../i18n/language.ts';
import { pathLanguage } from '../i18n/path-language.ts';

/**
 * Note: One language at a time.
 * A message module holds its words in every language, and of a page's weight they would be a third. So what browsers get
 * (`words-apart.ts`) has the words of each language in files of their own, of which the shell names all and fetches those
 * of one, and what the messages' `m` gives looks them up here. Another language is fetched when somebody chooses it; keys
 * and what was written stay.
 */
type Table = Readonly<Record<string, string>>;

let tables = $state.raw<Partial<Record<Language, Table>>>({});
const brought: Record<string, Promise<boolean> | undefined> = {};

type Inputs = Readonly<Record<string, unknown>>;

const message =
	(key: string) =>
	(inputs: Inputs = {}, { locale }: { readonly locale?: Language } = {}): string =>
		words(key, inputs, locale);

/** The messages, as Paraglide's `m` gives them, in the language of the address unless another one is named that is here. */
export const m = new Proxy<Readonly<Record<string, ReturnType<typeof message>>>>({}, { get: (_none, key) => message(String(key)) });

function words(key: string, inputs: Inputs, language: Language | undefined): string {
	const text = (language && tables[language]?.[key]) ?? tables[pathLanguage()]?.[key] ?? '';
	return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(inputs, name) ? String(inputs[name]) : whole));
}

/** Brings the words of a language, of those that this part of the vault says; false where they could not be fetched. */
export async function bringWords(language: string, part = ''): Promise<boolean> {
	if (!isLanguage(language)) return false;
	const name = part === '' ? language : `${part}-${language}`;
	const bringing = brought[name] ?? bring(language, name);
	brought[name] = bringing;
	const there = await bringing;
	if (!there) delete brought[name];
	return there;
}

/** Whether those of the language of the address that is shown are here. */
export function hasWords(): boolean {
	return tables[pathLanguage()] !== undefined;
}

async function bring(language: Language, name: string): Promise<boolean> {
	const address = document.querySelector<HTMLLinkElement>(`link[data-words="${name}"]`)?.href;
	if (address === undefined) return false;
	try {
		const { default: table } = (await import(/* @vite-ignore */ address)) as { readonly default: Table };
		tables = { ...tables, [language]: { ...tables[language], ...table } };
		return true;
	} catch {
		return false;
	}
}
