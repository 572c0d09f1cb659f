import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../tests/temporary.ts';
import { canonicalText, textHash } from './draft.ts';
import { isSignatureOf, recordBody, recordMessage, signatureHash, signatureMessage, signatureShape, verifiedPublication, type AdoptionRecord, type Publication, type Signature } from './signature.ts';

/** Made by Node alone. */
function signer(): { readonly key: string; readonly sign: (message: Uint8Array) => string } {
	const { publicKey, privateKey } = generateKeyPairSync('ed25519');
	return { key: publicKey.export({ format: 'jwk' }).x ?? '', sign: (message) => sign(null, message, privateKey).toString('base64url') };
}

function signed(hash: string, kind: Signature['kind'], name: string): Signature {
	const by = signer();
	return { kind, name, key: by.key, signature: by.sign(signatureMessage(hash, { kind, name })) };
}

const text = canonicalText({ language: 'en', title: 'What we ask for', clauses: [{ kind: 'recommendation', text: 'Parliament should act by June 2027.' }] });
const spanish = canonicalText({ language: 'es', title: 'Lo que pedimos', clauses: [{ kind: 'recommendation', text: 'El parlamento debe actuar antes de junio de 2027.' }] });

async function publication(change: Partial<AdoptionRecord> = {}): Promise<Omit<Publication, 'releaseAt'> & { readonly record: AdoptionRecord }> {
	const hash = await textHash(text);
	const by = signer();
	const signatures = [signed(hash, 'named', 'A. Person'), signed(hash, 'counted', ''), signed(hash, 'organisation', 'منظمة')];
	const record: AdoptionRecord = { v: 1, forum: '2027-a-forum', version: 1, previous: null, correction: null, hash, adoptedAt: '2027-05-04T15:00:00Z', rule: { quorumPercent: 60, thresholdPercent: 100 }, counts: { participants: 4, consents: 3, standsAside: 0, objects: 0, silent: 1 }, setAside: 0, translations: [{ language: 'es', hash: await textHash(spanish) }], signatures: (await Promise.all(signatures.map(signatureHash))).toSorted(), key: by.key, ...change };
	const body = recordBody(record);
	return { body, signature: by.sign(recordMessage(body)), text, translations: [spanish], signatures, record };
}

test('OpenSSL verifies a signature by the published procedure, and refuses it for another text, name or kind', async () => {
	const folder = temporaryFolder('openssl');
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const hash = await textHash(text);
	const one = signed(hash, 'pseudonym', 'زهرة');
	const verifies = (message: Uint8Array): boolean => {
		const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(one.key, 'base64url')]);
		writeFileSync(join(folder, 'key.der'), der);
		writeFileSync(join(folder, 'message'), message);
		writeFileSync(join(folder, 'signature'), Buffer.from(one.signature, 'base64url'));
		try {
			return execFileSync('openssl', ['pkeyutl', '-verify', '-rawin', '-pubin', '-keyform', 'DER', '-inkey', 'key.der', '-in', 'message', '-sigfile', 'signature'], { cwd: folder, encoding: 'utf8' }).includes('Verified Successfully');
		} catch {
			return false;
		}
	};

	expect([verifies(signatureMessage(hash, one)), verifies(Buffer.from(`steadfast statement signature 1\n${hash}\npseudonym\nزهرة\n`))]).toEqual([true, true]);
	expect([verifies(signatureMessage(hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')), one)), verifies(signatureMessage(hash, { ...one, name: 'زهره' })), verifies(signatureMessage(hash, { ...one, kind: 'named' }))]).toEqual([false, false, false]);
	expect([await isSignatureOf(hash, one), await isSignatureOf(hash, { ...one, kind: 'named' })]).toEqual([true, false]);
});

test('a publication in which every part fits is believed, and none in which one was changed', async () => {
	const whole = await publication();
	const { record: _, ...sent } = whole;
	const other = signed(whole.record.hash, 'counted', '');
	const bad: Record<string, Omit<Publication, 'releaseAt'>> = {
		'another text': { ...sent, text: text.replace('June', 'July') },
		'another body': { ...sent, body: sent.body.replace('"consents":3', '"consents":2').replace('"silent":1', '"silent":2') },
		'one more signature': { ...sent, signatures: [...sent.signatures, other] },
		'one signature less': { ...sent, signatures: sent.signatures.slice(1) },
		'another name': { ...sent, signatures: sent.signatures.map((one) => (one.kind === 'named' ? { ...one, name: 'B. Person' } : one)) },
		'a translation left out': { ...sent, translations: [] },
		'another translation': { ...sent, translations: [spanish.replace('junio', 'julio')] }
	};

	expect((await verifiedPublication(sent))?.hash).toBe(whole.record.hash);
	for (const [what, one] of Object.entries(bad)) expect([what, await verifiedPublication(one)]).toEqual([what, undefined]);
	for (const change of [{ counts: { participants: 4, consents: 3, standsAside: 0, objects: 0, silent: 0 } }, { counts: { participants: 2, consents: 2, standsAside: 0, objects: 0, silent: 0 } }, { signatures: whole.record.signatures.toReversed() }, { adoptedAt: '2027-05-04T15:12:00Z' }, { adoptedAt: '2027-15-04T15:00:00Z' }]) {
		const { record: __, ...one } = await publication(change);
		expect([change, await verifiedPublication(one)]).toEqual([change, undefined]);
	}
});

test('a signature that is only counted has no name, every other has one, and none has a name that is more than it seems', () => {
	const fits = (kind: Signature['kind'], name: string): boolean => v.safeParse(signatureShape, { ...signed('0'.repeat(64), kind, name) }).success;

	expect([fits('counted', ''), fits('counted', 'A. Person'), fits('named', ''), fits('named', 'A. Person'), fits('organisation', 'A\nB'), fits('pseudonym', 'a\u202eb')]).toEqual([true, false, false, true, false, false]);
});
