// A public day: how fast a published question reaches ten thousand who follow it, beside a bare server of events in the same
// run; what one of them costs in memory; how fast the page of the item is served; how heavy the page with its script is.
import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { connectionOf } from '../src/lib/platform/db/database.ts';
import { databaseOf } from '../tests/attacks/seizure.ts';
import { freePort, startServer, until } from '../tests/server.ts';
import { median, printTable } from './_figures.ts';
import type { LoadResult } from './_load.ts';

const count = Number(process.env['VIEWERS'] ?? 10_000);
const rounds = 9;
const slug = '2019-building-solidarity-toward-equality-for-all';
const item = 'd4-conclusions';

const [helloPort, barePort] = [await freePort(), await freePort()];
const hello = spawn(process.execPath, ['bench/_hello.ts', String(helloPort)], { stdio: 'ignore' });
const bare = spawn(process.execPath, ['bench/_bare-events.ts', String(barePort)], { stdio: 'ignore' });
for (const port of [helloPort, barePort]) await until(() => fetch(`http://127.0.0.1:${port}`, { method: 'POST' }).then(() => true, () => false));
const server = await startServer();
const port = Number(new URL(server.origin).port);
const client = new pg.Client(connectionOf(databaseOf(server.dataDir)));
await client.connect();
await client.query("insert into forum_public_item (forum, item, content) values ($1, $2, '{\"streams\":[],\"documents\":[]}')", [slug, item]);
for (let number = 1; number <= 50; number++) {
	await client.query(
		"insert into forum_question (id, forum, item, number, lane, language, words, cluster, state, place, arrived_at, settled_at) values ($1, $2, $3, $4, 'stream', 'en', $5, '', $6, $4, now(), now())",
		[`question-${String(number).padStart(13, '0')}`, slug, item, number, `Made-up question ${number}: what has been done since the last forum about what was promised there?`, number <= 20 ? 'approved' : 'waiting']
	);
}

const page = `/en/forums/${slug}/public/${item}`;

/** Publishes the next question as a moderator's act does: the change and its announcement in one transaction. Gives the version. */
async function publish(): Promise<number> {
	await client.query('begin');
	await client.query("update forum_question set state = 'approved' where id = (select id from forum_question where state = 'waiting' order by number limit 1)");
	const { rows } = await client.query<{ version: number }>('update forum_public_item set version = version + 1 returning version');
	const version = rows[0]?.version ?? 0;
	await client.query('select pg_notify($1, $2)', ['steadfast_publication', `live:${slug}/${item}@${version}`]);
	await client.query('commit');
	return version;
}

function residentKb(child: ChildProcess): number {
	return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
}

/** Connects the viewers; gives what they cost the server in kilobytes each. */
async function connected(to: number, path: string, of: ChildProcess): Promise<{ readonly viewers: ChildProcess; readonly kbEach: number }> {
	const before = residentKb(of);
	const viewers = fork('bench/_viewers.ts', [String(to), path, String(count)], { execArgv: [] });
	await once(viewers, 'message');
	await setTimeout(2000);
	return { viewers, kbEach: (residentKb(of) - before) / count };
}

/** How long from its telling until the last viewer had it. */
async function lastHadIt(viewers: ChildProcess, tell: () => Promise<number>): Promise<number> {
	const begun = performance.timeOrigin + performance.now();
	const told = once(viewers, 'message');
	await tell();
	const [{ at }] = (await told) as [{ readonly at: number }];
	return at - begun;
}

const times: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
const kbEach: { ours: number; bare: number } = { ours: 0, bare: 0 };
// One after the other, each with all its viewers: together they would have twice as many sockets as the limit of one process allows a client.
const own = await connected(port, `/live/${slug}/${item}`, server.process);
const plain = await connected(barePort, '/live', bare);
[kbEach.ours, kbEach.bare] = [own.kbEach, plain.kbEach];
for (let round = -1; round < rounds; round++) {
	// More than the second in which changes are told together.
	await setTimeout(1300);
	const ours = await lastHadIt(own.viewers, publish);
	await setTimeout(300);
	const theirs = await lastHadIt(plain.viewers, () => fetch(`http://127.0.0.1:${barePort}/${1000 + round}`, { method: 'POST' }).then(() => round));
	// The first round warms up.
	if (round < 0) continue;
	times.ours.push(ours);
	times.bare.push(theirs);
}
for (const { viewers } of [own, plain]) viewers.send('end');

const ratio = median(times.ours.map((ours, round) => ours / (times.bare[round] ?? Number.NaN)));
printTable(
	[`${count} who follow`, 'last one has it, ms', 'slowest round, ms', 'ratio to bare', 'claimed', 'memory each, KB'],
	[
		['bare node:http', median(times.bare).toFixed(0), Math.max(...times.bare).toFixed(0), '1', '', kbEach.bare.toFixed(1)],
		['Steadfast', median(times.ours).toFixed(0), Math.max(...times.ours).toFixed(0), ratio.toFixed(2), `<= 1.5${ratio <= 1.5 ? '' : '  NOT REACHED'}`, kbEach.ours.toFixed(1)]
	]
);

const load = (to: number, path: string, headers: readonly string[]): number => {
	// The line is our own program's.
	const result = JSON.parse(execFileSync(process.execPath, ['bench/_load.ts', String(to), path, '2', '32', ...headers], { encoding: 'utf8' })) as LoadResult;
	return result.perSecond;
};
const shares: number[] = [];
const perSecond: { page: number[]; state: number[]; hello: number[] } = { page: [], state: [], hello: [] };
for (let round = -1; round < 3; round++) {
	const [bareRate, pageRate, stateRate] = [load(helloPort, '/', []), load(port, page, ['Accept-Encoding: br']), load(port, `${page}/state.json`, ['Accept-Encoding: br'])];
	if (round < 0) continue;
	perSecond.hello.push(bareRate);
	perSecond.page.push(pageRate);
	perSecond.state.push(stateRate);
	shares.push(pageRate / bareRate);
}
const share = median(shares);
console.log('');
printTable(
	['', 'requests/s', 'ratio to bare', 'claimed'],
	[
		['hello, bare node:http', median(perSecond.hello).toFixed(0), '1', ''],
		['page of the item, cached', median(perSecond.page).toFixed(0), share.toFixed(2), `>= 0.5${share >= 0.5 ? '' : '  NOT REACHED'}`],
		['snapshot, cached', median(perSecond.state).toFixed(0), (median(perSecond.state) / median(perSecond.hello)).toFixed(2), '']
	]
);

const weigh = async (path: string): Promise<number> => Number((await fetch(server.origin + path, { headers: { 'accept-encoding': 'br' } })).headers.get('content-length'));
const script = /<script type="module" src="([^"]+)"/.exec(await (await fetch(`${server.origin}${page}/live`)).text())?.[1] ?? '';
const [plainBytes, liveBytes, scriptBytes] = [await weigh(page), await weigh(`${page}/live`), await weigh(script)];
console.log('');
printTable(
	['bytes, brotli', 'page', 'script', 'together', 'claimed'],
	[
		['without script', String(plainBytes), '0', String(plainBytes), ''],
		['live', String(liveBytes), String(scriptBytes), String(liveBytes + scriptBytes), `<= 60,000${liveBytes + scriptBytes <= 60_000 ? '' : '  NOT REACHED'}`]
	]
);

await client.end();
for (const child of [hello, bare]) child.kill();
await server[Symbol.asyncDispose]();
