import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Config } from '#lib/platform/config.ts';
import { isLanguage } from '#lib/platform/i18n/language.ts';
import { parseAddress } from '#lib/platform/mail/address.ts';
import { secretFile } from '#lib/platform/secrets/secrets.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import * as v from 'valibot';
import type { Destination } from '../notice.ts';

/**
 * Note: A destination is the one thing about people that the server itself can open.
 * It has to write there. So it is sealed (AES-256-GCM, NIST SP 800-38D) to `secrets/notice-key`, which lies in no
 * database and no backup, and bound to the account whose row it is in. Whoever takes the running server has both. All are of
 * one size, and mail looks like push.
 */
export interface Kept {
	readonly destination: Destination;
	/** 16 bytes as base64url; whoever has the link with it may stop the notices. */
	readonly stopToken: string;
}

const paddedBytes = 1024;
const nonceBytes = 12;
const tagBytes = 16;

export function sealDestination(key: Buffer, account: string, kept: Kept): Buffer {
	const plain = Buffer.alloc(paddedBytes, ' ');
	const text = Buffer.from(JSON.stringify(kept), 'utf8');
	if (text.length > paddedBytes) throw new Error('A destination is longer than its place.');
	text.copy(plain);
	const nonce = randomBytes(nonceBytes);
	const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(account));
	const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
	for (const bytes of [plain, text]) bytes.fill(0);
	return sealed;
}

/** Undefined where the key is another one than it was sealed to, or it is another account's. */
export function openDestination(key: Buffer, account: string, sealed: Buffer): Kept | undefined {
	const plain = opened(key, account, sealed);
	if (plain === undefined) return undefined;
	const kept = v.parse(shape, JSON.parse(plain.toString('utf8')));
	plain.fill(0);
	return kept;
}

/** Whether it opens, without a word of it becoming a text in memory. */
export function opensWith(key: Buffer, account: string, sealed: Buffer): boolean {
	return opened(key, account, sealed)?.fill(0) !== undefined;
}

function opened(key: Buffer, account: string, sealed: Buffer): Buffer | undefined {
	const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes }).setAAD(boundTo(account));
	const plain = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
	try {
		decipher.setAuthTag(sealed.subarray(-tagBytes)).final();
		return plain;
	} catch {
		return undefined;
	}
}

function boundTo(account: string): Buffer {
	return Buffer.from(`steadfast/notice/1\n${account}`);
}

const language = v.pipe(v.string(), v.check(isLanguage), v.transform((text) => text as Extract<Destination, { kind: 'mail' }>['language']));
const address = v.pipe(
	v.string(),
	v.transform((text) => parseAddress(text)),
	v.check((result) => result.ok),
	v.transform((result) => (result as Extract<typeof result, { ok: true }>).address)
);
const shape: v.GenericSchema<unknown, Kept> = v.strictObject({
	destination: v.variant('kind', [v.strictObject({ kind: v.literal('mail'), address, language }), v.strictObject({ kind: v.literal('push'), endpoint: v.string() })]),
	stopToken: v.string()
});

const keys = new Map<string, Promise<Buffer>>();

/** The key to all destinations, made on first use. Throws a `Refusal` for a file that is none. */
export function noticeKey(config: Pick<Config, 'dataDir'>): Promise<Buffer> {
	let key = keys.get(config.dataDir);
	if (key === undefined) {
		key = readKey(config);
		// What failed is tried again once it is mended.
		key.catch(() => keys.delete(config.dataDir));
		keys.set(config.dataDir, key);
	}
	return key;
}

async function readKey(config: Pick<Config, 'dataDir'>): Promise<Buffer> {
	const key = await secretFile(config, 'notice-key', () => randomBytes(32));
	if (key.length === 32) return key;
	throw new Refusal('secrets/notice-key is not a key of 32 bytes. Nothing was changed. Put back the one that was there; docs/operations.md says what to do where it is lost.');
}
