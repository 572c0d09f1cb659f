import { error, json } from '@sveltejs/kit';
import * as v from 'valibot';
import { roles } from '#lib/people/account.ts';
import { sessionCookie, absoluteMs } from '#lib/people/login-session.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { fromText, isId, isLetter, toText } from '#lib/vault/envelope.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { materialOf, type SignedIn } from './sign-ins.ts';

/** The shapes in which browsers send what `people` takes: JSON, bytes as base64url. */
const anyBytes = v.pipe(v.string(), v.maxLength(1_100_000), v.transform(fromText), v.instance(Uint8Array));
const bytesOf = (length: number) => v.pipe(anyBytes, v.check((bytes) => bytes.length === length));
const id = v.pipe(v.string(), v.check(isId));
/** OPAQUE's messages: base64url of a few hundred bytes. */
const message = v.pipe(v.string(), v.maxLength(2000), v.regex(/^[A-Za-z0-9_-]+$/));
const token = v.pipe(v.string(), v.length(22), v.check((text) => fromText(text)?.length === 16));
const challenge = v.pipe(v.string(), v.length(43));
const credentialText = v.pipe(v.string(), v.maxLength(20_000), v.regex(/^[A-Za-z0-9_-]*$/));
const entry = v.strictObject({ body: v.pipe(v.string(), v.maxLength(8000)), signature: v.pipe(v.string(), v.length(86)) });

/** Nothing of the extensions' results is taken: with some authenticators the secret of the PRF stands there. */
const registration = v.pipe(
	v.strictObject({ id: credentialText, clientDataJSON: credentialText, attestationObject: credentialText, transports: v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(8)) }),
	v.transform(
		({ id, ...response }): RegistrationResponseJSON => ({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: response })
	)
);
const assertion = v.pipe(
	v.strictObject({ id: credentialText, clientDataJSON: credentialText, authenticatorData: credentialText, signature: credentialText, userHandle: credentialText }),
	v.transform(({ id, ...response }): AuthenticationResponseJSON => ({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response }))
);

const passphraseWay = v.strictObject({ kind: v.literal('passphrase'), nameKey: bytesOf(32), record: message });
const passkeyWay = v.pipe(
	v.strictObject({ kind: v.literal('passkey'), challenge, response: registration, label: v.optional(v.pipe(anyBytes, v.check((bytes) => isLetter(bytes)))) }),
	v.transform(({ label, ...way }) => ({ ...way, sealedLabel: label }))
);
const kit = v.strictObject({ lookup: token, signing: bytesOf(32) });
const unlock = v.strictObject({ entry, envelope: anyBytes });

export const shapes = {
	token: v.strictObject({ token }),
	joinPassphrase: v.strictObject({ token, nameKey: bytesOf(32), request: message }),
	joinPasskey: v.strictObject({ token, account: id }),
	join: v.strictObject({
		token,
		account: id,
		found: entry,
		unlock,
		way: v.variant('kind', [passphraseWay, passkeyWay]),
		kit,
		profile: anyBytes,
		introduction: v.optional(v.strictObject({ id, letter: anyBytes }))
	}),
	beginPassphrase: v.strictObject({ nameKey: v.optional(bytesOf(32)), request: message }),
	finishPassphrase: v.strictObject({ challenge, finish: message }),
	finishPasskey: v.strictObject({ challenge, response: assertion }),
	beginKit: v.strictObject({ lookup: token }),
	finishKit: v.strictObject({ challenge, signature: v.pipe(v.string(), v.length(86)) }),
	newPassphrase: v.strictObject({ nameKey: bytesOf(32), request: message }),
	changeUnlock: v.strictObject({
		unlock,
		change: v.variant('kind', [
			passphraseWay,
			passkeyWay,
			v.strictObject({ kind: v.literal('no-passphrase') }),
			v.strictObject({ kind: v.literal('no-passkey'), id: credentialText }),
			v.strictObject({ kind: v.literal('kit'), kit })
		])
	}),
	sealed: v.strictObject({ sealed: anyBytes }),
	entry: v.strictObject({ entry }),
	invite: v.strictObject({ token, role: v.picklist(roles) })
};

/** What a request's body says, in the shape that its address takes. Throws SvelteKit's error 400 for any other. */
export async function bodyAs<Schema extends v.GenericSchema>(schema: Schema, body: Request | Uint8Array): Promise<v.InferOutput<Schema>> {
	const bytes = body instanceof Request ? new Uint8Array(await body.arrayBuffer()) : body;
	let found: unknown;
	try {
		found = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		error(400, 'malformed');
	}
	const { success, output } = v.safeParse(schema, found);
	if (!success) error(400, 'malformed');
	return output;
}

/** Refused in the one shape of `/api`; `retryAfterS` in seconds. */
export function refusal(status: number, reason: string, retryAfterS?: number): Response {
	return json({ reason }, { status, headers: retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) } });
}

/** The answer to a sign-in that succeeded: the cookie, and what opens the account. */
export async function signedInAnswer(db: Db, { session, account, role }: SignedIn): Promise<Response> {
	const { sealedUnlock, version, sealedProfile, log } = await materialOf(db, account);
	return json(
		{ account, role, tag: session.tag, unlock: toText(sealedUnlock), version, profile: sealedProfile === null ? null : toText(sealedProfile), log },
		{ headers: { 'set-cookie': cookieOf(session.token) } }
	);
}

function cookieOf(token: string): string {
	return `${sessionCookie}=${token}; Path=/; Max-Age=${absoluteMs / 1000}; Secure; HttpOnly; SameSite=Strict`;
}

/** The cookie taken back. */
export const noCookie = `${sessionCookie}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict`;
