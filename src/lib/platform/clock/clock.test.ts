import { expect, test } from 'vitest';
import { Clock, type Machine } from './clock.ts';

const now = new Date('2026-11-25T10:00:00Z');

function machine(answers: Readonly<Record<string, string>>, files: readonly string[] = []): Machine & { readonly asked: string[] } {
	const asked: string[] = [];
	return {
		asked,
		run: (program) => {
			asked.push(program);
			return Promise.resolve(answers[program]);
		},
		exists: (file) => files.includes(file)
	};
}

const tracking = (leap: string): string => `C0A80001,192.168.0.1,3,1764064800.1,0.0001,0.0001,0.0002,1.0,0.0,0.01,0.02,0.003,64.2,${leap}\n`;

test.each([
	['systemd says that it is kept', { timedatectl: 'yes\n' }, [], 'synchronised'],
	['systemd says that it is not kept, even where an old mark lies about', { timedatectl: 'no\n' }, ['/run/systemd/timesync/synchronized'], 'adrift'],
	['a container has the mark of the machine around it', {}, ['/run/systemd/timesync/synchronized'], 'synchronised'],
	['chrony follows a source', { chronyc: tracking('Normal') }, [], 'synchronised'],
	['chrony has lost its sources', { chronyc: tracking('Not synchronised') }, [], 'adrift'],
	['chrony says nothing', { chronyc: '\n' }, [], 'unknown'],
	['nobody can tell', {}, [], 'unknown']
] as const)('a clock is judged rightly when %s', async (_when, answers, files, state) => {
	expect(await new Clock({ clock: 'system' }, machine(answers, files)).state(now)).toBe(state);
});

test('an operator who answers for the clock is believed, and nobody else is asked', async () => {
	const asked = machine({ timedatectl: 'no' });

	expect(await new Clock({ clock: 'trusted' }, asked).state(now)).toBe('synchronised');
	expect(asked.asked).toEqual([]);
});

test('the machine is asked again after five minutes, and not for every page', async () => {
	const asked = machine({ timedatectl: 'yes' });
	const clock = new Clock({ clock: 'system' }, asked);

	await clock.state(now);
	await clock.state(new Date(now.getTime() + 299_000));
	expect(asked.asked).toHaveLength(1);

	await clock.state(new Date(now.getTime() + 300_000));
	expect(asked.asked).toHaveLength(2);
});
