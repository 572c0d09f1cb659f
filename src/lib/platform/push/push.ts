import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Config } from '../config.ts';
import { secretFile } from '../secrets/secrets.ts';
import { errorCode, Refusal } from '../start/refusal.ts';

/** Web push without a payload: what a browser's maker passes on is that we knocked, and nothing that was said. */
export interface Push {
	/** Whether any push service may be written to. */
	readonly isOffered: boolean;
	/** Our public key as browsers want it for a subscription: the uncompressed point as base64url (RFC 8292, section 3.2). */
	publicKey(): Promise<string>;
	/** Whether an endpoint that a browser gave is one of a push service that may be written to. */
	takes(endpoint: string): boolean;
	/** Knocks at an endpoint. `gone`: the subscription has ended and is to be forgotten. Throws a `PushFailure`. */
	knock(endpoint: string, now: Date): Promise<'taken' | 'gone'>;
}

/** A push service did not take it. Says neither which endpoint, nor what was answered but for its number. */
class PushFailure extends Error {
	override readonly name = 'PushFailure';
	readonly code: string;

	constructor(code: string) {
		super(`A push service did not take a knock (${code}).`);
		this.code = code;
	}
}

/** An endpoint is a bearer's address, so nobody's is longer for a reason of ours. */
const longestEndpoint = 800;
/** The signs that an address is written with (RFC 3986, section 2). */
const plainUrl = /^[\w.~:/?[\]@!$&'()*+,;=%-]+$/;
const patienceMs = 10_000;
/** How long the push service keeps it for a device that is off, in seconds: until the next one may come. */
const keptSeconds = 24 * 60 * 60;
/** RFC 8292 allows a day at most. */
const claimedSeconds = 12 * 60 * 60;

type Pushing = Pick<Config, 'dataDir' | 'pushServices' | 'contact' | 'vaultOrigin'>;

/**
 * Push with a key of its own, `secrets/web-push-key` (RFC 8292, VAPID), made when the first person asks for it.
 *
 * Note: A browser names the address that we write to.
 * So it might name one inside our own network. Only https on its own port is asked, of hosts that the configuration
 * lists; no redirect is followed, ten seconds are waited, and nothing of the answer is read but its number.
 */
export function openPush(config: Pushing): Push {
	let key: Promise<KeyObject> | undefined;
	const opened = (): Promise<KeyObject> => {
		key ??= privateKey(config).catch((error: unknown) => {
			key = undefined; // Tried again once the file is mended.
			throw error;
		});
		return key;
	};
	return {
		isOffered: config.pushServices.length > 0,
		publicKey: async () => pointOf(await opened()),
		takes: (endpoint) => isTaken(endpoint, config.pushServices),
		async knock(endpoint, now) {
			if (!isTaken(endpoint, config.pushServices)) throw new PushFailure('EHOST');
			const authorization = credentials({ key: await opened(), audience: new URL(endpoint).origin, subject: subjectOf(config), now });
			return outcomeOf(await asked(endpoint, authorization));
		}
	};
}

function isTaken(endpoint: string, services: readonly string[]): boolean {
	if (endpoint.length > longestEndpoint || !plainUrl.test(endpoint) || !URL.canParse(endpoint)) return false;
	const { protocol, hostname, port, origin, username, password } = new URL(endpoint);
	if (username !== '' || password !== '') return false;
	if (services.includes(origin)) return true;
	return protocol === 'https:' && port === '' && services.some((one) => (one.startsWith('*.') ? hostname.endsWith(one.slice(1)) : hostname === one));
}

async function asked(endpoint: string, authorization: string): Promise<number> {
	try {
		const response = await fetch(endpoint, {
			method: 'POST',
			redirect: 'manual',
			signal: AbortSignal.timeout(patienceMs),
			// One that waits for a device is replaced by the next: however long it was off, it shows one.
			headers: { authorization, ttl: String(keptSeconds), topic: 'news', urgency: 'normal', 'content-length': '0' }
		});
		await response.body?.cancel();
		return response.status;
	} catch (error) {
		throw new PushFailure((error instanceof Error && errorCode(error.cause)) || (error instanceof Error ? error.name : 'unknown'));
	}
}

function outcomeOf(status: number): 'taken' | 'gone' {
	if (status === 404 || status === 410) return 'gone';
	if (status >= 200 && status < 300) return 'taken';
	throw new PushFailure(`HTTP_${status}`);
}

/** Whom the push service may write to if we do harm (RFC 8292, section 2.1); some refuse a knock without it. */
function subjectOf({ contact, vaultOrigin }: Pushing): string {
	return contact !== undefined && /^(?:mailto|https):/.test(contact) ? contact : vaultOrigin;
}

function credentials({ key, audience, subject, now }: { key: KeyObject; audience: string; subject: string; now: Date }): string {
	const part = (of: object) => Buffer.from(JSON.stringify(of)).toString('base64url');
	const claims = { aud: audience, exp: Math.floor(now.getTime() / 1000) + claimedSeconds, sub: subject };
	const signed = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`;
	const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
	return `vapid t=${signed}.${signature.toString('base64url')}, k=${pointOf(key)}`;
}

function pointOf(key: KeyObject): string {
	const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
	return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString('base64url');
}

async function privateKey(config: Pushing): Promise<KeyObject> {
	const made = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
	const pem = await secretFile(config, 'web-push-key', made);
	try {
		const key = createPrivateKey(pem);
		if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
	} catch {
		// Told below.
	}
	throw new Refusal('secrets/web-push-key is not a key for web push. Nothing was changed. Put back the one that was there; docs/operations.md says what to do where it is lost.');
}
