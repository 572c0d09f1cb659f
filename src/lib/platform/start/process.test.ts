import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { commandLineOf, isRunning, startTimeOf } from './process.ts';

test('a program whose name looks like the state of a dead one counts as running, with its own start time', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-process-'));
	const program = join(folder, 'a) Z 1 (b');
	copyFileSync('/bin/sleep', program);
	const child = spawn(program, ['600'], { stdio: 'ignore' });
	await once(child, 'spawn');

	const seen = [isRunning(child.pid!), startTimeOf(child.pid!), commandLineOf(child.pid!)];
	const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
	child.kill('SIGKILL');
	await once(child, 'exit');
	rmSync(folder, { recursive: true });

	expect(seen).toEqual([true, fields?.[19], [program, '600']]);
	expect(isRunning(child.pid!)).toBe(false);
});

test('our own process runs, and started earlier than one that we start', async () => {
	const child = spawn('sleep', ['600'], { stdio: 'ignore' });
	await once(child, 'spawn');

	const [own, childs] = [Number(startTimeOf(process.pid)), Number(startTimeOf(child.pid!))];
	child.kill('SIGKILL');
	await once(child, 'exit');

	expect(isRunning(process.pid)).toBe(true);
	expect(own).toBeGreaterThan(0);
	expect(own).toBeLessThan(childs);
});

test('a process that has ended, but that nobody asked for its end, does not count as running', async () => {
	const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
	const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
	const pid = Number(line.toString());
	while (commandLineOf(parent.pid!)?.[0] !== 'sleep') await turn(); // From now on nobody asks.
	const before = isRunning(pid);

	parent.stdio[3]?.destroy();
	while (isRunning(pid)) await turn();
	const left = existsSync(`/proc/${pid}`);
	parent.kill('SIGKILL');
	await once(parent, 'exit');

	expect([before, left]).toEqual([true, true]);
});

test.each([4194305, 0.5, -4194305, Number.NaN])('%d, which no process can have, is nobody', (pid) => {
	expect(isRunning(pid)).toBe(false);
	expect(startTimeOf(pid)).toBe('');
	expect(commandLineOf(pid)).toEqual([]);
});

test("a process of somebody else's account, whom we may not signal, counts as running", () => {
	// The first process belongs to root; for root the question is the same without the refusal.
	expect(isRunning(1)).toBe(true);
});
