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

const browsers = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const macBrowsers = ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/**
 * Finds Chromium, and where root runs the tests on a Debian-like system installs it together with the other programs
 * that tests use. Gives back Chromium's path, or undefined where there is none. A test whose other program is missing
 * says so and is skipped.
 */
export function installTools(): string | undefined {
	const missing = debianTools.filter(({ program }) => which(program) === undefined).map(({ packageName }) => packageName);
	if (!hasVobject()) missing.push('python3-vobject');
	if (findBrowser() === undefined) missing.push('chromium');
	if (missing.length > 0 && process.getuid?.() === 0 && which('apt-get') !== undefined) {
		console.log(`Installing for the tests: ${missing.join(', ')} ...`);
		const apt = (...args: string[]) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
		apt('update', '-qq');
		apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
	}
	return findBrowser();
}

function findBrowser(): string | undefined {
	const named = process.env['CHROMIUM'];
	if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
	return browsers.map(which).find((path) => path !== undefined) ?? macBrowsers.find((path) => existsSync(path));
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
