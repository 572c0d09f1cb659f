import { isLanguage, type Language } from '../../i18n/language.ts';
import { pathLanguage } from '../../i18n/path-language.ts';

/**
 * Note: One language at a time.
 * A message module holds its words in every language, and of a lean page's weight they would be a third. Its build
 * (`lean-words.ts`) puts the words of each language into a file of their own, names the four in the shell, and makes of
 * each message a call of `words` here. Another language is fetched when somebody chooses it; what was written stays.
 */
type Table = Readonly<Record<string, string>>;

let tables = $state.raw<Partial<Record<Language, Table>>>({});

/** A message in the language of the address. */
export function words(key: string, inputs: Readonly<Record<string, unknown>> = {}): string {
	const text = tables[pathLanguage()]?.[key] ?? '';
	return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(inputs, name) ? String(inputs[name]) : whole));
}

/** Brings the words of a language; false where they could not be fetched, and then the language before stays. */
export async function bringWords(language: string): Promise<boolean> {
	if (!isLanguage(language)) return false;
	if (tables[language] !== undefined) return true;
	const address = document.querySelector<HTMLLinkElement>(`link[data-words="${language}"]`)?.href;
	if (address === undefined) return false;
	try {
		const { default: table } = (await import(/* @vite-ignore */ address)) as { readonly default: Table };
		tables = { ...tables, [language]: table };
		return true;
	} catch {
		return false;
	}
}
