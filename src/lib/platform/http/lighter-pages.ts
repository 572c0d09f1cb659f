import type { Plugin } from 'vite';

interface Change {
	/** One of the files with which SvelteKit answers a page. */
	readonly file: string;
	readonly from: string;
	readonly to: string;
}

/**
 * Note: What SvelteKit does for a client that is not there.
 * For each page it draws a random nonce, wraps the address once for each load function so as to see what is read of it,
 * and writes all data as JavaScript, whether or not a script will ever ask. Pages of the record have no script; pages of
 * the vault have no load function that the server calls and no nonce. And the empty text that it is given back for a page (see *A page is
 * handed to the front as text*) became a stream. All this took a third of the time of a page.
 *
 * Should our policy ever take a nonce from SvelteKit, the empty one here matches nothing, and browsers refuse what has it.
 *
 * Svelte for its part puts a comment around every condition, list and component, by which a client would find them again: four
 * hundred in the page of a forum, a seventh of its text and a twentieth of what crosses the line.
 */
const changes: readonly Change[] = [
	{ file: 'csp.js', from: 'nonce = generate_nonce();', to: "nonce = '';" },
	{ file: 'load_data.js', from: 'const url = make_trackable(', to: 'const url = ((address) => address)(' },
	{ file: 'index.js', from: '\t\t\t\t\t\tdata_serializer.add_node(i, server_data);', to: '\t\t\t\t\t\tif (csr) data_serializer.add_node(i, server_data);' },
	{ file: 'render.js', from: ': text(transformed, { status, headers })', to: ": transformed === '' ? new Response(null, { status, headers }) : text(transformed, { status, headers })" }
];

/** The build's steps that leave this out. Throws where SvelteKit's files are no longer as they were. */
export function lighterPages(): Plugin[] {
	return [
		{
			name: 'steadfast-lighter-pages',
			enforce: 'pre',
			transform: {
				filter: { id: /@sveltejs\/kit\/src\/runtime\/server\/page\/(?:csp|load_data|index|render)\.js$/ },
				handler: (code, id) => ({ code: lightened(code, id), map: null })
			}
		},
		{
			name: 'steadfast-unmarked-pages',
			enforce: 'post',
			applyToEnvironment: ({ name }) => name === 'ssr',
			transform: { filter: { id: /\.svelte$/ }, handler: (code) => ({ code: unmarked(code), map: null }) }
		}
	];
}

/** What Svelte made of a component for the server, without the comments that a client would look for. */
export function unmarked(code: string): string {
	return code.replaceAll(/<!--(?:\[(?:-?\d+|!)?|\])?-->/g, '').replaceAll(/\$\$renderer\.push\((?:``|''|"")\);/g, ';');
}

/** The text of one of SvelteKit's files without what nobody reads. */
export function lightened(code: string, id: string): string {
	const change = changes.find(({ file }) => id.endsWith(`/server/page/${file}`));
	if (change === undefined) throw new Error('This file of SvelteKit stays as it is.');
	if (code.split(change.from).length !== 2) throw new Error(`SvelteKit's ${change.file} should have this once: ${change.from.trim()}`);
	return code.replace(change.from, () => change.to);
}
