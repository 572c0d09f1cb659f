import { sql } from 'kysely';
import pg from 'pg';
import { setTimeout as wait } from 'node:timers/promises';
import { connectionOf, type DatabaseAddress, type Tx } from './database.ts';

const channel = 'steadfast_publication';
/** PostgreSQL takes at most 8,000 bytes in one notification. */
const longestPayload = 7000;

/** Tells every process, once the transaction is committed, that pages with these tags show something old. */
export async function announcePublication(tx: Tx, tags: Iterable<string>): Promise<void> {
	let payload = '';
	const send = (text: string) => sql`select pg_notify(${channel}, ${text})`.execute(tx);
	for (const tag of new Set(tags)) {
		if (payload !== '' && Buffer.byteLength(payload) + Buffer.byteLength(tag) > longestPayload) {
			await send(payload);
			payload = '';
		}
		payload += payload === '' ? tag : ` ${tag}`;
	}
	if (payload !== '') await send(payload);
}

export interface Listener {
	close(): Promise<void>;
}

/**
 * Listens for publications until closed. `onTrust(true)` when the line stands, `onTrust(false)` when it has been broken
 * for `patienceMs`; it is mended by itself, with growing pauses.
 */
export function listenForPublications({
	address,
	onPublication,
	onTrust,
	patienceMs = 20_000
}: {
	address: DatabaseAddress;
	onPublication: (tags: readonly string[]) => void;
	onTrust: (trusted: boolean) => void;
	patienceMs?: number;
}): Listener {
	const ended = new AbortController();
	let client: pg.Client | undefined;
	let lostSince: NodeJS.Timeout | undefined;

	async function keepListening(): Promise<void> {
		let pauseMs = 100;
		while (!ended.signal.aborted) {
			client = new pg.Client({ ...connectionOf(address), connectionTimeoutMillis: 3000, keepAlive: true, keepAliveInitialDelayMillis: 10_000, application_name: 'steadfast-publications' });
			const broken = new Promise<void>((resolve) => {
				client?.on('error', () => resolve());
				client?.on('end', () => resolve());
			});
			client.on('notification', ({ payload }) => onPublication((payload ?? '').split(' ')));
			try {
				await client.connect();
				await client.query(`listen ${channel}`);
				clearTimeout(lostSince);
				lostSince = undefined;
				onTrust(true);
				pauseMs = 100;
				await broken;
			} catch {
				// Told below: whether it never stood or broke makes no difference.
			}
			await client.end().catch(() => undefined);
			if (ended.signal.aborted) return;
			lostSince ??= setTimeout(() => onTrust(false), patienceMs).unref();
			await wait(pauseMs, undefined, { signal: ended.signal, ref: false }).catch(() => undefined);
			pauseMs = Math.min(pauseMs * 2, 5000);
		}
	}

	void keepListening();
	return {
		async close() {
			ended.abort();
			clearTimeout(lostSince);
			await client?.end().catch(() => undefined);
		}
	};
}
