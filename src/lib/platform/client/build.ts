import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Adapter, Builder } from '@sveltejs/kit';
import { languages, type Language } from '../i18n/language.ts';
import { manifestOf, sha256Hex } from './manifest.ts';
import type { LeanPage } from './lean-pages.ts';
import { buildLean, leanPages, leanPath } from './lean.ts';
import { leanShellsOf, shellsOf, takeApart, type ShellOptions, type WithoutScript } from './shell.ts';

/** What Vite writes about a chunk of the client. */
interface Chunk {
	readonly file: string;
	readonly isEntry?: boolean;
	readonly imports?: readonly string[];
	readonly dynamicImports?: readonly string[];
	readonly css?: readonly string[];
	readonly assets?: readonly string[];
}
type Chunks = Readonly<Record<string, Chunk>>;

/**
 * The adapter, and after it what the vault stands on: shells, start script and manifest (`build/client-manifest.json`).
 * What only pages of the record would load is taken out of `build/client`: they run no script.
 */
export function withVault(adapter: Adapter, { version, out = 'build' }: { readonly version: string; readonly out?: string }): Adapter {
	return {
		...adapter,
		async adapt(builder) {
			await adapter.adapt(builder);
			const clientDir = join(out, 'client');
			// The file is SvelteKit's build output; its shape is Vite's documented manifest.
			const chunks = JSON.parse(readFileSync(join(builder.config.outDir, 'output/client/.vite/manifest.json'), 'utf8')) as Chunks;
			const nodes = nodesOf(builder, chunks);
			takeOut({ clientDir, chunks, needed: reachable(chunks, nodes) });
			await writeShells({ builder, out, clientDir, version, always: needs(chunks, nodes.layouts) });
		}
	};
}

interface Nodes {
	/** Keys of all pages and layouts that are no part of the vault. */
	readonly outside: ReadonlySet<string>;
	/** Keys of what every page of the vault loads. */
	readonly layouts: readonly string[];
}

/** Layouts and error pages further down belong to some pages only: a circle's layout is nothing for somebody who signs in. */
const ofEveryPage = /\/routes\/\(vault\)\/(?:\[lang=language\]\/)?\+(?:layout|error)\.(?:svelte|ts)/;

/** SvelteKit gives every page and layout a numbered module; which is which stands in what it imports. */
function nodesOf(builder: Builder, chunks: Chunks): Nodes {
	const outside = new Set<string>();
	const layouts: string[] = [];
	for (const key of Object.keys(chunks)) {
		const [, number] = /client-optimized\/nodes\/(\d+)\.js$/.exec(key) ?? [];
		if (number === undefined) continue;
		const source = readFileSync(join(builder.config.outDir, `generated/build/client-optimized/nodes/${number}.js`), 'utf8');
		const inVault = source.includes('/routes/(vault)/');
		// The first two are the root's layout and error page, which SvelteKit's client loads before anything else.
		if (Number(number) < 2 || ofEveryPage.test(source)) layouts.push(key);
		else if (!inVault) outside.add(key);
	}
	return { outside, layouts };
}

/** Everything that pages of the vault may come to load. */
function reachable(chunks: Chunks, { outside }: Nodes): Set<string> {
	const seen = new Set<string>();
	const visit = (key: string): void => {
		const chunk = chunks[key];
		if (seen.has(key) || outside.has(key) || chunk === undefined) return;
		seen.add(key);
		for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) visit(next);
	};
	Object.keys(chunks).filter((key) => chunks[key]?.isEntry).forEach(visit);
	return new Set([...seen].flatMap((key) => filesOf(chunks[key])));
}

function filesOf(chunk: Chunk | undefined): string[] {
	return chunk === undefined ? [] : [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])];
}

/** The files that these modules load before they can run. */
function needs(chunks: Chunks, keys: readonly string[]): string[] {
	const seen = new Set<string>();
	const visit = (key: string): void => {
		if (seen.has(key)) return;
		seen.add(key);
		chunks[key]?.imports?.forEach(visit);
	};
	keys.forEach(visit);
	return [...new Set([...seen].flatMap((key) => filesOf(chunks[key])))];
}

function takeOut({ clientDir, chunks, needed }: { clientDir: string; chunks: Chunks; needed: ReadonlySet<string> }): void {
	const known = new Set(Object.values(chunks).flatMap(filesOf));
	for (const file of known) {
		if (needed.has(file)) continue;
		for (const variant of ['', '.br', '.gz']) rmSync(join(clientDir, `${file}${variant}`), { force: true });
	}
}

interface Writing {
	readonly builder: Builder;
	readonly out: string;
	readonly clientDir: string;
	readonly version: string;
	/** Files of the client that every page of the vault needs. */
	readonly always: readonly string[];
}

async function writeShells({ builder, out, clientDir, version, always }: Writing): Promise<void> {
	const made = join(out, 'fallback.html');
	await builder.generateFallback(made);
	const parts = takeApart(readFileSync(made, 'utf8'));
	rmSync(made);
	const scriptPath = `/_app/immutable/shell/start.${sha256Hex(parts.script).slice(0, 8)}.js`;
	write(join(clientDir, scriptPath), parts.script);
	await builder.compress(join(clientDir, '_app/immutable/shell'));
	const shells = shellsOf(parts, {
		scriptPath,
		styles: always.filter((file) => file.endsWith('.css')).map((file) => `/${file}`),
		modules: always.filter((file) => file.endsWith('.js')).map((file) => `/${file}`),
		withoutScript: (await wordsWithoutScript()).vault
	});
	for (const language of languages) write(join(out, 'shells', `${language}.html`), shells[language]);
	const lean = await writeLeanShells({ builder, out, clientDir });
	const files = new Map(
		globSync('**/*', { cwd: clientDir, withFileTypes: true })
			.filter((entry) => entry.isFile() && !/\.(?:br|gz)$/.test(entry.name))
			.map((entry) => join(entry.parentPath, entry.name))
			.map((file) => [`/${relative(clientDir, file)}`, readFileSync(file)])
	);
	write(join(out, 'client-manifest.json'), `${JSON.stringify(manifestOf({ version, files, shells, leanShells: lean, pages: pagesOf(builder) }), undefined, '\t')}\n`);
}

/** The vault's pages without their language, up to the first parameter. */
function pagesOf(builder: Builder): string[] {
	const beginning = '/(vault)/[lang=language]';
	const pages = builder.routes.filter(({ id, page }) => id.startsWith(beginning) && page.methods.length > 0);
	return [...new Set(pages.map(({ id }) => id.slice(beginning.length).replace(/\[.*$/, '')))];
}

/** By the page's path, as the manifest lists it. */
async function writeLeanShells({ builder, out, clientDir }: Pick<Writing, 'builder' | 'out' | 'clientDir'>): Promise<Record<string, Record<Language, string>>> {
	const files = await buildLean(clientDir);
	await builder.compress(join(clientDir, leanPath));
	const words = await wordsWithoutScript();
	const made = (Object.keys(leanPages) as LeanPage[]).map((name): [string, Record<Language, string>] => {
		const shells = leanShellsOf(files[name], words[name]);
		for (const language of languages) write(join(out, 'shells', name, `${language}.html`), shells[language]);
		return [leanPages[name].page, shells];
	});
	return Object.fromEntries(made);
}

async function wordsWithoutScript(): Promise<Record<'vault' | LeanPage, ShellOptions['withoutScript']>> {
	// Compiled by the build that this is the end of; its types are those of the messages.
	const { m } = (await import(pathToFileURL(resolve('src/lib/platform/i18n/compiled/messages.js')).href)) as typeof import('../i18n/compiled/messages.js');
	const inEach = (words: (locale: Language) => WithoutScript) => Object.fromEntries(languages.map((language) => [language, words(language)])) as Record<Language, WithoutScript>;
	const lean = (why: typeof m.apply_without_script_why) =>
		inEach((locale) => ({
			title: m.vault_without_script_title({}, { locale }),
			sentences: [why({}, { locale }), m.apply_without_script_how({}, { locale })],
			path: '/grants',
			link: m.apply_without_script_calls({}, { locale })
		}));
	return {
		vault: inEach((locale) => ({
			title: m.vault_without_script_title({}, { locale }),
			sentences: [m.vault_without_script_why({}, { locale }), m.vault_without_script_how({}, { locale })],
			path: '',
			link: m.vault_without_script_link({}, { locale })
		})),
		apply: lean(m.apply_without_script_why),
		receipt: lean(m.apply_without_script_why),
		refer: lean(m.refer_without_script_why)
	};
}

function write(file: string, text: string): void {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
}
