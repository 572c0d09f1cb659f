import { passkeySalt } from '#lib/people/sign-in.ts';
import { fromText, toText, type Bytes, type Json } from '#lib/vault/envelope.ts';

/**
 * Note: A passkey opens and does not only sign in.
 * The authenticator evaluates its PRF over a constant (WebAuthn Level 3, section 10.1.4): 32 bytes that it gives to this
 * page alone, after it has seen the person. They open the unlock envelope, so nothing of the extensions' results may
 * reach the server: what is sent is put together here, field by field.
 */
export interface NewPasskey {
	/** The credential's id. */
	readonly id: string;
	readonly secret: Bytes;
	/** For the server, without any result of an extension. */
	readonly response: Json;
}

/** `no-prf`: made or found, but it cannot open. `cancelled`: the person, or the browser's own limit of time. */
export type PasskeyTrouble = 'unsupported' | 'cancelled' | 'no-prf' | 'exists' | 'insecure';
export type Made = { readonly ok: true; readonly passkey: NewPasskey } | { readonly ok: false; readonly reason: PasskeyTrouble };

/** Whether it is worth offering at all. An authenticator may still lack what is needed; only trying tells. */
export function hasPasskeys(): boolean {
	return typeof PublicKeyCredential === 'function' && isSecureContext;
}

interface Options {
	readonly challenge: string;
	/** The relying party's id: the vault's host name. */
	readonly party: string;
}

/**
 * Makes a passkey for an account. Its name in the authenticator, which some synchronise to a company's cloud, is the
 * host and four letters of the account's id: enough to tell two apart, nothing of the person.
 */
export async function makePasskey({ challenge, party, algorithms, account, known }: Options & { readonly algorithms: readonly number[]; readonly account: string; readonly known: readonly string[] }): Promise<Made> {
	if (!hasPasskeys()) return { ok: false, reason: 'unsupported' };
	const name = `${party} · ${account.slice(0, 4)}`;
	const made = await ceremony(() =>
		navigator.credentials.create({
			publicKey: {
				challenge: bytes(challenge),
				rp: { id: party, name: party },
				user: { id: bytes(account), name, displayName: name },
				pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
				authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
				attestation: 'none',
				excludeCredentials: known.map((id) => ({ type: 'public-key', id: bytes(id) })),
				extensions: { prf: { eval: { first: passkeySalt() } } }
			}
		})
	);
	if (typeof made === 'string') return { ok: false, reason: made };
	const response = made.response as AuthenticatorAttestationResponse;
	const id = toText(new Uint8Array(made.rawId));
	const secret = prfOf(made) ?? (await askPrf({ party, id }));
	if (typeof secret === 'string') return { ok: false, reason: secret };
	return {
		ok: true,
		passkey: { id, secret, response: { id, clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject), transports: 'getTransports' in response ? response.getTransports() : [] } }
	};
}

/** Asks for whichever passkey the person has here. */
export function askPasskey({ challenge, party }: Options): Promise<Made> {
	return assert({ challenge: bytes(challenge), party });
}

/** Many authenticators evaluate only when a passkey is used, not when it is made: so it is used at once, for nothing else. */
async function askPrf({ party, id }: { party: string; id: string }): Promise<Bytes | PasskeyTrouble> {
	const asked = await assert({ challenge: crypto.getRandomValues(new Uint8Array(32)), party, id });
	return asked.ok ? asked.passkey.secret : asked.reason;
}

async function assert({ challenge, party, id }: { challenge: Bytes; party: string; id?: string }): Promise<Made> {
	if (!hasPasskeys()) return { ok: false, reason: 'unsupported' };
	const found = await ceremony(() =>
		navigator.credentials.get({
			publicKey: {
				challenge,
				rpId: party,
				userVerification: 'required',
				allowCredentials: id === undefined ? [] : [{ type: 'public-key', id: bytes(id) }],
				extensions: { prf: { eval: { first: passkeySalt() } } }
			}
		})
	);
	if (typeof found === 'string') return { ok: false, reason: found };
	const secret = prfOf(found);
	if (secret === undefined) return { ok: false, reason: 'no-prf' };
	const response = found.response as AuthenticatorAssertionResponse;
	const ownId = toText(new Uint8Array(found.rawId));
	return {
		ok: true,
		passkey: {
			id: ownId,
			secret,
			response: { id: ownId, clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature), userHandle: response.userHandle === null ? '' : text(response.userHandle) }
		}
	};
}

async function ceremony(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential | PasskeyTrouble> {
	try {
		const found = await ask();
		return found instanceof PublicKeyCredential ? found : 'cancelled';
	} catch (error) {
		const name = error instanceof DOMException ? error.name : '';
		if (name === 'InvalidStateError') return 'exists';
		if (name === 'SecurityError') return 'insecure';
		return name === 'NotSupportedError' || name === 'ConstraintError' ? 'unsupported' : 'cancelled';
	}
}

/** The PRF's 32 bytes; some password managers give them as a plain array of numbers, or as text. */
function prfOf(credential: PublicKeyCredential): Bytes | undefined {
	const first: unknown = credential.getClientExtensionResults().prf?.results?.first;
	if (first === undefined || first === null) return undefined;
	const found = typeof first === 'string' ? fromText(first) : first instanceof ArrayBuffer ? new Uint8Array(first) : ArrayBuffer.isView(first) ? new Uint8Array(first.buffer.slice(first.byteOffset, first.byteOffset + first.byteLength) as ArrayBuffer) : Array.isArray(first) ? Uint8Array.from(first as number[]) : undefined;
	return found?.length === 32 ? found : undefined;
}

function bytes(said: string): Bytes {
	return fromText(said) ?? new Uint8Array();
}

function text(buffer: ArrayBuffer): string {
	return toText(new Uint8Array(buffer));
}
