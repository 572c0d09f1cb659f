import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder, makePassable } from './folder-lock.ts';
import { startTimeOf } from './process.ts';
import { Refusal } from './refusal.ts';

test('a second Steadfast on the same data folder is refused, and told the process that has it', async () => {
	using place = makePlace();
	await using rival = await contender();
	const won = await rival.ask(place.dataDir);

	const refused = refusalOf(() => lockFolder(place.dataDir));

	expect(won).toBe('won');
	expect(refused).toBeInstanceOf(Refusal);
	expect(String(refused)).toContain(`(process ${rival.pid})`);
	expect(readFileSync(place.lock, 'utf8')).toBe(`${rival.pid} ${startTimeOf(rival.pid)}\n`);
});

test('the lock of a killed Steadfast is taken over', async () => {
	using place = makePlace();
	const killed = await contender();
	await killed.ask(place.dataDir);
	await killed[Symbol.asyncDispose]();

	const release = lockFolder(place.dataDir);

	expect(readFileSync(place.lock, 'utf8')).toBe(`${process.pid} ${startTimeOf(process.pid)}\n`);
	release();
});

test('another program that later got the pid of a killed Steadfast does not keep the folder locked', async () => {
	using place = makePlace();
	mkdirSync(place.dataDir);
	await using other = sleeper();
	writeFileSync(place.lock, `${other.pid} ${Number(startTimeOf(other.pid)) - 1}\n`);

	const release = lockFolder(place.dataDir);

	expect(readFileSync(place.lock, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
	release();
});

test.each(['', '\n', 'not a lock', '-1 5', '0 0', '99999999999999999999 1', '1e3 1'])('a lock of which only %j is left is taken over', (left) => {
	using place = makePlace();
	mkdirSync(place.dataDir);
	writeFileSync(place.lock, left);

	lockFolder(place.dataDir)();

	expect(readdirSync(place.dataDir)).toEqual([]);
});

test('releasing removes the lock, and nothing else is left in the folder', () => {
	using place = makePlace();

	const release = lockFolder(place.dataDir);
	const during = readdirSync(place.dataDir);
	release();

	expect(during).toEqual(['steadfast.lock']);
	expect(readdirSync(place.dataDir)).toEqual([]);
});

test('a release that comes late does not take away the lock of the next Steadfast', async () => {
	using place = makePlace();
	const release = lockFolder(place.dataDir);
	release();
	await using next = await contender();
	await next.ask(place.dataDir);

	release();

	expect(existsSync(place.lock)).toBe(true);
});

test('a Steadfast that was killed while it took over a lock does not keep the next from taking it over', () => {
	using place = makePlace();
	mkdirSync(place.dataDir);
	for (const name of ['steadfast.lock', 'steadfast.lock.heir', 'steadfast.lock.heir.heir']) writeFileSync(join(place.dataDir, name), '4194305 1\n');

	lockFolder(place.dataDir)();

	expect(readdirSync(place.dataDir)).toEqual([]);
});

test('one that read a dead lock and was slow does not push out the Steadfast that took it over in between', async () => {
	using place = makePlace();
	mkdirSync(place.dataDir);
	await using holder = sleeper();
	await using slow = await contender();
	spawnSync('mkfifo', [place.lock]);
	const said = slow.ask(place.dataDir);
	const pipe = await open(place.lock, 'w'); // Opens as soon as the slow one has begun to read.

	writeFileSync(`${place.lock}.new`, `${holder.pid} ${startTimeOf(holder.pid)}\n`);
	renameSync(`${place.lock}.new`, place.lock);
	await pipe.writeFile('4194305 1\n');
	await pipe.close();

	expect(await said).toBe('refused');
	expect(readFileSync(place.lock, 'utf8')).toMatch(new RegExp(`^${holder.pid} `));
	expect(readdirSync(place.dataDir)).toEqual(['steadfast.lock']);
});

test('of several that start at once over the lock of a killed Steadfast exactly one gets the folder', async () => {
	using place = makePlace();
	mkdirSync(place.dataDir);
	await using rivals = await contenders(4);

	const winners: number[] = [];
	for (let round = 0; round < 40; round++) {
		writeFileSync(place.lock, `4194305 ${round}\n`); // A pid beyond the most that Linux gives.
		const at = Date.now() + 5;
		const said = await Promise.all(rivals.all.map((rival) => rival.ask(place.dataDir, at)));
		expect(said.filter((word) => word !== 'won' && word !== 'refused')).toEqual([]);
		winners.push(said.filter((word) => word === 'won').length);
		await Promise.all(rivals.all.map((rival) => rival.ask()));
	}

	expect(winners).toEqual(winners.map(() => 1));
	expect(readdirSync(place.dataDir)).toEqual([]);
});

test('nobody else on the machine can look around in a data folder, whatever the umask', () => {
	using place = makePlace();
	const before = process.umask(0);
	try {
		makePassable(join(place.dataDir, 'inner'));
	} finally {
		process.umask(before);
	}

	expect([place.dataDir, join(place.dataDir, 'inner')].map((path) => statSync(path).mode & 0o777)).toEqual([0o711, 0o711]);
});

test('a folder that was there before keeps the permissions that its owner gave it', () => {
	using place = makePlace();
	mkdirSync(place.dataDir, { mode: 0o700 });

	makePassable(place.dataDir);

	expect(statSync(place.dataDir).mode & 0o777).toBe(0o700);
});

function makePlace() {
	const root = mkdtempSync(join(tmpdir(), 'steadfast-lock-'));
	const dataDir = join(root, 'data');
	return { dataDir, lock: join(dataDir, 'steadfast.lock'), [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
}

function refusalOf(run: () => unknown): unknown {
	try {
		return run();
	} catch (error) {
		return error;
	}
}

/** Another Node that takes a folder when asked, all at the same moment if one is named, and frees it when asked for none. */
async function contender() {
	const script = `
		const { lockFolder } = await import('./src/lib/platform/start/folder-lock.ts');
		let release;
		process.on('message', ({ dataDir, at }) => {
			while (Date.now() < at);
			try {
				if (dataDir === undefined) release?.();
				release = dataDir === undefined ? undefined : lockFolder(dataDir);
				process.send('won');
			} catch (error) {
				process.send(error.name === 'Refusal' ? 'refused' : String(error));
			}
		});
		process.send('ready');
	`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
	await once(child, 'message');
	return {
		pid: child.pid!,
		async ask(dataDir?: string, at = 0): Promise<string> {
			const answer = once(child, 'message');
			child.send({ dataDir, at });
			return String((await answer)[0]);
		},
		[Symbol.asyncDispose]: () => kill(child)
	};
}

async function contenders(count: number) {
	const all = await Promise.all(Array.from({ length: count }, contender));
	return { all, [Symbol.asyncDispose]: async () => void (await Promise.all(all.map((rival) => rival[Symbol.asyncDispose]()))) };
}

function sleeper() {
	const child = spawn('sleep', ['600'], { stdio: 'ignore' });
	return { pid: child.pid!, [Symbol.asyncDispose]: () => kill(child) };
}

async function kill(child: ChildProcess): Promise<void> {
	const ended = once(child, 'exit');
	child.kill('SIGKILL');
	await ended;
}
