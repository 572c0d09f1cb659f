import { errorCode } from '../start/refusal.ts';

/** One request in the log: which route, never which path, query, address or browser. */
export interface RequestEntry {
	readonly method: string;
	/** The route's pattern, `/[lang]/forums/[forum]`, or a fixed word such as `asset`. */
	readonly route: string;
	readonly status: number;
	readonly ms: number;
	readonly cache: 'hit' | 'miss' | 'none';
}

const flushMs = 200;
const flushBytes = 32 * 1024;

/** Writes JSON lines, gathered for a moment: a system call for each request would cost more than the request. */
export class Log {
	readonly #write: (text: string) => void;
	#pending = '';
	#timer: NodeJS.Timeout | undefined;

	constructor(write: (text: string) => void) {
		this.#write = write;
	}

	request({ method, route, status, ms, cache }: RequestEntry): void {
		this.#add(`{"at":"${this.#now()}","method":"${method}","route":${JSON.stringify(route)},"status":${status},"ms":${ms.toFixed(1)},"cache":"${cache}"}\n`);
	}

	/**
	 * Something that went wrong, told by its kind, code and place in our code. An error's message is left out, because
	 * it may repeat what somebody typed.
	 */
	trouble(what: string, error: unknown, route = ''): void {
		const kind = error instanceof Error ? word(error.constructor.name) : typeof error;
		const code = word(errorCode(error));
		this.#add(`${JSON.stringify({ at: this.#now(), trouble: what, kind, code, route, frames: framesOf(error) })}\n`);
	}

	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const text = this.#pending;
		this.#pending = '';
		if (text !== '') this.#write(text);
	}

	#second = 0;
	#secondText = '';

	/** The time to the second: finer, and a log could be laid beside a watched line. */
	#now(): string {
		const second = Math.floor(Date.now() / 1000);
		if (second !== this.#second) {
			this.#second = second;
			this.#secondText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
		}
		return this.#secondText;
	}

	#add(line: string): void {
		this.#pending += line;
		if (this.#pending.length > flushBytes) this.flush();
		else this.#timer ??= setTimeout(() => this.flush(), flushMs).unref();
	}
}

/** Kinds and codes are words of programs ('RangeError', '23505', 'ECONNREFUSED'); anything longer may be somebody's. */
function word(text: string): string {
	return /^\w{1,40}$/.test(text) ? text : '';
}

/** The first places in our code, without the message before them; a line of the message may look like a place. */
function framesOf(error: unknown): string[] {
	if (!(error instanceof Error)) return [];
	const stack = error.stack ?? '';
	const afterMessage = stack.includes(error.message) ? stack.slice(stack.indexOf(error.message) + error.message.length) : '';
	return afterMessage.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line)).slice(0, 8).map((line) => line.trim());
}
