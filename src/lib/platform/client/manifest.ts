import { createHash } from 'node:crypto';
import { filePolicies, vaultPolicy } from '../http/policies.ts';
import { languages, type Language } from '../i18n/language.ts';

/**
 * What a server of this version gives browsers for the vault, in the shape of WEBCAT's manifests (its fields first;
 * `shells` and `pages` are ours). Hashes are SHA-256 in hex of the bytes before any compression.
 */
export interface ClientManifest {
	readonly name: 'steadfast';
	readonly version: string;
	/** The policy of every page, and of files by the beginning of their address where theirs is another. */
	readonly default_csp: string;
	readonly extra_csp: Readonly<Record<string, string>>;
	/** Of each WebAssembly module that a script carries inside it. */
	readonly wasm: readonly string[];
	readonly files: Readonly<Record<string, string>>;
	/** The HTML of every page of the vault, by language. */
	readonly shells: Readonly<Record<Language, string>>;
	/** Of pages that have an HTML of their own, by their place in `pages`. */
	readonly page_shells: Readonly<Record<string, Readonly<Record<Language, string>>>>;
	/** The vault's pages without their language: `/sign-in`; of one with parameters its fixed beginning, `/circles/`. */
	readonly pages: readonly string[];
}

/** Where a server shows its own. */
export const manifestPath = '/.well-known/steadfast-manifest.json';

export interface BuiltClient {
	readonly version: string;
	readonly files: ReadonlyMap<string, Uint8Array>;
	readonly shells: Readonly<Record<Language, string>>;
	readonly leanShells: Readonly<Record<string, Readonly<Record<Language, string>>>>;
	readonly pages: readonly string[];
}

/** The manifest of a build; the same for the same bytes, in whatever order they were found. */
export function manifestOf({ version, files, shells, leanShells, pages }: BuiltClient): ClientManifest {
	const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
	return {
		name: 'steadfast',
		version,
		default_csp: vaultPolicy,
		extra_csp: filePolicies,
		wasm: [...new Set(sorted.flatMap(([path, bytes]) => (path.endsWith('.js') ? webAssemblyIn(bytes) : [])))].sort(),
		files: Object.fromEntries(sorted.map(([path, bytes]) => [path, sha256Hex(bytes)])),
		shells: hashesOf(shells),
		page_shells: Object.fromEntries(Object.entries(leanShells).map(([page, own]) => [page, hashesOf(own)])),
		pages: [...pages].sort()
	};
}

function hashesOf(shells: Readonly<Record<Language, string>>): Record<Language, string> {
	return Object.fromEntries(languages.map((language) => [language, sha256Hex(shells[language])])) as Record<Language, string>;
}

export function sha256Hex(bytes: string | Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/** WebAssembly begins with a zero byte and "asm" (its core specification, section 5.5.16), in base64 `AGFzb`. */
function webAssemblyIn(script: Uint8Array): string[] {
	return [...Buffer.from(script).toString('latin1').matchAll(/AGFzb[A-Za-z0-9+/]{100,}={0,2}/g)].map(([base64]) => sha256Hex(Buffer.from(base64, 'base64')));
}

/** A manifest that somebody has on file. Throws with what is wrong where it is none. */
export function parseManifest(text: string): ClientManifest {
	const parsed: unknown = JSON.parse(text);
	const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
	const isWords = (value: unknown): boolean => isRecord(value) && Object.values(value).every((one) => typeof one === 'string');
	const isManifest =
		isRecord(parsed) &&
		parsed['name'] === 'steadfast' &&
		typeof parsed['version'] === 'string' &&
		typeof parsed['default_csp'] === 'string' &&
		isWords(parsed['extra_csp']) &&
		isWords(parsed['files']) &&
		isRecord(parsed['shells']) &&
		languages.every((language) => isRecord(parsed['shells']) && typeof parsed['shells'][language] === 'string') &&
		isRecord(parsed['page_shells']) &&
		Object.values(parsed['page_shells']).every((own) => languages.every((language) => isRecord(own) && typeof own[language] === 'string')) &&
		Array.isArray(parsed['pages']) &&
		parsed['pages'].every((page) => typeof page === 'string');
	if (!isManifest) throw new Error('This file is no manifest of Steadfast.');
	return parsed as unknown as ClientManifest;
}
