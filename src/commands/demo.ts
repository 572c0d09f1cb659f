import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { homesOf } from '#lib/platform/db/embedded-programs.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { run } from '#lib/platform/start/run.ts';
import { accounts, circleWords, programmeNames } from '../demo/said.ts';

/**
 * Note: A demonstration is a house of its own.
 * It has its own folder, its own port and nothing of the operator's configuration: no database server, no mail server, no
 * bucket. It listens on this machine alone, because its pass-phrases are known to everybody. Its name on every page says
 * what it is. Filling it is done by a process that is to the server what a browser is.
 */
const folder = resolve(process.env['DEMO_DIR'] ?? 'data-demo');
const port = Number(process.env['DEMO_PORT'] ?? 3200);
const origin = `http://localhost:${port}`;
/** Says that the folder is a demonstration's, and whether it is whole. Without it nothing in the folder is touched. */
const mark = join(folder, 'demonstration');
const marks = { begun: 'begun\n', whole: 'whole\n' };
const archiveDir = join(folder, 'archive');
/** A forum that was never held, and its statement; `YEAR` is five years ago. */
const followed = join('src', 'demo', 'record', 'demonstration-five-years-ago');

await run(async () => {
	if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Refusal('DEMO_PORT: found something else; allowed: a whole number from 1 to 65535.');
	if (existsSync(folder) && readdirSync(folder).length > 0) {
		if (!existsSync(mark)) throw new Refusal(`${folder} is not empty and no demonstration. Nothing in it was changed. Set DEMO_DIR to another folder.`);
		if (!isWhole()) await forgetInterrupted();
	}
	if (!existsSync(mark)) begin();
	const server = startServer();
	const ended = endOf(server);
	const asked = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			asked.abort();
			server.kill(signal);
		});
	}
	const welcome = await Promise.race([untilRunning(server), ended]);
	if (typeof welcome === 'string') {
		try {
			if (!isWhole()) await fill(welcome, asked.signal);
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

function isWhole(): boolean {
	return readFileSync(mark, 'utf8') === marks.whole;
}

/** A folder with the record of the real forums under another name, so that nobody takes it for the real one, and one forum that was never held. */
function begin(): void {
	mkdirSync(folder, { recursive: true });
	writeFileSync(mark, marks.begun);
	cpSync('archive', archiveDir, { recursive: true });
	const year = String(new Date().getUTCFullYear() - 5);
	for (const name of readdirSync(followed, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.md'))) {
		const into = join(archiveDir, 'forums', 'demonstration-five-years-ago', name);
		mkdirSync(dirname(into), { recursive: true });
		writeFileSync(into, readFileSync(join(followed, name), 'utf8').replaceAll('YEAR', year));
	}
	const file = join(archiveDir, 'programme.md');
	const names = Object.entries(programmeNames).map(([language, name]) => `  ${language}: ${JSON.stringify(name)}\n`);
	writeFileSync(file, readFileSync(file, 'utf8').replace(/^name:\n(?: {2}.*\n)+/m, `name:\n${names.join('')}`));
}

function startServer(): ChildProcess {
	const own = { DATABASE_URL: '', BLOB_STORE_URL: '', SMTP_URL: '', PUBLIC_ORIGIN: '', VAULT_ORIGIN: '', HOST: '127.0.0.1', METRICS_PORT: '', CLIENT_ADDRESS_HEADER: '', CLOCK: 'trusted', DEMONSTRATION: 'yes', DATA_DIR: folder, ARCHIVE_DIR: archiveDir, PORT: String(port) };
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

async function fill(welcome: string, asked: AbortSignal): Promise<void> {
	const [link] = welcome.match(/http\S+#\S+/) ?? [];
	if (link === undefined) throw new Error('The start of an empty installation has printed no link.');
	console.log('Filling the demonstration through the code that browsers run (about a minute) ...');
	const filling = spawn(process.execPath, ['--conditions=browser', '--import', './src/demo/tab.ts', 'src/demo/fill.ts', link], { env: { ...process.env, DEMO_ORIGIN: origin }, stdio: ['ignore', 'inherit', 'inherit'] });
	// It would wait for the server to come back, as a browser does.
	asked.addEventListener('abort', () => filling.kill());
	const code = await new Promise<number | null>((done) => filling.once('exit', done));
	if (asked.aborted) throw new Refusal('Interrupted while it was being filled. Nothing of it is kept: the next start begins anew.');
	if (code !== 0) throw new Refusal('The demonstration could not be filled; the reason stands above. Nothing of it is kept: start it again.');
	writeFileSync(mark, marks.whole);
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
		`Forums: ${origin}/en/desk/forums for who plans them, ${origin}/en/forums for everybody.`,
		`A round that is open and a draft in adoption: in the circle "${circleWords.assembly.name}". What became of a statement: ${origin}/en/followup, and ${origin}/en/desk/followup for who records it.`,
		`Stop: press Ctrl-C. To be rid of it delete ${folder}.`
	].join('\n');
}
