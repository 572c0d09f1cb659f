import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { fileHeaders } from '../http/policies.ts';
import { languages, type Language } from '../i18n/language.ts';
import { parseManifest } from './manifest.ts';

/** What the build made for the vault, read once at the start. */
export interface Built {
	/** The HTML of every page of the vault, by language. */
	readonly shells: Readonly<Record<Language, string>>;
	/** The manifest as it was written. */
	readonly manifest: string;
	/** The vault's pages, as the manifest lists them. */
	readonly pages: readonly string[];
}

export function readBuilt(buildDir: string): Built {
	const manifest = readFileSync(join(buildDir, 'client-manifest.json'), 'utf8');
	const shells = Object.fromEntries(languages.map((language) => [language, readFileSync(join(buildDir, 'shells', `${language}.html`), 'utf8')]));
	return { manifest, shells: shells as Record<Language, string>, pages: parseManifest(manifest).pages };
}

/** Serves the built files of the client, each under its policy; calls the third argument for what is none. */
export function clientFiles(buildDir: string): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
	return sirv(join(buildDir, 'client'), {
		brotli: true,
		gzip: true,
		etag: true,
		setHeaders: (response, path) => {
			for (const [name, value] of Object.entries(fileHeaders(path))) response.setHeader(name, value);
		}
	});
}
