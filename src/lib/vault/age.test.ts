import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { armor, Decrypter } from 'age-encryption';
import * as vectors from 'cctv-age';
import { expect, test } from 'vitest';

/** One of the public vectors (C2SP CCTV): what is expected, with which keys, and the file. */
interface Vector {
	readonly expect: string;
	readonly payload: string | undefined;
	readonly identities: readonly string[];
	readonly passphrases: readonly string[];
	readonly armored: boolean;
	readonly file: Uint8Array;
}

const read = Object.entries(vectors).map(([name, bytes]): [string, Vector] => [name, vectorOf(bytes)]);

test('the public vectors are all there, those of the hybrid kind too', () => {
	expect(read.length).toBe(143);
	expect(read.filter(([, { identities }]) => identities.some((identity) => identity.startsWith('AGE-SECRET-KEY-PQ-1'))).length).toBe(19);
	expect(read.filter(([, vector]) => vector.expect === 'success').length).toBe(26);
});

test.each(read)('the library that we ship, with our one copy of noble, does with %s what the vector expects', async (_, vector) => {
	const { isWhole, released } = await outcomeOf(vector);

	expect(isWhole).toBe(vector.expect === 'success');
	if (isWhole) expect(createHash('sha256').update(released).digest('hex')).toBe(vector.payload);
});

/** What the library hands out of a file that it reads as a stream, and whether it came to the end. */
async function outcomeOf(vector: Vector): Promise<{ isWhole: boolean; released: Uint8Array }> {
	const chunks: Uint8Array[] = [];
	try {
		const decrypter = new Decrypter();
		for (const identity of vector.identities) decrypter.addIdentity(identity);
		for (const passphrase of vector.passphrases) decrypter.addPassphrase(passphrase);
		const file = vector.armored ? armor.decode(new TextDecoder().decode(vector.file)) : vector.file;
		const opened = await decrypter.decrypt(new Blob([new Uint8Array(file)]).stream());
		for await (const chunk of opened) chunks.push(chunk);
		return { isWhole: true, released: Buffer.concat(chunks) };
	} catch {
		return { isWhole: false, released: Buffer.concat(chunks) };
	}
}

function vectorOf(bytes: Uint8Array): Vector {
	const headEnd = Buffer.from(bytes).indexOf('\n\n');
	const facts = Buffer.from(bytes.subarray(0, headEnd)).toString().split('\n').map((line) => line.split(': ') as [string, string]);
	const all = (name: string): string[] => facts.filter(([fact]) => fact === name).map(([, value]) => value);
	const known = new Set(['expect', 'payload', 'identity', 'passphrase', 'armored', 'file key', 'comment', 'compressed']);
	for (const [name] of facts) if (!known.has(name)) throw new Error(`a vector with an unknown fact: ${name}`);
	const rest = bytes.subarray(headEnd + 2);
	return {
		expect: all('expect')[0] ?? '',
		payload: all('payload')[0],
		identities: all('identity'),
		passphrases: all('passphrase'),
		armored: all('armored')[0] === 'yes',
		file: all('compressed')[0] === 'zlib' ? inflateSync(rest) : rest
	};
}
