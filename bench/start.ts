// How long a start takes and what the program holds in memory at rest, beside a bare `node:http` process.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, startServer, until } from '../tests/server.ts';
import { median, printTable } from './_figures.ts';
import { temporaryFolder } from '../tests/temporary.ts';

const rounds = 3;
const cold: number[] = [];
const warm: number[] = [];
const taken: number[] = [];
const node: number[] = [];
const postgres: number[] = [];

for (let round = 0; round < rounds; round++) {
	const dataDir = temporaryFolder('bench');
	cold.push(await startAndStop(dataDir));
	warm.push(await startAndStop(dataDir));
	const killed = await startServer({ dataDir });
	await killed.kill();
	const begun = performance.now();
	const server = await startServer({ dataDir });
	taken.push(performance.now() - begun);
	await fetch(`${server.origin}/en`);
	await wait(5000);
	node.push(residentMb(server.process.pid ?? 0));
	const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
	postgres.push([postmaster, ...childrenOf(postmaster)].reduce((sum, pid) => sum + proportionalMb(pid), 0));
	await server.stop();
	rmSync(dataDir, { recursive: true, force: true });
}
const bare = await bareStart();

printTable(
	['start, until the first page can be asked for', 'seconds', 'ratio to a bare start'],
	[
		['bare node:http', (bare.ms / 1000).toFixed(2), '1'],
		['cold: new database, migrations, import of the record', (median(cold) / 1000).toFixed(2), (median(cold) / bare.ms).toFixed(1)],
		['warm: everything there', (median(warm) / 1000).toFixed(2), (median(warm) / bare.ms).toFixed(1)],
		['after kill -9: PostgreSQL taken over', (median(taken) / 1000).toFixed(2), (median(taken) / bare.ms).toFixed(1)]
	]
);
console.log();
printTable(
	['memory at rest', 'MB', 'ratio to bare'],
	[
		['bare node:http (resident)', bare.mb.toFixed(0), '1'],
		['Steadfast (resident)', median(node).toFixed(0), (median(node) / bare.mb).toFixed(1)],
		['its PostgreSQL (proportional share)', median(postgres).toFixed(0), '']
	]
);

async function startAndStop(dataDir: string): Promise<number> {
	const begun = performance.now();
	const server = await startServer({ dataDir });
	const ms = performance.now() - begun;
	await server.stop();
	return ms;
}

async function bareStart(): Promise<{ ms: number; mb: number }> {
	const port = await freePort();
	const begun = performance.now();
	const child = spawn(process.execPath, ['bench/_hello.ts', String(port)], { stdio: 'ignore' });
	await until(() => fetch(`http://127.0.0.1:${port}`).then(() => true, () => false));
	const ms = performance.now() - begun;
	await wait(3000);
	const mb = residentMb(child.pid ?? 0);
	child.kill();
	return { ms, mb };
}

function residentMb(pid: number): number {
	return field(`/proc/${pid}/status`, /VmRSS:\s+(\d+)/) / 1024;
}

function proportionalMb(pid: number): number {
	return field(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m) / 1024;
}

function field(file: string, pattern: RegExp): number {
	return Number(pattern.exec(readFileSync(file, 'utf8'))?.[1] ?? Number.NaN);
}

function childrenOf(parent: number): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			try {
				return field(`/proc/${pid}/status`, /PPid:\s+(\d+)/) === parent;
			} catch {
				return false; // It ended while we looked.
			}
		});
}
