import { client, ready } from '@serenity-kit/opaque';
import type { Joining, NewUnlock } from '#lib/people/server/accounts.ts';
import { beginNewPassphrase } from '#lib/people/server/new-ways.ts';
import { opaqueServer } from '#lib/people/sign-in.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { entryHash, fromText, utf8 } from '#lib/vault/envelope.ts';
import { newAccount, newKit, sealLetter, sealUnlock, signEntry, unlockHash, unlockIdentity, type AccountKeys, type Kit, type Unlocker } from '../src/lib/vault/index.ts';

/** Argon2 as light as it goes: what is tested here is not how hard a passphrase is to guess. */
const stretching = { keyStretching: { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } }, identifiers: { server: opaqueServer } };

/** A person as her browser has her, for tests of the server's side. */
export interface TestPerson {
	readonly keys: AccountKeys;
	readonly kit: Kit;
	readonly nameKey: Uint8Array;
	readonly passphrase: string;
	readonly unlockers: readonly Unlocker[];
	readonly joining: Joining;
}

/** What somebody would send to join with a passphrase by this token. */
export async function personJoining({ db, dataDir, token }: { readonly db: Db; readonly dataDir: string; readonly token: string }): Promise<TestPerson> {
	await ready;
	const [keys, kit] = await Promise.all([newAccount(), newKit()]);
	const nameKey = crypto.getRandomValues(new Uint8Array(32));
	const passphrase = 'six words that nobody else has';
	const { record, recipient } = await registered({ db, dataDir, nameKey, passphrase });
	const unlockers: Unlocker[] = [
		{ kind: 'passphrase', id: '', recipient },
		{ kind: 'kit', id: '', recipient: kit.recipient }
	];
	const unlock = await nextUnlock({ keys, unlockers, version: 1, seq: 1, previous: await entryHash(keys.found.body) });
	const profile = await sealLetter({ header: { kind: 'profile', circle: null, about: keys.account, author: keys.account, at: 0 }, body: utf8('{}'), recipients: [keys.recipient], signing: keys.signing });
	const joining: Joining = { token, account: keys.account, found: keys.found, unlock, way: { kind: 'passphrase', nameKey, record }, kit: { lookup: kit.lookup, signing: kit.signing.publicKey }, profile, introduction: undefined };
	return { keys, kit, nameKey, passphrase, unlockers, joining };
}

async function registered({ db, dataDir, nameKey, passphrase }: { db: Db; dataDir: string; nameKey: Uint8Array; passphrase: string }): Promise<{ record: string; recipient: string }> {
	const { clientRegistrationState, registrationRequest } = client.startRegistration({ password: passphrase });
	const begun = await beginNewPassphrase({ db, config: { dataDir } }, { nameKey, request: registrationRequest });
	if (!begun.ok) throw new Error(begun.reason);
	const { registrationRecord, exportKey } = client.finishRegistration({ password: passphrase, clientRegistrationState, registrationResponse: begun.response, ...stretching });
	const { recipient } = await unlockIdentity('passphrase', fromText(exportKey) ?? new Uint8Array());
	return { record: registrationRecord, recipient };
}

/** The next unlock envelope and its entry. */
export async function nextUnlock({ keys, unlockers, version, seq, previous }: { readonly keys: AccountKeys; readonly unlockers: readonly Unlocker[]; readonly version: number; readonly seq: number; readonly previous: string }): Promise<NewUnlock> {
	const envelope = await sealUnlock({ account: keys, unlockers, version, at: new Date(0) });
	const entry = await signEntry({ log: 'account', of: keys.account, seq, previous, by: keys.account, act: { do: 'unlock', version, hash: await unlockHash(envelope) } }, keys.signing);
	return { envelope, entry };
}

/** OPAQUE's first message of a sign-in, and what makes the last of the server's answer; undefined for a wrong passphrase. */
export function loginAttempt(passphrase: string): { readonly request: string; readonly finish: (response: string) => string | undefined } {
	const { clientLoginState, startLoginRequest } = client.startLogin({ password: passphrase });
	return { request: startLoginRequest, finish: (loginResponse) => client.finishLogin({ password: passphrase, clientLoginState, loginResponse, ...stretching })?.finishLoginRequest };
}

