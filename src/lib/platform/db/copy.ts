import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** What `pg` has of COPY on its connection, without types of its own (its lib/connection.js). */
interface CopyConnection {
	readonly stream: Duplex;
	query(text: string): void;
	sendCopyFromChunk(chunk: Uint8Array): void;
	sendCopyFail(reason: string): void;
	endCopyFrom(): void;
}

/** So much is fetched ahead of whoever reads slowly; the line is halted above it. */
const aheadBytes = 256 * 1024;

/**
 * What `copy … to stdout` gives, in pieces that each end with a whole row (PostgreSQL sends a message for each). Throws
 * what PostgreSQL threw. Whoever stops early breaks the client's connection: the rest has nowhere to go.
 */
export async function* copyOut(client: pg.Client, statement: string): AsyncGenerator<Buffer, void> {
	const rows: Buffer[] = [];
	let waiting = 0;
	let ended = false;
	let failure: Error | undefined;
	let wake = (): void => undefined;
	let line: CopyConnection | undefined;
	client.query({
		submit(connection: unknown) {
			line = connection as CopyConnection;
			line.query(statement);
		},
		handleCopyData({ chunk }: { chunk: Buffer }) {
			rows.push(Buffer.from(chunk)); // A copy: what the message lies in is used again for the next.
			waiting += chunk.length;
			if (waiting > aheadBytes) line?.stream.pause();
			wake();
		},
		handleCommandComplete: () => undefined,
		handleError(error: Error) {
			failure = error;
			wake();
		},
		handleReadyForQuery() {
			ended = true;
			wake();
		}
	});
	try {
		for (;;) {
			if (rows.length > 0) {
				const piece = Buffer.concat(rows.splice(0));
				waiting = 0;
				yield piece;
			} else if (failure) throw failure;
			else if (ended) return;
			else {
				line?.stream.resume();
				await new Promise<void>((resolve) => (wake = resolve));
			}
		}
	} finally {
		if (!ended && failure === undefined) line?.stream.destroy();
	}
}

/** Feeds `copy … from stdin`; gives back the number of rows. Throws what PostgreSQL threw, or what `pieces` threw. */
export async function copyIn(client: pg.Client, statement: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
	const begun = Promise.withResolvers<CopyConnection>();
	const done = Promise.withResolvers<number>();
	let count = 0;
	let line: CopyConnection | undefined;
	client.query({
		submit(connection: unknown) {
			line = connection as CopyConnection;
			line.query(statement);
		},
		handleCopyInResponse: () => line && begun.resolve(line),
		handleCommandComplete({ text }: { text: string }) {
			count = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
		},
		handleError(error: Error) {
			begun.reject(error);
			done.reject(error);
		},
		handleReadyForQuery: () => done.resolve(count)
	});
	done.promise.catch(() => undefined); // Whoever waits for `begun` has the same error already.
	const connection = await begun.promise;
	try {
		for await (const piece of pieces) {
			connection.sendCopyFromChunk(piece);
			if (connection.stream.writableNeedDrain) await Promise.race([once(connection.stream, 'drain'), done.promise]);
		}
	} catch (error) {
		connection.sendCopyFail('The rows ended too early.'); // Half a table must not look like a whole one.
		await done.promise.catch(() => undefined);
		throw error;
	}
	connection.endCopyFrom();
	return done.promise;
}
