import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { inject } from 'vitest';
import { parseConfig } from '../config.ts';
import { testDatabase } from '../db/testing.ts';
import { openHouse } from '../house.ts';
import { createFront, type Kit } from './front.ts';
import { preparePage } from './page-cache.ts';

export interface SiteAnswer {
	readonly status: number | undefined;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

export interface SiteQuestion {
	readonly method?: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent in pieces without a length where no `content-length` is among the headers. */
	readonly body?: Buffer;
}

/** The front on a house of its own, before a SvelteKit that answers as `respond` does and shows the record. */
export async function openSite(respond: (asked: Request, platform: App.Platform) => Response | Promise<Response>) {
	const { address, ...database } = await testDatabase(inject('postgres'));
	const config = parseConfig({});
	if (!config.ok) throw new Error('There is no configuration.');
	const house = openHouse({ config: config.config, address, writeLog: () => undefined });
	const made: string[] = [];
	const kit: Kit = {
		async respond(asked, { platform }) {
			const { pathname, search } = new URL(asked.url);
			made.push(pathname + search);
			platform.tags.add('record');
			return respond(asked, platform);
		}
	};
	const none = { en: '', es: '', fr: '', ar: '' };
	const built = { shells: none, leanShells: { apply: none, receipt: none, refer: none, invited: none }, followScript: '', manifest: '', pages: [] };
	const server = createServer(createFront({ house, kit, assets: (_, __, next) => next(), migrationsDir: 'migrations', built, queryNames: [] }));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	// Listening on a port there is always such an address.
	const { port } = server.address() as AddressInfo;
	// Kept from when on the news of publications arrive.
	const ready = () => preparePage({ route: '/[lang]', headers: new Map(), body: Buffer.from('ready'), tags: new Set(['record']) });
	while ((await house.pages.getOrMake('ready', ready)) && !house.pages.get('ready')) await turn();
	const ask = (path: string, { method = 'GET', headers = {}, body }: SiteQuestion = {}) =>
		new Promise<SiteAnswer>((resolve, reject) => {
			const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
				const pieces: Buffer[] = [];
				response.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) }));
			}).on('error', reject);
			if (body) asked.write(body);
			asked.end();
		});
	return {
		/** What SvelteKit was asked for, in order. */
		made,
		/** The origin under which it is asked. */
		origin: `http://127.0.0.1:${port}`,
		ask,
		get: (path: string, headers: Readonly<Record<string, string>> = {}) => ask(path, { headers }),
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			await house.close();
			await database[Symbol.asyncDispose]();
		}
	};
}
