import { randomBytes } from 'node:crypto';
import { newAccount, signRequest, type AccountKeys } from '#vault';
import type { Answer, Link } from '#lib/circles/client/link.ts';
import { Circles } from '#lib/circles/client/opening.ts';
import type { Role } from '#lib/people/account.ts';
import { Memory, type MemoryStore } from '#lib/people/client/memory.ts';
import { sessionCookie } from '#lib/people/login-session.ts';
import { beginSession } from '#lib/people/server/login-sessions.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { canonical, entryHash, utf8 } from '#lib/vault/envelope.ts';

/** An account with a login session and the data layer that a browser has; the network is Node's `fetch`. */
export interface Somebody {
	readonly account: string;
	readonly keys: AccountKeys;
	readonly name: string;
	readonly token: string;
	readonly tag: string;
	/** What their browser keeps; another one begins with an empty one. */
	readonly store: MemoryStore;
	/** Their circles through an address: the server's, or that of a proxy before it. Each is a tab of its own. */
	circles(origin: string, store?: MemoryStore): Circles;
	link(origin: string, store?: MemoryStore): Link;
}

/** What stands between somebody's pages and the server. */
export type WrapLink = (link: Link) => Link;

/** Puts an account and a session into the database, as joining and signing in would. */
export async function somebody(db: Db, { name, role = 'staff', wrap = (link) => link }: { name: string; role?: Role; wrap?: WrapLink | undefined }): Promise<Somebody> {
	const keys = await newAccount();
	const { account, found, signing } = keys;
	const day = new Date().toISOString().slice(0, 10);
	await db
		.insertInto('account')
		.values({ id: account, role, signing: Buffer.from(signing.publicKey), name_key: null, opaque_record: null, kit_hash: randomBytes(32), kit_signing: randomBytes(32), sealed_unlock: randomBytes(300), unlock_version: 1, sealed_profile: null, created_on: day, ended_on: null })
		.execute();
	await db.insertInto('account_entry').values({ account_id: account, seq: 0, ...found, hash: await entryHash(found.body) }).execute();
	const { token, tag } = await beginSession(db, account, new Date());
	const store = memoryStore();
	const link = (origin: string, own = store): Link => wrap(linkOf({ keys, name, origin, token, tag, store: own }));
	return { account, keys, name, token, tag, store, link, circles: (origin, own) => new Circles(link(origin, own)) };
}

/** What a browser's IndexedDB does, for as long as the test. */
export function memoryStore(): MemoryStore {
	const slots = new Map<string, Uint8Array>();
	return {
		all: () => Promise.resolve([...slots].map(([slot, sealed]) => ({ slot, sealed }))),
		put: (slot, sealed) => {
			slots.set(slot, sealed);
			return Promise.resolve();
		}
	};
}

interface Connected {
	readonly keys: AccountKeys;
	readonly name: string;
	readonly origin: string;
	readonly token: string;
	readonly tag: string;
	readonly store: MemoryStore;
}

function linkOf({ keys, name, origin, token, tag, store }: Connected): Link {
	const exchange = async (method: string, path: string, init: { body?: Uint8Array<ArrayBuffer>; signature?: string }, read: (response: Response) => Promise<unknown>): Promise<Answer> => {
		try {
			const headers = { origin, cookie: `${sessionCookie}=${token}`, ...(init.signature === undefined ? {} : { 'steadfast-signature': init.signature, 'content-type': 'application/json' }) };
			const response = await fetch(origin + path, { method, headers, redirect: 'error', ...(init.body ? { body: init.body } : {}) });
			if (response.ok) return { ok: true, status: response.status, value: await read(response) };
			const told: unknown = await response.json().catch(() => undefined);
			return { ok: false, status: response.status, reason: typeof told === 'object' && told !== null && 'reason' in told ? String(told.reason) : 'failed' };
		} catch {
			return { ok: false, status: 0, reason: 'offline' };
		}
	};
	return {
		keys,
		name,
		memory: new Memory(store, keys.deviceKey),
		now: () => new Date(),
		pause: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 50))),
		ask: (path) => exchange('GET', path, {}, (response) => response.json()),
		async send(method, path, body) {
			const bytes = body instanceof Uint8Array ? new Uint8Array(body) : utf8(canonical(body));
			return exchange(method, path, { body: bytes, signature: await signRequest({ method, path, session: tag, body: bytes, signing: keys.signing }) }, (response) => response.json());
		},
		askBytes: (path, mostBytes) =>
			exchange('GET', path, {}, async (response) => {
				const bytes = new Uint8Array(await response.arrayBuffer());
				if (bytes.length > mostBytes) throw new Error('More than was asked for.');
				return bytes;
			})
	};
}
