import type { Config } from '../config.ts';

/** Under which of our origins a request is answered, and the name under which its answer may be kept. */
export interface Addressed {
	readonly origin: string;
	readonly key: string;
	/** Path and query as a page is asked for it: without the parts of the query that none reads. */
	readonly url: string;
}

const loopbackHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/**
 * Decides by what the operator configured; a Host header only chooses between the origins there are. While the public
 * origin is this machine itself (a trial), each of its names will do: 127.0.0.1 is as good as localhost.
 *
 * The key has the path and, in one order, those parts of the query that a page reads (`queryNames`): an address with
 * made-up ones is no other page, and must not be made or kept once more for each.
 */
export function addressingFor({ publicOrigin, vaultOrigin }: Pick<Config, 'publicOrigin' | 'vaultOrigin'>, queryNames: readonly string[]) {
	const publicHost = new URL(publicOrigin).host;
	const vaultHost = new URL(vaultOrigin).host;
	const onTrial = loopbackHost.test(publicHost) && vaultHost === publicHost;

	return (url: string, host: string | undefined): Addressed => {
		const page = url.includes('?') ? plainest(url, queryNames) : url;
		if (host === undefined || host === publicHost) return { origin: publicOrigin, key: page, url: page };
		if (host === vaultHost) return { origin: vaultOrigin, key: `${vaultHost} ${page}`, url: page };
		if (onTrial && loopbackHost.test(host)) return { origin: `http://${host}`, key: `${host} ${page}`, url: page };
		return { origin: publicOrigin, key: page, url: page };
	};
}

function plainest(url: string, queryNames: readonly string[]): string {
	const at = url.indexOf('?');
	const asked = new URLSearchParams(url.slice(at + 1));
	const read = new URLSearchParams();
	for (const name of queryNames) {
		const value = asked.get(name);
		if (value !== null && value !== '') read.set(name, value);
	}
	return read.size === 0 ? url.slice(0, at) : `${url.slice(0, at)}?${read.toString()}`;
}
