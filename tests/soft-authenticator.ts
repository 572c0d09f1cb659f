import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What a browser sends of a new passkey, and of one that is used. */
export interface SoftAuthenticator {
	made(challenge: string): { readonly id: string; readonly clientDataJSON: string; readonly attestationObject: string; readonly transports: readonly string[] };
	used(challenge: string): { readonly id: string; readonly clientDataJSON: string; readonly authenticatorData: string; readonly signature: string; readonly userHandle: string };
}

/** An authenticator in memory with one ES256 key, which says that it has verified the person (WebAuthn Level 3, sections 6.1 and 6.5). */
export function softAuthenticator(origin: string): SoftAuthenticator {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
	const credential = randomBytes(32);
	const id = credential.toString('base64url');
	const clientData = (type: string, challenge: string): Buffer => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
	const party = createHash('sha256').update(new URL(origin).hostname).digest();
	/** Present and verified; `attested` where a key follows. */
	const data = (attested: boolean): Buffer => Buffer.concat([party, Buffer.from([attested ? 0x45 : 0x05]), Buffer.alloc(4)]);
	return {
		made(challenge) {
			// COSE (RFC 9053, section 7.1.1): kty EC2, alg ES256, crv P-256, x, y.
			const key = Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), Buffer.from(x, 'base64url'), Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url')]);
			const authData = Buffer.concat([data(true), Buffer.alloc(16), Buffer.from([0, credential.length]), credential, key]);
			// CBOR: { fmt: "none", attStmt: {}, authData }.
			const attestation = Buffer.concat([Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'), Buffer.from([authData.length]), authData]);
			return { id, clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'), attestationObject: attestation.toString('base64url'), transports: ['internal'] };
		},
		used(challenge) {
			const said = clientData('webauthn.get', challenge);
			const authenticatorData = data(false);
			const signature = sign('sha256', Buffer.concat([authenticatorData, createHash('sha256').update(said).digest()]), privateKey);
			return { id, clientDataJSON: said.toString('base64url'), authenticatorData: authenticatorData.toString('base64url'), signature: signature.toString('base64url'), userHandle: '' };
		}
	};
}
