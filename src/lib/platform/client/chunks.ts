/**
 * Note: Few files for every page of the vault.
 * Left to itself the build makes a file of each set of modules that some pages share, thirty for a first page, because
 * pages of the record count as sharers. What every page of the vault needs is put together here instead. SvelteKit
 * wants its entries apart.
 */
export const chunkGroups = [
	{ name: 'svelte', test: /\/node_modules\/(?:svelte|devalue|esm-env|clsx|@sveltejs\/kit\/src\/(?!runtime\/client\/(?:client-entry|entry|payload)))/ },
	{
		name: 'words',
		test: /\/platform\/(?:i18n\/(?!compiled\/messages\/)|i18n\/compiled\/messages\/(?:vault|error|skip|language)|ui\/(?:quick-exit|house-facts))/
	},
	// The root's error page, which SvelteKit's client loads before anything else.
	{ name: 'record-frame', test: /\/(?:platform\/ui\/(?:Frame|Meta)|archive\/ui\/SearchForm)\.svelte/ }
];
