import { globSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { leanPath } from './lean.ts';

/**
 * Note: Pages that follow.
 * A page of the record has no script. Beside the page of a public item, which is complete without, there are two under
 * addresses of their own that follow it: the live page and the display. They run one file of ours, named by its hash in
 * their policy, and nothing else; what is shown is made of text alone (Trusted Types without any policy), and a frame leads to
 * the players of that item only.
 */
const entry = 'src/lean/follow.ts';

/** Builds the script into the folder of the client's files, and gives its address. */
export async function buildFollowScript(clientDir: string): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-follow-'));
	try {
		await build({
			configFile: false,
			logLevel: 'error',
			publicDir: false,
			base: '/',
			build: { target: 'es2022', outDir: folder, modulePreload: { polyfill: false }, rolldownOptions: { input: { follow: entry }, output: { entryFileNames: '[name].[hash].js' } } }
		});
		const files = globSync('*.js', { cwd: folder });
		const [file] = files;
		if (file === undefined || files.length !== 1) throw new Error(`The script of pages that follow came in ${files.length} files.`);
		mkdirSync(join(clientDir, leanPath), { recursive: true });
		cpSync(join(folder, file), join(clientDir, leanPath, file));
		return leanPath + file;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
