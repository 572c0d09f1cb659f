import { openFile, partFiles, sealedSize, VaultFailure } from '#vault';
import { partLength } from '#lib/circles/limits.ts';
import type { Link } from '#lib/circles/client/link.ts';
import { LostConnection } from '#lib/circles/client/open-circle.ts';
import { VaultTrouble } from '#lib/circles/client/trouble.ts';
import { fromText } from '#lib/vault/envelope.ts';
import type { AttachedFile } from '../form.ts';

/**
 * A file of an application, opened as it arrives: `secrets` are those of the core, the newest first, because a file stays
 * under the one that was in force when it was sent. Each piece is compared with the hash in the signed answer first. `from`
 * is where the server hands out the pieces to us. Fails with a `VaultTrouble` or a `LostConnection`.
 */
export async function openAttached(link: Link, { file, secrets, circle, from = '/api/blobs' }: { readonly file: AttachedFile; readonly secrets: readonly string[]; readonly circle: string; readonly from?: string }): Promise<ReadableStream<Uint8Array>> {
	let last: unknown;
	for (const secret of secrets) {
		try {
			return await openUnder(link, { file, secret, circle, from });
		} catch (error) {
			last = error;
			if (!(error instanceof VaultFailure) || (error.kind !== 'damaged' && error.kind !== 'not-for-you')) throw error;
		}
	}
	throw last;
}

async function openUnder(link: Link, { file, secret, circle, from }: { readonly file: AttachedFile; readonly secret: string; readonly circle: string; readonly from: string }): Promise<ReadableStream<Uint8Array>> {
	const { blob, hashes } = file;
	const sealed = sealedSize(file.sizeBytes);
	let piece = 0;
	const placed = (error: unknown): unknown => (error instanceof VaultFailure && !(error instanceof VaultTrouble) ? new VaultTrouble(error.kind, { part: 'file', circle, blob, piece: Math.max(0, piece - 1) }, { found: error.message }) : error);
	const parts = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				controller.enqueue(await fetchPiece(link, `${from}/${blob}/parts/${piece}`, partLength(sealed.sizeBytes, piece)));
				piece += 1;
				if (piece === hashes.length) controller.close();
			}
		},
		{ highWaterMark: 0 }
	);
	try {
		const reader = (await openFile(parts, { sizeBytes: file.sizeBytes, parts: hashes, identity: await partFiles(fromText(secret) ?? new Uint8Array()) })).getReader();
		return new ReadableStream<Uint8Array>(
			{
				async pull(controller) {
					const { done, value } = await reader.read().catch((error: unknown) => {
						throw placed(error);
					});
					if (done) controller.close();
					else controller.enqueue(value);
				},
				cancel: (why) => reader.cancel(why)
			},
			{ highWaterMark: 0 }
		);
	} catch (error) {
		throw placed(error);
	}
}

const pausesMs = [500, 2000, 5000];

async function fetchPiece(link: Link, path: string, length: number): Promise<Uint8Array> {
	for (const pauseMs of [...pausesMs, undefined]) {
		const answer = await link.askBytes(path, length);
		if (answer.ok && answer.value instanceof Uint8Array) return answer.value;
		if (pauseMs === undefined || answer.ok || (answer.reason !== 'offline' && answer.reason !== 'slow-down')) {
			throw new LostConnection(!answer.ok && (answer.reason === 'offline' || answer.reason === 'slow-down' || answer.reason === 'not-found' || answer.reason === 'signed-out') ? answer.reason : 'failed');
		}
		await link.pause(pauseMs);
	}
	throw new LostConnection('offline');
}
