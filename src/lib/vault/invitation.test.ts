import { createHmac, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { someBytes } from '../../../tests/sealing.ts';
import { canonical, fromText, isId } from './envelope.ts';
import { invitationOf, isProof, newInvitation, proofOf } from './index.ts';

const said = canonical(['invitation', 'account', null]);

test('whoever has the link can prove it, for what was said and nothing else', async () => {
	const { secret } = await newInvitation();
	const proof = await proofOf(secret, said);

	expect(await isProof(secret, said, proof)).toBe(true);
	expect(await isProof(secret, canonical(['invitation', 'another', null]), proof)).toBe(false);
	for (const wrong of ['', proof.slice(1), `${proof}A`, proof.toLowerCase(), '!']) expect(await isProof(secret, said, wrong)).toBe(false);
});

test('the server, which has the token, can prove nothing', async () => {
	const { secret, token } = await newInvitation();

	expect(isId(token)).toBe(true);
	expect(await isProof(secret, said, await proofOf(fromText(token)!, said))).toBe(false);
	expect(await isProof((await newInvitation()).secret, said, await proofOf(secret, said))).toBe(false);
});

test('a proof is HMAC-SHA-256 under a derived key, as OpenSSL makes it', async () => {
	const secret = someBytes(16);
	const key = Buffer.from(hkdfSync('sha256', secret, 'steadfast/1', 'invitation/proof', 32));

	expect(await proofOf(secret, said)).toBe(createHmac('sha256', key).update(said).digest('base64url'));
});

test('a link always gives the same token, and a link that was cut short gives none', async () => {
	const { secret, token } = await newInvitation();

	expect(await invitationOf(secret)).toEqual({ secret, token });
	await expect(invitationOf(secret.subarray(1))).rejects.toThrow('a secret of 15 bytes');
});
