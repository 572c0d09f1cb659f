import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A knock as a push service sees it; what it claims only where its signature is good (RFC 8292). */
export interface Knock {
	readonly path: string;
	readonly body: string;
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly key: string;
	readonly claims: { readonly aud: string; readonly exp: number; readonly sub: string } | undefined;
}

/** A push service on this machine that answers what it is told to: 201 unless a test says otherwise. */
export interface PushService extends AsyncDisposable {
	readonly origin: string;
	readonly knocks: Knock[];
	answer: { status: number; headers?: Record<string, string> };
	/** What happens elsewhere between a knock and its answer. */
	meanwhile: () => Promise<unknown>;
}

export async function openPushService(): Promise<PushService> {
	const server = createServer((request, response) => {
		void knockOf(request).then(async (knock) => {
			service.knocks.push(knock);
			await service.meanwhile();
			response.writeHead(service.answer.status, service.answer.headers).end('what nobody reads');
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const service: PushService = {
		origin: `http://127.0.0.1:${port}`,
		knocks: [],
		answer: { status: 201 },
		meanwhile: () => Promise.resolve(),
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		}
	};
	return service;
}

/** For a page: the one thing that needs a company at the other end of the network, handing out an endpoint. All else is the browser's own. */
export function standInForTheBrowsersMaker(endpoint: string): void {
	if (!('PushManager' in window)) return;
	let key: string | undefined;
	const subscription = {
		endpoint,
		unsubscribe: () => {
			key = undefined;
			return Promise.resolve(true);
		}
	};
	PushManager.prototype.subscribe = (options) => {
		key = String(options?.userVisibleOnly);
		return Promise.resolve(subscription as unknown as PushSubscription);
	};
	PushManager.prototype.getSubscription = () => Promise.resolve(key === undefined ? null : (subscription as unknown as PushSubscription));
}

async function knockOf(request: IncomingMessage): Promise<Knock> {
	const { authorization = '', ttl, topic, urgency } = request.headers;
	const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
	const body = (await buffer(request)).toString('utf8');
	return { path: request.url ?? '', body, headers: { ttl, topic, urgency } as Knock['headers'], key, claims: claimsOf(token, key) };
}

/** ES256 (RFC 7518, section 3.4) under the uncompressed point that stands beside it. */
function claimsOf(token: string, key: string): Knock['claims'] {
	const [header = '', claims = '', signature = ''] = token.split('.');
	const point = Buffer.from(key, 'base64url');
	if (point.length !== 65 || point[0] !== 4) return undefined;
	const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') } });
	const isGood = verify('sha256', Buffer.from(`${header}.${claims}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
	const said: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
	const isOurs = typeof said === 'object' && said !== null && 'alg' in said && said.alg === 'ES256';
	return isGood && isOurs ? (JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Knock['claims']) : undefined;
}
