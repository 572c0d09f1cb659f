import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { homesOf } from '#lib/platform/db/embedded-programs.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { run } from '#lib/platform/start/run.ts';
import { accounts, programmeNames } from '../demo/said.ts';

/**
 * Note: A demonstration is a house of its own.
 * It has its own folder, its own port and nothing of the operator's configuration: no database server, no mail server, no
 * bucket. It listens on this machine alone, because its pass-phrases are known to everybody. Its name on every page says
 * what it is. Filling it is done by a process that is to the server what a browser is.
 */
const folder = resolve(process.env['DEMO_DIR'] ?? 'data-demo');
const port = Number(process.env['DEMO_PORT'] ?? 3200);
const origin = `http://localhost:${port}`;
const whole = join(folder, 'filled');
const archiveDir = join(folder, 'archive');

await run(async () => {
	if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Refusal('DEMO_PORT: found something else; allowed: a whole number from 1 to 65535.');
	if (existsSync(folder) && !existsSync(whole)) await forgetInterrupted();
	mkdirSync(folder, { recursive: true });
	if (!existsSync(archiveDir)) markedArchive();
	const server = startServer();
	const ended = endOf(server);
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill(signal));
	const welcome = await Promise.race([untilRunning(server), ended]);
	if (typeof welcome === 'string') {
		try {
			if (!existsSync(whole)) await fill(welcome);
			console.log(told());
		} catch (error) {
			server.kill('SIGTERM');
			await ended;
			throw error;
		}
	}
	process.exitCode = await ended;
});

/**
 * One whose filling was interrupted is not gone on with: everything in it was made up, and is made anew. Its database may
 * still run, where somebody killed the program: a start takes it over, and ends it in good order.
 */
async function forgetInterrupted(): Promise<void> {
	const server = startServer();
	const ended = endOf(server);
	await Promise.race([untilRunning(server), ended]);
	server.kill('SIGTERM');
	await ended;
	for (const home of homesOf(folder)) rmSync(home, { recursive: true, force: true });
}

function endOf(server: ChildProcess): Promise<number> {
	return new Promise((done) => server.once('exit', (code) => done(code ?? 1)));
}

/** The record of the real forums under another name, so that nobody takes it for the real one. */
function markedArchive(): void {
	cpSync('archive', archiveDir, { recursive: true });
	for (const file of globSync(join(archiveDir, 'programme.md'))) {
		const names = Object.entries(programmeNames).map(([language, name]) => `  ${language}: ${JSON.stringify(name)}`);
		const text = readFileSync(file, 'utf8');
		writeFileSync(file, text.replace(/^name:\n(?: {2}.*\n)+/m, `name:\n${names.join('\n')}\n`));
	}
}

function startServer(): ChildProcess {
	const own = { DATABASE_URL: '', BLOB_STORE_URL: '', SMTP_URL: '', PUBLIC_ORIGIN: '', VAULT_ORIGIN: '', HOST: '127.0.0.1', METRICS_PORT: '', CLIENT_ADDRESS_HEADER: '', CLOCK: 'trusted', DATA_DIR: folder, ARCHIVE_DIR: archiveDir, PORT: String(port) };
	return spawn(process.execPath, ['src/main.ts'], { env: { ...process.env, ...own }, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Resolves with what the server said when it was ready to serve. Its lines about requests are not shown: there are hundreds. */
function untilRunning(server: ChildProcess): Promise<string> {
	return new Promise((done) => {
		let said = '';
		server.stdout?.on('data', (bytes: Buffer) => {
			if (said.includes('Stop: press Ctrl-C.')) return;
			said += bytes.toString();
			if (said.includes('Stop: press Ctrl-C.')) done(said);
		});
	});
}

async function fill(welcome: string): Promise<void> {
	const [link] = welcome.match(/http\S+#\S+/) ?? [];
	if (link === undefined) throw new Refusal(`The folder ${folder} has somebody's account in it and is no demonstration. Choose another with DEMO_DIR.`);
	console.log('Filling the demonstration through the code that browsers run (about a minute) ...');
	const filling = spawn(process.execPath, ['--conditions=browser', '--import', './src/demo/tab.ts', 'src/demo/fill.ts', link], { env: { ...process.env, DEMO_ORIGIN: origin }, stdio: ['ignore', 'inherit', 'inherit'] });
	const code = await new Promise<number | null>((done) => filling.once('exit', done));
	if (code !== 0) throw new Refusal('The demonstration could not be filled; the reason stands above. Nothing of it is kept: start it again.');
	writeFileSync(whole, `${new Date().toISOString()}\n`);
}

function told(): string {
	const people = Object.values(accounts).map(({ name, passphrase }) => `  ${name}: ${passphrase}`);
	return [
		'',
		`The demonstration is running: ${origin}`,
		'Nobody and nothing in it is real. It listens on this machine only.',
		`Sign in at ${origin}/en/sign-in with a name and its pass-phrase:`,
		...people,
		`Begin as "${accounts.ana.name}" at ${origin}/en/desk/grants; apply at ${origin}/en/apply/rapid-support.`,
		`Stop: press Ctrl-C. To be rid of it delete ${folder}.`
	].join('\n');
}
