import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';

/** Whether somebody keeps this machine's clock right. `unknown` where nobody on it can tell, as in most containers. */
export type ClockState = 'synchronised' | 'adrift' | 'unknown';

/** What is asked of the machine; given in, so that every answer of it can be tried. */
export interface Machine {
	/** What a program prints; undefined where it is not there, fails or takes longer than two seconds. */
	readonly run: (program: string, parameters: readonly string[]) => Promise<string | undefined>;
	readonly exists: (file: string) => boolean;
}

/**
 * Note: Who tells that the clock is right.
 * A deadline is judged by this machine's clock alone, so it matters whether the clock is kept. The kernel knows, and Node
 * cannot ask it (adjtimex). `timedatectl` reads the kernel's word, whichever program sets the clock; in a container it has
 * nobody to ask, but the mark that systemd-timesyncd leaves can be mounted into it; chrony answers for itself. Nothing
 * is asked of the network. Where none of them answers, the operator can say that the clock is kept (`CLOCK=trusted`).
 */
export class Clock {
	readonly #trusted: boolean;
	readonly #machine: Machine;
	#known: { readonly state: Promise<ClockState>; readonly until: number } | undefined;

	constructor({ clock }: Pick<Config, 'clock'>, machine: Machine = thisMachine) {
		this.#trusted = clock === 'trusted';
		this.#machine = machine;
	}

	/** What the machine says, asked anew once in five minutes. */
	state(now: Date): Promise<ClockState> {
		if (this.#trusted) return Promise.resolve('synchronised');
		if (this.#known === undefined || now.getTime() >= this.#known.until) this.#known = { state: this.#ask(), until: now.getTime() + clockRememberedMs };
		return this.#known.state;
	}

	async #ask(): Promise<ClockState> {
		const { run, exists } = this.#machine;
		const word = (await run('timedatectl', ['show', '--property=NTPSynchronized', '--value']))?.trim();
		if (word === 'yes') return 'synchronised';
		if (word === 'no') return 'adrift';
		if (exists(timesyncMark)) return 'synchronised';
		const leap = (await run('chronyc', ['-c', 'tracking']))?.trim().split(',').at(-1);
		if (leap === undefined || leap === '') return 'unknown';
		return leap === 'Not synchronised' ? 'adrift' : 'synchronised';
	}
}

/** For so long what the machine said is believed. */
export const clockRememberedMs = 5 * 60 * 1000;
/** Left by systemd-timesyncd once it has set the clock since the machine started (systemd-timesyncd.service(8)). */
const timesyncMark = '/run/systemd/timesync/synchronized';

const thisMachine: Machine = {
	run: (program, parameters) =>
		new Promise((resolve) => {
			execFile(program, parameters, { timeout: 2000, env: { PATH: process.env['PATH'], LC_ALL: 'C' } }, (error, stdout) => resolve(error === null ? stdout : undefined));
		}),
	exists: existsSync
};
