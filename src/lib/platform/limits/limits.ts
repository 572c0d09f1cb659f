import { createHmac, randomBytes } from 'node:crypto';

/** How many times somebody may do a thing within a span. */
export interface Limit {
	/** What is limited, `newsletter.join`: each name counts for itself. */
	readonly name: string;
	readonly most: number;
	readonly perMs: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Note: Counting without knowing whom.
 * Who asks is known only as an HMAC under a secret that lives in memory for one day and is then forgotten, so neither
 * the database nor a seized disk holds an address, and yesterday's counters cannot be tied to today's. IPv6 counts by
 * its /64, which one household commonly has. Counters live in this process: with several processes each has its own.
 */
export class Limiter {
	#secret = randomBytes(32);
	#secretUntil = 0;
	readonly #counters = new Map<string, { count: number; until: number }>();
	readonly #mostCounters: number;

	constructor(mostCounters = 100_000) {
		this.#mostCounters = mostCounters;
	}

	/** Counts one more attempt; false when it is one too many. */
	allows(limit: Limit, address: string, now: Date): boolean {
		const at = now.getTime();
		if (at >= this.#secretUntil) {
			this.#secret = randomBytes(32);
			this.#secretUntil = at + dayMs;
			this.#counters.clear();
		}
		const key = this.#keyOf(limit, address);
		const counter = this.#counters.get(key);
		if (!counter || counter.until <= at) {
			this.#forgetExpired(at);
			this.#counters.set(key, { count: 1, until: at + limit.perMs });
			return limit.most >= 1;
		}
		counter.count += 1;
		return counter.count <= limit.most;
	}

	/** How long somebody who was refused has to wait, in whole seconds; at least one. */
	secondsLeft(limit: Limit, address: string, now: Date): number {
		const until = this.#counters.get(this.#keyOf(limit, address))?.until ?? 0;
		return Math.max(1, Math.ceil((until - now.getTime()) / 1000));
	}

	#keyOf({ name }: Limit, address: string): string {
		return createHmac('sha256', this.#secret).update(`${name} ${networkOf(address)}`).digest('base64url');
	}

	/**
	 * Keeps memory bounded under a flood from many addresses: expired counters go first, then the oldest. A tenth goes at
	 * a time, because looking through all of them for each new address would itself be what the flood wants.
	 */
	#forgetExpired(at: number): void {
		if (this.#counters.size < this.#mostCounters) return;
		for (const [key, { until }] of this.#counters) if (until <= at) this.#counters.delete(key);
		for (const key of this.#counters.keys()) {
			if (this.#counters.size < this.#mostCounters * 0.9) return;
			this.#counters.delete(key);
		}
	}
}

/** An IPv4 address itself, also one written as IPv6; of an IPv6 address the first 64 bits. A proxy may have added a port. */
function networkOf(address: string): string {
	const bare = /^(?:\[(.+)\]|([\d.]+))(?::\d+)?$/.exec(address);
	const host = bare?.[1] ?? bare?.[2] ?? address;
	// URL writes every spelling of an IPv6 address in one way (RFC 5952), and an IPv4 one inside of it in hex.
	const url = `http://[${host.split('%')[0] ?? ''}]`;
	if (!URL.canParse(url)) return host;
	const groups = new URL(url).hostname.slice(1, -1);
	const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(groups);
	if (mapped) return [mapped[1], mapped[2]].flatMap((group) => [Number.parseInt(group ?? '', 16) >> 8, Number.parseInt(group ?? '', 16) & 255]).join('.');
	const [left = [], right = []] = groups.split('::').map((side) => side.split(':').filter(Boolean));
	return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right].slice(0, 4).join(':');
}
