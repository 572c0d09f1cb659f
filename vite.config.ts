import { paraglideVitePlugin } from '@inlang/paraglide-js';
import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { announcerWithoutStyle } from './src/lib/platform/client/announcer.ts';
import { withVault } from './src/lib/platform/client/build.ts';
import { ageForBrowsers } from './src/lib/platform/client/age-for-browsers.ts';
import { wordsApart } from './src/lib/platform/client/words-apart.ts';
import { lighterPages } from './src/lib/platform/http/lighter-pages.ts';

const version = process.env['STEADFAST_VERSION'] ?? '0.1.0';

export default defineConfig({
	plugins: [
		announcerWithoutStyle(),
		wordsApart(),
		ageForBrowsers(),
		lighterPages(),
		paraglideVitePlugin({
			project: './project.inlang',
			outdir: './src/lib/platform/i18n/compiled',
			strategy: ['baseLocale'],
			// A file for each of three thousand messages was half of what a start waits for; browsers get neither (`wordsApart`).
			outputStructure: 'locale-modules',
			emitGitIgnore: false,
			emitPrettierIgnore: false
		}),
		sveltekit({
			adapter: withVault(adapter({ precompress: true }), { version }),
			// A public page is one answer: its style comes along, so that the first round trip is the last.
			inlineStyleThreshold: Number.MAX_SAFE_INTEGER,
			version: { name: version, pollInterval: 0 },
			// Only for somebody who chooses web push: src/lib/notices/client/push.ts.
			serviceWorker: { register: false }
		})
	],
	build: { target: 'es2022' },
	// Keeps the frame's style in one piece, in its place after what pages have of their own.
	environments: { client: { build: { rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'record-frame', test: /\/(?:platform\/ui\/(?:Frame|Meta)|archive\/ui\/SearchForm)\.svelte/ }] } } } } } }
});
