import { kitOf, nameKey, unlockIdentity, type KeyIdentity } from '#vault';
import { kitMessage } from '#lib/people/sign-in.ts';
import { fromText, toText, type Json } from '#lib/vault/envelope.ts';
import { reads } from './answers.ts';
import { openSignedIn } from './opening.ts';
import { stretch } from './opaque.ts';
import { askPasskey } from './passkey.ts';
import { askJson, sendUnsigned, type Answer, type Unlocked } from './session.svelte.ts';
import { believing, type Trouble } from './trouble.ts';

export type SignedIn = { readonly ok: true; readonly unlocked: Unlocked } | Trouble;

export interface LiveSession {
	readonly hasPassphrase: boolean;
	readonly hasPasskey: boolean;
}

/** Whether this browser's session still lives, so that it needs to be unlocked only; undefined when not, or not known. */
export async function liveSession(): Promise<LiveSession | undefined> {
	const answer = await askJson('/api/session', reads('liveSession'));
	return answer.ok && answer.value.signedIn ? answer.value : undefined;
}

/** Signs in with a passphrase; without a name unlocks the account whose session this browser still has. */
export async function signInByPassphrase({ name, passphrase }: { readonly name: string | undefined; readonly passphrase: string }): Promise<SignedIn> {
	const house = await askJson('/api/installation', reads('installation'));
	if (!house.ok) return house;
	const installation = house.value.fingerprint;
	const named: { [field: string]: Json } = name === undefined ? {} : { nameKey: toText(await nameKey(name, fromText(installation) ?? new Uint8Array())) };
	let refused: string | undefined;
	let challenge = '';
	const stretched = await stretch({
		kind: 'login',
		passphrase,
		installation,
		ask: async (request) => {
			const begun = await sendUnsigned('/api/sign-in/passphrase', { ...named, request }, reads('begunLogin'));
			if (!begun.ok) {
				refused = begun.reason;
				return undefined;
			}
			({ challenge } = begun.value);
			return begun.value.response;
		}
	});
	if (!stretched.ok) return { ok: false, reason: refused ?? stretched.reason };
	const identity = await unlockIdentity('passphrase', stretched.secret);
	return finish('/api/sign-in/passphrase/finish', { challenge, finish: stretched.message }, identity);
}

export async function signInByPasskey(): Promise<SignedIn> {
	const question = await sendUnsigned('/api/sign-in/passkey', {}, reads('passkeyQuestion'));
	if (!question.ok) return question;
	const asked = await askPasskey(question.value);
	if (!asked.ok) return asked;
	const identity = await unlockIdentity('passkey', asked.passkey.secret);
	return finish('/api/sign-in/passkey/finish', { challenge: question.value.challenge, response: asked.passkey.response }, identity);
}

/** Signs in with the 32 bytes of a recovery kit. The kit itself stays here: its key signs a challenge. */
export async function signInByKit(secret: Uint8Array): Promise<SignedIn> {
	const kit = await kitOf(secret);
	const begun = await sendUnsigned('/api/recover', { lookup: kit.lookup }, reads('challenge'));
	if (!begun.ok) return begun;
	const { challenge } = begun.value;
	const signature = toText(await kit.signing.sign(kitMessage(location.origin, challenge)));
	return finish('/api/recover/finish', { challenge, signature }, kit);
}

async function finish(path: string, body: Json, identity: KeyIdentity): Promise<SignedIn> {
	const answer: Answer<Parameters<typeof openSignedIn>[0]> = await sendUnsigned(path, body, reads('signedIn'));
	if (!answer.ok) return answer;
	return believing(async () => ({ ok: true, unlocked: await openSignedIn(answer.value, identity) }));
}
