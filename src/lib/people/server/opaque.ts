import { randomBytes } from 'node:crypto';
import { client, ready, server } from '@serenity-kit/opaque';
import { fingerprintOf, opaqueServer } from '#lib/people/sign-in.ts';
import type { Config } from '#lib/platform/config.ts';
import { secretFile } from '#lib/platform/secrets/secrets.ts';

/**
 * The server's half of OPAQUE (RFC 9807): it learns neither a passphrase nor anything from which one could be guessed
 * without the secret of `secrets/opaque-server-setup`, which is in no database and no backup.
 */
export interface OpaqueServer {
	/** See `fingerprintOf`. */
	readonly fingerprint: string;
	/** Throws for a request that is none. `name` is the name key as base64url. */
	answerRegistration(name: string, request: string): string;
	/** Undefined for a request that is none. Without a record the answer is the decoy's, after the same work. */
	beginLogin(name: string, record: string | undefined, request: string): { readonly state: string; readonly response: string } | undefined;
	/** Whether whoever began this login knew the passphrase. */
	finishLogin(state: string, finish: string): boolean;
}

const identifiers = { server: opaqueServer };
const opened = new Map<string, Promise<OpaqueServer>>();

export function opaqueOf(config: Pick<Config, 'dataDir'>): Promise<OpaqueServer> {
	let found = opened.get(config.dataDir);
	if (found === undefined) {
		found = open(config);
		// What failed (a secret that others may read) is tried again once it is mended.
		found.catch(() => opened.delete(config.dataDir));
		opened.set(config.dataDir, found);
	}
	return found;
}

async function open(config: Pick<Config, 'dataDir'>): Promise<OpaqueServer> {
	await ready;
	const serverSetup = (await secretFile(config, 'opaque-server-setup', () => server.createSetup())).toString('utf8');
	const decoy = decoyRecord(serverSetup);
	return {
		fingerprint: await fingerprintOf(Buffer.from(server.getPublicKey(serverSetup), 'base64url')),
		answerRegistration: (name, registrationRequest) => server.createRegistrationResponse({ serverSetup, userIdentifier: name, registrationRequest }).registrationResponse,
		beginLogin(name, record, startLoginRequest) {
			try {
				const { serverLoginState, loginResponse } = server.startLogin({ serverSetup, userIdentifier: name, registrationRecord: record ?? decoy, startLoginRequest, identifiers });
				return { state: serverLoginState, response: loginResponse };
			} catch {
				return undefined;
			}
		},
		finishLogin(serverLoginState, finishLoginRequest) {
			try {
				server.finishLogin({ serverLoginState, finishLoginRequest, identifiers });
				return true;
			} catch {
				return false;
			}
		}
	};
}

/**
 * The record of a passphrase that nobody knows. The library would make up another for every unknown name (`null`), which
 * takes it measurably longer than to use a real one; with this the work is the same.
 */
function decoyRecord(serverSetup: string): string {
	const password = randomBytes(32).toString('base64url');
	const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
	const { registrationResponse } = server.createRegistrationResponse({ serverSetup, userIdentifier: randomBytes(16).toString('base64url'), registrationRequest });
	// 256 random bits need no stretching.
	const keyStretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };
	return client.finishRegistration({ password, clientRegistrationState, registrationResponse, identifiers, keyStretching }).registrationRecord;
}
