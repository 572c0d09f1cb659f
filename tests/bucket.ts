import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { BlobBucket } from '../src/lib/platform/config.ts';

/** A small S3-compatible service on loopback with one bucket. It checks every signature and can be told to fail. */
export interface FakeBucket extends AsyncDisposable {
	readonly config: BlobBucket;
	readonly url: string;
	readonly objects: Map<string, Buffer>;
	/** Every request that came, `GET /bucket/key`. */
	readonly asked: string[];
	/** What to do with the next requests instead of answering them, in order. */
	readonly failures: Failure[];
}

/** A status with S3's word for it; a line that breaks before the answer, or in the middle of it. */
export type Failure = { readonly status: number; readonly code: string } | 'breaks' | 'breaks in the middle';

const credentials = { accessKeyId: 'AKEXAMPLE', secretAccessKey: 'word/with+signs' };
const region = 'eu-west-1';
const pageSize = 3;

export async function startBucket(): Promise<FakeBucket> {
	const objects = new Map<string, Buffer>();
	const asked: string[] = [];
	const failures: Failure[] = [];
	const server = createServer((request, response) => void answer({ request, response, objects, asked, failures }));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('No port was free.');
	return {
		config: { endpoint: `http://127.0.0.1:${address.port}/bucket`, region, ...credentials },
		url: `http://${credentials.accessKeyId}:${encodeURIComponent(credentials.secretAccessKey)}@127.0.0.1:${address.port}/bucket?region=${region}`,
		objects,
		asked,
		failures,
		[Symbol.asyncDispose]: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		}
	};
}

interface Asked extends Pick<FakeBucket, 'objects' | 'asked' | 'failures'> {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
}

async function answer({ request, response, objects, asked, failures }: Asked): Promise<void> {
	const url = new URL(request.url ?? '/', 'http://bucket.invalid');
	const body = await buffer(request);
	asked.push(`${request.method} ${url.pathname}`);
	const failure = failures.shift();
	if (failure === 'breaks') return void request.socket.destroy();
	if (typeof failure === 'object') return refuse(response, failure.status, failure.code);
	if (!isSigned(request, url)) return refuse(response, 403, 'SignatureDoesNotMatch');
	const key = decodeURIComponent(url.pathname.slice('/bucket/'.length));
	if (url.searchParams.get('list-type') === '2') return list(response, objects, url.searchParams);
	const found = objects.get(key);
	if (request.method === 'PUT') objects.set(key, body);
	else if (request.method === 'DELETE') objects.delete(key);
	else if (found === undefined) return refuse(response, 404, 'NoSuchKey');
	if (request.method !== 'GET') return void response.writeHead(request.method === 'PUT' ? 200 : 204).end();
	response.writeHead(200, { 'content-length': found?.length ?? 0 });
	if (failure === 'breaks in the middle') return void response.write(found?.subarray(0, (found.length / 2) | 0), () => request.socket.destroy());
	response.end(found);
}

function refuse(response: ServerResponse, status: number, code: string): void {
	response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>as told</Message></Error>`);
}

function list(response: ServerResponse, objects: FakeBucket['objects'], query: URLSearchParams): void {
	const after = query.get('continuation-token') ?? '';
	const keys = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after).sort();
	const page = keys.slice(0, Math.min(pageSize, Number(query.get('max-keys') ?? 1000)));
	const contents = page.map((key) => `<Contents><Key>${key}</Key><LastModified>2024-05-01T12:00:00.000Z</LastModified><ETag>"0"</ETag><Size>${objects.get(key)?.length}</Size></Contents>`);
	const more = page.length < keys.length;
	const token = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
	response
		.writeHead(200, { 'content-type': 'application/xml' })
		.end(`<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${token}${contents.join('')}</ListBucketResult>`);
}

/** AWS Signature Version 4 for S3, worked out from what arrived. The payload itself is not signed (TLS guards it). */
function isSigned({ method, headers }: IncomingMessage, url: URL): boolean {
	const [, keyId, day, scope, names, signature] =
		/^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? [];
	const at = String(headers['x-amz-date']);
	if (keyId !== credentials.accessKeyId || names === undefined || day !== at.slice(0, 8) || scope !== `${region}/s3/aws4_request`) return false;
	if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => names.split(';').includes(name))) return false;
	const query = [...url.searchParams].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort().join('&');
	const signedHeaders = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`).join('');
	const request = [method, url.pathname, query, signedHeaders, names, headers['x-amz-content-sha256']].join('\n');
	const toSign = ['AWS4-HMAC-SHA256', at, `${day}/${scope}`, createHash('sha256').update(request).digest('hex')].join('\n');
	const keyOfDay = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>((key, word) => createHmac('sha256', key).update(word).digest(), `AWS4${credentials.secretAccessKey}`);
	return createHmac('sha256', keyOfDay).update(toSign).digest('hex') === signature;
}
