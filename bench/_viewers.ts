import { connect } from 'node:net';

/**
 * Many who follow one stream of events, in a process of their own (`fork`): connects `count` of them to a path, and says so;
 * then tells for each `data:` when the last of them had it, in milliseconds since 1970. It looks for the number only, so that it costs little
 * beside the server that it measures.
 */
const [port = '', path = '/', count = '1'] = process.argv.slice(2);
const wanted = Number(count);
const arrived = new Map<string, number>();
let open = 0;

for (let batch = 0; batch < wanted; batch += 200) {
	await Promise.all(Array.from({ length: Math.min(200, wanted - batch) }, () => follow()));
}
process.send?.({ connected: open });

function follow(): Promise<void> {
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port), '127.0.0.1');
		let isOpen = false;
		socket.setEncoding('latin1');
		socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nAccept: text/event-stream\r\n\r\n`));
		socket.on('data', (text: string) => {
			if (!isOpen) {
				if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(text.slice(0, 40)));
				isOpen = true;
				open += 1;
				resolve();
			}
			for (const [, version = ''] of text.matchAll(/data: (\d+)/g)) {
				const had = (arrived.get(version) ?? 0) + 1;
				arrived.set(version, had);
				if (had === wanted) process.send?.({ version: Number(version), at: performance.timeOrigin + performance.now() });
			}
		});
		socket.on('error', reject);
	});
}

process.on('message', () => process.exit(0));
