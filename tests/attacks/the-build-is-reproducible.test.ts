import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary.ts';

const elsewhere = temporaryFolder('a-second-build-with-a-longer-name');

afterAll(() => rmSync(elsewhere, { recursive: true }));

/** Builds a copy of the sources, as they lie here, somewhere else. */
async function buildIn(folder: string): Promise<string> {
	for (const one of ['src', 'messages', 'project.inlang', 'package.json', 'tsconfig.json', 'vite.config.ts']) {
		cpSync(one, join(folder, one), { recursive: true, filter: (path) => !path.includes('i18n/compiled') });
	}
	linkDependencies(join(folder, 'node_modules'));
	const built = spawn(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error'], { cwd: folder, stdio: 'ignore', env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } });
	const [status] = (await once(built, 'exit')) as [number | null];
	expect(status).toBe(0);
	return readFileSync(join(folder, 'build/client-manifest.json'), 'utf8');
}

/** The installed packages as a folder of its own, in which the same files lie: where modules lie is part of a build. */
function linkDependencies(into: string): void {
	// On another disk than the checkout's there are no links; a copy takes longer and does as well.
	if (spawnSync('cp', ['-al', 'node_modules', into]).status !== 0) {
		rmSync(into, { recursive: true, force: true });
		cpSync('node_modules', into, { recursive: true });
	}
	// What builds themselves write there must not be written into the checkout's files.
	for (const written of ['$app', '.vite', '.vite-temp']) rmSync(join(into, written), { recursive: true, force: true });
}

test('whoever builds the same sources gets the same client, wherever and whenever', async () => {
	const manifest = await buildIn(elsewhere);

	expect(manifest).toMatch(/"\/_app\/immutable\/shell\/start\./);
	// The one that the suite runs on was built in the checkout, before.
	expect(manifest).toBe(readFileSync('build/client-manifest.json', 'utf8'));
});
