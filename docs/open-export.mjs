#!/usr/bin/env node
// Opens an age file with nothing but Node 24.7 or newer:
//
//     node open-export.mjs key.txt file.age > out
//     node open-export.mjs key.txt                  (tells for which recipients these keys are)
//
// Steadfast hands out its exports as age files (https://c2sp.org/age). This script is a second way in, for the day when
// nothing else of Steadfast is left. It reads both kinds of keys: `AGE-SECRET-KEY-1…` (X25519, which the `age` command
// opens too) and `AGE-SECRET-KEY-PQ-1…` (the hybrid of ML-KEM-768 and X25519, safe against quantum computers to come).
// `key.txt` holds one or more of them, one a line; lines that begin with # are skipped, as in the files of `age-keygen`.
//
// What comes out was authenticated chunk by chunk. If the file was altered or cut off, the script says so and ends with
// status 1: what it wrote until then is only the beginning. It never holds more than one chunk in memory.
//
// An age file in four sentences. A random *file key* of 16 bytes seals everything. The header, in text, has one *stanza*
// for each recipient, which holds the file key sealed to that recipient, and ends with a MAC over the header under a key
// made from the file key. Then come 16 random bytes and chunks of 64 KiB, each sealed with ChaCha20-Poly1305. The nonce
// of a chunk is its number and a byte that is 1 for the last chunk, so that none can be moved, left out or cut off.
import { createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, decapsulate, diffieHellman, hkdfSync, timingSafeEqual } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

// --- keys -----------------------------------------------------------------------------------------------------------

/** A line of a key file as { kind, seed }. Keys are written in Bech32 (BIP-173), here without its limit of length. */
function readKey(line) {
	const { prefix, bytes } = bech32(line.toLowerCase());
	if (line !== line.toUpperCase() || bytes.length !== 32) throw new Error('a key that is not written as keys are');
	if (prefix === 'age-secret-key-') return { kind: 'X25519', seed: bytes };
	if (prefix === 'age-secret-key-pq-') return { kind: 'mlkem768x25519', seed: bytes };
	throw new Error('a key of an unknown kind');
}

/** The recipient (`age1…`, `age1pq1…`) that belongs to a key. */
function recipientOf({ kind, seed }) {
	if (kind === 'X25519') return toBech32('age', x25519Public(seed));
	const { mlKemKey, x25519Seed } = hybridKeys(seed);
	return toBech32('age1pq', Buffer.concat([mlKemPublic(mlKemKey), x25519Public(x25519Seed)]));
}

const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

function bech32(text) {
	const end = text.lastIndexOf('1');
	const prefix = text.slice(0, end);
	const values = Array.from(text.slice(end + 1), (letter) => letters.indexOf(letter));
	if (end < 1 || values.length < 6 || values.includes(-1) || checksum(prefix, values) !== 1) throw new Error('a key with a mistake in it');
	// Each letter is 5 bits; what is left over after the last whole byte has to be less than 5 bits, all zero.
	const bits = values.slice(0, -6).map((value) => value.toString(2).padStart(5, '0')).join('');
	const left = bits.slice(bits.length - (bits.length % 8));
	if (left.length > 4 || left.includes('1')) throw new Error('a key with a mistake in it');
	return { prefix, bytes: Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))) };
}

function toBech32(prefix, bytes) {
	const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
	const values = (bits.match(/.{1,5}/g) ?? []).map((five) => Number.parseInt(five.padEnd(5, '0'), 2));
	const sum = checksum(prefix, [...values, 0, 0, 0, 0, 0, 0]) ^ 1;
	const six = [25, 20, 15, 10, 5, 0].map((shift) => (sum >> shift) & 31);
	return `${prefix}1${[...values, ...six].map((value) => letters[value]).join('')}`;
}

function checksum(prefix, values) {
	const codes = [...prefix].map((letter) => letter.charCodeAt(0));
	let sum = 1;
	for (const value of [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...values]) {
		const top = sum >>> 25;
		sum = ((sum & 0x1ffffff) << 5) ^ value;
		[0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].forEach((part, bit) => {
			if ((top >> bit) & 1) sum ^= part;
		});
	}
	return sum;
}

// --- public-key operations: Node's own, wrapped into the formats that it wants (RFC 8410, RFC 9935) -------------------

const der = (hex, bytes) => Buffer.concat([Buffer.from(hex, 'hex'), bytes]);
const x25519Private = (seed) => createPrivateKey({ key: der('302e020100300506032b656e04220420', seed), format: 'der', type: 'pkcs8' });
const x25519Public = (seed) => createPublicKey(x25519Private(seed)).export({ format: 'der', type: 'spki' }).subarray(-32);
const mlKemPublic = (key) => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-1184);

/** OpenSSL refuses a share of small order, with which anybody would know the secret. */
function x25519(seed, share) {
	const publicKey = createPublicKey({ key: der('302a300506032b656e032100', share), format: 'der', type: 'spki' });
	return diffieHellman({ privateKey: x25519Private(seed), publicKey });
}

/** A hybrid key is a seed of 32 bytes; SHAKE-256 makes 64 bytes for ML-KEM-768 and 32 for X25519 of it. */
function hybridKeys(seed) {
	const expanded = createHash('shake256', { outputLength: 96 }).update(seed).digest();
	const mlKemKey = createPrivateKey({ key: der('3054020100300b060960864801650304040204428040', expanded.subarray(0, 64)), format: 'der', type: 'pkcs8' });
	return { mlKemKey, x25519Seed: expanded.subarray(64) };
}

// --- stanzas --------------------------------------------------------------------------------------------------------

/** The file key, if this stanza holds it for this key; undefined where the stanza is for somebody else. */
function unwrap({ kind, seed }, { args, body }) {
	if (args[0] !== kind) return undefined;
	const share = fromBase64(args[1] ?? '');
	if (args.length !== 2 || share.length !== (kind === 'X25519' ? 32 : 1120) || body.length !== 32) throw new Error('a stanza that is not whole');
	const { key, nonce } = kind === 'X25519' ? plainKey(seed, share) : hybridKey(seed, share);
	return open(key, nonce, body);
}

/** X25519: the shared secret, through HKDF with both public keys as salt. */
function plainKey(seed, share) {
	const salt = Buffer.concat([share, x25519Public(seed)]);
	return { key: hkdf(x25519(seed, share), salt, 'age-encryption.org/v1/X25519'), nonce: Buffer.alloc(12) };
}

/**
 * mlkem768x25519: HPKE (RFC 9180) with the KEM 0x647a, which is X-Wing (draft-connolly-cfrg-xwing-kem): two shared
 * secrets hashed together with X25519's share and public key, and six bytes that name it.
 */
function hybridKey(seed, share) {
	const { mlKemKey, x25519Seed } = hybridKeys(seed);
	const x25519Share = share.subarray(1088);
	const secret = createHash('sha3-256')
		.update(decapsulate(mlKemKey, share.subarray(0, 1088)))
		.update(x25519(x25519Seed, x25519Share))
		.update(x25519Share)
		.update(x25519Public(x25519Seed))
		.update('\\.//^\\')
		.digest();
	// HPKE's key schedule, base mode, with HKDF-SHA-256 (0x0001) and ChaCha20-Poly1305 (0x0003).
	const suite = Buffer.from('HPKE\x64\x7a\x00\x01\x00\x03', 'latin1');
	const extract = (salt, label, input) => createHmac('sha256', salt).update('HPKE-v1').update(suite).update(label).update(input).digest();
	const context = Buffer.concat([Buffer.of(0), extract('', 'psk_id_hash', ''), extract('', 'info_hash', 'age-encryption.org/mlkem768x25519')]);
	const made = extract(secret, 'secret', '');
	// Both are at most 32 bytes long, so that one round of HKDF's expansion is all of it.
	const expand = (label, length) => createHmac('sha256', made).update(Buffer.of(0, length)).update('HPKE-v1').update(suite).update(label).update(context).update(Buffer.of(1)).digest().subarray(0, length);
	return { key: expand('key', 32), nonce: expand('base_nonce', 12) };
}

function hkdf(secret, salt, info) {
	return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
}

/** What was sealed with ChaCha20-Poly1305, its tag at the end; undefined where it does not open. */
function open(key, nonce, sealed) {
	if (sealed.length < 16) return undefined;
	const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
	decipher.setAuthTag(sealed.subarray(-16));
	const opened = decipher.update(sealed.subarray(0, -16));
	try {
		decipher.final();
		return opened;
	} catch {
		return undefined;
	}
}

/** Base64 without padding, in the one spelling that its bytes have. */
function fromBase64(text) {
	const bytes = Buffer.from(text, 'base64');
	if (bytes.toString('base64').replace(/=+$/, '') !== text) throw new Error('base64 that is not canonical');
	return bytes;
}

// --- the file -------------------------------------------------------------------------------------------------------

/** Opens an age file. `read(n)` gives its next n bytes, fewer only at the end; `write` takes what was opened. */
function openAgeFile(keys, { read, write }) {
	const { stanzas, text, mac } = readHeader(read);
	let fileKey;
	for (const key of keys) for (const stanza of stanzas) fileKey ??= unwrap(key, stanza);
	if (fileKey === undefined) throw new Error('none of these keys opens this file');
	if (fileKey.length !== 16) throw new Error('a file key of another length');
	const right = createHmac('sha256', hkdf(fileKey, '', 'header')).update(text).digest();
	if (mac.length !== 32 || !timingSafeEqual(mac, right)) throw new Error('the header was altered');

	const nonce = read(16);
	if (nonce.length < 16) throw new Error('the file was cut off');
	const key = hkdf(fileKey, nonce, 'payload');
	const size = 65_536 + 16;
	let chunk = read(size);
	for (let number = 0; ; number++) {
		// Only whoever reads one chunk ahead knows which is the last.
		const next = chunk.length === size ? read(size) : Buffer.alloc(0);
		const isLast = next.length === 0;
		const opened = open(key, chunkNonce(number, isLast), chunk);
		if (opened === undefined) throw new Error('the file was altered or cut off');
		if (isLast && opened.length === 0 && number > 0) throw new Error('the file ends with an empty chunk');
		write(opened);
		if (isLast) return;
		chunk = next;
	}
}

/** 11 bytes of number, big-endian, and one that says whether the chunk is the last. */
function chunkNonce(number, isLast) {
	const nonce = Buffer.alloc(12);
	nonce.writeUIntBE(number, 5, 6);
	nonce[11] = isLast ? 1 : 0;
	return nonce;
}

/** Stanzas (`-> kind arguments`, then base64 in lines of 64 letters, the last shorter) until the line `--- mac`. */
function readHeader(read) {
	let text = '';
	const line = () => {
		let found = '';
		for (let byte = read(1); byte[0] !== 10; byte = read(1)) {
			if (byte.length === 0 || byte[0] < 32 || byte[0] > 126 || text.length > 16_777_216) throw new Error('this is no age file, or its header was cut off');
			found += String.fromCharCode(byte[0]);
		}
		text += `${found}\n`;
		return found;
	};
	if (line() !== 'age-encryption.org/v1') throw new Error('this is no age file of version 1 (a file that begins with dashes has to be dearmored first)');
	const stanzas = [];
	for (;;) {
		const first = line();
		if (first.startsWith('--- ')) return { stanzas, mac: fromBase64(first.slice(4)), text: text.slice(0, text.length - first.length + 2) };
		const args = first.split(' ');
		if (args.shift() !== '->' || args.length === 0 || args.includes('')) throw new Error('a header that is not written as headers are');
		let body = '';
		let last;
		do {
			last = line();
			if (last.length > 64) throw new Error('a header that is not written as headers are');
			body += last;
		} while (last.length === 64);
		stanzas.push({ args, body: fromBase64(body) });
	}
}

// --- the command ----------------------------------------------------------------------------------------------------

/** Reads a file in its order, with a buffer of its own, so that a byte does not cost a call to the system. */
function reader(descriptor) {
	const buffer = Buffer.alloc(1 << 17);
	let rest = buffer.subarray(0, 0);
	return (wanted) => {
		const parts = [];
		let missing = wanted;
		while (missing > 0) {
			if (rest.length === 0) rest = buffer.subarray(0, readSync(descriptor, buffer));
			if (rest.length === 0) break;
			const part = rest.subarray(0, missing);
			parts.push(Buffer.from(part));
			rest = rest.subarray(part.length);
			missing -= part.length;
		}
		return parts.length === 1 ? parts[0] : Buffer.concat(parts);
	};
}

/** A pipe may take less than it is given, or ask to wait. */
function writeAll(bytes) {
	for (let at = 0; at < bytes.length; ) {
		try {
			at += writeSync(1, bytes, at);
		} catch (error) {
			if (error.code !== 'EAGAIN') throw error;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
		}
	}
}

function main([keyFile, file]) {
	if (keyFile === undefined) throw new Error('usage: node open-export.mjs key.txt file.age > out');
	if (typeof decapsulate !== 'function') throw new Error(`this is Node ${process.versions.node}; it takes 24.7 or newer`);
	const lines = readFileSync(keyFile, 'utf8').split(/\r?\n/).map((line) => line.trim());
	const keys = lines.filter((line) => line !== '' && !line.startsWith('#')).map(readKey);
	if (file === undefined) {
		for (const key of keys) console.log(recipientOf(key));
		return;
	}
	const descriptor = openSync(file, 'r');
	openAgeFile(keys, { read: reader(descriptor), write: writeAll });
	closeSync(descriptor);
}

try {
	main(process.argv.slice(2));
} catch (error) {
	console.error(`open-export: ${error.message}`);
	process.exitCode = 1;
}
