import type { IncomingMessage } from 'node:http';

/**
 * Note: A part of a file is read into one piece of memory.
 * SvelteKit hands a body out as a stream of small pieces, which are joined and copied twice over before a route has it.
 * With 4 MB each time that made the memory of the server churn: it spent half of its time on tidying up.
 *
 * This is the whole body, read when it is asked for; undefined where it is longer than `mostBytes`. Rejects when the
 * connection breaks before it is there.
 */
export function wholeBody(request: IncomingMessage, mostBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
	const told = request.headers['content-length'];
	const room = new Uint8Array(told === undefined ? mostBytes : Math.min(Number(told), mostBytes));
	let filled = 0;
	return new Promise((resolve, reject) => {
		const take = (piece: Buffer): void => {
			if (filled + piece.length > room.length) {
				// What else comes is read and thrown away: hung up on in the middle, a browser would not see the answer.
				request.off('data', take).resume();
				resolve(undefined);
				return;
			}
			room.set(piece, filled);
			filled += piece.length;
		};
		request.once('end', () => resolve(room.subarray(0, filled)));
		request.once('error', reject);
		if (request.destroyed) reject(new Error('The connection broke before the body was read.'));
		else request.on('data', take);
	});
}
