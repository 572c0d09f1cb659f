import { connect, type Socket } from 'node:net';

/** What one round of load saw. */
export interface LoadResult {
	readonly perSecond: number;
	readonly medianMs: number;
	readonly p99Ms: number;
	readonly bytesEach: number;
}

/**
 * Asks for one address over `connections` kept-alive connections, each sending its next request when the last answer is
 * whole, for `seconds`. It reads only lengths, so that the client costs little beside the server it measures.
 * Meant for a process of its own: `node bench/_load.ts <port> <path> <seconds> <connections> <header...>` prints JSON.
 */
async function load({ port, path, seconds, connections, headers }: { port: number; path: string; seconds: number; connections: number; headers: readonly string[] }): Promise<LoadResult> {
	const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`);
	const times: number[] = [];
	const begun = performance.now();
	const until = begun + seconds * 1000;
	let bytesEach = 0;
	await Promise.all(
		Array.from({ length: connections }, async () => {
			for await (const { ms, bytes } of asks(port, request, until)) {
				times.push(ms);
				bytesEach = bytes;
			}
		})
	);
	const elapsed = (performance.now() - begun) / 1000;
	times.sort((a, b) => a - b);
	const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
	return { perSecond: times.length / elapsed, medianMs: at(0.5), p99Ms: at(0.99), bytesEach };
}

async function* asks(port: number, request: Buffer, until: number): AsyncGenerator<{ ms: number; bytes: number }> {
	const socket = connect(port, '127.0.0.1').setNoDelay();
	try {
		while (performance.now() < until) {
			const sent = performance.now();
			socket.write(request);
			const bytes = await wholeAnswer(socket);
			yield { ms: performance.now() - sent, bytes };
		}
	} finally {
		socket.destroy();
	}
}

function wholeAnswer(socket: Socket): Promise<number> {
	return new Promise((resolve, reject) => {
		let received = 0;
		let wanted = -1;
		const done = (settle: () => void) => {
			socket.removeAllListeners('data').removeAllListeners('error').removeAllListeners('close');
			settle();
		};
		socket.on('data', (chunk) => {
			if (wanted < 0) {
				const head = chunk.indexOf('\r\n\r\n');
				const text = chunk.toString('latin1', 0, head);
				if (!/^HTTP\/1\.1 (?:200|304)/.test(text)) return done(() => reject(new Error(`The server answered ${text.split('\r\n')[0]}`)));
				wanted = head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
			}
			received += chunk.length;
			if (received >= wanted) done(() => resolve(received));
		});
		socket.once('error', (error) => done(() => reject(error)));
		socket.once('close', () => done(() => reject(new Error('The server closed the connection.'))));
	});
}

if (process.argv[1]?.endsWith('_load.ts')) {
	const [port = '', path = '/', seconds = '3', connections = '32', ...headers] = process.argv.slice(2);
	console.log(JSON.stringify(await load({ port: Number(port), path, seconds: Number(seconds), connections: Number(connections), headers })));
}
