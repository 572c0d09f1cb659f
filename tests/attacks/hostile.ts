import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * One way in which a server lies. For every answer whose path, with its query, fits: JSON is changed by `json`, which gets
 * the answer and may give back another or change it in place; raw bodies by `bytes`; `refuse` answers in the server's
 * stead; `cut` breaks the connection, before the request has reached the server or after the server has done its part.
 */
export interface Tampering {
	/** What the server does, in words that fit behind "a server that". */
	readonly name: string;
	readonly path: RegExp;
	readonly method?: string;
	/** A function of whatever the answer is known to be in the test. */
	readonly json?: (answer: never) => unknown;
	readonly bytes?: (bytes: Buffer) => Buffer;
	readonly refuse?: { readonly status: number; readonly reason: string; readonly retryAfterSeconds?: number };
	readonly cut?: 'before' | 'after';
	/** How often; for good unless told. */
	readonly times?: number;
}

/** A hostile server: an honest one behind a proxy that tampers. Browsers and the data layer in Node can both be led to it. */
export interface Hostile extends AsyncDisposable {
	readonly origin: string;
	/** Every request so far: method and path with query. */
	readonly asked: readonly string[];
	/** Lies from now on, until the function that it gives back is called. */
	tamper(...lies: readonly Tampering[]): () => void;
	/** Honest again. */
	calm(): void;
	/** How often a lie has been told. A test in which it never was proves nothing. */
	told(name: string): number;
}

/** Stands between a client and the server at `target`. The host that the client named is handed on, as an own proxy would. */
export async function startHostile(target: string): Promise<Hostile> {
	const lies = new Set<Tampering>();
	const told = new Map<string, number>();
	const asked: string[] = [];

	function lieFor(method: string, path: string): Tampering | undefined {
		const lie = [...lies].find((one) => one.path.test(path) && (one.method ?? method) === method && (told.get(one.name) ?? 0) < (one.times ?? Infinity));
		if (lie) told.set(lie.name, (told.get(lie.name) ?? 0) + 1);
		return lie;
	}

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { method = 'GET', url = '/' } = request;
		asked.push(`${method} ${url}`);
		const lie = lieFor(method, url);
		if (lie?.cut === 'before') {
			request.socket.destroy();
			return;
		}
		const body = await buffer(request);
		if (lie?.refuse) {
			const { status, reason, retryAfterSeconds } = lie.refuse;
			response.writeHead(status, { 'content-type': 'application/json', ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }) }).end(JSON.stringify({ reason }));
			return;
		}
		const answered = await forward({ target, request, body });
		if (lie?.cut === 'after') {
			request.socket.destroy();
			return;
		}
		const changed = lie && answered.status < 400 ? lied(lie, answered.body) : answered.body;
		response.writeHead(answered.status, { ...answered.headers, 'content-length': changed.length }).end(changed);
	}

	const server = createServer((request, response) => {
		handle(request, response).catch(() => response.destroy());
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked,
		tamper(...more) {
			for (const lie of more) {
				told.delete(lie.name);
				lies.add(lie);
			}
			return () => more.forEach((lie) => lies.delete(lie));
		},
		calm: () => lies.clear(),
		told: (name) => told.get(name) ?? 0,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		}
	};
}

function lied({ json, bytes }: Tampering, body: Buffer): Buffer {
	if (bytes) return bytes(body);
	if (!json) return body;
	const answer: unknown = JSON.parse(body.toString());
	return Buffer.from(JSON.stringify((json as (answer: unknown) => unknown)(answer) ?? answer));
}

interface Answered {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[]>>;
	readonly body: Buffer;
}

async function forward({ target, request, body }: { target: string; request: IncomingMessage; body: Buffer }): Promise<Answered> {
	// A connection of its own: one that is kept may be closed by the server in the moment in which it is used again.
	const asking = ask(target + (request.url ?? '/'), { method: request.method, headers: { ...request.headers, 'accept-encoding': 'identity' }, agent: false });
	asking.end(body);
	const [answer] = (await once(asking, 'response')) as [IncomingMessage];
	const { 'transfer-encoding': _, connection: __, ...headers } = answer.headers;
	return { status: answer.statusCode ?? 500, headers: headers as Answered['headers'], body: await buffer(answer) };
}

/** The same bytes as base64url with one bit turned over, at a place counted from the beginning or, below zero, from the end. */
export function flipped(text: string, at = -1): string {
	const bytes = Buffer.from(text, 'base64url');
	const place = at < 0 ? bytes.length + at : at;
	bytes[place] = (bytes[place] ?? 0) ^ 1;
	return bytes.toString('base64url');
}

/** A lie: a whole account as it was at an earlier time, log, unlock envelope and all, each signed as it was then. */
export function accountAsItWas(path: RegExp, before: object): Tampering {
	return { name: 'shows an account as it was', path, json: (answer: object) => ({ ...answer, ...before }) };
}
