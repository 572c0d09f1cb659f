import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { maxFileBytes } from '../files.ts';
import { FolderError, readFolder, writeFolder } from './folder.ts';

let place = '';

beforeEach(async () => {
	place = await mkdtemp(join(tmpdir(), 'steadfast-folder-'));
});

afterEach(async () => {
	await rm(place, { recursive: true, force: true });
});

const files = new Map([
	['forums/a/forum.md', new TextEncoder().encode('texte: é')],
	['forums/a/opening.jpg', Uint8Array.of(0, 255)],
	['programme.md', new Uint8Array()]
]);

/** Writes 40 files in a process of its own that kills itself before the given one; how it ended. */
async function writeInProcess(target: string, killedBefore: number): Promise<unknown> {
	const script = `import { writeFolder } from ${JSON.stringify(new URL('./folder.ts', import.meta.url).href)};
		class Killing extends Map {
			*[Symbol.iterator]() {
				let written = 0;
				for (const entry of this.entries()) {
					if (written++ === ${killedBefore}) process.kill(process.pid, 'SIGKILL');
					yield entry;
				}
			}
		}
		await writeFolder(${JSON.stringify(target)}, new Killing(Array.from({ length: 40 }, (_, index) => [index + '.md', new Uint8Array(1000)])));`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore', cwd: new URL('../../../..', import.meta.url).pathname });
	const ended: unknown[] = await once(child, 'exit');
	return ended[1] ?? ended[0];
}

describe('a folder that is read', () => {
	test('is every file by its path, in order, hidden ones left out', async () => {
		await writeFolder(join(place, 'out'), files);
		await mkdir(join(place, 'out/.git'));
		await writeFile(join(place, 'out/.git/config'), 'x');
		await writeFile(join(place, 'out/.DS_Store'), 'x');

		const found = await readFolder(join(place, 'out'));

		expect([...found]).toEqual([...files]);
	});

	test('that is not there is named and not an empty record', async () => {
		await expect(readFolder(join(place, 'nowhere'))).rejects.toThrow(new FolderError(`There is no folder ${join(place, 'nowhere')}.`));
		await writeFile(join(place, 'file'), 'x');
		await expect(readFolder(join(place, 'file'))).rejects.toThrow(FolderError);
		await expect(readFolder(join(place, 'file/below'))).rejects.toThrow(FolderError);
	});

	test.each([
		['a file outside', '/etc/hostname'],
		['a folder outside', '/etc'],
		['the folder itself, without end', '.'],
		['nothing', 'nowhere']
	])('with a symbolic link to %s gives nothing of what it leads to', async (_name, target) => {
		await symlink(target, join(place, 'link.md'));

		await expect(readFolder(place)).rejects.toThrow('"link.md" is a symbolic link');
	});

	test('may itself be reached by a link, which the person who names it has made', async () => {
		await writeFolder(join(place, 'out'), files);
		await symlink('out', join(place, 'link'));

		expect([...(await readFolder(join(place, 'link')))]).toEqual([...files]);
	});

	test('with more files than any record has is refused before they are read', async () => {
		await Promise.all(Array.from({ length: 5_001 }, (_, index) => writeFile(join(place, `${index}.md`), '')));

		await expect(readFolder(place)).rejects.toThrow('more than 5000 files');
	});

	test('with a huge file costs no more memory than the largest that is allowed', async () => {
		await writeFile(join(place, 'huge.md'), new Uint8Array(maxFileBytes.photo + 1_000_000));

		expect((await readFolder(place)).get('huge.md')?.length).toBe(maxFileBytes.photo + 1);
	});
});

describe('a folder that is written', () => {
	test('holds exactly these files, and nothing is left beside it', async () => {
		await writeFolder(join(place, 'new/out'), files);

		expect([...(await readFolder(join(place, 'new/out')))]).toEqual([...files]);
		expect(await readdir(join(place, 'new'))).toEqual(['out']);
	});

	test('may be an empty one that is there already', async () => {
		await mkdir(join(place, 'out'));

		await writeFolder(join(place, 'out'), files);

		expect([...(await readFolder(join(place, 'out')))]).toEqual([...files]);
	});

	test.each(['notes.txt', '.git'])('never takes the place of one that holds %s', async (name) => {
		await mkdir(join(place, 'out'));
		await writeFile(join(place, 'out', name), 'mine');

		await expect(writeFolder(join(place, 'out'), files)).rejects.toThrow('is not empty');
		expect(await readFile(join(place, 'out', name), 'utf8')).toBe('mine');
		expect(await readdir(place)).toEqual(['out']);
	});

	test('never takes the place of an earlier export either', async () => {
		await writeFolder(join(place, 'out'), files);

		await expect(writeFolder(join(place, 'out'), new Map([['programme.md', Uint8Array.of(1)]]))).rejects.toThrow('is not empty');
		expect([...(await readFolder(join(place, 'out')))]).toEqual([...files]);
	});

	test.each(['../out.md', '/etc/out.md', 'a/../../out.md', 'a//b.md', './a.md', 'a\\..\\b.md', '', 'a\0.md'])('never gets a file at %s', async (path) => {
		await expect(writeFolder(join(place, 'out'), new Map([[path, Uint8Array.of(1)]]))).rejects.toThrow('leads out of the folder');
		expect(await readdir(place)).toEqual([]);
	});

	test('is not there at all when writing fails half way', async () => {
		const contradiction = new Map([...files, ['programme.md/below.md', Uint8Array.of(1)]]);

		await expect(writeFolder(join(place, 'out'), contradiction)).rejects.toThrow();
		expect(await readdir(place)).toEqual([]);
	});

	test.each([0, 1, 20, 39])('is not there at all when the process is killed after %s of 40 files', async (written) => {
		const status = await writeInProcess(join(place, 'out'), written);

		expect(status).toBe('SIGKILL');
		expect(existsSync(join(place, 'out'))).toBe(false);
		// What was begun lies beside it under its own name: that this is not empty shows that the kill came in the middle.
		const [partial = ''] = await readdir(place);
		expect(partial).toMatch(/^\.out\.partial-/);
		expect(await readdir(join(place, partial))).toHaveLength(written);
	});

	test('is whole when the process was not killed', async () => {
		const status = await writeInProcess(join(place, 'out'), Infinity);

		expect(status).toBe(0);
		expect(await readdir(join(place, 'out'))).toHaveLength(40);
	});

	test('that cannot be made says so and leaves nothing', async () => {
		await writeFile(join(place, 'file'), 'x');

		await expect(writeFolder(join(place, 'file'), files)).rejects.toThrow('is no folder');
		await chmod(place, 0o700);
		expect(await readdir(place)).toEqual(['file']);
	});
});
