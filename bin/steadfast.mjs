#!/usr/bin/env node
// The way in for every npm script. Runs under any Node from 20 on and before anything is installed, so it is plain
// JavaScript without dependencies: it brings the dependencies and the build up to date and hands over to the program
// under the Node that the lock file brings along.
import { spawnSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const here = process.cwd();
const starters = startersOfNow();
process.chdir(root);

/** What each command needs before it runs. Whatever speaks to people needs the build, which compiles the messages. */
const commands = {
	start: { entry: 'src/main.ts', built: true },
	demo: { entry: 'src/commands/demo.ts', built: true },
	test: { entry: 'src/commands/test.ts', built: true },
	check: { entry: 'src/commands/check.ts', built: true },
	bench: { entry: 'src/commands/bench.ts', built: true },
	archive: { entry: 'src/commands/archive.ts', built: true },
	audit: { entry: 'src/commands/audit.ts', built: false },
	newsletter: { entry: 'src/commands/newsletter.ts', built: true },
	invite: { entry: 'src/commands/invite.ts', built: false },
	keeping: { entry: 'src/commands/keeping.ts', built: true },
	'verify-site': { entry: 'src/commands/verify-site.ts', built: true },
	backup: { entry: 'src/commands/backup.ts', built: false },
	restore: { entry: 'src/commands/restore.ts', built: true }
};

const [name = '', ...words] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
	console.error(`Unknown command "${name}". There are: ${Object.keys(commands).join(', ')}.`);
	process.exit(2);
}
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 20) {
	console.error(`This is Node ${process.versions.node}; Steadfast needs Node 20 or newer to begin.`);
	process.exit(1);
}

const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
if (!isInstalled()) install();
if (command.built && !isBuilt()) build();
// npm runs scripts in the project's folder and tells here where the person stands who typed.
process.env.STEADFAST_CALLED_FROM = process.env.INIT_CWD ?? here;
if (resolve(process.execPath) === resolve(node) || major >= 24) {
	process.argv = [process.execPath, command.entry, ...words];
	if (name === 'start') whenStartersEnd(() => process.kill(process.pid, 'SIGTERM'));
	await import(pathToFileURL(join(root, command.entry)).href);
} else {
	handOver();
}

/** Whether node_modules is what package-lock.json says, by the list that npm itself keeps of what it put there. */
function isInstalled() {
	try {
		const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
		const found = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8')).packages;
		const same = (path) => found[path]?.version === wanted[path].version && found[path]?.integrity === wanted[path].integrity;
		return (
			Object.keys(wanted).every((path) => path === '' || (wanted[path].optional && !found[path]) || same(path)) &&
			existsSync(node)
		);
	} catch {
		return false;
	}
}

function install() {
	console.error('Installing the locked dependencies (about half a minute) ...');
	const npm = process.env.npm_execpath;
	const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
	const done = npm ? spawnSync(process.execPath, [npm, ...args], { stdio: 'inherit' }) : spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
	if (done.status !== 0) {
		console.error('The dependencies could not be installed; npm says why above. Nothing else was changed. Try again when that is mended.');
		process.exit(1);
	}
	if (!existsSync(node)) {
		console.error('npm installed the dependencies without running their install scripts, one of which brings Node 24. Allow them (npm config delete ignore-scripts) and start again.');
		process.exit(1);
	}
}

/** The build carries the hash of everything it was made from. */
function isBuilt() {
	try {
		return readFileSync('build/made-from', 'utf8') === inputs();
	} catch {
		return false;
	}
}

function build() {
	console.error('Building the pages ...');
	const made = inputs();
	const done = spawnSync(node, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error'], {
		encoding: 'utf8',
		// Set to anything else, it would go into the files, and no stranger could make the same (verify-site).
		env: { ...process.env, NODE_ENV: 'production' }
	});
	if (done.status !== 0) {
		console.error(`${done.stdout}${done.stderr}\nThe pages could not be built; the reason stands above.`);
		process.exit(1);
	}
	writeFileSync('build/made-from', made);
}

function inputs() {
	const hash = createHash('sha256');
	const add = (path) => hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
	const walk = (folder) => {
		if (!existsSync(folder)) return;
		for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
			const path = `${folder}/${entry.name}`;
			if (entry.isDirectory()) {
				if (path !== 'src/lib/platform/i18n/compiled') walk(path);
			} else if (!entry.name.endsWith('.test.ts')) add(path);
		}
	};
	for (const file of ['package-lock.json', 'vite.config.ts', 'tsconfig.json', 'project.inlang/settings.json']) add(file);
	for (const folder of ['src', 'messages', 'static']) walk(folder);
	return hash.digest('hex');
}

/**
 * npm, which waits for this process, and the shell that it may have put in between: a killed npm tells nobody, and one
 * that is asked to end tells that shell alone. Empty where npm did not start this.
 */
function startersOfNow() {
	if (process.env.npm_lifecycle_event === undefined) return '';
	try {
		const isShell = readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8').split('\0')[1] === '-c';
		const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
		// The second field is the program's name in parentheses; then come the state and the parent (proc(5)).
		return isShell ? `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}` : String(process.ppid);
	} catch {
		return String(process.ppid); // A system without /proc.
	}
}

/** Without this a server whose npm was killed would hold the port and the data, and nobody would see it. */
function whenStartersEnd(end) {
	if (starters === '') return;
	const watch = setInterval(() => {
		if (startersOfNow() === starters) return;
		clearInterval(watch);
		end();
	}, 500);
	watch.unref();
}

/**
 * Only on the first run, when the Node that started npm is an older one: that one waits and passes signals on, and the
 * program ends when it is gone.
 */
function handOver() {
	const child = spawn(node, [command.entry, ...words], {
		stdio: 'inherit',
		env: { ...process.env, ...(name === 'start' ? { STEADFAST_PARENT: String(process.pid) } : {}) }
	});
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
	if (name === 'start') whenStartersEnd(() => child.kill('SIGTERM'));
	child.on('error', () => {
		console.error(`${node} could not be run. Delete node_modules and start again.`);
		process.exit(1);
	});
	child.on('exit', (code) => process.exit(code ?? 1));
}
