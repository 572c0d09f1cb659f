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
		const kind = error instanceof Error ? error.name : typeof error;
		const code = error instanceof Error && 'code' in error ? String(error.code) : '';
		const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
		this.#add(`${JSON.stringify({ at: this.#now(), trouble: what, kind, code, route, frames: frames.slice(0, 8).map((line) => line.trim()) })}\n`);
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
