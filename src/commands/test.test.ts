import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, expect, inject, test } from 'vitest';
import { testDatabase } from '#lib/platform/db/testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'steadfast-testing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const oneTest = 'src/lib/platform/ui/quick-exit.test.ts';
const withDatabase = 'src/lib/forum/server/releases.test.ts';

/** `npm test` with these words, by itself; what it makes for the while lies in a folder of its own. */
function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): { status: number | null; output: string; lastLine: string } {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['src/commands/test.ts', ...words], {
		encoding: 'utf8',
		env: { PATH: process.env['PATH'], HOME: process.env['HOME'], CHROMIUM: process.env['CHROMIUM'] ?? '', NO_COLOR: '1', ...env }
	});
	return { status, output: stdout + stderr, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' };
}

test('the last line counts, and what could not be run is a failure and no silence', () => {
	const [passes, nothing] = [run([oneTest]), run(['there-is-no-such-test'])];

	expect([passes.status, passes.lastLine]).toEqual([0, '1 passed, 0 failed']);
	expect([nothing.status, nothing.lastLine]).toEqual([1, '0 passed, 1 failed']);
});

test('without a browser one sentence says what to install, and nothing passes', () => {
	const { status, output, lastLine } = run([oneTest], { CHROMIUM: '/there/is/none', PATH: '/nowhere' });

	expect([status, lastLine]).toEqual([1, '0 passed, 1 failed']);
	expect(output).toContain('found none: install Chromium, or set CHROMIUM to the program of one.');
});

test('the suite runs against a server of one’s own as well, and leaves no database there and no folder here', async () => {
	await using own = await testDatabase(inject('postgres'));
	const databases = async (): Promise<string[]> => (await sql<{ datname: string }>`select datname from pg_database where datname like 'steadfast_template%'`.execute(own.db)).rows.map(({ datname }) => datname);
	const before = await databases();
	const { address } = own;
	const url = typeof address === 'string' ? address : `postgres:///${address.database}?host=${encodeURIComponent(address.host)}&user=${address.user}`;

	const { lastLine } = run([withDatabase], { TEST_DATABASE_URL: url, TMPDIR: folder });

	expect(lastLine).toBe('1 passed, 0 failed');
	expect(await databases()).toEqual(before);
	expect(readdirSync(folder).filter((name) => !name.startsWith('node-compile-cache'))).toEqual([]);
});
