import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { fileHeaders } from '../http/policies.ts';
import { languages, type Language } from '../i18n/language.ts';
import type { LeanPage } from './lean-pages.ts';
import { parseManifest } from './manifest.ts';

/** What the build made for the vault, read once at the start. */
export interface Built {
	/** The HTML of every page of the vault, by language. */
	readonly shells: Readonly<Record<Language, string>>;
	/** Of lean pages, by the page and language. */
	readonly leanShells: Readonly<Record<LeanPage, Readonly<Record<Language, string>>>>;
	/** The address of the one script that a page of the record may run: see *Pages that follow* in follow.ts. */
	readonly followScript: string;
	/** The manifest as it was written. */
	readonly manifest: string;
	/** The vault's pages, as the manifest lists them. */
	readonly pages: readonly string[];
}

export function readBuilt(buildDir: string): Built {
	const manifest = readFileSync(join(buildDir, 'client-manifest.json'), 'utf8');
	const read = (folder: string) => Object.fromEntries(languages.map((language) => [language, readFileSync(join(buildDir, 'shells', folder, `${language}.html`), 'utf8')])) as Record<Language, string>;
	return { manifest, shells: read(''), leanShells: { apply: read('apply'), receipt: read('receipt'), refer: read('refer'), invited: read('invited') }, followScript: readFileSync(join(buildDir, 'follow-script'), 'utf8'), pages: parseManifest(manifest).pages };
}

/**
 * Serves the built files of the client, each under its policy; calls the third argument for what is none. Whose name holds
 * its hash is never asked for again, and so carries nothing to ask with: thirty bytes in each of the files of a first page.
 */
export function clientFiles(buildDir: string): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
	const files = (etag: boolean) =>
		sirv(join(buildDir, 'client'), {
			brotli: true,
			gzip: true,
			etag,
			setHeaders: (response, path) => {
				for (const [name, value] of Object.entries(fileHeaders(path))) response.setHeader(name, value);
			}
		});
	const [hashed, named] = [files(false), files(true)];
	return (request, response, next) => (request.url?.startsWith('/_app/immutable/') === true ? hashed : named)(request, response, next);
}
