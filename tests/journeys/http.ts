import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** What came back over the wire, before and after decompression. */
export interface Answer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	/** Header names and values in turn, as they were sent. */
	readonly rawHeaders: readonly string[];
	readonly wireBytes: number;
	readonly body: Buffer;
	readonly text: string;
}

export interface Question {
	readonly method?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
}

// A connection for each question: one that is kept may be closed by the server in the moment in which it is used again.
const agent = new Agent({ keepAlive: false, maxSockets: 8 });

/** Asks as a program would: follows no redirect, sends no header that was not named, keeps the body as it travelled. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const asked = request(url, { method, headers, agent }, (response) => {
			const pieces: Buffer[] = [];
			response.on('data', (piece: Buffer) => pieces.push(piece));
			response.on('error', reject);
			response.on('end', () => {
				const sent = Buffer.concat(pieces);
				const unpacked = unpack(sent, response.headers['content-encoding']);
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					rawHeaders: response.rawHeaders,
					wireBytes: sent.length,
					body: unpacked,
					text: unpacked.toString('utf8')
				});
			});
		});
		asked.on('error', reject);
		asked.end(body);
	});
}

/** A form, sent as a browser sends one from a page of `origin`; without an origin, as a mail provider's program does. */
export function sendForm(url: string, { fields, origin, headers = {} }: { fields: Readonly<Record<string, string>>; origin?: string; headers?: Readonly<Record<string, string>> }): Promise<Answer> {
	const body = new URLSearchParams(fields).toString();
	return ask(url, {
		method: 'POST',
		headers: {
			accept: 'text/html',
			'content-type': 'application/x-www-form-urlencoded',
			'content-length': String(Buffer.byteLength(body)),
			...(origin === undefined ? {} : { origin }),
			...headers
		},
		body
	});
}

/** The addresses that a sitemap names. */
export async function sitemapAddresses(origin: string): Promise<string[]> {
	const { text } = await ask(`${origin}/sitemap.xml`);
	return [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, address = '']) => address.replaceAll('&amp;', '&'));
}

function unpack(bytes: Buffer, coding: string | undefined): Buffer {
	if (bytes.length === 0) return bytes;
	if (coding === 'br') return brotliDecompressSync(bytes);
	return coding === 'gzip' ? gunzipSync(bytes) : bytes;
}
