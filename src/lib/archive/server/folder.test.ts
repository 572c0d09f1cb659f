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

	test('is whole or not there, at whatever moment the process is killed', async () => {
		const target = join(place, 'out');
		const many = 400;
		const script = `import { writeFolder } from ${JSON.stringify(new URL('./folder.ts', import.meta.url).href)};
			process.stdout.write('.');
			await writeFolder(${JSON.stringify(target)}, new Map(Array.from({ length: ${many} }, (_, index) => [index + '.md', new Uint8Array(1000)])));`;
		const found: string[] = [];
		for (const delayMs of [0, 20, 60, 2_000]) {
			const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'], cwd: new URL('../../../..', import.meta.url).pathname });
			await once(child.stdout, 'data');
			const ended = once(child, 'exit');
			await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, delayMs))]);
			child.kill('SIGKILL');
			await ended;

			const count = existsSync(target) ? (await readdir(target)).length : 0;
			found.push(count === 0 ? 'none' : count === many ? 'whole' : `${count} files`);
			await rm(target, { recursive: true, force: true });
		}

		expect(found.filter((each) => each !== 'none' && each !== 'whole')).toEqual([]);
		expect(found.at(-1)).toBe('whole');
	});

	test('that cannot be made says so and leaves nothing', async () => {
		await writeFile(join(place, 'file'), 'x');

		await expect(writeFolder(join(place, 'file'), files)).rejects.toThrow('is no folder');
		await chmod(place, 0o700);
		expect(await readdir(place)).toEqual(['file']);
	});
});
