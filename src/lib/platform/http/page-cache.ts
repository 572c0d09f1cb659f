import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** How a body can travel: as HTTP names it. */
export type Coding = 'br' | 'gzip' | 'identity';

/** A finished answer that anybody may be given again. */
export interface StoredPage {
	readonly route: string;
	readonly etag: string;
	readonly bodies: Readonly<Record<Coding, Buffer>>;
	/** Header names and values in turn, for each coding, ready for `writeHead`. */
	readonly headers: Readonly<Record<Coding, readonly string[]>>;
	readonly headersNotModified: readonly string[];
	readonly tags: ReadonlySet<string>;
	/** From this instant on, in milliseconds since 1970, it may say something that is no longer true. */
	readonly trueUntil: number | undefined;
	readonly sizeBytes: number;
}

export interface Rendered {
	readonly route: string;
	readonly headers: ReadonlyMap<string, string>;
	readonly body: Buffer;
	/** What the page shows; nothing here means that it must not be kept. */
	readonly tags: ReadonlySet<string>;
	readonly trueUntil?: number | undefined;
}

/** What every kept page shows beside its own: the frame, whose navigation names what there is. */
export const frameTag = 'frame';

const compressible = /^(?:text\/|image\/svg|application\/(?:json|xml|ld\+json|feed\+json|atom\+xml|vnd\.c3voc))|[+/]xml|[+/]json/;

function isWorthCompressing(type: string, body: Buffer): boolean {
	return compressible.test(type) && body.length > 200;
}

/** The body of an answer that is sent once: compressed quickly, in the one coding that is wanted. */
export async function compressOnce(body: Buffer, coding: Coding): Promise<Buffer> {
	if (coding === 'br') return brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
	// Long answers are envelopes as text: looking for what repeats in them takes long and finds nothing.
	return coding === 'gzip' ? gzipped(body, body.length > 100_000 ? { strategy: constants.Z_HUFFMAN_ONLY } : { level: 5 }) : body;
}

/** Makes an answer ready to be sent many times: compressed once, tagged with the hash of what it says. */
export async function preparePage({ route, headers, body, tags, trueUntil }: Rendered): Promise<StoredPage> {
	const type = headers.get('content-type') ?? '';
	const worth = isWorthCompressing(type, body);
	const [br, gz] = worth
		? await Promise.all([
				brotli(body, {
					params: {
						[constants.BROTLI_PARAM_QUALITY]: 10,
						[constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
						[constants.BROTLI_PARAM_SIZE_HINT]: body.length
					}
				}),
				gzipped(body, { level: 9 })
			])
		: [body, body];
	const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
	const shared = [...headers].filter(([name]) => !['content-length', 'content-encoding', 'etag', 'vary'].includes(name)).flat();
	shared.push('etag', etag, 'vary', 'accept-encoding, cookie');
	const withCoding = (coding: Coding, bytes: Buffer) => [
		...shared,
		...(coding === 'identity' || !worth ? [] : ['content-encoding', coding]),
		'content-length',
		String(bytes.length)
	];
	return {
		route,
		etag,
		tags,
		trueUntil,
		bodies: { br, gzip: gz, identity: body },
		headers: { br: withCoding('br', br), gzip: withCoding('gzip', gz), identity: withCoding('identity', body) },
		headersNotModified: shared,
		sizeBytes: br.length + gz.length + body.length + 2000
	};
}

/** The best coding of ours that an `Accept-Encoding` header takes (RFC 9110, section 12.5.3). */
export function codingFor(acceptEncoding: string | undefined): Coding {
	if (acceptEncoding === undefined) return 'identity';
	if (accepts(acceptEncoding, 'br')) return 'br';
	return accepts(acceptEncoding, 'gzip') ? 'gzip' : 'identity';
}

function accepts(header: string, coding: string): boolean {
	const at = header.indexOf(coding);
	if (at < 0) return false;
	const before = at === 0 ? ',' : header[at - 1];
	if (before !== ',' && before !== ' ') return false;
	const rest = header.slice(at + coding.length);
	return rest === '' || rest.startsWith(',') || (/^\s*;/.test(rest) ? !/^\s*;\s*q=0(?:\.0*)?\s*(?:,|$)/.test(rest) : /^\s*(?:,|$)/.test(rest));
}

/**
 * Note: One answer for everybody.
 * Public pages asked for without cookies are kept in memory by their whole address (the language is in the path, and
 * the query counts), at most `mostBytes` in all, the least lately used going first. Whoever asks for a page that is just
 * being made waits for that one instead of making it again. What a publication changes is dropped by tag; a page that
 * was begun before such a drop is sent but not kept, because it may show what has just been withdrawn.
 * A page that tells of time, such as what is left until a deadline, says itself until when it is true.
 */
export class PageCache {
	readonly #pages = new Map<string, StoredPage>();
	readonly #making = new Map<string, Promise<StoredPage | undefined>>();
	readonly #mostBytes: number;
	#bytes = 0;
	#drops = 0;
	#trusted = true;

	constructor(mostBytes = 64 * 1024 * 1024) {
		this.#mostBytes = mostBytes;
	}

	get(key: string): StoredPage | undefined {
		const page = this.#pages.get(key);
		if (page?.trueUntil !== undefined && page.trueUntil <= Date.now()) {
			this.#pages.delete(key);
			this.#bytes -= page.sizeBytes;
			return undefined;
		}
		// While there is plenty of room nothing is going to go, and the order of use does not matter.
		if (page && this.#bytes > this.#mostBytes / 2) {
			this.#pages.delete(key);
			this.#pages.set(key, page);
		}
		return page;
	}

	/**
	 * The page, made by `make` unless somebody is making it already. `make` gives undefined for what is not to be shared
	 * (another status, no tags); then each waiting request makes its own.
	 */
	async getOrMake(key: string, make: () => Promise<StoredPage | undefined>): Promise<StoredPage | undefined> {
		const making = this.#making.get(key);
		if (making) return making;
		const dropsBefore = this.#drops;
		const made = make();
		this.#making.set(key, made);
		try {
			const page = await made;
			if (page && page.tags.size > 0 && this.#trusted && this.#drops === dropsBefore) this.#keep(key, page);
			return page;
		} finally {
			// After a drop others may be making the page anew under the same key.
			if (this.#making.get(key) === made) this.#making.delete(key);
		}
	}

	/** Forgets every page that shows one of these. */
	drop(tags: Iterable<string>): void {
		this.#drops += 1;
		this.#making.clear();
		const changed = new Set(tags);
		for (const [key, page] of this.#pages) {
			if (page.tags.isDisjointFrom(changed)) continue;
			this.#pages.delete(key);
			this.#bytes -= page.sizeBytes;
		}
	}

	/**
	 * Whether news of publications arrive. While they do not, nothing may be kept; and what is there is forgotten, so
	 * that nobody withdrawn elsewhere stays visible here.
	 */
	trust(trusted: boolean): void {
		this.#trusted = trusted;
		this.#drops += 1;
		this.#making.clear();
		this.#pages.clear();
		this.#bytes = 0;
	}

	#keep(key: string, page: StoredPage): void {
		if (page.sizeBytes > this.#mostBytes) return;
		const old = this.#pages.get(key);
		if (old) this.#bytes -= old.sizeBytes;
		this.#pages.delete(key);
		this.#pages.set(key, page);
		this.#bytes += page.sizeBytes;
		for (const [oldest, { sizeBytes }] of this.#pages) {
			if (this.#bytes <= this.#mostBytes) return;
			this.#pages.delete(oldest);
			this.#bytes -= sizeBytes;
		}
	}
}
