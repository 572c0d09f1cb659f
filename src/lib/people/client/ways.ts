import { nameKey, unlockIdentity, type Unlocker } from '#vault';
import { fromText, toText, type Json } from '#lib/vault/envelope.ts';
import type { AnswerOf } from './answers.ts';
import { stretch } from './opaque.ts';
import { makePasskey } from './passkey.ts';
import type { Answer } from './session.svelte.ts';
import type { Weakness } from './strength.ts';
import type { Trouble } from './trouble.ts';

/** A new way of unlocking: what the server gets, and the recipient that the root is sealed to. */
export interface NewWay {
	readonly unlocker: Unlocker;
	/** Its kind and its public half. */
	readonly wire: { readonly kind: 'passphrase' | 'passkey'; readonly [field: string]: Json };
}

export type WayMade = { readonly ok: true; readonly way: NewWay } | Trouble;

interface NewPassphrase {
	readonly name: string;
	readonly passphrase: string;
	readonly installation: string;
	readonly ask: (body: { nameKey: string; request: string }) => Promise<Answer<AnswerOf<'response'>>>;
}

/** Stretches a passphrase with the server's help, so that neither it nor anybody who takes its database can try guesses alone. */
export async function passphraseWay({ name, passphrase, installation, ask }: NewPassphrase): Promise<WayMade> {
	const key = toText(await nameKey(name, fromText(installation) ?? new Uint8Array()));
	let refused: string | undefined;
	const stretched = await stretch({
		kind: 'registration',
		passphrase,
		installation,
		ask: async (request) => {
			const answer = await ask({ nameKey: key, request });
			if (answer.ok) return answer.value.response;
			refused = answer.reason;
			return undefined;
		}
	});
	if (!stretched.ok) return { ok: false, reason: refused ?? stretched.reason };
	const { recipient } = await unlockIdentity('passphrase', stretched.secret);
	return { ok: true, way: { unlocker: { kind: 'passphrase', id: '', recipient }, wire: { kind: 'passphrase', nameKey: key, record: stretched.message } } };
}

interface NewPasskeyWay {
	readonly account: string;
	/** Ids of the account's passkeys, so that an authenticator that has one already says so. */
	readonly known: readonly string[];
	readonly ask: () => Promise<Answer<AnswerOf<'passkeyOptions'>>>;
}

export async function passkeyWay({ account, known, ask }: NewPasskeyWay): Promise<WayMade> {
	const options = await ask();
	if (!options.ok) return options;
	const made = await makePasskey({ ...options.value, account, known });
	if (!made.ok) return made;
	const { id, secret, response } = made.passkey;
	const { recipient } = await unlockIdentity('passkey', secret);
	return { ok: true, way: { unlocker: { kind: 'passkey', id, recipient }, wire: { kind: 'passkey', challenge: options.value.challenge, response } } };
}

/** Why a passphrase of one's own is too weak; undefined for one that is not. The estimator is fetched only for those who ask. */
export async function judgePassphrase(passphrase: string, name: string): Promise<Weakness | undefined> {
	const estimator = await import('./strength.ts');
	return estimator.weaknessOf(passphrase, name);
}
