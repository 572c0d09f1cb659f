// What grants cost: a desk with 4,000 applications of which 200 are open, in Chromium through the real server, beside as
// many records opened by Web Crypto alone; an application with three files of 5 MB, sealed and sent, beside the same bytes
// sent unsealed; and two hundred people who send in the last minute before a deadline, all to one process.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { newReceipt } from '#vault';
import { CircleCore, type Contacts } from '../src/lib/circles/client/core.ts';
import type { OpenCircle } from '../src/lib/circles/client/open-circle.ts';
import { partBytes } from '../src/lib/circles/limits.ts';
import { seal } from '../src/lib/circles/client/seal.ts';
import { caseBody, type Case } from '../src/lib/grants/case.ts';
import { fetchCall } from '../src/lib/grants/client/call.ts';
import { inboxOf, publishCall } from '../src/lib/grants/client/calls.ts';
import { Desk } from '../src/lib/grants/client/desk.ts';
import { lineTo, type Line } from '../src/lib/circles/client/line.ts';
import { sealApplication } from '../src/lib/grants/client/sealing.ts';
import { parcelOf, sendParcel, type Parcel } from '../src/lib/grants/client/sending.ts';
import { deadlineOf } from '../src/lib/grants/deadline.ts';
import { openDatabase } from '../src/lib/platform/db/database.ts';
import { randomId } from '../src/lib/vault/envelope.ts';
import { answerWords, beginForm, sealForm, steps } from '../tests/applying-steps.ts';
import { openBrowser } from '../tests/browser.ts';
import { someContent } from '../tests/calls.ts';
import { accept, go, joined } from '../tests/circle-steps.ts';
import { firstLink } from '../tests/joining.ts';
import { freePort, startServer, until } from '../tests/server.ts';
import { somebody, type Somebody } from '../tests/somebody.ts';
import { temporaryFolder } from '../tests/temporary.ts';
import { bareUpload } from './_bare-upload.ts';
import { median, printTable } from './_figures.ts';
import { keepRecord } from './_keep-record.ts';
import { openedBare } from './_opened-bare.ts';

/** For a core that no snapshot is made of. */
const nobody = (): Promise<Contacts> => Promise.resolve({ known: new Map(), failed: undefined });

const kept = 4_000;
const open = 200;
const people = 200;
const atMostMs = 3_000;
const rounds = 3;

const folder = temporaryFolder('bench-grants');
const server = await startServer({ env: { CLOCK: 'trusted', CLIENT_ADDRESS_HEADER: 'X-Visitor' } });
const db = openDatabase({ host: join(server.dataDir, 'socket'), user: 'steadfast', database: 'steadfast' }, { connections: 4 });
let visitors = 0;
/** Somebody's own line: who asks from one address for all of them is slowed down. The addresses are those for measurements (RFC 2544). */
const lineOfNext = (): Line => lineTo(server.origin, { origin: server.origin, 'x-visitor': `198.18.${visitors >> 8}.${visitors++ & 255}` });
const browser = await openBrowser();
try {
	const { page } = await joined(browser, firstLink(server), 'Reader');
	const { id: reader } = await db.selectFrom('account').select('id').executeTakeFirstOrThrow();
	const writer = await somebody(db, { name: 'Writer' });
	const circle = await deskFor(writer, reader);
	await accept(page, `/en/circles/${circle.id}`);
	await fillDesk(writer, circle);
	await measureDesk(page);
	await measureFiles();
	await measureLastMinute(writer, circle);
} finally {
	await browser.close();
	await db.destroy();
	await server[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true, force: true });
}

async function deskFor(writer: Somebody, reader: string): Promise<OpenCircle> {
	const { circle } = sure(await writer.circles(server.origin).foundCircle({ name: 'Desk', purpose: '' }));
	const added = sure(await circle.add({ account: reader, name: 'Reader' })).circle;
	const inbox = inboxOf(added);
	sure(await publishCall(writer.link(server.origin), added, { draft: { slug: 'rapid', kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
	return added;
}

/** The open ones as applicants send and officers take them in; of the others what a list shows of them: a row, and a case that is closed. */
async function fillDesk(writer: Somebody, circle: OpenCircle): Promise<void> {
	const link = writer.link(server.origin);
	const desk = new Desk(link, circle);
	const call = sure(await desk.call('rapid')).state;
	let example: Case | undefined;
	await several(open, async (at) => {
		const parcel = await parcelFor('rapid', `${'Somebody made up wrote this. '.repeat(30)}Number ${at}.`);
		sure(await sendParcel(lineOfNext(), parcel));
		const { opened } = sure(await desk.move({ call, opened: sure(await desk.open(call, parcel.application)).opened, move: 'acknowledge' }));
		example ??= opened.case.now;
	});
	if (example === undefined) throw new Error('Nothing was taken in.');
	const core = new CircleCore({ link, id: circle.id, contacts: nobody, meet: nobody });
	sure(await core.bring());
	const epoch = core.keys.get(core.state.epochs.length);
	if (epoch === undefined) throw new Error('No key of the newest epoch.');
	const row = await db.selectFrom('grant_application').selectAll().where('id', '=', example.application).executeTakeFirstOrThrow();
	const { last_change } = await db.selectFrom('grant_call').select('last_change').where('id', '=', call.call).executeTakeFirstOrThrow();
	const closed: Case = { ...example, standing: { state: 'closed', heldFrom: null, proposed: null } };
	await several(kept - open, async (at) => {
		const application = randomId();
		await db.insertInto('grant_application').values({ ...row, id: application, mailbox_hash: randomBytes(32).toString('base64url'), state: 'done', due_at: null, change: Number(last_change) + 1 + at }).execute();
		const { hash: _, ...request } = await seal({ circle: circle.id, record: application, kind: 'grant-case', version: 1, previous: null, body: caseBody({ ...closed, application }), head: core.state.head, epoch, by: link.keys, at: new Date() });
		await keepRecord(db, writer, { circle: circle.id, record: application, request });
	});
	await db.updateTable('grant_call').set({ last_change: Number(last_change) + kept }).where('id', '=', call.call).execute();
}

async function several(count: number, work: (at: number) => Promise<void>): Promise<void> {
	let next = 0;
	await Promise.all(Array.from({ length: 8 }, async () => {
		while (next < count) await work(next++);
	}));
}

async function parcelFor(slug: string, text: string): Promise<Parcel> {
	const { state } = sure(await fetchCall(lineOfNext(), slug, undefined)).call;
	const receipt = await newReceipt();
	const sealed = await sealApplication({ call: state, language: 'en', role: 'self', answers: { situation: { kind: 'text', text }, kind: { kind: 'choices', chosen: ['legal'] }, name: { kind: 'text', text: 'Nobody' } }, files: {}, receipt, second: null, now: new Date() });
	return parcelOf(sealed, { slug, late: undefined, receipt });
}

/** From the press on the link to the list, and from the press on "open all" until the whole text of every open one is searched. */
async function measureDesk(page: Page): Promise<void> {
	const devtools = await page.context().newCDPSession(page);
	const rows: string[][] = [];
	for (const slower of [1, 4]) {
		const times = { list: [] as number[], open: [] as number[], bare: [] as number[] };
		for (let round = -1; round < rounds; round++) {
			await signInAnew(page, devtools);
			await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
			const list = await timed(async () => {
				await go(page, '/en/desk/grants/rapid');
				await page.getByText(/^Shown: /).waitFor();
			});
			await page.locator('#asked').fill(`Number ${open - 1}.`);
			const all = await timed(async () => {
				await page.getByRole('button', { name: 'Open what is worked on and search in the whole text' }).click();
				await page.getByText('Shown: 1.').waitFor({ timeout: 120_000 });
			});
			const bare = await page.evaluate(openedBare, kept);
			await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
			if (round < 0) continue;
			times.list.push(list);
			times.open.push(all);
			times.bare.push(bare);
		}
		const whole = median(times.list.map((list, at) => list + (times.open[at] ?? 0)));
		rows.push([slower === 1 ? 'as it is' : 'slowed four times', median(times.list).toFixed(0), median(times.open).toFixed(0), whole.toFixed(0), median(times.bare).toFixed(0), (whole / median(times.bare)).toFixed(1), slower === 1 ? `<= ${atMostMs} ms${whole <= atMostMs ? '' : '  NOT REACHED'}` : 'told']);
	}
	printTable([`${kept} applications, ${open} of them open`, 'listed, ms', 'open ones opened and searched, ms', 'both', `${kept} records opened bare, ms`, 'ratio to bare', 'claimed'], rows);
	console.log();
}

/** So that nothing of the circle is in the tab. */
async function signInAnew(page: Page, devtools: CDPSession): Promise<void> {
	await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
	await page.goto(`${server.origin}/en/sign-in`);
	await page.getByRole('button', { name: /passkey/ }).click();
	await page.waitForURL(/\/account$/);
	await page.waitForLoadState('networkidle');
}

/** The form in Chromium: what sealing takes and what sending takes, beside three files of as many bytes sent as they are. */
async function measureFiles(): Promise<void> {
	mkdirSync(join(folder, 'bare'), { recursive: true });
	const files = [1, 2, 3].map((number) => join(folder, `${number}.bin`));
	for (const file of files) writeFileSync(file, randomBytes(5_000_000));
	const barePort = await freePort();
	const bareServer = spawn(process.execPath, ['bench/_bare-files.ts', String(barePort), join(folder, 'bare')], { stdio: 'inherit' });
	await until(() => fetch(`http://127.0.0.1:${barePort}`).then(() => true, () => false));
	const times = { sealed: [] as number[], sent: [] as number[], bare: [] as number[] };
	try {
		for (let round = -1; round < rounds; round++) {
			const context = await browser.newContext();
			const bare = await context.newPage();
			await bare.goto(`http://127.0.0.1:${barePort}`);
			let bareMs = 0;
			for (const file of files) {
				await bare.setInputFiles('input', file);
				bareMs += await bare.evaluate(bareUpload, partBytes);
			}
			const page = await context.newPage();
			await page.goto(`${server.origin}/en/apply/rapid`);
			await beginForm(page, steps.en);
			await page.getByLabel('What has happened?').fill('Made up for a measurement.');
			await page.getByLabel('legal').check();
			await page.locator('input[type=file]').setInputFiles(files);
			await page.getByText('3.bin').waitFor();
			let receipt: string[] = [];
			const sealed = await timed(async () => {
				receipt = await sealForm(page, steps.en);
			});
			await answerWords(page, receipt, steps.en);
			const sent = await timed(async () => {
				await page.getByRole('button', { name: steps.en.send }).click();
				await page.getByRole('heading', { name: steps.en.arrived }).waitFor({ timeout: 120_000 });
			});
			await context.close();
			if (round < 0) continue;
			times.sealed.push(sealed);
			times.sent.push(sent);
			times.bare.push(bareMs);
		}
	} finally {
		bareServer.kill();
	}
	const ratio = median(times.bare.map((bare, at) => ((times.sealed[at] ?? 0) + (times.sent[at] ?? 0)) / bare));
	printTable(['an application with three files of 5 MB', 'sealed and opened again, ms', 'sent, ms', 'unsealed, ms', 'ratio'], [['through the form', median(times.sealed).toFixed(0), median(times.sent).toFixed(0), median(times.bare).toFixed(0), ratio.toFixed(1)]]);
	console.log();
}

/** Everybody sealed beforehand and sends at a moment of the last minute; somebody else a second after it, too late. */
async function measureLastMinute(writer: Somebody, circle: OpenCircle): Promise<void> {
	const inbox = inboxOf(circle);
	const closing = Math.ceil(Date.now() / 60_000) * 60_000 + 60_000;
	const last = new Date(closing - 60_000).toISOString();
	sure(await publishCall(writer.link(server.origin), circle, { draft: { slug: 'last-minute', kind: 'call', deadline: deadlineOf({ day: last.slice(0, 10), time: last.slice(11, 16), zone: 'UTC' }), content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
	const parcels: Parcel[] = [];
	await several(people + 1, async () => void parcels.push(await parcelFor('last-minute', 'Somebody who is nearly late.')));
	const late = parcels.pop();
	if (late === undefined || Date.now() > closing - 30_000) throw new Error('Sealing took too long for the minute.');
	const begin = Date.now();
	const times: number[] = [];
	const outcomes = await Promise.all(
		parcels.map(async (parcel, at) => {
			// More and more of them towards the end, the last one half a second before it.
			const moment = begin + (closing - 500 - begin) * Math.sqrt(at / (people - 1));
			await new Promise((resolve) => setTimeout(resolve, moment - Date.now()));
			const begun = performance.now();
			const outcome = await sendParcel(lineOfNext(), parcel);
			times.push(performance.now() - begun);
			return outcome.ok;
		})
	);
	await new Promise((resolve) => setTimeout(resolve, closing + 1000 - Date.now()));
	const refused = await sendParcel(lineOfNext(), late);
	const { arrived, late: wronglyLate } = await db
		.selectFrom('grant_application')
		.innerJoin('grant_call', 'grant_call.id', 'call_id')
		.select(({ fn }) => [fn.count<number>('grant_application.id').filterWhere('whole_at', 'is not', null).as('arrived'), fn.count<number>('grant_application.id').filterWhere('in_time', '=', false).as('late')])
		.where('slug', '=', 'last-minute')
		.executeTakeFirstOrThrow();
	const sorted = times.toSorted((a, b) => a - b);
	const quantile = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(0);
	const isKept = outcomes.every(Boolean) && Number(arrived) === people && Number(wronglyLate) === 0 && !refused.ok;
	printTable(
		[`${people} people in the last minute`, 'median ms', 'p99 ms', 'arrived', 'wrongly late', 'one second after', 'claimed'],
		[['promise and body', quantile(0.5), quantile(0.99), String(arrived), String(wronglyLate), refused.ok ? 'taken' : refused.reason, `none lost, none wrongly late${isKept ? '' : '  NOT REACHED'}`]]
	);
}

async function timed(act: () => Promise<void>): Promise<number> {
	const begun = performance.now();
	await act();
	return performance.now() - begun;
}

function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}
