import { existsSync, mkdirSync, mkdtempSync, readFileSync, cpSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Rolldown } from 'vite';
import type { LeanPage } from './lean-pages.ts';
import { ageForBrowsers } from './age-for-browsers.ts';
import { wordsApart, wordsIn, writeWords, type WordFiles } from './words-apart.ts';

/** What each is built from, its place in the manifest's list of pages, and what is run before it has come. */
export const leanPages: Readonly<Record<LeanPage, { readonly entry: string; readonly page: string; readonly ahead?: string }>> = {
	apply: { entry: 'src/lean/apply.ts', page: '/apply/', ahead: 'src/lean/ahead.ts' },
	receipt: { entry: 'src/lean/receipt.ts', page: '/receipt' },
	refer: { entry: 'src/lean/refer.ts', page: '/refer' },
	invited: { entry: 'src/lean/invited.ts', page: '/invited' }
};

/** The address of the files of a lean page, in the order in which they are needed. */
export interface LeanFiles {
	/** Run at once, before the others have come. */
	readonly ahead?: string;
	readonly script: string;
	readonly modules: readonly string[];
	readonly style: string;
	readonly words: WordFiles;
}

export const leanPath = '/_app/immutable/lean/';

interface Chunk {
	readonly file: string;
	readonly imports?: readonly string[];
	readonly dynamicImports?: readonly string[];
}

/** Builds the lean pages into the folder of the client's files. */
export async function buildLean(clientDir: string): Promise<Readonly<Record<LeanPage, LeanFiles>>> {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-lean-'));
	const base = leanPath.slice(1);
	try {
		await build({
			configFile: false,
			logLevel: 'error',
			publicDir: false,
			base: '/',
			plugins: [wordsApart(), ageForBrowsers(), svelte({ configFile: false })],
			resolve: { alias: { '$app/state': resolve('src/lib/platform/client/lean/app-state.svelte.ts') } },
			build: {
				target: 'es2022',
				outDir: folder,
				manifest: true,
				// One style: what comes later of a page would ask for its own.
				cssCodeSplit: false,
				modulePreload: { polyfill: false },
				rolldownOptions: {
					input: Object.fromEntries(Object.entries(leanPages).flatMap(([name, { entry, ahead }]): [string, string][] => [[name, entry], ...(ahead === undefined ? [] : ([[`${name}-ahead`, ahead]] satisfies [string, string][]))])),
					preserveEntrySignatures: 'allow-extension',
					output: {
						entryFileNames: `${base}[name].[hash].js`,
						chunkFileNames: `${base}[hash].js`,
						assetFileNames: `${base}[name].[hash][extname]`,
						codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: (id, graph) => (isForOpening(id, graph) ? 'opening' : 'common'), minShareCount: 2 }] }
					}
				}
			}
		});
		// The file is Vite's documented manifest.
		const chunks = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Readonly<Record<string, Chunk>>;
		const made = join(folder, base);
		if (!existsSync(made)) throw new Error('The lean pages were built and are not there.');
		mkdirSync(join(clientDir, base), { recursive: true });
		cpSync(made, join(clientDir, base), { recursive: true });
		const address = (key: string): string => {
			const file = chunks[key]?.file;
			if (file === undefined) throw new Error(`The build has no ${key}.`);
			return `/${file}`;
		};
		const of = (name: LeanPage): LeanFiles => {
			const { entry, ahead } = leanPages[name];
			const keys = wordsIn(scriptsOf(chunks, entry).map((file) => readFileSync(join(folder, file), 'utf8')));
			return {
				...(ahead === undefined ? {} : { ahead: address(ahead) }),
				script: address(entry),
				modules: importsOf(chunks, entry).map(address),
				style: address('style.css'),
				words: writeWords({ name, keys, clientDir, base: leanPath })
			};
		};
		return { apply: of('apply'), receipt: of('receipt'), refer: of('refer'), invited: of('invited') };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** All scripts that an entry may come to load. */
function scriptsOf(chunks: Readonly<Record<string, Chunk>>, entry: string): string[] {
	const seen = new Set<string>();
	const visit = (key: string): void => {
		if (seen.has(key)) return;
		seen.add(key);
		for (const next of [...(chunks[key]?.imports ?? []), ...(chunks[key]?.dynamicImports ?? [])]) visit(next);
	};
	visit(entry);
	return [...seen].flatMap((key) => chunks[key]?.file ?? []);
}

/** What an entry cannot begin without, itself apart. */
function importsOf(chunks: Readonly<Record<string, Chunk>>, entry: string): string[] {
	const seen = new Set<string>();
	const visit = (key: string): void => {
		if (seen.has(key)) return;
		seen.add(key);
		chunks[key]?.imports?.forEach(visit);
	};
	visit(entry);
	return [...seen].filter((key) => key !== entry);
}

type Graph = Pick<Rolldown.PluginContext, 'getModuleInfo'>;

/**
 * Whether a module is of the vault, needs one that is, or is needed by such alone. What pages share is in two files by this:
 * one that every first page needs, and one for what seals and opens, which the form of an application needs later.
 */
function isForOpening(id: string, graph: Graph, seen = new Set<string>()): boolean {
	if (leadsToVault(id, graph)) return true;
	if (seen.has(id)) return true;
	seen.add(id);
	const importers = graph.getModuleInfo(id)?.importers ?? [];
	return importers.length > 0 && importers.every((by) => isForOpening(by, graph, seen));
}

function leadsToVault(id: string, graph: Graph, seen = new Set<string>()): boolean {
	if (/\/src\/lib\/vault\/(?!envelope\.ts)/.test(id)) return true;
	if (seen.has(id)) return false;
	seen.add(id);
	return graph.getModuleInfo(id)?.importedIds.some((next) => leadsToVault(next, graph, seen)) ?? false;
}
