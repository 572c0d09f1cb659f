import { once } from 'node:events';
import { globSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve as absolute } from 'node:path';
import { json, type RequestEvent } from '@sveltejs/kit';
import { lazyActor } from '#lib/people/server/index.ts';
import { parseConfig } from '#lib/platform/config.ts';
import type { DatabaseAddress } from '#lib/platform/db/database.ts';
import { createFront, type Kit } from '#lib/platform/http/front.ts';
import { openHouse, type House } from '#lib/platform/house.ts';
import { temporaryFolder } from './temporary.ts';

/** What a browser asks: our front, our routes and a real database, without the built pages. */
export interface ApiServer extends AsyncDisposable {
	readonly origin: string;
	readonly house: House;
}

const none = { en: '', es: '', fr: '', ar: '' };

type Handlers = Readonly<Record<string, ((event: RequestEvent) => Response | Promise<Response>) | undefined>>;

/** Serves everything under `/api` on a free port. SvelteKit's router is not there: the folders are matched here. */
export async function startApi(address: DatabaseAddress, env: Readonly<Record<string, string>> = {}): Promise<ApiServer> {
	const dataDir = temporaryFolder('api');
	const parsed = parseConfig({ DATA_DIR: dataDir, ...env });
	if (!parsed.ok) throw new Error(parsed.problems.join(' '));
	const house = openHouse({ config: parsed.config, address, writeLog: () => undefined });
	const kit: Kit = { respond: (request, { platform, getClientAddress }) => respond(request, platform, getClientAddress) };
	const front = createFront({ house, kit, assets: (_request, _response, next) => next(), migrationsDir: 'migrations', built: { shells: none, leanShells: { apply: none, receipt: none, refer: none, invited: none }, followScript: '', manifest: '', pages: [] }, queryNames: [] });
	const server = createServer(front).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		house,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await house.close();
			rmSync(dataDir, { recursive: true, force: true });
		}
	};
}

const folder = 'src/routes/(vault)';
const routes = globSync(`${folder}/api/**/+server.ts`).map((file) => {
	const names = [...file.matchAll(/\[(\w+)\]/g)].map(([, name = '']) => name);
	const path = file.slice(folder.length, -'/+server.ts'.length).replaceAll(/\[\w+\]/g, '([^/]+)');
	return { file: absolute(file), names, path: new RegExp(`^${path}$`) };
});

async function respond(request: Request, platform: App.Platform, getClientAddress: () => string): Promise<Response> {
	const url = new URL(request.url);
	const route = routes.find(({ path }) => path.test(url.pathname));
	const values = route?.path.exec(url.pathname)?.slice(1).map(decodeURIComponent) ?? [];
	const headers: Record<string, string> = {};
	const event = {
		request,
		setHeaders: (more: Record<string, string>) => Object.assign(headers, more),
		url,
		params: Object.fromEntries(route?.names.map((name, at) => [name, values[at]]) ?? []),
		route: { id: null },
		platform,
		locals: { house: platform.house, language: 'en', shows: () => undefined, actor: lazyActor(platform.house, request) },
		getClientAddress
	} as unknown as RequestEvent;
	const handlers = route && ((await import(route.file)) as Handlers);
	const handler = handlers?.[request.method];
	if (!handler) return json({ message: 'not-found' }, { status: handlers ? 405 : 404 });
	try {
		return await handler(event);
	} catch (thrown) {
		if (isHttpError(thrown)) return json(thrown.body, { status: thrown.status, headers });
		console.error(thrown);
		return json({ message: 'failed' }, { status: 500 });
	}
}

/** By its shape: SvelteKit's own test for it would be of another copy of the module than the routes have. */
function isHttpError(thrown: unknown): thrown is { status: number; body: object } {
	return typeof thrown === 'object' && thrown !== null && 'status' in thrown && 'body' in thrown;
}
