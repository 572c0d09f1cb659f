import { expect, test } from 'vitest';
import { fromText, isSignedBy, requestMessage, sha256, toText, utf8 } from './envelope.ts';
import { newAccount, signRequest } from './index.ts';

test('a signed request is believed for its method, address, session and body, and for no other', async () => {
	const { signing } = await newAccount();
	const request = { method: 'PUT', path: '/api/circles/x/records/y', session: 'tag' };
	const signature = fromText(await signRequest({ ...request, body: utf8('body'), signing }))!;
	const isBelieved = async (other: Partial<typeof request> & { body?: string }): Promise<boolean> =>
		isSignedBy(signing.publicKey, requestMessage({ ...request, ...other, bodyHash: toText(await sha256(utf8(other.body ?? 'body'))) }), signature);

	expect(await isBelieved({})).toBe(true);
	for (const other of [{ method: 'DELETE' }, { path: '/api/circles/x/records/z' }, { session: 'another' }, { body: 'another' }, { body: '' }]) expect(await isBelieved(other)).toBe(false);
});
