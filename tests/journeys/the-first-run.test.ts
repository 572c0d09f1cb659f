import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort, until } from '../server.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-first-'));
	chmodSync(folder, 0o711);
	folders.push(folder);
	return folder;
}

interface Run {
	readonly status: number | null;
	/** What the entry that was handed over to found: words, folder and environment; nothing where it did not come to that. */
	readonly entry: Entry | undefined;
	/** What was called on the way, in order. */
	readonly calls: readonly string[];
	readonly errors: string;
}

interface Entry {
	readonly file: string;
	readonly words: readonly string[];
	readonly folder: string;
	readonly calledFrom: string;
	readonly parent: string;
	readonly node: string;
}

const entryScript = `
console.log(JSON.stringify({
	file: import.meta.filename.split('/').slice(-2).join('/'),
	words: process.argv.slice(2),
	folder: process.cwd(),
	calledFrom: process.env.STEADFAST_CALLED_FROM ?? '',
	parent: process.env.STEADFAST_PARENT ?? '',
	node: process.execPath
}));
`;

/**
 * A clone with the real way in (bin/steadfast.mjs) and, in place of the project, files that only say that they were
 * called: npm, which puts the packages of the lock file there; the bundler; the programs. Nothing asks the network.
 */
class Clone {
	readonly folder = newFolder();
	readonly #calls = join(this.folder, '..', `${this.folder.split('/').at(-1)}.calls`);
	readonly npm = join(this.folder, 'npm.mjs');
	readonly ownNode = join(this.folder, 'node_modules/node/bin/node');

	constructor() {
		folders.push(this.#calls);
		mkdirSync(join(this.folder, 'bin'));
		cpSync('bin/steadfast.mjs', join(this.folder, 'bin/steadfast.mjs'));
		this.write('package.json', JSON.stringify({ type: 'module' }));
		this.lock({ wanted: '1.0.0' });
		for (const file of ['vite.config.ts', 'tsconfig.json', 'project.inlang/settings.json', 'messages/en.json', 'src/page.ts', 'src/page.test.ts', 'src/lib/platform/i18n/compiled/messages.js']) this.write(file, '');
		for (const file of ['src/main.ts', 'src/commands/archive.ts', 'src/commands/audit.ts', 'src/commands/newsletter.ts']) this.write(file, entryScript);
		this.write('npm.mjs', this.npmThat('works'));
		this.bundlerThat('works');
	}

	write(path: string, content: string): void {
		const target = join(this.folder, path);
		mkdirSync(dirname(target), { recursive: true });
		writeFileSync(target, content);
	}

	lock(packages: Readonly<Record<string, string>>): void {
		const all = Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version, integrity: `sha512-${name}-${version}` }]);
		this.write('package-lock.json', JSON.stringify({ packages: { '': {}, ...Object.fromEntries(all), 'node_modules/elsewhere': { version: '1.0.0', optional: true } } }));
	}

	/** npm as an old version or another person's settings may make it behave. */
	npmThat(does: 'works' | 'fails' | 'runs no scripts'): string {
		return `
import { appendFileSync, copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
appendFileSync(${JSON.stringify(this.#calls)}, 'npm ' + process.argv.slice(2).join(' ') + '\\n');
if (${does === 'fails'}) { console.error('the network is away'); process.exit(7); }
rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules/node/bin', { recursive: true });
mkdirSync('node_modules/vite/bin', { recursive: true });
if (${does !== 'runs no scripts'}) symlinkSync(${JSON.stringify(process.execPath)}, 'node_modules/node/bin/node');
copyFileSync('bundler.js', 'node_modules/vite/bin/vite.js');
copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;
	}

	bundlerThat(does: 'works' | 'fails'): void {
		const script = `
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(this.#calls)}, 'vite ' + process.argv.slice(2).join(' ') + '\\n');
if (${does === 'fails'}) { console.error('src/page.ts:1: a sign is missing'); process.exit(1); }
rmSync('build', { recursive: true, force: true });
mkdirSync('build');
writeFileSync('src/lib/platform/i18n/compiled/messages.js', String(Math.random()));
`;
		this.write('bundler.js', script);
		if (existsSync(join(this.folder, 'node_modules/vite'))) this.write('node_modules/vite/bin/vite.js', script);
	}

	run(words: readonly string[], { env = {}, from = this.folder, options = [] }: { env?: Readonly<Record<string, string>>; from?: string; options?: readonly string[] } = {}): Run {
		rmSync(this.#calls, { force: true });
		const { status, stdout, stderr } = spawnSync(process.execPath, [...options, join(this.folder, 'bin/steadfast.mjs'), ...words], {
			cwd: from,
			encoding: 'utf8',
			env: { PATH: process.env['PATH'], npm_execpath: this.npm, NODE_NO_WARNINGS: '1', ...env }
		});
		return {
			status,
			entry: stdout.startsWith('{') ? (JSON.parse(stdout) as Entry) : undefined,
			calls: existsSync(this.#calls) ? readFileSync(this.#calls, 'utf8').trimEnd().split('\n') : [],
			errors: stderr
		};
	}
}

const installs = expect.stringMatching(/^npm ci /);
const builds = 'vite build --logLevel error';

describe('the way in', () => {
	test('the first start installs and builds, the second does neither', () => {
		const clone = new Clone();

		const first = clone.run(['start']);
		const second = clone.run(['start']);

		expect(first).toMatchObject({ status: 0, entry: { file: 'src/main.ts' }, calls: [installs, builds] });
		expect(second).toMatchObject({ status: 0, entry: { file: 'src/main.ts' }, calls: [], errors: '' });
	});

	test('it builds again when what pages are made of has changed, and for nothing else', () => {
		const clone = new Clone();
		clone.run(['start']);
		const after = (path: string, content: string) => {
			clone.write(path, content);
			return clone.run(['start']).calls;
		};

		const calls = {
			source: after('src/page.ts', 'changed'),
			sameSource: after('src/page.ts', 'changed'),
			newSource: after('src/new.ts', ''),
			renamed: (rmSync(join(clone.folder, 'src/new.ts')), after('src/newer.ts', '')),
			message: after('messages/en.json', '{}'),
			picture: after('static/picture.svg', ''),
			test: after('src/page.test.ts', 'changed'),
			compiled: after('src/lib/platform/i18n/compiled/messages.js', 'changed'),
			record: after('archive/forums/a/forum.md', ''),
			data: after('data/steadfast.lock', ''),
			lostBuild: (rmSync(join(clone.folder, 'build'), { recursive: true }), clone.run(['start']).calls)
		};

		expect(calls).toEqual({
			source: [builds],
			sameSource: [],
			newSource: [builds],
			renamed: [builds],
			message: [builds],
			picture: [builds],
			test: [],
			compiled: [],
			record: [],
			data: [],
			lostBuild: [builds]
		});
	});

	test('it installs again when the packages are not those of the lock file, and does not mind those for other machines', () => {
		const clone = new Clone();
		clone.run(['start']);
		const found = (packages: unknown) => {
			clone.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
			return clone.run(['start']).calls[0];
		};

		const calls = {
			older: found({ 'node_modules/wanted': { version: '0.9.0', integrity: 'sha512-wanted-0.9.0' } }),
			forged: found({ 'node_modules/wanted': { version: '1.0.0', integrity: 'sha512-other' } }),
			missing: found({}),
			interrupted: (rmSync(join(clone.folder, 'node_modules/.package-lock.json')), clone.run(['start']).calls[0]),
			withoutNode: (rmSync(clone.ownNode), clone.run(['start']).calls[0]),
			newLock: (clone.lock({ wanted: '1.0.0', another: '2.0.0' }), clone.run(['start']).calls),
			whole: clone.run(['start']).calls
		};

		expect(calls).toEqual({ older: installs, forged: installs, missing: installs, interrupted: installs, withoutNode: installs, newLock: [installs, builds], whole: [] });
	});

	test('an installation or a build that fails stops it with words, and is tried again by the next start', () => {
		const clone = new Clone();
		clone.write('npm.mjs', clone.npmThat('fails'));
		const npmFailed = clone.run(['start']);
		clone.write('npm.mjs', clone.npmThat('runs no scripts'));
		const npmHalf = clone.run(['start']);
		clone.write('npm.mjs', clone.npmThat('works'));
		clone.bundlerThat('fails');
		const buildFailed = clone.run(['start']);
		clone.bundlerThat('works');

		const mended = clone.run(['start']);

		expect(npmFailed).toMatchObject({ status: 1, entry: undefined, calls: [installs], errors: expect.stringMatching(/the network is away\nThe dependencies could not be installed; npm says why above\. /) });
		expect(npmHalf).toMatchObject({ status: 1, entry: undefined, calls: [installs], errors: expect.stringContaining('without running their install scripts') });
		expect(buildFailed).toMatchObject({ status: 1, entry: undefined, calls: [installs, builds], errors: expect.stringMatching(/src\/page\.ts:1: a sign is missing\n+The pages could not be built; the reason stands above\.\n$/) });
		expect(mended).toMatchObject({ status: 0, entry: { file: 'src/main.ts' }, calls: [builds] });
	});

	test('a word that is no command is told with those that there are, before anything is installed', () => {
		const clone = new Clone();

		const runs = [['serve'], [], ['constructor'], ['__proto__']].map((words) => clone.run(words));

		const there = 'There are: start, demo, test, check, bench, archive, audit, newsletter, invite, keeping, verify-site, backup, restore.\n';
		expect(runs.map(({ status, calls, errors }) => ({ status, calls, errors }))).toEqual(
			['serve', '', 'constructor', '__proto__'].map((word) => ({ status: 2, calls: [], errors: `Unknown command "${word}". ${there}` }))
		);
	});

	test('a command is told what was typed and where the person stands, and its output is its own', () => {
		const clone = new Clone();
		clone.run(['start']);
		const elsewhere = newFolder();

		const direct = clone.run(['archive', 'import', 'my files', '--replace'], { from: elsewhere });
		// As npm does it: in the project's folder.
		const byNpm = clone.run(['archive', 'export', 'x'], { env: { npm_lifecycle_event: 'archive', INIT_CWD: elsewhere } });

		expect(direct.entry).toEqual({ file: 'commands/archive.ts', words: ['import', 'my files', '--replace'], folder: clone.folder, calledFrom: elsewhere, parent: '', node: process.execPath });
		expect(byNpm.entry).toEqual({ file: 'commands/archive.ts', words: ['export', 'x'], folder: clone.folder, calledFrom: elsewhere, parent: '', node: process.execPath });
	});

	test('under an older Node the program runs in the one of the lock file, told whom to outlive by nothing', () => {
		const clone = new Clone();
		const olderNode = ['--import', 'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.1.0"}})'];
		const oldNode = ['--import', 'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.20.0"}})'];

		const start = clone.run(['start'], { options: olderNode });
		const command = clone.run(['audit', 'verify'], { options: olderNode });
		const refused = clone.run(['start'], { options: oldNode });

		expect(start).toMatchObject({ status: 0, entry: { file: 'src/main.ts', folder: clone.folder, parent: expect.stringMatching(/^\d+$/) }, calls: [installs, builds] });
		expect(command).toMatchObject({ status: 0, entry: { file: 'commands/audit.ts', words: ['verify'], parent: '' }, calls: [] });
		expect(refused).toMatchObject({ status: 1, entry: undefined, calls: [], errors: 'This is Node 18.20.0; Steadfast needs Node 20 or newer to begin.\n' });
	});
});

test.for(['npm', 'the shell between npm and the program'])('the program is asked to end when %s is gone, which could not pass that on', async (who) => {
	const clone = new Clone();
	clone.run(['start']);
	const marker = join(clone.folder, 'asked-to-end');
	clone.write('src/main.ts', `
		import { writeFileSync } from 'node:fs';
		process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(marker)}, ''); process.exit(); });
		console.log('serving ' + process.ppid);
		setInterval(() => undefined, 1000);
	`);
	// A shell with something left to do stays there, as dash does for npm.
	const npm = spawn(process.execPath, ['-e', `require('node:child_process').spawn('sh', ['-c', '"$0" bin/steadfast.mjs start; true', process.execPath], { stdio: 'inherit' })`], {
		cwd: clone.folder,
		env: { PATH: process.env['PATH'], npm_lifecycle_event: 'start', NODE_NO_WARNINGS: '1' },
		stdio: ['ignore', 'pipe', 'ignore']
	});
	let output = '';
	npm.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
	await until(() => output.includes('serving'));

	if (who === 'npm') npm.kill('SIGKILL');
	else process.kill(Number(/serving (\d+)/.exec(output)?.[1]), 'SIGTERM');

	await until(() => existsSync(marker));
	npm.kill();
});

test('a program whose npm was killed ends by itself, frees its data folder and leaves no PostgreSQL', async () => {
	const dataDir = newFolder();
	const lock = join(dataDir, 'steadfast.lock');
	const script = `
		const { spawn } = require('node:child_process');
		spawn(process.execPath, ['src/main.ts'], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, STEADFAST_PARENT: String(process.pid) } });
	`;
	const outer = spawn(process.execPath, ['-e', script], {
		env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', DATA_DIR: dataDir, ARCHIVE_DIR: '/nowhere', PORT: String(await freePort()) },
		stdio: ['ignore', 'pipe', 'inherit']
	});
	let output = '';
	outer.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
	await until(() => output.includes('Stop:'));
	expect(existsSync(lock)).toBe(true);

	outer.kill('SIGKILL');
	await once(outer, 'exit');

	await until(() => !existsSync(lock));
	expect(output).toMatch(/\nStopping \.\.\.\n/);
	expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
	expect(readdirSync(join(dataDir, 'socket'))).toEqual([]);
});
