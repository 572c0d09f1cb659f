import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import { Decrypter, Encrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import * as vectors from 'cctv-age';
import { afterAll, expect, test } from 'vitest';
import { someBytes } from '../../../tests/sealing.ts';
import { temporaryFolder } from '../../../tests/temporary.ts';
import { randomId, utf8 } from './envelope.ts';
import { newAccount, newEpoch, newKit, sealFile, sealLetter, sealUnlock } from './index.ts';

/** The reference script for the public: a second implementation on Node's own cryptography. */
const script = 'docs/open-export.mjs';
const hasAge = ['/usr/bin/age', '/usr/local/bin/age', '/opt/homebrew/bin/age'].some((path) => existsSync(path));
const folder = temporaryFolder('other-tools');
const inFolder = (name: string): string => join(folder, name);

afterAll(() => {
	rmSync(folder, { recursive: true });
});

/** What the script makes of a file: its bytes, or why not. */
function openedByScript(key: string, file: Uint8Array): { status: number | null; opened: Buffer; said: string } {
	writeFileSync(inFolder('key.txt'), `# a key\n\n${key}\n`);
	writeFileSync(inFolder('sealed.age'), file);
	const { status, stdout, stderr } = spawnSync(process.execPath, [script, inFolder('key.txt'), inFolder('sealed.age')], { maxBuffer: 1e9 });
	return { status, opened: stdout, said: stderr.toString().trim() };
}

async function sealedTo(recipient: string, bytes: Uint8Array): Promise<Uint8Array> {
	const encrypter = new Encrypter();
	encrypter.addRecipient(recipient);
	return encrypter.encrypt(bytes);
}

test('a letter, an unlock envelope and a file of the vault open with Node alone', async () => {
	const [account, kit, epoch] = await Promise.all([newAccount(), newKit(), newEpoch(1)]);
	const header = { kind: 'introduction', circle: null, about: randomId(), author: account.account, at: 0 };
	const letter = await sealLetter({ header, body: utf8('words of a letter'), recipients: [kit.recipient, account.recipient], signing: account.signing });
	const unlock = await sealUnlock({ account, unlockers: [{ kind: 'kit', id: '', recipient: kit.recipient }], version: 1, at: new Date(0) });
	const content = someBytes(5_000_000);
	const parts: Uint8Array[] = [];
	for await (const part of sealFile(new Blob([content]).stream(), { sizeBytes: content.length, recipient: epoch.inbox.recipient })) parts.push(part);

	for (const identity of [kit.identity, account.identity]) expect(openedByScript(identity, letter).opened.includes('words of a letter')).toBe(true);
	expect(openedByScript(kit.identity, unlock).opened.includes('"root":')).toBe(true);
	expect(openedByScript(epoch.inbox.identity, Buffer.concat(parts)).opened.subarray(0, content.length).equals(content)).toBe(true);
});

test('Node alone tells the same recipients for our keys as we do', async () => {
	const identities = await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? generateHybridIdentity() : generateX25519Identity())));
	const keys = [...identities, (await newKit()).identity];
	writeFileSync(inFolder('keys.txt'), keys.join('\n'));

	const { stdout } = spawnSync(process.execPath, [script, inFolder('keys.txt')], { encoding: 'utf8' });

	expect(stdout.trim().split('\n')).toEqual(await Promise.all(keys.map(identityToRecipient)));
});

test.each([0, 65_536, 65_537, 200_000])('both kinds of files of %i bytes open whole, and not at all where a byte is missing or too many', async (length) => {
	for (const identity of [await generateHybridIdentity(), await generateX25519Identity()]) {
		const sealed = await sealedTo(await identityToRecipient(identity), someBytes(length));

		expect(openedByScript(identity, sealed)).toEqual({ status: 0, opened: Buffer.from(someBytes(length)), said: '' });
		for (const other of [sealed.subarray(0, -1), Buffer.concat([sealed, Buffer.of(0)])]) {
			expect(openedByScript(identity, other)).toMatchObject({ status: 1, said: 'open-export: the file was altered or cut off' });
		}
	}
});

test('a file that lacks its last chunks is refused, and its beginning is no more than that', async () => {
	const identity = await generateHybridIdentity();
	const sealed = await sealedTo(await identityToRecipient(identity), someBytes(65_536 * 4));
	const payloadAt = sealed.length - (65_536 + 16) * 4;

	const { status, opened, said } = openedByScript(identity, sealed.subarray(0, payloadAt + (65_536 + 16) * 3));

	expect([status, said]).toEqual([1, 'open-export: the file was altered or cut off']);
	expect(opened.equals(someBytes(65_536 * 2))).toBe(true);
});

test('a wrong key, no age file, an altered header and a mistyped key are each told in words', async () => {
	const [identity, other] = await Promise.all([generateHybridIdentity(), generateHybridIdentity()]);
	const sealed = await sealedTo(await identityToRecipient(identity), utf8('x'));
	const altered = Buffer.from(Buffer.from(sealed).toString('latin1').replace('-> mlkem', '-> x y\n\n-> mlkem'), 'latin1');

	expect(openedByScript(other, sealed).said).toBe('open-export: none of these keys opens this file');
	expect(openedByScript(identity, altered).said).toBe('open-export: the header was altered');
	expect(openedByScript(identity, utf8('PK\n')).said).toContain('this is no age file');
	expect(openedByScript(identity.replace(/.$/, identity.endsWith('Q') ? 'P' : 'Q'), sealed).said).toBe('open-export: a key with a mistake in it');
});

test('the script does what the public vectors expect of X25519 and hybrid files', async () => {
	const run = promisify(execFile);
	const outcomes: unknown[] = [];
	const wanted: unknown[] = [];
	for (const [name, bytes] of Object.entries(vectors)) {
		const headEnd = Buffer.from(bytes).indexOf('\n\n');
		const head = Buffer.from(bytes.subarray(0, headEnd)).toString();
		const facts = (fact: string): string[] => [...head.matchAll(new RegExp(`^${fact}: (.*)$`, 'gm'))].map(([, value = '']) => value);
		if (facts('armored').length > 0 || facts('passphrase').length > 0) continue;
		const rest = bytes.subarray(headEnd + 2);
		writeFileSync(inFolder(`${name}.age`), facts('compressed').length > 0 ? inflateSync(rest) : rest);
		writeFileSync(inFolder(`${name}.txt`), facts('identity').join('\n'));
		const isRight = facts('expect')[0] === 'success';
		wanted.push([name, isRight ? facts('payload')[0] : 1]);
		outcomes.push([
			name,
			await run(process.execPath, [script, inFolder(`${name}.txt`), inFolder(`${name}.age`)], { encoding: 'buffer', maxBuffer: 1e9 }).then(
				({ stdout }) => createHash('sha256').update(stdout).digest('hex'),
				({ code }: { code: number }) => code
			)
		]);
	}

	expect(wanted.length).toBe(85);
	expect(outcomes).toEqual(wanted);
});

test('a file of 200 MB passes through in a fraction of its size', async () => {
	const identity = await generateX25519Identity();
	const encrypter = new Encrypter();
	encrypter.addRecipient(await identityToRecipient(identity));
	const megabyte = someBytes(1_000_000);
	let left = 200;
	const content = new ReadableStream<Uint8Array>({ pull: (controller) => (left-- > 0 ? controller.enqueue(megabyte) : controller.close()) });
	const sealed = createWriteStream(inFolder('large.age'));
	for await (const chunk of await encrypter.encrypt(content)) if (!sealed.write(chunk)) await once(sealed, 'drain');
	await new Promise<void>((resolve) => sealed.end(resolve));
	writeFileSync(inFolder('large.txt'), identity);
	const measured = `process.on('exit', () => console.error(process.resourceUsage().maxRSS)); process.argv.splice(1, 1); await import(process.argv[1]);`;
	writeFileSync(inFolder('measured.mjs'), measured);

	const child = spawn(process.execPath, [inFolder('measured.mjs'), join(process.cwd(), script), inFolder('large.txt'), inFolder('large.age')], { stdio: ['ignore', 'pipe', 'pipe'] });
	const digest = createHash('sha256');
	let kilobytes = '';
	child.stdout.on('data', (chunk: Buffer) => digest.update(chunk));
	child.stderr.on('data', (chunk: Buffer) => (kilobytes += chunk.toString()));
	const [status] = await once(child, 'close');

	const whole = createHash('sha256');
	for (let at = 0; at < 200; at++) whole.update(megabyte);
	expect([status, digest.digest('hex')]).toEqual([0, whole.digest('hex')]);
	expect(Number(kilobytes)).toBeLessThan(130_000);
});

test.skipIf(!hasAge)('the age command opens X25519 files that our library made, and our library and the script what age made (needs age installed)', async () => {
	const identity = await generateX25519Identity();
	const recipient = await identityToRecipient(identity);
	const content = someBytes(300_000);
	writeFileSync(inFolder('age.txt'), `${identity}\n`);
	writeFileSync(inFolder('content'), content);
	writeFileSync(inFolder('ours.age'), await sealedTo(recipient, content));

	const opened = spawnSync('age', ['-d', '-i', inFolder('age.txt'), inFolder('ours.age')], { maxBuffer: 1e9 });
	const made = spawnSync('age', ['-r', recipient, '-o', inFolder('theirs.age'), inFolder('content')]);

	expect(opened.stdout.equals(content)).toBe(true);
	expect(made.status).toBe(0);
	const theirs = readFileSync(inFolder('theirs.age'));
	const decrypter = new Decrypter();
	decrypter.addIdentity(identity);
	expect(await decrypter.decrypt(theirs)).toEqual(content);
	expect(openedByScript(identity, theirs).opened.equals(content)).toBe(true);
});
