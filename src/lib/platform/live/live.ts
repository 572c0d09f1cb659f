import type { ServerResponse } from 'node:http';
import { randomInt } from 'node:crypto';
import { announcePublication } from '../db/publications.ts';
import type { Tx } from '../db/database.ts';

/**
 * Note: Following live.
 * Something that changes often has a *topic* and a version. Who follows it holds a connection over which nothing comes but
 * version numbers (server-sent events); what there is to see is asked for like every page and comes out of the page cache. A
 * change is announced like a publication (`live:<topic>@<version>`), so every process hears of it; at most once a second
 * it forgets what shows the topic and tells its viewers, unless it must be at once (a kill switch, a withdrawal), which
 * an exclamation mark says. So a page is made anew at most once a second, however fast moderators work.
 */
export class Live {
	readonly #viewers = new Map<string, Set<ServerResponse>>();
	/** Who asked to be answered once there is news. */
	readonly #waiting = new Map<string, Set<() => void>>();
	readonly #topics = new Map<string, { version: number; toldAt: number; timer: NodeJS.Timeout | undefined }>();
	readonly #forget: (tags: readonly string[]) => void;
	readonly #heartbeat: NodeJS.Timeout;
	#count = 0;
	#isClosed = false;

	constructor(forget: (tags: readonly string[]) => void) {
		this.#forget = forget;
		this.#heartbeat = setInterval(() => this.#writeToAll(this.#viewers.keys(), ':\n\n'), heartbeatMs).unref();
	}

	/** Takes what is live out of the tags of a publication, and gives back the others. */
	hear(tags: readonly string[]): readonly string[] {
		const others: string[] = [];
		for (const tag of tags) {
			const [, topic, version, atOnce] = /^live:(.+)@(\d+)(!?)$/.exec(tag) ?? [];
			if (topic === undefined) others.push(tag);
			else this.#changed(topic, Number(version), atOnce === '!');
		}
		return others;
	}

	/** News may have been missed: everybody looks again. */
	lookAgain(): void {
		for (const topic of this.#viewers.keys()) this.#writeToAll([topic], eventOf(this.#topics.get(topic)?.version ?? 0));
		for (const topic of this.#waiting.keys()) this.#wake(topic);
	}

	/** Answers with the stream of a topic until its reader leaves; false where there are too many already, or the house closes. */
	follow(topic: string, response: ServerResponse): boolean {
		if (this.#isClosed || this.#count >= mostViewers) return false;
		response.writeHead(200, followHeaders);
		// Each is told another pause, so that those who lose a server do not all come to the next one at once.
		response.write(`retry: ${randomInt(500, 4000)}\n\n`);
		const viewers = this.#viewers.get(topic) ?? new Set();
		this.#viewers.set(topic, viewers.add(response));
		this.#count += 1;
		response.once('close', () => {
			this.#count -= 1;
			viewers.delete(response);
			if (viewers.size === 0 && this.#viewers.get(topic) === viewers) this.#viewers.delete(topic);
		});
		return true;
	}

	/** `told` comes true with the next news of a topic, or after so long; whoever waits no more says `forget`. At once where too many wait. */
	once(topic: string, longestMs: number): { readonly told: Promise<void>; readonly forget: () => void } {
		if (this.#isClosed || this.#count >= mostViewers) return { told: Promise.resolve(), forget: () => undefined };
		const waiting = this.#waiting.get(topic) ?? new Set();
		this.#waiting.set(topic, waiting);
		this.#count += 1;
		const { promise, resolve } = Promise.withResolvers<void>();
		const timer = setTimeout(resolve, longestMs);
		const forget = (): void => {
			clearTimeout(timer);
			if (!waiting.delete(resolve)) return;
			this.#count -= 1;
			if (waiting.size === 0 && this.#waiting.get(topic) === waiting) this.#waiting.delete(topic);
		};
		waiting.add(resolve);
		return { told: promise, forget };
	}

	/** Lets every reader go. */
	close(): void {
		this.#isClosed = true;
		clearInterval(this.#heartbeat);
		for (const { timer } of this.#topics.values()) clearTimeout(timer);
		for (const viewers of this.#viewers.values()) for (const viewer of viewers) viewer.end();
		for (const topic of this.#waiting.keys()) this.#wake(topic);
	}

	#changed(topic: string, version: number, atOnce: boolean): void {
		const known = this.#topics.get(topic) ?? { version: 0, toldAt: 0, timer: undefined };
		this.#topics.set(topic, known);
		known.version = Math.max(known.version, version);
		if (known.timer !== undefined && !atOnce) return;
		const waitMs = atOnce ? 0 : known.toldAt + pauseMs - Date.now();
		clearTimeout(known.timer);
		known.timer = undefined;
		if (waitMs <= 0) this.#tell(topic);
		else known.timer = setTimeout(() => this.#tell(topic), waitMs).unref();
	}

	#tell(topic: string): void {
		const known = this.#topics.get(topic);
		if (known === undefined) return;
		known.timer = undefined;
		known.toldAt = Date.now();
		this.#forget([liveTag(topic)]);
		this.#writeToAll([topic], eventOf(known.version));
		this.#wake(topic);
	}

	#wake(topic: string): void {
		for (const wake of this.#waiting.get(topic) ?? []) wake();
	}

	#writeToAll(topics: Iterable<string>, text: string): void {
		const bytes = Buffer.from(text);
		for (const topic of topics) {
			for (const viewer of this.#viewers.get(topic) ?? []) {
				// Who does not read any more is let go, and comes back or not.
				if (viewer.writableLength > mostUnreadBytes) viewer.destroy();
				else viewer.write(bytes);
			}
		}
	}
}

const pauseMs = 1000;
const heartbeatMs = 25_000;
const mostViewers = 20_000;
const mostUnreadBytes = 16 * 1024;

const followHeaders = {
	'content-type': 'text/event-stream; charset=utf-8',
	'cache-control': 'no-store',
	'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
	'cross-origin-resource-policy': 'same-origin',
	'referrer-policy': 'same-origin',
	'x-content-type-options': 'nosniff',
	// Asks nginx not to collect what is meant for now.
	'x-accel-buffering': 'no'
};

function eventOf(version: number): string {
	return `data: ${version}\n\n`;
}

/** What a page says that it shows when it shows a topic. */
export function liveTag(topic: string): string {
	return `live:${topic}`;
}

/** Tells every process, once the transaction is committed, that a topic has a next version; `atOnce` without waiting for the second to end. */
export async function announceLive(tx: Tx, { topic, version, atOnce = false }: { readonly topic: string; readonly version: number; readonly atOnce?: boolean }): Promise<void> {
	await announcePublication(tx, [`${liveTag(topic)}@${version}${atOnce ? '!' : ''}`]);
}

/** The topic that an address follows: `/live/<topic>`; undefined for every other address. */
export function followedTopic(url: string): string | undefined {
	return /^\/live\/([a-z0-9-]{1,80}\/[a-z0-9-]{1,80})$/.exec(url)?.[1];
}
