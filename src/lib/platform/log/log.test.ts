import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Log, type RequestEntry } from './log.ts';

const entry: RequestEntry = { method: 'GET', route: '/[lang=language]/forums/[forum=slug]', status: 200, ms: 12.345, cache: 'miss' };
const canary = 'canary-93f1';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-20T12:00:00.750Z') }));
afterEach(() => void vi.useRealTimers());

/** A log, and what it has written so far, call by call. */
function openLog() {
	const written: string[] = [];
	return { log: new Log((text) => void written.push(text)), written };
}

function logged(write: (log: Log) => void): string {
	const { log, written } = openLog();
	write(log);
	log.flush();
	return written.join('');
}

test('a request is one line of JSON with its route and the second, and nothing that tells one visitor from another', () => {
	const line = logged((log) => log.request(entry));

	expect(line.endsWith('}\n')).toBe(true);
	expect(line.split('\n')).toHaveLength(2);
	expect(JSON.parse(line)).toEqual({ at: '2026-11-20T12:00:00Z', method: 'GET', route: '/[lang=language]/forums/[forum=slug]', status: 200, ms: 12.3, cache: 'miss' });
});

test('a route with quotes and line ends stays one line of JSON', () => {
	const line = logged((log) => log.request({ ...entry, route: '/"a"\n{"b":1}' }));

	expect(line.split('\n')).toHaveLength(2);
	expect(JSON.parse(line)).toMatchObject({ route: '/"a"\n{"b":1}' });
});

test('the time goes on with the clock, to the second', () => {
	const lines = logged((log) => {
		log.request(entry);
		vi.setSystemTime(new Date('2026-11-20T12:00:00.999Z'));
		log.request(entry);
		vi.setSystemTime(new Date('2026-11-20T12:00:01.000Z'));
		log.request(entry);
	});

	expect(lines.match(/12:00:\d\dZ/g)).toEqual(['12:00:00Z', '12:00:00Z', '12:00:01Z']);
});

test('nothing that an error says gets into the log: message, cause, fields, or a line that looks like a place', () => {
	class PlantedError extends Error {
		readonly detail = `Key (address)=(${canary}) already exists.`;
		readonly code = '23505';
	}
	const planted = new PlantedError(`${canary}\n    at ${canary} (/${canary}.ts:1:1)\n    at /${canary}.ts:2:2`, { cause: new Error(canary) });

	const line = logged((log) => log.trouble('a page failed', planted, '/[lang=language]'));

	expect(`${inspect(planted)}${planted.stack}`).toContain(canary);
	expect(line).not.toContain(canary);
	expect(JSON.parse(line)).toEqual({
		at: '2026-11-20T12:00:00Z',
		trouble: 'a page failed',
		kind: 'PlantedError',
		code: '23505',
		route: '/[lang=language]',
		frames: expect.arrayContaining([expect.stringContaining('log.test.ts')])
	});
});

test.each([
	['a name', (error: Error) => Object.assign(error, { name: `${canary} is` })],
	['a code', (error: Error) => Object.assign(error, { code: `${canary} is` })],
	['a code that is no text', (error: Error) => Object.assign(error, { code: { text: canary } })],
	['a message that was changed afterwards', (error: Error) => Object.assign(error, { stack: `Error: ${canary}\n    at ${canary} (/x.ts:1:1)\n${error.stack?.split('\n')[1]}` })],
	['a stack of its own', () => Object.assign(new Error(''), { stack: `${canary}\n    at ${canary}` })]
])('an error with words in %s keeps them to itself', (_, change) => {
	expect(logged((log) => log.trouble('a page failed', change(new Error('plain'))))).not.toContain(canary);
});

test.each([[canary], [{ message: canary }], [undefined], [null], [Symbol(canary)]])('what was thrown and is no error is told by its type only', (thrown) => {
	const line = logged((log) => log.trouble('a page failed', thrown));

	expect(JSON.parse(line)).toEqual({ at: '2026-11-20T12:00:00Z', trouble: 'a page failed', kind: typeof thrown, code: '', route: '', frames: [] });
});

test('the first eight places of an error are told, and not a page of them', () => {
	const deep = (depth: number): Error => (depth === 0 ? new Error('deep') : deep(depth - 1));

	const { frames } = JSON.parse(logged((log) => log.trouble('a page failed', deep(9)))) as { frames: string[] };

	expect(frames).toHaveLength(8);
	expect(frames[0]).toMatch(/^at deep \(.*log\.test\.ts:\d+:\d+\)$/);
});

test('lines are gathered and written together after a fifth of a second', () => {
	const { log, written } = openLog();
	log.request(entry);
	log.request(entry);
	vi.advanceTimersByTime(199);
	const before = [...written];

	vi.advanceTimersByTime(1);

	expect(before).toEqual([]);
	expect(written.map((text) => text.split('\n').length - 1)).toEqual([2]);
});

test('many lines do not wait for the clock, and each is written exactly once', () => {
	const { log, written } = openLog();
	for (let n = 0; n < 1000; n++) log.request({ ...entry, status: 200 + n });
	const early = written.length;

	log.flush();
	vi.advanceTimersByTime(1000);

	expect(early).toBeGreaterThan(1);
	expect(written.join('').trim().split('\n').map((line) => (JSON.parse(line) as RequestEntry).status)).toEqual(Array.from({ length: 1000 }, (_, n) => 200 + n));
});

test('with nothing to write nothing is written', () => {
	const { log, written } = openLog();
	log.request(entry);
	log.flush();

	log.flush();
	vi.advanceTimersByTime(1000);

	expect(written).toHaveLength(1);
});
