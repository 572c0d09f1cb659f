import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'vite';
import { areaOf, areas, areasUnder, sharedArea, unlockingRoute, type Area } from './areas.ts';
import { wordsIn, writeWords, type WordFiles } from './words-apart.ts';

/** What Vite writes about a file of scripts (its documented manifest), as far as it is read here. */
export interface Chunk {
	readonly file: string;
	readonly name?: string;
	readonly isEntry?: boolean;
	readonly imports?: readonly string[];
	readonly dynamicImports?: readonly string[];
	readonly css?: readonly string[];
	readonly assets?: readonly string[];
}
export type Chunks = Readonly<Record<string, Chunk>>;

/** A page of the vault: its route, and the modules that SvelteKit loads for it, as keys of the manifest. */
export interface VaultPage {
	readonly route: string;
	readonly nodes: readonly string[];
}

export interface Together {
	/** The address of the script that starts everything. */
	readonly entry: string;
	/** The addresses of the scripts that a page needs beside that one, by its route. */
	readonly scripts: ReadonlyMap<string, readonly string[]>;
	readonly words: ReadonlyMap<Area, WordFiles>;
}

interface Putting {
	readonly clientDir: string;
	readonly chunks: Chunks;
	readonly pages: readonly VaultPage[];
	/** What every page loads, beside what SvelteKit starts with. */
	readonly always: readonly string[];
	/** What belongs to pages that are no part of the vault. */
	readonly outside: readonly string[];
}

/** Where the vault's files lie. */
export const togetherPath = '/_app/immutable/vault/';

/**
 * Note: Few files for every page of the vault.
 * SvelteKit's build makes a file of each set of modules that some pages share, fifty for a page of a circle, and each costs
 * a request, half a kilobyte of headers and a compression that begins anew. So its files are bundled once more, by who
 * loads them: what every page of the vault needs, what several pages of an area need (see *The vault's areas*), and what
 * one page has for itself. What is loaded only when somebody wants it stays apart.
 */
export async function putTogether({ clientDir, chunks, pages, always, outside }: Putting): Promise<Together> {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-vault-'));
	const path = (key: string): string => resolve(clientDir, chunks[key]?.file ?? '');
	const starts = Object.keys(chunks).filter((key) => chunks[key]?.isEntry && /\/entry\/(?:start|app)\./.test(chunks[key].file));
	// SvelteKit's own client, which its start loads later.
	const client = starts.filter((key) => chunks[key]?.file.includes('/start.')).flatMap((key) => chunks[key]?.dynamicImports ?? []);
	const groups = groupsOf({ chunks, pages, always: [...starts, ...client, ...always], path });
	try {
		await build({
			configFile: false,
			logLevel: 'error',
			publicDir: false,
			base: '/',
			plugins: [bundledAgain(starts.map(path), outside.map((key) => chunks[key]?.file ?? ''))],
			build: {
				target: 'es2022',
				outDir: folder,
				manifest: true,
				modulePreload: { polyfill: false },
				rolldownOptions: {
					input: { vault: entryId },
					preserveEntrySignatures: 'allow-extension',
					output: {
						entryFileNames: `${togetherPath.slice(1)}[name].[hash].js`,
						chunkFileNames: `${togetherPath.slice(1)}[hash].js`,
						codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: (id) => groups.get(id) ?? (id.startsWith('\0') ? 'vault' : null) }] }
					}
				}
			}
		});
		cpSync(join(folder, togetherPath), join(clientDir, togetherPath), { recursive: true });
		// The file is Vite's documented manifest.
		const made = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Chunks;
		if (Object.values(made).some(({ file }) => readFileSync(join(folder, file), 'utf8').includes('/(public)'))) throw new Error("SvelteKit's list of pages is written otherwise: the record's are still in it.");
		const partsOf = ({ nodes }: VaultPage): string[] => {
			const names = new Set([...closure(chunks, nodes, { later: false })].map((key) => groups.get(path(key))));
			return Object.keys(made).filter((key) => key !== entryId && names.has(made[key]?.name));
		};
		return {
			entry: `/${made[entryId]?.file ?? ''}`,
			scripts: new Map(pages.map((page) => [page.route, partsOf(page).map((key) => `/${made[key]?.file ?? ''}`)])),
			words: wordsOf({ made, parts: new Map(pages.map((page) => [page.route, partsOf(page)])), folder, clientDir })
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const entryId = 'virtual:vault';

/**
 * Lets SvelteKit's files be bundled again: without the lists of what is to be loaded beforehand, which will be others, and
 * without pages of the record, whose addresses a browser of the vault need not know: it leaves for them by a full load. A worker
 * stays where it is, under the policy of its place.
 */
function bundledAgain(starts: readonly string[], outside: readonly string[]): Plugin {
	const gone = new Set(outside.map((file) => `../${file.split('/').slice(-2).join('/')}`));
	return {
		name: 'steadfast-together',
		enforce: 'pre',
		resolveId: (id) => (id === entryId ? `\0${entryId}` : null),
		load: (id) => (id === `\0${entryId}` ? starts.map((file) => `export * from ${JSON.stringify(file)};\n`).join('') : null),
		transform: (code) => ({
			code: code
				.replace(/^const __vite__mapDeps=.*\n/, '')
				.replaceAll(/,(?:__vite__mapDeps\(\[[\d,]*\]\)|\[\]),import\.meta\.url\)/g, ')')
				.replaceAll(/["'`]\/\(public\)[^"'`]*["'`]:\[(?:[^[\]]|\[[^[\]]*\])*\],?/g, '')
				.replaceAll(/import\(`([^`]+)`\)/g, (whole, from: string) => (gone.has(from) ? 'Promise.reject()' : whole))
				.replaceAll(/new URL\(`\.\.\/workers\/([^`]+)`,import\.meta\.url\)/g, 'new URL(`/_app/immutable/workers/$1`,location.href)'),
			map: null
		})
	};
}

type PathOf = (key: string) => string;

/** By the path of a script, the name of what it is put into. Those that only an act loads are not among them. */
function groupsOf({ chunks, pages, always, path }: { readonly chunks: Chunks; readonly pages: readonly VaultPage[]; readonly always: readonly string[]; readonly path: PathOf }): Map<string, string> {
	const everywhere = closure(chunks, always, { later: false });
	const users = new Map<string, string[]>();
	for (const { route, nodes } of pages) for (const key of closure(chunks, nodes, { later: false })) users.set(key, [...(users.get(key) ?? []), route]);
	const groups = new Map<string, string>();
	for (const key of everywhere) groups.set(path(key), 'vault');
	for (const [key, routes] of users) {
		if (everywhere.has(key)) continue;
		groups.set(path(key), groupOf({ routes, sizeBytes: readFileSync(path(key)).length, pages }));
	}
	// What needs something that is for few is for those few: else two files would need each other, and neither could begin.
	for (const key of users.keys()) {
		const few = `${groups.get(path(key))}-few`;
		if ([...closure(chunks, [key], { later: false })].some((needed) => groups.get(path(needed)) === few)) groups.set(path(key), few);
	}
	return groups;
}

/** What is too large, in bytes before compression, to be loaded by all pages of an area where fewer than a third need it. */
const largeBytes = 2000;

function groupOf({ routes, sizeBytes, pages }: { readonly routes: readonly string[]; readonly sizeBytes: number; readonly pages: readonly VaultPage[] }): string {
	const area = sharedArea(new Set(routes.map(areaOf)));
	if (routes.includes(unlockingRoute)) return area;
	const [only = ''] = routes;
	if (routes.length === 1) return `page-${createHash('sha256').update(only).digest('hex').slice(0, 8)}`;
	const isForFew = routes.length * 3 < pages.filter(({ route }) => areasUnder(areaOf(route)).includes(area)).length;
	return isForFew && sizeBytes > largeBytes ? `${area}-few` : area;
}

/** Each area's words are those that its pages may say, without those of the areas under it. */
function wordsOf({ made, parts, folder, clientDir }: { readonly made: Chunks; readonly parts: ReadonlyMap<string, readonly string[]>; readonly folder: string; readonly clientDir: string }): Map<Area, WordFiles> {
	const said = (keys: Iterable<string>): Set<string> => wordsIn([...keys].map((key) => readFileSync(join(folder, made[key]?.file ?? ''), 'utf8')));
	const withoutEntry: Chunks = { ...made, [entryId]: { file: made[entryId]?.file ?? '' } };
	const saidBy = (routes: readonly string[]): Set<string> => said(closure(withoutEntry, routes.flatMap((route) => parts.get(route) ?? [])));
	const found = new Map<Area, ReadonlySet<string>>();
	for (const area of areas) {
		const keys = area === 'vault' ? said([entryId]).union(saidBy([unlockingRoute])) : saidBy([...parts.keys()].filter((route) => areaOf(route) === area));
		found.set(area, areasUnder(area).reduce((left, under) => left.difference(found.get(under) ?? new Set<string>()), keys));
	}
	const everywhere = [...found.values()].reduce((all, keys) => all.union(keys), new Set<string>());
	// What the vault's own script loads only when it is wanted.
	found.set('vault', (found.get('vault') ?? new Set<string>()).union(said(Object.keys(made)).difference(everywhere)));
	return new Map([...found].map(([area, keys]) => [area, writeWords({ name: area, keys, clientDir, base: togetherPath })]));
}

/** These and everything that they load before they can run, or `later` as well; nothing of what is `outside`. */
export function closure(chunks: Chunks, keys: readonly string[], { later = true, outside = [] }: { readonly later?: boolean; readonly outside?: readonly string[] } = {}): Set<string> {
	const seen = new Set<string>();
	const visit = (key: string): void => {
		if (seen.has(key) || outside.includes(key)) return;
		seen.add(key);
		chunks[key]?.imports?.forEach(visit);
		if (later) chunks[key]?.dynamicImports?.forEach(visit);
	};
	keys.forEach(visit);
	return seen;
}
