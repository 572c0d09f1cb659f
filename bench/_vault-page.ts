// What bench/vault.ts runs in the browser: each measure does the same once with the vault and once with what lies below
// it, in turn, and gives the milliseconds of every round.
import { Decrypter, Encrypter } from 'age-encryption';
import * as vault from '#vault';

export interface Round {
	readonly vaultMs: number;
	readonly bareMs: number;
}

const rounds = 5;
const recordCount = 2000;
/** As many at once as a page asks for. */
const atOnce = 100;
const at = new Date('2026-11-25T10:00:00Z');

async function timed(act: () => Promise<unknown>): Promise<number> {
	const begun = performance.now();
	await act();
	return performance.now() - begun;
}

/** One round to warm up, then `rounds`; who begins changes each time. */
async function inTurn(byVault: () => Promise<unknown>, bare: () => Promise<unknown>, count = rounds): Promise<Round[]> {
	const measured: Round[] = [];
	for (let round = -1; round < count; round++) {
		let vaultMs = 0;
		if (round % 2 === 0) vaultMs = await timed(byVault);
		const bareMs = await timed(bare);
		if (round % 2 !== 0) vaultMs = await timed(byVault);
		if (round >= 0) measured.push({ vaultMs, bareMs });
	}
	return measured;
}

async function each<Item, Result>(items: readonly Item[], act: (item: Item, index: number) => Promise<Result>): Promise<Result[]> {
	const results: Result[] = [];
	for (let begin = 0; begin < items.length; begin += atOnce) results.push(...(await Promise.all(items.slice(begin, begin + atOnce).map((item, index) => act(item, begin + index)))));
	return results;
}

function someBodies(count: number, bytes: number): Uint8Array<ArrayBuffer>[] {
	return Array.from({ length: count }, () => crypto.getRandomValues(new Uint8Array(bytes)));
}

async function recordsOf() {
	const [author, epoch] = await Promise.all([vault.newAccount(), vault.newEpoch(1)]);
	const bodies = someBodies(recordCount, 1024);
	const seal = { author: author.account, at: at.getTime(), previous: null, head: { seq: 0, hash: await vault.recordHash(new Uint8Array()) } };
	const placeOf = (index: number) => ({ kind: 'paper', circle: author.account, record: `record-${index}`, epoch: 1, version: 1 });
	const sealAll = () => each(bodies, (body, index) => vault.sealRecord({ place: placeOf(index), seal, body, key: epoch.records, signing: author.signing }));
	const openAll = (envelopes: readonly Uint8Array[]) => each(envelopes, (envelope, index) => vault.openRecord({ envelope, place: placeOf(index), key: epoch.records, authorKey: () => author.signing.publicKey }));

	const { publicKey, privateKey } = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']));
	const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
	const sealAllBare = () =>
		each(bodies, async (body) => {
			const iv = crypto.getRandomValues(new Uint8Array(12));
			const signature = await crypto.subtle.sign('Ed25519', privateKey, body);
			return { iv, signature, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, body) };
		});
	const openAllBare = (all: Awaited<ReturnType<typeof sealAllBare>>) =>
		each(all, async ({ iv, signature, sealed }) => {
			const body = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed);
			if (!(await crypto.subtle.verify('Ed25519', publicKey, signature, body))) throw new Error('not verified');
		});
	return { sealAll, openAll, sealAllBare, openAllBare };
}

export async function sealAndOpenRecords(): Promise<Round[]> {
	const { sealAll, openAll, sealAllBare, openAllBare } = await recordsOf();
	return inTurn(async () => openAll(await sealAll()), async () => openAllBare(await sealAllBare()));
}

export async function openRecords(): Promise<Round[]> {
	const { sealAll, openAll, sealAllBare, openAllBare } = await recordsOf();
	const [envelopes, bare] = [await sealAll(), await sealAllBare()];
	return inTurn(() => openAll(envelopes), () => openAllBare(bare));
}

function encrypterTo(recipients: readonly string[]): Encrypter {
	const encrypter = new Encrypter();
	for (const recipient of recipients) encrypter.addRecipient(recipient);
	return encrypter;
}

function decrypterOf(identity: string): Decrypter {
	const decrypter = new Decrypter();
	decrypter.addIdentity(identity);
	return decrypter;
}

export async function letters(): Promise<Round[]> {
	const [author, reader] = await Promise.all([vault.newAccount(), vault.newAccount()]);
	const header = { kind: 'introduction', circle: null, about: 'x', author: author.account, at: at.getTime() };
	const bodies = someBodies(100, 1024);
	return inTurn(
		async () => {
			for (const body of bodies) {
				const letter = await vault.sealLetter({ header, body, recipients: [reader.recipient], signing: author.signing });
				await vault.openLetter({ letter, identity: reader, expected: { ...header, authorKey: () => author.signing.publicKey } });
			}
		},
		async () => {
			for (const body of bodies) await decrypterOf(reader.identity).decrypt(await encrypterTo([reader.recipient]).encrypt(body));
		}
	);
}

/** Who left gets nothing: a new key, sealed with the older ones to the hundred who stay, and opened by the last of them. */
export async function rotation(): Promise<{ seal: Round[]; open: Round[]; letterBytes: number }> {
	const accounts = await Promise.all(Array.from({ length: 100 }, () => vault.newAccount()));
	const [steward, last] = [accounts[0]!, accounts[99]!];
	const members = accounts.map(({ account, recipient, signing }) => ({ account, recipient, signing: signing.publicKey }));
	const recipients = members.map(({ recipient }) => recipient);
	const earlier = await Promise.all([1, 2, 3].map(vault.newEpoch));
	const body = crypto.getRandomValues(new Uint8Array(256));
	const rotate = async () => {
		const epochs = [...earlier, await vault.newEpoch(4)];
		return { epochs, letter: await vault.sealEpochKeys({ circle: steward.account, epochs, members, by: steward, at }) };
	};
	const { epochs, letter } = await rotate();
	const announced = new Map(epochs.map((keys) => [keys.epoch, keys.announced]));
	const bare = await encrypterTo(recipients).encrypt(body);
	return {
		seal: await inTurn(rotate, () => encrypterTo(recipients).encrypt(body)),
		open: await inTurn(
			() => vault.openEpochKeys({ letter, circle: steward.account, upTo: 4, announced, account: last, authorKey: () => steward.signing.publicKey }),
			() => decrypterOf(last.identity).decrypt(bare)
		),
		letterBytes: letter.length
	};
}

const chunk = crypto.getRandomValues(new Uint8Array(65_536));

function contentOf(megabytes: number): ReadableStream<Uint8Array> {
	let left = megabytes * 16;
	return new ReadableStream<Uint8Array>({ pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()) }, { highWaterMark: 0 });
}

/** The browser keeps blobs outside the page's memory, as it would keep what is on its way to a server. */
async function throughVault(megabytes: number): Promise<void> {
	const { inbox } = await vault.newEpoch(1);
	const sizeBytes = megabytes * 1024 * 1024;
	const blobs: Blob[] = [];
	const parts: string[] = [];
	for await (const part of vault.sealFile(contentOf(megabytes), { sizeBytes, recipient: inbox.recipient })) {
		parts.push(await vault.partHash(part));
		blobs.push(new Blob([part]));
	}
	await readAll(await vault.openFile(new Blob(blobs).stream(), { sizeBytes, parts, identity: inbox }), sizeBytes);
}

async function throughAge(megabytes: number): Promise<void> {
	const { inbox } = await vault.newEpoch(1);
	const sealed = await new Response(await encrypterTo([inbox.recipient]).encrypt(contentOf(megabytes))).blob();
	await readAll(await decrypterOf(inbox.identity).decrypt(sealed.stream()), megabytes * 1024 * 1024);
}

async function readAll(stream: ReadableStream<Uint8Array>, sizeBytes: number): Promise<void> {
	const reader = stream.getReader();
	let read = 0;
	for (let next = await reader.read(); !next.done; next = await reader.read()) read += next.value.length;
	if (read !== sizeBytes) throw new Error('not all of it came back');
}

export function file(): Promise<Round[]> {
	return inTurn(() => throughVault(100), () => throughAge(100), 3);
}

export function fileOnce(megabytes: number): Promise<void> {
	return throughVault(megabytes);
}

/** Milliseconds in which the age library alone seals what a new key has to so many people, and the letter has been sent; their keys were made before. */
export async function sealedToAll(count: number): Promise<number> {
	recipientsOfAll ??= await Promise.all(Array.from({ length: count }, async () => (await vault.newAccount()).recipient));
	const body = crypto.getRandomValues(new Uint8Array(256));
	const recipients = recipientsOfAll;
	return timed(async () => {
		const letter = await encrypterTo(recipients).encrypt(body);
		await (await fetch('/letter', { method: 'POST', body: new Uint8Array(letter) })).arrayBuffer();
	});
}

let recipientsOfAll: string[] | undefined;
