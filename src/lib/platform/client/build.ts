import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Adapter, Builder } from '@sveltejs/kit';
import { languages, type Language } from '../i18n/language.ts';
import { manifestOf, sha256Hex } from './manifest.ts';
import type { LeanPage } from './lean-pages.ts';
import { buildLean, leanPages, leanPath } from './lean.ts';
import { buildFollowScript } from './follow.ts';
import { startOf } from './start.ts';
import { closure, putTogether, togetherPath, type Chunks, type Together, type VaultPage } from './together.ts';
import { leanShellsOf, shellsOf, takeApart, type ShellOptions, type WithoutScript } from './shell.ts';

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
			const style = writeStyle({ clientDir, chunks, nodes });
			const together = await putTogether({ clientDir, chunks, ...nodes });
			takeOut(clientDir, chunks);
			await builder.compress(join(clientDir, togetherPath));
			await writeShells({ builder, out, clientDir, version, style, together });
		}
	};
}

interface Nodes {
	/** Keys of all pages and layouts that are no part of the vault. */
	readonly outside: readonly string[];
	/** Keys of what every page of the vault loads. */
	readonly always: readonly string[];
	readonly pages: readonly VaultPage[];
}

/** SvelteKit gives every page and layout a numbered module; which is which stands in what it imports. */
function nodesOf(builder: Builder, chunks: Chunks): Nodes {
	const nodes = Object.keys(chunks).flatMap((key) => {
		const [, number] = /client-optimized\/nodes\/(\d+)\.js$/.exec(key) ?? [];
		if (number === undefined) return [];
		const source = readFileSync(join(builder.config.outDir, `generated/build/client-optimized/nodes/${number}.js`), 'utf8');
		const [, route = '', kind = ''] = /\/src\/routes(\/.*)?\/\+(layout|page|error)\.(?:svelte|ts)/.exec(source) ?? [];
		// The first two are the root's layout and error page, which SvelteKit's client loads before anything else.
		return [{ key, route, kind, isRoot: Number(number) < 2 }];
	});
	const inVault = nodes.filter(({ route, isRoot }) => isRoot || route.startsWith('/(vault)'));
	const above = (route: string): string[] => inVault.filter((node) => node.kind !== 'page' && (node.isRoot || route === node.route || route.startsWith(`${node.route}/`))).map(({ key }) => key);
	return {
		outside: nodes.filter((node) => !inVault.includes(node)).map(({ key }) => key),
		always: above('/(vault)/[lang=language]'),
		pages: inVault.filter(({ kind }) => kind === 'page').map(({ key, route }) => ({ route, nodes: [...above(route), key] }))
	};
}

/** One style for all pages of the vault: what all have first, then what some have, each with a class of its own. Gives its address. */
function writeStyle({ clientDir, chunks, nodes }: { clientDir: string; chunks: Chunks; nodes: Nodes }): string {
	const keys = closure(chunks, [...nodes.always, ...nodes.pages.flatMap((page) => page.nodes)], { outside: nodes.outside });
	const text = [...new Set([...keys].flatMap((key) => chunks[key]?.css ?? []))].map((file) => readFileSync(join(clientDir, file), 'utf8').trim()).join('\n');
	const path = `${togetherPath}style.${sha256Hex(text).slice(0, 8)}.css`;
	write(join(clientDir, path), `${text}\n`);
	return path;
}

/** Takes out what SvelteKit's client would have loaded; workers and what is no script or style stay. */
function takeOut(clientDir: string, chunks: Chunks): void {
	const files = new Set(Object.values(chunks).flatMap(({ file, css = [] }) => [file, ...css]));
	for (const file of files) {
		if (!/^_app\/immutable\/(?:entry|nodes|chunks|assets)\/.*\.(?:js|css)$/.test(file)) continue;
		for (const variant of ['', '.br', '.gz']) rmSync(join(clientDir, `${file}${variant}`), { force: true });
	}
}

interface Writing {
	readonly builder: Builder;
	readonly out: string;
	readonly clientDir: string;
	readonly version: string;
	/** The address of the vault's style. */
	readonly style: string;
	readonly together: Together;
}

async function writeShells({ builder, out, clientDir, version, style, together }: Writing): Promise<void> {
	const made = join(out, 'fallback.html');
	await builder.generateFallback(made);
	const parts = takeApart(readFileSync(made, 'utf8'), together.entry);
	rmSync(made);
	const script = startOf(parts.script, together);
	const scriptPath = `/_app/immutable/shell/start.${sha256Hex(script).slice(0, 8)}.js`;
	write(join(clientDir, scriptPath), script);
	await builder.compress(join(clientDir, '_app/immutable/shell'));
	const shells = shellsOf(parts, { scriptPath, style, module: together.entry, words: together.words, withoutScript: (await wordsWithoutScript()).vault });
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
	write(join(out, 'follow-script'), await buildFollowScript(clientDir));
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
		refer: lean(m.refer_without_script_why),
		invited: lean(m.invited_without_script_why)
	};
}

function write(file: string, text: string): void {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
}
