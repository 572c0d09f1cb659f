// How fast the public pages are served, each beside a bare `node:http` server that says hello, in the same run.
import { spawn, execFileSync } from 'node:child_process';
import { freePort, startServer, until } from '../tests/server.ts';
import type { LoadResult } from './_load.ts';
import { median, printTable } from './_figures.ts';
import { processorMs } from './_processor.ts';

const rounds = 3;
const seconds = 2;

const helloPort = await freePort();
const hello = spawn(process.execPath, ['bench/_hello.ts', String(helloPort)], { stdio: 'ignore' });
await until(() => fetch(`http://127.0.0.1:${helloPort}`).then(() => true, () => false));
const server = await startServer();
const port = Number(new URL(server.origin).port);
const forum = '/en/forums/2019-building-solidarity-toward-equality-for-all';
const etag = (await fetch(`${server.origin}/en`)).headers.get('etag') ?? '';

const cases: { name: string; port: number; path: string; headers: string[]; atLeast?: number }[] = [
	{ name: 'hello, bare node:http', port: helloPort, path: '/', headers: [] },
	{ name: 'start page, cached', port, path: '/en', headers: ['Accept-Encoding: br'], atLeast: 0.55 },
	{ name: 'forum, cached', port, path: forum, headers: ['Accept-Encoding: br'], atLeast: 0.55 },
	{ name: 'start page, 304', port, path: '/en', headers: ['Accept-Encoding: br', `If-None-Match: ${etag}`], atLeast: 0.55 },
	// A cookie goes round the cache: every answer is made anew.
	{ name: 'about, uncached', port, path: '/en/about', headers: ['Accept-Encoding: identity', 'Cookie: bench=1'], atLeast: 0.05 },
	{ name: 'start page, uncached', port, path: '/en', headers: ['Accept-Encoding: identity', 'Cookie: bench=1'] },
	{ name: 'forum, uncached', port, path: forum, headers: ['Accept-Encoding: identity', 'Cookie: bench=1'] },
	{ name: 'statement, uncached', port, path: `${forum}/statement`, headers: ['Accept-Encoding: identity', 'Cookie: bench=1'] }
];

interface Measured extends LoadResult {
	/** Processor time of the server for one answer. */
	readonly processorUs: number;
}

const results = new Map<string, Measured[]>(cases.map(({ name }) => [name, []]));
// In turn, round by round, so that a machine that grows slower does so for all of them.
for (let round = -1; round < rounds; round++) {
	for (const { name, port: asked, path, headers } of cases) {
		const pid = (asked === port ? server.process : hello).pid ?? 0;
		const before = processorMs(pid);
		const output = execFileSync(process.execPath, ['bench/_load.ts', String(asked), path, String(round < 0 ? 1 : seconds), '32', ...headers], { encoding: 'utf8' });
		const used = processorMs(pid) - before;
		// The line is our own program's.
		const result = JSON.parse(output) as LoadResult;
		// The first round warms up.
		if (round >= 0) results.get(name)?.push({ ...result, processorUs: (used * 1000) / (result.perSecond * seconds) });
	}
}

const bare = results.get('hello, bare node:http') ?? [];
printTable(
	['', 'requests/s', 'median ms', 'p99 ms', 'bytes', 'ratio to bare', 'claimed', 'processor µs', 'ratio by processor'],
	cases.map(({ name, atLeast }) => {
		const own = results.get(name) ?? [];
		const ratio = median(own.map((result, round) => result.perSecond / (bare[round]?.perSecond ?? Number.NaN)));
		return [
			name,
			median(own.map((r) => r.perSecond)).toFixed(0),
			median(own.map((r) => r.medianMs)).toFixed(2),
			median(own.map((r) => r.p99Ms)).toFixed(2),
			String(own[0]?.bytesEach ?? 0),
			ratio.toFixed(3),
			atLeast === undefined ? '' : `>= ${atLeast}${ratio >= atLeast ? '' : '  NOT REACHED'}`,
			median(own.map((r) => r.processorUs)).toFixed(0),
			median(own.map((r, round) => (bare[round]?.processorUs ?? Number.NaN) / r.processorUs)).toFixed(3)
		];
	})
);
hello.kill();
await server[Symbol.asyncDispose]();
