import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** What a server answered, on its way through somebody's hands. */
export interface Passing {
	readonly path: string;
	status: number;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

export interface Proxy extends AsyncDisposable {
	readonly origin: string;
}

type Serve = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** A server on this machine that passes everything on to another one, and may add files or change what comes back. */
export async function openProxy(target: string, { files = (_request, _response, next) => next(), change = () => undefined }: { files?: Serve; change?: (answer: Passing) => void } = {}): Promise<Proxy> {
	const server = createServer((asked, answer) => files(asked, answer, () => passOn(asked, answer)));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	// Listening on a port there is always such an address.
	const { port } = server.address() as AddressInfo;

	function passOn(asked: IncomingMessage, answer: ServerResponse): void {
		const path = asked.url ?? '/';
		const onward = request(`${target}${path}`, { method: asked.method ?? 'GET', headers: { ...asked.headers, 'accept-encoding': 'identity' }, agent: false }, (given) => {
			const pieces: Buffer[] = [];
			given.on('data', (piece: Buffer) => pieces.push(piece));
			given.on('end', () => {
				const passing: Passing = { path, status: given.statusCode ?? 502, headers: { ...given.headers }, body: Buffer.concat(pieces) };
				change(passing);
				delete passing.headers['content-length'];
				delete passing.headers['transfer-encoding'];
				answer.writeHead(passing.status, passing.headers).end(passing.body);
			});
		});
		onward.on('error', () => answer.destroy());
		asked.pipe(onward);
	}

	return {
		origin: `http://localhost:${port}`,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		}
	};
}
