import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Other people's programs that the tests ask for their opinion, by the name of the Debian package that brings them. */
const debianTools = [
	{ program: 'age', packageName: 'age' },
	{ program: 'xmllint', packageName: 'libxml2-utils' },
	{ program: 'pdftotext', packageName: 'poppler-utils' },
	{ program: 'python3', packageName: 'python3' },
	{ program: 'w3m', packageName: 'w3m' }
];

/**
 * Note: Which browser.
 * Chromium as a person has it builds its own surfaces, some of them pages, for each new window, also where no window is
 * shown: beside a page that is looked at or measured they take as long as the page. `chromium-headless-shell` is the same
 * engine without them and takes its place, but where something of the whole browser is asked for, as web push is.
 */
const shell = 'chromium-headless-shell';
const browsers = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const macBrowsers = ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/**
 * Finds Chromium, and where root runs the tests on a Debian-like system installs it together with the other programs
 * that tests use. False where there is no Chromium. A test whose other program is missing says so and is skipped.
 */
export function installTools(): boolean {
	const missing = debianTools.filter(({ program }) => which(program) === undefined).map(({ packageName }) => packageName);
	if (!hasVobject()) missing.push('python3-vobject');
	if (findBrowser() === undefined) missing.push('chromium');
	const lacksShell = named() === undefined && which(shell) === undefined;
	if ((missing.length > 0 || lacksShell) && process.getuid?.() === 0 && which('apt-get') !== undefined) {
		console.log(`Installing for the tests: ${[...missing, ...(lacksShell ? [shell] : [])].join(', ')} ...`);
		apt('update', '-qq');
		if (missing.length > 0) install(missing);
		// Not every system that has apt has it.
		if (lacksShell) install([shell]);
	}
	return findBrowser() !== undefined;
}

function install(packages: readonly string[]): void {
	apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

function apt(...args: string[]): void {
	spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

function named(): string | undefined {
	const path = process.env['CHROMIUM'];
	return path === '' ? undefined : path;
}

/** A whole browser: the one that CHROMIUM names, else the first that is installed; undefined where there is none. */
export function findBrowser(): string | undefined {
	const chosen = named();
	if (chosen !== undefined) return existsSync(chosen) ? chosen : undefined;
	return browsers.map(which).find((path) => path !== undefined) ?? macBrowsers.find((path) => existsSync(path));
}

/** What looks at pages: a browser without its surfaces where one is installed and CHROMIUM names no other. */
export function findEngine(): string | undefined {
	return (named() === undefined ? which(shell) : undefined) ?? findBrowser();
}

function hasVobject(): boolean {
	return spawnSync('/usr/bin/python3', ['-c', 'import vobject'], { stdio: 'ignore' }).status === 0;
}

function which(program: string): string | undefined {
	for (const folder of (process.env['PATH'] ?? '').split(':')) {
		if (folder !== '' && existsSync(`${folder}/${program}`)) return `${folder}/${program}`;
	}
	return undefined;
}
